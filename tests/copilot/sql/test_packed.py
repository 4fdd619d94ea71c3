"""Schemas on their way to a worker: sent once where they are large, kept, and told apart."""

from __future__ import annotations

import pytest_asyncio

from dataflow.common.v1 import table_schema_pb2
from services.copilot.sql import packed
from services.copilot.sql.elsewhere import validated
from services.copilot.sql.packed import Held, Packing, with_schema
from services.runtime.workers import Workers


def tables(prefix: str, count: int) -> list[table_schema_pb2.TableSchema]:
    columns = [table_schema_pb2.Column(name=f"column_{at}", type="varchar(20)") for at in range(20)]
    return [table_schema_pb2.TableSchema(name=f"{prefix}_{at}", columns=columns) for at in range(count)]


def first_and_seen(held: Held | None) -> tuple[str, int]:
    """Name of the first table, and how often this schema was asked for in this process."""
    if held is None:
        return "", 0
    seen = held.once("seen", lambda _: [0])
    seen[0] += 1
    return held.tables[0].name, seen[0]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def workers():
    pool = Workers(1)
    yield pool
    await pool.close()


async def test_a_schema_is_kept_by_the_worker(workers):
    for prefix, count in (("small", 3), ("large", 2000)):
        schema = Packing().pack(tables(prefix, count))
        assert (len(schema.content) > packed.SENT_AT_ONCE) is (prefix == "large")
        for time in (1, 2, 3):
            assert await with_schema(workers, schema, first_and_seen, 10) == (f"{prefix}_0", time)


async def test_a_large_one_is_sent_again_to_a_process_that_has_not_seen_it(workers):
    schema = Packing().pack(tables("again", 2000))
    assert await with_schema(workers, schema, first_and_seen, 10) == ("again_0", 1)
    fresh = Workers(1)
    assert await with_schema(fresh, schema, first_and_seen, 10) == ("again_0", 1)
    await fresh.close()


async def test_more_schemas_than_are_kept_come_again(workers):
    schemas = [Packing().pack(tables(f"many{at}", 2000)) for at in range(packed._KEPT + 1)]
    for schema in (*schemas, schemas[0]):
        assert (await with_schema(workers, schema, first_and_seen, 10))[1] == 1


async def test_no_schema_is_none(workers):
    assert Packing().pack([]) is None
    assert await with_schema(workers, None, first_and_seen, 10) == ("", 0)


def test_of_a_schema_known_in_part_an_unknown_table_may_exist():
    found = validated(Held(tables("t", 2)), "SELECT x, column_1 FROM t_0 JOIN u ON u.a = column_2", "postgresql", True)
    assert [each.code for each in found.warnings] == ["UNKNOWN_TABLE"]
    assert found.errors == []
    assert [each.code for each in validated(Held(tables("t", 2)), "SELECT 1 FROM u", "postgresql").errors] == [
        "UNKNOWN_TABLE"
    ]


def test_a_version_is_packed_once():
    packing = Packing()
    assert packing.pack(tables("a", 2), "v1") is packing.pack(tables("b", 2), "v1")
    assert packing.pack(tables("a", 2)) is not packing.pack(tables("a", 2))
    assert packing.pack(tables("b", 2)).digest != packing.pack(tables("b", 2), "v1").digest
