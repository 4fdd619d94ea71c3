"""What expressions of Alteryx are made up of at random, to compare what the engines give for them.

Holes in a shape: `n`umber, `s`tring, `d`ate, `c`ondition, `l`iteral string, `x` a pattern, `p` a unit, `u`nit to
trim to, `f`ormat, `i`nteger.
"""

FIELDS: dict[str, tuple[str, list[object]]] = {
    "I": ("integer", [0, 1, -1, 2, 7, -13, 100, 40000, None]),
    "X": ("decimal", ["0", "1.5", "-2.25", "0.005", "12345.678", "-0.5", None]),
    "F": ("double", ["0", "1.5", "-2.5", "0.1", "3.14159", "-7.25", "1e6", None]),
    "S": ("varchar", [
        "", "a", "Abc", "abcabc", "  pad ", "12", "-3.5", "12abc", "zażółć", "it's", "\u00a0x\t", "a,b;c", None,
    ]),
    "T": ("varchar", ["a", "b", "", "bc", "A", ".", " ", "x", None]),
    "D": ("timestamp", [
        "2000-02-29 10:11:12", "1999-12-31 23:59:59.999", "1998-01-31", "1970-01-01 00:00:00.5", None,
    ]),
    "E": ("date", ["2000-03-31", "1999-02-28", "2023-11-30", None]),
    "B": ("boolean", [True, False, None]),
}  # fmt: skip
KINDS = "nsdc"
SHAPES: dict[str, list[str]] = {
    "n": [
        "[I]", "[X]", "[F]", "0", "1", "-1", "2.5", "({n} + {n})", "({n} - {n})", "({n} * {n})", "({n} / {n})",
        "Mod([I], 7)", "Mod({n}, {i})", "-({n})", "Round({n}, 0.1)", "Round({n}, {i})", "CEIL({n})", "FLOOR({n})",
        "CEIL({n}, 5)", "FLOOR({n}, 0.5)", "ABS({n})", "POW({n}, 2)", "POW({n}, 0.5)", "SQRT({n})", "EXP({i})",
        "LOG({n})", "LOG10({n})", "Length({s})", "FindString({s}, {s})", "FindNth({s}, {l}, {i})", "CountWords({s})",
        "REGEX_CountMatches({s}, {x})", "STRSPN({s}, {l})", "STRCSPN({s}, {l})", "DateTimeDiff({d}, {d}, {p})",
        "DateTimeYear({d})", "DateTimeMonth({d})", "DateTimeDay({d})", "DateTimeHour({d})", "DateTimeQuarter({d})",
        "IIF({c}, {n}, {n})", "IF {c} THEN {n} ELSEIF {c} THEN {n} ELSE {n} ENDIF",
        "Switch({n}, {n}, {n}, {n}, {n}, {n})", "ToNumber({s})", "ToNumber({s}, 1, 1)", "Max({n}, {n})",
        "Min({n}, {n}, {n})", "Average({n}, {n})", "AverageNonNull({n}, {n})", "Median({n}, {n}, {n})",
        "Bound({n}, {n}, {n})", "Coalesce({n}, {n})", "BinaryAnd([I], 6)", "BinaryOr([I], {i})", "BinaryXOr([I], 3)",
        "BinaryNot([I])", "ShiftLeft([I], 2)", "ShiftRight([I], 1)", "MaxIDX({n}, {n})", "GetVal({i}, {n}, {n})",
        "HexToNumber({s})", "BinToInt({s})", "Null()", "SIN({n})", "ATAN({n})", "FACTORIAL({i})",
        "ToNumber(DateTimeFormat({d}, {f}))",
    ],
    "s": [
        "[S]", "[T]", "{l}", '""', "({s} + {s})", "Substring({s}, {i}, {i})", "Substring({s}, [I], {i})",
        "Substring({s}, [I])", "Left({s}, {i})", "Right({s}, [I])", "UpperCase({s})", "LowerCase({s})",
        "TitleCase({s})", "Trim({s})", "Trim({s}, {l})", "TrimLeft({s})", "TrimRight({s}, {l})",
        "ReverseString({s})", "Replace({s}, {l}, {s})", "ReplaceFirst({s}, {l}, {s})", "ReplaceChar({s}, {l}, {l})",
        "PadLeft({s}, {i}, {l})", 'PadLeft({s}, [I], "0")', 'PadRight({s}, 4, "xy")', "GetWord({s}, {i})",
        'REGEX_Replace({s}, {x}, "<$1>")', 'REGEX_Replace({s}, {x}, "-", 0)', "StripQuotes({s})",
        "IIF({c}, {s}, {s})", "Switch({s}, {s}, {s}, {s})", "Coalesce({s}, {s})", "ToString({n})",
        "ToString({n}, 2)", "ToString({n}, 1, 1)", "ToString([I])", "DateTimeFormat({d}, {f})", "GetLeft({s}, {l})",
        "GetRight({s}, {l})", "GetPart({s}, {l}, {i})", "FileGetExt({s})", "FileGetFileName({s})", "MD5_UTF8({s})",
        "Max({s}, {s})", "EscapeXMLMetacharacters({s})", "IntToHex(ABS([I]))", "IntToBin(ABS([I]))",
        "DecomposeUnicodeForMatch({s})", "Soundex_Digits({s})",
    ],
    "d": [
        "[D]", "[E]", "DateTimeAdd({d}, {i}, {p})", "DateTimeAdd({d}, [I], {p})", "DateTimeTrim({d}, {u})",
        "ToDate({d})", "ToDateTime({d})", "IIF({c}, {d}, {d})", "Max({d}, {d})", "Coalesce({d}, {d})",
        'DateTimeParse(DateTimeFormat({d}, "%d.%m.%Y"), "%d.%m.%Y")', "ToDate([I])",
    ],
    "c": [
        "[B]", "[I] = 1", "[X] > 0", "[S] = [T]", "[D] > [E]", "({n} < {n})", "({n} = {n})", "({n} >= {n})",
        "({s} = {s})", "({s} != {s})", "({d} >= {d})", "({c} AND {c})", "({c} OR {c} AND {c})", "!({c})",
        "IsNull({n})", "IsNull({s})", "IsEmpty({s})", "IsInteger({s})", "Contains({s}, {s})", "StartsWith({s}, {l})",
        "EndsWith({s}, {l}, 0)", "REGEX_Match({s}, {x})", "{s} IN ({s}, {s})", "{n} NOT IN ({n}, 1, Null())",
        "Between({n}, {n}, {n})", "EqualStrings({s}, {s})", "IsUpperCase({s})",
    ],
    "l": [
        '"a"', '"b"', '"ab"', '" "', '"12"', '"."', '",;"',
    ],
    "x": [
        '"[a-c]+"', '"(\\w)\\s*"', '"\\d"', '"^a"', '"b$"', '"(a)(b)?"', '"[^a-z]"',
    ],
    "p": [
        '"years"', '"months"', '"days"', '"hours"', '"minutes"', '"seconds"',
    ],
    "u": [
        '"year"', '"month"', '"day"', '"hour"', '"minute"', '"firstofmonth"', '"lastofmonth"',
    ],
    "f": [
        '"%Y-%m-%d"', '"%d %b %Y"', '"%j"', '"%A %H:%M"', '"%I:%M:%S %p"', '"%y%m"', '"%U %W %w %u"', '"%e/%k/%l"',
        '"%Y%m"',
    ],
    "i": [
        "0", "1", "2", "-1", "3", "5",
    ],
}  # fmt: skip
