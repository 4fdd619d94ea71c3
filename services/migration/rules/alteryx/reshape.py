"""Cross Tab and Transpose. Source: Designer Help, pages of these names."""

from __future__ import annotations

from collections.abc import Sequence

from services.migration.rules.alteryx import frame, named_later
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.alteryx.summarize import WHOLE_GROUP
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

AGGREGATES = {
    "Sum": "SUM({x})",
    "Avg": "AVG({x})",
    "Average": "AVG({x})",
    "Count": "COUNT({x})",
    "CountDistinct": "COUNT(DISTINCT {x})",
    "Min": "MIN({x})",
    "Max": "MAX({x})",
}
KINDS = {"Count": "bigint", "CountDistinct": "bigint", "Avg": "double", "Average": "double", "Concat": "varchar"}
FROM_LAST_RUN = 0.79
CLEAN = "REGEXP_REPLACE(CAST({x} AS VARCHAR(4000)), '[^A-Za-z0-9_]', '_', 'g')"
"""How the tool makes a field's name of a value: all but letters, digits and `_` become `_`."""
PATTERNS = ("postgresql", "duckdb")


def cross_tab(context: StepContext) -> Outcome:
    settings, nodes = context.settings, list[Node]()
    given = context.input()
    methods = [each.get("method") for each in settings.all("Methods", "Method")]
    if len(methods) != 1:
        raise NotConvertible(f"it aggregates in {len(methods)} ways at once", "Write a pivot for each.")
    method = methods[0]
    if frame.reads_order(context.step):
        given = ordered(context, nodes, given, "The first, last or concatenated value")
    groups = [frame.find(given, each.get("field")) for each in settings.all("GroupFields", "Field")]
    header = frame.find(given, settings.one("HeaderField").get("field"))
    data = frame.find(given, settings.one("DataField").get("field"))
    made = _columns(context, groups, _kind(method, data))
    key = f"{frame.PROVEN}_header"
    name = frame.identifier(context, header.name)
    cleaned = CLEAN.format(x=name) if context.dialect in PATTERNS else f"CAST({name} AS VARCHAR(4000))"
    extra = [(Column(key, "varchar"), cleaned)]
    value = frame.identifier(context, data.name)
    if method in ("First", "Last"):
        over = ", ".join([*(frame.identifier(context, g.name) for g in groups), name])
        row = frame.identifier(context, frame.order_column(given))
        held = f"{frame.PROVEN}_value"
        function = "FIRST_VALUE" if method == "First" else "LAST_VALUE"
        extra.append(
            (Column(held, data.type), f"{function}({value}) OVER (PARTITION BY {over} ORDER BY {row} {WHOLE_GROUP})")
        )
        value = frame.identifier(context, held)
    kept = frame.kept(context, given.columns)
    node = context.node(
        "sql_expression",
        {"columns": [computed(*each) for each in (*kept, *extra)]},
        [given.ref],
        name=f"{context.name} header",
    )
    nodes.append(node)
    columns = [
        *frame.kept(context, groups),
        *((column, _cell(context, method, given, value, key, column.name)) for column in made),
    ]
    config = {"columns": [computed(*each) for each in columns], "having": "COUNT(*) > 0"}
    if groups:
        config["group_by"] = [frame.identifier(context, column.name) for column in groups]
    node = context.node("sql_group_by", config, [node["id"]])
    nodes.append(node)
    relation = Relation(node["id"], tuple(column for column, _ in columns))
    if frame.order_is_read(context):
        number, relation = frame.numbered(context, relation, [frame.key(column.name) for column in groups])
        nodes.append(number)
    return Outcome("sql_group_by", 1.0, tuple(nodes), {"": relation})


def _columns(context: StepContext, groups: Sequence[Column], kind: str) -> list[Column]:
    """The columns made of values: those of the last run, else those that later tools name."""
    known = {column.name.lower() for column in groups}
    declared = [Column(column_name(each.name), kind) for each in context.step.fields if each.name.lower() not in known]
    if declared:
        context.warn("The columns are those of the values that the last run met.", confidence=FROM_LAST_RUN)
        return declared
    later = [Column(column.name, kind) for column in named_later.columns(context) if column.name.lower() not in known]
    if not later:
        raise NotConvertible(
            "its columns are made of the values of a field, which the workflow does not hold",
            "Name the values, or run the workflow once in Designer and save it.",
        )
    context.warn("The columns are those that later tools name; there may be more.", confidence=0.6)
    return later


def _kind(method: str, data: Column) -> str:
    if method == "Sum" and types.is_whole(data.type):
        return "bigint"
    return KINDS.get(method, data.type)


def _cell(context: StepContext, method: str, given: Relation, value: str, key: str, name: str) -> str:
    literal = "'" + name.replace("'", "''") + "'"
    case = f"CASE WHEN {frame.identifier(context, key)} = {literal} THEN {value} END"
    if method in AGGREGATES:
        return AGGREGATES[method].format(x=case)
    if method in ("First", "Last"):
        return f"MAX({case})"
    if method == "Concat":
        row = frame.identifier(context, frame.order_column(given))
        separator = context.settings.one("Methods", "Separator").value or ","
        quoted = "'" + separator.replace("'", "''").replace("\\n", "\n") + "'"
        text = case.replace(f"THEN {value} END", f"THEN CAST({value} AS VARCHAR(4000)) END")
        return f"STRING_AGG({text}, {quoted} ORDER BY {row})"
    raise NotConvertible(f"the method '{method}' has no rule", "Write the pivot by hand.")


def transpose(context: StepContext) -> Outcome:
    settings, given = context.settings, context.input()
    keys = [frame.find(given, each.get("field")) for each in settings.all("KeyFields", "Field")]
    listed = {
        each.get("field").lower(): each.get("selected", "True").lower() == "true"
        for each in settings.all("DataFields", "Field")
    }
    unknown = listed.get("*unknown", False)
    own = {column.name for column in keys}
    data = [c for c in frame.visible(given) if listed.get(c.name.lower(), unknown) and c.name not in own]
    if not data:
        raise NotConvertible("none of the fields that it turns arrives", "Name the data fields.")
    taken = {name.lower() for name in own}
    label, value = unique("Name", taken), unique("Value", taken)
    kind = _one_type(data)
    row = frame.order_column(given)
    config = {
        "passthrough": [*(column.name for column in keys), *([row] if row else [])],
        "columns": [{"column": column.name} for column in data],
        "name_column": label,
        "value_column": value,
        "value_type": kind,
    }
    node = context.node("unpivot", config, [given.ref])
    hidden = (Column(row, frame.ROW_TYPE),) if row else ()
    columns = (*keys, *hidden, Column(label, "varchar"), Column(value, kind))
    nodes, relation = [node], Relation(node["id"], columns)
    if row and frame.order_is_read(context):
        relation = _in_order(context, nodes, relation, (row, label), [column.name for column in data])
    return Outcome("unpivot", 1.0, tuple(nodes), {"": relation})


def _in_order(
    context: StepContext, nodes: list[Node], given: Relation, how: tuple[str, str], names: list[str]
) -> Relation:
    """Row by row, and within a row field by field."""
    row, label = how
    name = frame.identifier(context, label)
    cases = " ".join(
        f"WHEN {name} = '{text.replace(chr(39), chr(39) * 2)}' THEN {place}" for place, text in enumerate(names)
    )
    place = Column(f"{frame.PROVEN}_field", "integer")
    columns = [*frame.kept(context, given.columns), (place, f"CASE {cases} END")]
    node = context.node(
        "sql_expression", {"columns": [computed(*each) for each in columns]}, [given.ref], name=f"{context.name} fields"
    )
    nodes.append(node)
    relation = Relation(node["id"], tuple(column for column, _ in columns))
    number, relation = frame.numbered(
        context, relation, [{"column": row}, {"column": place.name}], proven=row.startswith(frame.PROVEN)
    )
    nodes.append(number)
    return relation


def _one_type(columns: Sequence[Column]) -> str:
    kinds = {column.type for column in columns}
    if len(kinds) == 1:
        return kinds.pop()
    if all(types.kind(kind) == "number" for kind in kinds):
        return "bigint" if all(types.is_whole(kind) for kind in kinds) else "double"
    return "varchar"
