"""Difference and Change Apply: two states of a table, record by record.

Source: Parallel Job Developer's Guide, "Difference stage", "Change Apply stage".
"""

from __future__ import annotations

from collections.abc import Iterable
from string import Template

from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.changes import keys_and_values
from services.migration.rules.datastage.frame import Arriving, Stage
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

TWO = 2
DIFFERENCES = {"copy": 2, "insert": 0, "delete": 1, "edit": 3}
"""The stage's own codes where none are stated; those of Change Capture differ."""
WHICH_ROW = (
    "Of a copied or edited row the columns of the row after are given; the stage may give those of the row before."
)
UNIQUE = "Both inputs are taken to hold one row for each key, as the stage demands."
APPLIED = {"copy": 0, "insert": 1, "delete": 2, "edit": 3}
APPLYING = Template(
    """SELECT $mine FROM b
WHERE NOT EXISTS (SELECT 1 FROM c WHERE $same AND $code IN ($edit, $delete))
UNION ALL
SELECT $theirs FROM c
WHERE $code = $insert
OR ($code = $edit AND EXISTS (SELECT 1 FROM b WHERE $same))"""
)


def difference(context: StepContext) -> Outcome:
    """Every row of both states with a code that tells what became of it."""
    stage = Stage(context)
    before, after = _two(stage, "before", "after")
    keys, values = keys_and_values(stage, after)
    _refuse_other(before.relation, after.relation)
    column = stage.text("diff_name", default="diff")
    config: dict[str, object] = {
        "before": before.relation.ref,
        "after": after.relation.ref,
        "keys": keys,
        **({"values": values} if values else {}),
        "code_column": column,
        "codes": {name: _code(stage, name, usual) for name, usual in DIFFERENCES.items()},
        "drop": [name for name in DIFFERENCES if stage.flag(f"drop{name}")],
    }
    context.warn(WHICH_ROW, confidence=0.75)
    node = stage.add("change_capture", config, [before.relation.ref, after.relation.ref])
    given = Relation(node, (*after.relation.columns, Column(column, "integer")))
    outputs = {one.name: stage.shaped(given, one, after) for one in stage.outputs}
    return stage.done("change_capture", 0.9, outputs)


def change_apply(context: StepContext) -> Outcome:
    """The state before with the changes that a Change Capture stage found applied to it."""
    stage = Stage(context)
    before, change = _two(stage, "before", "change")
    keys, _ = keys_and_values(stage, before)
    code = stage.input_column(change, stage.text("codeField", default="change_code"), "its change code")
    if stage.flag("ignoreDeleteValues"):
        raise NotConvertible(
            "it deletes a row only where its values are those of the change (Check value columns on delete)",
            "Compare the values in a lookup before the rows are deleted.",
        )
    missing = sorted(before.relation.names() - change.relation.names())
    if missing:
        raise NotConvertible(
            f"the input of changes lacks the columns {', '.join(missing)}", "Give both inputs the same columns."
        )
    columns = before.relation.columns
    config: dict[str, object] = {
        "inputs": [{"ref": before.relation.ref, "name": "b"}, {"ref": change.relation.ref, "name": "c"}],
        "query": _applied(stage, columns, keys, code),
        "columns": [typed(column) for column in columns],
    }
    context.warn(UNIQUE, confidence=0.84)
    node = stage.add("sql_query", config, [before.relation.ref, change.relation.ref])
    out = Relation(node, columns)
    return stage.done("sql_query", 0.84, {one.name: stage.shaped(out, one, before) for one in stage.outputs})


def _applied(stage: Stage, columns: Iterable[Column], keys: list[str], code: Column) -> str:
    """Rows no change names or that are copies stay; inserted rows come as they are, edited ones where they were."""
    codes = {name: _code(stage, name, usual) for name, usual in APPLIED.items()}
    place = f"c.{stage.identifier(code.name)}"
    names = [stage.identifier(column.name) for column in columns]
    mine, theirs = (", ".join(f"{side}.{name}" for name in names) for side in "bc")
    same = " AND ".join(_same(stage.identifier(key)) for key in keys)
    return APPLYING.substitute(mine=mine, theirs=theirs, same=same, code=place, **codes)


def _same(name: str) -> str:
    """Keys are equal where both are null too."""
    return f"(b.{name} = c.{name} OR (b.{name} IS NULL AND c.{name} IS NULL))"


def _code(stage: Stage, name: str, usual: int) -> int:
    stated = stage.text(f"{name}Code")
    return int(stated) if stated.lstrip("-").isdigit() else usual


def _two(stage: Stage, first: str, second: str) -> tuple[Arriving, Arriving]:
    if len(stage.inputs) != TWO:
        raise NotConvertible(f"it needs an input {first} and one of {second}", "Connect both.")
    return stage.inputs[0], stage.inputs[1]


def _refuse_other(before: Relation, after: Relation) -> None:
    if before.names() != after.names():
        raise NotConvertible(
            "its inputs have different columns, and both inputs' columns come out side by side",
            "Join the two states by the key in full and compare their columns.",
        )
