"""Tools without settings, and settings that name something twice: a document that is sound, or a reason."""

from __future__ import annotations

from typing import Any

import pytest

from services.migration.rules.alteryx.known_settings import KNOWN
from tests.migration.flows.alteryx.build import SHOW, Flow, after, converted, fields, formulas, played, rows, tool

GIVEN = rows(1, "t n", ("a b", "1"), ("b", None), (None, "3"))
OTHER = rows(3, "t x", ("a", "z"), ("c", "y"))
PORTS = {"Join": ("Left", "Right"), "AppendFields": ("Targets", "Source"), "FindReplace": ("Targets", "Source")}
ONE_ROW = rows(1, "g h v", ("1", "g", "2"), ("1", "A", "3"), ("1", "a", "4"))
PIVOT = '<HeaderField field="h" /><DataField field="v" /><Methods>{}</Methods>'
SUM = '<Method method="Sum" />'
TWICE = fields("GroupFields", "g", "g")
WORDS = (
    "<FieldFind>t</FieldFind><FieldSearch>t</FieldSearch><FindMode>FindAny</FindMode>"
    '<MatchWholeWord value="True" /><ReplaceMode>Append</ReplaceMode>'
)
SLASHES = formulas(("t", "V_String", r"REGEX_Replace([t], 'b', '\\\')"))
MATCHED = '<Field>t</Field><RegExExpression value=".*b" /><Method>Match</Method><Match><Field>n</Field></Match>'


def beside(kind: str, settings: str, ports: tuple[str, str]) -> Flow:
    first, second = (f".{port}" if port else "" for port in ports)
    return [GIVEN, OTHER, tool(2, kind, settings)], [f"1>2{first}", f"3>2{second}", "2>99"]


@pytest.mark.parametrize("kind", sorted(KNOWN))
def test_a_tool_without_settings_is_sound_or_says_why_not(kind: str) -> None:
    tools, wires = beside(kind, "", PORTS[kind]) if kind in PORTS else after(GIVEN, kind, "")
    made = converted([*tools, SHOW], wires)
    assert [str(finding) for finding in made.structure.errors] == []
    for item in made.result.mappings[0].objects:
        assert item.target_type != "manual" or item.warnings[0]


@pytest.mark.parametrize(
    ("flow", "names", "expected"),
    [
        (after(GIVEN, "RunningTotal", ""), "t n", [("a b", 1), ("b", None), (None, 3)]),
        (after(ONE_ROW, "CrossTab", TWICE + PIVOT.format(SUM * 2)), "g a A2 g2", [(1, 4, 3, 2)]),
        (after(rows(1, "t", ("abc  ",)), "Formula", SLASHES), "t", [(r"a\\c  ",)]),
        (after(GIVEN, "RegEx", MATCHED), "t n n2", [("a b", 1, True), ("b", None, True), (None, 3, False)]),
        (
            beside("FindReplace", WORDS + fields("ReplaceAppendFields", "x", "t"), ("Targets", "Source")),
            "t n x Source_t",
            [("a b", 1, "z", "a"), ("b", None, None, None), (None, 3, None, None)],
        ),
    ],
)
def test_results(flow: Flow, names: str, expected: list[tuple[Any, ...]]) -> None:
    tools, wires = flow
    made = converted([*tools, SHOW], wires)
    (found,) = played([*tools, SHOW], wires).values()
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    assert all(name in made.documents[0].yaml for name in names.split())


LOOP = (
    "<CreateField_Name>T</CreateField_Name><CreateField_Type>Int32</CreateField_Type>"
    "<Expression_Init>1</Expression_Init><Expression_Cond>[T] &lt;= 3</Expression_Cond>"
    "<Expression_Loop>[T] + 1</Expression_Loop>"
)
ROW = (
    '<UpdateField value="False" /><CreateField_Name>T</CreateField_Name><CreateField_Type>Int32</CreateField_Type>'
    "<OtherRows>NULL</OtherRows><Expression>[Row-1:n] + 1</Expression>"
)
SHARE = '<SummarizeField field="n" action="Percentile" rename="p" Percentile="{}" />'


@pytest.mark.parametrize(
    ("kind", "settings", "reason"),
    [
        ("GenerateRows", LOOP, "a field T arrives already"),
        ("MultiRowFormula", ROW, "a field T arrives already"),
        ("Summarize", f"<SummarizeFields>{SHARE.format(150)}</SummarizeFields>", "'150' is not from 0 to 100"),
        ("Summarize", f"<SummarizeFields>{SHARE.format('nan')}</SummarizeFields>", "'nan' is not from 0 to 100"),
    ],
)
def test_what_is_not_meant_is_refused(kind: str, settings: str, reason: str) -> None:
    tools, wires = after(GIVEN, kind, settings)
    made = converted([*tools, SHOW], wires)
    (refused,) = [item for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert reason in refused.warnings[0]
