"""Cross Tab and Transpose. Source: Designer Help, pages of these names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.migration.rules import sql
from services.migration.rules.alteryx import frame, named_later, select
from services.migration.rules.alteryx import held as held_values
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.alteryx.summarize import WHOLE_GROUP, separator
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

AGGREGATES = {
    "Sum": "SUM({x})",
    "Avg": "AVG({x})",
    "Average": "AVG({x})",
    "Count": "CASE WHEN COUNT({one}) > 0 THEN COUNT({x}) END",
    "CountWithNulls": "NULLIF(COUNT({one}), 0)",
    "CountDistinct": "CASE WHEN COUNT({one}) > 0 THEN COUNT(DISTINCT {x}) END",
    "Min": "MIN({x})",
    "Max": "MAX({x})",
    "First": "MAX({x})",
    "Last": "MAX({x})",
}
"""Method → the cells' SQL, of the value {x} and of {one} in each row of the cell: a cell without rows is null.

First and Last stand in every row of a group beforehand.
"""
KINDS = {
    "Count": "bigint",
    "CountWithNulls": "bigint",
    "CountDistinct": "bigint",
    "Avg": "double",
    "Average": "double",
    "Concat": "varchar",
}
UNNAMED = frozenset({"Sum", "First", "Last", "Concat"})
"""Methods that, alone, do not stand before the names of their fields. Source: Designer Help; of Concat, saved runs."""
FROM_LAST_RUN = 0.79
SEVERAL = 0.6
CLEAN = "REGEXP_REPLACE({x}, '[^A-Za-z0-9_]', '_', 'g')"
"""How the tool makes a field's name of a value: all but letters, digits and `_` become `_`."""
PATTERNS = ("postgresql", "duckdb")
KEY, HELD = f"{frame.PROVEN}_header", f"{frame.PROVEN}_value"
NO_VALUE = "_Null_"
"""The name of the field for rows whose header is null: `[Null]`, cleaned."""
Cell = tuple[Column, str, str]
"""A field that is made, its method, and the header whose rows it is of."""


def cross_tab(context: StepContext) -> Outcome:
    settings, nodes = context.settings, list[Node]()
    given = context.input()
    methods = list(dict.fromkeys(each.get("method") for each in settings.all("Methods", "Method")))
    unknown = [method for method in methods if method not in AGGREGATES and method != "Concat"]
    if unknown or not methods:
        raise NotConvertible(f"the method '{', '.join(unknown)}' has no rule", "Write the pivot by hand.")
    if any(method.startswith("Count") for method in methods):
        context.warn("A cell that no row is of is null, not 0.", confidence=frame.UNSURE)
    if frame.reads_order(context.step):
        given = ordered(context, nodes, given, "The first, last or concatenated value")
    stated = (frame.find(given, each.get("field")) for each in settings.all("GroupFields", "Field"))
    groups = list(dict.fromkeys(stated))
    header = frame.find(given, settings.one("HeaderField").get("field"))
    data = frame.find(given, settings.one("DataField").get("field"))
    taken = {column.name.lower() for column in groups}
    made = [
        (Column(unique(column.name, taken), column.type), method, name)
        for column, method, name in _cells(context, groups, methods, data)
    ]
    values = {method: _value(context, method, data) for method in methods}
    extra = [(Column(KEY, "varchar"), _name(context, header, made))]
    extra += [
        _edge(context, given, method, (groups, header, data)) for method in methods if method in ("First", "Last")
    ]
    kept = frame.kept(context, given.columns)
    node = context.node(
        "sql_expression",
        {"columns": [computed(*each) for each in (*kept, *extra)]},
        [given.ref],
        name=f"{context.name} header",
    )
    nodes.append(node)
    cells = [(column, _cell(context, given, method, values[method], name)) for column, method, name in made]
    columns = [*frame.kept(context, groups), *cells]
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


def _name(context: StepContext, header: Column, made: Sequence[Cell]) -> str:
    """What the field of a row's header is called."""
    text = select.converted(context, header, frame.identifier(context, header.name), "varchar")
    cleaned = CLEAN.format(x=text) if context.dialect in PATTERNS else text
    return f"COALESCE({cleaned}, '{NO_VALUE}')" if NO_VALUE in {name for _, _, name in made} else cleaned


def _value(context: StepContext, method: str, data: Column) -> str:
    if method in ("First", "Last"):
        return frame.identifier(context, f"{HELD}_{method.lower()}")
    value = frame.identifier(context, data.name)
    return select.converted(context, data, value, "varchar") if method == "Concat" else value


def _edge(
    context: StepContext, given: Relation, method: str, of: tuple[Sequence[Column], Column, Column]
) -> frame.Chosen:
    """The first or last value of a cell, in every row of it."""
    groups, header, data = of
    over = ", ".join(frame.identifier(context, column.name) for column in (*groups, header))
    row = frame.identifier(context, frame.order_column(given))
    value = f"{method.upper()}_VALUE({frame.identifier(context, data.name)})"
    column = Column(f"{HELD}_{method.lower()}", data.type)
    return column, f"{value} OVER (PARTITION BY {over} ORDER BY {row} {WHOLE_GROUP})"


def _cells(context: StepContext, groups: Sequence[Column], methods: Sequence[str], data: Column) -> list[Cell]:
    """The columns made of values: those of the last run, those that the workflow holds, or that later tools name."""
    known = {column.name.lower() for column in groups}
    named = len(methods) > 1 or methods[0] not in UNNAMED
    names = [column_name(each.name) for each in context.step.fields if each.name.lower() not in known]
    if names:
        context.warn("The columns are those of the values that the last run met.", confidence=FROM_LAST_RUN)
        named = named and (len(methods) > 1 or all(name.startswith(f"{methods[0]}_") for name in names))
        return [_made(name, methods, data, named=named) for name in names]
    held = held_values.values(context, context.settings.one("HeaderField").get("field"))
    if held:
        context.warn("The columns are those of the values that the workflow holds.", confidence=FROM_LAST_RUN)
        names = list(dict.fromkeys(_cleaned(value) for value in sorted(held, key=_as_in_a_dictionary)))
        if len(names) < len(set(held)):
            context.warn(
                "Several values become a field of the same name; here their rows are put together.", confidence=SEVERAL
            )
        return [_of(name, method, data, named=named) for name in names for method in methods]
    names = [column.name for column in named_later.columns(context) if column.name.lower() not in known]
    if not names:
        raise NotConvertible(
            "its columns are made of the values of a field, which the workflow does not hold",
            "Name the values, or run the workflow once in Designer and save it.",
        )
    context.warn("The columns are those that later tools name; there may be more.", confidence=0.6)
    return [_made(name, methods, data, named=named) for name in names]


def _cleaned(value: str | None) -> str:
    return NO_VALUE if value is None else re.sub(r"[^A-Za-z0-9_]", "_", value)


def _as_in_a_dictionary(value: str | None) -> tuple[tuple[str, ...], str]:
    """As a dictionary sorts: letters without case, numbers by their value."""
    text = value or ""
    parts = re.findall(r"[0-9]+|[^0-9]+", text.lower())
    return tuple(part.zfill(20) if part.isdecimal() else part for part in parts), text.swapcase()


def _of(name: str, method: str, data: Column, *, named: bool) -> Cell:
    return Column(f"{method}_{name}" if named else name, _kind(method, data)), method, name


def _made(name: str, methods: Sequence[str], data: Column, *, named: bool) -> Cell:
    """A field by its name. `named`: its method stands before that of its header."""
    if not named:
        return _of(name, methods[0], data, named=False)
    method = next((each for each in methods if name.startswith(f"{each}_")), "")
    if not method:
        raise NotConvertible(f"the field '{name}' is of none of its methods", "Write the pivot by hand.")
    return _of(name.removeprefix(f"{method}_"), method, data, named=True)


def _kind(method: str, data: Column) -> str:
    if method == "Sum" and types.is_whole(data.type):
        return "bigint"
    return KINDS.get(method, data.type)


def _cell(context: StepContext, given: Relation, method: str, value: str, name: str) -> str:
    own = f"CASE WHEN {frame.identifier(context, KEY)} = {frame.quoted(name)} THEN"
    case = f"{own} {value} END"
    if method in AGGREGATES:
        return AGGREGATES[method].format(x=case, one=f"{own} 1 END")
    row = frame.identifier(context, frame.order_column(given))
    methods = context.settings.one("Methods")
    joined = f"STRING_AGG({case}, {frame.quoted(separator(methods))} ORDER BY {row})"
    size = methods.one("FieldSize").get("value")
    return sql.left(joined, int(size), context.dialect) if size.isdecimal() and int(size) else joined


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
    row, nodes = frame.order_column(given), list[Node]()
    if kind == "varchar":
        given = select.as_texts(context, nodes, given, data, "texts")
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
    nodes.append(node)
    relation = Relation(node["id"], columns)
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
