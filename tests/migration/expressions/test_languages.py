"""What the Alteryx, SSIS and DataStage languages are all held to; the rows of each stand beside its own tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
import sqlglot

from services.migration.ast import Tool
from services.migration.expressions import ExpressionError, engines, parse, references, translate
from services.migration.expressions.alteryx.names import parameter_name as alteryx_name
from services.migration.expressions.conformance import Score
from services.migration.expressions.conformance_rows import read_rows
from services.migration.expressions.datastage.names import parameter_name as datastage_name
from services.migration.expressions.languages import LANGUAGES
from services.migration.expressions.nodes import Call, Membership, Node, Operation, Unary
from services.migration.expressions.ssis.names import parameter_name as ssis_name
from services.sql_dialects import DIALECT_NAMES
from tests.migration.expressions.alteryx import rows as alteryx
from tests.migration.expressions.datastage import rows as datastage
from tests.migration.expressions.ssis import rows as ssis

HERE = Path(__file__).parent
SHARED = HERE.parents[3] / "shared" / "functions"
ENGINES = ("duckdb", "postgresql")
ROWS: dict[Tool, ModuleType] = {Tool.ALTERYX: alteryx, Tool.SSIS: ssis, Tool.DATASTAGE: datastage}
PARAMETER_NAMES = {Tool.ALTERYX: alteryx_name, Tool.SSIS: ssis_name, Tool.DATASTAGE: datastage_name}


@dataclass(frozen=True)
class Allowed:
    """Of the documented rows: those that may be wrong, and whether any may be refused."""

    wrong: int = 0
    refused: int = 0


DOCUMENTED = {
    Tool.ALTERYX: Allowed(refused=1),  # a text and a number, which the tool rejects
    Tool.SSIS: Allowed(wrong=2),  # two examples contradict the logarithm
    Tool.DATASTAGE: Allowed(wrong=1),  # one depends on the scale of a target that is not told
}
each_language = pytest.mark.parametrize("tool", list(ROWS), ids=lambda tool: tool.value)


def rows(table: str) -> pytest.MarkDecorator:
    """Every language's rows of one table, each with its language before it."""
    listed = [(tool, *row) for tool, module in ROWS.items() for row in getattr(module, table)]
    return pytest.mark.parametrize(("tool", "text", "expected"), listed)


def own(tool: Tool) -> Path:
    return HERE / tool.value / "results.tsv"


def wrong(score: Score) -> list[str]:
    return [
        f"{o.row.id} {o.row.expression}: {o.detail} for {o.row.expected}"
        for o in score.outcomes
        if o.verdict != "right"
    ]


@each_language
@pytest.mark.parametrize("engine", ENGINES)
def test_worked_out_results(tool: Tool, engine: str, postgres_url: str) -> None:
    assert wrong(engines.run_file(own(tool), language=tool, engine=engine, url=postgres_url)) == []


@each_language
@pytest.mark.skipif(not SHARED.exists(), reason="the documented rows are not here")
@pytest.mark.parametrize("engine", ENGINES)
def test_documented_results(tool: Tool, engine: str, postgres_url: str) -> None:
    score = engines.run_file(SHARED / f"{tool.value}.tsv", language=tool, engine=engine, url=postgres_url)
    counts, right = score.as_dict(), [o for o in score.outcomes if o.verdict == "right"]
    assert counts["doc"]["right"] >= counts["doc"]["total"] - DOCUMENTED[tool].wrong
    assert counts["silently_wrong"] == 0
    assert counts["refused"] <= DOCUMENTED[tool].refused
    assert all(o.confidence < 0.85 for o in score.outcomes if o.verdict != "right")
    assert sum(o.confidence >= 0.85 for o in right) >= 0.85 * len(right)
    assert sum(o.was_warned for o in right) <= 0.15 * len(right)


@each_language
def test_every_documented_function_is_known(tool: Tool) -> None:
    functions = LANGUAGES[tool].functions
    assert {name.upper() for name in ROWS[tool].NAMES.split()} - set(functions) == set()
    assert all(bool(row.build) != bool(row.refused) for row in functions.values())


@pytest.mark.parametrize(
    ("tool", "name"),
    [(tool, row.name) for tool in ROWS for row in LANGUAGES[tool].functions.values() if row.build is None],
)
def test_a_function_without_sql_says_why(tool: Tool, name: str) -> None:
    reason = LANGUAGES[tool].functions[name].refused
    assert len(reason) > 20
    assert translate(f"{name}(S)", language=tool, types=ROWS[tool].TYPES).refused == f"{name} has no SQL: {reason}"


@each_language
@pytest.mark.parametrize("dialect", list(DIALECT_NAMES))
def test_sql_parses_in_every_dialect(tool: Tool, dialect: str) -> None:
    given = []
    for row in read_rows(own(tool)):
        found = translate(row.expression, language=tool, dialect=dialect, types={n: t for n, t, _ in row.inputs})
        assert bool(found.sql) != bool(found.refused)
        if found.sql:
            given.append(sqlglot.parse_one(f"SELECT {found.sql}", read=DIALECT_NAMES[dialect]))
    assert len(given) > 40


def shape(node: Node) -> str:
    match node:
        case Operation(operators=operators, operands=operands):
            parts = [shape(operands[0])]
            for operator, operand in zip(operators, operands[1:], strict=True):
                parts += [operator, shape(operand)]
            return f"({' '.join(parts)})"
        case Call(name=name, arguments=arguments):
            return f"{name}[{listed(arguments)}]"
        case Membership(operand=operand, values=values, negated=negated):
            return f"{shape(operand)} {'not ' * negated}in [{listed(values)}]"
        case Unary(operator=operator, operand=operand):
            return f"{operator} {shape(operand)}"
    return str(node.value)  # type: ignore[attr-defined]  # every other node has one


def listed(nodes: Iterable[Node]) -> str:
    return ", ".join(map(shape, nodes))


@rows("SYNTAX")
def test_syntax(tool: Tool, text: str, expected: str) -> None:
    assert shape(parse(text, tool)) == expected


@rows("MISTAKES")
def test_mistakes_are_named_with_their_place(tool: Tool, text: str, expected: str) -> None:
    with pytest.raises(ExpressionError, match=expected):
        parse(text, tool)


@rows("REFUSED")
def test_what_the_tool_rejects_or_sql_has_not_is_refused(tool: Tool, text: str, expected: str) -> None:
    found = translate(text, language=tool, dialect="duckdb", types=ROWS[tool].TYPES)
    assert expected in found.refused
    assert bool(expected) == bool(found.refused)


@rows("CORNERS")
def test_corners_are_named(tool: Tool, text: str, expected: str) -> None:
    found = translate(text, language=tool, dialect="duckdb", types=ROWS[tool].TYPES)
    assert [caution.code for caution in found.warnings] == [expected]
    assert found.confidence < 0.85


@rows("PARAMETERS")
def test_parameter_names(tool: Tool, text: str, expected: str | None) -> None:
    assert PARAMETER_NAMES[tool](text) == expected


@rows("REFERENCES")
def test_references_are_columns_only(tool: Tool, text: str, expected: tuple[str, ...]) -> None:
    assert references(parse(text, tool), tool) == expected
