"""Columns that follow from rows which the workflow holds, loops, and the order of rows; worked out by hand.

Sources: Designer Help, "Cross Tab", "Dynamic Rename", "Dynamic Select", "Auto Field", "Generate Rows", "Sort" (the
dictionary's order), "Union" (its own order), "Text To Columns", "RegEx"; the anchors as real files have them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.pipelines.dsl.document import load_all
from services.pipelines.runner import run
from tests.migration.flows.alteryx.build import converted, fields, formulas, meta, played, rows, selected, summary, tool

SHOW = tool(99, "BrowseV2")
NUMBER = tool(8, "RecordID", "<FieldName>r</FieldName><StartValue>1</StartValue>")


def table(tools: list[str], wires: list[str]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and rows of the only sink."""
    made = converted([*tools, SHOW], wires)
    manual = [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert not manual, manual
    (found,) = run(load_all(made.documents[0].yaml)[0]).values()
    return list(found[0]), [tuple(row.values()) for row in found]


def turned(method: str, header: str = "Name", data: str = "Value", group: str = "id", saved: str = "") -> str:
    methods = "".join(f'<Method method="{each}" />' for each in method.split())
    config = fields("GroupFields", group) + f'<HeaderField field="{header}" /><DataField field="{data}" />'
    return tool(5, "CrossTab", f"{config}<Methods>{methods}</Methods>", meta=saved)


def test_there_and_back_needs_no_last_run() -> None:
    given = rows(1, "id q1 q2", ("1", "10", "20"), ("2", "30", None))
    names = '<DataFields><Field field="id" selected="False" /><Field field="q1" /><Field field="q2" /></DataFields>'
    turn = tool(2, "Transpose", fields("KeyFields", "id") + names)
    doubled = tool(3, "Formula", formulas(("Value", "Double", "[Value] * 2")))
    columns, found = table([given, turn, doubled, turned("Sum")], ["1>2", "2>3", "3>5", "5>99"])
    assert (columns, sorted(found)) == (["id", "q1", "q2"], [(1, 20, 40), (2, 60, None)])


def test_columns_are_the_values_in_the_order_of_a_dictionary() -> None:
    given = rows(1, "id h v", *[("1", name, "2") for name in ("b 10", "B 9", "a", "a")], ("2", None, "5"))
    renamed = tool(2, "AlteryxSelect", selected("h=kind"))
    columns, found = table([given, renamed, turned("Sum", "kind", "v")], ["1>2", "2>5", "5>99"])
    assert columns == ["id", "_Null_", "a", "B_9", "b_10"]
    assert sorted(found) == [(1, None, 4, 2, 2), (2, 5, None, None, None)]


def test_two_methods_put_their_names_before_the_values() -> None:
    given = rows(1, "id h v", ("1", "x", "1"), ("1", "y", "3"), ("1", "x", "2"), ("2", "y", "4"))
    saved = meta("id:Int32 Sum_x:Double Avg_x:Double Sum_y:Double Avg_y:Double")
    columns, found = table([given, turned("Sum Avg", "h", "v", saved=saved)], ["1>5", "5>99"])
    assert columns == ["id", "Sum_x", "Avg_x", "Sum_y", "Avg_y"]
    assert sorted(found) == [(1, 3, 1.5, 3, 3), (2, None, None, 4, 4)]


@pytest.mark.parametrize(
    ("method", "saved", "expected"),
    [
        ("Avg", "", ["id", "Avg_x", "Avg_y"]),
        ("Avg", "id:Int32 Avg_x:Double Avg_y:Double", ["id", "Avg_x", "Avg_y"]),
        ("Avg", "id:Int32 x:Double y:Double", ["id", "x", "y"]),
        ("Count", "", ["id", "Count_x", "Count_y"]),
        ("Sum", "", ["id", "x", "y"]),
        ("First", "", ["id", "x", "y"]),
        ("Concat", "", ["id", "x", "y"]),
    ],
)
def test_one_method_alone_stands_before_the_values_unless_it_is_of_those_that_do_not(
    method: str, saved: str, expected: list[str]
) -> None:
    given = rows(1, "id h v", ("1", "x", "6"), ("1", "y", "4"), ("2", "x", "5"))
    turn = turned(method, "h", "v", saved=meta(saved) if saved else "")
    columns, found = table([given, turn], ["1>5", "5>99"])
    values = {"Count": [(1, 1, 1), (2, 1, None)], "Concat": [(1, "6", "4"), (2, "5", None)]}
    assert columns == expected
    assert sorted(found) == values.get(method, [(1, 6, 4), (2, 5, None)])


CITIES = rows(1, "Field_1 Field_2", ("City", "Pop"), ("Oslo", "700"))
NARROW = rows(1, "a_x b_x c", ("1", "2", "3"))
PAIRS = rows(4, "old new", ("b_x", "Bee"), ("a_x", "Ay"))
WAY = "<NamesFromRows><InputMode>{}</InputMode><OldName>old</OldName><NewName>new</NewName></NamesFromRows>"


def renamed(mode: str, *names: str, more: str = "") -> str:
    return tool(
        2, "DynamicRename", f"<RenameMode>{mode}</RenameMode>{fields('Fields', *names, attribute='name')}{more}"
    )


@pytest.mark.parametrize(
    ("flow", "wires", "expected"),
    [
        ([CITIES, renamed("FirstRow", "*Unknown")], "1>2", ["City", "Pop"]),
        ([NARROW, PAIRS, renamed("RightInputRows", "*Unknown", more=WAY.format("Mapped"))], "4>2.Source 1>2.Targets",
         ["Ay", "Bee", "c"]),
        ([NARROW, PAIRS, renamed("RightInputRows", "*Unknown", more=WAY.format("Positional"))],
         "4>2.Source 1>2.Targets", ["Bee", "Ay", "c"]),
        ([NARROW, rows(4, "A B C", ("", "", "")), renamed("RightInputMetadata", "*Unknown")], "4>2.Source 1>2.Targets",
         ["A", "B", "C"]),
        ([NARROW, PAIRS, renamed("RightDescriptionRows", "*Unknown")], "4>2.Source 1>2.Targets", ["a_x", "b_x", "c"]),
        ([NARROW, renamed("Add", "a_x", "b_x", more="<AddPrefixSuffix><Type>Prefix</Type><Text>My </Text>"
                          "</AddPrefixSuffix>")], "1>2", ["My a_x", "My b_x", "c"]),
        ([NARROW, renamed("Remove", "*Unknown", more="<RemovePrefixSuffix><Type>Suffix</Type><Text>_x</Text>"
                          "</RemovePrefixSuffix>")], "1>2", ["a", "b", "c"]),
        ([NARROW, renamed("Formula", "*Unknown", more="<Expression>REGEX_Replace(TitleCase([_CurrentField_]), "
                          "'(\\w)_.*', '$1 of x')</Expression>")], "1>2", ["A of x", "B of x", "C"]),
    ],
    ids=["first row", "mapped", "by place", "metadata", "descriptions", "prefix", "suffix", "pattern"],
)  # fmt: skip  # a table
def test_new_names(flow: list[str], wires: str, expected: list[str]) -> None:
    columns, found = table(flow, [*wires.split(), "2>99"])
    assert columns == expected
    assert len(found) == 1


def test_an_expression_that_is_not_worked_out_takes_the_names_of_the_last_run() -> None:
    config = f"<RenameMode>Formula</RenameMode>{fields('Fields', '*Unknown', attribute='name')}"
    config += "<Expression>MD5_ASCII([_CurrentField_])</Expression>"
    told = tool(2, "DynamicRename", config, meta=meta("x:Byte y:Byte z:Byte"))
    assert table([NARROW, told], ["1>2", "2>99"])[0] == ["x", "y", "z"]


def test_fields_are_chosen_by_their_places_and_types() -> None:
    given = rows(1, "id name when amt flag", ("1", "x", "2024-01-01", "1.5", "True"))
    text = "[FieldNumber] &lt;= 2 or [Type] = 'Date' or EndsWith([Name],'g')"
    chosen = tool(2, "DynamicSelect", f"<Mode>Formula</Mode><Expression>{text}</Expression>")
    assert table([given, chosen], ["1>2", "2>99"])[0] == ["id", "name", "when", "flag"]


def test_texts_that_the_workflow_holds_are_what_they_all_are() -> None:
    given = rows(1, "a b", ("1", "x"), ("22", "y"))
    text = tool(2, "AlteryxSelect", selected("a=a:V_String:20"))
    fitted = tool(3, "AutoField", fields("Fields", "*Unknown", attribute="name"))
    more = tool(4, "Formula", formulas(("c", "Int32", "[a] + 1")))
    assert table([given, text, fitted, more], ["1>2", "2>3", "3>4", "4>99"])[1] == [(1, "x", 2), (22, "y", 23)]


def loop(kind: str, first: str, condition: str, step: str, updates: str = "") -> str:
    config = f'<UpdateField value="{bool(updates)}" /><UpdateField_Name>{updates}</UpdateField_Name>'
    config += f"<CreateField_Name>x</CreateField_Name><CreateField_Type>{kind}</CreateField_Type>"
    texts = zip(("Init", "Cond", "Loop"), (first, condition, step), strict=True)
    return config + "".join(f"<Expression_{name}>{text}</Expression_{name}>" for name, text in texts)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (loop("Int64", "1", "[x] &lt;= 20", "[x] * 2"), [(1,), (2,), (4,), (8,), (16,)]),
        (loop("Double", "100", "[x] > 20", "[x] / 2"), [(100,), (50,), (25,)]),
        (loop("Date", "'2023-11-01'", "[x] &lt;= '2024-02-01'", "DateTimeAdd([x],1,'month')"),
         [(date(2023, 11, 1),), (date(2023, 12, 1),), (date(2024, 1, 1),), (date(2024, 2, 1),)]),
    ],
)  # fmt: skip  # a table
def test_a_loop_by_itself(config: str, expected: list[tuple[Any, ...]]) -> None:
    assert sorted(table([tool(2, "GenerateRows", config)], ["2>99"])[1]) == sorted(expected)


def test_a_field_that_arrives_is_counted_down_in_its_place() -> None:
    given = rows(1, "qty item", ("3", "pen"), ("1", "cup"))
    made = tool(2, "GenerateRows", loop("Int32", "[qty]", "[qty] > 0", "[qty] - 1", updates="qty"))
    columns, found = table([given, made], ["1>2", "2>99"])
    assert columns == ["qty", "item"]
    assert sorted(found) == [(1, "cup"), (1, "pen"), (2, "pen"), (3, "pen")]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("DateTimeDiff([x],[s],'months') &lt; [n]", [1, 2, 3]),
        ("[n] - 2 > DateTimeDiff([x],[s],'months')", [1]),
        ("[x] &lt;= '2024-12-31' AND '2024-02-20' >= [x]", [1, 2]),
    ],
)
def test_months_are_counted_up_to_a_bound(condition: str, expected: list[int]) -> None:
    given = rows(1, "s n", ("2024-01-15", "3"))
    made = tool(2, "GenerateRows", loop("Date", "[s]", condition, "DateTimeAdd([x],1,'months')"))
    _, found = table([given, made], ["1>2", "2>99"])
    assert sorted(row[2] for row in found) == [date(2024, month, 15) for month in expected]


@pytest.mark.parametrize(
    ("locale", "order", "expected"),
    [
        ("0", "Ascending", [None, "B", "Item2", "a", "item10", "item2"]),
        ("1033", "Ascending", [None, "a", "B", "item2", "Item2", "item10"]),
        ("1033", "Descending", ["item10", "Item2", "item2", "B", "a", None]),
    ],
)
def test_texts_in_order(locale: str, order: str, expected: list[str | None]) -> None:
    given = rows(1, "s", ("item10",), ("Item2",), (None,), ("item2",), ("B",), ("a",))
    ordered = tool(2, "Sort", f'<SortInfo locale="{locale}"><Field field="s" order="{order}" /></SortInfo>')
    (found,) = played([given, ordered, NUMBER, SHOW], ["1>2", "2>8", "8>99"]).values()
    assert [row[0] for row in sorted(found, key=lambda row: row[1])] == expected


def test_a_union_may_have_an_order_of_its_own() -> None:
    inputs = [rows(number, "a", (str(number),)) for number in (1, 2, 3)]
    stated = "".join(f"<Connection>#{number}</Connection>" for number in (3, 1, 2))
    config = f'<Mode>ByName</Mode><SetOutputOrder value="True" /><OutputOrder>{stated}</OutputOrder>'
    flow = [*inputs, tool(4, "Union", config), NUMBER, SHOW]
    (found,) = played(flow, ["1>4#1", "2>4#2", "3>4#3", "4>8", "8>99"]).values()
    assert sorted(found, key=lambda row: row[1]) == [(3, 1), (1, 2), (2, 3)]


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("TextToColumns", '<Field>t</Field><NumFields value="1" /><Delimeters value="," />'),
        ("RegEx", '<Field>t</Field><RegExExpression value="[A-Z]" /><CaseInsensitve value="False" />'
         '<Method>ParseSimple</Method><ParseSimple><SplitToRows value="True" /></ParseSimple>'),
    ],
)  # fmt: skip  # a table
def test_parts_stand_in_the_order_of_their_texts(kind: str, config: str) -> None:
    given = rows(1, "t", ("C,A",), ("B",), ("E,D,F",))
    flow = [given, tool(2, kind, config), NUMBER, SHOW]
    (found,) = played(flow, ["1>2", "2>8", "8>99"]).values()
    assert sorted(found, key=lambda row: row[1]) == [(name, place) for place, name in enumerate("CABEDF", 1)]


@pytest.mark.parametrize(
    ("least", "expected"), [(500, [(1, 10, None), (2, 30, None)]), (20, [(1, 10, 30), (2, 30, 30)])]
)
def test_where_nothing_is_to_append_the_rows_stay(least: int, expected: list[tuple[Any, ...]]) -> None:
    given = rows(1, "id amount", ("1", "10"), ("2", "30"))
    much = tool(2, "Filter", f"<Expression>[amount] > {least}</Expression>")
    total = tool(3, "Summarize", summary("Sum:amount:total"))
    block = '<SelectConfiguration><Configuration><SelectFields><SelectField field="*Unknown" selected="True" />'
    beside = tool(4, "AppendFields", f"{block}</SelectFields></Configuration></SelectConfiguration>")
    wires = ["1>2", "2.True>3", "1>4.Targets", "3>4.Source", "4>99"]
    assert sorted(table([given, much, total, beside], wires)[1]) == expected


FOUND = (
    "<FieldFind>t</FieldFind><FieldSearch>f</FieldSearch><ReplaceFoundField>r</ReplaceFoundField>"
    "<FindMode>FindAny</FindMode><ReplaceMode>Replace</ReplaceMode><NoCase value='{blind}' />"
    "<MatchWholeWord value='{word}' /><ReplaceMultipleFound value='{many}' />"
)


@pytest.mark.parametrize(
    ("blind", "word", "many", "expected"),
    [
        (True, False, True, ["the X s. on the y", "Xegory X", None]),
        (False, False, True, ["the Cat s. on the y", "Xegory X", None]),
        (True, True, True, ["the X s. on the y", "category X", None]),
        (True, True, False, ["the X s. on the mat", "category X", None]),
    ],
)
def test_a_list_that_the_workflow_holds_is_written_out(
    blind: bool, word: bool, many: bool, expected: list[str | None]
) -> None:
    given = rows(1, "t", ("the Cat s. on the mat",), ("category cat",), (None,))
    flow = [given, rows(2, "f r", ("cat", "X"), ("mat", "y"), ("s.", "s."))]
    change = tool(3, "FindReplace", FOUND.format(blind=blind, word=word, many=many))
    (found,) = played([*flow, change, NUMBER, SHOW], ["1>3.Targets", "2>3.Source", "3>8", "8>99"]).values()
    assert [row[0] for row in sorted(found, key=lambda row: row[1])] == expected


def test_what_a_person_wrote_beside_a_tool_stands_at_its_node() -> None:
    noted = tool(2, "Filter", "<Expression>[n] > 1</Expression>").replace(
        "</Configuration>", "</Configuration><Annotation><Name>Without\n the first</Name></Annotation>"
    )
    made = converted([rows(1, "n", ("1",)), noted, SHOW], ["1>2", "2.True>99"])
    told = [node.get("description") for node in load_all(made.documents[0].yaml)[0].nodes()]
    assert told == [None, "Without the first", None]
