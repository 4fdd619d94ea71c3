"""The SSIS expression language: syntax, results, and what is refused."""

from pathlib import Path

import pytest
import sqlglot

from services.migration.ast import Tool
from services.migration.conversion import Translation
from services.migration.expressions import ExpressionError, engines, parse, references, translate
from services.migration.expressions.conformance import Score
from services.migration.expressions.conformance_rows import read_rows
from services.migration.expressions.nodes import Call, Node, Operation
from services.migration.expressions.ssis.language import FUNCTIONS
from services.migration.expressions.ssis.names import parameter_name
from services.sql_dialects import DIALECT_NAMES

OWN = Path(__file__).with_name("results.tsv")
SHARED = Path(__file__).parents[5] / "shared" / "functions" / "ssis.tsv"
TYPES = {"S": "wstr", "N": "i4", "X": "r8", "D": "dbtimestamp", "B": "bool", "User_Name": "wstr", "Col Name": "wstr"}
NAMES = """
abs ceiling codepoint dateadd datediff datepart day exp findstring floor getdate getutcdate hex isnull left len ln log
lower ltrim month power replace replacenull replicate reverse right round rtrim sign sqrt square substring token
tokencount trim upper year
"""


def ssis(text: str, dialect: str = "duckdb", **options: object) -> Translation:
    return translate(text, language=Tool.SSIS, dialect=dialect, types=TYPES, **options)  # type: ignore[arg-type]  # options by name


def wrong(score: Score) -> list[str]:
    return [
        f"{o.row.id} {o.row.expression}: {o.detail} for {o.row.expected}"
        for o in score.outcomes
        if o.verdict != "right"
    ]


def test_worked_out_results_on_duckdb() -> None:
    assert wrong(engines.run_file(OWN, language=Tool.SSIS, engine="duckdb")) == []


def test_worked_out_results_on_postgresql(postgres_url: str) -> None:
    assert wrong(engines.run_file(OWN, language=Tool.SSIS, engine="postgresql", url=postgres_url)) == []


@pytest.mark.skipif(not SHARED.exists(), reason="the documented rows are not here")
@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_documented_results(engine: str, postgres_url: str) -> None:
    score = engines.run_file(SHARED, language=Tool.SSIS, engine=engine, url=postgres_url)
    counts = score.as_dict()
    assert counts["doc"]["right"] >= counts["doc"]["total"] - 2  # two examples contradict the logarithm
    assert counts["silently_wrong"] == 0
    assert all(o.confidence < 0.85 for o in score.outcomes if o.verdict != "right")


def test_every_function_and_data_type_is_known() -> None:
    assert {name.upper() for name in NAMES.split()} <= set(FUNCTIONS)
    assert len(NAMES.split()) == 38  # and NULL, by data type


def shape(node: Node) -> str:
    match node:
        case Operation(operators=operators, operands=operands):
            parts = [shape(operands[0])]
            for operator, operand in zip(operators, operands[1:], strict=True):
                parts += [operator, shape(operand)]
            return f"({' '.join(parts)})"
        case Call(name=name, arguments=arguments):
            return f"{name}[{', '.join(map(shape, arguments))}]"
    return getattr(node, "value", "") or f"{node.operator}{shape(node.operand)}"  # type: ignore[attr-defined]  # Unary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ? b : c ? d : e", "?:[a, b, ?:[c, d, e]]"),
        ("a || b && c == d + e * f", "(a OR (b AND (c = (d + (e * f)))))"),
        ("a & b ^ c | d", "(((a & b) ^ c) | d)"),
        ("!a == b", "(NOTa = b)"),
        ("(DT_STR,10,1252)a + b", "((DT_STR)[a, 10, 1252] + b)"),
        ("(DT_I4)-x", "(DT_I4)[-x]"),
        ("( a )", "a"),
        ("NULL(DT_WSTR,5)", "NULL(DT_WSTR)[5]"),
        ("[ISNULL](#12)", "ISNULL[#12]"),
        ("[My Col] != [Src].[Id]", "(My Col != Src.Id)"),
        ("@[User::a b] + @x", "(a_b + x)"),
        (r'"a\"b\\\x41\n"', 'a"b\\A\n'),
        ("0x1F + 5L", "(31 + 5)"),
    ],
)
def test_syntax(text: str, expected: str) -> None:
    assert shape(parse(text, Tool.SSIS)) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1", "equality is =="),
        ("'a'", "single quotes"),
        ('"a', "no closing quote"),
        ("a ? b", "expected the :"),
        ("(DT_STR,x)a", "a number: length"),
        ("LEFT(a, 1", "the parenthesis closing the one at character 4"),
        ("", "expected a value"),
        ("(" * 300 + "a" + ")" * 300, "nesting"),
        ("!" * 5000 + "a", "nesting"),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said):
        parse(text, Tool.SSIS)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("S + N", "joins a string with a number"),
        ("S == N", "a string is compared with a number"),
        ("UPPER(N)", "a number is used as text"),
        ("N ? S : S", ""),
        ("B ? S : N", "the results are a string and a number"),
        ("NOSUCH(S)", "no function of the language"),
        ("UPER(S)", "the nearest is UPPER"),
        ("LEFT(S)", "takes 2 arguments"),
        ("Missing + 1", "there is no field Missing"),
        ("(DT_STR,10)S", "takes 3 arguments"),
        ("DATEPART(S, D)", "string literal"),
        ('DATEPART("fortnight", D)', "no date part"),
        ("(DT_BYTES,4)S", "no equal"),
        ("(DT_I4)D", "counts days"),
    ],
)
def test_what_the_tool_rejects_or_sql_has_not_is_refused(text: str, reason: str) -> None:
    found = ssis(text)
    assert reason in found.refused if reason else not found.refused


@pytest.mark.parametrize("dialect", list(DIALECT_NAMES))
def test_sql_parses_in_every_dialect(dialect: str) -> None:
    for row in [*read_rows(OWN)]:
        found = translate(row.expression, language=Tool.SSIS, dialect=dialect, types={n: t for n, t, _ in row.inputs})
        assert bool(found.sql) != bool(found.refused)
        if found.sql:
            assert sqlglot.parse_one(f"SELECT {found.sql}", read=DIALECT_NAMES[dialect])


def test_variables_become_parameters() -> None:
    found = ssis('@[User::Name] + "x" + @[System::UserName]')
    assert (found.parameters, found.sql) == (("Name", "System_UserName"), ":Name || 'x' || :System_UserName")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@x", "x"),
        ("@[User::My Path]", "My_Path"),
        ("@[$Package::Year]", "Package_Year"),
        ("@[$Project::Server]", "Project_Server"),
        ("User::Path", "Path"),
        ("@[User::1st]", "p_1st"),
    ],
)
def test_parameter_names(text: str, name: str) -> None:
    assert parameter_name(text) == name


def test_references_are_columns_only() -> None:
    assert references(parse('TRUE && [Col Name] == "a" && @v > N', Tool.SSIS), Tool.SSIS) == ("Col Name", "N")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(DT_STR,3,1252)S", "CAST_TRUNCATES"),
        ("(DT_WSTR,30)D", "DATE_CAST_AS_TEXT"),
        ("(DT_DBDATE)S", "TEXT_CAST_AS_DATE"),
        ("LN(X)", "LOGARITHM_EXAMPLES"),
    ],
)
def test_corners_are_named(text: str, code: str) -> None:
    found = ssis(text)
    assert [caution.code for caution in found.warnings] == [code]
    assert found.confidence < 0.85
