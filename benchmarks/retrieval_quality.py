"""Are the tables found that a question needs, and does nothing come back for a question about something else?

    .venv/bin/python -m benchmarks.retrieval_quality

The defog set (7 databases with column descriptions, no table descriptions; ../shared/testsets/defog) is served by a
catalog on a socket, read by RunFullIndex into PostgreSQL with the built-in corpus beside it, and searched through the
Search RPC: one workspace a database, and one with all. Needed are the tables that the gold SQL reads. Nothing was
fitted or chosen on these questions; the score was fitted by benchmarks/retrieval_calibration.py on other schemas.

Settings are the defaults, threshold 0.72 included; searches ask for `entity_types: [table]`. "found" is the share of
needed tables among the first 5 and 10 results, averaged over questions. "empty" is the share of searches without a
result: of questions about other databases (academic and scholar, which hold the same kind of data, count for each
other only in the figure that says so), of small talk (benchmarks/small_talk.txt), and of idk.csv, questions that no
table of their database answers though most are about its subject.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Iterable
from pathlib import Path

import grpc

from benchmarks import defog_set
from benchmarks.machine import described
from dataflow.retrieval.v1 import index_pb2, retrieval_pb2, retrieval_pb2_grpc
from services.retrieval.app import APP
from services.retrieval.settings import RetrievalSettings
from services.runtime.server import running
from tests.catalog import scripted_catalog
from tests.throwaway_postgres import running_postgres

ALL = "all"
SAME_KIND = {("academic", "scholar"), ("scholar", "academic")}
TALK = Path(__file__).with_name("small_talk.txt").read_text(encoding="utf-8").split("\n")
CURVE = (0.0, 0.3, 0.5, 0.6, 0.66, 0.72, 0.78, 0.84, 0.9, 0.95)
Scored = list[tuple[str, float]]  # id of a table, score


def catalog_table(table: defog_set.Table) -> dict:
    columns = {name: description for name, _, description in table.columns}
    row = scripted_catalog.table(table.database, table.name, columns)
    for column, (_, kind, _) in zip(row["columns"], table.columns, strict=True):
        column["dataTypeDisplay"] = kind
    return row | {"fullyQualifiedName": identifier(table.database, table.name)}


def identifier(database: str, table: str) -> str:
    return f"{database}.defog.public.{table.lower()}"


class Searches:
    """The stub, and how long its searches took."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.stub = retrieval_pb2_grpc.RetrievalServiceStub(channel)
        self.milliseconds: list[float] = []

    async def index(self, workspace: str, services: Iterable[str]) -> index_pb2.IndexProgress:
        request = index_pb2.RunFullIndexRequest(services=services, workspace_id=workspace)
        last = [event async for event in self.stub.RunFullIndex(request)][-1]
        assert last.WhichOneof("event") == "done", last
        assert (last.done.failed, list(last.done.degraded_reasons)) == (0, []), last
        return last.done

    async def found(self, workspace: str, text: str, kinds: tuple[str, ...] = ("table",), **fields) -> Scored:
        request = retrieval_pb2.SearchRequest(
            query=text, workspace_id=workspace, filter=retrieval_pb2.SearchFilter(entity_types=kinds), **fields
        )
        began = time.perf_counter()
        reply = await self.stub.Search(request)
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        return [(_table_of(result.entity), result.score) for result in reply.results]


def _table_of(entity) -> str:
    return entity.metadata["table"] if entity.entity_type == "column" else entity.entity_id


def needed(question: defog_set.Question) -> set[str]:
    return {identifier(question.database, table) for table in question.needs}


def recall(results: list[tuple[set[str], Scored]], k: int, threshold: float = 0.0) -> float:
    shares = [
        len(needs & {t for t, score in scored[:k] if score >= threshold}) / len(needs) for needs, scored in results
    ]
    return statistics.fmean(shares)


def empty(results: Iterable[Scored], threshold: float = 0.0) -> float:
    return statistics.fmean(not any(score >= threshold for _, score in scored) for scored in results)


async def headline(searches: Searches, questions: list[defog_set.Question], databases: list[str]) -> None:
    """Default settings: only the number of results is asked for."""
    print(f"\n{'default settings':<44} {'found@5':>8} {'found@10':>9}")
    for mode in ("one workspace each", "all in one"):
        five, ten = [], []
        for question in questions:
            workspace = ALL if mode == "all in one" else question.database
            five.append((needed(question), await searches.found(workspace, question.text)))
            ten.append((needed(question), await searches.found(workspace, question.text, limit=10)))
        print(f"{mode:<44} {recall(five, 5):>8.3f} {recall(ten, 10):>9.3f}")
    kinds = ("table", "column")
    mixed = [(needed(q), await searches.found(ALL, q.text, kinds, limit=10)) for q in questions]
    print(f"{'all in one, tables and columns as results':<44} {recall(mixed, 5):>8.3f} {recall(mixed, 10):>9.3f}")
    print(f"\n{'default settings':<44} {'empty':>8} {'searches':>9}")
    for label, results in (await off_topic(searches, questions, databases)).items():
        print(f"{label:<44} {empty(results):>8.3f} {len(results):>9}")


async def off_topic(
    searches: Searches, questions: list[defog_set.Question], databases: list[str], **fields
) -> dict[str, list[Scored]]:
    """Results of searches that should have none, by kind."""
    other: list[Scored] = []
    twins: list[Scored] = []
    for question in questions:
        for database in databases:
            if database != question.database:
                scored = await searches.found(database, question.text, **fields)
                (twins if (question.database, database) in SAME_KIND else other).append(scored)
    talk = [line for line in TALK if line.strip()]
    return {
        "other databases' questions": other,
        "the same, academic and scholar included": other + twins,
        "small talk, one workspace each": [await searches.found(d, t, **fields) for t in talk for d in databases],
        "small talk, all in one": [await searches.found(ALL, t, **fields) for t in talk],
        "idk.csv": [await searches.found(database, text, **fields) for database, text in defog_set.unanswerable()],
    }


async def curve(searches: Searches, questions: list[defog_set.Question], databases: list[str]) -> None:
    free = {"limit": 10, "threshold": 0.0}
    one = [(needed(q), await searches.found(q.database, q.text, **free)) for q in questions]
    everything = [(needed(q), await searches.found(ALL, q.text, **free)) for q in questions]
    nothing = await off_topic(searches, questions, databases, **free)
    print("\nBy threshold: found in one workspace each, found in all in one, then shares of empty results")
    names = ("one @5", "one @10", "all @5", "all @10", "other", "+ twins", "talk one", "talk all", "idk")
    print("threshold", *(f"{name:>9}" for name in names))
    for threshold in CURVE:
        figures = [recall(results, k, threshold) for results in (one, everything) for k in (5, 10)]
        figures += [empty(results, threshold) for results in nothing.values()]
        print(f"{threshold:>9.2f}", *(f"{figure:>9.3f}" for figure in figures))


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-curve", action="store_true")
    options = parser.parse_args()
    tables, questions = defog_set.tables(), defog_set.questions()
    databases = sorted({table.database for table in tables})
    listed = {database: [catalog_table(t) for t in tables if t.database == database] for database in databases}
    with running_postgres() as postgres:
        async with scripted_catalog.serving_catalog(listed) as catalog:
            settings = RetrievalSettings(
                grpc_port=0,
                metrics_port=None,
                drain_seconds=0,
                database_url=postgres.url,
                catalog_base_url=catalog.url,
                catalog_services=tuple(databases),
            )
            async with running(APP, settings) as server, grpc.aio.insecure_channel(server.address) as channel:
                searches = Searches(channel)
                for database in databases:
                    await searches.index(database, [database])
                done = await searches.index(ALL, databases)
                print(described())
                print(f"{len(tables)} tables, {len(questions)} questions; {done.seen} entities in '{ALL}'")
                await headline(searches, questions, databases)
                if not options.no_curve:
                    await curve(searches, questions, databases)
                cuts = statistics.quantiles(searches.milliseconds, n=100)
                print(f"\n{len(searches.milliseconds)} searches, p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms")


if __name__ == "__main__":
    asyncio.run(main())
