"""What expressions of DataStage are made up of at random, to compare what the engines give for them.

Holes in a shape: `n`umber, `s`tring, `d`ate, `t`imestamp, `h` a time, `c`ondition, `l`iteral string, `q` a
character, `o`ption, `f` and `g` formats, `i`nteger.
"""

FIELDS: dict[str, tuple[str, list[object]]] = {
    "I": ("integer", [0, 1, -1, 2, 7, -13, 100, 40000, None]),
    "X": ("decimal(20,4)", ["0", "1.5", "-2.25", "0.005", "12345.678", "-0.5", None]),
    "F": ("double", ["0", "1.5", "-2.5", "0.1", "3.14159", "-7.25", "1e6", None]),
    "S": ("string", [
        "", "a", "Abc", "abcabc", "  pad ", "12", "-3.5", "12abc", "zażółć", "it's", "\u00a0x\t", "a,b;c", None,
    ]),
    "T": ("string", ["a", "b", "", "bc", "A", ".", " ", "x", None]),
    "D": ("timestamp", [
        "2000-02-29 10:11:12", "1999-12-31 23:59:59.999", "1998-01-31", "1970-01-01 00:00:00.5", None,
    ]),
    "E": ("date", ["2000-03-31", "1999-02-28", "2023-11-30", None]),
    "H": ("time", ["00:00:00", "23:59:59", "10:11:12.5", None]),
}  # fmt: skip
KINDS = "nsdcth"
SHAPES: dict[str, list[str]] = {
    "n": [
        "I", "X", "F", "0", "1", "-1", "2.5", "({n} + {n})", "({n} - {n})", "({n} * {n})", "({n} / {n})",
        "Mod(I, 7)", "Mod({n}, {i})", "Div({n}, {i})", "-({n})", "Ceil({n})", "Floor({n})", "Abs({n})", "Neg({n})",
        "Pwr({n}, 2)", "Sqrt(Abs({n}))", "Exp({i})", "Log10({n})", "Ln({n})", "Int({n})", "Len({s})",
        "Index({s}, {s}, 1)", "Index({s}, {l}, {i})", "Index({s}, {l}, I)", "Count({s}, {l})", "Dcount({s}, {l})",
        "Compare({s}, {s})", "CompareNoCase({s}, {s})", "CompareNum({s}, {s}, {i})", "Seq({s})", "SeqAt({s}, 1)",
        "YearFromDate({d})", "MonthFromDate({d})", "MonthDayFromDate({d})", "WeekdayFromDate({d})",
        "YeardayFromDate({d})", "YearweekFromDate({d})", "JulianDayFromDate({d})", "DaysInMonth({d})",
        "DaysInYear({d})", "DaysSinceFromDate({d}, {d})", "SecondsSinceFromTimestamp({t}, {t})",
        "HoursFromTime({h})", "MinutesFromTime({h})", "SecondsFromTime({h})", "MidnightSecondsFromTime({h})",
        "MicroSecondsFromTime({h})", "If {c} Then {n} Else {n}", "NullToZero({n})", "NullToValue({n}, {n})",
        "Max({n}, {n})", "Min({n}, {n})", "BitAnd(I, 6)", "BitOr(I, {i})", "BitXOr(I, 3)", "AsInteger({n})",
        "AsDouble({s})", "StringToDecimal({s})", "StrToNumOrNull({s})", "StrToNumOrZero({s})",
        'DecimalToDecimal({n}, "floor")', 'DecimalToDecimal({n}, "round_inf")', 'DateToDecimal({d}, "%yyyy%mm%dd")',
        "Num({s})", "({s} + 1)", 'Iconv({s}, "MD2")', "@NULL",
    ],
    "s": [
        "S", "T", "{l}", '""', "({s} : {s})", "({s} : {n})", "{s}[{i}, {i}]", "{s}[I, {i}]", "{s}[{i}]",
        "{s}[{l}, {i}, 1]", "Left({s}, {i})", "Right({s}, I)", "UpCase({s})", "DownCase({s})", "Trim({s})",
        "Trim({s}, {q}, {o})", "TrimF({s})", "TrimB({s})", "TrimLeadingTrailing({s})", "StripWhiteSpace({s})",
        "CompactWhiteSpace({s})", "Change({s}, {l}, {s})", "Change({s}, {l}, {s}, 1, {i})",
        "Ereplace({s}, {l}, {s}, {i})", "Convert({l}, {l}, {s})", "Convert({s}, {s}, {s})",
        "PadString({s}, {q}, {i})", "Str({s}, {i})", "Space({i})", "Field({s}, {q}, {i})", "Field({s}, {q}, I)",
        "Field({s}, {q}, {i}, {i})", "FieldStore({s}, {q}, 2, {i}, {s})", "If {c} Then {s} Else {s}",
        "NullToEmpty({s})", "NullToValue({s}, {s})", "DateToString({d}, {f})", "TimestampToString({t}, {g})",
        'TimeToString({h}, "%hh:%nn:%ss")', 'DecimalToString({n}, "suppress_zero")', "NumToStrFixed({n}, 2)",
        "Soundex({s})", "DQuote({s})", 'Fmt({s}, "R%5")', 'Fmt({s}, "8L")', 'Fmt({n}, "R2,")', 'Oconv(I, "MD2")',
        'Oconv(I, "D-YMD[4,2,2]")', 'Oconv(I, "MTS")', 'Oconv({s}, "MCT")', 'Oconv({s}, "MCN")',
        'MatchField({s}, "0A0N", 1)', "DecimalToString({n})", "BitExpand(Abs(I))",
    ],
    "d": [
        "E", "DateOffsetByDays({d}, {i})", "DateOffsetByDays({d}, I)", "DateOffsetByComponents({d}, 1, {i}, {i})",
        "DateFromDaysSince(I)", 'NextWeekdayFromDate({d}, "Fri")', 'PreviousWeekdayFromDate({d}, "Mon")',
        "TimestampToDate({t})", "If {c} Then {d} Else {d}", "NullToValue({d}, {d})",
        "StringToDate(DateToString({d}, {f}), {f})", "StringToDate({s})",
    ],
    "t": [
        "D", "TimestampOffsetBySeconds({t}, {i})", "TimestampFromDateTime({d}, {h})",
        "TimestampFromSecondsSince(I, {t})", "TimestampFromTimet(I)", "If {c} Then {t} Else {t}",
    ],
    "h": [
        "H", "TimestampToTime({t})", "TimeFromMidnightSeconds({i})", "TimeOffsetBySeconds({h}, {i})",
        "TimeFromComponents(1, 2, 3, 0)",
    ],
    "c": [
        "I = 1", "X > 0", "S = T", 'E > "1999-01-01"', "({n} < {n})", "({n} = {n})", "({s} = {s})", "({s} <> {s})",
        "({s} = {n})", "({d} >= {d})", "({t} < {t})", "({c} And {c})", "({c} Or {c})", "Not({c})", "IsNull({n})",
        "IsNotNull({s})", 'IsValid("date", {s})', 'IsValid("int16", {s})', 'IsValid("decimal", {s})', "Alpha({s})",
        "AlNum({s})", "StartsWith({s}, {s})", "EndsWith({s}, {l})", '{s} Matches "0A"', "({s} > {s})",
    ],
    "l": [
        '"a"', '"b"', '"ab"', '" "', '"12"', '"."',
    ],
    "q": [
        '"a"', '" "', '"."', '","',
    ],
    "o": [
        '"A"', '"B"', '"L"', '"T"', '"R"', '"E"', '"F"', '"D"',
    ],
    "f": [
        '"%yyyy-%mm-%dd"', '"%dd%mm%yyyy"', '"%d/%m/%yyyy"', '"%yyyy%ddd"',
    ],
    "g": [
        '"%yyyy-%mm-%dd %hh:%nn:%ss"', '"%HH:%nn %aa"', '"%hh%nn%ss.3"',
    ],
    "i": [
        "0", "1", "2", "-1", "3", "5",
    ],
}  # fmt: skip
