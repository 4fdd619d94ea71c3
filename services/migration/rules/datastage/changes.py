"""Change Capture and Slowly Changing Dimension. Source: Parallel Job Developer's Guide, "Change Capture stage", "Slowly
Changing Dimension stage"; Advanced Developer's Guide, "changecapture operator"."""

from __future__ import annotations

from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Stage
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

CODES = ("copy", "insert", "delete", "edit")
TWO = 2


def change_capture(context: StepContext) -> Outcome:
    """The first input is the state before, the second the state after."""
    stage = Stage(context)
    if len(stage.inputs) != TWO:
        raise NotConvertible("it needs an input before and one after", "Connect both.")
    before, after = stage.inputs
    mode = stage.text("selection", "changeMode", "change_mode").lower().replace(" ", "")
    keys = [stage.input_column(after, one.value.strip(), "its key").name for one in stage.all("key")]
    values = [stage.input_column(after, one.value.strip(), "its value").name for one in stage.all("value")]
    names = [column.name for column in after.relation.columns]
    if "allkeys" in mode and values:
        keys = [name for name in names if name not in values]
    if not keys:
        raise NotConvertible("it names no key column", "Name the key columns.")
    is_all = "allvalues" in mode or stage.flag("allvalues") or not values
    config: dict[str, object] = {"before": before.relation.ref, "after": after.relation.ref, "keys": keys}
    if not is_all:
        config["values"] = values
    column = stage.text("codeField", "code_field", "codefield", default="change_code")
    codes = {
        name: int(text)
        for name in CODES
        if (text := stage.text(f"{name}Code", f"{name}_code", f"code{name}")).isdigit()
    }
    config["code_column"] = column
    if codes:
        config["codes"] = codes
    config["drop"] = [name for name in CODES if _drops(stage, name)]
    _refuse_other_columns(before.relation, after.relation)
    node = stage.add("change_capture", config, [before.relation.ref, after.relation.ref])
    given = Relation(node, (*after.relation.columns, Column(column, "integer")))
    outputs = {one.name: stage.shaped(given, one, after) for one in stage.outputs}
    return stage.done("change_capture", 0.9, outputs)


def _drops(stage: Stage, name: str) -> bool:
    """Copies are dropped unless they are kept; the others are kept unless they are dropped."""
    stated = stage.text(f"drop{name}", f"keepdrop{name}", f"{name}drop", f"dropkeep{name}").lower()
    if stated:
        return "keep" not in stated and stated not in ("no", "false")
    return name == "copy" and not stage.flag(f"keep{name}")


def _refuse_other_columns(before: Relation, after: Relation) -> None:
    missing = sorted(after.names() - before.names())
    if missing:
        raise NotConvertible(
            f"the input before lacks the columns {', '.join(missing)}", "Give both inputs the same columns."
        )


def slowly_changing(_context: StepContext) -> Outcome:
    raise NotConvertible(
        "what each dimension column is for (its purpose code) and the expressions of the update stand in a form of the "
        "stage's own editor, which is not read",
        "Write it as a node of kind scd, with its business keys, type 1 and type 2 columns and validity.",
    )
