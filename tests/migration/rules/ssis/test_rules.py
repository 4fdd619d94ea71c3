"""What rules say of a step: reasons, warnings, confidence, and what goes on after a step that was not converted."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.ssis_constructs import COLUMNS, drawn
from benchmarks.ssis_package import Made, Out, Package, Use
from services.migration.conversion import ConversionSource, NodeConversion
from services.migration.pipeline import migrate
from services.migration.rules.context import NotConvertible
from services.migration.rules.ssis.scd import current_rows


def steps(data: bytes, dialect: str = "duckdb") -> dict[str, NodeConversion]:
    (mapping,) = migrate(data, "pkg.dtsx", dialect=dialect).result.mappings
    return {item.object: item for item in mapping.objects}


def node(item: NodeConversion, transform: str = "") -> dict[str, Any]:
    return next(n for n in item.nodes if not transform or n.get("transform") == transform)


def test_a_script_keeps_its_source_and_the_columns_that_pass_through_it() -> None:
    found = steps(drawn("ScriptComponent"))
    script = found["x"]
    assert script.source is ConversionSource.LLM_UNAVAILABLE
    config = node(script)["config"]
    assert "CSharp" in config["original"]
    assert [c["name"] for c in config["columns"]] == ["ID", "NAME", "AMOUNT", "DAY", "RESULT", "SCORE"]
    assert [c["name"] for c in node(found["target"])["config"]["columns"]] == ["ID", "RESULT", "SCORE"]


def test_a_component_of_another_maker_is_named() -> None:
    config = node(steps(drawn("third_party"))["x"])["config"]
    assert config["original_type"] == "Acme.Widget"
    assert "another maker" in config["reason"]


def test_redirected_errors_are_named_with_the_confidence_lowered() -> None:
    found = steps(drawn("redirected_errors"))
    assert found["dc"].confidence <= 0.6
    assert any("stays empty" in text for text in found["dc"].warnings)


def test_a_property_that_is_computed_lowers_the_confidence() -> None:
    expression = b'<DTS:PropertyExpression DTS:Name="[lk].[SqlCommand]">@[User::Sql]</DTS:PropertyExpression>'
    data = drawn("lookup_of_a_table").replace(b"<DTS:ObjectData><pipeline", expression + b"<DTS:ObjectData><pipeline")
    item = steps(data)["lk"]
    assert item.confidence == 0.7
    assert any("@[User::Sql]" in text for text in item.warnings)


def test_parameters_of_a_statement_become_those_of_the_pipeline() -> None:
    package = Package()
    package.variable("Day", "2024-01-31", 7)
    identity = "{AAAAAAAA-0000-0000-0000-000000000001}"
    package.variables[-1] = package.variables[-1].replace("<DTS:Variable", f'<DTS:Variable DTS:DTSID="{identity}"', 1)
    text = "SELECT ID FROM dbo.Sales WHERE Day = ? AND Mark = '?'"
    mapping = f'"Parameter0:Input",{identity};'
    properties = {"AccessMode": "2", "SqlCommand": text, "ParameterMapping": mapping}
    (flow,) = package.component("src", "OLEDBSource", properties, outputs=[Out("o", [Made("ID", "i4")])])
    package.write(flow, "target")
    (mapped,) = migrate(package.text(), "pkg.dtsx", dialect="duckdb").result.mappings
    source = next(n for n in mapped.pipeline["nodes"] if n["id"] == "src")
    assert source["config"]["query"] == "SELECT ID FROM dbo.Sales WHERE Day = :Day AND Mark = '?'"
    assert [p["name"] for p in mapped.pipeline["parameters"]] == ["Day"]


@pytest.mark.parametrize(
    ("name", "step", "reason"),
    [
        ("a_destination_by_a_join", "target", "more than columns of one table"),
        ("procedure", "cmd", "calls the procedure dbo.Touch"),
        ("batch", "cmd", "the same rows of the table for every row"),
        ("lookup_with_its_own_condition", "lk", "changed by hand and computes with its columns"),
    ],
)
def test_what_is_refused_says_why(name: str, step: str, reason: str) -> None:
    item = steps(drawn(name))[step]
    assert item.target_type == "manual"
    assert reason in item.warnings[0]


def test_a_union_whose_mapping_leads_nowhere_is_refused() -> None:
    package = Package()
    flow = package.read("a", COLUMNS)
    uses = [Use("ID", {"OutputColumnLineageID": "#{gone}"})]
    (flow,) = package.component("u", "UnionAll", {}, [(flow, uses)], [Out("o", [Made("ID", "i4")])])
    package.write(flow, "target")
    assert "does not have" in steps(package.text())["u"].warnings[0]


def test_a_column_that_does_not_arrive_is_named() -> None:
    package = Package()
    flow = package.read("a", "ID:i4")
    made = [Made("X", "i4", {"Expression": "#{Package\\Load\\a.Outputs[Output].Columns[GONE]} + 1"})]
    (flow,) = package.component("dc", "DerivedColumn", {}, [(flow, [])], [Out("o", made, sync=True)])
    package.write(flow, "target")
    assert "the column GONE that it reads does not arrive" in steps(package.text())["dc"].warnings[0]


def test_names_in_other_scripts_make_ports_of_their_own() -> None:
    package = Package()
    flow = package.read("a", "ID:i4")
    ends = [
        Out("大きい", (), {"Expression": "{ID} > 1", "EvaluationOrder": "0"}, True),
        Out("既定", (), {"IsDefaultOut": "true"}, True),
    ]
    large, rest = package.component("分割", "ConditionalSplit", {}, [(flow, [Use("ID")])], ends)
    package.write(large, "t1")
    package.write(rest, "t2")
    migration = migrate(package.text(), "pkg.dtsx", dialect="duckdb")
    assert migration.structure.executed == 1


def test_texts_compared_by_a_collation_are_named_on_sql_server() -> None:
    item = steps(drawn("lookup_of_a_table"), "mssql")["lk"]
    assert item.confidence < 0.8
    assert any("collation" in text for text in item.warnings)


def test_a_file_whose_connection_stands_in_the_project_is_named() -> None:
    package = Package()
    made = [Made("ID", "i4")]
    identity = "Project.ConnectionManagers[Sales file]"
    (flow,) = package.component("src", "FlatFileSource", {}, outputs=[Out("o", made)], connection=identity)
    package.write(flow, "target")
    item = steps(package.text())["src"]
    assert item.confidence == 0.6
    assert any("Sales file is kept outside" in text for text in item.warnings)


def file_manager(package: Package, kind: str, columns: str, width: str = "") -> str:
    """A flat file of such columns; gives the connection's id."""
    identity = "{11111111-0000-0000-0000-00000000000F}"
    files = "".join(
        package._object("FlatFileColumn", {"ObjectName": name, "DataType": code, "ColumnWidth": width}, "")
        for name, _, code in (one.partition(":") for one in columns.split())
    )
    held = package._several("FlatFileColumns", [files])
    inner = package._object("ConnectionManager", {"Format": kind, "ConnectionString": "C:\\out.txt"}, held)
    stated = {"ObjectName": "out", "DTSID": identity, "CreationName": "FLATFILE"}
    package.managers.append(package._object("ConnectionManager", stated, f"<DTS:ObjectData>{inner}</DTS:ObjectData>"))
    return identity


@pytest.mark.parametrize("kind", ["Delimited", "FixedWidth"])
def test_a_file_is_laid_out_as_its_connection_says(kind: str) -> None:
    """Neither in the order of the mapping, nor without the columns that nothing is mapped to."""
    package = Package()
    flow = package.read("src", "ID:i4 NAME:wstr(20)")
    identity = file_manager(package, kind, "Name:130 Gap:3 Id:3", "8")
    uses = [Use("ID", {}, "Id"), Use("NAME", {}, "Name")]
    package.component("dst", "FlatFileDestination", {"Overwrite": "true"}, [(flow, uses)], connection=identity)
    item = steps(package.text())["dst"]
    columns = item.nodes[-1]["config"]["columns"]
    assert [(one["name"], one.get("from", one["name"])) for one in columns] == [
        ("Name", "NAME"),
        ("Gap", "Gap"),
        ("Id", "ID"),
    ]
    places = [(one.get("start"), one.get("length")) for one in columns]
    assert places == ([(1, 8), (9, 8), (17, 8)] if kind == "FixedWidth" else [(None, None)] * 3)
    migration = migrate(package.text(), "pkg.dtsx", dialect="duckdb")
    assert migration.structure.executed == 1


@pytest.mark.parametrize(("said", "header"), [("HDR=NO;IMEX=1", False), ("HDR=YES", True), ("IMEX=1", True)])
def test_a_sheet_has_a_header_unless_its_connection_says_no(said: str, header: bool) -> None:
    package = Package()
    identity = "{11111111-0000-0000-0000-00000000000E}"
    text = f'Provider=Microsoft.ACE.OLEDB.12.0;Data Source=C:\\a.xlsx;Extended Properties="Excel 12.0 XML;{said}";'
    inner = package._object("ConnectionManager", {"ConnectionString": text}, "")
    stated = {"ObjectName": "book", "DTSID": identity, "CreationName": "EXCEL"}
    package.managers.append(package._object("ConnectionManager", stated, f"<DTS:ObjectData>{inner}</DTS:ObjectData>"))
    properties = {"AccessMode": "0", "OpenRowset": "Sheet1$"}
    outputs = [Out("o", [Made("ID", "i4")])]
    (flow,) = package.component("src", "ExcelSource", properties, outputs=outputs, connection=identity)
    package.write(flow, "target")
    options = node(steps(package.text())["src"])["config"]["options"]
    assert options == {"sheet": "Sheet1", "header": header}


def test_a_dimension_that_takes_every_row_as_new_is_refused() -> None:
    package = Package()
    flow = package.read("stage", "K:wstr(5)")
    properties = {"SqlCommand": "SELECT K FROM dbo.dim", "IncomingRowChangeType": "2"}
    outs = [Out(name, sync=True) for name in ("Unchanged Output", "New Output")]
    _, fresh = package.component("scd", "SCD", properties, [(flow, [Use("K", {"ColumnType": "1"}, "K")])], outs)
    package.write(fresh, "fresh", "K")
    item = steps(package.text())["scd"]
    assert item.target_type == "manual"
    assert "every incoming row as new" in item.warnings[0]


def test_a_component_of_a_feature_pack_is_none_of_another_maker() -> None:
    data = drawn("third_party").replace(b">Acme.Widget<", b">Microsoft.DataTransformationServices.ODataSource, x<")
    config = node(steps(data)["x"])["config"]
    assert config["original_type"] == "ODataSource"
    assert "a feed of an OData service" in config["reason"]


def test_a_load_of_a_part_of_the_rows_is_named() -> None:
    package = Package()
    package.write(package.read("src", COLUMNS), "target", kind="SQLServerDestination", BulkInsertLastRow="10")
    item = steps(package.text())["target"]
    assert item.confidence == 0.6
    assert any("a part of its rows" in text for text in item.warnings)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("ISNULL({ID})", False),
        ("!ISNULL({ID}) && ISNULL( {ID} )", False),
        ("{ID} == TRUE", True),
        ("ISNULL({ID}) == {ID}", True),
    ],
)
def test_a_condition_that_can_be_null_is_named(condition: str, told: bool) -> None:
    package = Package()
    flow = package.read("a", "ID:bool")
    ends = [Out("x", (), {"Expression": condition, "EvaluationOrder": "0"}, True)]
    ends.append(Out("d", (), {"IsDefaultOut": "true"}, True))
    for number, each in enumerate(package.component("cs", "ConditionalSplit", {}, [(flow, [Use("ID")])], ends)):
        package.write(each, f"t{number}")
    assert any("condition that is null" in text for text in steps(package.text())["cs"].warnings) is told


def test_a_full_join_on_postgresql_is_by_plain_equality() -> None:
    """It refuses a full join by IS NOT DISTINCT FROM; arrays of null are equal."""
    package = Package()
    left, right = package.read("l", "A+1:i4"), package.read("r", "B+1:i4")
    made = [Made(name, "i4", {"InputColumnID": f"{{input {name}}}"}) for name in "AB"]
    inputs = [(left, [Use("A")]), (right, [Use("B")])]
    (flow,) = package.component("mj", "MergeJoin", {"JoinType": "0", "NumKeyColumns": "1"}, inputs, [Out("o", made)])
    package.write(flow, "target")
    conditions = {
        dialect: node(steps(package.text(), dialect)["mj"])["config"]["condition"]
        for dialect in ("postgresql", "duckdb")
    }
    assert conditions == {"postgresql": "ARRAY[l.A] = ARRAY[r.B]", "duckdb": "l.A IS NOT DISTINCT FROM r.B"}


@pytest.mark.parametrize(
    ("text", "current", "indicator", "expected"),
    [
        ("SELECT a FROM dbo.d", "[End] IS NULL", "", "SELECT a FROM dbo.d WHERE [End] IS NULL"),
        ("SELECT a FROM d WHERE b = 1", "c = 1 OR e = 2", "", "SELECT a FROM d WHERE b = 1 AND (c = 1 OR e = 2)"),
        ("SELECT a FROM d", "", "Flag", "SELECT a, [Flag] FROM d"),
        ("SELECT * FROM d", "x = 1", "Flag", "SELECT * FROM d WHERE x = 1"),
        ("SELECT a FROM d", "", "", "SELECT a FROM d"),
    ],
)
def test_the_current_rows_of_a_dimension(text: str, current: str, indicator: str, expected: str) -> None:
    """The condition may name columns that the statement does not choose."""
    assert current_rows(text, current, indicator) == expected


def test_current_rows_of_what_is_no_statement_are_refused() -> None:
    with pytest.raises(NotConvertible, match="could not be read"):
        current_rows("EXEC dbo.GetDimension", "[End] IS NULL")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("select * from (select * from [dbo].[codes]) [refTable] where [CODE] = UPPER(?)", "computes with its"),
        ("select * from (select * from [dbo].[other]) [refTable] where [CODE] > ?", "another reference"),
        ("select CODE from (select * from [dbo].[codes]) [refTable] where [CODE] > ?", "more than choose rows"),
        ("select * from (select * from [dbo].[codes]) [refTable] where [CODE] > ? or 1 < ?", "mapped to no column"),
        ("select * from", "could not be read"),
    ],
)
def test_a_statement_of_a_lookup_that_is_refused_says_why(text: str, reason: str) -> None:
    package = Package()
    flow = package.read("src", COLUMNS)
    stated = {
        "SqlCommand": "select * from [dbo].[codes]",
        "CacheType": "1",
        "SqlCommandParam": text,
        "ParameterMap": "{NAME};",
    }
    uses = [Use("NAME", {"JoinToReferenceColumn": "CODE"})]
    (flow,) = package.component("lk", "Lookup", stated, [(flow, uses)], [Out("m", sync=True)])
    package.write(flow, "target")
    item = steps(package.text())["lk"]
    assert item.target_type == "manual"
    assert reason in item.warnings[0]


@pytest.mark.parametrize("copies", [True, False])
def test_several_matches_are_named_where_something_is_taken_from_them(copies: bool) -> None:
    package = Package()
    flow = package.read("src", "A:i4")
    made = [Made("B", "i4", {"CopyFromReferenceColumn": "B"})] if copies else []
    uses = [Use("A", {"JoinToReferenceColumn": "A"})]
    properties = {"SqlCommand": "SELECT A, B FROM d", "NoMatchBehavior": "1"}
    _, rest = package.component(
        "lk", "Lookup", properties, [(flow, uses)], [Out("m", made, {}, True), Out("n", sync=True)]
    )
    package.write(rest, "fresh")
    assert any("several reference rows" in text for text in steps(package.text())["lk"].warnings) is copies


def test_a_pivoted_key_that_is_no_value_of_its_column_is_refused() -> None:
    package = Package()
    flow = package.read("src", "ID:i4 MONTH:i4 QTY:i4")
    uses = [Use(name, {"PivotUsage": str(place)}) for place, name in enumerate(("ID", "MONTH", "QTY"), 1)]
    made = [
        Made("ID", "i4", {"SourceColumn": "{ID}"}),
        Made("MAY", "i4", {"SourceColumn": "{QTY}", "PivotKeyValue": "May"}),
    ]
    (flow,) = package.component("pv", "Pivot", {}, [(flow, uses)], [Out("out", made)])
    package.write(flow, "target")
    found = steps(package.text())["pv"]
    assert (found.target_type, found.warnings) == ("manual", ("its key May is no number",))
