"""Rows about the Alteryx expression language: what it takes, what it refuses, what it warns of."""

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
SYNTAX = [
    ("a OR b AND c || d && e", "(a OR b AND c OR d AND e)"),
    ("a = b < c", "(a = (b < c))"),
    ("a + b * c - d", "(a + (b * c) - d)"),
    ("!a AND NOT b > c", "(NOT a AND NOT (b > c))"),
    ("NOT a = b", "(NOT? a = b)"),
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
]
MISTAKES = [
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
]
REFUSED = [
    (r'REGEX_Replace([S], "(a)", "\U$1")', r"the replacement has \U"),
    ("TOSTRING(9999999999999999999999, 2)", "a number of more than 15 digits"),
    ("IntToBin(-1)", "negative number"),
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
    ("[Missing] + 1", "there is no field 'Missing'"),
    ("[Row-2:N] + 1", "there is no field 'Row-2:N'"),
    ("ST_Area([S])", "spatial objects"),
    ("NormDist([X], 0, 1)", "statistical distributions"),
    ("FileExists([S])", "the machine"),
    ("VarNum('a', [N])", "an add-on, and keeps a value from one row to the next"),
    ("RandTriangular(Rand(), 0, 1, 2)", "more than once"),
    ("DatePart('fortnight', [D])", "no interval of DatePart"),
    ("DatePart([D], '%u')", "stands last"),
    ("DatePart('%y', [D])", "in another release"),
    ("DatePart([S], [T])", "has to be a string literal"),
    ("ToTime([N])", "the time of day of a number"),
    ('DateTimeAdd([D], 1, "fortnight")', "no unit"),
    ("DateTimeAdd([D], 1, [S])", "string literal"),
    ('DateTimeFormat([D], "%x")', "depends on the machine"),
    ('DateTimeParse([S], "%H:%M")', "has no year"),
    (r'REGEX_Match([S], "(a)\1")', "refers back"),
    ("Contains([S], [T], [N])", "has to be a constant"),
    ("ToString([X], [N])", "has to be a constant"),
    ('Switch([S], "d", "a")', "every case needs a result"),
]
CORNERS = [
    ("NOT [N] = 1", "NOT_BEFORE_EQUALS"),
    ("Round(1.005, 0.01)", "HALF_OF_DOUBLE"),
    ("ToString([X])", "DIGITS_OF_DOUBLE"),
    ('DateTimeParse([S], "%y%m%d")', "YEAR_BEFORE_DIGITS"),
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
    ("MonthStart([D])", "ADD_ON"),
    ("FindStringLast([S], Null())", "NULL_ARGUMENT"),
    ("RandInt(5)", "RANDOM"),
    ("REGEX_Match([S], [T])", "REGEX_FLAVOUR"),
    ("IsLowerCase([S])", "CASE_OF_OTHERS"),
    ("DISTANCE([X], [X], 1, 1)", "DISTANCE_MODEL"),
]
PARAMETERS = [
    ("User.Year", "User_Year"),
    ("engine.WorkflowDirectory", "Engine_WorkflowDirectory"),
    ("Question.My path", "Question_My_path"),
    ("#2", "Input_2"),
    ("Amount", None),
    ("Users.Name", None),
]
REFERENCES = [
    ("IF True AND [A B] = 'a' THEN [User.v] ELSE Null() ENDIF > N", ("A B", "N")),
]
