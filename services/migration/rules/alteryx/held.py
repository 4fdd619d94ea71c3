"""The values of a field where the workflow itself holds them: those of a Text Input, or names that Transpose gives.

They are followed back through tools that hand the field on as it is. Some of these leave rows out, so that there may
be more values here than arrive.
"""

from __future__ import annotations

from services.migration.ast import Setting, Transformation
from services.migration.parsers.alteryx.types import NAMES
from services.migration.rules.steps.context import StepContext

Values = list[str | None]
KEEP_ORDER = frozenset(
    {
        "AlteryxSelect", "Formula", "BrowseV2", "Browse", "Message", "BlockUntilDone", "AutoField", "RecordID",
        "MultiRowFormula", "MultiFieldFormula", "RunningTotal", "DateTime",
    }
)  # fmt: skip  # a list of names
KEEP = KEEP_ORDER | {"Filter", "Sort", "Sample", "Unique", "Tile", "Summarize", "Union"}
"""Kinds that hand a field on; those of `KEEP_ORDER` every row of it, in order."""
MOST = 64
"""Tools that are gone back through."""


def values(context: StepContext, field: str, *, port: str = "", in_order: bool = False) -> Values | None:
    """What arrives at a step in a field; None where the workflow does not hold it."""
    steps = {step.name: step for step in context.mapping.transformations}
    into: dict[str, list[tuple[str, str]]] = {}
    for link in context.mapping.links:
        into.setdefault(link.to_step, []).append((link.to_port, link.from_step))
    waiting = [(name, field) for at, name in into.get(context.name, ()) if not port or at == port]
    found: Values = []
    for _ in range(MOST):
        if not waiting:
            return found or None
        name, wanted = waiting.pop(0)
        step = steps[name]
        held = _held(step, wanted)
        if held is not None:
            found += held
            continue
        before = _before(step, wanted) if step.type in (KEEP_ORDER if in_order else KEEP) else None
        if before is None or (len(into.get(name, ())) > 1 and step.type != "Union"):
            return None
        waiting += [(source, before) for _, source in into.get(name, ())]
    return None


def _held(step: Transformation, field: str) -> Values | None:
    if step.type == "TextInput":
        names = [each.get("name").lower() for each in step.settings.all("Fields", "Field")]
        if field.lower() not in names:
            return None
        at = names.index(field.lower())
        rows = [row.all("c") for row in step.settings.all("Data", "r")]
        return [(row[at].value or None) if at < len(row) else None for row in rows]
    if step.type == "Transpose" and field.lower() == "name":
        fields = step.settings.all("DataFields", "Field")
        names = [each.get("field") for each in fields if each.get("selected", "True").lower() == "true"]
        return [*(name for name in names if name.lower() != "*unknown")]
    return None


def _before(step: Transformation, field: str) -> str | None:
    """What the field is called before a step that hands it on; None where the step makes or changes it."""
    settings, wanted = step.settings, field.lower()
    if step.type == "AlteryxSelect":
        return _selected(settings, wanted)
    if step.type == "Summarize":
        for each in settings.all("SummarizeFields", "SummarizeField"):
            if (each.get("rename") or each.get("field")).lower() == wanted:
                return each.get("field") if each.get("action") == "GroupBy" else None
        return None
    if step.type == "MultiFieldFormula":
        named = {each.get("name").lower() for each in settings.all("Fields", "Field")}
        return None if wanted in named or "*unknown" in named else field
    made = {each.get("field").lower() for each in settings.all("FormulaFields", "FormulaField")}
    made |= {settings.text(tag).lower() for tag in ("CreateField_Name", "UpdateField_Name", "OutputFieldName")}
    if step.type == "RecordID":
        made.add((settings.text("FieldName") or "RecordID").lower())
    return None if wanted in made else field


def _selected(settings: Setting, wanted: str) -> str | None:
    for each in settings.all("SelectFields", "SelectField"):
        if (each.get("rename") or each.get("field")).lower() == wanted:
            is_text = not each.get("type") or NAMES.get(each.get("type").lower()) == "string"
            return each.get("field") if is_text and each.get("selected", "True").lower() == "true" else None
    return wanted
