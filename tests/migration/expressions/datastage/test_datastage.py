"""The DataStage expression language: syntax, results, names, and what is refused."""

from pathlib import Path

import pytest
import sqlglot

from services.migration.ast import Tool
from services.migration.conversion import Translation
from services.migration.expressions import ExpressionError, engines, parse, references, translate
from services.migration.expressions.conformance import Score
from services.migration.expressions.conformance_rows import read_rows
from services.migration.expressions.datastage.language import FUNCTIONS
from services.migration.expressions.datastage.names import mark_parameters, parameter_name
from services.migration.expressions.nodes import Call, Node, Operation
from services.sql_dialects import DIALECT_NAMES

OWN = Path(__file__).with_name("results.tsv")
SHARED = Path(__file__).parents[5] / "shared" / "functions" / "datastage.tsv"
TYPES = {
    "S": "varchar", "N": "integer", "X": "double", "P": "decimal(10,3)", "D": "date", "T": "timestamp", "H": "time",
}  # fmt: skip
NAMES = """
CurrentDate CurrentTime CurrentTimeMS CurrentTimestamp CurrentTimestampMS DateFromComponents DateFromDaysSince
DateFromDaysSince2 DateFromJulianDay DateOffsetByComponents DateOffsetByDays DaysInMonth DaysInYear DaysSinceFromDate
DaysSinceFromDate2 HoursFromTime JulianDayFromDate MicroSecondsFromTime MidnightSecondsFromTime MinutesFromTime
MonthDayFromDate MonthFromDate NextWeekdayFromDate NthWeekdayFromDate PreviousWeekdayFromDate SecondsFromTime
SecondsSinceFromTimestamp SecondsSinceFromTimestamp2 TimeDate TimeFromComponents TimeFromMidnightSeconds
TimeOffsetByComponents TimeOffsetBySeconds TimestampFromDateTime TimestampFromSecondsSince TimestampFromSecondsSince2
TimestampFromTime TimestampFromTime2 TimestampFromTimet TimestampOffsetByComponents TimestampOffsetBySeconds
TimetFromTimestamp WeekdayFromDate YeardayFromDate YearFromDate YearweekFromDate BitAnd BitCompress BitExpand BitOr
BitXOr Not SetBit Abs Acos Asin Atan Atan2 Ceil Cos Cosh Div Exp Fabs Floor Ldexp Llabs Ln Log10 Max Min Mod Neg Pwr
Rand Random Sin Sinh Sqrt Tan Tanh IsNotNull IsNull NullToEmpty NullToValue NullToZero SetNull MantissaFromDecimal
MantissaFromDFloat RawLength AlNum Alpha Ascii Change CompactWhiteSpace Compare CompareNoCase CompareNum
CompareNumNoCase contains Convert Count Dcount DownCase DQuote Ebcdic endsWith Ereplace Exchange Field FieldStore Fmt
Index Left Len MatchField Num PadString RegexMatch Right Soundex Space Squote startsWith Str StripWhiteSpace
SubstituteString Trim TrimB TrimF TrimLeadingTrailing UpCase ElementAt Char DateToString DateToDecimal DecimalToDate
DecimalToDecimal DecimalToDFloat DecimalToString DecimalToTime DecimalToTimestamp DFloatToDecimal DfloatToStringNoExp
IsValid IsValidDate IsValidDecimal IsValidTime IsValidTimestamp NumToStrFixed RawNumAt RawToString Seq SeqAt
StringToDate StringToDecimal StringToRaw StringToTime StringToTimestamp StringToUstring StrToNumOrNull StrToNumOrZero
TimestampToDate TimestampToDecimal TimestampToString TimestampToTime TimeToDecimal TimeToString UstringToString
AsInteger AsDouble AsFloat Checksum CRC32 GetEnvironment GetSavedInputRecord LastRow LastRowInGroup NextSKChain
NextSurrogateKey PrevSKChain SaveInputRecord Iconv Oconv Rnd Int Cats
"""


def datastage(text: str, dialect: str = "duckdb", **options: object) -> Translation:
    return translate(text, language=Tool.DATASTAGE, dialect=dialect, types=TYPES, **options)  # type: ignore[arg-type]  # options by name


def wrong(score: Score) -> list[str]:
    return [
        f"{o.row.id} {o.row.expression}: {o.detail} for {o.row.expected}"
        for o in score.outcomes
        if o.verdict != "right"
    ]


def test_worked_out_results_on_duckdb() -> None:
    assert wrong(engines.run_file(OWN, language=Tool.DATASTAGE, engine="duckdb")) == []


def test_worked_out_results_on_postgresql(postgres_url: str) -> None:
    assert wrong(engines.run_file(OWN, language=Tool.DATASTAGE, engine="postgresql", url=postgres_url)) == []


@pytest.mark.skipif(not SHARED.exists(), reason="the documented rows are not here")
@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_documented_results(engine: str, postgres_url: str) -> None:
    score = engines.run_file(SHARED, language=Tool.DATASTAGE, engine=engine, url=postgres_url)
    counts, right = score.as_dict(), [o for o in score.outcomes if o.verdict == "right"]
    assert counts["doc"]["right"] >= counts["doc"]["total"] - 1  # one depends on the scale of a target that is not told
    assert counts["silently_wrong"] == counts["refused"] == 0
    assert all(o.confidence < 0.85 for o in score.outcomes if o.verdict != "right")
    assert sum(o.confidence >= 0.85 for o in right) >= 0.85 * len(right)
    assert sum(o.was_warned for o in right) <= 0.15 * len(right)


def test_every_documented_function_is_known() -> None:
    assert {name.upper() for name in NAMES.split()} - set(FUNCTIONS) == set()


@pytest.mark.parametrize("row", [f for f in FUNCTIONS.values() if f.build is None], ids=lambda f: f.name)
def test_what_is_refused_says_why(row: object) -> None:
    assert datastage(f"{row.name}(S)").refused == f"{row.name} has no SQL: {row.refused}"  # type: ignore[attr-defined]  # a Function
    assert len(row.refused) > 20  # type: ignore[attr-defined]  # a Function


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
        ("a + b * c ^ d", "(a + (b * (c ^ d)))"),
        ('a : b + 1 : "x"', "(a : (b + 1) : x)"),
        ("a = b : c", "(a = (b : c))"),
        ("a <> b And c # d Or e", "(((a != b) AND (c != d)) OR? e)"),
        ("(a And b) Or e", "((a AND b) OR e)"),
        ("a Or (b And c)", "(a OR (b AND c))"),
        ("a Or b And c", "(a OR? (b AND c))"),
        ("NOT a = b AND c", "((NOTa = b) AND c)"),
        ("Not(a) = b", "(NOT[a] = b)"),
        ("!(a)", "NOTa"),
        ("-a * b", "(-a * b)"),
        ("If a Then b Else If c Then d Else e", "IF[a, b, IF[c, d, e]]"),
        ("if(a=1)then(b)else(c)", "IF[(a = 1), b, c]"),
        ("s[1,3] : s[2]", "([][s, 1, 3] : [][s, 2])"),
        ("trim(Lnk.Col)", "TRIM[Lnk.Col]"),
        ("#pDay# : DSJobName : $APT_DIR", "(pDay : DSJobName : APT_DIR)"),
        ("Compare(a, b, l)", "COMPARE[a, b, L]"),
        ("'it' : \"is\" : \\so\\", "(it : is : so)"),
        ("a /* why */ + b", "(a + b)"),
        ("a MATCHES '3N' And b", "((a MATCHES 3N) AND b)"),
        ("Act.$ReturnValue = 0", "(Act.$ReturnValue = 0)"),
        ("a GT 1 and b LE 2", "((a > 1) AND (b <= 2))"),
    ],
)
def test_syntax(text: str, expected: str) -> None:
    assert shape(parse(text, Tool.DATASTAGE)) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"a', "no closing quote"),
        ("If a Then b", "expected the Else"),
        ("If a", "expected the Then"),
        ("Left(a, 1", "the parenthesis closing the one at character 4"),
        ("a[1,2", "the bracket closing the one at character 1"),
        ("", "expected a value"),
        ("a And", "expected a value"),
        ("a b", "an operator or the end"),
        ("(" * 300 + "a" + ")" * 300, "nesting"),
        ("-" * 5000 + "a", "nesting"),
        ("If a Then b Else " * 500 + "c", "nesting"),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said):
        parse(text, Tool.DATASTAGE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NoSuch(S)", "no function of the language"),
        ("Upcas(S)", "the nearest is UPCASE"),
        ("Left(S)", "takes 2 arguments"),
        ("Missing + 1", "there is no field Missing"),
        ("Lnk.Missing", "there is no field Lnk.Missing"),
        ("D + 1", "date or time"),
        ("Trim(S, 'ab')", "one character"),
        ("Trim(S, ' ', 'Q')", "no option of TRIM"),
        ("DateToString(D, S)", "string literal"),
        ("DateToString(D, '%yyyy-%qq')", "has no equal"),
        ("StringToDate(S, '%hh:%nn')", "no year"),
        ("WeekdayFromDate(D, 'Donnerstag')", "no English name"),
        ("DecimalToDecimal(P, 'up')", "no kind of rounding"),
        ("Fmt(S, 'Q')", "no equal of the format"),
        ("Oconv(N, 'U50BB')", "conversion code U50BB"),
        ("@INROWNUM", "counts rows in the order"),
        ("@WHO", "of the server"),
        ("@NOSUCH", "no system variable"),
        ("Ebcdic(S)", "code page"),
        ("Ebcdic(S) : S", "code page"),
        ("IsValid('money', S)", "no type"),
        ("Not(D)", "NOT is applied to a date"),
        ("HoursFromTime(D)", "a date can't be used as a time"),
        ("Field(S, S, 1, 2)", "joined again"),
        ("RawLength(N)", "used as raw data"),
        ("SeqAt(S, -1)", "from 0 on"),
        ("S MATCHES '300X'", "300 characters"),
        ("Exchange(S, 'XX', '41')", "hexadecimal"),
    ],
)
def test_what_has_no_sql_is_refused(text: str, reason: str) -> None:
    assert reason in datastage(text).refused


@pytest.mark.parametrize("dialect", list(DIALECT_NAMES))
def test_sql_parses_in_every_dialect(dialect: str) -> None:
    for row in read_rows(OWN):
        types = {n: t for n, t, _ in row.inputs}
        found = translate(row.expression, language=Tool.DATASTAGE, dialect=dialect, types=types)
        assert bool(found.sql) != bool(found.refused)
        if found.sql:
            assert sqlglot.parse_one(f"SELECT {found.sql}", read=DIALECT_NAMES[dialect])


@pytest.mark.parametrize(
    ("text", "options", "sql"),
    [
        ("L.A : B", {"types": {"L.A": "char", "B": "char"}, "rename": {"L.A": "l.a", "B": "r.b"}}, "l.a || r.b"),
        ("L.A : L.B", {"types": {"A": "char", "B": "char"}, "rename": {"A": "l.a"}}, "l.a || B"),
        ("L.A", {"types": None}, "L.A"),
        ("L.A + @INROWNUM", {"types": {"A": "integer"}, "inline": {"@INROWNUM": "n"}}, "A + n"),
        ("svLast", {"types": {"svLast": "integer"}, "inline": {"svLast": "LAG(x) OVER (ORDER BY k)"}}, None),
    ],
)  # fmt: skip
def test_columns_are_named_by_link_or_alone(text: str, options: dict[str, object], sql: str | None) -> None:
    found = translate(text, language=Tool.DATASTAGE, dialect="duckdb", **options)  # type: ignore[arg-type]  # options by name
    assert found.sql == (sql or "LAG(x) OVER (ORDER BY k)")


def test_parameters() -> None:
    marked = mark_parameters("If In.D > pDay And Set.Min < 'pDay' Then pday Else pDay(1)", ["pDay", "Set.Min"])
    assert marked == "If In.D > #pDay# And #Set.Min# < 'pDay' Then #pday# Else pDay(1)"
    found = datastage("S : #pDay# : DSJobName : #Set.Min#")
    assert found.parameters == ("pDay", "DSJobName", "Set_Min")
    assert found.references == ("S",)


@pytest.mark.parametrize(
    ("text", "name"), [("#p#", "p"), ("$APT_DIR", "APT_DIR"), ("#Set.$P#", "Set_P"), ("#1st#", "p_1st")]
)
def test_parameter_names(text: str, name: str) -> None:
    assert parameter_name(text) == name


def test_references_are_columns_only() -> None:
    node = parse("If In.A = @TRUE And DSJobName = 'x' Then svB Else #p#", Tool.DATASTAGE)
    assert references(node, Tool.DATASTAGE) == ("In.A", "svB")


@pytest.mark.parametrize(
    ("text", "target", "sql"),
    [
        ("DecimalToDecimal(P, 'round_inf')", "decimal(12,1)", "ROUND(P, 1)"),
        (
            "DateToDecimal(D)",
            "decimal(10,2)",
            "CAST(CAST(STRFTIME(CAST(D AS DATE), '%Y%m%d') AS BIGINT) AS DECIMAL(38, 12)) / 100",
        ),
        (
            "DecimalToDecimal(P, 'floor')",
            "decimal(8,0)",
            "CASE WHEN TRUNC(P, 0) > P THEN TRUNC(P, 0) - 1 ELSE TRUNC(P, 0) END",
        ),
        ("DecimalToDecimal(P)", "bigint", "TRUNC(P, 0)"),
        ("P", "varchar(20)", None),
        ("D", "timestamp", "CAST(CAST(D AS DATE) AS TIMESTAMP)"),
        ("N", "varchar(20)", "CAST(N AS TEXT)"),
    ],
)
def test_the_target_decides(text: str, target: str, sql: str | None) -> None:
    found = datastage(text, target=target)
    assert sql is None or found.sql == sql
    assert bool(found.warnings) == (sql is None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("S + 1", "IMPLICIT_NUMBER"),
        ("X : 'a'", "NUMBER_AS_TEXT"),
        ("N = 1 Or N = 2 And S = 'x'", "AND_BESIDE_OR"),
        ("S = @NULL", "COMPARED_WITH_NULL"),
        ("Char(N)", "CHARACTER_CODE"),
        ("RegexMatch(S, 'a+')", "REGEX_WHOLE"),
        ("CRC32(S)", "CHECKSUM_POLYNOMIAL"),
        ("Index(S, 'aa', 2)", "OCCURRENCES_OVERLAP"),
        ("BitExpand(N)", "BIT_LENGTH"),
        ("SetBit(N, '1', 1)", "BIT_NUMBERS"),
        ("DecimalToDecimal(P, 'ceil')", "TARGET_SCALE"),
        ("DateToDecimal(D)", "PACKED_SCALE"),
        ("DecimalToString(P)", "DECIMAL_TEXT"),
        ("StringToDate(S, '%yy%mm%dd')", "YEAR_CUTOFF"),
        ("DateOffsetByComponents(D, 0, N, 0)", "MONTH_END"),
        ("NthWeekdayFromDate(D, 'Mon', 1)", "SAME_WEEKDAY"),
        ("DateToString(D, '%mmm')", "NAMES_OF_DATES"),
        ("Fmt(S, '5R')", "FORMAT_TOO_SHORT"),
        ("Oconv(N, 'D2/')", "WIDTH_OF_DATES"),
    ],
)
def test_corners_are_named(text: str, code: str) -> None:
    found = datastage(text)
    assert [caution.code for caution in found.warnings] == [code]
    assert found.confidence < 0.85


def test_what_is_run_nowhere_is_not_guessed() -> None:
    assert datastage("StringToDate(S)", "teradata").refused
    assert datastage("UpCase(S)", "teradata").confidence <= 0.9
