"""Change Capture. Source: Parallel Job Developer's Guide, "Change Capture stage"; Advanced Developer's Guide,
"changecapture operator"."""

from __future__ import annotations

from services.migration.ast import Setting
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Arriving, Stage, option
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

CODES = ("copy", "insert", "delete", "edit")
TWO = 2


def change_capture(context: StepContext) -> Outcome:
    """The first input is the state before, the second the state after."""
    stage = Stage(context)
    if len(stage.inputs) != TWO:
        raise NotConvertible("it needs an input before and one after", "Connect both.")
    before, after = stage.inputs
    keys, values = keys_and_values(stage, after)
    config: dict[str, object] = {"before": before.relation.ref, "after": after.relation.ref, "keys": keys}
    if values:
        config["values"] = values
    column = stage.text("codeField", "code_field", default="change_code")
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


def keys_and_values(stage: Stage, given: Arriving) -> tuple[list[str], list[str]]:
    """Key columns and value columns by the change mode; no value columns where every other column is compared.

    Explicit names are `key` and `value`; all but the named are keys (or values) in the other two modes, without those
    of `dropkey` (or `dropvalue`). Without value columns rows of one key are copies: then the keys stand for them.
    Raises NotConvertible: no key, or one compared without case.
    """
    mode = stage.text("selection", "changeMode", "change_mode").lower().replace(" ", "")
    keys = [_column(stage, given, one, "its key") for one in stage.all("key")]
    values = [_column(stage, given, one, "its value") for one in stage.all("value")]
    names = [column.name for column in given.relation.columns]
    dropped = {one.value.strip().lower() for one in stage.all("dropkey", "dropvalue")}
    if "allkeys" in mode:
        keys = [name for name in names if name not in values and name.lower() not in dropped]
    if not keys:
        raise NotConvertible("it names no key column", "Name the key columns.")
    if "allvalues" in mode or stage.flag("allvalues"):
        return keys, [name for name in names if name not in keys and name.lower() not in dropped] if dropped else []
    return keys, values or keys


def _column(stage: Stage, given: Arriving, stated: Setting, place: str) -> str:
    column = stage.input_column(given, stated.value.strip(), place)
    if option(stated, "ci\\cs", "value-ci\\cs", "key-ci\\cs") == "ci" and types.kind(column.type) == "string":
        raise NotConvertible(
            f"{place} {column.name} is compared without case", "Compare a column in upper case instead of it."
        )
    return column.name


def _drops(stage: Stage, name: str) -> bool:
    r"""Copies are dropped unless they are kept; the others are kept unless they are dropped.

    One property holds it, `keepCopy\dropCopy`, with the name of what is done as its value.
    """
    title = name.capitalize()
    stated = stage.text(
        f"keep{title}\\drop{title}", f"drop{name}", f"keepdrop{name}", f"{name}drop", f"dropkeep{name}"
    ).lower()
    if stated:
        return "keep" not in stated and stated not in ("no", "false")
    return name == "copy" and not stage.flag(f"keep{name}")


def _refuse_other_columns(before: Relation, after: Relation) -> None:
    missing = sorted(after.names() - before.names())
    if missing:
        raise NotConvertible(
            f"the input before lacks the columns {', '.join(missing)}", "Give both inputs the same columns."
        )
