"""What is not converted says why; what may differ says so, with less confidence."""

from __future__ import annotations

import pytest

from benchmarks.datastage_constructs import CONSTRUCTS
from benchmarks.datastage_dsx import Job, columns, export, keys, packed, xml_properties
from benchmarks.datastage_stages import ORDERS, beside, through
from tests.migration.flows.datastage.sheet import converted, manual

SPEC = "modifyspec"


def filtered(text: str, **options: str) -> str:
    return through("j", "PxFilter", ORDERS, {"where": packed(("where", text, options))})


def modified(text: str) -> str:
    return through("j", "PxModify", "ID:i", {SPEC: packed((SPEC, text))})


AGGREGATED = {"key": keys("STATUS"), "reduce": packed(("reduce", "AMOUNT", {"kurtosis": "X"}))}
INNER = {"operator": "innerjoin", "key": keys("AREA")}
BY_ID = {"key": keys("ID")}
MORE = ORDERS + " MORE:s"


def weighted(**calculation: str) -> str:
    reduce = packed(("reduce", "AMOUNT", {"sum": "X", **calculation}))
    return through("j", "PxAggregator", "STATUS:s X:f", {"key": keys("STATUS"), "reduce": reduce})


def reading(**options: str) -> str:
    job = Job("j")
    job.read("step", "in1", ORDERS, **options)
    job.write("out", "in1")
    return export(job.text())


def connected(side: str, **usage: object) -> str:
    job = Job("j")
    xml = {"XMLProperties": xml_properties({"Usage": usage})}
    if side == "read":
        job.stage("step", "OracleConnectorPX", outputs={"in1": columns(ORDERS)}, pin_properties={"in1": xml})
        job.write("out", "in1")
    else:
        job.read("orders", "in1", ORDERS)
        job.stage("step", "OracleConnectorPX", ["in1"], pin_properties={"in1": xml})
    return export(job.text())


def formatted(form: str) -> str:
    job = Job("j")
    pins = {"in1": {"SchemaFormat": form}}
    job.stage("step", "PxSequentialFile", outputs={"in1": columns(ORDERS)}, pins=pins, pin_properties={"in1": FILE})
    job.write("out", "in1")
    return export(job.text())


def pivoted(derivation: str) -> str:
    job = Job("j")
    job.read("orders", "in1", ORDERS)
    job.stage("step", "PxPivot", ["in1"], {"out1": columns("AMOUNT:n", AMOUNT=derivation)})
    job.write("out", "out1")
    return export(job.text())


DATES = {"decimal_separator": ",", "date_format": "%dd.%mm.%yyyy"}
FILE = {"file": packed(("file", "/data/a.csv"))}
ADDS_UP = "UPDATE T SET AMOUNT = AMOUNT + ORCHESTRATE.AMOUNT WHERE ID = ORCHESTRATE.ID"
OF_THE_ROW = "SELECT ID FROM T WHERE AREA = ORCHESTRATE.AREA"
REFUSED = {
    "a calculation whose weights are not explained": (weighted(cv="Y", weightfield="ID"), "goes by the weights of ID"),
    "a file through a command": (reading(filter="gunzip -c"), "the command 'gunzip -c'"),
    "a file with numbered lines": (reading(recordNumberField="N"), "numbers the lines of the file in the column N"),
    "a file with its own name, but no column for it": (reading(sourceNameField="F"), "name as the column F, which its"),
    "a sparse lookup": (connected("read", SelectStatement=OF_THE_ROW), "for each row of the stream"),
    "user-defined SQL": (
        connected("write", WriteMode="6", TableName="T", SQL={"Statements": "CALL P(ORCHESTRATE.ID)"}).replace(
            "OracleConnectorPX", "ODBCConnectorPX"
        ),
        "a statement of its own",
    ),
    "a SELECT in a file": (
        connected("read", SQL={"SelectStatement": ("/sql/x.sql", {"ReadFromFileSelect": "1"})}),
        "its SELECT stands in the file /sql/x.sql",
    ),
    "an update that computes": (
        connected("write", WriteMode="1", GenerateSQL="0", TableName="T", UpdateStatement=ADDS_UP),
        "a statement of its own",
    ),
    "a SELECT in PL/SQL": (connected("read", ReadMode="1", PLSQLStatement="begin x; end;"), "reads by a PL/SQL block"),
    "rows written in PL/SQL": (connected("write", WriteMode="8", TableName="T"), "writes by a PL/SQL block"),
    "a file of binary records": (formatted("record_prefix=2, binary"), "not lines of text (record_prefix"),
    "a file with a schema file": (reading(schemafile="/x.sch"), "the schema file /x.sch"),
    "a vertical pivot": (
        through("j", "PxPivot", "AREA:s AMOUNT:n", {"pivot_type": "verticalpivot"}),
        "turns rows into columns",
    ),
    "a horizontal pivot by its editor": (pivoted("Pivot(AMOUNT)"), "which input columns fill each column"),
    "a modification with an option that is not known": (modified("ID = string_length[x](AREA)"), "the option x"),
    "a filter on what is no column": (filtered("NONE_SUCH = 1"), "names the column NONE_SUCH"),
    "a filter that is no SQL": (filtered("ID = = 1"), "cannot be read"),
    "a filter that calls": (filtered("upper(AREA) = 'N'"), "uses"),
    "a filter with a subquery": (filtered("ID in (select 1)"), "uses"),
    "an output that is not connected": (filtered("ID = 1", target="4"), "output 4"),
    "a sort without keys": (through("j", "PxSort", ORDERS, {"stable": "stable"}), "no key column"),
    "a key that is no column": (through("j", "PxSort", ORDERS, {"key": keys("NOPE")}), "NOPE is not a column"),
    "a calculation that is not known": (through("j", "PxAggregator", "STATUS:s X:n", AGGREGATED), "kurtosis"),
    "an output column from nowhere": (
        through("j", "PxCopy", "ID:i GHOST:s"),
        "GHOST of link out1 comes from no",
    ),
    "a modification that is not read": (modified("ID = lookup_int32_from_string[t](AREA)"), "lookup_int32_from_string"),
    "a type that is not known": (modified("ID:tagged = ID"), "type tagged"),
    "a join of one input": (
        through("j", "PxJoin", ORDERS, INNER),
        "fewer than two inputs",
    ),
    "change capture with other columns": (
        beside("j", "PxChangeCapture", columns(ORDERS), {"key": keys("ID")}, MORE),
        "lacks the columns more",
    ),
    "java": (through("j", "JavaStagePX", ORDERS), "the Java class makes rows of the rows that arrive"),
    "a kind that nobody knows": (through("j", "PxNobody", ORDERS), "a program of its own"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusal(name: str) -> None:
    text, reason = REFUSED[name]
    done = converted(text)
    reasons = manual(done)
    assert list(reasons) == ["step"]
    assert reason in reasons["step"][0]
    (node,) = [one for one in done.result.mappings[0].pipeline["nodes"] if one.get("transform") == "manual"]
    assert "BEGIN DSRECORD" in node["config"]["original"]
    assert node["config"]["todo"]


@pytest.mark.parametrize(
    ("name", "says", "at_most"),
    [
        ("remove_duplicates_unsorted", "nothing before the stage fixes", 0.79),
        ("head", "of each partition", 0.84),
        ("merge", "repeat a key", 0.84),
        ("surrogate_key", "set the first number", 0.84),
        ("row_generator", "its default is used", 0.79),
        ("peek_at_the_end", "job's log", 0.95),
        ("filter_one", "null is less", 0.98),
    ],
)
def test_what_may_differ_is_named(name: str, says: str, at_most: float) -> None:
    done = converted(CONSTRUCTS[name]())
    item = next(one for one in done.result.mappings[0].objects if one.object == "step")
    assert any(says in text for text in item.warnings)
    assert item.confidence <= at_most


def test_a_filter_over_a_key_that_may_be_null_on_both_sides_of_a_join_is_doubted() -> None:
    job = Job("nulls")
    job.read("a", "in1", "K:s A:i")
    job.read("b", "in2", "K:s B:i")
    job.stage(
        "step", "PxJoin", ["in1", "in2"], {"out1": columns("K:s A:i B:i")}, {"operator": "innerjoin", "key": keys("K")}
    )
    job.write("out", "out1")
    item = next(one for one in converted(export(job.text())).result.mappings[0].objects if one.object == "step")
    assert item.confidence < 0.8
    assert any("may be null on both sides" in text for text in item.warnings)


def test_columns_that_propagate_at_run_time_are_named() -> None:
    text = through("j", "PxCopy", "ID:i AREA:s AMOUNT:n STATUS:s")
    on = text.replace('Name "RTColumnProp"\n         Value "0"', 'Name "RTColumnProp"\n         Value "1"')
    for export_text, said in ((text, False), (on, True)):
        item = next(one for one in converted(export_text).result.mappings[0].objects if one.object == "step")
        assert any("propagates columns at run time: DAY go on" in each for each in item.warnings) is said
        assert (item.confidence < 0.85) is said


def test_lines_that_do_not_fit_a_file_are_no_second_source() -> None:
    job = Job("rejects")
    pins = {"rej": {"LinkType": "3"}}
    files = {"ok": {"file": "/data/a.csv", "rejects": "output"}}
    outputs = {"rej": columns("rejected:s"), "ok": columns("ID:i")}
    job.stage("step", "PxSequentialFile", outputs=outputs, pins=pins, pin_properties=files)
    job.write("good", "ok")
    job.write("bad", "rej")
    done = converted(export(job.text()))
    assert done.structure.executed == 1
    nodes = done.result.mappings[0].pipeline["nodes"]
    assert [one["id"] for one in nodes if one["type"] == "source"] == ["step"]
    item = next(one for one in done.result.mappings[0].objects if one.object == "step")
    assert item.confidence == 0.79
    assert any("Link rej takes the rows that do not fit" in text for text in item.warnings)


def test_a_plain_statement_of_its_own_is_what_the_connector_generates() -> None:
    plain = 'UPDATE S.T SET AMOUNT = ORCHESTRATE.AMOUNT, "DAY" = ORCHESTRATE."DAY" WHERE AREA = ORCHESTRATE.AREA'
    done = converted(connected("write", WriteMode="1", GenerateSQL="0", TableName="S.T", UpdateStatement=plain))
    config = done.result.mappings[0].pipeline["nodes"][-1]["config"]
    assert (config["mode"], config["keys"]) == ("update", ["AREA"])


def test_parameters_of_a_where_clause_are_written_as_everywhere() -> None:
    pipeline = converted(filtered("AMOUNT > #pMin#")).result.mappings[0].pipeline
    condition = next(one for one in pipeline["nodes"] if one["id"] == "step")["config"]["condition"]
    assert condition.endswith("AMOUNT > :pMin)")


def test_names_of_parameters_reach_paths_sql_and_the_parameter_list() -> None:
    done = converted(CONSTRUCTS["odbc_select_update"]())
    pipeline = done.result.mappings[0].pipeline
    source = next(one for one in pipeline["nodes"] if one["id"] == "source")
    assert source["config"]["query"].endswith("WHERE DAY >= :pDay")
    assert [one["name"] for one in pipeline["parameters"]] == ["pDb", "pDay"]
    paths = converted(CONSTRUCTS["data_set"]()).result.mappings[0].pipeline
    assert paths["nodes"][0]["config"]["path"] == "${pDir}/orders.ds"
    assert [one["name"] for one in paths["parameters"]] == ["pDir"]


def test_links_that_are_sorted_as_they_arrive_are_named() -> None:
    text = through("j", "PxRemDup", ORDERS, {"key": keys("AREA"), "keep": "first"})
    names = next(line for line in text.splitlines() if line.strip().startswith("LinkNames"))
    assert names.split('"')[1] == "in1|out1"
    sorted_by_link = text.replace(names, '      LinkNames "in1|out1| "\n      LinkSortMode "1|0| "')
    for export_text, said in ((text, False), (sorted_by_link, True)):
        items = {one.object: one for one in converted(export_text).result.mappings[0].objects}
        assert any("in1 are sorted as they arrive" in each for each in items["step"].warnings) is said
        assert not any("sorted as they arrive" in each for each in items["target"].warnings)


@pytest.mark.parametrize(
    ("form", "options", "says"),
    [
        ("delim_string='||', quote=none", {"delimiter": "||", "quote": ""}, ""),
        ("delim=ws", {"delimiter": " "}, "Any run of white space"),
        ("delim=',', final_delim=','", {"delimiter": ","}, "ends in a delimiter"),
        ("charset=ebcdic, delim='|'", {"delimiter": "|", "encoding": "ebcdic-cp-us"}, ""),
        ("date_format='%dd.%mm.%yyyy', decimal_separator=','", DATES, ""),
    ],
)
def test_the_record_format_of_a_file(form: str, options: dict[str, str], says: str) -> None:
    mapping = converted(formatted(form)).result.mappings[0]
    item = next(one for one in mapping.objects if one.object == "step")
    assert next(one for one in mapping.pipeline["nodes"] if one["id"] == "step")["config"]["options"] == options
    assert [says in text for text in item.warnings] == ([True] if says else [])


def test_a_select_with_clauses_of_its_own_is_written_out() -> None:
    usage = {"GenerateSQL": "1", "TableName": "S.T", "SQL": {"WhereClause": "ID > 5", "OtherClause": "ORDER BY ID"}}
    config = converted(connected("read", **usage)).result.mappings[0].pipeline["nodes"][0]["config"]
    assert config["query"] == "SELECT ID, AREA, AMOUNT, STATUS, DAY FROM S.T WHERE ID > 5 ORDER BY ID"


def test_the_table_of_a_plain_insert_is_read_from_it() -> None:
    insert = "INSERT INTO S.T (ID, AREA) VALUES (ORCHESTRATE.ID, ORCHESTRATE.AREA)"
    done = converted(connected("write", WriteMode="0", GenerateSQL="0", InsertStatement=insert))
    config = done.result.mappings[0].pipeline["nodes"][-1]["config"]
    assert (config["schema"], config["table"], config["mode"]) == ("S", "T", "append")


def test_a_table_that_is_emptied_before_an_upsert_says_so() -> None:
    done = converted(connected("write", WriteMode="4", GenerateSQL="1", TableName="S.T", TableAction="3"))
    assert done.result.mappings[0].pipeline["nodes"][-1]["config"]["pre_sql"] == "DELETE FROM S.T"
    item = next(one for one in done.result.mappings[0].objects if one.object == "step")
    assert any("emptied before rows are written" in text for text in item.warnings)


@pytest.mark.parametrize(
    ("kind", "connector"),
    [
        ("RedshiftPX", "redshift"),
        ("bigqueryPX", "bigquery"),
        ("JDBCConnectorPX", "jdbc"),
        ("PxSqlSvr", "mssql"),
        ("ORAOCI9", "oracle"),
        ("TeradataMultiLoadPX", "teradata"),
        ("DB2UDBPX", "db2"),
        ("GreenplumConnectorPX", "postgresql"),
    ],
)
def test_the_system_of_a_database_stage(kind: str, connector: str) -> None:
    text = connected("read", GenerateSQL="1", TableName="S.T").replace("OracleConnectorPX", kind)
    assert converted(text).result.mappings[0].pipeline["nodes"][0]["connector"] == connector


@pytest.mark.parametrize(("value", "said"), [("1", True), ("0", False), ("", False)])
def test_nulls_as_before_version_8_5_are_named(value: str, said: bool) -> None:
    text = CONSTRUCTS["transformer_derivations"]()
    stated = text.replace(
        'StageType "CTransformerStage"', f'StageType "CTransformerStage"\n      OldNullHandling "{value}"'
    )
    item = next(one for one in converted(stated).result.mappings[0].objects if one.object == "step")
    assert any("legacy null processing" in each for each in item.warnings) is said


def test_shares_of_several_outputs_are_taken_one_after_the_other() -> None:
    job = Job("j")
    job.read("orders", "in1", ORDERS)
    shares = packed(("percent", "20", {"output": "0"}), ("percent", "40", {"output": "1"}))
    outputs = {name: columns(ORDERS) for name in ("a", "b")}
    job.stage("step", "PxSample", ["in1"], outputs, {"selection": "percent", "percent": shares, "seed": "3"})
    for name in outputs:
        job.write(f"out_{name}", name)
    done = converted(export(job.text()))
    nodes = [one for one in done.result.mappings[0].pipeline["nodes"] if one.get("transform") == "sample"]
    assert [one["config"] for one in nodes] == [
        {"method": "random_percent", "percent": 20.0, "seed": 3},
        {"method": "random_percent", "percent": 50.0, "seed": 4},
    ]
    assert done.structure.executed == 1


@pytest.mark.parametrize(("switch", "runs"), [("1", True), ("0", False)])
def test_statements_around_a_stage_run_where_it_says_so(switch: str, runs: bool) -> None:
    around = {"BeforeAfter": (switch, {"BeforeSQL": "DELETE FROM S.T WHERE ID = 1"})}
    text = connected("write", WriteMode="0", GenerateSQL="1", TableName="S.T", **around)
    assert ("pre_sql" in converted(text).result.mappings[0].pipeline["nodes"][-1]["config"]) is runs


def test_a_column_that_holds_the_name_of_its_file() -> None:
    (source, *_) = converted(reading(sourceNameField="status")).result.mappings[0].pipeline["nodes"]
    assert (source["config"]["file_column"], source["config"]["file_column_holds"]) == ("STATUS", "path")


@pytest.mark.parametrize(("order", "said"), [("0|1", False), ("0|!0", False), ("1|0", True)])
def test_an_order_of_links_other_than_that_of_the_pins_is_named(order: str, said: bool) -> None:
    meta = {"MetaBag": ("CMetaProperty", [{"Owner": "APT", "Name": "InputLinkOrder", "Value": order}])}
    text = beside("j", "PxJoin", columns("ID:i AREA:s NAME:s"), INNER, lists=meta)
    item = next(one for one in converted(text).result.mappings[0].objects if one.object == "step")
    assert any("an order of its links" in each for each in item.warnings) is said


def test_a_number_of_rows_may_be_a_parameter_with_a_default() -> None:
    job = Job("j", parameters=[{"Name": "pRows", "ParamType": "2", "Default": "3"}])
    job.read("orders", "in1", ORDERS)
    job.stage("step", "PxHead", ["in1"], {"out1": columns(ORDERS)}, {"nrecs": "#pRows#"})
    job.write("out", "out1")
    mapping = converted(export(job.text())).result.mappings[0]
    assert next(one for one in mapping.pipeline["nodes"] if one["id"] == "step")["config"]["rows"] == 3
    assert any("nrecs is the parameter pRows" in text for one in mapping.objects for text in one.warnings)
