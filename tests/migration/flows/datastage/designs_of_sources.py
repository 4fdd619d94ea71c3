"""Jobs whose rows depend on a SELECT, on what is declared of their columns, or on a stage editor's text."""

from __future__ import annotations

from benchmarks.datastage_dsx import Job, columns, keys, packed, xml_properties
from benchmarks.datastage_flows import variable
from tests.migration.flows.datastage.designs import drawn


def counted_by(select: str, limit: str = "") -> str:
    """Rows of an Oracle SELECT, numbered within G by stage variables."""
    usage: dict[str, object] = {"GenerateSQL": "0", "SQL": {"SelectStatement": select}}
    if limit:
        usage["LimitRows"] = ("1", {"Limit": limit})

    def draw(made: Job) -> None:
        pins = {"in1": {"XMLProperties": xml_properties({"Usage": usage})}}
        made.stage("src", "OracleConnectorPX", outputs={"in1": columns("G:s V:i")}, pin_properties=pins)
        variables = [
            variable("svN", "If in1.G = svG Then svN + 1 Else 1", "4", "0"),
            variable("svG", "in1.G", "12", "''"),
        ]
        made.stage(
            "step",
            "CTransformerStage",
            ["in1"],
            {"out": columns("G:s V:i N:i", G="in1.G", V="in1.V", N="svN")},
            ole="CTransformerStage",
            pin_kinds=("CTrxInput", "CTrxOutput"),
            lists={"StageVars": ("CStageVar", variables)},
        )
        made.write("t", "out")

    return drawn(draw)


def pivoted(editor: str, out: str = "SHOP:s REV:i QTR:i", **derivations: str) -> str:
    """Pivot Enterprise with its editor's text."""

    def draw(made: Job) -> None:
        made.read("src", "in1", "SHOP:s Q1:i Q2:i Q3:i")
        told = {"SHOP": "in1.SHOP", "REV": "Pivot(REV)", **derivations}
        made.stage(
            "step",
            "PxPivot",
            ["in1"],
            {"out": columns(out, **told)},
            {"pivot_type": "pivot", "PivotCustomOSH": editor},
        )
        made.write("t", "out")

    return drawn(draw)


def propagating(copied: str, derived: str) -> str:
    """A Copy and a Transformer that declare less than they pass on; a data set takes all there is."""

    def draw(made: Job) -> None:
        made.read("src", "in1", "ID:i! A:i B:s")
        made.stage("step", "PxCopy", ["in1"], {"in2": columns(copied)})
        out = columns(derived, TWICE="in2.ID * 2")
        made.stage("more", "CTransformerStage", ["in2"], {"in3": out}, ole="CTransformerStage")
        made.stage("srt", "PxSort", ["in3"], {"out": []}, {"key": keys("B")})
        pins = {"out": {"dataset": packed(("dataset", "/data/out.ds"))}}
        made.stage("t", "PxDataSet", ["out"], pin_properties=pins)

    return _with_propagation(drawn(draw))


def _with_propagation(text: str) -> str:
    return text.replace('Name "RTColumnProp"\n         Value "0"', 'Name "RTColumnProp"\n         Value "1"')


def joined_undeclared(operator: str) -> str:
    """A join whose output declares nothing, and takes all that arrives."""

    def draw(made: Job) -> None:
        made.read("a", "in1", "K:s! V:i A:i")
        made.read("b", "in2", "K:s! V:i B:i")
        made.stage("step", "PxJoin", ["in1", "in2"], {"out": []}, {"operator": operator, "key": keys("K")})
        made.write("t", "out")

    return _with_propagation(drawn(draw))
