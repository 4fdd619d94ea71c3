"""What callers of RetrievalService see."""

from __future__ import annotations

import uuid

import grpc
import pytest
from google.protobuf import struct_pb2, timestamp_pb2

from dataflow.common.v1 import source_ref_pb2
from dataflow.retrieval.v1 import entity_pb2, index_pb2, retrieval_pb2
from tests.retrieval.conftest import entity, ids, serving

MODE = source_ref_pb2.RagMode
REASON = retrieval_pb2.EmptyReason

ANIMALS = (
    entity("cat", "A cat is a small animal that catches mice", legs=4, kind="pet"),
    entity("invoice", "Invoices are sent to customers once a month", kind="billing", paid=True),
    entity("outage", "The database was out of reach for an hour", kind="incident"),
)


@pytest.fixture(scope="module")
async def animals(postgres_server):
    """A server for tests that only read: the three entities in its default workspace."""
    url = postgres_server.create_database()
    async with serving(url) as served:
        await served.index(*ANIMALS)
        yield served
    postgres_server.drop_database(url)


async def test_what_is_indexed_is_found_with_its_facts(client):
    reply = await client.index(*ANIMALS)
    assert (reply.received, reply.indexed, reply.unchanged, reply.failed) == (3, 3, 0, 0)
    found = await client.search("a pet that hunts mice", limit=1)
    (result,) = found.results
    assert result.entity.entity_id == "cat"
    assert dict(result.entity.metadata) == {"legs": 4, "kind": "pet"}
    assert result.entity.updated_at.ToDatetime().year >= 2025
    assert 0.3 < result.cosine < 1
    assert found.best_score == pytest.approx(result.score)
    assert (found.mode, found.reason) == (MODE.dense, REASON.unspecified)
    assert found.embedding_ms >= 1


async def test_a_query_asked_again_is_not_embedded_again(client):
    await client.index(*ANIMALS)
    assert (await client.search("late invoices")).embedding_ms >= 1
    assert (await client.search("late invoices")).embedding_ms == 0


async def test_indexing_again_changes_nothing_but_what_changed(client):
    await client.index(*ANIMALS)
    again = await client.index(*ANIMALS)
    assert (again.indexed, again.unchanged) == (0, 3)
    renamed = entity("cat", ANIMALS[0].content, name="The cat", legs=3)
    rewritten = entity("outage", "The network was slow")
    reply = await client.index(renamed, ANIMALS[1], rewritten)
    assert (reply.indexed, reply.unchanged) == (2, 1)
    found = await client.search("animal", limit=1)
    assert found.results[0].entity.entity_name == "The cat"
    assert dict(found.results[0].entity.metadata) == {"legs": 3}
    assert (await client.search("slow network", limit=1)).results[0].entity.content == "The network was slow"


async def test_the_last_of_two_versions_in_one_stream_stays(client):
    reply = await client.index(entity("a", "about apples"), entity("a", "about bears"), entity("b", "about cherries"))
    assert (reply.received, reply.indexed, reply.failed) == (3, 3, 0)
    assert (await client.search("bears", limit=1)).results[0].entity.content == "about bears"
    assert (await client.stats()).total == 2


NAN = struct_pb2.Struct()
NAN["x"] = float("nan")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (entity("", "text"), "MISSING_ID"),
        (entity("x", "text", entity_type=""), "MISSING_ID"),
        (entity_pb2.Entity(entity_type="t", entity_id="x", content="text"), "MISSING_ID"),
        (entity("x", "  "), "EMPTY_CONTENT"),
        (entity("x", "y" * 8_001), "TOO_LONG"),
        (entity("x" * 513, "text"), "TOO_LONG"),
        (entity("x", "te\0xt"), "INVALID_TEXT"),
        (entity("x", "text", note="a\0b"), "INVALID_TEXT"),
        (entity("x", "text", big="y" * 70_000), "INVALID_TEXT"),
        (entity_pb2.Entity(entity_type="t", entity_id="x", entity_name="n", content="c", metadata=NAN), "INVALID_TEXT"),
    ],
)
async def test_a_bad_entity_is_named_and_ends_nothing(animals, bad, reason):
    workspace = uuid.uuid4().hex
    reply = await animals.index(ANIMALS[0], bad, ANIMALS[1], workspace=workspace)
    assert (reply.received, reply.indexed, reply.failed) == (3, 2, 1)
    assert reply.failures[0].reason == reason
    assert reply.failures[0].entity_id == bad.entity_id[:512]
    assert reply.failures[0].message
    assert (await animals.stats(workspace_id=workspace)).total == 2


async def test_at_most_a_hundred_refusals_are_listed_and_all_are_counted(client):
    reply = await client.index(*(entity(f"e{number}", " ") for number in range(250)), ANIMALS[0])
    assert (reply.received, reply.indexed, reply.failed, len(reply.failures)) == (251, 1, 250, 100)


async def test_workspaces_do_not_see_each_other(client):
    await client.index(entity("a", "a cat sleeps"), workspace="one")
    await client.index(entity("a", "a dog barks"), entity("b", "a horse runs"), workspace="two")
    assert ids(await client.search("cat", workspace_id="one")) == ["a"]
    found = await client.search("cat", workspace_id="two")
    assert sorted(result.entity.content for result in found.results) == ["a dog barks", "a horse runs"]
    assert (await client.search("cat", workspace_id="three")).reason == REASON.empty_index
    await client.stub.DeleteAll(index_pb2.DeleteAllRequest(confirm=True, workspace_id="two"))
    assert (await client.stats(workspace_id="two")).total == 0
    assert (await client.stats(workspace_id="one")).total == 1


async def test_one_stream_may_name_several_workspaces(client):
    async def requests():
        for number in range(10):
            yield index_pb2.IndexEntitiesRequest(
                entity=entity(f"e{number}", f"text {number}"), workspace_id="even" if number % 2 == 0 else "odd"
            )

    assert (await client.stub.IndexEntities(requests())).indexed == 10
    found = await client.search("text", limit=10, workspace_id="odd")
    assert sorted(ids(found)) == ["e1", "e3", "e5", "e7", "e9"]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"metadata": {"kind": "pet"}}, ["cat"]),
        ({"metadata": {"legs": "4"}}, ["cat"]),
        ({"metadata": {"paid": "true"}}, ["invoice"]),
        ({"metadata": {"kind": "pet", "legs": "5"}}, []),
        ({"metadata": {'kind" == "pet" || $."x': "y"}}, []),
        ({"metadata": {"kind": 'pet" || "1" == "1'}}, []),
        ({"metadata": {"kind": "'; DROP TABLE catalog_embeddings; --"}}, []),
        ({"metadata": {"": "\\", "$": "*", "@": "%", "a\nb": "\u2028ż"}}, []),
        ({"metadata": {"legs": "4e0"}}, []),
        ({"metadata": {"legs": "9" * 400}}, []),
        ({"entity_types": ["document"], "exclude_entity_ids": ["cat", "' OR true --"]}, ["invoice", "outage"]),
        ({"entity_types": ["{}", 'a"b', "NULL"]}, []),
    ],
)
async def test_filters_compare_and_nothing_in_them_is_syntax(animals, limits, expected):
    found = await animals.search("anything", filter=retrieval_pb2.SearchFilter(**limits))
    assert sorted(ids(found)) == expected
    if not expected:
        assert found.reason == REASON.no_match_for_filter
    assert (await animals.stats()).total == 3


async def test_metadata_with_signs_of_its_own_is_found_by_them(client):
    await client.index(entity("odd", "odd one", **{'we"ird $.key': "ża\\b\"c'", "list": [1]}))
    limits = retrieval_pb2.SearchFilter(metadata={'we"ird $.key': "ża\\b\"c'"})
    assert ids(await client.search("odd", filter=limits)) == ["odd"]


async def test_below_the_threshold_says_how_near_it_was(animals):
    found = await animals.search("quantum chromodynamics on a lattice", threshold=0.72)
    assert (list(found.results), found.reason, found.mode) == ([], REASON.below_threshold, MODE.dense)
    assert 0 < found.best_score < 0.72
    assert found.threshold == pytest.approx(0.72)


TEXTS = ("Zażółć gęślą jaźń", "数据仓库的客户表", "🦄 unicorn", "e\u0301tude", "a\u202eb", "x" * 8_000, "\ttab\n")


async def test_text_of_any_script_survives(client):
    reply = await client.index(*(entity(f"id-{text[:20]}", text) for text in TEXTS))
    assert reply.indexed == len(TEXTS)
    for text in TEXTS:
        found = await client.search(text, limit=1)
        assert found.results[0].entity.content == text
        assert found.results[0].cosine == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"query": ""}, "query"),
        ({"query": " \n"}, "query"),
        ({"query": "x" * 8_001}, "query"),
        ({"query": "x", "limit": -1}, "limit"),
        ({"query": "x", "limit": 101}, "limit"),
        ({"query": "x", "threshold": 1.5}, "threshold"),
        ({"query": "x", "threshold": float("nan")}, "threshold"),
        ({"query": "x", "mode": MODE.unavailable}, "mode"),
        ({"query": "x", "mode": 99}, "mode"),
        ({"query": "x", "filter": retrieval_pb2.SearchFilter(metadata={"a": "b\0"})}, "filter.metadata"),
        ({"query": "x", "filter": retrieval_pb2.SearchFilter(entity_types=["\0"])}, "filter.entity_types"),
    ],
)
async def test_a_wrong_search_names_its_field(animals, fields, names):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await animals.stub.Search(retrieval_pb2.SearchRequest(**fields))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert names in caught.value.details()


async def test_a_query_with_a_nul_is_searched_in_every_mode(animals):
    for mode in (MODE.dense, MODE.hybrid):
        assert (await animals.search("cat\0mouse", mode=mode)).results


async def test_deleting(client):
    await client.index(*ANIMALS, entity("t", "a table", entity_type="table"))
    delete = client.stub.DeleteEntity
    assert (await delete(index_pb2.DeleteEntityRequest(entity_type="document", entity_id="cat"))).deleted == 1
    assert (await delete(index_pb2.DeleteEntityRequest(entity_type="document", entity_id="cat"))).deleted == 0
    assert (await delete(index_pb2.DeleteEntityRequest(entity_type="table", entity_id="invoice"))).deleted == 0
    reply = await client.stub.DeleteAll(index_pb2.DeleteAllRequest(entity_type="table", confirm=True))
    assert reply.deleted == 1
    assert dict((await client.stats()).by_entity_type) == {"document": 2}


async def test_what_was_not_seen_again_is_stale(client):
    await client.index(*ANIMALS)
    seen = (await client.stats()).last_indexed_at
    before = timestamp_pb2.Timestamp(seconds=seen.seconds, nanos=seen.nanos)
    before.FromNanoseconds(before.ToNanoseconds() + 1_000)
    await client.index(ANIMALS[1])  # unchanged, but seen
    reply = await client.stub.DeleteStale(index_pb2.DeleteStaleRequest(indexed_before=before, entity_type="table"))
    assert reply.deleted == 0
    reply = await client.stub.DeleteStale(index_pb2.DeleteStaleRequest(indexed_before=before))
    assert reply.deleted == 2
    assert ids(await client.search("anything")) == ["invoice"]


@pytest.mark.parametrize(
    ("method", "request_", "names"),
    [
        ("DeleteAll", index_pb2.DeleteAllRequest(), "confirm"),
        ("DeleteStale", index_pb2.DeleteStaleRequest(), "indexed_before"),
        (
            "DeleteStale",
            index_pb2.DeleteStaleRequest(indexed_before=timestamp_pb2.Timestamp(seconds=1 << 60)),
            "indexed_before",
        ),
        ("DeleteEntity", index_pb2.DeleteEntityRequest(entity_id="x"), "entity_type"),
        ("DeleteEntity", index_pb2.DeleteEntityRequest(entity_type="x", entity_id="\0"), "entity_id"),
        ("Embed", retrieval_pb2.EmbedRequest(), "texts"),
        ("Embed", retrieval_pb2.EmbedRequest(texts=["x"] * 257), "texts"),
        ("Embed", retrieval_pb2.EmbedRequest(texts=["ok", "x" * 8_001]), "texts[1]"),
        ("GetContext", retrieval_pb2.GetContextRequest(query="x", token_budget=16_001), "token_budget"),
    ],
)
async def test_a_wrong_request_names_its_field(animals, method, request_, names):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await getattr(animals.stub, method)(request_)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert names in caught.value.details()


async def test_embedding_without_storing(client):
    reply = await client.stub.Embed(retrieval_pb2.EmbedRequest(texts=["a cat", "", "word " * 1_000]))
    assert reply.model.startswith("all-MiniLM-L6-v2-int8@")
    assert [item.tokens for item in reply.embeddings] == [4, 2, 256]
    assert [item.truncated for item in reply.embeddings] == [False, False, True]
    for item in reply.embeddings:
        assert len(item.values) == 384
        assert sum(value * value for value in item.values) == pytest.approx(1, abs=1e-5)
    assert (await client.stats()).total == 0


async def test_stats(client):
    assert (await client.stats()).available
    await client.index(*ANIMALS, entity("t", "a table", entity_type="table"))
    stats = await client.stats()
    assert (stats.total, dict(stats.by_entity_type)) == (4, {"document": 3, "table": 1})
    assert (stats.index_kind, stats.dimensions) == (index_pb2.IndexKind.exact, 384)
    assert stats.pgvector_version.startswith("0.")
    assert stats.HasField("last_indexed_at")
    assert not stats.HasField("recall_at_10")
    checked = await client.stats(check_recall=True)
    assert checked.recall_at_10 == 1.0
    assert checked.HasField("recall_checked_at")
    assert (await client.stats()).recall_at_10 == 1.0


async def test_context_is_packed_best_first_within_the_budget(animals):
    request = retrieval_pb2.GetContextRequest(query="a cat that catches mice", token_budget=40)
    reply = await animals.stub.GetContext(request)
    assert reply.context.startswith("## document cat\nA cat is a small animal")
    assert 0 < reply.tokens <= 40
    assert len(reply.sources) + reply.left_out == 3
    assert reply.left_out > 0
    assert reply.sources[0].entity_id == "cat"
    assert reply.sources[0].score == pytest.approx(reply.best_score)


async def test_context_that_is_not_wanted_or_not_there(animals):
    off = await animals.stub.GetContext(retrieval_pb2.GetContextRequest(query="cat", mode=MODE.off))
    assert (off.context, off.mode) == ("", MODE.off)
    nothing = await animals.stub.GetContext(retrieval_pb2.GetContextRequest(query="lattice QCD", threshold=0.9))
    assert (nothing.context, nothing.reason) == ("", REASON.below_threshold)
    small = await animals.stub.GetContext(retrieval_pb2.GetContextRequest(query="cat", token_budget=1))
    assert (small.context, small.tokens, small.left_out) == ("", 0, 3)


async def test_foreign_keys_lead_to_further_tables(client):
    def table(name, content, *references):
        keys = [{"columns": ["id"], "references": target} for target in references]
        return entity(f"dwh.{name}", content, entity_type="table", foreign_keys=keys)

    await client.index(
        table("orders", "orders placed by buyers in the shop", "dwh.customers", "dwh.absent", "dwh.orders"),
        table("customers", "people with names and addresses", "dwh.regions"),
        table("regions", "parts of the country"),
        entity("dwh.odd", "an odd table", entity_type="table", foreign_keys="nonsense"),
        workspace="w",
    )
    await client.index(table("customers", "of another workspace"), workspace="other")
    fields = {"limit": 1, "include_neighbours": True, "workspace_id": "w"}
    found = await client.search("orders placed in the shop", **fields)
    assert ids(found) == ["dwh.orders", "dwh.customers"]
    assert [result.neighbour for result in found.results] == [False, True]
    assert ids(await client.search("an odd table", **fields)) == ["dwh.odd"]


async def test_columns_speak_for_their_tables_where_tables_are_asked_for(client):
    def column(table, name, content):
        return entity(f"{table}.{name}", content, entity_type="column", table=table)

    await client.index(
        entity("s.t1", "first table", entity_type="table"),
        entity("s.t2", "second table", entity_type="table"),
        column("s.t1", "a", "colour of the paint"),
        column("s.t2", "b", "number of passengers on the flight"),
        entity("note", "passengers board the flight", entity_type="document"),
    )
    tables = await client.search("passengers on a flight", filter=retrieval_pb2.SearchFilter(entity_types=["table"]))
    assert ids(tables) == ["s.t2", "s.t1"]
    mixed = await client.search(
        "passengers on a flight", filter=retrieval_pb2.SearchFilter(entity_types=["table", "document"])
    )
    assert ids(mixed)[0] == "note"
    both = await client.search(
        "passengers on a flight", filter=retrieval_pb2.SearchFilter(entity_types=["table", "column"])
    )
    assert ids(both)[0] == "s.t2.b"
    without = await client.search(
        "passengers on a flight",
        filter=retrieval_pb2.SearchFilter(entity_types=["table"], exclude_entity_ids=["s.t2"]),
    )
    assert ids(without) == ["s.t1"]


async def test_hybrid_finds_by_a_name_that_says_nothing(client):
    await client.index(
        *(entity(f"d{number}", f"monthly report number {number} about revenue") for number in range(60)),
        entity("x", "kept for the XQ17_Z job"),
    )
    found = await client.search("XQ17_Z", mode=MODE.hybrid, limit=3)
    assert ids(found)[0] == "x"
    assert found.mode == MODE.hybrid
    limits = retrieval_pb2.SearchFilter(exclude_entity_ids=["x"])
    assert "x" not in ids(await client.search("XQ17_Z", mode=MODE.hybrid, filter=limits))
