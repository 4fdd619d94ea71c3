"""Text Input, Macro Input, Input Data and In-DB inputs → `source` nodes."""

from __future__ import annotations

from typing import Any

from services.migration.ast import Setting
from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import frame, locations, sources, values
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.formula import TOOL_TYPES
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation, SortKey
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

MOST_ROWS = 10_000
"""Inline rows that are written into a document; more belong in a file."""
TEMPLATE = 0.79
"""Confidence of a macro's input: its rows are the caller's."""
FIELDS_AS_KNOWN = 0.7


def text_input(context: StepContext) -> Outcome:
    return _inline(context, context.settings)


def macro_input(context: StepContext) -> Outcome:
    """A macro's input: the rows it was designed with stand for those of its caller."""
    held = context.settings.one("TextInput", "Configuration")
    context.warn("The rows are the macro's template; give those of the caller when it runs.", confidence=TEMPLATE)
    if held.children:
        return _inline(context, held)
    return sources.read(context, "inline", {"rows": []})


def _inline(context: StepContext, held: Setting) -> Outcome:
    taken: set[str] = set()
    names = [unique(column_name(each.get("name")), taken) for each in held.all("Fields", "Field")]
    rows = [[_cell(cell) for cell in row.all("c")] for row in held.all("Data", "r")]
    if not names:
        raise NotConvertible("it has no columns", "Give the Text Input columns, or remove it.")
    if len(rows) > MOST_ROWS:
        raise NotConvertible(
            f"it holds {len(rows)} rows, more than {MOST_ROWS}", "Save the rows as a file and read that."
        )
    rows = [(row + [None] * len(names))[: len(names)] for row in rows]
    kinds = [values.inferred([row[index] for row in rows]) for index in range(len(names))]
    columns = [Column(name, kind) for name, kind in zip(names, kinds, strict=True)]
    nodes: list[Node] = []
    shown: list[list[Any]] = [[values.value(text, kind) for text, kind in zip(row, kinds, strict=True)] for row in rows]
    order: tuple[SortKey, ...] = ()
    if frame.order_is_read(context):
        columns.append(Column(frame.PROVEN, frame.ROW_TYPE))
        shown = [[*row, number] for number, row in enumerate(shown, 1)]
        order = (SortKey(frame.PROVEN),)
    node = sources.node(context, "inline", {"rows": shown}, columns)
    nodes.append(node)
    return Outcome("source", 1.0, tuple(nodes), {"": Relation(node["id"], tuple(columns), order=order)})


def _cell(cell: Setting) -> str | None:
    return cell.value if cell.value else None


def file_input(context: StepContext) -> Outcome:
    settings = context.settings
    found = locations.of_input(settings, context)
    config = dict(found.config)
    for key, name in (("pre_sql", "PreSQL"), ("post_sql", "PostSQL")):
        text = settings.text("FormatSpecificOptions", name)
        if text:
            config[key] = text
            config.setdefault("dialect", "other")
    outcome = sources.read(
        context, found.connector, config, sources.known(context.step.fields) or locations.columns(settings)
    )
    limit = settings.one("File").get("RecordLimit")
    return _limited(context, outcome, int(limit)) if limit.isdecimal() and len(limit) < 10 else outcome


def _limited(context: StepContext, outcome: Outcome, count: int) -> Outcome:
    """Only the first rows are read."""
    given = outcome.outputs[""]
    row = frame.order_column(given)
    config: dict[str, Any] = {"method": "first", "rows": count, **({"order_by": [{"column": row}]} if row else {})}
    context.warn(
        "Only the first rows are read, in the order in which the file or table is read.", confidence=frame.UNSURE
    )
    node, relation = frame.same_rows(context, "limit", config, given)
    return Outcome("source", outcome.confidence, (*outcome.nodes, node), {"": relation})


def mongo_input(context: StepContext) -> Outcome:
    """A MongoDB collection, with the elements that the tool lists, else those of the last run."""
    settings = context.settings
    config = {"connection": "mongodb", "database": settings.text("Database"), "table": settings.text("Collection")}
    if settings.text("Filter"):
        context.warn(
            "The tool filters the collection by a condition of MongoDB's own; it is not applied.", confidence=0.6
        )
    taken: set[str] = set()
    listed = [
        Column(
            unique(column_name(each.get("name")), taken),
            types.canonical(*declared(each.get("type"), each.get("size"))) or "varchar",
        )
        for each in settings.all("Elements", "Element")
    ]
    return sources.read(context, "mongodb", {key: value for key, value in config.items() if value}, listed)


def field_info(context: StepContext) -> Outcome:
    """A row for each field that arrives: they are known here, so the rows are too."""
    rows = [
        [
            column.name,
            TOOL_TYPES.get(column.type.partition("(")[0], "V_WString"),
            types.text_length(column.type) or None,
        ]
        for column in frame.visible(context.input())
    ]
    context.warn("The fields' names and types are those known at the conversion.", confidence=FIELDS_AS_KNOWN)
    whole: list[list[Any]] = [[*row, None, None, None] for row in rows]
    columns = [
        Column("Name", "varchar"),
        Column("Type", "varchar"),
        Column("Size", "integer"),
        Column("Scale", "integer"),
        Column("Source", "varchar"),
        Column("Description", "varchar"),
    ]
    columns.append(Column(frame.PROVEN, frame.ROW_TYPE))
    whole = [[*row, number] for number, row in enumerate(whole, 1)]
    node = sources.node(context, "inline", {"rows": whole}, columns)
    return Outcome("source", 1.0, (node,), {"": Relation(node["id"], tuple(columns), order=(SortKey(frame.PROVEN),))})


def in_db_input(context: StepContext) -> Outcome:
    query = context.settings.text("Query")
    if not query:
        raise NotConvertible("it has neither a table nor a query", "Name what it reads.")
    config: dict[str, Any] = {"connection": context.settings.text("Connection") or "in_db"}
    config |= {"query": query, "dialect": "other"} if locations.is_query(query) else {"table": query}
    return sources.read(context, "odbc", config)
