"""Workflows as they stand in the file: containers, displays, links, secrets, and files that are damaged."""

from __future__ import annotations

import pytest

from services.migration import parsers
from services.migration.ast import MappingAST, Tool, WorkflowAST
from services.migration.parsers.errors import ExportError, MalformedXmlError, TruncatedXmlError
from tests.migration.flows.alteryx.build import meta, rows, tool, workflow

GIVEN = rows(1, "x", ("1",))


def parsed(tools: list[str], wires: list[str], properties: str = "") -> WorkflowAST:
    return parsers.parse(workflow(tools, wires, properties), "flow.yxmd")


def flow(tools: list[str], wires: list[str]) -> MappingAST:
    (mapping,) = parsed(tools, wires).mappings
    return mapping


def test_tools_become_steps_with_their_anchors_and_order() -> None:
    found = flow([GIVEN, tool(7, "Union"), tool(8, "BrowseV2")], ["1>7#2", "1>7#1", "7>8"])
    assert [step.name for step in found.transformations] == ["TextInput (1)", "Union (7)", "BrowseV2 (8)"]
    assert [(link.from_port, link.to_port, link.order) for link in found.links] == [
        ("Output", "Input", 2),
        ("Output", "Input", 1),
        ("Output", "Input", 0),
    ]
    assert found.transformations[0].origin.line == 4


def test_a_macro_is_known_by_its_file() -> None:
    found = flow([GIVEN, tool(2, r"..\Macros\Cleanse.yxmc")], ["1>2"])
    step = found.transformations[1]
    assert (step.type, step.name, step.attributes["macro"]) == (
        "Cleanse.yxmc",
        "Cleanse (2)",
        r"..\Macros\Cleanse.yxmc",
    )


def test_containers_are_flattened_however_deep_and_disabled_ones_are_shelved() -> None:
    inside = tool(3, "ToolContainer", "<Caption>Inner</Caption>", inner=rows(2, "y", ("1",)))
    on = tool(4, "ToolContainer", "<Caption>Outer</Caption>", inner=inside)
    off = tool(
        5,
        "ToolContainer",
        '<Caption>Old</Caption><Disabled value="True" />',
        inner=on.replace('ToolID="2"', 'ToolID="9"'),
    )
    ast = parsed([GIVEN, on, off], [])
    (mapping,) = ast.mappings
    assert [step.name for step in mapping.transformations if step.type == "TextInput"] == [
        "TextInput (1)",
        "TextInput (2)",
    ]
    assert mapping.transformations[1].attributes["container"] == "Inner"
    assert "switched off with the container Old" in {item.type for item in ast.inventory}


def test_what_only_a_disabled_tool_feeds_does_not_run() -> None:
    off = tool(5, "ToolContainer", '<Caption>Old</Caption><Disabled value="True" />', inner=rows(2, "y", ("1",)))
    ast = parsed(
        [GIVEN, off, tool(6, "AlteryxSelect"), tool(7, "Union"), tool(8, "BrowseV2")], ["2>6", "6>7", "1>7", "7>8"]
    )
    assert [step.name for step in ast.mappings[0].transformations] == ["TextInput (1)", "Union (7)", "BrowseV2 (8)"]
    assert [(link.from_step, link.to_step) for link in ast.mappings[0].links] == [
        ("TextInput (1)", "Union (7)"),
        ("Union (7)", "BrowseV2 (8)"),
    ]


def test_a_browse_beside_another_reader_is_inventory_and_at_an_end_a_sink() -> None:
    ast = parsed([GIVEN, tool(2, "BrowseV2"), tool(3, "AlteryxSelect"), tool(4, "BrowseV2")], ["1>2", "1>3", "3>4"])
    assert [step.name for step in ast.mappings[0].transformations] == [
        "TextInput (1)",
        "AlteryxSelect (3)",
        "BrowseV2 (4)",
    ]
    assert [(item.kind, item.name) for item in ast.inventory] == [("BrowseV2", "BrowseV2 (2)")]


def test_a_flow_that_ends_nowhere_gets_a_result() -> None:
    found = flow([GIVEN, tool(2, "AlteryxSelect")], ["1>2"])
    assert [step.name for step in found.transformations][-1] == "Result of AlteryxSelect (2)"
    assert found.links[-1].to_step == "Result of AlteryxSelect (2)"


def test_fields_of_the_last_run_are_kept_with_their_anchor() -> None:
    found = flow([tool(1, "DbFileInput", meta=meta("a:V_String:10 b:FixedDecimal:19.6 c:Int64"))], [])
    assert [
        (each.name, each.datatype, each.precision, each.scale, each.group) for each in found.transformations[0].fields
    ] == [
        ("a", "string", 10, 0, "Output"),
        ("b", "decimal", 19, 6, "Output"),
        ("c", "bigint", 0, 0, "Output"),
    ]


def test_constants_become_parameters() -> None:
    constants = (
        "<Constants>"
        + "".join(
            (
                f"<Constant><Namespace>{space}</Namespace><Name>{name}</Name>"
                f"<Value>{value}</Value><IsNumeric value='{number}' />"
                f"</Constant>"
            )
            for space, name, value, number in (
                ("User", "Base Year", "7", "True"),
                ("Engine", "Version", "1", "False"),
                ("Question", "Path", "", "False"),
                ("User", "ApiToken", "hunter4", "False"),
            )
        )
        + "</Constants>"
    )
    (mapping,) = parsed([GIVEN], [], constants).mappings
    assert [(item.name, item.datatype, item.default) for item in mapping.parameters] == [
        ("User_Base_Year", "double", "7"),
        ("Question_Path", "string", None),
        ("User_ApiToken", "string", None),
    ]


def test_secrets_are_copied_nowhere() -> None:
    config = (
        "<Passwords><Password>9F3ACAFE</Password></Passwords>"
        "<File FileFormat='23'>odbc:DSN=DWH;UID=ann;PWD=hunter2|||select * from t</File>"
        "<Value name='Password box'>hunter3</Value>"
    )
    step = flow([tool(1, "DbFileInput", config)], []).transformations[0]
    everything = repr(step)
    assert "hunter" not in everything
    assert "9F3ACAFE" not in everything
    assert "DSN=DWH" in step.settings.text("File")


def test_problems_name_their_place() -> None:
    ast = parsed([GIVEN, rows(1, "y", ("2",))], ["1>77"])
    assert {problem.code for problem in ast.problems} == {"REPEATED_TOOL", "DANGLING_CONNECTOR"}
    assert all(problem.origin.line > 1 for problem in ast.problems)


def test_text_after_the_document_is_cut_with_a_warning() -> None:
    ast = parsers.parse(workflow([GIVEN], []) + b"<junk", "flow.yxmd")
    assert [problem.code for problem in ast.problems] == ["TRAILING_TEXT"]
    assert ast.tool is Tool.ALTERYX


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b'<AlteryxDocument yxmdVer="1"><Nodes><Node ToolID="1"x="2"/></Nodes></AlteryxDocument>', MalformedXmlError),
        (b'<AlteryxDocument yxmdVer="1"><Nodes><Node ToolID="1">', TruncatedXmlError),
        (b"<AlteryxDocument><Nodes>" + b"<Node>" * 300 + b"</Node>" * 300 + b"</Nodes></AlteryxDocument>", ExportError),
    ],
)
def test_damaged_files_are_refused_with_their_place(data: bytes, error: type[ExportError]) -> None:
    with pytest.raises(error) as caught:
        parsers.parse(data, "flow.yxmd")
    assert caught.value.line == 1


@pytest.mark.parametrize(
    "data",
    [
        b"<AlteryxDocument/>",
        b"<AlteryxDocument><Nodes><Node/></Nodes></AlteryxDocument>",
        b"<AlteryxDocument><Nodes><Node ToolID='1'><GuiSettings Plugin=''/></Node></Nodes>"
        b"<Connections><Connection/></Connections></AlteryxDocument>",
    ],
)
def test_files_without_data_say_so(data: bytes) -> None:
    ast = parsers.parse(data, "flow.yxmd")
    assert ast.mappings == ()
    assert "NO_MAPPING" in {problem.code for problem in ast.problems}


def test_what_runs_beside_the_flow_is_inventory() -> None:
    events = (
        "<Events><Event><When>AfterRun</When><Type>RunCommand</Type>"
        "<Command>x.bat --password hunter2</Command></Event></Events>"
    )
    ast = parsed([GIVEN], [], events)
    assert [(item.kind, item.name) for item in ast.inventory] == [("event", "RunCommand on AfterRun")]
    assert "hunter2" not in repr(ast)
