"""Suggestions by rules: time of one call over languages, sizes of the document, and numbers of tables.

    python -m benchmarks.suggestions

Two times: the pure core, and a whole call over gRPC to a Copilot without a model, schema in the request, checks in a
worker process. Documents grow by whole statements, nodes, functions or settings; the cursor stands in the last.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import product
from typing import Any

from benchmarks import machine
from dataflow.common.v1.table_schema_pb2 import Column, ForeignKey, TableSchema
from dataflow.copilot.v1 import suggest_pb2, suggest_pb2_grpc
from services.copilot.suggest.place import MOST_PREFIX, Place
from services.copilot.suggest.reach import in_reach
from services.copilot.suggest.suggest import suggest
from services.runtime.logs import configure_logging
from tests.copilot.stage import copilot

ROUNDS = 20
MOST = 5
TABLES = (20, 8_000)
SIZES = (0, 2_000, 8_000)
NODE = "  - id: n{0}\n    type: transformation\n    transform: sql_where\n    config:\n      condition: a > {0}\n"
CASES: dict[str, tuple[str, str, str]] = {
    "sql, tables": ("sql", "SELECT a{0} FROM t{0} WHERE b{0} = {0};\n", "SELECT c_1 FROM t_1"),
    "sql, columns of a long statement": ("sql", "SELECT c_1, {0} FROM t_7 UNION ALL\n", "SELECT c_2 FROM t_7 WHERE "),
    "sql, join": ("sql", "SELECT c_1, {0} FROM t_7 UNION ALL\n", "SELECT * FROM t_7 x JOIN t_6 y ON "),
    "yaml, key": (
        "yaml",
        NODE,
        "  - id: last\n    type: transformation\n    transform: sql_where\n    config:\n      ",
    ),
    "yaml, value": ("yaml", NODE, "  - id: last\n    type: "),
    "python, name": ("python", "def load_{0}(frame):\n    return frame[frame.a > {0}]\n", "x = loa"),
    "python, column": ("python", "def load_{0}(frame):\n    return frame[frame.a > {0}]\n", 'x = df["c_'),
    "connection": ("connection_config", "option_{0}: value\n", "connector: kafka\npass"),
}
HEADS = {"yaml": "name: p\nnodes:\n"}


def tables(count: int) -> list[TableSchema]:
    return [
        TableSchema(
            name=f"t_{number}",
            schema="dwh",
            columns=[Column(name=f"c_{each}", type="int") for each in range(20)],
            primary_key=["c_0"],
            foreign_keys=[ForeignKey(columns=["c_1"], references_table=f"t_{number - 1}")] if number else [],
        )
        for number in range(count)
    ]


def document(case: str, size: int) -> tuple[str, str]:
    """Language and text of about `size` characters before the cursor."""
    language, filler, end = CASES[case]
    head = HEADS.get(language, "")
    room = max(0, size - len(head) - len(end)) // len(filler.format(100))
    return language, head + "".join(filler.format(number) for number in range(room)) + end


def core(language: str, text: str, known: list[TableSchema]) -> Callable[[], int]:
    def call() -> int:
        place = Place(language, text[-MOST_PREFIX:], "", "postgresql", known)
        return len(suggest(in_reach(place), MOST))

    return call


def whole(channel: Any, language: str, text: str, known: list[TableSchema]) -> Callable[[], Awaitable[int]]:
    stub = suggest_pb2_grpc.SuggestServiceStub(channel)
    request = suggest_pb2.SuggestRequest(language=language, prefix=text, schema=known, max_suggestions=MOST)

    async def call() -> int:
        return len((await stub.Suggest(request)).suggestions)

    return call


async def timed(call: Callable[[], Any]) -> tuple[Any, list[float]]:
    """What it gives, and sorted milliseconds of ROUNDS calls after a warm one."""
    times, given = [], None
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        given = call()
        if isinstance(given, Awaitable):
            given = await given
        times.append((time.perf_counter() - started) * 1000)
    return given, sorted(times[1:])


async def rows() -> Iterator[str]:
    found = []
    known = {count: tables(count) for count in TABLES}
    async with copilot() as channel:
        for case, size, count in product(CASES, SIZES, TABLES):
            language, text = document(case, size)
            given, own = await timed(core(language, text, known[count]))
            _, wire = await timed(whole(channel, language, text, known[count]))
            middle, late = ROUNDS // 2, ROUNDS * 95 // 100
            found.append(
                f"| {case} | {len(text):,} | {count:,} | {given} | {own[middle]:.1f} | {own[late]:.1f} "
                f"| {wire[middle]:.1f} | {wire[late]:.1f} |"
            )
    return iter(found)


def main() -> None:
    configure_logging("console", "ERROR")
    print(machine.described(), "\n")
    print("| place | characters | tables | proposed | core p50 ms | p95 | call p50 ms | p95 |")
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(asyncio.run(rows())))


if __name__ == "__main__":
    main()
