"""Jobs with stages at the edge of what a job is, and with stages beyond the everyday ones, by the names that the
Designer gives their properties."""

from __future__ import annotations

from benchmarks.datastage_dsx import Column, Job, columns, export, keys, packed
from benchmarks.datastage_flows import transformer, variable
from benchmarks.datastage_stages import CONSTRUCTS, ORDERS, beside, construct, through

STATE = "ID:i!* AREA:s AMOUNT:n"


def at(kind: str, place: str) -> str:
    """A stage that is `first`, `last` or in the `middle` of its job."""
    job = Job("edge")
    if place == "first":
        job.stage("step", kind, outputs={"out1": columns(ORDERS)})
        job.write("target", "out1")
    elif place == "last":
        job.read("orders", "in1", ORDERS)
        job.stage("step", kind, ["in1"])
    else:
        return through("edge", kind, ORDERS)
    return export(job.text())


@construct
def java_source() -> str:
    return at("JavaStagePX", "first")


@construct
def difference() -> str:
    properties = {"key": keys("ID"), "allValues": "allValues", "dropCopy": "dropCopy"}
    return beside("difference", "PxDifference", columns(STATE + " diff:i"), properties, ORDERS)


@construct
def change_apply() -> str:
    job = Job("change_apply")
    job.read("before", "in1", STATE)
    job.read("changes", "in2", STATE + " change_code:i")
    properties = {"key": keys("ID"), "selection": "allvalues"}
    job.stage("step", "PxChangeApply", ["in1", "in2"], {"out1": columns(STATE)}, properties)
    job.write("target", "out1")
    return export(job.text())


def taken(kind: str, **options: str) -> str:
    """Rows sorted by ID, then a part of them."""
    job = Job("taken")
    job.read("orders", "in1", "ID:i!*")
    job.stage("sorted", "PxSort", ["in1"], {"mid": columns("ID:i!*")}, {"key": keys("ID")})
    job.stage("step", kind, ["mid"], {"out1": columns("ID:i!*")}, options)
    job.write("target", "out1")
    return export(job.text())


@construct
def sample_period() -> str:
    return taken("PxSample", selection="period", sample="3")


@construct
def sample_percent() -> str:
    return taken("PxSample", selection="percent", percent="40", seed="7")


@construct
def lookup_file_set() -> str:
    job = Job("lookup_file_set")
    job.read("orders", "in1", ORDERS)
    pins = {"in1": {"fileset": "/data/areas.fs", "key": keys("AREA"), "allow_dups": "allow_dups"}}
    job.stage("target", "PxLookupFileSet", ["in1"], pin_properties=pins)
    return export(job.text())


@construct
def surrogate_keys_alone() -> str:
    job = Job("surrogate_keys_alone")
    properties = {"output_key": "SK", "start_value": "5", "records": "3"}
    job.stage("step", "PxSurrogateKeyGeneratorN", outputs={"out1": columns("SK:b")}, properties=properties)
    job.write("target", "out1")
    return export(job.text())


@construct
def server_aggregator() -> str:
    job = Job("server_aggregator", "0")
    job.read("orders", "in1", ORDERS)
    made = {"AREA": "in1.AREA", "TOTAL": "Sum(in1.AMOUNT)", "N": "Count(in1.ID)", "HIGHEST": "Max(in1.AMOUNT)"}
    out = columns("AREA:s TOTAL:n N:i HIGHEST:n", **made)
    job.stage("step", "CAggregatorStage", ["in1"], {"out1": out}, ole="CAggregatorStage")
    job.write("target", "out1")
    return export(job.text())


@construct
def loop_over_a_list() -> str:
    """Each value of a list in one text becomes a row, as the documentation of loops does it."""
    job = Job("loop_over_a_list")
    job.read("orders", "in1", "ID:i! LIST:s!")
    out = columns("ID:i N:i VALUE:s", ID="in1.ID", N="@ITERATION", VALUE="lvValue")
    loop = [{"Name": "LoopWhile", "Expression": "@ITERATION <= svCount"}]
    lists = {
        "StageVars": ("CStageVar", [variable("svCount", 'DCount(in1.LIST, ",")')]),
        "LoopCondition": ("CStageVar", loop),
        "LoopVars": ("CStageVar", [variable("lvValue", 'Field(in1.LIST, ",", @ITERATION)', "12")]),
    }
    kinds = ("CTrxInput", "CTrxOutput")
    job.stage(
        "step", "CTransformerStage", ["in1"], {"out1": out}, ole="CTransformerStage", pin_kinds=kinds, lists=lists
    )
    job.write("target", "out1")
    return export(job.text())


def looked_up(condition: str, unmet: str, failed: str, *, reject: bool = False) -> str:
    """Orders looked up in areas under a condition."""
    job = Job("looked_up")
    job.read("orders", "in1", "ID:i! AREA:s AMOUNT:n")
    reference = [Column("AREA", "s", False, True, more={"KeyExpression": "in1.AREA"}), Column("NAME", "s")]
    job.stage(
        "areas",
        "PxDataSet",
        outputs={"ref1": reference},
        pin_properties={"ref1": {"dataset": packed(("dataset", "/data/areas.ds"))}},
    )
    outputs = {"out1": columns("ID:i NAME:s", ID="in1.ID", NAME="ref1.NAME")}
    if reject:
        outputs["rejected"] = columns("ID:i AREA:s AMOUNT:n")
    more = {"LinkType": "2", "LookupFail": failed, "ConditionNotMet": unmet, "Condition": condition}
    job.stage("step", "PxLookup", ["in1", "ref1"], outputs, pins={"in1": {"LinkType": "1"}, "ref1": more})
    for name, link in (("target", "out1"), ("refused", "rejected")):
        if link in outputs:
            job.write(name, link)
    return export(job.text())


@construct
def lookup_under_a_condition() -> str:
    return looked_up("in1.AMOUNT > 10", "continue", "continue")


MEMBERS = {"SK": "6", "CODE": "1", "NAME": "7", "CITY": "7"}
FILLED = {"SK": "NextSurrogateKey()", "CODE": "in1.CUST", "NAME": "in1.NAME", "CITY": "in1.TOWN"}
KEYED = {"CODE": "in1.CUST"}
FACTS = {"ID": "in1.ID", "SK": "dim.SK"}


def changing(
    codes: dict[str, str] = MEMBERS,
    filled: dict[str, str] = FILLED,
    facts: dict[str, str] = FACTS,
    key: dict[str, str] = KEYED,
    **more: str,
) -> str:
    """Facts with customers, and the dimension of customers that they update. `codes`: column → its purpose code."""
    job = Job("changing")
    job.read("orders", "in0", "ID:i! CUST:s NAME:s TOWN:s")
    job.stage("sort", "PxSort", ["in0"], {"in1": columns("ID:i! CUST:s NAME:s TOWN:s")}, {"key": keys("ID")})
    kinds = {"SK": "b", "UNTIL": "d"}
    told = [Column(name, kinds.get(name, "s"), more={"SCDPurpose": code}) for name, code in codes.items()]
    for one in told:
        one.more.update({"KeyExpression": key[one.name]} if one.name in key else {})
    job.stage(
        "customers",
        "PxDataSet",
        outputs={"dim": told},
        pin_properties={"dim": {"dataset": packed(("dataset", "/data/customers.ds"))}},
    )
    update = [
        Column(name, kinds.get(name, "s"), derivation=text, more={"SCDPurpose": codes.get(name, "0"), **more})
        for name, text in filled.items()
    ]
    fact = [Column(name, {"ID": "i", "SK": "b"}.get(name, "s"), derivation=text) for name, text in facts.items()]
    pins = {"in1": {"LinkType": "1"}, "dim": {"LinkType": "2"}}
    job.stage("step", "PxSCD", ["in1", "dim"], {"out1": fact, "upd": update}, pins=pins)
    job.write("facts", "out1")
    job.write("changed", "upd")
    return export(job.text())


@construct
def slowly_changing_type_1() -> str:
    return changing()


def of_text(kind: str, form: str, given: str, out: str) -> str:
    """A stage between columns and the text REC of one."""
    job = Job("of_text")
    job.read("orders", "in1", given)
    pins = {"out1": {"SchemaFormat": form}}
    job.stage("step", kind, ["in1"], {"out1": columns(out)}, {"field": "REC", "keepField": " "}, pins=pins)
    job.write("target", "out1")
    return export(job.text())


FORMAT = "final_delim=end, delim=',', quote=double"
CONSTRUCTS["column_import"] = lambda: of_text("PxColumnImport", FORMAT, "ID:i! REC:s", "ID:i! A:s B:i C:d")
CONSTRUCTS["column_export"] = lambda: of_text("PxColumnExport", FORMAT, "ID:i! A:s B:d", "ID:i! REC:s")


@construct
def link_partitioner() -> str:
    job = Job("link_partitioner", "0")
    job.read("orders", "in1", ORDERS)
    job.stage("step", "CPartitioner", ["in1"], {name: columns(ORDERS) for name in ("a", "b")}, ole="CPartitioner")
    job.stage("all", "CCollector", ["a", "b"], {"out1": columns(ORDERS)}, ole="CCollector")
    job.write("target", "out1")
    return export(job.text())


def with_loop(condition: str, variables: list[dict[str, str]]) -> str:
    """A loop over one row, for what a loop may not do here."""
    job = Job("with_loop")
    job.read("orders", "in1", ORDERS)
    out = columns("ID:i N:i", ID="in1.ID", N="@ITERATION")
    transformer(
        job, {"out1": out}, variables=[variable("svSaved", "SaveInputRecord()")] if "svSaved" in condition else None
    )
    record = job.stages[-1]
    record.lists["LoopCondition"] = ("CStageVar", [{"Name": "LoopWhile", "Expression": condition}])
    if variables:
        record.lists["LoopVars"] = ("CStageVar", variables)
    job.write("target", "out1")
    return export(job.text())
