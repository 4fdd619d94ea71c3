"""Make Columns and Arrange: rows laid out side by side, and fields laid out one below the other.

Source: Designer Help, "Make Columns", "Arrange"; the names of the fields as real workflows have them.
"""

from __future__ import annotations

from services.migration.rules.alteryx import frame, union
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

MOST_COLUMNS = 100
PLACE, TOTAL, LINE, AT = (Column(f"{frame.PROVEN}_{name}", frame.ROW_TYPE) for name in ("place", "all", "line", "at"))
"""The place of a row among those of its group, from 0; how many they are; the line and column that it goes to."""


def make_columns(context: StepContext) -> Outcome:
    """Rows fill the columns of one line after the other, or one column after the other, group by group."""
    settings, nodes = context.settings, list[Node]()
    count = settings.text("NumColumns")
    if not count.isdecimal() or not 0 < int(count) <= MOST_COLUMNS:
        raise NotConvertible(f"its number of columns, '{count}', is none up to {MOST_COLUMNS}", "Write the number.")
    given = ordered(context, nodes, context.input(), "Which rows stand side by side")
    groups = [frame.find(given, each.get("field") or each.get("name")) for each in settings.all("GroupFields", "Field")]
    data = [column for column in frame.visible(given) if column not in groups]
    across = settings.one("IsHorizontal").get("value", "True").lower() == "true"
    if not across:
        context.warn("How rows that do not divide evenly are shared out may differ.", confidence=frame.UNSURE)
    made, relation = _placed(context, given, groups, (int(count), across))
    nodes += made
    line, at = (frame.identifier(context, each.name) for each in (LINE, AT))
    taken = {column.name.lower() for column in groups}
    cells = [
        (Column(unique(f"Column_{place + 1}_{column.name}", taken), column.type), _cell(context, column, at, place))
        for place in range(int(count))
        for column in data
    ]
    keys = [(column, frame.identifier(context, column.name)) for column in (*groups, LINE)]
    config = {
        "columns": [computed(*each) for each in (*keys, *cells)],
        "group_by": [*(text for _, text in keys[:-1]), line],
    }
    node = context.node("sql_group_by", config, [relation.ref])
    nodes.append(node)
    relation = Relation(node["id"], tuple(column for column, _ in (*keys, *cells)))
    if frame.order_is_read(context):
        order = [*(frame.key(column.name) for column in groups), {"column": LINE.name}]
        number, relation = frame.numbered(context, relation, order, proven=frame.is_proven(given))
        nodes.append(number)
    return Outcome("sql_group_by", 1.0, tuple(nodes), {"": relation})


def _placed(
    context: StepContext, given: Relation, groups: list[Column], how: tuple[int, bool]
) -> tuple[list[Node], Relation]:
    """The rows with the line and the column that each goes to."""
    count, across = how
    names = ", ".join(frame.identifier(context, column.name) for column in groups)
    within = f"PARTITION BY {names}" if groups else ""
    row = frame.identifier(context, frame.order_column(given))
    counted = [
        (PLACE, f"ROW_NUMBER() OVER ({f'{within} ORDER BY {row}'.strip()}) - 1"),
        (TOTAL, f"COUNT(*) OVER ({within})"),
    ]
    shown = frame.kept(context, frame.visible(given))
    node, relation = frame.project(context, given, [*shown, *counted], name=f"{context.name} counted")
    place, total = (frame.identifier(context, each.name) for each in (PLACE, TOTAL))
    high = f"(({total} + {count - 1} - MOD({total} + {count - 1}, {count})) / {count})"
    line, at = (
        (f"{place} - MOD({place}, {count})", f"MOD({place}, {count})")
        if across
        else (f"MOD({place}, {high})", f"({place} - MOD({place}, {high})) / {high}")
    )
    last, relation = frame.project(context, relation, [*shown, (LINE, line), (AT, at)], name=f"{context.name} places")
    return [node, last], relation


def _cell(context: StepContext, column: Column, at: str, place: int) -> str:
    most = "BOOL_OR" if column.type == "boolean" else "MAX"
    return f"{most}(CASE WHEN {at} = {place} THEN {frame.identifier(context, column.name)} END)"


def arrange(context: StepContext) -> Outcome:
    """A row for each line of the table by hand, in which each column holds a field of the row that arrives."""
    settings, given = context.settings, context.input()
    output = settings.one("OutputFields")
    listed = output.all("Columns", "Column")
    lines = [[cell.value.strip() for cell in row.all("c")] for row in output.all("Data", "r")]
    if not listed or not lines:
        raise NotConvertible("it lays no field out", "Name the fields.")
    other = next((each.get("name") for each in listed if each.get("type") != "combobox"), "")
    if other or any(len(line) != len(listed) for line in lines):
        raise NotConvertible(f"its column {other} holds something else than fields", "Write it as a union.")
    keys = [frame.find(given, each.get("field") or each.get("name")) for each in settings.all("KeyFields", "Field")]
    taken = {column.name.lower() for column in keys}
    layout: union.Layout = [(column.name, [column] * len(lines)) for column in keys]
    for place, each in enumerate(listed):
        held = [frame.find(given, line[place]) if line[place] else None for line in lines]
        if any(held):
            layout.append((unique(column_name(each.get("name")), taken), held))
    return union.together(context, (given,) * len(lines), layout, (union.PLACE, union.INPUT))
