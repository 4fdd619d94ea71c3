"""The semantic layer: how many questions it answers right, how many it must leave and does, and how fast.

    python -m benchmarks.semantic_layer

Right: the questions of tests/copilot/semantic/questions.tsv, executed on DuckDB over sample rows, against numbers
worked out in plain Python. Left: those of not_answered.tsv, which must get no statement. Speed: resolving (words to
entries), and the whole answer with its statement, one question after the other in one process; load: reading and
checking the file.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from importlib import resources

import duckdb

from benchmarks import machine
from services.copilot.semantic.answer import from_glossary
from services.copilot.semantic.layer import Layer, layer
from services.copilot.semantic.reading import read
from services.copilot.semantic.resolve import resolve
from tests.copilot.semantic.sample import TODAY, ddl, rows, tables
from tests.copilot.semantic.test_not_answered import cases as questions_to_leave
from tests.copilot.semantic.test_questions import CASES, DIALECTS, same

ROUNDS = 20
LARGE = 50
"""How many times the glossary's entries, under other names, in the large one."""


def filled() -> duckdb.DuckDBPyConnection:
    """The sample rows in DuckDB."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA dm")
    for table in tables():
        connection.execute(ddl(table))
        marks = ", ".join("?" * len(table.columns))
        found = [tuple(row.values()) for row in rows()[table.name]]
        connection.executemany(f"INSERT INTO {table.qualified} VALUES ({marks})", found)
    return connection


def right() -> int:
    connection = filled()
    found = 0
    for case in CASES:
        answer = from_glossary(case.question, "duckdb", today=TODAY)
        try:
            same(case, connection.execute(answer.sql).fetchall())
        except AssertionError:
            continue
        found += 1
    return found


def large() -> Layer:
    """A glossary of LARGE times the entries, so that the index is not a small one."""
    glossary = layer().glossary
    copies = {
        section: tuple(
            each.model_copy(
                update={
                    "name": f"{each.name}_{number}",
                    "display_name": f"{each.display_name} {number}",
                    "synonyms": {
                        language: tuple(f"{word} {number}" for word in words)
                        for language, words in each.synonyms.items()
                    },
                    **({"phrases": {}, "parameters": ()} if section == "filters" else {}),
                }
            )
            for number in range(1, LARGE)
            for each in getattr(glossary, section)
            if not getattr(each, "parameters", ())
        )
        for section in ("metrics", "dimensions", "filters")
    }
    return Layer.of(glossary.model_copy(update={name: getattr(glossary, name) + more for name, more in copies.items()}))


def timed(call: Callable[[str], object], questions: Sequence[str]) -> str:
    """p50 and p95 in milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        for question in questions:
            started = time.perf_counter()
            call(question)
            taken.append((time.perf_counter() - started) * 1000)
    return f"{statistics.median(taken):.2f} | {statistics.quantiles(taken, n=20)[18]:.2f}"


def main() -> None:
    print(machine.described())
    left = [question for question, _ in questions_to_leave()]
    wrong = [question for question in left if from_glossary(question, "postgresql", today=TODAY).covered]
    print(f"\nright: {right()} of {len(CASES)} questions")
    print(f"left, as they must be: {len(left) - len(wrong)} of {len(left)}\n")
    asked = [case.question for case in CASES]
    used, many = layer(), large()
    text = resources.files("services.copilot.semantic").joinpath("glossary.yaml").read_text("utf-8")
    entries = sum(len(getattr(many.glossary, name)) for name in ("metrics", "dimensions", "filters"))
    print("| step | p50 ms | p95 ms |\n|---|---|---|")
    print(f"| resolve, 32 entries | {timed(lambda q: resolve(q, used.glossary, used.lexicon, TODAY), asked)} |")
    print(f"| resolve, {entries} entries | {timed(lambda q: resolve(q, many.glossary, many.lexicon, TODAY), asked)} |")
    print(f"| resolve, questions to leave | {timed(lambda q: resolve(q, used.glossary, used.lexicon, TODAY), left)} |")
    for dialect in DIALECTS:

        def whole(question: str, dialect: str = dialect) -> object:
            return from_glossary(question, dialect, today=TODAY)

        print(f"| whole answer, {dialect} | {timed(whole, asked)} |")
    started = time.perf_counter()
    Layer.of(read(text, "glossary.yaml"))
    print(f"\nload: {(time.perf_counter() - started) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
