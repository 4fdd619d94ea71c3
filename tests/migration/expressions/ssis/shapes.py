"""What expressions of SSIS are made up of at random, to compare what the engines give for them.

Holes in a shape: `n`umber, `s`tring, `d`ate, `c`ondition, `l`iteral string, `p`art of a date, `i`nteger.
"""

FIELDS: dict[str, tuple[str, list[object]]] = {
    "I": ("i4", [0, 1, -1, 2, 7, -13, 100, 40000, None]),
    "X": ("numeric", ["0", "1.5", "-2.25", "0.005", "12345.678", "-0.5", None]),
    "F": ("r8", ["0", "1.5", "-2.5", "0.1", "3.14159", "-7.25", "1e6", None]),
    "S": ("wstr", [
        "", "a", "Abc", "abcabc", "  pad ", "12", "-3.5", "12abc", "zażółć", "it's", "\u00a0x\t", "a,b;c", None,
    ]),
    "T": ("wstr", ["a", "b", "", "bc", "A", ".", " ", "x", None]),
    "D": ("dbtimestamp", [
        "2000-02-29 10:11:12", "1999-12-31 23:59:59.999", "1998-01-31", "1970-01-01 00:00:00.5", None,
    ]),
    "E": ("dbtimestamp", ["2000-03-31", "1999-02-28 12:34:56", "2023-11-30 00:00:01", None]),
    "B": ("bool", [True, False, None]),
}  # fmt: skip
KINDS = "nsdc"
SHAPES: dict[str, list[str]] = {
    "n": [
        "I", "X", "F", "0", "1", "-1", "2.5", "({n} + {n})", "({n} - {n})", "({n} * {n})", "({n} / {n})", "(I % 7)",
        "(I / {i})", "-({n})", "ROUND({n}, 1)", "ROUND({n}, 0)", "CEILING({n})", "FLOOR({n})", "ABS({n})",
        "SIGN({n})", "SQUARE({n})", "POWER({n}, 2)", "POWER({n}, 0.5)", "SQRT(ABS({n}))", "EXP({i})", "LOG({n})",
        "LN({n})", "LEN({s})", "FINDSTRING({s}, {s}, 1)", "FINDSTRING({s}, {l}, {i})", "FINDSTRING({s}, {l}, I)",
        "CODEPOINT({s})", "TOKENCOUNT({s}, {l})", "DATEPART({p}, {d})", "DATEDIFF({p}, {d}, {d})", "YEAR({d})",
        "MONTH({d})", "DAY({d})", "({c} ? {n} : {n})", "REPLACENULL({n}, {n})", "(DT_I4)({n})", "(DT_I8)({s})",
        "(DT_R8)({n})", "(DT_NUMERIC,18,3)({n})", "(DT_I4)({c})", "(I & 6)", "(I | {i})", "(I ^ 3)", "~I",
        "(DT_I2)({n})", "(DT_UI1)({n})", "(DT_R8)({s})", "(DT_CY)({n})", "NULL(DT_I4)",
    ],
    "s": [
        "S", "T", "{l}", '""', "({s} + {s})", "SUBSTRING({s}, {i}, {i})", "SUBSTRING({s}, I, {i})", "LEFT({s}, {i})",
        "RIGHT({s}, I)", "UPPER({s})", "LOWER({s})", "TRIM({s})", "LTRIM({s})", "RTRIM({s})", "REVERSE({s})",
        "REPLACE({s}, {l}, {s})", "REPLICATE({s}, {i})", "TOKEN({s}, {l}, {i})", 'TOKEN({s}, ", ;", I)',
        "({c} ? {s} : {s})", "REPLACENULL({s}, {s})", "(DT_WSTR,20)({n})", "(DT_WSTR,3)({s})", "(DT_WSTR,30)({d})",
        "(DT_WSTR,10)(DT_DBDATE)({d})", "(DT_WSTR,5)({c})", "HEX(I)", "(DT_STR,10,1252)(I)", "NULL(DT_WSTR,3)",
    ],
    "d": [
        "D", "E", "DATEADD({p}, {i}, {d})", "DATEADD({p}, I, {d})", "(DT_DBDATE)({d})", "(DT_DBTIMESTAMP)({d})",
        "({c} ? {d} : {d})", "REPLACENULL({d}, {d})", '(DT_DBTIMESTAMP)"2004-02-29 10:00:00"',
    ],
    "c": [
        "B", "I == 1", "X > 0", "S == T", "D > E", "({n} < {n})", "({n} == {n})", "({s} == {s})", "({s} != {s})",
        "({s} <= {s})", "({d} >= {d})", "({c} && {c})", "({c} || {c})", "!({c})", "ISNULL({n})", "ISNULL({s})",
        "(DT_BOOL)I", "TRUE",
    ],
    "l": [
        '"a"', '"b"', '"ab"', '" "', '"12"', '"."', '",;"',
    ],
    "p": [
        '"yy"', '"mm"', '"dd"', '"hh"', '"mi"', '"ss"', '"ms"', '"qq"', '"wk"', '"dw"', '"dy"',
    ],
    "i": [
        "0", "1", "2", "-1", "3", "5",
    ],
}  # fmt: skip
