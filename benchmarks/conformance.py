"""Documented function results against the SQL emitted for them, on both engines: what is right, what is silently wrong.

    .venv/bin/python -m benchmarks.conformance                    # every language: the shared rows and our own
    .venv/bin/python -m benchmarks.conformance --language ssis
    .venv/bin/python -m benchmarks.conformance rows.tsv --language alteryx --url postgresql://user@host:5432/database

Prints tables as Markdown. Without --url a PostgreSQL server is started for the run. Rows that are not right follow.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.machine import described
from services.cli.throwaway_postgres import throwaway_postgres
from services.migration.ast import Tool
from services.migration.expressions.conformance import Score
from services.migration.expressions.engines import postgresql_engine, run_file
from services.migration.expressions.languages import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "functions"
OWN = ROOT / "tests" / "migration" / "expressions"
SURE = 0.85
HEAD = (
    "| rows | engine | rows | right | silently wrong | warned | refused | documented right | documented silently wrong "
    "| wrong at ≥ 0.85 | right at ≥ 0.85 | right but warned | seconds |"
)


def line(name: str, engine: str, score: Score, seconds: float) -> str:
    counts = score.as_dict()
    doc = counts["doc"]
    right = [outcome for outcome in score.outcomes if outcome.verdict == "right"]
    wrong_and_sure = sum(
        outcome.verdict in ("silently_wrong", "warned") and outcome.confidence >= SURE for outcome in score.outcomes
    )
    sure = sum(outcome.confidence >= SURE for outcome in right)
    cells = (
        name,
        engine,
        counts["total"],
        share(counts["right"], counts["total"]),
        share(counts["silently_wrong"], counts["total"]),
        counts["warned"],
        counts["refused"],
        share(doc["right"], doc["total"]),
        share(doc["silently_wrong"], doc["total"]),
        wrong_and_sure,
        share(sure, len(right)),
        share(sum(outcome.was_warned for outcome in right), len(right)),
        f"{seconds:.1f}",
    )
    return f"| {' | '.join(map(str, cells))} |"


def share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.1%})" if whole else "none"


def print_names(tool: Tool) -> None:
    rows = LANGUAGES[tool].functions.values()
    refused = sorted(row.name for row in rows if row.build is None)
    known, translated = len(rows), len(rows) - len(refused)
    print(f"\n{tool.value}: {known} function names known, {translated} translated, {len(refused)} refused by name:")
    print(", ".join(refused))


def files_of(tool: Tool) -> list[Path]:
    """The documented rows of a language, then our own."""
    folder = OWN if tool is Tool.POWERCENTER else OWN / tool.value
    return [path for path in (SHARED / f"{tool.value}.tsv", folder / "results.tsv") if path.exists()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--language", type=Tool, choices=list(Tool), help="only this one")
    parser.add_argument("--url", default="", help="a PostgreSQL server")
    options = parser.parse_args()
    if options.files and not options.language:
        parser.error("name the --language of the files")
    tools = [options.language] if options.language else list(Tool)
    files = [(tool, path) for tool in tools for path in options.files or files_of(tool)]
    wrong = []
    with contextlib.ExitStack() as stack:
        url = options.url or stack.enter_context(throwaway_postgres())
        with postgresql_engine(url) as execute:
            server = str(execute("SHOW server_version"))
        print(f"{described()}, DuckDB {version('duckdb')}, PostgreSQL {server}, sqlglot {version('sqlglot')}\n")
        print(f"{HEAD}\n|{'---|' * HEAD.count(' |')}")
        for tool, path in files:
            for engine in ("duckdb", "postgresql"):
                began = time.perf_counter()
                score = run_file(path, language=tool, engine=engine, url=url)
                print(line(f"{tool.value}: {path.name}", engine, score, time.perf_counter() - began), flush=True)
                wrong += [(engine, outcome) for outcome in score.outcomes if outcome.verdict != "right"]
    for tool in tools:
        print_names(tool)
    print("\nNot right:" if wrong else "\nEvery row is right.")
    for engine, outcome in wrong:
        row = outcome.row
        print(f"- {engine} {row.id} {outcome.verdict} at {outcome.confidence:.2f}: `{row.expression}` {outcome.detail}")


if __name__ == "__main__":
    main()
