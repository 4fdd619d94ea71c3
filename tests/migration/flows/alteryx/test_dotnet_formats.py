"""Numbers and dates of the OmniBus add-ins, by hand from the documentation of .NET's formats, on both engines."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from services.migration.rules.alteryx import dotnet_format
from services.migration.rules.context import NotConvertible
from tests.migration.flows.alteryx.addins import settings, shown
from tests.migration.flows.alteryx.build import rows, tool
from tests.pipelines.runner.engines import ENGINES

NUMBERS = rows(1, "n x", ("1", "1234.565"), ("2", "-0.04"), ("3", None), ("-45", "0.5"), ("0", "7.0"))
TEXTS = rows(1, "s", ("1,234.50",), (" -7 ",), ("1e3",), ("x",), (None,), (".5",))


def formatter(field: str, form: str, culture: str = "Invariant") -> str:
    return settings(OutputFieldName="f", Culture=culture, InputFieldName=field, FormatString=form)


FORMATS = [
    ("x", "0.0", ["1234.6", "0.0", None, "0.5", "7.0"]),
    ("x", "#,##0.00", ["1,234.57", "-0.04", None, "0.50", "7.00"]),
    ("x", "0.##", ["1234.57", "-0.04", None, "0.5", "7"]),
    ("x", "0.0##", ["1234.565", "-0.04", None, "0.5", "7.0"]),
    ("x", "#.0", ["1234.6", ".0", None, ".5", "7.0"]),
    ("x", "000000.0", ["001234.6", "000000.0", None, "000000.5", "000007.0"]),
    ("x", "'€ '0.0 \"net\"", ["€ 1234.6 net", "€ 0.0 net", None, "€ 0.5 net", "€ 7.0 net"]),
    ("x", "0.0%", ["123456.5%", "-4.0%", None, "50.0%", "700.0%"]),
    ("x", "N1", ["1,234.6", "0.0", None, "0.5", "7.0"]),
    ("x", "F3", ["1234.565", "-0.040", None, "0.500", "7.000"]),
    ("n", "D4", ["0001", "0002", "0003", "-0045", "0000"]),
    ("n", "00", ["01", "02", "03", "-45", "00"]),
    ("n", "#", ["1", "2", "3", "-45", ""]),
    ("n", "G", ["1", "2", "3", "-45", "0"]),
    ("n", "", ["1", "2", "3", "-45", "0"]),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("field", "form", "expected"), FORMATS)
def test_numbers_are_written_by_a_format(
    engine: str, postgres_url: str, field: str, form: str, expected: list[str | None]
) -> None:
    found = shown(engine, postgres_url, NUMBERS, tool(2, "StringFormatter", formatter(field, form)))
    assert sorted(map(repr, (row[-1] for row in found))) == sorted(map(repr, expected))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_culture_has_its_own_marks(engine: str, postgres_url: str) -> None:
    found = shown(engine, postgres_url, NUMBERS, tool(2, "StringFormatter", formatter("x", "N2", "German (Germany)")))
    assert "1.234,57" in [row[-1] for row in found]


HEXADECIMAL = rows(1, "n", ("255",), ("10",))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("form", "expected"), [("X4", {"00FF", "000A"}), ("x", {"ff", "a"})])
def test_whole_numbers_are_written_in_hexadecimal(
    engine: str, postgres_url: str, form: str, expected: set[str]
) -> None:
    found = shown(engine, postgres_url, HEXADECIMAL, tool(2, "StringFormatter", formatter("n", form)))
    assert {row[-1] for row in found} == expected


DATES = rows(1, "d", ("2024-03-05 00:07:09",), (None,), ("2024-11-30 13:00:00",))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("dd/MM/yyyy HH:mm", ["05/03/2024 00:07", "30/11/2024 13:00"]),
        ("d-MMM-yy", ["5-Mar-24", "30-Nov-24"]),
        ("dddd, MMMM d", ["Tuesday, March 5", "Saturday, November 30"]),
        ("h:mm tt", ["12:07 AM", "1:00 PM"]),
        ("hh 'o''clock' t", ["12 oclock A", "01 oclock P"]),
        ("yyyyMMddHHmmss.fff", ["20240305000709.000", "20241130130000.000"]),
        ("s", ["2024-03-05T00:07:09", "2024-11-30T13:00:00"]),
        ("u", ["2024-03-05 00:07:09Z", "2024-11-30 13:00:00Z"]),
        ("r", ["Tue, 05 Mar 2024 00:07:09 GMT", "Sat, 30 Nov 2024 13:00:00 GMT"]),
        ("%d", ["5", "30"]),
        ("", ["2024-03-05 00:07:09", "2024-11-30 13:00:00"]),
    ],
)
def test_dates_are_written_by_a_format(engine: str, postgres_url: str, form: str, expected: list[str]) -> None:
    found = shown(engine, postgres_url, DATES, tool(2, "StringFormatter", formatter("d", form)))
    assert sorted(row[-1] for row in found if row[0]) == sorted(expected)
    assert [row[-1] for row in found if not row[0]] == [None]


@pytest.mark.parametrize("engine", ENGINES)
def test_flags_are_written_as_words(engine: str, postgres_url: str) -> None:
    given = rows(1, "b", ("True",), ("False",), (None,))
    found = shown(engine, postgres_url, given, tool(2, "StringFormatter", formatter("b", "x")))
    assert {row[-1] for row in found} == {"True", "False", None}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("culture", "expected"),
    [
        ("Invariant", {"1,234.50": 1234.5, " -7 ": -7, "1e3": 1000, "x": None, None: None, ".5": 0.5}),
        ("Spanish (Spain)", {"1,234.50": None, " -7 ": -7, "1e3": 1000, "x": None, None: None, ".5": None}),
    ],
)
def test_numbers_are_read(engine: str, postgres_url: str, culture: str, expected: dict[str | None, Any]) -> None:
    parser = settings(OutputType="Double", OutputFieldName="v", Culture=culture, InputFieldName="s")
    assert dict(shown(engine, postgres_url, TEXTS, tool(2, "NumberParser", parser))) == expected


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("kind", "form", "given", "expected"),
    [
        ("DateTime", "dd-MMM-yy", "06-Dec-05", datetime.datetime(2005, 12, 6)),
        ("Date", "dd-MMM-yy", "06-Dec-35", datetime.date(1935, 12, 6)),
        ("Date", "dd/MM/yyyy", "05/03/2024", datetime.date(2024, 3, 5)),
        ("Date", "dd/MM/yyyy", "5/3/2024", None),
        ("Date", "d/M/yyyy", "5/3/2024", datetime.date(2024, 3, 5)),
        ("Date", "d/M/yyyy", "31/2/2024", None),
        ("DateTime", "M/d/yyyy h:mm tt", " 3/5/2024 12:07 am ", datetime.datetime(2024, 3, 5, 0, 7)),
        ("String", "yyyyMMdd", "20240305", "2024-03-05 00:00:00"),
    ],
)
def test_dates_are_read_by_a_format(
    engine: str, postgres_url: str, kind: str, form: str, given: str, expected: object
) -> None:
    parser = settings(OutputType=kind, OutputFieldName="v", Culture="Invariant", InputFieldName="s", FormatString=form)
    found = shown(engine, postgres_url, rows(1, "s", (given,), (None,)), tool(2, "DateTimeParser", parser))
    assert [row[1] for row in found if row[0]] == [expected]
    assert [row for row in found if not row[0]] == [(None, None)]


REFUSED_NUMBERS = [
    ("C2", "the currency 'C'"), ("E3", "the exponent 'E'"), ("P", "the percentage 'P'"), ("R", "the round trip 'R'"),
    ("Q", "the specifier 'Q'"), ("0.0;(0.0)", "the section ';'"), ("0.0e+0", "the exponent 'e+0'"),
    ("0,", "the scale ','"), ("0-00", "the text '-' between the digits"), ("0,000.0", "filled with zeros"),
    ("abc", "what stands for digits"), ("0‰", "the mark '‰'"), ("0.0000000000000", "more than 12 decimals"),
]  # fmt: skip  # a table


@pytest.mark.parametrize(("form", "words"), REFUSED_NUMBERS)
def test_a_number_format_without_a_rule_is_refused_by_its_name(form: str, words: str) -> None:
    with pytest.raises(NotConvertible, match=words.replace("+", r"\+").replace("(", r"\(")):
        dotnet_format.number("[x]", form, dotnet_format.ENGLISH, is_whole=False)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("d", "the standard format 'd'"),
        ("yyyy g", "the specifier 'g'"),
        ("HH:mm zzz", "the specifier 'zzz'"),
        ("ss.FFF", "the specifier 'FFF'"),
        ("yyy", "the specifier 'yyy'"),
    ],
)
def test_a_date_format_without_a_rule_is_refused_by_its_name(form: str, words: str) -> None:
    for use in (dotnet_format.date, dotnet_format.read):
        with pytest.raises(NotConvertible, match=words):
            use("[d]", form, dotnet_format.ENGLISH)


def test_names_of_days_are_english_or_refused() -> None:
    with pytest.raises(NotConvertible, match="not English"):
        dotnet_format.date("[d]", "dddd", dotnet_format.CULTURES["German (Germany)"])
