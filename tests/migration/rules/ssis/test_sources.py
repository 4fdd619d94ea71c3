"""Where sources and destinations read and write, and in which format: what their settings and connections say."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.ssis_package import Made, Out, Package, Use
from services.migration.conversion import NodeConversion
from services.migration.pipeline import migrate

FILES = "{11111111-0000-0000-0000-00000000000F}"
BOOK = "{11111111-0000-0000-0000-00000000000E}"


def steps(package: Package) -> dict[str, NodeConversion]:
    (mapping,) = migrate(package.text(), "pkg.dtsx", dialect="duckdb").result.mappings
    return {item.object: item for item in mapping.objects}


def flat_file(package: Package, *columns: tuple[str, str, str], **format: str) -> None:
    """A flat file of columns: name, type number, delimiter."""
    files = "".join(
        package._object("FlatFileColumn", {"ObjectName": name, "DataType": code, "ColumnDelimiter": delimiter}, "")
        for name, code, delimiter in columns
    )
    given = {"Format": "Delimited", "ConnectionString": "C:\\in.csv", **format}
    inner = package._object("ConnectionManager", given, package._several("FlatFileColumns", [files]))
    stated = {"ObjectName": "files", "DTSID": FILES, "CreationName": "FLATFILE"}
    package.managers.append(package._object("ConnectionManager", stated, f"<DTS:ObjectData>{inner}</DTS:ObjectData>"))


COMMA = {"decimal_separator": ",", "thousands_separator": "."}


@pytest.mark.parametrize("layout", [2, 8])
@pytest.mark.parametrize(
    ("locale", "kind", "fast", "options", "confidence"),
    [
        ("1031", "numeric(9,2)", "false", COMMA, 1.0),
        ("1033", "numeric(9,2)", "false", {}, 1.0),
        ("", "r8", "false", {}, 1.0),
        ("1036", "r8", "true", {}, 1.0),
        ("1040", "i4", "false", {}, 1.0),
        ("1031", "wstr(9)", "false", {}, 1.0),
        ("1031", "dbTimeStamp", "false", {}, 0.79),
        ("1031", "dbTimeStamp", "true", {}, 1.0),
    ],
)
def test_numbers_of_a_file_are_written_as_its_locale_does(
    locale: str, kind: str, fast: str, options: dict[str, str], confidence: float, layout: int
) -> None:
    package = Package(layout)
    flat_file(package, ("N", "130", "_x000D__x000A_"), LocaleID=locale)
    outputs = [Out("o", [Made("N", kind, {"FastParse": fast})])]
    (flow,) = package.component("src", "FlatFileSource", {"RetainNulls": "true"}, outputs=outputs, connection=FILES)
    package.write(flow, "target")
    item = steps(package)["src"]
    found = item.nodes[0]["config"]["options"]
    assert {key: value for key, value in found.items() if key.endswith("separator")} == options
    assert item.confidence == confidence


@pytest.mark.parametrize(("last", "told"), [("_x003B_", False), ("_x007C_", True)])
def test_a_file_of_several_delimiters_is_named(last: str, told: bool) -> None:
    package = Package()
    flat_file(package, ("A", "130", "_x003B_"), ("B", "130", last), ("C", "130", "_x000D__x000A_"))
    flow = package.read("src", "A:wstr(9) B:wstr(9) C:wstr(9)")
    uses = [Use(name, {}, name) for name in "ABC"]
    package.component("dst", "FlatFileDestination", {}, [(flow, uses)], connection=FILES)
    item = steps(package)["dst"]
    assert any("different delimiters (';' '|')" in text for text in item.warnings) is told
    assert item.confidence == (0.5 if told else 1.0)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("SELECT * FROM [dbo].[T 1]", {"schema": "dbo", "table": "T 1"}),
        ("select ID, t.NAME from D.dbo.T t with (nolock);", {"database": "D", "schema": "dbo", "table": "T"}),
        ("SELECT ID FROM T WHERE ID > 1", None),
        ("SELECT ID AS X FROM T", None),
        ("SELECT T.ID FROM T JOIN U ON T.ID = U.ID", None),
        ("EXEC dbo.T", None),
        ("SELECT (", None),
        ("", None),
    ],
)
def test_rows_written_through_a_statement_go_to_its_table(statement: str, table: dict[str, str] | None) -> None:
    package = Package()
    package.write(package.read("src", "ID:i4"), "target", AccessMode="2", SqlCommand=statement)
    item = steps(package)["target"]
    assert (item.target_type == "manual") is (table is None)
    if table:
        config = item.nodes[0]["config"]
        assert {key: config[key] for key in ("database", "schema", "table") if key in config} == table


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT * FROM [Sheet1$]", ("Sheet1", None)),
        ("select * from [Sheet 2$A3:C9];", ("Sheet 2$A3:C9", None)),
        ("SELECT ID FROM [Sheet1$] WHERE ID > 0", (None, "SELECT ID FROM [Sheet1$] WHERE ID > 0")),
    ],
)
def test_a_sheet_chosen_by_a_statement(statement: str, expected: tuple[str | None, str | None]) -> None:
    package = Package()
    text = 'Provider=Microsoft.ACE.OLEDB.12.0;Data Source=C:\\a.xlsx;Extended Properties="Excel 12.0 XML;HDR=YES";'
    inner = package._object("ConnectionManager", {"ConnectionString": text}, "")
    stated = {"ObjectName": "book", "DTSID": BOOK, "CreationName": "EXCEL"}
    package.managers.append(package._object("ConnectionManager", stated, f"<DTS:ObjectData>{inner}</DTS:ObjectData>"))
    given = {"AccessMode": "2", "SqlCommand": statement}
    outputs = [Out("o", [Made("ID", "r8")])]
    (flow,) = package.component("src", "ExcelSource", given, outputs=outputs, connection=BOOK)
    package.write(flow, "target")
    config = steps(package)["src"].nodes[0]["config"]
    assert (config["options"].get("sheet"), config.get("query")) == expected


def changes(columns: str = "ID:i4", **given: str) -> NodeConversion:
    package = Package()
    package.variable("State", "")
    made = [Made(*one.split(":")) for one in columns.split()]
    stated = {"StateVariable": "User::State", "CaptureInstance": "dbo_T", "CdcProcessingMode": "0", **given}
    (flow,) = package.component("cdc", "CdcSource", stated, outputs=[Out("o", made)])
    package.write(flow, "target")
    return steps(package)["cdc"]


def position(mark: str) -> str:
    text = f"SUBSTRING(:State, CHARINDEX('/{mark}/', :State) + 4, 22)"
    return f"CONVERT(binary(10), '0x' + LEFT(REPLACE({text}, '0x', ''), 20), 1)"


RANGE = f"sys.fn_cdc_increment_lsn({position('CS')}), {position('CE')}"


@pytest.mark.parametrize(
    ("mode", "called"),
    [
        ("0", f"cdc.[fn_cdc_get_all_changes_dbo_T]({RANGE}, N'all')"),
        ("1", f"cdc.[fn_cdc_get_all_changes_dbo_T]({RANGE}, N'all update old')"),
        ("2", f"cdc.[fn_cdc_get_net_changes_dbo_T]({RANGE}, N'all')"),
        ("Net with update mask", f"cdc.[fn_cdc_get_net_changes_dbo_T]({RANGE}, N'all with mask')"),
        ("NetWithMerge", f"cdc.[fn_cdc_get_net_changes_dbo_T]({RANGE}, N'all with merge')"),
    ],
)
def test_changes_are_read_between_the_positions_of_the_state(mode: str, called: str) -> None:
    """CDC Source: it gives what the functions of change data capture give."""
    item = changes("__$operation:i4 ID:i4", CdcProcessingMode=mode)
    config: dict[str, Any] = item.nodes[0]["config"]
    assert config["query"] == f"SELECT [__$operation], [ID] FROM {called}"
    assert (config["dialect"], item.confidence) == ("mssql", 0.79)


def test_columns_that_say_what_has_changed_are_computed() -> None:
    query = changes("ID:i4 __$NAME__Changed:bool", CdcProcessingMode="3").nodes[0]["config"]["query"]
    ordinal = "sys.fn_cdc_get_column_ordinal(N'dbo_T', N'NAME')"
    assert f"[ID], sys.fn_cdc_is_bit_set({ordinal}, [__$update_mask]) AS [__$NAME__Changed] FROM" in query


@pytest.mark.parametrize(
    ("columns", "given", "reason"),
    [
        ("ID:i4", {"StateVariable": ""}, "names no variable for its state"),
        ("ID:i4", {"CaptureInstance": ""}, "names no capture instance"),
        ("ID:i4", {"CdcProcessingMode": "9"}, "mode 9 is not known"),
        ("ID:i4 __$reprocessing:bool", {}, "with those of the first load"),
    ],
)
def test_changes_that_are_refused_say_why(columns: str, given: dict[str, str], reason: str) -> None:
    item = changes(columns, **given)
    assert item.target_type == "manual"
    assert reason in item.warnings[0]


def test_numbers_that_the_tool_gives_to_elements_are_named() -> None:
    package = Package()
    outs = [
        Out("order", [Made("id", "i4"), Made("order_Id", "ui8")], {"RowsetID": "order"}),
        Out("line", [Made("sku", "wstr(9)")], {"RowsetID": "line"}),
    ]
    orders, lines = package.component("doc", "XmlSource", {"XMLData": "C:\\in.xml"}, outputs=outs)
    package.write(orders, "t1")
    package.write(lines, "t2")
    item = steps(package)["doc"]
    assert item.confidence == 0.6
    assert any("order_Id of order are numbers" in text for text in item.warnings)
    paths = {node["config"]["options"]["record_path"] for node in item.nodes}
    assert paths == {"order", "line"}


@pytest.mark.parametrize("layout", [2, 8])
def test_a_column_that_is_mapped_to_nothing_is_not_written(layout: int) -> None:
    package = Package(layout)
    flow = package.read("src", "ID:i4 NAME:wstr(9) REST:i4")
    unmapped = Use("REST", attributes={"externalMetadataColumnId": "0"})
    uses = [Use("ID", {}, "KEY"), Use("NAME", {}, "NAME"), unmapped]
    package.component("target", "OLEDBDestination", {"OpenRowset": "[t]", "AccessMode": "3"}, [(flow, uses)])
    item = steps(package)["target"]
    assert [one["name"] for one in item.nodes[0]["config"]["columns"]] == ["KEY", "NAME"]
    assert item.warnings == ("The column REST is mapped to nothing; it is not written.",)


@pytest.mark.parametrize(
    ("mapping", "query"),
    [
        ('"0",{};"1",{};', "SELECT ID FROM T WHERE a = :First AND b = :Second"),
        ('"Parameter1:Input",{};"Parameter0:Input",{};', "SELECT ID FROM T WHERE a = :Second AND b = :First"),
        ('"@a:Input",{};"@b:Input",{};', "SELECT ID FROM T WHERE a = :First AND b = :Second"),
    ],
)
def test_parameters_of_a_statement_go_by_their_numbers(mapping: str, query: str) -> None:
    package = Package()
    ids = {name: f"{{AAAAAAAA-0000-0000-0000-00000000000{place}}}" for place, name in enumerate(("First", "Second"))}
    for name, identity in ids.items():
        package.variable(name, "x")
        stated = f'<DTS:Variable DTS:DTSID="{identity}"'
        package.variables[-1] = package.variables[-1].replace("<DTS:Variable", stated, 1)
    given = {"AccessMode": "2", "SqlCommand": "SELECT ID FROM T WHERE a = ? AND b = ?"}
    given["ParameterMapping"] = mapping.format(*ids.values())
    (flow,) = package.component("src", "OLEDBSource", given, outputs=[Out("o", [Made("ID", "i4")])])
    package.write(flow, "target")
    assert steps(package)["src"].nodes[0]["config"]["query"] == query


@pytest.mark.parametrize("path", ["[dc].[FriendlyExpression]", "[dc].[Output].[X].[FriendlyExpression]"])
def test_a_property_of_a_column_that_is_computed_is_named(path: str) -> None:
    """Data Flow Properties that Can Be Set by Using Expressions: of the component, or of a column of an output."""
    package = Package()
    flow = package.read("src", "ID:i4")
    made = [Made("X", "i4", {"Expression": "{ID} + 1"})]
    (flow,) = package.component("dc", "DerivedColumn", {}, [(flow, [Use("ID")])], [Out("Output", made, sync=True)])
    package.write(flow, "target")
    computed = f'<DTS:PropertyExpression DTS:Name="{path}">"ID + " + @[User::N]</DTS:PropertyExpression>'
    data = package.text().replace(b"<DTS:ObjectData><pipeline", f"{computed}<DTS:ObjectData><pipeline".encode())
    (mapping,) = migrate(data, "pkg.dtsx", dialect="duckdb").result.mappings
    item = next(one for one in mapping.objects if one.object == "dc")
    assert item.confidence == 0.7
    assert any("FriendlyExpression is computed as the package runs" in text for text in item.warnings)


@pytest.mark.parametrize("layout", [3, 8])
def test_a_file_may_say_which_one_a_row_is_from(layout: int) -> None:
    """Flat File Source: FileNameColumnName adds a column with the whole path."""
    package = Package(layout)
    flat_file(package, ("A", "130", "_x002C_"), ("B", "130", "_x000D__x000A_"))
    outputs = [Out("o", [Made("A", "wstr(9)"), Made("FILE", "wstr(260)")])]
    given = {"RetainNulls": "true", "FileNameColumnName": "FILE"}
    (flow,) = package.component("src", "FlatFileSource", given, outputs=outputs, connection=FILES)
    package.write(flow, "target")
    (source,) = steps(package)["src"].nodes
    assert (source["config"]["file_column"], source["config"]["file_column_holds"]) == ("FILE", "path")
    assert [(one["name"], one["type"]) for one in source["columns"]][::2] == [
        ("A", "varchar(9)"),
        ("FILE", "varchar(260)"),
    ]


def test_a_sheet_to_write_may_be_quoted() -> None:
    package = Package()
    package.write(package.read("src", "ID:i4"), "target", kind="ExcelDestination", OpenRowset="`Sheet 1`")
    assert steps(package)["target"].nodes[0]["config"]["options"] == {"sheet": "Sheet 1"}
