"""Sort, Record ID, Sample and Unique: what depends on the order of rows, or makes one.

Source: Designer Help, pages of these names.
"""

from __future__ import annotations

import re
from typing import Any

from services.migration.ast import Setting
from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import frame
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

DICTIONARY = 0.84
PATTERNS = ("postgresql", "duckdb")
NUMBERS_PADDED = "REGEXP_REPLACE(REGEXP_REPLACE({x}, '([0-9]+)', '0000000000\\1', 'g'), '0*([0-9]{{10}})', '\\1', 'g')"
"""Numbers within a text as ten digits, so that they are in order as texts."""
BETWEEN = re.compile(r"[,\s]+")
LIMITS = {"First": "first", "Last": "last", "Skip": "skip"}


def sort(context: StepContext) -> Outcome:
    given, nodes = context.input(), list[Node]()
    info = context.settings.one("SortInfo")
    stated = [
        (frame.find(given, each.get("field")), each.get("order").lower().startswith("desc"))
        for each in info.all("Field")
    ]
    if not stated:
        raise NotConvertible("it names no field to sort by", "Name the fields, or remove the tool.")
    folded: dict[str, str] = {}
    if info.get("locale", "0") not in ("", "0"):
        texts = [column for column, _ in stated if types.kind(column.type) == "string"]
        given, folded = _folded(context, nodes, given, texts)
    keys = []
    for column, down in stated:
        if column.name in folded:
            keys += [frame.key(folded[column.name], descending=down), frame.key(column.name, descending=not down)]
        else:
            keys.append(frame.key(column.name, descending=down))
    node, relation = frame.same_rows(context, "sql_order_by", {"order_by": keys}, given)
    nodes.append(node)
    if frame.order_is_read(context):
        ties = [{"column": frame.order_column(given)}] if given.order else []
        node, relation = frame.numbered(context, relation, [*keys, *ties])
        nodes.append(node)
    return Outcome("sql_order_by", 1.0, tuple(nodes), {"": relation})


def _folded(
    context: StepContext, nodes: list[Node], given: Relation, texts: list[Column]
) -> tuple[Relation, dict[str, str]]:
    """The rows with what a dictionary sorts texts by: letters without case, numbers by their value. Adds to `nodes`."""
    if not texts:
        return given, {}
    context.warn(
        "Texts are sorted as in a dictionary: letters without case, numbers by their value; "
        "where accents and punctuation stand may differ.",
        confidence=DICTIONARY,
    )
    names = {column.name: f"{frame.PROVEN}_sort{place}" for place, column in enumerate(texts)}
    made = []
    for column in texts:
        lowered = f"LOWER({frame.identifier(context, column.name)})"
        value = NUMBERS_PADDED.format(x=lowered) if context.dialect in PATTERNS else lowered
        made.append((Column(names[column.name], "varchar"), value))
    node, relation = frame.project(
        context, given, [*frame.kept(context, frame.visible(given)), *made], name=f"{context.name} keys"
    )
    nodes.append(node)
    return relation, names


def record_id(context: StepContext) -> Outcome:
    settings, nodes = context.settings, list[Node]()
    given = ordered(context, nodes, context.input(), "A record id")
    start = settings.text("StartValue") or "1"
    if not start.lstrip("-").isdecimal():
        raise NotConvertible(f"its first number, '{start}', is no number", "Write the first number.")
    stated = settings.one("FieldType")
    kind = types.canonical(*declared(stated.value, stated.get("size") or settings.text("FieldSize"))) or "integer"
    taken = {column.name.lower() for column in given.columns}
    name = unique(column_name(settings.text("FieldName") or "RecordID"), taken)
    is_text = types.kind(kind) == "string"
    groups = [
        frame.find(given, each.get("field") or each.get("name")).name for each in settings.all("GroupFields", "Field")
    ]
    number = Column(name, "bigint" if is_text else kind)
    config: dict[str, Any] = {
        "columns": [{"name": name, "property": "nextval", "type": number.type}],
        "start": int(start),
        "order_by": [{"column": frame.order_column(given)}],
        **({"partition_by": groups} if groups else {}),
    }
    node = context.node("sequence_generator", config, [given.ref])
    nodes.append(node)
    relation = Relation(node["id"], (*given.columns, number), order=given.order)
    if is_text or settings.text("Position") == "0":
        relation = _placed(context, nodes, relation, number, kind, first=settings.text("Position") == "0")
    return Outcome("sequence_generator", 1.0, tuple(nodes), {"": relation})


def _placed(
    context: StepContext, nodes: list[Node], given: Relation, number: Column, kind: str, *, first: bool
) -> Relation:
    """The number where the tool puts it; as a text it is filled with zeros to its field's size."""
    value = frame.identifier(context, number.name)
    length = types.text_length(kind) if types.kind(kind) == "string" else 0
    if types.kind(kind) == "string":
        text = f"CAST({value} AS VARCHAR(20))"
        value = f"LPAD({text}, {length}, '0')" if length else text
    rest = frame.kept(context, (column for column in frame.visible(given) if column.name != number.name))
    own = (Column(number.name, kind), value)
    node, relation = frame.project(
        context, given, [own, *rest] if first else [*rest, own], name=f"{context.name} field"
    )
    nodes.append(node)
    return relation


def sample(context: StepContext) -> Outcome:
    settings, nodes = context.settings, list[Node]()
    mode, count = settings.text("Mode"), settings.text("N")
    if not count.isdecimal():
        raise NotConvertible(f"the number of rows, '{count}', is no number", "Write the number of rows.")
    groups = _groups(settings, context.input())
    shared: dict[str, Any] = {"partition_by": groups} if groups else {}
    if mode == "Random":
        context.warn(
            "Each row is taken by chance; the rows are others than the original's, here with a fixed seed.",
            confidence=frame.UNSURE,
        )
        config = {"method": "random_percent", "percent": 100 / max(int(count), 1), "seed": 1, **shared}
        node, relation = frame.same_rows(context, "sample", config, context.input())
        return Outcome("sample", 1.0, (node,), {"": relation})
    given = ordered(context, nodes, context.input(), "A sample")
    order = {"order_by": [{"column": frame.order_column(given)}]}
    if mode in LIMITS:
        config = {"method": LIMITS[mode], "rows": int(count), **shared, **order}
        node, relation = frame.same_rows(context, "limit", config, given)
    elif mode == "Sample":
        config = {"method": "every_nth", "rows": max(int(count), 1), **shared, **order}
        node, relation = frame.same_rows(context, "sample", config, given)
    elif mode in ("Percent", "NPercent"):
        node, relation = _first_percent(context, nodes, given, int(count), groups)
    else:
        raise NotConvertible(f"the way of sampling '{mode}' is not known", "Write the sample by hand.")
    return Outcome("limit", 1.0, (*nodes, node), {"": relation})


def _first_percent(
    context: StepContext, nodes: list[Node], given: Relation, percent: int, groups: list[str]
) -> tuple[Node, Relation]:
    context.warn("Of a share that is no whole number of rows, the part is left out.", confidence=frame.UNSURE)
    row = frame.identifier(context, frame.order_column(given))
    over = "PARTITION BY " + ", ".join(frame.identifier(context, name) for name in groups) + " " if groups else ""
    place = (Column("place of row", "bigint"), f"ROW_NUMBER() OVER ({over}ORDER BY {row})")
    total = (Column("rows in all", "bigint"), f"COUNT(*) OVER ({over.strip()})")
    shown = frame.kept(context, frame.visible(given))
    counted, relation = frame.project(context, given, [*shown, place, total], name=f"{context.name} counted")
    names = (frame.identifier(context, place[0].name), frame.identifier(context, total[0].name))
    test, relation = frame.same_rows(
        context, "sql_where", {"condition": f"{names[0]} * 100 <= {names[1]} * {percent}"}, relation
    )
    nodes += [counted, test]
    return frame.project(context, relation, shown)


def _groups(settings: Setting, given: Relation) -> list[str]:
    return [
        frame.find(given, each.get("name") or each.get("field")).name for each in settings.all("GroupFields", "Field")
    ]


def select_records(context: StepContext) -> Outcome:
    """The macro that takes rows by their numbers: `-100`, `5`, `17-20`, `50+`."""
    nodes: list[Node] = []
    given = ordered(context, nodes, context.input(), "A choice of rows by their numbers")
    ranges = frame.answers(context).get("Ranges", "") or context.settings.text("Ranges")
    parts = [part for part in BETWEEN.split(ranges) if part]
    if not parts:
        raise NotConvertible("it names no rows", "Write the numbers of the rows to keep.")
    place = (
        Column("place of row", "bigint"),
        f"ROW_NUMBER() OVER (ORDER BY {frame.identifier(context, frame.order_column(given))})",
    )
    shown = frame.kept(context, frame.visible(given))
    counted, relation = frame.project(context, given, [*shown, place], name=f"{context.name} counted")
    number = frame.identifier(context, place[0].name)
    condition = " OR ".join(_in_range(part, number) for part in parts)
    test, relation = frame.same_rows(context, "sql_where", {"condition": condition}, relation)
    node, relation = frame.project(context, relation, shown)
    return Outcome("sql_where", 1.0, (*nodes, counted, test, node), {"": relation})


def _in_range(text: str, number: str) -> str:
    first, dash, last = text.partition("-")
    if text.endswith("+") and text[:-1].isdecimal():
        return f"{number} >= {int(text[:-1])}"
    if not dash and first.isdecimal():
        return f"{number} = {int(first)}"
    if dash and last.isdecimal() and (first.isdecimal() or not first):
        return f"({number} >= {int(first or 1)} AND {number} <= {int(last)})"
    raise NotConvertible(f"the range of rows '{text}' is not known", "Write the condition by hand.")


def unique_rows(context: StepContext) -> Outcome:
    """The first row of each set of equal ones, and the rest."""
    nodes: list[Node] = []
    given = context.input()
    columns = [frame.find(given, each.get("field")).name for each in context.settings.all("UniqueFields", "Field")]
    if not columns:
        raise NotConvertible("it names no field", "Name the fields that make rows equal.")
    config: dict[str, Any] = {"columns": columns}
    if len(columns) < len(frame.visible(given)) or "Duplicates" in context.wanted:
        given = ordered(context, nodes, given, "Which of the rows with equal fields is kept")
        config["order_by"] = [{"column": frame.order_column(given)}]
    elif given.order:
        config["order_by"] = [{"column": frame.order_column(given)}]
    node = context.node("distinct", config, [given.ref])
    outputs = {
        port: Relation(f"{node['id']}.{theirs}", given.columns, order=given.order)
        for port, theirs in (("Unique", "unique"), ("Duplicates", "duplicates"))
    }
    return Outcome("distinct", 1.0, (*nodes, node), outputs)


def only_unique(context: StepContext) -> Outcome:
    """The macro that keeps the rows whose fields no other row has, and gives all others as duplicates."""
    given = context.input()
    value = next((each.value for each in context.settings.all("Value")), "")
    groups = [frame.find(given, name).name for name in frame.listed(value)]
    if not groups:
        raise NotConvertible("it names no field", "Name the fields that make rows equal.")
    taken = {column.name.lower() for column in given.columns}
    count = Column(unique("rows alike", taken), "bigint")
    counted = context.node("window", {"columns": [computed(count, "COUNT(*)")], "partition_by": groups}, [given.ref])
    name = frame.identifier(context, count.name)
    branch = {"match": "first", "branches": [{"port": "Unique", "condition": f"{name} = 1"}], "default": "Duplicates"}
    split = context.node("conditional_branch", branch, [counted["id"]])
    nodes, outputs = [counted, split], {}
    for port in sorted(context.wanted) or ["Unique"]:
        side = Relation(f"{split['id']}.{port}", (*given.columns, count), order=given.order)
        node, outputs[port] = frame.project(
            context, side, frame.kept(context, frame.visible(given)), name=f"{context.name} {port}"
        )
        nodes.append(node)
    return Outcome("conditional_branch", 1.0, tuple(nodes), outputs)
