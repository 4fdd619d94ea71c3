"""Jobs as the Designer writes them, with settings that are legal and seldom used, for rows to run through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from benchmarks.datastage_dsx import Column, Job, columns, export, keys, packed
from benchmarks.datastage_flows import variable
from benchmarks.datastage_stages import beside

Outputs = Mapping[str, tuple[str, Mapping[str, str]]]


def drawn(draw: Callable[[Job], None], job_type: str = "3") -> str:
    made = Job("flow", job_type)
    draw(made)
    return export(made.text())


def transformed(
    given: str,
    outputs: Outputs,
    pins: Mapping[str, Mapping[str, str]] | None = None,
    *,
    ordered: Sequence[str] = (),
    variables: Sequence[dict[str, str]] = (),
    loop: str = "",
    loop_variables: Sequence[dict[str, str]] = (),
) -> str:
    """`outputs`: link → its columns and their derivations. `ordered`: keys of a Sort stage before the Transformer."""

    def draw(made: Job) -> None:
        made.read("src", "in0" if ordered else "in1", given)
        if ordered:
            made.stage("srt", "PxSort", ["in0"], {"in1": columns(given)}, {"key": keys(*ordered)})
        lists = {
            "StageVars": ("CStageVar", list(variables)),
            "LoopCondition": ("CStageVar", [{"Name": "LoopWhile", "Expression": loop}] if loop else []),
            "LoopVars": ("CStageVar", list(loop_variables)),
        }
        made.stage(
            "step",
            "CTransformerStage",
            ["in1"],
            {name: columns(text, **told) for name, (text, told) in outputs.items()},
            ole="CTransformerStage",
            pin_kinds=("CTrxInput", "CTrxOutput"),
            pins=pins,
            lists={name: one for name, one in lists.items() if one[1]},
        )
        for name in outputs:
            made.write(f"{name}_t", name)

    return drawn(draw)


SAVING = [
    variable("NumSavedRows", "SaveInputRecord()"),
    variable("IsBreak", "LastRowInGroup(in1.G)"),
    variable("Total", "If IsBreak Then Running + in1.V Else 0", "8", "0"),
    variable("Running", "If IsBreak Then 0 Else Running + in1.V", "8", "0"),
    variable("NumRows", "If IsBreak Then NumSavedRows Else 0"),
]


def saved_rows(share: str = "(in1.V * 100) / Total") -> str:
    """Each value's share of its group, as the documentation of loops does it."""
    out = {"G": "in1.G", "S": "in1.S", "SHARE": share, "N": "SavedRowIndex"}
    return transformed(
        "G:i! S:s! V:f!",
        {"out": ("G:i S:s SHARE:f N:i", out)},
        ordered=["G", "S"],
        variables=SAVING,
        loop="@ITERATION <= NumRows",
        loop_variables=[variable("SavedRowIndex", "GetSavedInputRecord()")],
    )


def joined(operator: str, out: str, **derivations: str) -> str:
    stated = {"operator": operator, "key": keys("K")}
    return beside("flow", "PxJoin", columns(out, **derivations), stated, "K:s! B:i", "K:s! A:i")


def filtered_to_the_first() -> str:
    """Two outputs, and one clause."""

    def draw(made: Job) -> None:
        made.read("src", "in1", "ID:i!")
        outputs = {name: columns("ID:i!") for name in ("a", "b")}
        where = packed(("where", "ID > 5", {"target": "0"}))
        made.stage("step", "PxFilter", ["in1"], outputs, {"where": where})
        made.write("first", "a")
        made.write("second", "b")

    return drawn(draw)


def joined_three(operator: str) -> str:
    def draw(made: Job) -> None:
        for name in "abc":
            made.read(name, f"in_{name}", f"K:s! {name.upper()}:i")
        stated = {"operator": operator, "key": keys("K")}
        made.stage("step", "PxJoin", ["in_a", "in_b", "in_c"], {"out": columns("K:s A:i B:i C:i")}, stated)
        made.write("t", "out")

    return drawn(draw)


def looked_up_twice(first: str, second: str) -> str:
    """Two reference links and a reject link."""

    def draw(made: Job) -> None:
        made.read("s", "in1", "ID:i! A:s B:s")
        for link, key in (("r1", "A"), ("r2", "B")):
            reference = [Column(key, "s", False, True, more={"KeyExpression": f"in1.{key}"}), Column("N", "s")]
            file = {link: {"dataset": packed(("dataset", f"/data/{link}.ds"))}}
            made.stage(f"d_{link}", "PxDataSet", outputs={link: reference}, pin_properties=file)
        out = columns("ID:i N1:s N2:s", ID="in1.ID", N1="r1.N", N2="r2.N")
        pins = {
            "in1": {"LinkType": "1"},
            "r1": {"LinkType": "2", "LookupFail": first},
            "r2": {"LinkType": "2", "LookupFail": second},
        }
        outputs = {"out": out, "rej": columns("ID:i! A:s B:s")}
        made.stage("step", "PxLookup", ["in1", "r1", "r2"], outputs, pins=pins)
        made.write("t", "out")
        made.write("refused", "rej")

    return drawn(draw)


def generated(*made_of: tuple[str, str, str], rows: str = "3") -> str:
    """`made_of`: a column's name, its kind and its properties."""

    def draw(made: Job) -> None:
        out = [Column(name, kind, more={"APTFieldProp": told}) for name, kind, told in made_of]
        made.stage("step", "PxRowGenerator", outputs={"out": out}, pin_properties={"out": {"records": rows}})
        made.write("t", "out")

    return drawn(draw)


def column_generated(kind: str, told: str) -> str:
    def draw(made: Job) -> None:
        made.read("src", "in0", "ID:i!*")
        made.stage("srt", "PxSort", ["in0"], {"in1": columns("ID:i!*")}, {"key": keys("ID")})
        out = [*columns("ID:i!*"), Column("N", kind, more={"APTFieldProp": told})]
        stated = {"selection": "explicit", "column": packed(("column", "N"))}
        made.stage("step", "PxColumnGenerator", ["in1"], {"out": out}, stated)
        made.write("t", "out")

    return drawn(draw)


def imported(form: str, *out: Column, given: str = "ID:i! REC:s") -> str:
    """Columns out of the text REC by a record format."""

    def draw(made: Job) -> None:
        made.read("src", "in1", given)
        stated = {"field": "REC", "selection": "explicit", "saveRejects\\failRejects": " ", "keepField": " "}
        made.stage("step", "PxColumnImport", ["in1"], {"out": list(out)}, stated, pins={"out": {"SchemaFormat": form}})
        made.write("t", "out")

    return drawn(draw)


def exported(form: str, given: str) -> str:
    """All columns into the text REC."""

    def draw(made: Job) -> None:
        made.read("src", "in1", given)
        pins = {"out": {"SchemaFormat": form}}
        made.stage("step", "PxColumnExport", ["in1"], {"out": columns("REC:s")}, {"field": "REC"}, pins=pins)
        made.write("t", "out")

    return drawn(draw)


def written_and_read(kind: str, out: str = "V:i K:s!*") -> str:
    """A file of a server job that is written and read back."""

    def draw(made: Job) -> None:
        made.read("src", "in1", "K:s!* V:i")
        pins = {"in1": {"FileName": "H"}, "out": {"FileName": "H"}}
        made.stage("step", kind, ["in1"], {"out": columns(out)}, ole=kind, pins=pins)
        made.write("t", "out")

    return drawn(draw, "0")


def partitioned() -> str:
    def draw(made: Job) -> None:
        made.read("src", "in1", "K:s! V:i")
        made.stage("step", "CPartitioner", ["in1"], {name: columns("K:s! V:i") for name in "ab"}, ole="CPartitioner")
        made.stage("all", "CCollector", ["a", "b"], {"out": columns("K:s! V:i")}, ole="CCollector")
        made.write("t", "out")

    return drawn(draw, "0")


CODE = """#################################################################
#### STAGE: step.in1_Sort
## Operator
tsort
## Operator options
-key 'K'
-asc
-key 'V'
-desc
-nulls last
{flags}

## General options
[ident('step.in1_Sort'); jobmon_ident('step'); seq]
## Inputs
0< [] 'src:in1.v'
## Outputs
0> [] 'step.in1_Sort.v'
;

#################################################################
#### STAGE: step
## Operator
remdup
"""


def sorted_on_the_link(kind: str, flags: str = "-nonStable", **stated: str) -> str:
    """Rows that the stage sorts as they arrive, with the job's generated code."""

    def draw(made: Job) -> None:
        made.root.properties["OrchestrateCode"] = CODE.format(flags=flags)
        made.read("src", "in1", "K:s V:i")
        made.stage("step", kind, ["in1"], {"out": columns("K:s V:i")}, stated)
        made.write("t", "out")

    text = drawn(draw)
    names = next(line for line in text.splitlines() if line.strip().startswith("LinkNames"))
    return text.replace(names, '      LinkNames "in1|out| "\n      LinkSortMode "1|0| "')
