"""One small, complete DataStage job for each construct beyond single stages: Transformers, containers, server jobs,
exports of several jobs, sequences."""

from __future__ import annotations

from benchmarks.datastage_dsx import Column, Job, Record, columns, export, keys, packed
from benchmarks.datastage_stages import ORDERS, construct


def transformer(
    job: Job,
    outputs: dict[str, list[Column]],
    inputs: list[str] | None = None,
    variables: list[dict[str, str]] | None = None,
    pins: dict[str, dict[str, str]] | None = None,
    **more: str,
) -> None:
    lists = {"StageVars": ("CStageVar", variables)} if variables else None
    job.stage(
        "step",
        "CTransformerStage",
        inputs or ["in1"],
        outputs,
        ole="CTransformerStage",
        pin_kinds=("CTrxInput", "CTrxOutput"),
        pins=pins,
        lists=lists,
        more=more,
    )


def variable(name: str, expression: str, sql_type: str = "4", initial: str = "") -> dict[str, str]:
    made = {"Name": name, "Expression": expression, "SqlType": sql_type, "Precision": "0", "ColScale": "0"}
    return {**made, **({"InitialValue": initial} if initial else {})}


def _transformed(
    name: str,
    outputs: dict[str, list[Column]],
    *,
    ordered: bool = False,
    parameters: list[dict[str, str]] | None = None,
    **more: object,
) -> str:
    job = Job(name, parameters=parameters or [])
    job.read("orders", "in0" if ordered else "in1", ORDERS)
    if ordered:
        job.stage("sorted", "PxSort", ["in0"], {"in1": columns(ORDERS)}, {"key": keys("AREA", "ID")})
    transformer(job, outputs, **more)  # type: ignore[arg-type]  # passed on
    for link in outputs:
        job.write(f"target_{link}", link)
    return export(job.text())


@construct
def transformer_derivations() -> str:
    out = columns(
        "ID:i AREA:s LABEL:s",
        ID="in1.ID",
        AREA="UpCase(Trim(in1.AREA))",
        LABEL='If in1.AMOUNT > pLimit Then "big" Else in1.STATUS : "-" : in1.ID',
    )
    return _transformed(
        "transformer_derivations", {"out1": out}, parameters=[{"Name": "pLimit", "ParamType": "2", "Default": "10"}]
    )


@construct
def transformer_constraints() -> str:
    out = {name: columns("ID:i AREA:s", ID="in1.ID", AREA="in1.AREA") for name in ("big", "small", "rest", "every")}
    pins = {
        "big": {"Constraint": "in1.AMOUNT > 100"},
        "small": {"Constraint": 'in1.AMOUNT < 10 And in1.STATUS <> "X"'},
        "rest": {"Reject": "1"},
        "every": {},
    }
    return _transformed("transformer_constraints", out, pins=pins)


@construct
def transformer_otherwise() -> str:
    out = {name: columns("ID:i", ID="in1.ID") for name in ("big", "rest")}
    return _transformed(
        "transformer_otherwise", out, pins={"big": {"Constraint": "in1.AMOUNT > 100"}, "rest": {"Reject": "1"}}
    )


@construct
def transformer_variables() -> str:
    out = columns("ID:i NET:n GROSS:n", ID="in1.ID", NET="svNet", GROSS="svGross")
    made = [
        variable("svNet", "NullToZero(in1.AMOUNT)", "3"),
        variable("svGross", "svNet * 2", "3"),
        variable("svUnused", "svUnused + 1"),
    ]
    return _transformed("transformer_variables", {"out1": out}, variables=made)


@construct
def transformer_running_total() -> str:
    out = columns("ID:i TOTAL:n", ID="in1.ID", TOTAL="svTotal")
    made = [
        variable("svTotal", "If in1.AREA = svArea Then svTotal + in1.AMOUNT Else in1.AMOUNT", "3", "0"),
        variable("svArea", "in1.AREA", "12", '""'),
    ]
    return _transformed("transformer_running_total", {"out1": out}, ordered=True, variables=made)


@construct
def transformer_running_total_unordered() -> str:
    out = columns("ID:i TOTAL:n", ID="in1.ID", TOTAL="svTotal")
    return _transformed(
        "transformer_running_total_unordered",
        {"out1": out},
        variables=[variable("svTotal", "svTotal + in1.AMOUNT", "3", "0")],
    )


@construct
def transformer_row_number() -> str:
    return _transformed(
        "transformer_row_number", {"out1": columns("ID:i N:b", ID="in1.ID", N="@INROWNUM")}, ordered=True
    )


@construct
def transformer_loop() -> str:
    out = columns("ID:i N:i", ID="in1.ID", N="@ITERATION")
    job = Job("transformer_loop")
    job.read("orders", "in1", ORDERS)
    job.stage(
        "step",
        "CTransformerStage",
        ["in1"],
        {"out1": out},
        ole="CTransformerStage",
        pin_kinds=("CTrxInput", "CTrxOutput"),
        lists={"LoopCondition": ("CStageVar", [{"Name": "LoopWhile", "Expression": "@ITERATION <= 3"}])},
    )
    job.write("target", "out1")
    return export(job.text())


@construct
def local_container() -> str:
    job = Job("local_container")
    job.read("orders", "in1", ORDERS)
    job.stage(
        "box",
        "CContainerStage",
        ["in1"],
        {"out1": []},
        ole="CContainerStage",
        pin_kinds=("CStdPin", "CStdOutput"),
        more={"Container": "V1"},
    )
    inner = [
        Record(
            "V1S0",
            "CCustomStage",
            {"Name": "inner", "StageType": "PxCopy", "InputPins": "V1S0P1", "OutputPins": "V1S0P2"},
        ),
        Record("V1S0P1", "CCustomInput", {"Name": "in1", "Partner": " "}),
        Record(
            "V1S0P2",
            "CCustomOutput",
            {"Name": "out1", "Partner": " "},
            {"Columns": ("COutputColumn", [{"Name": "ID", "SqlType": "4", "Precision": "10"}])},
        ),
        Record("V1", "CContainerView", {"Name": "box", "StageList": "V1S0", "StageNames": "inner"}),
    ]
    job.write("target", "out1")
    job.records += inner
    return export(job.text())


@construct
def shared_container() -> str:
    job = Job("shared_container")
    job.read("orders", "in1", ORDERS)
    job.stage(
        "use",
        "CContainerStage",
        ["in1"],
        {"out1": []},
        ole="CContainerStage",
        pin_kinds=("CStdPin", "CStdOutput"),
        more={"SharedContainer": "scKeep"},
    )
    job.write("target", "out1")
    shared = Job("scKeep", job_type="")
    where = packed(("where", "ID > 3", {"target": "0"}))
    shared.stage("keep", "PxFilter", ["cin"], {"cout": columns("ID:i AREA:s")}, {"where": where})
    return export(job.text(), shared.text("DSSHAREDCONTAINER"))


@construct
def shared_container_missing() -> str:
    job = Job("shared_container_missing")
    job.read("orders", "in1", ORDERS)
    job.stage(
        "use",
        "CContainerStage",
        ["in1"],
        {"out1": columns("ID:i")},
        ole="CContainerStage",
        more={"SharedContainer": "scNone"},
    )
    job.write("target", "out1")
    return export(job.text())


@construct
def server_job() -> str:
    job = Job("server_job", "0")
    job.stage(
        "orders",
        "CSeqFileStage",
        outputs={"in1": columns(ORDERS)},
        ole="CSeqFileStage",
        pin_kinds=("CSeqInput", "CSeqOutput"),
        pins={"in1": {"FileName": "/data/orders.txt", "ColDelim": ",", "ColHeaders": "1"}},
    )
    reference = [Column("AREA", "s", False, True, more={"KeyExpression": "in1.AREA"}), Column("NAME", "s")]
    job.stage(
        "areas",
        "CHashedFileStage",
        outputs={"ref1": reference},
        ole="CHashedFileStage",
        pin_kinds=("CHashedInput", "CHashedOutput"),
        pins={"ref1": {"FileName": "AREAS"}},
    )
    out = columns("ID:i* NAME:s", ID="in1.ID", NAME="ref1.NAME")
    transformer(job, {"out1": out}, ["in1", "ref1"], pins={"in1": {"LinkType": "1"}, "ref1": {"LinkType": "2"}})
    job.stage(
        "target",
        "CODBCStage",
        ["out1"],
        ole="CODBCStage",
        pin_kinds=("CODBCInput", "CODBCOutput"),
        pins={"out1": {"TableName": "DWH.T", "UpdateAction": "5"}},
        more={"DataSource": "DWH"},
    )
    return export(job.text())


@construct
def hashed_file_target() -> str:
    job = Job("hashed_file_target", "0")
    job.read("orders", "in1", ORDERS)
    job.stage(
        "target",
        "CHashedFileStage",
        ["in1"],
        ole="CHashedFileStage",
        pin_kinds=("CHashedInput", "CHashedOutput"),
        pins={"in1": {"FileName": "OUT"}},
    )
    return export(job.text())


@construct
def two_jobs_and_noise() -> str:
    jobs = []
    for name in ("first_job", "second_job"):
        job = Job(name)
        job.read("orders", "in1", ORDERS)
        job.note("why it is there")
        job.write("target", "in1")
        jobs.append(job.text())
    return export(jobs[0], "COMMENT Appended on 2024-01-01 at 20.02.41", jobs[1], noise=True)


@construct
def job_control_code() -> str:
    job = Job("job_control_code", "0")
    job.root.properties["JobControlCode"] = (
        'hJob = DSAttachJob("load", DSJ.ERRFATAL)\nErr = DSRunJob(hJob, DSJ.RUNNORMAL)'
    )
    job.root.properties["BeforeSubr"] = "DSU.ExecSH\\rm -f /tmp/x"
    job.read("orders", "in1", ORDERS)
    job.write("target", "in1")
    return export(job.text())


def activity(
    job: Job,
    name: str,
    kind: str,
    ole: str,
    inputs: list[str],
    outputs: list[str],
    triggers: dict[str, dict[str, str]] | None = None,
    lists: dict[str, tuple[str, list[dict[str, str]]]] | None = None,
    **more: str,
) -> None:
    job.stage(
        name,
        kind,
        inputs,
        {one: [] for one in outputs},
        ole=ole,
        pins=triggers,
        more=more,
        lists=lists,
        pin_kinds=("CJSActivityInput", "CJSActivityOutput"),
    )


@construct
def sequence() -> str:
    job = Job("sequence", "2", [{"Name": "pDay", "ParamType": "6", "Default": "2024-01-01"}])
    params = {"ParamValues": ("CParamValue", [{"Name": "pDay", "DisplayValue": "pDay"}])}
    user = {"UserVars": ("CUserVar", [{"Name": "Count", "Expression": "Cmd.$CommandOutput + 1"}])}
    ok, failed, custom = (
        {"ConditionType": "2"},
        {"ConditionType": "3"},
        {"ConditionType": "5", "Expression": "Vars.Count > 3"},
    )
    activity(
        job,
        "Cmd",
        "CExecCommandActivity",
        "CJSExecCmdActivity",
        [],
        ["l1"],
        {"l1": ok},
        Command="ls",
        Arguments="-l #pDay#",
    )
    activity(job, "Vars", "CUserVarsActivity", "CJSUserVarsActivity", ["l1"], ["l2"], lists=user)
    activity(
        job,
        "Load",
        "CJobActivity",
        "CJSJobActivity",
        ["l2"],
        ["l3", "l4"],
        {"l3": ok, "l4": failed},
        params,
        Jobname="load_job",
    )
    activity(job, "Other", "CJobActivity", "CJSJobActivity", [], ["l5"], {"l5": ok}, Jobname="sequence_below")
    activity(job, "Both", "CSequencer", "CJSSequencer", ["l3", "l5"], ["l6"], SequencerType="all")
    activity(job, "Which", "CCondition", "CJSCondition", ["l6"], ["l7"], {"l7": custom})
    activity(job, "Loop", "CStartLoopActivity", "CJSStartLoopActivity", ["l7"], ["l8"], From="1", To="3", Step="1")
    activity(job, "Each", "CJobActivity", "CJSJobActivity", ["l8"], ["l9"], {"l9": ok}, Jobname="each_job")
    activity(job, "EndLoop", "CEndLoopActivity", "CJSEndLoopActivity", ["l9"], ["l10"])
    activity(job, "Routine", "CRoutineActivity", "CJSRoutineActivity", ["l10"], [], RoutineName="DSU.Tidy")
    activity(job, "Stop", "CTerminatorActivity", "CJSTerminatorActivity", ["l4"], [])
    activity(job, "Trouble", "CExceptionHandler", "CJSExceptionHandler", [], ["l11"])
    activity(job, "Tell", "CNotificationActivity", "CJSMailActivity", ["l11"], [], Subject="It failed")
    below = Job("sequence_below", "2")
    activity(below, "Only", "CJobActivity", "CJSJobActivity", [], [], Jobname="load_job")
    load = Job("load_job")
    load.read("orders", "in1", ORDERS)
    load.write("target", "in1")
    return export(job.text(), below.text(), load.text())
