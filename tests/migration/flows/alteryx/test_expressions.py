"""Flows with expressions, worked out by hand from the tools' documentation."""

from __future__ import annotations

import datetime

import pytest

from tests.migration.flows.alteryx.build import fields, formulas, outcome, played, rows, selected, tool

SHOW = tool(99, "BrowseV2")
GIVEN = rows(1, "n t", ("1", "Alpha"), ("5", "beta"), ("9", None), (None, "gamma ray"))


def simple(field: str, operator: str, operand: str = "") -> str:
    return (
        f"<Mode>Simple</Mode><Simple><Field>{field}</Field>"
        f"<Operator>{operator}</Operator><Operands><Operand>{operand}</Operand>"
        f"</Operands></Simple>"
    )


@pytest.mark.parametrize(
    ("configuration", "true"),
    [
        ("<Mode>Custom</Mode><Expression>[n] &gt;= 5</Expression>", {"beta", None}),
        ("<Expression>[n] &gt;= 5 AND !IsNull([t])</Expression>", {"beta"}),
        (simple("n", "=", "5"), {"beta"}),
        (simple("n", "IsNull"), {"gamma ray"}),
        (simple("t", "IsNotNull"), {"Alpha", "beta", "gamma ray"}),
        (simple("t", "=", "Alpha"), {"Alpha"}),
        (simple("t", "StartsWith", "b"), {"beta"}),
    ],
)
def test_filter_parts_the_rows_and_no_row_is_lost(configuration: str, true: set[str | None]) -> None:
    flow = [GIVEN, tool(2, "Filter", configuration), SHOW, tool(98, "BrowseV2")]
    found = played(flow, ["1>2", "2.True>99", "2.False>98"])
    kept = {row[1] for row in found["browsev2_99"]}
    left = {row[1] for row in found["browsev2_98"]}
    assert kept == true
    assert left == {"Alpha", "beta", None, "gamma ray"} - true
    assert len(found["browsev2_99"]) + len(found["browsev2_98"]) == 4


def test_later_formulas_see_earlier_ones_and_replaced_fields_keep_their_place() -> None:
    config = formulas(
        ("n", "Int32", "[n] * 2"),
        ("double", "Int32", "[n] + 1"),
        ("double", "Int32", "[double] * 10"),
        ("s", "V_String", '"x" + ToString([n])'),
    )
    (found,) = played(
        [rows(1, "n t", ("1", "a"), ("2", "b")), tool(2, "Formula", config), SHOW], ["1>2", "2>99"]
    ).values()
    assert sorted(found) == [(2, "a", 30, "x2"), (4, "b", 50, "x4")]


def test_conditions_of_a_formula_treat_null_as_the_tool_does() -> None:
    config = formulas(
        ("c", "V_String", 'IF IsNull([n]) THEN "none" ELSEIF [n] > 4 THEN "big" ELSE "small" ENDIF'),
        ("e", "Bool", "[t] = Null()"),
        ("j", "V_String", '[t] + "!"'),
    )
    (found,) = played([GIVEN, tool(2, "Formula", config), SHOW], ["1>2", "2>99"]).values()
    assert sorted((row[2:] for row in found), key=str) == [
        ("big", False, "beta!"),
        ("big", True, "!"),
        ("none", False, "gamma ray!"),
        ("small", False, "Alpha!"),
    ]


def test_multi_field_formula_changes_every_ticked_field() -> None:
    given = rows(1, "a b c", ("1", "2", "x"))
    ticked = fields("Fields", "a", "b", attribute="name")
    config = (
        f"<FieldType>Numeric</FieldType>{ticked}<CopyOutput value='False' />"
        f"<Expression>[_CurrentField_] + 10</Expression><ChangeFieldType "
        f"value='False' />"
    )
    (found,) = played([given, tool(2, "MultiFieldFormula", config), SHOW], ["1>2", "2>99"]).values()
    assert found == [(11, 12, "x")]


def test_multi_field_formula_copies_under_new_names() -> None:
    config = (
        f"<FieldType>Text</FieldType>{fields('Fields', 't', attribute='name')}<CopyOutput value='True' />"
        "<NewFieldAddOn>New_</NewFieldAddOn><NewFieldAddOnPos>Prefix</NewFieldAddOnPos>"
        "<Expression>[_CurrentFieldName_] + [_CurrentField_]</Expression><ChangeFieldType value='True' />"
        "<OutputFieldType type='V_String' size='100' />"
    )
    (found,) = played([rows(1, "t", ("a",)), tool(2, "MultiFieldFormula", config), SHOW], ["1>2", "2>99"]).values()
    assert found == [("a", "ta")]


def multi_row(text: str, policy: str, *groups: str, kind: str = "Int32") -> str:
    return (
        "<UpdateField value='False' /><CreateField_Name>r</CreateField_Name>"
        f"<CreateField_Type>{kind}</CreateField_Type>"
        f"<CreateField_Size>254</CreateField_Size><OtherRows>{policy}</OtherRows><NumRows value='1' />"
        f"<Expression>{text}</Expression>{fields('GroupByFields', *groups)}"
    )


@pytest.mark.parametrize(
    ("policy", "groups", "expected"),
    [
        ("NULL", (), [None, 1, 2, 4]),
        ("Empty", (), [0, 1, 2, 4]),
        ("Nearest", (), [1, 1, 2, 4]),
        ("NULL", ("g",), [None, 1, None, 4]),
    ],
)
def test_multi_row_formula_and_what_stands_for_rows_that_do_not_exist(
    policy: str, groups: tuple[str, ...], expected: list[int | None]
) -> None:
    given = rows(1, "n g", ("1", "a"), ("2", "a"), ("4", "b"), ("8", "b"))
    (found,) = played(
        [given, tool(2, "MultiRowFormula", multi_row("[Row-1:n]", policy, *groups)), SHOW], ["1>2", "2>99"]
    ).values()
    assert [row[-1] for row in sorted(found)] == expected


def test_multi_row_formula_reads_the_value_that_it_gave_the_row_before() -> None:
    given = rows(1, "n", ("1",), ("2",), ("4",))
    (found,) = played(
        [given, tool(2, "MultiRowFormula", multi_row("[Row-1:r] + [n]", "Empty")), SHOW], ["1>2", "2>99"]
    ).values()
    assert sorted(found) == [(1, 1), (2, 3), (4, 7)]


def test_select_changes_types() -> None:
    given = rows(1, "a b", ("1", "x12"), ("2", "7"))
    block = selected("a=:V_String:10", "b=:Int32")
    (found,) = played([given, tool(2, "AlteryxSelect", block), SHOW], ["1>2", "2>99"]).values()
    assert sorted(found)[1] == ("2", 7)


def test_select_cuts_texts_to_their_new_size() -> None:
    (found,) = played(
        [rows(1, "t", ("abcdef",)), tool(2, "AlteryxSelect", selected("t=:V_String:3")), SHOW], ["1>2", "2>99"]
    ).values()
    assert found == [("abc",)]


def regex(method: str, pattern: str, inner: str) -> str:
    return (
        f'<Field>t</Field><RegExExpression value="{pattern}" />'
        f'<CaseInsensitve value="True" />'
        f"<Method>{method}</Method>{inner}"
    )


def test_regex_parses_groups_and_matches_whole_texts() -> None:
    given = rows(1, "t", ("ab-12 end",), ("nothing",))
    parse = regex(
        "ParseComplex",
        r"([a-z]+)-(\d+)",
        '<ParseComplex><Field field="w" type="V_String" size="20" /><Field field="d" type="Int32" /></ParseComplex>',
    )
    match = regex("Match", r"[A-Z]+", "<Match><Field>is</Field></Match>")
    flow = [given, tool(2, "RegEx", parse), tool(3, "RegEx", match), SHOW]
    (found,) = played(flow, ["1>2", "2>3", "3>99"]).values()
    assert sorted(found) == [("ab-12 end", "ab", 12, False), ("nothing", None, None, True)]


def test_regex_replaces_every_match() -> None:
    config = regex("Replace", r"\d", '<Replace expression="#"><CopyUnmatched value="True" /></Replace>')
    (found,) = played([rows(1, "t", ("a1b2",), ("c",)), tool(2, "RegEx", config), SHOW], ["1>2", "2>99"]).values()
    assert sorted(found) == [("a#b#",), ("c",)]


def test_date_time_reads_and_writes_by_its_format() -> None:
    read = (
        '<IsFrom value="False" /><InputFieldName>t</InputFieldName>'
        "<Format>dd/MM/yyyy</Format>"
        "<OutputFieldName>d</OutputFieldName>"
    )
    write = (
        '<IsFrom value="True" /><InputFieldName>d</InputFieldName>'
        "<Format>yyyy-MM</Format>"
        "<OutputFieldName>m</OutputFieldName>"
    )
    flow = [rows(1, "t", ("05/03/2024",)), tool(2, "DateTime", read), tool(3, "DateTime", write), SHOW]
    (found,) = played(flow, ["1>2", "2>3", "3>99"]).values()
    assert found == [("05/03/2024", datetime.date(2024, 3, 5), "2024-03")]


def test_cleansing_does_what_its_boxes_say() -> None:
    boxes = {
        "Check Box (84)": "True",
        "Check Box (117)": "True",
        "Check Box (15)": "True",
        "Check Box (77)": "True",
        "Drop Down (81)": "upper",
    }
    listed = '<Value name="List Box (11)">"n","t"</Value>' + "".join(
        f'<Value name="{key}">{value}</Value>' for key, value in boxes.items()
    )
    given = rows(1, "n t u", ("1", " a ", " b "), (None, None, None))
    (found,) = played([given, tool(2, "Cleanse.yxmc", listed), SHOW], ["1>2", "2>99"]).values()
    assert sorted(found, key=str) == [(0, "", None), (1, "A", " b ")]


def test_rows_are_generated_up_to_a_field() -> None:
    config = (
        '<UpdateField value="False" /><CreateField_Name>k</CreateField_Name><CreateField_Type>Int32</CreateField_Type>'
        "<Expression_Init>1</Expression_Init><Expression_Cond>[k] &lt;= [n]</Expression_Cond>"
        "<Expression_Loop>[k]+1</Expression_Loop>"
    )
    (found,) = played(
        [rows(1, "n", ("1",), ("3",), ("0",)), tool(2, "GenerateRows", config), SHOW], ["1>2", "2>99"]
    ).values()
    assert sorted(found) == [(1, 1), (3, 1), (3, 2), (3, 3)]


def test_constants_are_parameters_with_their_values() -> None:
    from services.pipelines.dsl.document import load_all
    from services.pipelines.runner import run
    from tests.migration.flows.alteryx.build import converted

    constants = (
        "<Constants><Constant><Namespace>User</Namespace><Name>Base Rate</Name><Value>3</Value>"
        '<IsNumeric value="True" /></Constant></Constants>'
    )
    flow = [rows(1, "n", ("2",)), tool(2, "Formula", formulas(("r", "Double", "[n] * [User.Base Rate]"))), SHOW]
    made = converted(flow, ["1>2", "2>99"], constants)
    (document,) = load_all(made.documents[0].yaml)
    assert [(item["name"], item["default"]) for item in document.data["parameters"]] == [("User_Base_Rate", "3")]
    assert run(document, parameters={"User_Base_Rate": 5}) == {"browsev2_99": [{"n": 2, "r": 10.0}]}


@pytest.mark.parametrize("dialect", ["postgresql", "snowflake", "teradata", "sap_hana", "mssql"])
def test_every_dialect_gets_a_sound_pipeline(dialect: str) -> None:
    from tests.migration.flows.alteryx.build import converted

    flow = [
        GIVEN,
        tool(2, "Filter", simple("n", ">", "0")),
        tool(3, "Formula", formulas(("m", "Double", "[n] / 2"))),
        tool(
            4,
            "RecordID",
            "<StartValue>1</StartValue><FieldName>No</FieldName><FieldType>Int32</FieldType><Position>0</Position>",
        ),
        SHOW,
    ]
    made = converted(flow, ["1>2", "2.True>3", "3>4", "4>99"], dialect=dialect)
    assert made.structure.errors == ()
    assert not [item for item in made.result.mappings[0].objects if item.target_type == "manual"]
    if dialect == "postgresql":
        assert len(outcome(made)["browsev2_99"]) == 3


def test_the_order_of_rows_comes_through_a_whole_flow() -> None:
    """Sorted, computed, joined, appended, put together with another stream, made unique, numbered."""
    ids = "<StartValue>1</StartValue><FieldName>No</FieldName><FieldType>Int32</FieldType><Position>1</Position>"
    block = f"<SelectConfiguration><Configuration>{selected('-Right_n')}</Configuration></SelectConfiguration>"
    keys = (
        '<JoinInfo connection="Left"><Field field="n" /></JoinInfo>'
        '<JoinInfo connection="Right"><Field field="n" /></JoinInfo>'
    )
    flow = [
        rows(1, "n", ("3",), ("1",), ("2",)),
        rows(2, "n w", ("1", "one"), ("2", "two"), ("3", "three")),
        rows(3, "z", ("q",)),
        tool(4, "Sort", '<SortInfo locale="0"><Field field="n" order="Descending" /></SortInfo>'),
        tool(5, "RecordID", ids.replace(">No<", ">Place<")),
        tool(6, "Join", f'<Configuration joinByRecordPos="False">{keys}{block}</Configuration>'),
        tool(7, "AppendFields", f"<CartesianMode>Allow</CartesianMode>{block.replace('-Right_n', 'z')}"),
        tool(8, "Formula", formulas(("m", "Int32", "[n] * 10"))),
        tool(9, "Union", "<Mode>ByName</Mode>"),
        tool(10, "Unique", fields("UniqueFields", "n")),
        tool(11, "Filter", "<Expression>[n] != 2</Expression>"),
        tool(12, "RecordID", ids),
        SHOW,
    ]
    wires = ["1>4", "4>5", "5>6.Left", "2>6.Right", "6.Join>7.Targets", "3>7.Source", "7>8", "8>9#1", "2>9#2", "9>10"]
    found = played(flow, [*wires, "10.Unique>11", "11.True>12", "12>99"])["browsev2_99"]
    assert sorted(found, key=lambda row: row[-1]) == [(1, 3, "one", "q", 10, 1), (3, 1, "three", "q", 30, 2)]


def test_parts_of_a_regex_as_columns() -> None:
    config = regex(
        "ParseSimple",
        r"[a-z]+",
        '<ParseSimple><SplitToRows value="False" /><RootName>p</RootName><NumFields value="2" /></ParseSimple>',
    )
    (found,) = played([rows(1, "t", ("ab-cd-ef",), ("x1",)), tool(2, "RegEx", config), SHOW], ["1>2", "2>99"]).values()
    assert sorted(found) == [("ab-cd-ef", "ab", "cd"), ("x1", "x", None)]


def test_cleansing_takes_away_what_is_ticked() -> None:
    boxes = {"Check Box (109)": "True", "Check Box (58)": "True", "Check Box (15)": "True"}
    listed = '<Value name="List Box (11)">"t"</Value>' + "".join(
        f'<Value name="{key}">{value}</Value>' for key, value in boxes.items()
    )
    (found,) = played([rows(1, "t", ("a1  b",)), tool(2, "Cleanse.yxmc", listed), SHOW], ["1>2", "2>99"]).values()
    assert found == [("a b",)]


def test_numbers_become_texts_of_fifteen_digits() -> None:
    config = formulas(("s", "V_String", "ToString([n] / 3)"), ("u", "V_String", "ToString([n] / 100000)"))
    given = rows(1, "n", ("125",), ("7",), ("0",))
    (found,) = played([given, tool(2, "Formula", config), SHOW], ["1>2", "2>99"]).values()
    assert sorted(found) == [(0, "0", "0"), (7, "2.33333333333333", "0.00007"), (125, "41.6666666666667", "0.00125")]
