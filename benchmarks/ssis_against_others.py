"""SSIS packages beside data_dp_ssis2sp from PyPI, in one run on one machine: seconds for each MB, and rows.

    python3 -m venv /tmp/ssis2sp && /tmp/ssis2sp/bin/pip install data_dp_ssis2sp
    .venv/bin/python -m benchmarks.ssis_against_others /tmp/ssis2sp

Speed is measured on the real packages of the corpus: ours is parsing, rules, expressions and documents; theirs its
`convert_file`. Each file is converted several times by a process that has converted it before; the fastest counts, in
processor seconds. Rows come from the data flows of the flow tests, whose expected rows are worked out by hand: what
theirs writes (T-SQL) is carried over to DuckDB and run on the same rows. `silently wrong` is other rows without a
warning from the converter.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from benchmarks.machine import described
from benchmarks.ssis_package import Package
from services.migration.parsers.errors import ExportError
from services.migration.pipeline import convert, deliver, parse_export
from services.pipelines.dsl.document import load
from services.runtime.worker_process import settle
from tests.migration.flows.sheet import plain
from tests.migration.flows.ssis import cases, changes, corners, reshaped
from tests.migration.flows.ssis.sheet import CASES, Case, converted, expected, run_case

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "ssis"
STAMP = "2000-01-01T00:00:00Z"
RUNS = 5
CHILD_SECONDS = 900

_CHILD = """
import json, logging, sys, time
from importlib.metadata import version
logging.disable(logging.CRITICAL)
from loguru import logger
logger.remove()
from data_dp_ssis2sp import convert_file
found = {"version": version("data_dp_ssis2sp"), "files": {}}
runs = int(sys.argv[1])
for path in json.load(sys.stdin):
    best, sql, warnings, failed = None, "", [], ""
    for _ in range(runs):
        began = time.process_time()
        try:
            result = convert_file(path)
            sql, warnings = result.sql, list(result.warnings)
        except Exception as error:  # why: whatever it raises is its result
            failed = f"{type(error).__name__}: {error}"[:200]
        spent = time.process_time() - began
        best = spent if best is None else min(best, spent)
    found["files"][path] = {"seconds": best, "sql": sql, "warnings": warnings, "failed": failed}
print(json.dumps(found))
"""


def theirs(environment: Path, files: list[Path], runs: int) -> dict[str, Any]:
    """What their converter makes of files, with the fastest of several runs for each."""
    done = subprocess.run(
        [environment / "bin" / "python", "-c", _CHILD, str(runs)],
        input=json.dumps([str(file) for file in files]),
        capture_output=True,
        text=True,
        timeout=CHILD_SECONDS,
        check=True,
    )
    return dict(json.loads(done.stdout))


def ours(file: Path, runs: int) -> float:
    """Processor seconds of the fastest conversion; a package that is refused counts as well."""
    data = file.read_bytes()
    best = float("inf")
    for _ in range(runs):
        began = time.process_time()
        with contextlib.suppress(ExportError):
            list(deliver(convert(parse_export(data, file.name), generated_at=STAMP)))
        best = min(best, time.process_time() - began)
    return best


def speed(environment: Path) -> None:
    files = sorted(CORPUS.glob("*.dtsx"))
    settle()
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    other = theirs(environment, files, RUNS)
    failed = sum(bool(entry["failed"]) for entry in other["files"].values())
    theirs_total = sum(entry["seconds"] for entry in other["files"].values())
    ours_total = sum(ours(file, RUNS) for file in files)
    print(f"{len(files)} real packages, {megabytes:.2f} MB; {described()}")
    print(f"ours                       {ours_total / megabytes:.3f} s per MB")
    print(f"data_dp_ssis2sp {other['version']:10} {theirs_total / megabytes:.3f} s per MB, {failed} failed")
    print(f"ratio                      {theirs_total / ours_total:.1f}")


def carried_over(sql: str) -> list[str]:
    """Their T-SQL statements for DuckDB: no schemas, no collations."""
    found = []
    for tree in sqlglot.parse(sql, dialect="tsql"):
        if tree is None:
            continue
        for table in tree.find_all(exp.Table):
            table.set("db", None)
            table.set("catalog", None)
        plain_tree = tree.transform(lambda node: node.this if isinstance(node, exp.Collate) else node)
        found.append(plain_tree.sql("duckdb"))
    return found


def rows_of(item: Case, sql: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that their statements put into the targets. Raises duckdb.Error and SqlglotError."""
    document = load(converted(item.draw).documents[0].yaml)
    with duckdb.connect() as database:
        for node in document.nodes():
            named = node["columns"] if node["type"] == "source" else node["config"].get("columns", ())
            if node["type"] == "transformation" or not named:
                continue
            table = node["config"].get("table") or {"lk_reference": "codes", "scd_dimension": "dim"}.get(
                node["id"], node["id"]
            )
            columns = ", ".join(f'"{c["name"]}" {c.get("type", "varchar")}' for c in named)
            database.execute(f'CREATE TABLE "{table}" ({columns})')
            for row in (*item.inputs.get(node["id"], ()), *item.before.get(node["id"], ())):
                database.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(row))})', list(row))
        for statement in carried_over(sql):
            database.execute(statement)
        found = {}
        for name in item.gives:
            node = next(node for node in document.nodes() if node["id"] == name)
            table = node["config"].get("table", name)
            rows = database.execute(f'SELECT * FROM "{table}"').fetchall()
            listed = [tuple(plain(value) for value in row) for row in rows]
            found[name] = listed if item.ordered else sorted(listed, key=repr)
    return found


def judged(item: Case, entry: dict[str, Any]) -> str:
    if entry["failed"]:
        return "failed"
    try:
        right = rows_of(item, entry["sql"]) == expected(item)
    except (duckdb.Error, SqlglotError) as error:
        return f"not runnable ({str(error).splitlines()[0][:60]})"
    if right:
        return "right"
    return "wrong, with a warning" if entry["warnings"] else "silently wrong"


def rows(environment: Path) -> None:
    chosen = [item for item in CASES if item.layout == 8]
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for item in chosen:
            package = Package(8)
            item.draw(package)
            files.append(Path(folder) / f"{item.draw.__name__}.dtsx")
            files[-1].write_bytes(package.text())
        other = theirs(environment, files, 1)
    tally: dict[str, Counter[str]] = {"ours": Counter(), "theirs": Counter()}
    held = ", ".join(module.__name__.rpartition(".")[2] for module in (cases, changes, corners, reshaped))
    print(f"\n{len(chosen)} data flows of {cases.__package__} ({held})")
    for item, file in zip(chosen, files, strict=True):
        mine = "right" if run_case(item) == expected(item) else "wrong"
        found = judged(item, other["files"][str(file)])
        tally["ours"][mine] += 1
        tally["theirs"][found.partition(" (")[0]] += 1
        print(f"{item.draw.__name__:75} {mine:6} {found}")
    for who, counts in tally.items():
        print(who, dict(counts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", type=Path, help="a virtual environment with data_dp_ssis2sp")
    chosen = parser.parse_args()
    speed(chosen.environment)
    rows(chosen.environment)


if __name__ == "__main__":
    main()
