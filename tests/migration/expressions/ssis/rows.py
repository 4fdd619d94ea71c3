"""Rows about the SSIS expression language: what it takes, what it refuses, what it warns of."""

TYPES = {"S": "wstr", "N": "i4", "X": "r8", "D": "dbtimestamp", "B": "bool", "User_Name": "wstr", "Col Name": "wstr"}
NAMES = """
abs ceiling codepoint dateadd datediff datepart day exp findstring floor getdate getutcdate hex isnull left len ln log
lower ltrim month power replace replacenull replicate reverse right round rtrim sign sqrt square substring token
tokencount trim upper year
"""
SYNTAX = [
    ("a ? b : c ? d : e", "?:[a, b, ?:[c, d, e]]"),
    ("a || b && c == d + e * f", "(a OR (b AND (c = (d + (e * f)))))"),
    ("a & b ^ c | d", "(((a & b) ^ c) | d)"),
    ("!a == b", "(NOT a = b)"),
    ("(DT_STR,10,1252)a + b", "((DT_STR)[a, 10, 1252] + b)"),
    ("(DT_I4)-x", "(DT_I4)[- x]"),
    ("( a )", "a"),
    ("NULL(DT_WSTR,5)", "NULL(DT_WSTR)[5]"),
    ("[ISNULL](#12)", "ISNULL[#12]"),
    ("[My Col] != [Src].[Id]", "(My Col != Src.Id)"),
    ("@[User::a b] + @x", "(a_b + x)"),
    (r'"a\"b\\\x41\n"', 'a"b\\A\n'),
    ("0x1F + 5L", "(31 + 5)"),
]
MISTAKES = [
    ("a = 1", "equality is =="),
    ("'a'", "single quotes"),
    ('"a', "no closing quote"),
    ("a ? b", "expected the :"),
    ("(DT_STR,x)a", "a number: length"),
    ("LEFT(a, 1", "the parenthesis closing the one at character 4"),
    ("", "expected a value"),
    ("(" * 300 + "a" + ")" * 300, "nesting"),
    ("!" * 5000 + "a", "nesting"),
]
REFUSED = [
    ("S + N", "joins a string with a number"),
    ("S == N", "a string is compared with a number"),
    ("UPPER(N)", "a number is used as text"),
    ("N ? S : S", "a number is used as a condition"),
    ("B == N", "a boolean is compared with a number"),
    ("(DT_DBTIME)D == D", "a time of day is compared with a date"),
    ('DATEADD("hh", 1, (DT_DBTIME)D)', "a time of day is used as a date"),
    ("B && N", "a number is used as a condition"),
    ("S || B", "a string is used as a condition"),
    ("B ? S : N", "the results are a string and a number"),
    ("NOSUCH(S)", "no function of the language"),
    ("UPER(S)", "the nearest is UPPER"),
    ("LEFT(S)", "takes 2 arguments"),
    ("Missing + 1", "there is no field 'Missing'"),
    ("(DT_STR,10)S", "takes 3 arguments"),
    ("DATEPART(S, D)", "string literal"),
    ('DATEPART("fortnight", D)', "no date part"),
    ("(DT_BYTES,4)S", "no equal"),
    ("(DT_I4)D", "counts days"),
    ("B + 1", "applied to a boolean"),
    ("N & 1 == 1", "applied to a boolean"),
    ("X % 2", "takes whole numbers"),
    ("(DT_UI1)B", "TRUE is -1"),
]
CORNERS = [
    ("(DT_GUID)S", "GUID_NOT_CHECKED"),
    ('(DT_GUID)"no guid"', "GUID_NOT_CHECKED"),
    ("(DT_STR,3,1252)S", "CAST_TRUNCATES"),
    ("(DT_WSTR,30)D", "DATE_CAST_AS_TEXT"),
    ("(DT_DBDATE)S", "TEXT_CAST_AS_DATE"),
    ("LN(X)", "LOGARITHM_EXAMPLES"),
    ('S < "b"', "TEXT_ORDER"),
    ("HEX(N)", "HEX_OF_NEGATIVE"),
    ("N / 3.0", "QUOTIENT_SCALE"),
    ("(DT_I4)B", "TRUE_AS_NUMBER"),
    ("(DT_WSTR,3)N", "NUMBER_CAST_TRUNCATES"),
    ("(DT_WSTR,30)(DT_DECIMAL,2)N", "DECIMAL_CAST_AS_TEXT"),
    ("(DT_DBTIMESTAMP2,0)D", "FRACTION_OF_SECOND"),
    ('FINDSTRING(S, "", 1)', "EMPTY_SEARCH"),
    ('TOKEN(S, ",", 2)', "TOKEN_BEYOND"),
    ("~N", "BITWISE_NOT_EXAMPLE"),
    ('FINDSTRING(S, "aa", 2)', "OCCURRENCES_OVERLAP"),
]
PARAMETERS = [
    ("@x", "x"),
    ("@[User::My Path]", "My_Path"),
    ("@[$Package::Year]", "Package_Year"),
    ("@[$Project::Server]", "Project_Server"),
    ("User::Path", "Path"),
    ("@[User::1st]", "p_1st"),
]
REFERENCES = [
    ('TRUE && [Col Name] == "a" && @v > N', ("Col Name", "N")),
]
