"""Flows without expressions, worked out by hand from the tools' documentation."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.migration.flows.alteryx.build import fields, played, rows, selected, summary, tool

PEOPLE = rows(1, "id name team", ("1", "Ann", "red"), ("2", "Bob", "blue"), ("3", None, "red"), ("4", "Dan", None))
SHOW = tool(99, "BrowseV2")


def block(text: str, anchor: str = "Join") -> str:
    return (
        f'<SelectConfiguration><Configuration outputConnection="{anchor}">{text}</Configuration></SelectConfiguration>'
    )


def keys(left: str, right: str) -> str:
    return (
        f'<JoinInfo connection="Left"><Field field="{left}" /></JoinInfo>'
        f'<JoinInfo connection="Right"><Field field="{right}" /></JoinInfo>'
    )


def join(number: int, left: str, right: str, text: str) -> str:
    return tool(
        number, "Join", f'<Configuration joinByRecordPos="False">{keys(left, right)}{block(text)}</Configuration>'
    )


def test_text_input_infers_types_and_reads_blank_cells_as_null() -> None:
    given = rows(1, "a b c d e", ("1", "1.50", "2024-02-03", "True", "x"), (None, "2.25", None, "False", None))
    (found,) = played([given, SHOW], ["1>99"]).values()
    assert [tuple(map(str, row)) for row in found] == [
        ("1", "1.5", "2024-02-03", "True", "x"),
        ("None", "2.25", "None", "False", "None"),
    ]


def test_select_drops_renames_reorders_and_keeps_what_it_does_not_know() -> None:
    block = selected("team=Squad", "-name", "id", ordered=True)
    (found,) = played([PEOPLE, tool(2, "AlteryxSelect", block), SHOW], ["1>2", "2>99"]).values()
    assert found == [("red", 1), ("blue", 2), ("red", 3), (None, 4)]


def test_select_without_unknown_fields_gives_only_those_it_lists() -> None:
    block = selected("team", "gone", unknown=False)
    (found,) = played([PEOPLE, tool(2, "AlteryxSelect", block), SHOW], ["1>2", "2>99"]).values()
    assert found == [("red",), ("blue",), ("red",), (None,)]


def test_join_has_three_outputs_and_null_keys_join_nothing() -> None:
    right = rows(2, "team lead", ("red", "Zoe"), (None, "Yan"), ("green", "Xia"), ("red", "Wim"))
    flow = [PEOPLE, right, join(3, "team", "team", selected("-Right_team"))]
    ends = [tool(11, "BrowseV2"), tool(12, "BrowseV2"), tool(13, "BrowseV2")]
    found = played([*flow, *ends], ["1>3.Left", "2>3.Right", "3.Left>11", "3.Join>12", "3.Right>13"])
    assert sorted(found["browsev2_12"]) == [
        (1, "Ann", "red", "Wim"),
        (1, "Ann", "red", "Zoe"),
        (3, None, "red", "Wim"),
        (3, None, "red", "Zoe"),
    ]
    assert sorted(found["browsev2_11"]) == [(2, "Bob", "blue"), (4, "Dan", None)]
    assert sorted(found["browsev2_13"], key=str) == [("green", "Xia"), (None, "Yan")] or sorted(
        found["browsev2_13"], key=str
    ) == [(None, "Yan"), ("green", "Xia")]


def test_rows_without_a_partner_keep_all_fields_and_their_names() -> None:
    right = rows(2, "team lead", ("green", "Xia"))
    block = selected("-Left_name", "-Left_team", "Left_id=number", "-Right_team", "-Right_lead")
    flow = [PEOPLE, right, join(3, "team", "team", block), tool(11, "BrowseV2"), tool(13, "BrowseV2")]
    found = played(flow, ["1>3.Left", "2>3.Right", "3.Left>11", "3.Right>13"])
    assert sorted(found["browsev2_11"]) == [(1, "Ann", "red"), (2, "Bob", "blue"), (3, None, "red"), (4, "Dan", None)]
    assert found["browsev2_13"] == [("green", "Xia")]


def test_join_and_union_by_name_make_a_left_join() -> None:
    right = rows(2, "team lead", ("red", "Zoe"))
    flow = [
        PEOPLE,
        right,
        join(3, "team", "team", selected("-Right_team")),
        tool(4, "Union", "<Mode>ByName</Mode>"),
        SHOW,
    ]
    wires = ["1>3.Left", "2>3.Right", "3.Join>4#1", "3.Left>4#2", "4>99"]
    (found,) = played(flow, wires).values()
    assert sorted(found) == [
        (1, "Ann", "red", "Zoe"),
        (2, "Bob", "blue", None),
        (3, None, "red", "Zoe"),
        (4, "Dan", None, None),
    ]


def test_join_names_a_clash_after_its_side() -> None:
    right = rows(2, "id name", ("1", "Uno"))
    flow = [
        PEOPLE,
        right,
        join(3, "id", "id", selected("-Left_team", "-Right_id")),
        tool(4, "AlteryxSelect", selected("Right_name", "name", unknown=False, ordered=True)),
        SHOW,
    ]
    (found,) = played(flow, ["1>3.Left", "2>3.Right", "3.Join>4", "4>99"]).values()
    assert found == [("Uno", "Ann")]


def test_join_by_position_pairs_rows_by_their_place() -> None:
    right = rows(2, "grade", ("A",), ("B",))
    flow = [
        PEOPLE,
        right,
        tool(3, "Join", f'<Configuration joinByRecordPos="True">{block(selected("-Left_team"))}</Configuration>'),
        SHOW,
        tool(98, "BrowseV2"),
    ]
    found = played(flow, ["1>3.Left", "2>3.Right", "3.Join>99", "3.Left>98"])
    assert sorted(found["browsev2_99"]) == [(1, "Ann", "A"), (2, "Bob", "B")]
    assert sorted(found["browsev2_98"]) == [(3, None, "red"), (4, "Dan", None)]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("<Mode>ByName</Mode>", [(1, "a", None), (2, "b", None), (3, None, "c"), (4, None, "d")]),
        ("<Mode>ByPos</Mode>", [(1, "a"), (2, "b"), (3, "c"), (4, "d")]),
        ("<Mode>ByName</Mode><ByName_OutputMode>Subset</ByName_OutputMode>", [(1,), (2,), (3,), (4,)]),
    ],
)
def test_union_modes(mode: str, expected: list[tuple[object, ...]]) -> None:
    first, second = rows(1, "n x", ("1", "a"), ("2", "b")), rows(2, "n y", ("3", "c"), ("4", "d"))
    (found,) = played([first, second, tool(3, "Union", mode), SHOW], ["1>3#1", "2>3#2", "3>99"]).values()
    assert sorted(found) == expected


def test_union_by_hand_follows_the_numbers_of_the_columns() -> None:
    first, second = rows(1, "n x", ("1", "a")), rows(2, "y m", ("c", "3"))
    info = "".join(
        (
            f'<MetaInfo name="#{n}"><RecordInfo><Field name="{a}" '
            f'column="1" /><Field name="{b}" column="2" /></RecordInfo>'
            f"</MetaInfo>"
        )
        for n, a, b in ((1, "n", "x"), (2, "m", "y"))
    )
    config = f"<MultiMetaInfo>{info}</MultiMetaInfo><Mode>Manual</Mode>"
    (found,) = played([first, second, tool(3, "Union", config), SHOW], ["1>3#1", "2>3#2", "3>99"]).values()
    assert sorted(found) == [(1, "a"), (3, "c")]


def test_record_ids_follow_the_order_of_the_inputs_of_a_union() -> None:
    first, second = rows(1, "x", ("b",), ("a",)), rows(2, "x", ("d",), ("c",))
    ids = tool(
        4,
        "RecordID",
        "<StartValue>10</StartValue><FieldName>No</FieldName><FieldType>Int32</FieldType><Position>0</Position>",
    )
    flow = [first, second, tool(3, "Union", "<Mode>ByName</Mode>"), ids, SHOW]
    (found,) = played(flow, ["2>3#2", "1>3#1", "3>4", "4>99"]).values()
    assert sorted(found) == [(10, "b"), (11, "a"), (12, "d"), (13, "c")]


def test_record_id_as_text_is_filled_with_zeros() -> None:
    ids = tool(
        2,
        "RecordID",
        (
            "<StartValue>1</StartValue><FieldName>No</FieldName>"
            '<FieldType size="3">String</FieldType>'
            "<Position>1</Position>"
        ),
    )
    (found,) = played([rows(1, "x", ("b",), ("a",)), ids, SHOW], ["1>2", "2>99"]).values()
    assert sorted(found) == [("a", "002"), ("b", "001")]


def test_sort_puts_null_first_and_the_ids_after_it_follow() -> None:
    sort = tool(
        2,
        "Sort",
        (
            '<SortInfo locale="0"><Field field="team" '
            'order="Ascending" /><Field field="id" '
            'order="Descending" /></SortInfo>'
        ),
    )
    ids = tool(
        3,
        "RecordID",
        "<StartValue>1</StartValue><FieldName>No</FieldName><FieldType>Int32</FieldType><Position>1</Position>",
    )
    (found,) = played([PEOPLE, sort, ids, SHOW], ["1>2", "2>3", "3>99"]).values()
    assert sorted((row[3], row[0]) for row in found) == [(1, 4), (2, 2), (3, 3), (4, 1)]


@pytest.mark.parametrize(
    ("mode", "count", "group", "expected"),
    [
        ("First", 2, "", [1, 2]),
        ("Last", 1, "", [5]),
        ("Skip", 3, "", [4, 5]),
        ("Sample", 2, "", [1, 3, 5]),
        ("First", 1, "g", [1, 3]),
        ("Percent", 40, "", [1, 2]),
    ],
)
def test_samples(mode: str, count: int, group: str, expected: list[int]) -> None:
    given = rows(1, "n g", ("1", "a"), ("2", "a"), ("3", "b"), ("4", "b"), ("5", "a"))
    grouping = fields("GroupFields", *([group] if group else []), attribute="name")
    flow = [given, tool(2, "Sample", f"{grouping}<Mode>{mode}</Mode><N>{count}</N>"), SHOW]
    (found,) = played(flow, ["1>2", "2>99"]).values()
    assert sorted(row[0] for row in found) == expected


def test_unique_keeps_the_first_of_equal_rows() -> None:
    given = rows(1, "n g", ("1", "a"), ("2", "a"), ("3", None), ("4", None), ("5", "A"))
    flow = [given, tool(2, "Unique", fields("UniqueFields", "g")), SHOW, tool(98, "BrowseV2")]
    found = played(flow, ["1>2", "2.Unique>99", "2.Duplicates>98"])
    assert sorted(row[0] for row in found["browsev2_99"]) == [1, 3, 5]
    assert sorted(row[0] for row in found["browsev2_98"]) == [2, 4]


def test_every_aggregate_by_its_own_rule() -> None:
    given = rows(1, "g v t", ("a", "4", "xx"), ("a", None, None), ("a", "1", "x"), ("a", "1", "yyy"), ("b", "7", None))
    config = summary(
        "GroupBy:g", "Sum:v:s", "Count:v:c", "CountNonNull:v:cn", "CountDistinct:v:cd", "CountDistinctNonNull:v:cdn",
        "Min:v:mi", "Max:v:ma", "Avg:v:av", "First:v:fi", "Last:v:la", "Concat:t:co", "Longest:t:lo", "Shortest:t:sh",
        "Median:v:me", "CountNull:v:nu", "CountBlank:t:bl",
    )  # fmt: skip  # a list of actions
    (found,) = played([given, tool(2, "Summarize", config), SHOW], ["1>2", "2>99"]).values()
    assert sorted(found) == [
        ("a", 6, 4, 3, 3, 2, 1, 4, 2.0, 4, 1, "xx,x,yyy", "yyy", "x", 1.0, 1, 1),
        ("b", 7, 1, 1, 1, 1, 7, 7, 7.0, 7, 7, None, None, None, 7.0, 0, 1),
    ]


def test_summarize_without_rows_gives_none_and_count_records_gives_zero() -> None:
    given = rows(1, "n g", ("1", "a"))
    skip = tool(2, "Sample", "<Mode>Skip</Mode><N>1</N>")
    flow = [
        given,
        skip,
        tool(3, "Summarize", summary("Count:n:c")),
        tool(4, "CountRecords.yxmc"),
        SHOW,
        tool(98, "BrowseV2"),
    ]
    found = played(flow, ["1>2", "2>3", "2>4", "3>99", "4.Output9>98"])
    assert found == {"browsev2_99": [], "browsev2_98": [(0,)]}


def test_concatenation_follows_the_order_and_has_its_marks() -> None:
    given = rows(1, "g t", ("a", "z"), ("b", "y"), ("a", "x"))
    marks = "<Concat_Start>(</Concat_Start><Separator>; </Separator><Concat_End>)</Concat_End>"
    config = (
        '<SummarizeFields><SummarizeField field="g" action="GroupBy" rename="g" />'
        f'<SummarizeField field="t" action="Concat" rename="all">{marks}</SummarizeField></SummarizeFields>'
    )
    (found,) = played([given, tool(2, "Summarize", config), SHOW], ["1>2", "2>99"]).values()
    assert sorted(found) == [("a", "(z; x)"), ("b", "(y)")]


def test_running_totals_begin_anew_in_each_group() -> None:
    given = rows(1, "g v", ("a", "1"), ("b", "10"), ("a", "2"), ("a", None), ("b", "5"))
    config = fields("GroupByFields", "g") + fields("RunningTotalFields", "v")
    (found,) = played([given, tool(2, "RunningTotal", config), SHOW], ["1>2", "2>99"]).values()
    assert sorted(found, key=str) == [("a", 1, 1.0), ("a", 2, 3.0), ("a", None, 3.0), ("b", 10, 10.0), ("b", 5, 15.0)]


def test_transpose_keeps_nulls_and_the_order_of_fields() -> None:
    given = rows(1, "id a b", ("1", "x", None), ("2", "y", "z"))
    config = fields("KeyFields", "id") + '<DataFields><Field field="*Unknown" selected="True" /></DataFields>'
    ids = tool(
        3,
        "RecordID",
        "<StartValue>1</StartValue><FieldName>No</FieldName><FieldType>Int32</FieldType><Position>1</Position>",
    )
    (found,) = played([given, tool(2, "Transpose", config), ids, SHOW], ["1>2", "2>3", "3>99"]).values()
    assert sorted(found, key=lambda row: row[-1]) == [
        (1, "a", "x", 1),
        (1, "b", None, 2),
        (2, "a", "y", 3),
        (2, "b", "z", 4),
    ]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("Sum", [(1, 30, 5), (2, None, 7)]),
        ("First", [(1, 10, 5), (2, None, 7)]),
        ("Last", [(1, 20, 5), (2, None, 7)]),
        ("Concat", [(1, "10,20", "5"), (2, None, "7")]),
    ],
)
def test_cross_tab_makes_columns_of_the_values_of_its_last_run(method: str, expected: list[tuple[object, ...]]) -> None:
    from tests.migration.flows.alteryx.build import meta

    given = rows(1, "id k v", ("1", "a b", "10"), ("1", "a b", "20"), ("1", "c", "5"), ("2", "c", "7"))
    config = (
        fields("GroupFields", "id")
        + '<HeaderField field="k" /><DataField field="v" />'
        + f'<Methods><Method method="{method}" /><Separator>,</Separator></Methods>'
    )
    flow = [given, tool(2, "CrossTab", config, meta=meta("id:Int32 a_b:Double c:Double")), SHOW]
    (found,) = played(flow, ["1>2", "2>99"]).values()
    assert sorted(found) == expected


def test_text_to_columns_keeps_the_rest_in_the_last_one() -> None:
    given = rows(1, "id t", ("1", "a,b,c"), ("2", "d"))
    config = (
        '<Field>t</Field><NumFields value="2" />'
        "<ErrorHandling>Last</ErrorHandling><RootName>t</RootName><Delimeters "
        'value="," /><Flags value="0" />'
    )
    (found,) = played([given, tool(2, "TextToColumns", config), SHOW], ["1>2", "2>99"]).values()
    assert sorted(found) == [(1, "a,b,c", "a", "b,c"), (2, "d", "d", None)]


def test_text_to_rows() -> None:
    given = rows(1, "id t", ("1", "a,,c"), ("2", "d"))
    every = '<Field>t</Field><NumFields value="1" /><Delimeters value="," /><Flags value="0" />'
    some = every.replace('<Flags value="0" />', '<Flags value="16" />')
    flow = [given, tool(2, "TextToColumns", every), tool(3, "TextToColumns", some), SHOW, tool(98, "BrowseV2")]
    found = played(flow, ["1>2", "1>3", "2>99", "3>98"])
    assert sorted(found["browsev2_99"]) == [(1, ""), (1, "a"), (1, "c"), (2, "d")]
    assert sorted(found["browsev2_98"]) == [(1, "a"), (1, "c"), (2, "d")]


def test_find_replace_whole_field_and_append() -> None:
    left, right = rows(1, "id t", ("1", "red"), ("2", "reddish"), ("3", None)), rows(2, "find put", ("red", "rot"))
    replace = (
        "<FieldFind>t</FieldFind><FieldSearch>find</FieldSearch>"
        "<ReplaceFoundField>put</ReplaceFoundField><FindMode>FindWhole</FindMode><NoCase "
        "value='False' /><ReplaceMode>Replace</ReplaceMode>"
    )
    append = replace.replace(
        "<ReplaceMode>Replace", "<ReplaceAppendFields><Field field='put' /></ReplaceAppendFields><ReplaceMode>Append"
    ).replace("FindWhole", "FindAny")
    flow = [left, right, tool(3, "FindReplace", replace), tool(4, "FindReplace", append), SHOW, tool(98, "BrowseV2")]
    wires = ["1>3.Targets", "2>3.Source", "1>4.Targets", "2>4.Source", "3>99", "4>98"]
    found = played(flow, wires)
    assert sorted(found["browsev2_99"]) == [(1, "rot"), (2, "reddish"), (3, None)]
    assert sorted(found["browsev2_98"]) == [(1, "red", "rot"), (2, "reddish", "rot"), (3, None, None)]


def test_append_fields_puts_every_source_row_beside_every_target() -> None:
    left, right = rows(1, "id", ("1",), ("2",)), rows(2, "id rate", ("9", "0.5"))
    flow = [
        left,
        right,
        tool(3, "AppendFields", f"<CartesianMode>Error</CartesianMode>{block(selected('Source_id=other'), 'Output')}"),
        SHOW,
    ]
    (found,) = played(flow, ["1>3.Targets", "2>3.Source", "3>99"]).values()
    assert sorted(found) == [(1, 9, Decimal("0.5")), (2, 9, Decimal("0.5"))]


def test_join_multiple_by_position_is_outer() -> None:
    inputs = [rows(1, "a", ("1",), ("2",)), rows(2, "b", ("x",)), rows(3, "c", ("p",), ("q",), ("r",))]
    config = '<JoinByRecPos value="True" /><OutputJoinOnly value="False" />' + block(selected("Input_#2_b=B"), "Output")
    (found,) = played([*inputs, tool(4, "JoinMultiple", config), SHOW], ["1>4#1", "2>4#2", "3>4#3", "4>99"]).values()
    assert sorted(found, key=lambda row: row[2]) == [(1, "x", "p"), (2, None, "q"), (None, None, "r")]


def test_rows_are_generated_up_to_a_number() -> None:
    config = (
        '<UpdateField value="False" /><CreateField_Name>n</CreateField_Name><CreateField_Type>Int32</CreateField_Type>'
        "<Expression_Init>2</Expression_Init><Expression_Cond>n &lt; 9</Expression_Cond>"
        "<Expression_Loop>[n]+3</Expression_Loop>"
    )
    (found,) = played([tool(1, "GenerateRows", config), SHOW], ["1>99"]).values()
    assert sorted(found) == [(2,), (5,), (8,)]


def test_a_disabled_container_is_off_with_all_that_it_feeds() -> None:
    inner = rows(2, "x", ("1",))
    off = tool(5, "ToolContainer", '<Caption>Old</Caption><Disabled value="True" />', inner=inner)
    flow = [
        rows(1, "x", ("7",)),
        off,
        tool(3, "Union", "<Mode>ByName</Mode>"),
        tool(4, "AlteryxSelect", selected()),
        SHOW,
    ]
    (found,) = played(flow, ["1>3#1", "2>3#2", "2>4", "3>99"]).values()
    assert found == [(7,)]
