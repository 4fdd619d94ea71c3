"""The Select tool, and the same block inside Join, Append Fields and Join Multiple: which columns, under which names,
of which types, in which order. Source: Designer Help, "Select"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.migration.ast import Setting
from services.migration.parsers.alteryx.types import declared
from services.migration.rules import sql
from services.migration.rules.alteryx import frame, widths
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.context import Node, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import Scope, StepContext
from services.pipelines import types

UNKNOWN = "*unknown"
VALUE = "value"  # what a conversion calls the field: equal conversions then have one text, read once


@dataclass(frozen=True, slots=True)
class Arriving:
    """A column on its way into a select block. `prefixes` as the block may write it, `prefix` what a clash adds."""

    column: Column
    reference: str  # SQL
    prefixes: tuple[str, ...] = ("",)
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    is_selected: bool
    rename: str
    type: str


def convert(context: StepContext) -> Outcome:
    given = context.input()
    arriving = [Arriving(column, frame.identifier(context, column.name)) for column in frame.visible(given)]
    chosen = apply(context, context.settings, arriving)
    node, relation = frame.project(context, given, chosen)
    return Outcome("sql_expression", 1.0, (node,), {"": relation})


def apply(context: StepContext, block: Setting, arriving: Sequence[Arriving]) -> list[frame.Chosen]:
    """The columns that come out, each with its SQL. A line whose column does not arrive is passed over, as there."""
    commas = block.one("CommaDecimal").get("value").lower() == "true"
    if commas:
        context.warn(
            "Texts have a comma before their decimals; one that has points as well may be read otherwise.",
            confidence=frame.UNSURE,
        )
    lines = [_line(each) for each in block.all("SelectFields", "SelectField")]
    keeps_unknown = next((line.is_selected for line in lines if line.name == UNKNOWN), True)
    places = {line.name: place for place, line in reversed(list(enumerate(lines)))}  # of two lines the first
    matched = {index: _match(places, each) for index, each in enumerate(arriving)}
    order = list(range(len(arriving)))
    if block.one("OrderChanged").get("value").lower() == "true":
        last = next((place for place, line in enumerate(lines) if line.name == UNKNOWN), len(lines))
        order.sort(key=lambda index: last if matched[index] is None else matched[index])  # type: ignore[arg-type,return-value]  # None is asked for first
    taken: set[str] = set()
    found: list[frame.Chosen] = []
    for index in order:
        place = matched[index]
        line = lines[place] if place is not None else None
        each = arriving[index]
        if not (line.is_selected if line else keeps_unknown):
            continue
        wanted = column_name((line.rename if line else "") or each.column.name)
        if wanted.lower() in taken and each.prefix:
            wanted = f"{each.prefix}{wanted}"
        name = unique(wanted, taken)
        kind = (line.type if line else "") or each.column.type
        found.append((Column(name, kind), converted(context, each.column, each.reference, kind, commas=commas)))
    return found


def _line(setting: Setting) -> _Line:
    name = setting.get("field")
    kind = setting.get("type")
    size = declared(kind, setting.get("size"), setting.get("scale")) if kind else None
    return _Line(
        name.lower(),
        setting.get("selected", "True").lower() == "true",
        setting.get("rename"),
        (types.canonical(*size) or "") if size else "",
    )


def _match(places: Mapping[str, int], each: Arriving) -> int | None:
    """The line that speaks of a column, by its longest spelling."""
    spelled = (f"{prefix}{each.column.name}".lower() for prefix in each.prefixes)
    return next((places[name] for name in spelled if name in places), None)


def converted(context: StepContext, column: Column, reference: str, wanted: str, *, commas: bool = False) -> str:
    """A column's value as another type holds it, by the tool's rules. `commas`: before the decimals of texts."""
    if wanted == column.type or (
        types.kind(wanted) == types.kind(column.type) and not types.narrows(column.type, wanted)
    ):
        return reference
    if types.kind(wanted) == types.kind(column.type) == "string":
        return (
            sql.left(reference, types.text_length(wanted), context.dialect) if types.text_length(wanted) else reference
        )
    scope = Scope({VALUE: reference}, {VALUE: column.type})
    if column.type == "boolean" and types.kind(wanted) == "string":
        text = f'IIF(IsNull([{VALUE}]), Null(), IIF([{VALUE}], "True", "False"))'
    elif wanted == "boolean" and types.kind(column.type) == "number":
        text = f"IIF(IsNull([{VALUE}]), Null(), [{VALUE}] != 0)"
    else:
        text = _with_commas(column.type, wanted) if commas else f"[{VALUE}]"
    result = context.expression(text, f"Type of {column.name}", scope, target=wanted)
    return widths.fitted(context, result.sql, text, scope, wanted)


def _with_commas(kind: str, wanted: str) -> str:
    """A text that is read as a number, or a number that is written, with a comma before its decimals."""
    kinds = types.kind(kind), types.kind(wanted)
    if kinds == ("string", "number"):
        return f'Replace([{VALUE}], ",", ".")'
    if kinds == ("number", "string"):
        return f'IIF(IsNull([{VALUE}]), Null(), Replace(ToString([{VALUE}]), ".", ","))'
    return f"[{VALUE}]"


def as_texts(
    context: StepContext, nodes: list[Node], given: Relation, columns: Iterable[Column], title: str
) -> Relation:
    """The rows with these fields as the texts that the tool makes of them; adds to `nodes` where one is no text."""
    names = {column.name for column in columns if types.kind(column.type) != "string"}
    if not names:
        return given
    chosen = []
    for column in frame.visible(given):
        kind = "varchar" if column.name in names else column.type
        value = converted(context, column, frame.identifier(context, column.name), kind)
        chosen.append((Column(column.name, kind), value))
    node, relation = frame.project(context, given, chosen, name=f"{context.name} {title}")
    nodes.append(node)
    return relation
