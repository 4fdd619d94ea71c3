"""CompareData on a running server."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf import json_format

from dataflow.migration.v1 import compare_pb2
from services.runtime.server import StartError
from tests.migration.server.conftest import InWorkspace, migration_server
from tests.migration.server.test_jobs import refused

LEFT = "id,total,note\n1,10.0,a\n2,20.0,\n3,30.0,c\n4,1,d\n4,1,d\n"
RIGHT = 'id,total,note\n1,10.005,a\n2,20.0,""\n5,50,e\n4,1,d\n'


def asked(**fields):
    return json_format.ParseDict(fields, compare_pb2.CompareDataRequest())


async def test_csv_texts(migration):
    found = await migration.CompareData(asked(left={"csv": LEFT}, right={"csv": RIGHT}, keys=["id"], tolerance=0.01))
    assert not found.equal
    assert (found.row_count_left, found.row_count_right) == (5, 4)
    assert (found.only_left, found.only_right, found.differing, found.duplicate_keys) == (2, 1, 1, 2)
    samples = [json_format.MessageToDict(each) for each in found.samples]
    assert samples[0] == {
        "kind": "differing",
        "key": {"id": "2"},
        "left": {"note": None},
        "right": {"note": ""},
        "why": {"note": "null_vs_empty"},
    }
    stats = {each.column: each for each in found.column_stats}
    assert (stats["note"].nulls_left, stats["note"].nulls_right) == (1, 0)
    assert (stats["total"].sum_left, stats["total"].max_right) == (62.0, "50")
    assert not stats["note"].HasField("sum_left")


@pytest.mark.parametrize(
    ("options", "equal"),
    [({}, False), ({"ignoreTrailingBlanks": True, "nullEqualsEmpty": True}, True), ({"ignoreColumns": ["t"]}, True)],
)
async def test_rows_and_options(migration, options, equal):
    left = {"rows": [{"id": 1, "t": "a "}, {"id": 2, "t": None}, {"id": 3, "t": "x"}]}
    right = {"rows": [{"id": 3, "t": "x"}, {"id": 1, "t": "a"}, {"id": 2, "t": ""}]}
    assert (await migration.CompareData(asked(left=left, right=right, keys=["id"], **options))).equal is equal


ROWS = {"rows": [{"a": 1}]}


@pytest.mark.parametrize(
    ("fields", "reason", "words"),
    [
        ({"right": ROWS}, "BAD_VALUE", "left: give exactly one"),
        ({"left": ROWS | {"csv": "a\n1\n"}, "right": ROWS}, "BAD_VALUE", "left: give exactly one"),
        ({"left": {"connection": "x", "query": "SELECT 1"}, "right": ROWS}, "BAD_VALUE", "COMPARE_CONNECTIONS"),
        ({"left": {"connection": "x"}, "right": ROWS}, "BAD_VALUE", "go together"),
        ({"left": ROWS, "right": ROWS, "keys": ["A_"]}, "NOT_COMPARABLE", "key 'A_'"),
        ({"left": {"csv": 'a\n"1\n'}, "right": ROWS}, "NOT_COMPARABLE", "left, line 2"),
        ({"left": {"csv": ""}, "right": ROWS}, "NOT_COMPARABLE", "left: is empty"),
        ({"left": ROWS, "right": ROWS, "tolerance": -1}, "BAD_VALUE", "tolerance"),
        ({"left": ROWS, "right": ROWS, "maxSamples": 1001}, "BAD_VALUE", "max_samples"),
    ],
)
async def test_refusals(migration, fields, reason, words):
    request = asked(**fields)
    assert await refused(migration.CompareData(request)) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await migration.CompareData(request)
    assert words in caught.value.details()


async def test_connections_are_those_of_the_settings_and_of_the_workspace(postgres_server, tmp_path):
    url = postgres_server.create_database()
    connections = f"open={url} closed@team-a,team-b={url}"
    database = postgres_server.create_database()
    async with migration_server(database, upload_dir=tmp_path, compare_connections=connections) as stub:
        both = {
            "left": {"connection": "open", "query": "SELECT 1 AS a"},
            "right": {"connection": "closed", "query": "SELECT 1 AS a"},
        }
        assert (await InWorkspace(stub, "team-b").CompareData(asked(**both))).equal
        call = InWorkspace(stub, "team-c").CompareData(asked(**both))
        assert await refused(call) == (grpc.StatusCode.INVALID_ARGUMENT, "BAD_VALUE")
        writing = both | {"right": {"connection": "open", "query": "CREATE TABLE t (a int)"}}
        assert await refused(InWorkspace(stub, "team-b").CompareData(asked(**writing))) == (
            grpc.StatusCode.INVALID_ARGUMENT,
            "NOT_COMPARABLE",
        )
        assert list(tmp_path.glob("compare-*")) == []


async def test_an_entry_that_is_none_stops_the_start_and_is_not_shown(postgres_server, tmp_path):
    database = postgres_server.create_database()
    with pytest.raises(StartError) as caught:
        async with migration_server(database, upload_dir=tmp_path, compare_connections="x=mysql://u:secret@h/d"):
            pass
    assert "entry 1" in str(caught.value)
    assert "secret" not in str(caught.value)
