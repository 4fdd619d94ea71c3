"""Constructs of public add-ins: the OmniBus tools, functions of the Formula Add-Ons, streams and pictures.

Each row: name, kind of tool, configuration, and words of the reason where it is refused; for `alteryx_constructs`.
"""

from __future__ import annotations

from benchmarks.alteryx_workflow import formulas

FUNCTIONS = {
    "V_String": (
        'LeftPart([t], " ")', 'RightPart([t], " ")', 'Split([t], " ", 2)', "ToRoman([n])", "MakeTime(1, 2, 3)",
        "ToTime([d])", 'IfNull([t], "none")',
    ),
    "Double": (
        "Avg([n], 1)", "Sum([n], 1)", "Count([n], [t])", "Int([n])", "Sign([n])", "Modulo([n], 2)", "Quotient([n], 2)",
        "Deg([n])", "Rad([n])", "Phi()", "HexBinX([n], 1)", "HexBinY([n], 1, 2)", "RandTriangular(0.5, 0, 1, 2)",
        'FromRoman("IV")', 'FindStringLast([t], "a")',
    ),
    "Int32": (
        "Year([d])", "Month([d])", "Day([d])", "Hour([d])", "Minute([d])", "Second([d])", "Weekday([d])",
        "OrdinalDay([d])", "Quarter([d])", "WeekNum([d])", "Century([d])", "IsLeapYear(Year([d]))",
        'DatePart("ww", [d])', 'BusinessDays([d], "2024-12-31")',
    ),
    "Date": (
        "WeekStart([d])", "WeekEnd([d])", "MonthStart([d])", "MonthEnd([d])", "QuarterStart([d])", "QuarterEnd([d])",
        "YearStart([d])", "YearEnd([d])", "MakeDate([n])", 'DateAdd([d], 1, "days")', "Workday([d], 3)",
        'DateFromDMY("1/2/2020")', 'DateFromMDY("1/2/20")',
    ),
    "DateTime": ("MakeDateTime(2020, 1, 2, 3, 4, 5)",),
}  # fmt: skip  # a table
"""Calls of functions, by the type of the field that takes them."""
MATCH = '<Field>t</Field><RegExExpression value="b.*" /><Method>Match</Method><Match><Field>is</Field></Match>'
KEPT = ("VarNum('a', [n])", "VarText('a', [t])", "VarListAdd('a', [n])")


def _settings(**given: str) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in given.items())


def _written(field: str, form: str, culture: str = "Current") -> str:
    return _settings(OutputFieldName="f", InputFieldName=field, FormatString=form, Culture=culture)


def _read(kind: str, form: str) -> str:
    return _settings(OutputType=kind, OutputFieldName="v", InputFieldName="t", FormatString=form, Culture="Invariant")


ROWS: tuple[tuple[str, str, str, str], ...] = (
    *(
        (f"add-on {text}", "Formula", formulas(("x", kind, text)), "")
        for kind, texts in FUNCTIONS.items()
        for text in texts
    ),
    *((f"add-on {text}", "Formula", formulas(("x", "V_String", text)), "from one row to the next") for text in KEPT),
    *(
        (f"random {name}", "RandomNumber", _settings(OutputFieldName="r", Distribution=name, Average="0.5"), "")
        for name in ("Uniform", "Triangular", "Normal", "LogNormal")
    ),
    ("random of another distribution", "RandomNumber", _settings(Distribution="Cauchy"), "is not known"),
    *((f"number as {form}", "StringFormatter", _written("n", form), "") for form in ("0.0", "N2", "D3", "X", "#,##0")),
    *((f"number as {form}", "StringFormatter", _written("n", form), f"'{form}'") for form in ("C", "0.0;-", "E2")),
    *((f"date as {form}", "StringFormatter", _written("d", form), "") for form in ("d/M/yy", "dddd", "s", "")),
    ("date as the culture's", "StringFormatter", _written("d", "D"), "the culture's own"),
    ("a text formatted", "StringFormatter", _written("t", "0"), "no number, date or flag"),
    ("another culture", "StringFormatter", _written("n", "0.0", "Klingon"), "'Klingon'"),
    ("number parsed", "NumberParser", _settings(OutputType="Double", InputFieldName="t"), ""),
    *((f"date parsed as {form}", "DateTimeParser", _read("Date", form), "") for form in ("dd-MMM-yy", "M/d/yyyy")),
    ("date parsed anyhow", "DateTimeParser", _read("Date", ""), "any form"),
    ("time parsed", "DateTimeParser", _read("Time", "HH:mm"), "time of day"),
    ("date parsed without a year", "DateTimeParser", _read("Date", "dd MMM"), "has no year"),
    ("hash", "HashCodeGenerator", _settings(InputFieldName="t", HashAlgorithm="MD5"), ""),
    ("another hash", "HashCodeGenerator", _settings(InputFieldName="t", HashAlgorithm="RIPEMD160"), "RIPEMD160"),
    ("hexagons", "HexBin", _settings(InputPointXFieldName="n", InputPointYFieldName="n", Radius="2"), ""),
    ("sort by culture", "SortWithCulture", _settings(SortField="t", IgnoreCase="true"), ""),
    ("row numbers in groups", "GroupedRecordID", _settings(FieldName="No", GroupingFields='"t"'), ""),
    ("another window of RegEx", "OmniBusRegex", MATCH, ""),
    ("the machine's name", "HostName", "", "name of the machine"),
    ("C#", "RoslynInput", _settings(LambdaCode="() => 1"), "C#"),
    ("an XML file", "XmlInput", _settings(FileName="a.xml"), "every element"),
    ("Go", "GoPlugin", "", "code in Go"),
    ("a queue", "StreamerRabbitMqOut", _settings(Host="h", Queue="q"), "RabbitMQ"),
    ("a stream", "StreamerController", "", "keeps a stream"),
    ("a picture that is shown", "DrawText", "", ""),
)
"""What follows a tool is a Browse."""
BREAKER: tuple[str, str, str, str, str] = ("breaker", "CircuitBreaker", "", "Input Breaker Output", "")
