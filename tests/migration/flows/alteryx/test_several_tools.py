"""Tools one behind the other, where what the first carries along must not get in the way of the second."""

from __future__ import annotations

from typing import Any

import pytest

from tests.migration.flows.alteryx.build import Flow, rows, shown_on, summary, tool
from tests.migration.flows.alteryx.model import drawn
from tests.pipelines.runner.engines import ENGINES

ID = tool(98, "RecordID", "<FieldName>no</FieldName><StartValue>1</StartValue><FieldType>Int32</FieldType>")
ROWS = '<Field>t</Field><Delimeters value="{}" /><NumFields value="1" /><Flags value="0" />'
LOOP = (
    '<UpdateField value="False" /><CreateField_Name>{0}</CreateField_Name><CreateField_Type>Int32</CreateField_Type>'
    "<Expression_Init>1</Expression_Init><Expression_Cond>[{0}] &lt;= 2</Expression_Cond>"
    "<Expression_Loop>[{0}] + 1</Expression_Loop>"
)
EVEN = '<Method>EqualRecords</Method><EqualRecords><NumTiles value="2" /></EqualRecords>'
BY_PLACE = (
    '<Configuration joinByRecordPos="True"><SelectConfiguration><Configuration /></SelectConfiguration></Configuration>'
)


def counted(given: str, first: str, condition: str, loop: str, kind: str = "Int32") -> Flow:
    """How many rows a loop gives for the rows that arrive, and the last of its values."""
    settings = f'<UpdateField value="False" /><CreateField_Name>i</CreateField_Name><CreateField_Type>{kind}'
    settings += f"</CreateField_Type><Expression_Init>{first}</Expression_Init><Expression_Cond>{condition}"
    settings += f"</Expression_Cond><Expression_Loop>{loop}</Expression_Loop>"
    tools = [given, tool(2, "GenerateRows", settings), tool(3, "Summarize", summary("Count:i:c", "Max:i:m"))]
    return tools, ["1>2", "2>3", "3>99"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (counted(rows(1, "n", ("2500",), ("3",)), "1", "[i] &lt;= [n]", "[i] + 1"), (2503, 2500)),
        (counted(rows(1, "n", ("1000",), ("0",)), "1", "[i] &lt;= [n]", "[i] + 1"), (1000, 1000)),
        (counted(rows(1, "n", ("1001",)), "[n]", "[i] &gt; 0", "[i] - 1"), (1001, 1001)),
        (
            counted(
                rows(1, "s e", ("2012-01-01", "2020-01-01")),
                "[s]",
                "[i] &lt; [e]",
                "DateTimeAdd([i], 1, 'days')",
                "Date",
            ),
            (2922, "2019-12-31"),
        ),
    ],
)
def test_a_loop_whose_bound_is_in_the_rows_goes_on_beyond_a_thousand(
    engine: str, postgres_url: str, flow: Flow, expected: tuple[Any, ...]
) -> None:
    assert shown_on(engine, postgres_url, flow)[1] == [expected]


def twice(first: str, second: str) -> Flow:
    return [rows(1, "t", ("a b,c",), ("d",)), first, second, ID], ["1>2", "2>3", "3>98", "98>99"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (
            twice(tool(2, "TextToColumns", ROWS.format(",")), tool(3, "TextToColumns", ROWS.format("\\s"))),
            [("a", 1), ("b", 2), ("c", 3), ("d", 4)],
        ),
        (
            twice(tool(2, "GenerateRows", LOOP.format("i")), tool(3, "GenerateRows", LOOP.format("j"))),
            [
                *[("a b,c", i, j, 2 * i + j - 2) for i in (1, 2) for j in (1, 2)],
                *[("d", i, j, 2 * i + j + 2) for i in (1, 2) for j in (1, 2)],
            ],
        ),
        (
            (
                [
                    rows(1, "t", ("a",)),
                    rows(4, "t", ("b",)),
                    tool(2, "Union", "<Mode>ByName</Mode>"),
                    tool(3, "GenerateRows", LOOP.format("i")),
                    ID,
                ],
                ["1>2#1", "4>2#2", "2>3", "3>98", "98>99"],
            ),
            [("a", 1, 1), ("a", 2, 2), ("b", 1, 3), ("b", 2, 4)],
        ),
        (
            twice(tool(2, "Tile", EVEN), tool(3, "Tile", EVEN)),
            [("a b,c", 1, 1, 1, 1, 1), ("d", 2, 1, 2, 1, 2)],
        ),
        # of five rows two have no partner, and of these again the first alone has one
        (
            (
                [
                    rows(1, "n", ("1",), ("2",), ("3",)),
                    rows(2, "m", *[(str(number),) for number in range(10, 15)]),
                    tool(3, "Join", BY_PLACE),
                    rows(4, "x", ("p",)),
                    tool(5, "Join", BY_PLACE),
                    ID,
                ],
                ["1>3.Left", "2>3.Right", "3.Right>5.Left", "4>5.Right", "5.Left>98", "98>99"],
            ),
            [(14, 1)],
        ),
    ],
)
def test_tools_of_a_kind_one_after_the_other(
    engine: str, postgres_url: str, flow: Flow, expected: list[tuple[Any, ...]]
) -> None:
    assert shown_on(engine, postgres_url, flow)[1] == sorted(expected, key=repr)


@pytest.mark.parametrize("seed", range(24))
def test_tools_by_chance_give_the_rows_of_a_second_reading_in_their_order(seed: int, postgres_url: str) -> None:
    sheet = drawn(seed)
    flow = [*sheet.tools, ID], [*sheet.wires, f"{sheet.at}>98", "98>99"]
    names, found = shown_on(ENGINES[seed % 6 == 0], postgres_url, flow)
    assert names == [*sheet.names, "no"]
    in_order = sorted(found, key=lambda row: row[-1])
    assert in_order == [(*row, number) for number, row in enumerate(sheet.rows, 1)]
