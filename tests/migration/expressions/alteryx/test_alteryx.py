"""The Alteryx expression language: syntax, results, and what is refused."""

from pathlib import Path

import pytest
import sqlglot

from services.migration.ast import Tool
from services.migration.conversion import Translation
from services.migration.expressions import ExpressionError, engines, parse, references, translate
from services.migration.expressions.alteryx.language import ALTERYX, FUNCTIONS
from services.migration.expressions.alteryx.names import RowOffset, parameter_name, row_offset
from services.migration.expressions.conformance import Score
from services.migration.expressions.conformance_rows import read_rows
from services.migration.expressions.nodes import Call, Membership, Node, Operation, Unary
from services.sql_dialects import DIALECT_NAMES

OWN = Path(__file__).with_name("results.tsv")
SHARED = Path(__file__).parents[5] / "shared" / "functions" / "alteryx.tsv"
TYPES = {
    "S": "varchar", "T": "varchar", "N": "integer", "X": "double", "D": "date", "M": "timestamp", "B": "boolean",
    "Unit Price": "decimal(10,2)", "Row-1:N": "integer", "_CurrentField_": "varchar",
}  # fmt: skip
NAMES = """
abs acos asin atan atan2 average averagenonnull between binaryand binarynot binaryor binaryxor bintoint bound ceil
charfromint chartoint coalesce comparedictionary comparedigits compareepsilon contains convertfromcodepage
converttocodepage cos cosh countwords datetimeadd datetimeday datetimediff datetimefirstofmonth datetimeformat
datetimehour datetimelastofmonth datetimeminutes datetimemonth datetimenow datetimenowprecise datetimeparse
datetimequarter datetimeseconds datetimestart datetimetoday datetimetolocal datetimetoutc datetimetrim datetimeweeknum
datetimeworkdays datetimeyear decomposeunicodeformatch distance endswith equalstrings escapexmlmetacharacters exp
factorial fileaddpaths fileexists filegetdir filegetext filegetfilename financecagr financeeffectiverate financefv
financefvschedule financeirr financemirr financemxirr financenominalrate financenper financenpv financepmt financepv
financerate financexirr financexnpv findnth findstring floor getenvironmentvariable getleft getpart getright getval
getword hextonumber if iif inttobin inttohex isempty isinteger islowercase isnull isnumber isspatialobj isstring
isuppercase left length log log10 lowercase max maxidx md5_ascii md5_unicode md5_utf8 median message min minidx mod null
padleft padright pi pow rand randint rangemedian readregistrystring regex_countmatches regex_match regex_replace replace
replacechar replacefirst reversestring right round shiftleft shiftright sin sinh smartround soundex soundex_digits sqrt
startswith strcspn stripquotes strspn substring switch tan tanh titlecase todate todatetime todegrees tonumber topnidx
toradians tostring trim trimleft trimright unicodenormalize uppercase urlencode urlencodeutf8 uuidcreate
betadist betainv chidist chiinv fdist finv gammadist gammainv lognormdist lognorminv normdist norminv poissondist
poissoninv tdist tinv weibulldist weibullinv
st_area st_centroid st_contains st_createpoint st_distance st_intersects st_length st_touches st_within
"""


def alteryx(text: str, dialect: str = "duckdb", **options: object) -> Translation:
    return translate(text, language=Tool.ALTERYX, dialect=dialect, types=TYPES, **options)  # type: ignore[arg-type]  # options by name


def wrong(score: Score) -> list[str]:
    return [
        f"{o.row.id} {o.row.expression}: {o.detail} for {o.row.expected}"
        for o in score.outcomes
        if o.verdict != "right"
    ]


def test_worked_out_results_on_duckdb() -> None:
    assert wrong(engines.run_file(OWN, language=Tool.ALTERYX, engine="duckdb")) == []


def test_worked_out_results_on_postgresql(postgres_url: str) -> None:
    assert wrong(engines.run_file(OWN, language=Tool.ALTERYX, engine="postgresql", url=postgres_url)) == []


@pytest.mark.skipif(not SHARED.exists(), reason="the documented rows are not here")
@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_documented_results(engine: str, postgres_url: str) -> None:
    score = engines.run_file(SHARED, language=Tool.ALTERYX, engine=engine, url=postgres_url)
    counts = score.as_dict()
    assert counts["doc"]["right"] == counts["doc"]["total"]
    assert counts["silently_wrong"] == 0
    assert all(o.confidence < 0.85 for o in score.outcomes if o.verdict != "right")


def test_every_function_is_known() -> None:
    assert {name.upper() for name in NAMES.split()} <= set(FUNCTIONS)
    assert all(bool(row.build) != bool(row.refused) for row in FUNCTIONS.values())


def shape(node: Node) -> str:
    match node:
        case Operation(operators=operators, operands=operands):
            parts = [shape(operands[0])]
            for operator, operand in zip(operators, operands[1:], strict=True):
                parts += [operator, shape(operand)]
            return f"({' '.join(parts)})"
        case Call(name=name, arguments=arguments):
            return f"{name}[{', '.join(map(shape, arguments))}]"
        case Membership(operand=operand, values=values, negated=negated):
            return f"{shape(operand)} {'not ' * negated}in [{', '.join(map(shape, values))}]"
        case Unary(operator=operator, operand=operand):
            return f"{operator} {shape(operand)}"
    return str(node.value)  # type: ignore[attr-defined]  # every other node has one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a OR b AND c || d && e", "(a OR b AND c OR d AND e)"),
        ("a = b < c", "(a = (b < c))"),
        ("a + b * c - d", "(a + (b * c) - d)"),
        ("!a AND NOT b > c", "(NOT a AND NOT (b > c))"),
        ("NOT a = b", "(NOT a = b)"),
        ("a <> b == c", "(a != b = c)"),
        ("-a * -(b)", "(- a * - b)"),
        ("a + 1 IN (1, 2) AND b not in ('x')", "((a + 1) in [1, 2] AND b not in [x])"),
        ("a < b in (c)", "(a < b) in [c]"),
        ("if a then b elseif c then d else e endif", "IF[a, b, c, d, e]"),
        ("iif(a, b, Null())", "IIF[a, b, NULL[]]"),
        ("[My Field] + [row - 2: A B]", "(My Field + Row-2:A B)"),
        ("[_CurrentField_] + [User.My Year] + %Question.Path%", "(_CurrentField_ + User_My_Year + Question_Path)"),
        ("[#1] = '%user.X%\\a'", "(Input_1 = ( + User_X + \\a))"),
        ('"it\'s" + \'a "b"\' // end', '(it\'s + a "b")'),
        ("1 /* a * b */ + .5e2", "(1 + .5e2)"),
        ("Część = 1", "(Część = 1)"),
    ],
)
def test_syntax(text: str, expected: str) -> None:
    assert shape(parse(text, Tool.ALTERYX)) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'a", "no closing quote"),
        ("[a", "no closing bracket"),
        ("1 /* a", r"no \*/"),
        ("IF a THEN b ENDIF", "needs an ELSE"),
        ("IF a b ELSE c ENDIF", "THEN after the condition"),
        ("IF a THEN b ELSE c", "the ENDIF of the IF at character 0"),
        ("a THEN b", "an operator or the end"),
        ("ELSE b", "ELSE without its IF"),
        ("a IN 1", "the list of values after IN"),
        ("a IN ()", "expected a value in the list of IN"),
        ("a NOT b", "expected IN after NOT"),
        ("Left(a, 1", "the parenthesis closing the one at character 4"),
        ("", "expected a value"),
        ("{{INPUT}}", "unexpected character"),
        ("(" * 300 + "a" + ")" * 300, "nesting"),
        ("!" * 5000 + "a", "nesting"),
        ("-" * 5000 + "a", "nesting"),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said):
        parse(text, Tool.ALTERYX)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[S] + [N]", "joins a text with a number"),
        ("[S] = [N]", "a text is compared with a number"),
        ("[D] = [N]", "a date is compared with a number"),
        ("Left([N], 1)", "a number is used as text"),
        ("[S] * 2", "without ToNumber"),
        ("[D] - 1", "applied to a date"),
        ("IF [S] THEN 1 ELSE 2 ENDIF", "a string is used as a condition"),
        ("IIF([B], [S], [N])", "stands beside"),
        ("NoSuch([S])", "no function of the language"),
        ("Contain([S])", "the nearest is CONTAINS"),
        ("Left([S])", "takes 2 arguments"),
        ("[Missing] + 1", "there is no field Missing"),
        ("[Row-2:N] + 1", "there is no field Row-2:N"),
        ("ST_Area([S])", "spatial objects"),
        ("NormDist([X], 0, 1)", "statistical distributions"),
        ("FileExists([S])", "the machine"),
        ("YearStart([D])", "an add-in"),
        ('DateTimeAdd([D], 1, "fortnight")', "no unit"),
        ("DateTimeAdd([D], 1, [S])", "string literal"),
        ('DateTimeFormat([D], "%x")', "depends on the machine"),
        ('DateTimeParse([S], "%H:%M")', "has no year"),
        (r'REGEX_Match([S], "(a)\1")', "refers back"),
        ("Contains([S], [T], [N])", "has to be a constant"),
        ("ToString([X], [N])", "has to be a constant"),
        ('Switch([S], "d", "a")', "every case needs a result"),
    ],
)
def test_what_the_tool_rejects_or_sql_has_not_is_refused(text: str, reason: str) -> None:
    assert reason in alteryx(text).refused


@pytest.mark.parametrize("dialect", list(DIALECT_NAMES))
def test_sql_parses_in_every_dialect(dialect: str) -> None:
    given = 0
    for row in read_rows(OWN):
        found = translate(
            row.expression, language=Tool.ALTERYX, dialect=dialect, types={n: t for n, t, _ in row.inputs}
        )
        assert bool(found.sql) != bool(found.refused)
        if found.sql:
            given += 1
            assert sqlglot.parse_one(f"SELECT {found.sql}", read=DIALECT_NAMES[dialect])
    assert given > 250


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("[Unit Price] * [N]", '"Unit Price" * N'),
        ("IF [N] > 3 AND [S] < 'x' THEN [N] ELSE 0 ENDIF", "CASE WHEN N > 3 AND S < 'x' THEN N ELSE 0 END"),
        ("IsEmpty([S])", "S IS NULL OR S = ''"),
        ("[S] = Null()", "S IS NULL"),
        ("[S] + '-' + [T]", "COALESCE(S, '') || '-' || COALESCE(T, '')"),
        ("[D] >= '2020-01-01'", "COALESCE(D >= CAST('2020-01-01' AS DATE), FALSE)"),
        ("[User.Year] + [Row-1:N]", ':User_Year + "Row-1:N"'),
    ],
)
def test_sql_reads_well(text: str, sql: str) -> None:
    assert alteryx(text).sql == sql


def test_names_of_other_rows_and_fields_are_given_by_the_caller() -> None:
    found = alteryx("[Row-1:N] + [N]", inline={"Row-1:N": "LAG(N) OVER (ORDER BY D)"})
    assert found.sql == "LAG(N) OVER (ORDER BY D) + N"
    assert alteryx("Trim([_CurrentField_])", rename={"_CurrentField_": "S"}).sql == "TRIM(S, ' \t\r\n')"
    assert alteryx("[N] > [#1]").parameters == ("Input_1",)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Row-1:Amount", RowOffset(-1, "Amount")),
        ("ROW+2:A B", RowOffset(2, "A B")),
        ("Row", None),
        ("Row-1", None),
    ],
)
def test_row_offsets(name: str, expected: RowOffset | None) -> None:
    assert row_offset(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("User.Year", "User_Year"),
        ("engine.WorkflowDirectory", "Engine_WorkflowDirectory"),
        ("Question.My path", "Question_My_path"),
        ("#2", "Input_2"),
        ("Amount", None),
        ("Users.Name", None),
    ],
)
def test_parameter_names(name: str, expected: str | None) -> None:
    assert parameter_name(name) == expected


def test_a_name_of_the_text_has_one_key() -> None:
    assert [ALTERYX.key(name) for name in ("[User.Year]", "%User.Year%", "row -1: N", "N")] == [
        "User_Year",
        "User_Year",
        "Row-1:N",
        "N",
    ]


def test_references_are_fields_only() -> None:
    node = parse("IF True AND [A B] = 'a' THEN [User.v] ELSE Null() ENDIF > N", Tool.ALTERYX)
    assert references(node, Tool.ALTERYX) == ("A B", "N")


@pytest.mark.parametrize(
    ("text", "target", "sql"),
    [
        ("[N]", "varchar(10)", "CAST(N AS TEXT)"),
        ("[D]", "varchar(10)", "STRFTIME(D, '%Y-%m-%d')"),
        ("[M]", "date", "CAST(M AS DATE)"),
        ("[D]", "timestamp", "CAST(D AS TIMESTAMP)"),
        ("[N]", "boolean", "COALESCE(N <> 0, FALSE)"),
        ("[X]", "integer", "CAST(ROUND(X) AS BIGINT)"),
        ("Null()", "integer", "NULL"),
    ],
)
def test_a_value_takes_the_type_of_its_field(text: str, target: str, sql: str) -> None:
    assert alteryx(text, target=target).sql == sql


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[S] + [T]", "NULL_JOIN"),
        ("PadRight([S], 5, '0')", "PAD_LENGTH"),
        ("TitleCase([S])", "TITLE_WORDS"),
        ("ToNumber([S], 1, 1)", "PARTLY_A_NUMBER"),
        ("FindNth([S], 'aa', 2)", "OVERLAPPING_TARGET"),
        ("GetLeft([S], '-')", "DELIMITERS"),
        ("DateTimeStart()", "WORKFLOW_START"),
        ("ToDate('apples')", "NO_ISO_DATE"),
        ("[M] = DateTimeToday()", "DAY_AGAINST_TIME"),
        ("Message(1, 'a', [S])", "NO_MESSAGE"),
        ("RandInt(5)", "RANDOM"),
        ("REGEX_Match([S], [T])", "REGEX_FLAVOUR"),
        ("IsLowerCase([S])", "CASE_OF_OTHERS"),
        ("DISTANCE([X], [X], 1, 1)", "DISTANCE_MODEL"),
    ],
)
def test_corners_are_named(text: str, code: str) -> None:
    found = alteryx(text)
    assert [caution.code for caution in found.warnings] == [code]
    assert found.confidence < 0.85


def test_sql_of_both_engines_can_stand_in_a_pipeline_which_takes_no_subquery() -> None:
    with_query = {
        row.function
        for row in read_rows(OWN)
        for dialect in ("duckdb", "postgresql")
        if "SELECT " in translate(row.expression, language=Tool.ALTERYX, dialect=dialect).sql
    }
    assert with_query == {"MEDIAN"}


def test_not_of_not_is_the_condition_itself() -> None:
    assert alteryx("!!([N] > 1)").sql == "COALESCE(N > 1, FALSE)"
    assert alteryx("NOT " * 60 + "[B]").sql == "COALESCE(B, FALSE)"
