"""Rank: rows with the place that their fields give them, counted in one or more ways.

Source: Designer Help, "Rank", and its table of the five ways.
"""

from __future__ import annotations

from services.migration.rules.alteryx import frame
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

WAYS = {
    "ordinal": ("bigint", "ROW_NUMBER() OVER ({within}ORDER BY {keys}, {row})"),
    "dense": ("bigint", "DENSE_RANK() OVER ({within}ORDER BY {keys})"),
    "standard": ("bigint", "RANK() OVER ({within}ORDER BY {keys})"),
    "competition": ("bigint", "RANK() OVER ({within}ORDER BY {keys}) + COUNT(*) OVER (PARTITION BY {equal}) - 1"),
    "fractional": (
        "double",
        "RANK() OVER ({within}ORDER BY {keys}) + "
        "CAST(COUNT(*) OVER (PARTITION BY {equal}) - 1 AS DOUBLE PRECISION) / 2",
    ),
}
"""Way of counting → the type of its column and its SQL; `competition` is the modified one, of 1, 3, 3, 4."""
ORDINAL = "ordinal"


def convert(context: StepContext) -> Outcome:
    settings, nodes, given = context.settings, list[Node](), context.input()
    ways = [each.get("value") for each in settings.all("RankingModes", "Mode")]
    unknown = next((way for way in ways if way.lower() not in WAYS), None)
    if unknown is not None or not ways:
        raise NotConvertible(f"the way of ranking '{unknown or ''}' is not known", "Write the ranks by hand.")
    stated = settings.one("SortInfo").all("Field")
    if not stated:
        raise NotConvertible("it names no field to rank by", "Name the fields, or remove the tool.")
    fields = [(frame.find(given, each.get("field")), each.get("order").lower().startswith("desc")) for each in stated]
    in_dictionary = settings.one("SortInfo").get("locale", "0") not in ("", "0")
    if in_dictionary and any(types.kind(column.type) == "string" for column, _ in fields):
        raise NotConvertible("texts are ranked in the order of a dictionary", "Rank by a field made for it.")
    if any(way.lower() == ORDINAL for way in ways):
        given = ordered(context, nodes, given, "Which of two equal rows comes first")
    groups = [frame.find(given, each.get("name") or each.get("field")) for each in settings.all("GroupFields", "Field")]
    parts = _parts(context, given, fields, groups)
    shown = frame.visible(given)
    made = []
    for way, name in zip(ways, _names(context, shown, ways), strict=True):
        kind, template = WAYS[way.lower()]
        made.append((Column(name, kind), template.format(**parts)))
    context.warn("Rows without a value are ranked as the lowest; rows stay in the order in which they arrive.")
    node, relation = frame.project(context, given, [*frame.kept(context, shown), *made])
    return Outcome("sql_expression", 1.0, (*nodes, node), {"": relation})


def _parts(
    context: StepContext, given: Relation, fields: list[tuple[Column, bool]], groups: list[Column]
) -> dict[str, str]:
    """What the ways' SQL is filled in with."""
    keys = []
    for column, down in fields:
        x = frame.identifier(context, column.name)
        keys.append(f"CASE WHEN {x} IS NULL THEN {int(down)} ELSE {int(not down)} END, {x}{' DESC' if down else ''}")
    within = ", ".join(frame.identifier(context, column.name) for column in groups)
    equal = ", ".join(frame.identifier(context, column.name) for column in [*groups, *(column for column, _ in fields)])
    row = frame.order_column(given)
    return {
        "within": f"PARTITION BY {within} " if within else "",
        "keys": ", ".join(keys),
        "equal": equal,
        "row": frame.identifier(context, row) if row else "",
    }


def _names(context: StepContext, arriving: tuple[Column, ...], ways: list[str]) -> list[str]:
    """The columns' names as the last run saved them, else after their way."""
    taken = {column.name.lower() for column in arriving}
    saved = [each.name for each in context.step.fields if each.name.lower() not in taken]
    found = []
    for way in ways:
        fitting = saved if len(saved) == len(ways) == 1 else [name for name in saved if way.lower() in name.lower()]
        if len(fitting) != 1:
            context.warn(
                f"The file does not say what the column of {way} ranks is called; here it is {way}Ranking.",
                confidence=frame.UNSURE,
            )
        found.append(unique(fitting[0] if len(fitting) == 1 else f"{way}Ranking", taken))
    return found
