"""Jobs of one stage, with options by the names that the Designer writes, for rows to run through."""

from __future__ import annotations

from benchmarks.datastage_dsx import Column, Job, columns, export, keys, packed, xml_properties
from benchmarks.datastage_flows import transformer
from benchmarks.datastage_palette import STATE
from benchmarks.datastage_stages import beside


def through(kind: str, given: str, out: str, properties: dict[str, str], **derivations: str) -> str:
    """One stage between two files."""
    made = Job("flow")
    made.read("src", "in1", given)
    made.stage("step", kind, ["in1"], {"out1": columns(out, **derivations)}, properties)
    made.write("tgt", "out1")
    return export(made.text())


def switched(cases: list[str], **properties: str) -> str:
    made = Job("flow")
    made.read("src", "in1", "ID:i! CODE:s")
    outputs = {name: columns("ID:i!") for name in ("first", "second", "rest")}
    stated = {"key": "CODE", "selection": "user", "case": packed(*(("case", case) for case in cases)), **properties}
    made.stage("step", "PxSwitch", ["in1"], outputs, stated)
    for name in outputs:
        made.write(name, name)
    return export(made.text())


def captured(out: str, **properties: str) -> str:
    stated = {"key": keys("ID"), **{name.replace("__", "\\"): text for name, text in properties.items()}}
    return beside("flow", "PxChangeCapture", columns(out), stated, STATE, given=STATE)


def merged(**properties: str) -> str:
    made = Job("flow")
    made.read("master", "in1", "ID:i! A:s")
    made.read("update", "in2", "ID:i! B:s")
    outputs = {"out1": columns("ID:i! A:s B:s"), "rej": columns("ID:i! B:s")}
    stated = {"key": keys("ID"), **{name.replace("__", "\\"): text for name, text in properties.items()}}
    made.stage("step", "PxMerge", ["in1", "in2"], outputs, stated)
    made.write("tgt", "out1")
    made.write("refused", "rej")
    return export(made.text())


def keyed(key: dict[str, str]) -> str:
    """Orders looked up by a key of the reference link's first column."""
    made = Job("flow")
    made.read("orders", "in1", "ID:i! AREA:s AMOUNT:n")
    reference = [Column("AREA", "s", False, True, more=key), *columns("LOW:i HIGH:i NAME:s")]
    file = {"ref1": {"dataset": packed(("dataset", "/data/areas.ds"))}}
    made.stage("areas", "PxDataSet", outputs={"ref1": reference}, pin_properties=file)
    pins = {"in1": {"LinkType": "1"}, "ref1": {"LinkType": "2", "LookupFail": "continue"}}
    out = {"out1": columns("ID:i NAME:s", ID="in1.ID", NAME="ref1.NAME")}
    made.stage("step", "PxLookup", ["in1", "ref1"], out, pins=pins)
    made.write("target", "out1")
    return export(made.text())


def modified(out: str, *specifications: str) -> str:
    spec = packed(*(("modifyspec", text) for text in specifications))
    return through("PxModify", "DAY:d TEXT:s", out, {"modifyspec": spec})


def numbered() -> str:
    """Rows sorted by ID, numbered, all but the first."""
    made = Job("flow")
    made.read("src", "in0", "ID:i!*")
    made.stage("srt", "PxSort", ["in0"], {"in1": columns("ID:i!*")}, {"key": keys("ID")})
    out = columns("ID:i N:i", ID="in1.ID", N="@INROWNUM * 10 + 1")
    transformer(made, {"out1": out}, pins={"out1": {"Constraint": "@INROWNUM > 1"}})
    made.write("tgt", "out1")
    return export(made.text())


def rejected_rows() -> str:
    made = Job("flow", "0")
    made.read("src", "in1", "V:n")
    outputs = {name: columns("V:n", V="in1.V") for name in ("big", "rest")}
    transformer(made, outputs, pins={"big": {"Constraint": "in1.V > 10"}, "rest": {"Constraint": "REJECTED"}})
    for name in outputs:
        made.write(name, name)
    return export(made.text())


def narrowing(kind: str, job_type: str) -> str:
    """Into a text of ten characters and a whole number."""
    made = Job("flow", job_type)
    made.read("src", "in1", "A:s B:n")
    if kind == "PxCopy":
        made.stage("step", kind, ["in1"], {"out1": columns("A:c B:i", A="in1.A", B="in1.B")})
    else:
        transformer(made, {"out1": columns("A:c B:i C:c", A="in1.A", B="in1.B", C="UpCase(in1.A : in1.A)")})
    made.write("tgt", "out1")
    return export(made.text())


def generated() -> str:
    made = Job("flow")
    out = columns("N:i A:s")
    out[0].more["APTFieldProp"] = "cycle={init=10, incr=5, limit=20}"
    out[1].more["APTFieldProp"] = "cycle={value='a', value='b'}"
    made.stage("step", "PxRowGenerator", outputs={"out1": out}, pin_properties={"out1": {"records": "4"}})
    made.write("tgt", "out1")
    return export(made.text())


def sparse(where: str) -> str:
    """Orders looked up in a database, by a SELECT that is run for each of them."""
    made = Job("flow")
    made.read("orders", "in1", "ID:i! AREA:s!")
    reference = [Column("AREA", "s", False, True, more={"KeyExpression": "in1.AREA"}), Column("NAME", "s")]
    usage = {"GenerateSQL": "0", "SQL": {"SelectStatement": f"SELECT AREA, NAME FROM DW.AREAS WHERE {where}"}}
    text = xml_properties({"Usage": {"LookupType": "1", **usage}})
    made.stage(
        "areas", "OracleConnectorPX", outputs={"ref1": reference}, pin_properties={"ref1": {"XMLProperties": text}}
    )
    more = {"LinkType": "2", "LookupFail": "drop", "ConditionNotMet": "fail"}
    out = {"out1": columns("ID:i NAME:s", ID="in1.ID", NAME="ref1.NAME")}
    made.stage("step", "PxLookup", ["in1", "ref1"], out, pins={"in1": {"LinkType": "1"}, "ref1": more})
    made.write("tgt", "out1")
    return export(made.text())
