"""Loads definition files (data, arguments, verdict), runs their rules and compares the verdicts."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import duckdb

from services.copilot.quality.compiling.compile import compiled
from services.copilot.quality.compiling.types import is_moment
from services.copilot.quality.rule import RefusedRuleError, Rule
from services.copilot.sql.schema_index import TableInfo
from tests.copilot.quality.expectations import EXCLUDED, MAPPED, ORDER_COLUMN, moment, name_of

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "testsets" / "quality_rules"
_ENGINES = {"postgresql", "sqlalchemy"}
"""The marks of the definition files that speak of SQL databases, or of PostgreSQL."""


@dataclass(frozen=True)
class Data:
    """One table: its columns with types, and its rows."""

    table: TableInfo
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Case:
    """`expected`: True, False, or None where the definition expects an error."""

    file: str
    expectation: str
    title: str
    kwargs: Mapping[str, Any]
    expected: bool | None
    data: list[Data] = field(repr=False, default_factory=list)


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.json"))


def cases(path: Path) -> Iterator[Case | str]:
    """The cases of a file; a text is the reason why one of them has no verdict for an SQL database."""
    definition = json.loads(path.read_text("utf-8"))
    expectation = name_of(definition["expectation_type"])
    for number, dataset in enumerate(definition["datasets"]):
        data: list[Data] | None = None
        for test in dataset["tests"]:
            reason = _unfit(dataset) or _unfit(test) or _without_verdict(test)
            if reason:
                yield reason
                continue
            data = data or tables(dataset, f"t_{number}", ordered=expectation.endswith("creasing"))
            expected = test["out"].get("success") if not _fails(test) else None
            kwargs = test.get("in") or test.get("kwargs") or {}
            yield Case(path.stem, expectation, test["title"], kwargs, expected, data)


def _unfit(marked: Mapping[str, Any]) -> str:
    only, suppressed = set(marked.get("only_for") or ()), set(marked.get("suppress_test_for") or ())
    if only and not only & _ENGINES:
        return f"only for {', '.join(sorted(only))}"
    return f"not for {', '.join(sorted(suppressed & _ENGINES))}" if suppressed & _ENGINES else ""


def _fails(test: Mapping[str, Any]) -> bool:
    return "traceback_substring" in test["out"] or bool(test.get("error"))


def _without_verdict(test: Mapping[str, Any]) -> str:
    return "" if "success" in test["out"] or _fails(test) else "it states no verdict"


def tables(dataset: Mapping[str, Any], name: str, *, ordered: bool) -> list[Data]:
    if isinstance(dataset["data"], list):
        return [_table(each, each["dataset_name"], ordered=ordered) for each in dataset["data"]]
    return [_table(dataset, name, ordered=ordered)]


def _table(dataset: Mapping[str, Any], name: str, *, ordered: bool) -> Data:
    types = (dataset.get("schemas") or {}).get("postgresql") or {}
    columns = {key: _typed(values, str(types.get(key, ""))) for key, values in dataset["data"].items()}
    if ordered:
        length = max((len(values) for _, values in columns.values()), default=0)
        columns[ORDER_COLUMN] = ("bigint", list(range(length)))
    info = TableInfo(name, columns=tuple((key, kind) for key, (kind, _) in columns.items()))
    return Data(info, list(zip(*(values for _, values in columns.values()), strict=True)))


def _typed(values: list[Any], declared: str) -> tuple[str, list[Any]]:
    """The type of a column by its values; dates by its declared type, as JSON has none."""
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {str} and is_moment(declared):
        return declared.lower(), [None if value is None else moment(value) for value in values]
    if kinds <= {bool} and kinds:
        return "boolean", values
    if kinds <= {int} and kinds:
        return "bigint", values
    if kinds <= {int, float} and kinds:
        return "double precision", [None if value is None else float(value) for value in values]
    if not kinds:
        return declared.lower().replace("_", " ") or "integer", values
    return "text", [None if value is None else str(value) for value in values]


def rules(case: Case) -> list[Rule]:
    """Raises RefusedRuleError; KeyError where an argument is missing."""
    made = MAPPED[case.expectation](case.kwargs)
    found = made if isinstance(made, list) else [made]
    if case.expectation == "unexpected_rows_expectation":
        query = str(found[0].parameters["query"]).replace("{batch}", case.data[0].table.name)
        found = [Rule(found[0].type, "", {"query": query})]
    return found


Run = Callable[[str], Awaitable[bool]]
"""Runs a statement and says whether it returned a row. Raises EngineError."""


class EngineError(Exception):
    """The database refused the statement."""


async def verdict(case: Case, dialect: str, run: Run) -> bool | None:
    """True where every rule of the case holds, None where it is refused."""
    try:
        statements = [compiled(rule, case.data[0].table, dialect).sql for rule in rules(case)]
        return not any([await run(statement) for statement in statements])
    except (RefusedRuleError, EngineError, KeyError):
        return None


async def on_postgres(connection: asyncpg.Connection, data: list[Data]) -> Run:
    """Fresh tables with the data; the connection must not cache statements, as the tables change their types."""
    for each in data:
        await connection.execute(f'DROP TABLE IF EXISTS "{each.table.name}"')
        columns = ", ".join(f'"{name}" {kind}' for name, kind in each.table.columns)
        await connection.execute(f'CREATE TABLE "{each.table.name}" ({columns})')
        if each.rows:
            await connection.copy_records_to_table(each.table.name, records=each.rows)

    async def run(statement: str) -> bool:
        try:
            return bool(await connection.fetch(statement))
        except asyncpg.PostgresError as error:
            raise EngineError(str(error)) from error

    return run


def on_duckdb(connection: duckdb.DuckDBPyConnection, data: list[Data]) -> Run:
    for each in data:
        connection.execute(f'DROP TABLE IF EXISTS "{each.table.name}"')
        columns = ", ".join(f'"{name}" {kind}' for name, kind in each.table.columns)
        connection.execute(f'CREATE TABLE "{each.table.name}" ({columns})')
        if each.rows:
            marks = ", ".join("?" * len(each.table.columns))
            connection.executemany(f'INSERT INTO "{each.table.name}" VALUES ({marks})', each.rows)

    async def run(statement: str) -> bool:
        try:
            return bool(connection.execute(statement).fetchall())
        except duckdb.Error as error:
            raise EngineError(str(error)) from error

    return run


def excluded(expectation: str) -> str:
    """Why an expectation is no rule; "" where it is one. A name that is unknown is none, and says so."""
    return EXCLUDED.get(expectation, "" if expectation in MAPPED else "no expectation of the core that is known")
