"""Flows that ask the outside world: services, folders, files that rows name; the rows are worked out by hand.

Source: Designer Help, "Download Tool", "Dynamic Input Tool", "Directory Tool", "Input Data", "Output Data",
"Blob Input Tool", "Data Stream In", "Data Stream Out".
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from benchmarks.alteryx_constructs_outside import CHANGES, chosen, download
from services.migration.pipeline import migrate
from services.pipelines.dsl.document import load_all
from tests.migration.flows.alteryx.build import (
    converted,
    formulas,
    meta,
    outcome,
    played,
    rows,
    selected,
    summary,
    tool,
    workflow,
)

SHOW = tool(99, "BrowseV2")
COUNT = "<StartValue>1</StartValue><FieldName>No</FieldName><FieldType>Int32</FieldType>"


def nodes_of(tools: list[str], wires: list[str]) -> dict[str, dict[str, Any]]:
    (document,) = load_all(converted(tools, wires).documents[0].yaml)
    return {node["id"]: node for node in document.nodes()}


def test_every_row_gets_the_answer_to_its_address_once_and_in_order() -> None:
    given = rows(1, "id url", ("1", "https://x.test/b"), ("2", "https://x.test/a"), ("3", "https://x.test/b"))
    answered = [
        {"url": "https://x.test/a", "DownloadData": "A", "DownloadHeaders": "200"},
        {"url": "https://x.test/b", "DownloadData": "B", "DownloadHeaders": "200"},
        {"url": "https://x.test/b", "DownloadData": "B", "DownloadHeaders": "200"},
    ]
    lines = formulas(("said", "V_String", "[DownloadData] + '!'"))
    tools = [given, tool(2, "Download", download()), tool(3, "Formula", lines), tool(4, "RecordID", COUNT)]
    tools += [tool(5, "AlteryxSelect", selected("No", "id", "said", unknown=False)), SHOW]
    (found,) = played(tools, ["1>2", "2>3", "3>4", "4>5", "5>99"], {"download_2": answered}).values()
    assert sorted(found) == [(1, "B!", 1), (2, "A!", 2), (3, "B!", 3)]


def test_a_row_that_nothing_answers_stays() -> None:
    given = rows(1, "id url", ("1", "https://x.test/a"))
    tools = [given, tool(2, "Download", download("TempFile")), SHOW]
    (found,) = played(tools, ["1>2", "2>99"], {"download_2": []}).values()
    assert found == [(1, "https://x.test/a", None, None)]


def test_a_field_that_is_sent_is_part_of_the_question_even_where_it_is_null() -> None:
    given = rows(1, "url lang", ("https://x.test/a", "en"), ("https://x.test/a", None))
    headers = '<Fields><Field name="lang" selected="True" /><Field name="*Unknown" selected="False" /></Fields>'
    tools = [given, tool(2, "Download", download(headers=headers)), SHOW]
    answered = [
        {"url": "https://x.test/a", "lang": "en", "DownloadData": "yes"},
        {"url": "https://x.test/a", "lang": None, "DownloadData": "sí"},
    ]
    (found,) = played(tools, ["1>2", "2>99"], {"download_2": answered}).values()
    assert sorted(row[2] for row in found) == ["sí", "yes"]


def test_what_is_sent_stands_in_the_source_and_no_credential_does() -> None:
    config = download(
        headers='<NameValues><Item name="Content-Type" value="application/json" />'
        '<Item name="Ocp-Apim-Subscription-Key" value="0a1b2c3d4e" /></NameValues>',
        payload="<QueryStringBodyMode>Field</QueryStringBodyMode><Field>payload</Field>",
        rest="<UserName>ann</UserName>",
    ).replace(">GET<", ">POST<")
    given = rows(1, "url payload access_token", ("https://x.test/a", "{}", "t"))
    made = nodes_of([given, tool(2, "Download", config), SHOW], ["1>2", "2>99"])["download_2"]
    assert made["config"]["keys"] == ["url", "payload"]
    assert made["config"]["connection"] == "http"
    assert made["config"]["request"] == {
        "url_column": "url",
        "method": "POST",
        "body_column": "payload",
        "encode_url": True,
        "headers": [
            {"name": "Content-Type", "value": "application/json"},
            {"name": "Ocp-Apim-Subscription-Key", "secret": True},
        ],
        "gives": "text",
    }


def test_all_fields_may_be_sent_but_those_that_are_named_as_credentials() -> None:
    headers = '<Fields><Field name="url" selected="False" /><Field name="*Unknown" selected="True" /></Fields>'
    given = rows(1, "url a Password b", ("https://x.test/a", "1", "p", "2"))
    tools = [given, tool(2, "Download", download(headers=headers).replace(">GET<", ">ÉTÉ<")), SHOW]
    made = nodes_of(tools, ["1>2", "2>99"])["download_2"]["config"]
    assert made["keys"] == ["url", "a", "b"]
    assert made["request"]["headers"] == [
        {"name": "a", "column": "a"}, {"name": "Password", "secret": True}, {"name": "b", "column": "b"},
    ]  # fmt: skip  # in the order of the fields
    assert "method" not in made["request"]


def test_two_calls_give_fields_of_two_names() -> None:
    given = rows(1, "url", ("https://x.test/a",))
    tools = [given, tool(2, "Download", download()), tool(3, "Download", download("Blob")), SHOW]
    made = nodes_of(tools, ["1>2", "2>3", "3>99"])
    assert [column["name"] for column in made["browsev2_99"]["config"]["columns"]] == [
        "url", "DownloadData", "DownloadHeaders", "DownloadData2", "DownloadHeaders2",
    ]  # fmt: skip  # a list of names
    assert [column["name"] for column in made["download_3"]["columns"]] == ["url", "DownloadData", "DownloadHeaders"]


def test_one_address_in_the_rows_is_that_of_the_source() -> None:
    given = rows(1, "id url", ("1", "https://x.test/a?lang=en"), ("2", "https://x.test/a?lang=en"))
    made = nodes_of([given, tool(2, "Download", download()), SHOW], ["1>2", "2>99"])
    assert made["download_2"]["config"]["path"] == "https://x.test/a?lang=en"
    assert made["download_2"]["connector"] == "http"


def test_a_call_needs_rows_and_says_which() -> None:
    made = converted([rows(1, "url", ("u",)), tool(2, "Download", download()), SHOW], ["1>2", "2>99"])
    (item,) = [each for each in made.result.mappings[0].objects if each.source_type == "Download"]
    assert item.confidence <= 0.79
    (told,) = [each for each in made.report.issues if each.code == "ROWS_NEEDED"]
    assert "a row for each url" in told.remedy


def test_files_that_rows_name_are_read_row_by_row() -> None:
    given = rows(1, "p", ("b.txt",), ("none.txt",), ("a.txt",), ("b.txt",))
    held = [{"p": p, "Field_1": line, "FileName": p} for p, line in (("a.txt", "a1"), ("b.txt", "b1"), ("b.txt", "b2"))]
    tools = [given, tool(2, "DynamicInput", chosen("Path", name="Path")), tool(3, "RecordID", COUNT), SHOW]
    (found,) = played(tools, ["1>2", "2>3", "3>99"], {"dynamicinput_2": held}).values()
    ordered = [row[:2] for row in sorted(found, key=lambda row: row[2])]
    assert [name for _, name in ordered] == ["b.txt", "b.txt", "a.txt", "b.txt", "b.txt"]
    assert sorted(line for line, _ in ordered[:2]) == sorted(line for line, _ in ordered[3:]) == ["b1", "b2"]


@pytest.mark.parametrize(
    ("stated", "changes"), [("Path", "path"), ("FileName", "name"), ("Suffix", "suffix"), ("Prefix", "prefix")]
)
def test_the_source_says_how_a_field_chooses_the_file(stated: str, changes: str) -> None:
    tools = [rows(1, "p", ("x",)), tool(2, "DynamicInput", chosen(stated, r"C:\in\a.txt")), SHOW]
    config = nodes_of(tools, ["1>2", "2>99"])["dynamicinput_2"]["config"]
    assert (config["path"], config["keys"]) == (r"C:\in\a.txt", ["p"])
    assert config["chosen_by"] == {"column": "p", "changes": changes}


def test_a_query_that_rows_change_gives_what_they_ask_for() -> None:
    given = rows(1, "n p", ("1", "x"), ("2", "y"), ("3", "x"))
    tools = [given, tool(2, "DynamicInput", CHANGES, meta=meta("p:V_String:9 v:Double")), SHOW]
    source = nodes_of(tools, ["1>2", "2>99"])["dynamicinput_2"]["config"]
    assert (source["query"], source["keys"]) == ("select p, v from t where p = 'x'", ["p_2"])
    held = [{"p_2": "x", "p": "x", "v": 1.5}, {"p_2": "z", "p": "z", "v": 9.0}]
    (found,) = played(tools, ["1>2", "2>99"], {"dynamicinput_2": held}).values()
    assert found == [("x", 1.5), ("x", 1.5)]


def test_a_query_that_names_no_field_is_asked_by_all_of_them() -> None:
    given = rows(1, "n p", ("1", "x"), ("2", "y"))
    config = CHANGES.replace("<Field>p</Field>", "<Text>[ not a field ]</Text>")
    tools = [given, tool(2, "DynamicInput", config, meta=meta("v:Double")), SHOW]
    assert nodes_of(tools, ["1>2", "2>99"])["dynamicinput_2"]["config"]["keys"] == ["n", "p"]


def test_a_key_is_not_taken_for_a_field_of_the_file() -> None:
    template = "<File FileFormat='25'>a.xlsx|||`S1$`</File>"
    config = (
        f"<InputConfiguration><Configuration>{template}</Configuration></InputConfiguration><Mode>ReadList</Mode>"
        "<ReadList_Field>name</ReadList_Field><ReadList_Type>FileName</ReadList_Type>"
    )
    given = rows(1, "name", ("S1",), ("S2",))
    tools = [given, tool(2, "DynamicInput", config, meta=meta("name:V_String:9 v:Int32")), SHOW]
    held = [{"name_2": "S2", "name": "Ann", "v": 5}, {"name_2": "S3", "name": "Bo", "v": 6}]
    (found,) = played(tools, ["1>2", "2>99"], {"dynamicinput_2": held}).values()
    assert found == [("Ann", 5)]


def test_a_folder_is_listed_with_the_fields_of_the_tool() -> None:
    folder = (
        "<Directory>%Engine.WorkflowDirectory%\\in</Directory><FileSpec>*.csv</FileSpec><IncludeSubDirs value='True' />"
    )
    tools = [tool(2, "Directory", folder), tool(3, "Filter", "<Expression>[Size] > 10</Expression>")]
    tools += [tool(4, "AlteryxSelect", selected("FileName", unknown=False)), SHOW]
    wires = ["2>3", "3.True>4", "4>99"]
    made = nodes_of(tools, wires)["directory_2"]
    assert made["config"] == {
        "path": "${Engine_WorkflowDirectory}\\in", "pattern": "*.csv", "recursive": True
    }  # fmt: skip  # as the document has it
    assert [column["name"] for column in made["columns"]][:9] == [
        "FullPath", "Directory", "FileName", "ShortFileName", "CreationTime", "LastAccessTime", "LastWriteTime", "Size",
        "AttributeArchive",
    ]  # fmt: skip  # a list of names
    listed = [{"FileName": "a.csv", "Size": 9}, {"FileName": "b.csv", "Size": 11}]
    (found,) = played(tools, wires, {"directory_2": listed}).values()
    assert found == [("b.csv",)]


def test_rows_of_several_files_say_which_they_are_from() -> None:
    config = "<File FileFormat='0' OutputFileName='FileName' SearchSubDirs='True'>..\\in\\*.csv</File>"
    tools = [tool(1, "DbFileInput", config, meta=meta("v:Int32"))]
    tools += [tool(2, "Summarize", summary("GroupBy:FileName", "Sum:v:total")), SHOW]
    wires = ["1>2", "2>99"]
    made = nodes_of(tools, wires)["dbfileinput_1"]["config"]
    assert (made["path"], made["recursive"], made["file_column"]) == ("..\\in\\*.csv", True, "FileName")
    held = [{"v": 1, "FileName": "a"}, {"v": 2, "FileName": "b"}, {"v": 3, "FileName": "a"}]
    (found,) = played(tools, wires, {"dbfileinput_1": held}).values()
    assert sorted((name, int(total)) for name, total in found) == [("a", 4), ("b", 2)]


def test_files_are_written_by_a_field_which_is_left_out() -> None:
    config = (
        "<File FileFormat='0'>out.csv</File><MultiFile value='True' /><MultiFileType>Path</MultiFileType>"
        "<MultiFileField>to</MultiFileField><KeepField value='{}' />"
    )
    tools = [rows(1, "to v", ("x", "1"), ("y", "2")), tool(2, "DbFileOutput", config.format("False"))]
    sink = nodes_of(tools, ["1>2"])["dbfileoutput_2"]["config"]
    assert sink["chosen_by"] == {"column": "to", "changes": "path"}
    assert played(tools, ["1>2"]) == {"dbfileoutput_2": [(1,), (2,)]}
    kept = [tools[0], tool(2, "DbFileOutput", config.format("True"))]
    assert played(kept, ["1>2"]) == {"dbfileoutput_2": [("x", 1), ("y", 2)]}


def test_bytes_of_files_are_read_and_written() -> None:
    read = "<FileName>a.png</FileName><ModifyMethod>Path</ModifyMethod><ModifyFilename_Field>p</ModifyFilename_Field>"
    write = (
        "<FileName>b.png</FileName><ModifyMethod>Prefix</ModifyMethod><ModifyFilename_Field>p</ModifyFilename_Field>"
    )
    tools = [rows(1, "p", ("x.png",)), tool(2, "BlobInput", read), tool(3, "BlobOutput", write)]
    made = converted(tools, ["1>2", "2>3"])
    (document,) = load_all(made.documents[0].yaml)
    sink = next(node for node in document.nodes() if node["type"] == "sink")
    assert sink["config"]["chosen_by"] == {"column": "p", "changes": "prefix"}
    assert [column["name"] for column in sink["config"]["columns"]] == ["Blob"]
    (found,) = outcome(made, {"blobinput_2": [{"p": "x.png", "Blob": b"\x01"}]}).values()
    assert found == [(b"\x01",)]


def test_rows_go_into_a_table_and_on() -> None:
    into = "<Connection>DWH</Connection><CreateMode>Overwrite</CreateMode><TableName>stage</TableName>"
    out = "<Sort value='True'><SortInfo><Field field='n' order='Descending' /></SortInfo></Sort>"
    tools = [rows(1, "n", ("1",), ("3",), ("2",)), tool(2, "LockInStreamIn", into), tool(3, "LockInStreamOut", out)]
    tools += [tool(4, "Sample", "<Mode>First</Mode><N>2</N>"), SHOW]
    found = played(tools, ["1>2", "2>3", "3>4", "4>99"])
    assert sorted(found["lockinstreamin_2"]) == [(1,), (2,), (3,)]
    assert sorted(found["browsev2_99"]) == [(2,), (3,)]


def test_a_connector_reads_and_writes_what_its_settings_name() -> None:
    told = "<Value name='workbookName'>Sales</Value><Value name='worksheetName'>2024</Value>"
    tools = [
        tool(1, "Google Sheets Input_1_2_3", told, meta=meta("Id:V_String:9 v:Int32")),
        tool(2, "SalesforceOutput_4_1", "<Object>Account</Object><Operation>Upsert</Operation>"),
        tool(3, "GoogleDriveOutput_1_3_2", "<FileName>x.csv</FileName><WriteMode>Append</WriteMode>"),
    ]
    made = nodes_of(tools, ["1>2", "1>3"])
    read, upserted, appended = (next(n for n in made.values() if n["connector"] == system) for system in (
        "google_sheets", "salesforce", "google_drive"
    ))  # fmt: skip  # three of a kind
    assert (read["config"]["path"], read["config"]["table"]) == ("Sales", "2024")
    assert (upserted["config"]["table"], upserted["config"]["mode"], upserted["config"]["keys"]) == (
        "Account", "upsert", ["Id"],
    )  # fmt: skip  # as the settings have it
    assert (appended["config"]["path"], appended["config"]["mode"]) == ("x.csv", "append")


def test_each_output_of_a_connector_is_a_source() -> None:
    ran = meta("page:V_String:9", "Report") + meta("answer:V_WString:99", "API Response")
    tools = [tool(1, "AdobeAnalytics", "<ReportSuite>web</ReportSuite>", meta=ran), SHOW, tool(98, "BrowseV2")]
    made = converted(tools, ["1.Report>99", "1.API Response>98"])
    (document,) = load_all(made.documents[0].yaml)
    found = [[column["name"] for column in node["columns"]] for node in document.nodes() if node["type"] == "source"]
    assert sorted(found) == [["answer"], ["page"]]


@pytest.mark.parametrize("kind", ["SalesforceInput", "Google Sheets Input.yxmc"])
def test_a_condition_of_the_service_is_told(kind: str) -> None:
    made = converted([tool(1, kind, "<Object>T</Object><Filter>a gt 1</Filter>", meta=meta("a:Int32")), SHOW], ["1>99"])
    (item,) = [each for each in made.result.mappings[0].objects if each.nodes[0]["type"] == "source"]
    assert item.confidence <= 0.6
    assert any("is not applied" in warning for warning in item.warnings)


def test_a_macro_of_in_database_tools_stands_in_the_flow() -> None:
    own = [
        tool(1, "LockInMacroInput", "<Name>In</Name><Query>select n from t</Query>"),
        tool(2, "LockInFilter", "<Mode>Custom</Mode><Expression>n > 1</Expression>"),
        tool(3, "LockInMacroOutput", "<Name>Out</Name>"),
    ]
    read = tool(1, "LockInInput", "<Connection>DWH</Connection><Query>select n from t</Query>", meta=meta("n:Int32"))
    tools = [read, tool(2, "Big.yxmc"), tool(3, "LockInStreamOut"), SHOW]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("flow.yxmd", workflow(tools, ["1>2.In", "2.Out>3", "3>99"]))
        archive.writestr("Big.yxmc", workflow(own, ["1>2", "2.True>3"]))
    made = migrate(packed.getvalue(), "flow.zip", generated_at="2026-01-01T00:00:00Z")
    (found,) = outcome(made, {"lockininput_1": [{"n": 1}, {"n": 2}]}).values()
    assert found == [(2,)]
