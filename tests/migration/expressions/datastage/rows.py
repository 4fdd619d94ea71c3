"""Rows about the DataStage expression language: what it takes, what it refuses, what it warns of."""

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
SYNTAX = [
    ("a + b * c ^ d", "(a + (b * (c ^ d)))"),
    ('a : b + 1 : "x"', "(a : (b + 1) : x)"),
    ("a = b : c", "(a = (b : c))"),
    ("a <> b And c # d Or e", "(((a != b) AND (c != d)) OR? e)"),
    ("(a And b) Or e", "((a AND b) OR e)"),
    ("a Or (b And c)", "(a OR (b AND c))"),
    ("a Or b And c", "(a OR? (b AND c))"),
    ("NOT a = b AND c", "((NOT a = b) AND c)"),
    ("Not(a) = b", "(NOT[a] = b)"),
    ("!(a)", "NOT a"),
    ("-a * b", "(- a * b)"),
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
]
MISTAKES = [
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
]
REFUSED = [
    ("DateToString(D, '')", "an empty format"),
    ("NoSuch(S)", "no function of the language"),
    ("Upcas(S)", "the nearest is UPCASE"),
    ("Left(S)", "takes 2 arguments"),
    ("Missing + 1", "there is no field 'Missing'"),
    ("Lnk.Missing", "there is no field 'Lnk.Missing'"),
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
]
CORNERS = [
    ("S > '5'", "TEXT_AS_NUMBER_ORDER"),
    ("StringToDecimal('1e2')", "EXPONENT_IN_TEXT"),
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
]
PARAMETERS = [("#p#", "p"), ("$APT_DIR", "APT_DIR"), ("#Set.$P#", "Set_P"), ("#1st#", "p_1st")]
REFERENCES = [
    ("If In.A = @TRUE And DSJobName = 'x' Then svB Else #p#", ("In.A", "svB")),
]
