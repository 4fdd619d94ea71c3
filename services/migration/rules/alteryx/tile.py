"""Tile and Multi-Field Binning: rows shared out, each with the number of its tile.

Source: Designer Help, "Tile", "Multi-Field Binning"; the names of the choices as real workflows have them.
"""

from __future__ import annotations

import re

from services.migration.ast import Setting
from services.migration.rules.alteryx import frame
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

TICKED = re.compile(r"(.+?)=(True|False)(?:,|$)")
FIELDS, BY_RECORDS, RECORDS, BY_INTERVAL, INTERVALS = (
    "List Box (297)", "Radio Button (299)", "Numeric Up Down (298)", "Radio Button (301)", "Numeric Up Down (300)",
)  # fmt: skip  # a list of names
SORT_FIELD, SUM_FIELD = "SortField", "SumField"
BORDERS = 0.7
LIMIT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def tile(context: StepContext) -> Outcome:
    settings, nodes = context.settings, list[Node]()
    given = ordered(context, nodes, context.input(), "The place of a row in its tile")
    method = settings.text("Method")
    groups = [frame.find(given, each.get("name") or each.get("field")) for each in settings.all("GroupFields", "Field")]
    row = frame.identifier(context, frame.order_column(given))
    within = ", ".join(frame.identifier(context, each.name) for each in groups)
    over, together = f"PARTITION BY {within} " if groups else "", ""
    if method == "EqualRecords":
        own = settings.one("EqualRecords")
        value = (
            f"NTILE({_count(own.one('NumTiles').get('value'))}) OVER "
            f"({over}ORDER BY {_sorted(context, given, _of(own, SORT_FIELD))})"
        )
        together = own.text("EqualRecordsGroupField")
        context.warn("How rows that do not divide evenly are shared out may differ.", confidence=frame.UNSURE)
    elif method == "UniqueValue":
        names = [each.get("field") or each.get("name") for each in settings.all("UniqueValue", "UniqueFields", "Field")]
        listed = ", ".join(frame.identifier(context, frame.find(given, name).name) for name in names)
        value = f"DENSE_RANK() OVER ({over}ORDER BY {listed or row})"
        context.warn("Tiles are numbered by their values in order.", confidence=frame.UNSURE)
    elif method == "EqualSum":
        value = _shared_out(context, given, settings.one("EqualSum"), over)
    elif method == "SmartTile":
        value = _smart(context, given, settings.one("SmartTile"), over)
    elif method == "Manual":
        value = _by_limits(context, given, settings.one("Manual"))
    else:
        raise NotConvertible(f"tiles by the method '{method}' have no rule", "Write the tiles as window functions.")
    return _tiled(context, nodes, given, value, (over, row, together))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise NotConvertible(f"the number of tiles, '{text}', is no number", "Write the number of tiles.")
    return int(text)


def _of(own: Setting, ending: str) -> str:
    """The field of a choice, whose name begins with that of the method or not."""
    return next((each.value.strip() for each in own.children if each.name.endswith(ending)), "")


def _sorted(context: StepContext, given: Relation, name: str) -> str:
    """Rows by the field they are sorted by, a number from the highest down; then as they come."""
    row = frame.identifier(context, frame.order_column(given))
    if not name:
        return row
    column = frame.find(given, name)
    x = frame.identifier(context, column.name)
    down = types.kind(column.type) == "number"
    nulls = f"CASE WHEN {x} IS NULL THEN {1 if down else 0} ELSE {0 if down else 1} END"
    return f"{nulls}, {x}{' DESC' if down else ''}, {row}"


def _shared_out(context: StepContext, given: Relation, own: Setting, over: str) -> str:
    """As near to equal sums as whole rows allow: a row's tile is that in whose share of the sum its middle lies."""
    count = _count(own.one("NumTiles").get("value"))
    x = f"CAST(COALESCE({_numeric(context, given, _of(own, SUM_FIELD))}, 0) AS DOUBLE PRECISION)"
    order = f"{over}ORDER BY {_sorted(context, given, _of(own, SORT_FIELD))} ROWS UNBOUNDED PRECEDING"
    share = f"(SUM({x}) OVER ({order}) - {x} / 2) * {count} / NULLIF(SUM({x}) OVER ({over.strip()}), 0)"
    context.warn(
        "Each tile's sum is as near to the others' as whole rows allow; where a row lies on the border of two tiles it "
        "may stand in the other.",
        confidence=BORDERS,
    )
    return f"GREATEST(1, LEAST({count}, CAST(FLOOR({share}) AS INTEGER) + 1))"


def _smart(context: StepContext, given: Relation, own: Setting, over: str) -> str:
    """By how many standard deviations a value is from the mean, rounded: tile 0 is from -0.5 to 0.5."""
    if own.text("NameField") not in ("", "None"):
        raise NotConvertible("it names its tiles in words, which a later tool may read", "Write the names by hand.")
    x = _numeric(context, given, own.text("Field"))
    window = f"OVER ({over.strip()})"
    context.warn("A value on the border of two tiles may stand in the other.", confidence=frame.UNSURE)
    return f"CAST(FLOOR(({x} - AVG({x}) {window}) / NULLIF(STDDEV_SAMP({x}) {window}, 0) + 0.5) AS INTEGER)"


def _by_limits(context: StepContext, given: Relation, own: Setting) -> str:
    """By the upper limits of a list; what is above the last has a tile of its own."""
    x = _numeric(context, given, own.text("Field"))
    limits = [line.strip() for line in own.one("Cutoffs").value.splitlines() if line.strip()]
    wrong = next((line for line in limits if not LIMIT.fullmatch(line)), "")
    if wrong or not limits:
        raise NotConvertible(f"its limit '{wrong}' is no number", "Write the limits of the tiles.")
    cases = " ".join(f"WHEN {x} <= {limit} THEN {place}" for place, limit in enumerate(limits, 1))
    context.warn("A value that equals a limit stands in the tile below it.", confidence=frame.UNSURE)
    return f"CASE WHEN {x} IS NULL THEN NULL {cases} ELSE {len(limits) + 1} END"


def _numeric(context: StepContext, given: Relation, name: str) -> str:
    column = frame.find(given, name)
    if types.kind(column.type) != "number":
        raise NotConvertible(f"its field {column.name} is no number here", "Convert the field to a number before it.")
    return frame.identifier(context, column.name)


def _tiled(context: StepContext, nodes: list[Node], given: Relation, value: str, how: tuple[str, str, str]) -> Outcome:
    over, row, together = how
    shown = frame.kept(context, frame.visible(given))
    taken = {column.name.lower() for column in frame.visible(given)}
    tile, sequence = (Column(unique(name, taken), "integer") for name in ("Tile_Num", "Tile_SequenceNum"))
    node, relation = frame.project(context, given, [*shown, (tile, value)], name=f"{context.name} tiles")
    nodes.append(node)
    number = frame.identifier(context, tile.name)
    inside = over.removeprefix("PARTITION BY ").strip()
    if together:
        field = frame.identifier(context, frame.find(given, together).name)
        apart = f"{inside}, {field}" if inside else field
        least = f"MIN({number}) OVER (PARTITION BY {apart})"
        node, relation = frame.project(context, relation, [*shown, (tile, least)], name=f"{context.name} together")
        nodes.append(node)
    part = f"{inside}, {number}" if inside else number
    place = f"ROW_NUMBER() OVER (PARTITION BY {part} ORDER BY {row})"
    node, relation = frame.project(context, relation, [*shown, (tile, number), (sequence, place)])
    return Outcome("sql_expression", 1.0, (*nodes, node), {"": relation})


def bins(context: StepContext) -> Outcome:
    """The macro that gives several fields a tile each: of as many rows, or of as wide a range."""
    told, given = frame.answers(context), context.input()
    names = [name for name, is_on in TICKED.findall(told.get(FIELDS, "")) if is_on == "True"]
    if not names or not (frame.is_on(told, BY_RECORDS) or frame.is_on(told, BY_INTERVAL)):
        raise NotConvertible("its choices are not those of the macro that is known", "Write the tiles by hand.")
    make = _of_records if frame.is_on(told, BY_RECORDS) else _of_intervals
    count = _count(told.get(RECORDS if frame.is_on(told, BY_RECORDS) else INTERVALS, "").partition(".")[0])
    visible = frame.visible(given)
    taken = {column.name.lower() for column in visible}
    added: list[frame.Chosen] = []
    for name in names:
        x = _numeric(context, given, name)
        made = Column(unique(f"{frame.find(given, name).name}_Tile_Num", taken), "integer")
        added.append((made, make(context, x, count)))
    node, relation = frame.project(context, given, [*frame.kept(context, visible), *added])
    return Outcome("sql_expression", 1.0, (node,), {"": relation})


def _of_records(context: StepContext, x: str, count: int) -> str:
    context.warn(
        "Tile 1 holds the lowest values here; in some versions of the macro it holds the highest. How rows that do "
        "not divide evenly are shared out may differ too.",
        confidence=0.6,
    )
    return f"NTILE({count}) OVER (ORDER BY CASE WHEN {x} IS NULL THEN 0 ELSE 1 END, {x})"


def _of_intervals(context: StepContext, x: str, count: int) -> str:
    context.warn("A value on the border of two tiles may stand in the other.", confidence=frame.UNSURE)
    low, high = f"MIN({x}) OVER ()", f"MAX({x}) OVER ()"
    share = f"CAST(CEIL(CAST({x} - {low} AS DOUBLE PRECISION) * {count} / ({high} - {low})) AS INTEGER)"
    return f"CASE WHEN {x} IS NULL THEN NULL WHEN {x} = {low} THEN 1 ELSE {share} END"
