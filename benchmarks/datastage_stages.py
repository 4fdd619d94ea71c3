"""One small, complete DataStage job for each kind of stage: sources, the stage, targets."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.datastage_dsx import Column, Job, columns, export, keys, packed, xml_properties

ORDERS = "ID:i!* AREA:s AMOUNT:n STATUS:s! DAY:d"
AREAS = "AREA:s!* NAME:s MANAGER:s"
Build = Callable[[], str]
CONSTRUCTS: dict[str, Build] = {}


def construct(build: Build) -> Build:
    CONSTRUCTS[build.__name__] = build
    return build


def through(name: str, kind: str, out: str, properties: dict[str, str] | None = None, **more: object) -> str:
    """Orders through one stage into a file."""
    job = Job(name)
    job.read("orders", "in1", ORDERS)
    job.stage("step", kind, ["in1"], {"out1": columns(out)}, properties, **more)  # type: ignore[arg-type]  # passed on
    job.write("target", "out1")
    return export(job.text())


def beside(
    name: str,
    kind: str,
    out: list[Column],
    properties: dict[str, str] | None = None,
    second: str = AREAS,
    given: str = ORDERS,
    **more: object,
) -> str:
    """Orders and areas into one stage, and a file."""
    job = Job(name)
    job.read("orders", "in1", given)
    job.read("areas", "in2", second)
    job.stage("step", kind, ["in1", "in2"], {"out1": out}, properties, **more)  # type: ignore[arg-type]  # passed on
    job.write("target", "out1")
    return export(job.text())


@construct
def copy() -> str:
    return through("copy", "PxCopy", "ID:i AREA:s")


@construct
def copy_to_two() -> str:
    job = Job("copy_to_two")
    job.read("orders", "in1", ORDERS)
    outputs = {"out1": columns("ID:i AREA:s"), "out2": columns("NUMBER:i", NUMBER="in1.ID")}
    job.stage("step", "PxCopy", ["in1"], outputs)
    job.write("a", "out1")
    job.write("b", "out2")
    return export(job.text())


@construct
def filter_one() -> str:
    where = packed(("where", "STATUS = 'A' and AMOUNT > 10 or AREA is null", {"target": "0"}))
    return through("filter_one", "PxFilter", ORDERS, {"where": where})


@construct
def filter_many() -> str:
    job = Job("filter_many")
    job.read("orders", "in1", ORDERS)
    where = packed(("where", 'STATUS = "A"', {"target": "0"}), ("where", "AMOUNT between 1 and 5", {"target": "1"}))
    outputs = {name: columns(ORDERS) for name in ("out1", "out2", "rejected")}
    job.stage("step", "PxFilter", ["in1"], outputs, {"where": where, "reject": "reject", "first": " "})
    for name in outputs:
        job.write(name, name)
    return export(job.text())


@construct
def switch() -> str:
    job = Job("switch")
    job.read("orders", "in1", ORDERS)
    cases = packed(("case", "A=0"), ("case", "B=1"))
    outputs = {name: columns(ORDERS) for name in ("out1", "out2", "rest")}
    job.stage("step", "PxSwitch", ["in1"], outputs, {"selector": "STATUS", "case": cases, "ifNotFound": "reject"})
    for name in outputs:
        job.write(name, name)
    return export(job.text())


@construct
def sort() -> str:
    key = packed(
        ("key", "AREA", {"asc\\desc": "desc", "nulls": "last"}), ("key", "ID", {"asc\\desc": "asc", "ci\\cs": "cs"})
    )
    return through("sort", "PxSort", ORDERS, {"key": key, "stable": "stable", "unique": " ", "sorter": "tsort"})


@construct
def sort_unique_key_change() -> str:
    properties = {"key": keys("AREA", "ID"), "flagKey": "flagKey", "unique": "unique"}
    return through("sort_unique_key_change", "PxSort", ORDERS + " keyChange:i", properties)


@construct
def remove_duplicates() -> str:
    job = Job("remove_duplicates")
    job.read("orders", "in1", ORDERS)
    job.stage("sorted", "PxSort", ["in1"], {"mid": columns(ORDERS)}, {"key": keys("AREA", "ID")})
    job.stage("step", "PxRemDup", ["mid"], {"out1": columns(ORDERS)}, {"key": keys("AREA"), "keep": "last"})
    job.write("target", "out1")
    return export(job.text())


@construct
def remove_duplicates_unsorted() -> str:
    return through("remove_duplicates_unsorted", "PxRemDup", ORDERS, {"key": keys("AREA"), "keep": "first"})


@construct
def aggregator() -> str:
    made = {"sum": "TOTAL", "mean": "MEAN", "max": "HIGHEST", "min": "LOWEST", "count": "KNOWN", "missing": "UNKNOWN"}
    properties = {
        "method": "hash",
        "key": keys("AREA"),
        "selection": "reduce",
        "reduce": packed(("reduce", "AMOUNT", made)),
    }
    return through(
        "aggregator", "PxAggregator", "AREA:s TOTAL:n MEAN:f HIGHEST:n LOWEST:n KNOWN:i UNKNOWN:i", properties
    )


@construct
def aggregator_rows() -> str:
    properties = {
        "method": "sort",
        "key": keys("AREA", "STATUS"),
        "selection": "countField",
        "countField": packed(("countField", "ROWS_")),
    }
    return through("aggregator_rows", "PxAggregator", "AREA:s STATUS:s ROWS_:i", properties)


@construct
def aggregator_statistics() -> str:
    made = {"std": "A", "var": "B", "range": "C", "uss": "D", "preserveType": "preserveType"}
    properties = {"key": keys("STATUS"), "reduce": packed(("reduce", "AMOUNT", made)), "nul_res": "nul_res"}
    return through("aggregator_statistics", "PxAggregator", "STATUS:s A:f B:f C:n D:f", properties)


def _join(operator: str) -> str:
    out = columns("ID:i AREA:s NAME:s", ID="in1.ID", AREA="in1.AREA", NAME="in2.NAME")
    return beside(f"join_{operator}", "PxJoin", out, {"operator": operator, "key": keys("AREA")})


for _operator in ("innerjoin", "leftouterjoin", "rightouterjoin"):
    CONSTRUCTS[f"join_{_operator}"] = lambda operator=_operator: _join(operator)


@construct
def join_full() -> str:
    out = columns("ID:i leftRec_AREA:s rightRec_AREA:s NAME:s")
    return beside("join_full", "PxJoin", out, {"operator": "fullouterjoin", "key": keys("AREA")})


@construct
def join_three() -> str:
    job = Job("join_three")
    job.read("orders", "in1", ORDERS)
    job.read("areas", "in2", AREAS)
    job.read("notes", "in3", "AREA:s! NOTE:s")
    out = columns("ID:i AREA:s NAME:s NOTE:s")
    job.stage(
        "step", "PxJoin", ["in1", "in2", "in3"], {"out1": out}, {"operator": "leftouterjoin", "key": keys("AREA")}
    )
    job.write("target", "out1")
    return export(job.text())


@construct
def merge() -> str:
    job = Job("merge")
    job.read("orders", "in1", ORDERS)
    job.read("updates", "in2", "ID:i! NOTE:s")
    outputs = {"out1": columns("ID:i AREA:s NOTE:s"), "rejected": columns("ID:i NOTE:s")}
    job.stage("step", "PxMerge", ["in1", "in2"], outputs, {"key": keys("ID"), "dropBadMasters": "dropBadMasters"})
    job.write("target", "out1")
    job.write("refused", "rejected")
    return export(job.text())


def _lookup(policy: str, *, reject: bool = False) -> str:
    job = Job(f"lookup_{policy}")
    job.read("orders", "in1", ORDERS)
    reference = [
        Column("AREA", "s", False, True, more={"KeyExpression": "in1.AREA"}),
        Column("NAME", "s"),
        Column("MANAGER", "s"),
    ]
    job.stage(
        "areas",
        "PxDataSet",
        outputs={"ref1": reference},
        pin_properties={"ref1": {"dataset": packed(("dataset", "/data/areas.ds"))}},
    )
    outputs = {"out1": columns("ID:i AREA:s NAME:s", ID="in1.ID", AREA="in1.AREA", NAME="ref1.NAME")}
    if reject:
        outputs["rejected"] = columns(ORDERS)
    pins = {
        "in1": {"LinkType": "1"},
        "ref1": {"LinkType": "2", "LookupFail": policy, "ConditionNotMet": "fail", "MultiRow": "0"},
    }
    job.stage("step", "PxLookup", ["in1", "ref1"], outputs, pins=pins)
    job.write("target", "out1")
    if reject:
        job.write("refused", "rejected")
    return export(job.text())


for _policy in ("continue", "drop", "fail"):
    CONSTRUCTS[f"lookup_{_policy}"] = lambda policy=_policy: _lookup(policy)
CONSTRUCTS["lookup_reject"] = lambda: _lookup("reject", reject=True)


@construct
def change_capture() -> str:
    properties = {
        "key": keys("ID"),
        "value": packed(("value", "AMOUNT"), ("value", "STATUS")),
        "selection": "explicitKeysAndValues",
        "codeField": "code",
    }
    return beside("change_capture", "PxChangeCapture", columns(ORDERS + " code:i"), properties, ORDERS)


@construct
def change_capture_all_values() -> str:
    properties = {
        "key": keys("ID"),
        "changeMode": "explicitKeysAllValues",
        "keepCopy": "keepCopy",
        "dropDelete": "dropDelete",
    }
    return beside(
        "change_capture_all_values", "PxChangeCapture", columns(ORDERS + " change_code:i"), properties, ORDERS
    )


def _funnel(kind: str, **more: str) -> str:
    return beside(f"funnel_{kind}", "PxFunnel", columns("ID:i AREA:s"), {"operator": kind, **more}, ORDERS)


CONSTRUCTS["funnel_continuous"] = lambda: _funnel("funnel")
CONSTRUCTS["funnel_sequence"] = lambda: _funnel("sequence")
CONSTRUCTS["funnel_sort"] = lambda: _funnel("sortfunnel", key=keys("ID"))


@construct
def peek_between() -> str:
    return through("peek_between", "PxPeek", ORDERS, {"all": " ", "nrecs": "10", "name": "name"})


@construct
def peek_at_the_end() -> str:
    job = Job("peek_at_the_end")
    job.read("orders", "in1", ORDERS)
    job.stage("step", "PxPeek", ["in1"], {}, {"nrecs": "10"})
    return export(job.text())


def _part(kind: str) -> str:
    job = Job(kind)
    job.read("orders", "in1", ORDERS)
    job.stage("sorted", "PxSort", ["in1"], {"mid": columns(ORDERS)}, {"key": keys("ID")})
    job.stage("step", kind, ["mid"], {"out1": columns(ORDERS)}, {"nrecs": "2"})
    job.write("target", "out1")
    return export(job.text())


CONSTRUCTS["head"] = lambda: _part("PxHead")
CONSTRUCTS["tail"] = lambda: _part("PxTail")


@construct
def surrogate_key() -> str:
    return through("surrogate_key", "PxSurrogateKeyGenerator", "SK:b " + ORDERS, {"keyname": "SK", "startValue": "100"})


@construct
def row_generator() -> str:
    job = Job("row_generator", parameters=[{"Name": "pRows", "Prompt": "rows", "Default": "7", "ParamType": "2"}])
    outputs = {"out1": columns("A:i B:s C:d D:t E:n")}
    job.stage("step", "PxRowGenerator", outputs=outputs, pin_properties={"out1": {"schema": "", "records": "#pRows#"}})
    job.write("target", "out1")
    return export(job.text())


@construct
def column_generator() -> str:
    return through("column_generator", "PxColumnGenerator", ORDERS + " N:i", {"schema": " "})


@construct
def modify() -> str:
    lines = ["drop STATUS", "NUMBER:int64 = ID", "AREA:not_nullable string[50] = handle_null(AREA, 'none')"]
    spec = packed(*(("modifyspec", line) for line in lines))
    return through("modify", "PxModify", "NUMBER:b AREA:s AMOUNT:n DAY:d", {"modifyspec": spec})


@construct
def pivot() -> str:
    job = Job("pivot")
    job.read("quarters", "in1", "SHOP:s Q1:i Q2:i Q3:i")
    out = columns("SHOP:s SALES:i", SHOP="in1.SHOP", SALES="in1.Q1,in1.Q2,in1.Q3")
    job.stage("step", "PxPivot", ["in1"], {"out1": out})
    job.write("target", "out1")
    return export(job.text())


def connector(usage: dict[str, object], connection: dict[str, object] | None = None) -> str:
    return xml_properties(
        {
            "Common": {"Context": "1"},
            "Connection": {"Server": "#pDb#", "Username": "scott", "Password": "tiger-7731", **(connection or {})},
            "Usage": usage,
        }
    )


def _database(name: str, kind: str, read: dict[str, object], write: dict[str, object]) -> str:
    job = Job(
        name,
        parameters=[
            {"Name": "pDb", "ParamType": "0", "Default": "DWH"},
            {"Name": "pDay", "ParamType": "6", "Default": "2024-01-01"},
        ],
    )
    job.stage(
        "source",
        kind,
        outputs={"in1": columns(ORDERS)},
        pin_properties={"in1": {"XMLProperties": connector(read), "Context": "source"}},
    )
    job.stage("step", "PxCopy", ["in1"], {"out1": columns(ORDERS)})
    job.stage(
        "target", kind, ["out1"], pin_properties={"out1": {"XMLProperties": connector(write), "Context": "target"}}
    )
    return export(job.text())


def _write(mode: str, **more: str) -> dict[str, object]:
    return {"WriteMode": mode, "GenerateSQL": "1", "TableName": "DWH.ORDERS_COPY", **more}


_SELECT = {
    "ReadMode": "0",
    "GenerateSQL": "0",
    "SQL": {"SelectStatement": "SELECT ID, AREA, AMOUNT, STATUS, DAY FROM ORDERS WHERE DAY >= '#pDay#'"},
}
_TABLE = {"ReadMode": "0", "GenerateSQL": "1", "TableName": "SALES.ORDERS"}
_NESTED = {
    "ReadMode": "0",
    "GenerateSQL": "0",
    "SQL": {"SelectStatement": ("SELECT ID, AREA, AMOUNT, STATUS, DAY FROM #pDb#.ORDERS", {"ReadFromFileSelect": "0"})},
}
CONSTRUCTS["oracle_select_schema"] = lambda: _database(
    "oracle_select_schema", "OracleConnectorPX", _NESTED, _write("0", TableAction="0")
)
CONSTRUCTS["oracle_table_insert"] = lambda: _database(
    "oracle_table_insert", "OracleConnectorPX", _TABLE, _write("0", TableAction="3")
)
CONSTRUCTS["odbc_select_update"] = lambda: _database("odbc_select_update", "ODBCConnectorPX", _SELECT, _write("1"))
CONSTRUCTS["db2_upsert"] = lambda: _database("db2_upsert", "DB2ConnectorPX", _TABLE, _write("3"))
CONSTRUCTS["teradata_delete"] = lambda: _database("teradata_delete", "TeradataConnectorPX", _TABLE, _write("2"))
CONSTRUCTS["netezza_before_after"] = lambda: _database(
    "netezza_before_after",
    "NetezzaConnectorPX",
    _TABLE,
    {
        **_write("0"),
        "BeforeAfter": {
            "BeforeSQL": "DELETE FROM ORDERS_COPY WHERE DAY = '#pDay#'",
            "AfterSQL": "UPDATE LOG SET DONE = 1",
        },
    },
)


@construct
def data_set() -> str:
    job = Job("data_set")
    job.stage(
        "source",
        "PxDataSet",
        outputs={"in1": columns(ORDERS)},
        pin_properties={"in1": {"dataset": packed(("dataset", "#pDir#/orders.ds"))}},
    )
    job.stage(
        "target",
        "PxDataSet",
        ["in1"],
        pin_properties={"in1": {"dataset": packed(("dataset", "/data/out.ds", {"append\\overwrite": "append"}))}},
    )
    return export(job.text())


@construct
def several_files() -> str:
    job = Job("several_files")
    files = packed(("file ", "/data/a.csv"), ("file ", "/data/b.csv"))
    job.stage("source", "PxSequentialFile", outputs={"in1": columns("A:s")}, pin_properties={"in1": {"file ": files}})
    job.write("target", "in1")
    return export(job.text())


@construct
def fixed_width_target() -> str:
    job = Job("fixed_width_target")
    job.read("source", "in1", "A:c B:c")
    pins = {"in1": {"SchemaFormat": "record_delim='\\n', delim=none, quote=none"}}
    job.stage("target", "PxSequentialFile", ["in1"], pins=pins, pin_properties={"in1": {"file ": "/data/b.dat"}})
    return export(job.text())


@construct
def fixed_width_file() -> str:
    job = Job("fixed_width_file")
    job.stage(
        "source",
        "PxSequentialFile",
        outputs={"in1": columns("A:c B:c")},
        pins={"in1": {"SchemaFormat": "final_delim=none, delim=none, quote=none"}},
        pin_properties={"in1": {"file ": "/data/a.dat"}},
    )
    job.write("target", "in1", firstLineColumnNames="firstLineColumnNames")
    return export(job.text())
