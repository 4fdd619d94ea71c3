"""Where Input Data and Output Data read and write, by the spellings of real workflows."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.alteryx_workflow import meta, rows
from services.pipelines.dsl.document import load_all
from tests.migration.flows.alteryx.build import converted, tool

SHOW = tool(99, "BrowseV2")


def node(tools: list[str], wires: list[str], kind: str, properties: str = "") -> dict[str, Any]:
    made = converted(tools, wires, properties)
    assert [str(finding) for finding in made.structure.errors] == []
    (document,) = load_all(made.documents[0].yaml)
    return next(node for node in document.nodes() if node["type"] == kind)


@pytest.mark.parametrize(
    ("file", "connector", "expected"),
    [
        ("<File FileFormat='36'>..\\a.sqlite|||Images</File>", "sqlite", {"path": "..\\a.sqlite", "table": "Images"}),
        ("<File FileFormat='0'>c:\\a.zip|||in.csv</File>", "csv", {"path": "c:\\a.zip", "pattern": "in.csv"}),
        ("<File>c:\\a.zip|||in.json</File>", "json", {"path": "c:\\a.zip", "options": {"compression": "zip"}}),
        (
            "<File FileFormat='25'>a.xlsx|||select * from `S1$`</File>",
            "excel",
            {"query": "select * from `S1$`", "dialect": "other", "options": {"header": True}},
        ),
        ("<File FileFormat='25'>a.xlsx|||&lt;List of Sheet Names&gt;</File>", "excel", {"lists": "sheets"}),
        ("<File FileFormat='0' OutputFileName='Path'>a.csv</File>", "csv", {"file_column_holds": "path"}),
        ("<File FileFormat='0' OutputFileName='No' SearchSubDirs='True'>*.csv</File>", "csv", {"recursive": True}),
        ("<File FileFormat='0'>%User.Folder%\\a.csv</File>", "csv", {"path": "${User_Folder}\\a.csv"}),
        (
            "<File FileFormat='23'>0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f|||dbo.t</File>",
            "odbc",
            {"connection": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", "schema": "dbo", "table": "t"},
        ),
    ],
)
def test_an_input_says_what_it_reads(file: str, connector: str, expected: dict[str, Any]) -> None:
    found = node([tool(1, "DbFileInput", file, meta=meta("a:Int32")), SHOW], ["1>99"], "source")
    assert found["connector"] == connector
    assert {key: found["config"].get(key) for key in expected} == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<IgnoreQuotes>SingleQuotes</IgnoreQuotes>", {"quote": "'"}),
        ("<IgnoreQuotes>None</IgnoreQuotes><CodePage>1251</CodePage>", {"quote": "", "encoding": "windows-1251"}),
        ("<CodePage>28592</CodePage><ImportLine>3</ImportLine>", {"encoding": "iso-8859-2", "skip_rows": 2}),
        ("<CodePage>932</CodePage><Delimeter>\\t</Delimeter>", {"encoding": "shift_jis", "delimiter": "\t"}),
        ("<CodePage>7</CodePage>", {"encoding": None, "quote": '"'}),
    ],
)
def test_how_a_text_is_read(written: str, expected: dict[str, Any]) -> None:
    text = f"<File FileFormat='0'>a.csv</File><FormatSpecificOptions>{written}</FormatSpecificOptions>"
    found = node([tool(1, "DbFileInput", text, meta=meta("a:Int32")), SHOW], ["1>99"], "source")["config"]["options"]
    assert {key: found.get(key) for key in expected} == expected


def test_a_workbook_is_read_from_the_line_on_which_its_reading_starts() -> None:
    written = "<FirstRowData>True</FirstRowData><ImportLine>4</ImportLine>"
    text = f"<File FileFormat='25'>a.xlsx|||`S1$`</File><FormatSpecificOptions>{written}</FormatSpecificOptions>"
    found = node([tool(1, "DbFileInput", text, meta=meta("F1:Int32")), SHOW], ["1>99"], "source")
    assert found["config"]["options"] == {"sheet": "S1", "header": False, "skip_rows": 3}


@pytest.mark.parametrize(
    ("written", "warning"),
    [
        ("<IgnoreQuotes>Auto</IgnoreQuotes>", "is 'auto' there"),
        ("<IgnoreErrors>True</IgnoreErrors>", "read as far as they go"),
        ("<CodePage>7</CodePage>", "The code page 7 has no name here"),
    ],
)
def test_what_of_a_text_may_be_read_otherwise_is_told(written: str, warning: str) -> None:
    text = f"<File FileFormat='0'>a.csv</File><FormatSpecificOptions>{written}</FormatSpecificOptions>"
    made = converted([tool(1, "DbFileInput", text, meta=meta("a:Int32")), SHOW], ["1>99"])
    assert warning in " ".join(made.result.mappings[0].objects[0].warnings)


def test_a_constant_in_a_path_is_a_parameter_with_its_value() -> None:
    constant = "<Constant><Namespace>User</Namespace><Name>Folder</Name><Value>c:\\in</Value></Constant>"
    tools = [tool(1, "DbFileInput", "<File FileFormat='0'>%User.Folder%\\a.csv</File>", meta=meta("a:Int32")), SHOW]
    made = converted(tools, ["1>99"], f"<Constants>{constant}</Constants>")
    (document,) = load_all(made.documents[0].yaml)
    assert [(each["name"], each["default"]) for each in document.data["parameters"]] == [("User_Folder", "c:\\in")]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("<File FileFormat='36'>a.sqlite|||Images</File>", {"path": "a.sqlite", "table": "Images"}),
        ("<File FileFormat='0' SearchSubDirs='True' OutputFileName='Path'>a.csv</File>", {"path": "a.csv"}),
    ],
)
def test_an_output_says_where_it_writes(file: str, expected: dict[str, Any]) -> None:
    found = node([rows(1, "a", ("1",)), tool(2, "DbFileOutput", file)], ["1>2"], "sink")
    assert {key: found["config"].get(key) for key in expected} == expected


def test_a_field_that_chooses_files_in_an_unknown_way_is_refused() -> None:
    config = (
        "<File FileFormat='0'>a.csv</File><MultiFile value='True' /><MultiFileType>Colour</MultiFileType>"
        "<MultiFileField>a</MultiFileField>"
    )
    made = converted([rows(1, "a", ("1",)), tool(2, "DbFileOutput", config)], ["1>2"])
    reasons = [item.warnings[0] for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert reasons == ["the way in which the field a chooses the file, 'Colour', is not known"]
