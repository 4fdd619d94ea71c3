"""Components that compute columns: Copy Column, Character Map, Audit, and what Derived Column has in common with them.

A new column stands on the output; one that replaces a value stands on the input. All see the values as they arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from services.migration.ast import Setting
from services.migration.rules import sql
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.ssis import frame
from services.migration.rules.steps.context import StepContext

Write = Callable[[StepContext, Setting, Relation, str, Column], str]
"""The SQL of one column: (context, its settings, what arrives, its place for messages, the column)."""
IGNORED = 0.79
_MAPPINGS = {"0": "LOWER", "1": "UPPER", str(1 << 8): "LOWER", str(1 << 9): "UPPER"}
"""`MapFlags` of Character Map that SQL has: as "Transformation Custom Properties" numbers them, and as flags of the
Windows function LCMapString."""
_AUDITED = {
    "0": ("System_ExecutionInstanceGUID", ""),
    "1": ("System_PackageID", ""),
    "2": ("", "package"),
    "3": ("System_VersionGUID", ""),
    "4": ("System_StartTime", ""),
    "5": ("System_MachineName", ""),
    "6": ("System_UserName", ""),
    "7": ("", "task"),
    "8": ("System_TaskID", ""),
}
"""`LineageItemSelected` of Audit → the system variable, or what the package itself says."""


def copied(context: StepContext) -> Outcome:
    """Source: "Copy Column Transformation"."""

    def write(context: StepContext, setting: Setting, given: Relation, place: str, column: Column) -> str:
        del place, column
        reference = setting.get("CopyColumnId") or setting.get("SourceInputColumnLineageID")
        return frame.quoted(context, frame.source_of(context, given, reference))

    return computed(context, write, lambda _setting: False)


def mapped(context: StepContext) -> Outcome:
    """Source: "Character Map Transformation"; of its operations SQL has upper and lower case."""

    def write(context: StepContext, setting: Setting, given: Relation, place: str, column: Column) -> str:
        del column
        flags = setting.get("MapFlags").strip()
        name = _MAPPINGS.get(flags)
        if name is None:
            raise NotConvertible(
                f"{place} maps characters by the flags {flags}, which SQL does not have",
                "Write the mapping by hand.",
            )
        if len(flags) > 1:
            context.warn(f"{place}: the flags {flags} are read as those of the system's mapping.", confidence=IGNORED)
        reference = setting.get("InputColumnLineageID") or setting.get("SourceInputColumnLineageID")
        reference = reference or setting.get("lineageId")
        return f"{name}({frame.quoted(context, frame.source_of(context, given, reference))})"

    def is_replaced(setting: Setting) -> bool:
        return bool(setting.get("MapFlags")) and setting.get("usageType") == "readWrite"

    return computed(context, write, is_replaced)


def audited(context: StepContext) -> Outcome:
    """Source: "Audit Transformation"."""

    def write(context: StepContext, setting: Setting, given: Relation, place: str, column: Column) -> str:
        del given
        name, own = _AUDITED.get(setting.get("LineageItemSelected"), ("", ""))
        if own:
            text = context.mapping.session_attributes.get(own, "").replace("'", "''")
            return f"'{text}'"
        if not name:
            raise NotConvertible(f"{place} holds an unknown piece of audit information", "Set it by hand.")
        context.parameters[name] = None
        return sql.cast(f":{name}", column.type, context.dialect)

    return computed(context, write, lambda _setting: False)


def dispositions(context: StepContext, setting: Setting, place: str) -> None:
    """What becomes of a value that fails, where it is not the whole run that fails."""
    if setting.get("errorRowDisposition") == "IgnoreFailure":
        context.warn(
            f"{place}: a value that fails is null in SSIS (its errors are ignored); here it stops the run.",
            confidence=IGNORED,
        )


def computed(
    context: StepContext,
    write: Write,
    replaces: Callable[[Setting], bool],
    told: Callable[[StepContext, Setting, str], None] = dispositions,
) -> Outcome:
    """One step with every column that the component makes or replaces; `told` says what becomes of failures."""
    given = context.input()
    output = next(iter(frame.outputs(context)), Setting("output"))
    written: list[dict[str, str]] = []
    added: list[tuple[str, Column]] = []
    base = given
    for setting in frame.columns(output):
        column = Column(frame.named(base, setting.get("name"), context.name), frame.type_of(setting))
        place = f"Column {setting.get('name')}"
        expression = write(context, setting, given, place, column)
        written.append({"name": column.name, "expression": expression, "type": column.type})
        added.append((setting.get("lineageId"), column))
        base = frame.extended(base, given.ref, [(setting.get("lineageId"), column)])
        told(context, setting, place)
    for setting, column in _replaced(context, given, replaces):
        place = f"Column {column.name}"
        expression = write(context, setting, given, place, column)
        written.append({"name": column.name, "expression": expression, "type": column.type})
        told(context, setting, place)
    if not written:
        return Outcome("sql_expression", 1.0, (), frame.pass_on(context, given))
    node = context.node("sql_expression", {"passthrough": ["*"], "columns": written}, [given.ref])
    relation = frame.extended(given, node["id"], added)
    return Outcome("sql_expression", 1.0, (node,), frame.pass_on(context, relation))


def _replaced(
    context: StepContext, given: Relation, replaces: Callable[[Setting], bool]
) -> Iterator[tuple[Setting, Column]]:
    for setting in frame.columns(frame.input_of(context)):
        if replaces(setting):
            yield setting, frame.find(given, setting)
