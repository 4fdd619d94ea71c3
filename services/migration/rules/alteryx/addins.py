"""Tools of the OmniBus add-ins: numbers and dates by .NET formats, row numbers, random numbers, and others.

Source: the public definitions of OmniBus and the tools it grew from (AlteryxAddIns), by their author J. Dunkerley.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.migration.ast import Setting
from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import dotnet_format, frame, text
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.formula import Assignment, computed
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed as column_of
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

OTHER_CULTURE = 0.84
"""Confidence where the machine's culture decides, which is taken to be English."""


def stated(settings: Setting, name: str, default: str = "") -> str:
    """A setting, which older releases keep as an attribute and later ones as a text."""
    held = settings.one(name)
    return held.value.strip() or held.get("value").strip() or default


def culture(context: StepContext) -> dotnet_format.Culture:
    """Raises NotConvertible for a culture whose way of writing is not in the table."""
    name = stated(context.settings, "Culture", "Current")
    found = dotnet_format.CULTURES.get(name)
    if found is None:
        raise NotConvertible(f"how the culture '{name}' writes is not known here", dotnet_format.BY_HAND)
    if name == "Current":
        context.warn("It writes and reads as the machine's culture does; here as English.", confidence=OTHER_CULTURE)
    return found


def _added(context: StepContext, default: str, expression: str, kind: str) -> Outcome:
    name = column_name(stated(context.settings, "OutputFieldName", default))
    return computed(context, [Assignment(name, expression, kind)])


def _type(context: StepContext, default: str) -> str:
    return types.canonical(*declared(stated(context.settings, "OutputType", default), "19")) or "varchar"


def string_formatter(context: StepContext) -> Outcome:
    """A number, date or flag as a text by a .NET format; without one as the tool shows it."""
    settings = context.settings
    column = frame.find(context.input(), stated(settings, "InputFieldName", "Value"))
    length = stated(settings, "OutputFieldLength", "64")
    kind = f"varchar({length})" if length.isdecimal() and int(length) else "varchar"
    return _added(context, "FormattedValue", _written(context, column), kind)


def _written(context: StepContext, column: Column) -> str:
    form, field = context.settings.one("FormatString").value, f"[{column.name}]"
    kind = types.kind(column.type)
    if column.type == "boolean":
        return f'IIF(IsNull({field}), Null(), IIF({field}, "True", "False"))'
    if kind == "number":
        if not form.strip():
            return f"ToString({field})"
        return dotnet_format.number(field, form, culture(context), is_whole=types.is_whole(column.type))
    if column.type in ("date", "timestamp"):
        own = "yyyy-MM-dd HH:mm:ss" if column.type == "timestamp" else "yyyy-MM-dd"
        return dotnet_format.date(field, form if form.strip() else own, culture(context))
    raise NotConvertible(f"it formats the field '{column.name}', which is no number, date or flag", "Check the field.")


NUMERIC = (r"[+-]?[0-9][0-9{group}]*{point}?[0-9]*", r"[+-]?{point}[0-9]+")
EXPONENT = "([eE][+-]?[0-9]+)?"


def _text_of(column: Column) -> str:
    """What the tools read of a field as a text."""
    return f"ToString([{column.name}])" if types.kind(column.type) == "number" else f"[{column.name}]"


def number_parser(context: StepContext) -> Outcome:
    """A text as a number, NULL where it is none; digits may stand in groups."""
    column = frame.find(context.input(), stated(context.settings, "InputFieldName", "ValueInput"))
    found, field = culture(context), f"Trim({_text_of(column)})"
    patterns = [each.format(group=found.group, point=rf"\{found.decimal}") + EXPONENT for each in NUMERIC]
    is_number = " OR ".join(f'REGEX_Match({field}, "{pattern}")' for pattern in patterns)
    plain = f'Replace(Replace({field}, "{found.group}", ""), "{found.decimal}", ".")'
    context.warn(
        "Amounts in parentheses, with a currency's sign or with their sign behind them are null here.",
        confidence=OTHER_CULTURE,
    )
    return _added(context, "Value", f"IIF({is_number}, ToNumber({plain}), Null())", _type(context, "Double"))


def date_parser(context: StepContext) -> Outcome:
    """A text of one form as a date, NULL for a text of another."""
    settings = context.settings
    column = frame.find(context.input(), stated(settings, "InputFieldName", "DateInput"))
    form = settings.one("FormatString").value
    if not form.strip():
        raise NotConvertible("it reads dates of any form that its culture knows", "Name the form of the dates.")
    kind = _type(context, "DateTime")
    if kind == "time":
        raise NotConvertible("it reads a time of day without a date", "Write the time's expression.")
    expression = dotnet_format.read(_text_of(column), form, culture(context))
    if types.kind(kind) == "string":
        expression = f'DateTimeFormat({expression}, "%Y-%m-%d %H:%M:%S")'
    return _added(context, "Date", expression, kind)


DAYS = {
    "Now": "DateTimeNow()",
    "Today": "DateTimeToday()",
    "Yesterday": 'DateTimeAdd(DateTimeToday(), -1, "days")',
    "StartOfWeek": "WeekStart(DateTimeToday())",
    "StartOfMonth": "MonthStart(DateTimeToday())",
    "StartOfYear": "YearStart(DateTimeToday())",
    "PreviousMonthEnd": 'DateTimeAdd(MonthStart(DateTimeToday()), -1, "days")',
    "PreviousYearEnd": 'DateTimeAdd(YearStart(DateTimeToday()), -1, "days")',
}
"""What the input gives, as an expression; its weeks begin on Sunday."""


def date_input(context: StepContext) -> Outcome:
    """One row with a date that depends on the day of the run."""
    chosen = stated(context.settings, "DateToReturn", "Today")
    if chosen not in DAYS:
        raise NotConvertible(f"the date '{chosen}' is not known", "Write the date's expression.")
    kind = _type(context, "DateTime")
    if kind == "time":
        raise NotConvertible("it gives a time of day without a date", "Write the time's expression.")
    source: Node = {
        "id": context.ids.new(f"{context.name} row"),
        "type": "source",
        "connector": "inline",
        "config": {"rows": [[1]]},
        "columns": [{"name": "row", "type": "integer"}],
        "origin": context.origin(),
    }
    given = Relation(source["id"], (Column("row", "integer"),))
    expression = DAYS[chosen]
    if types.kind(kind) == "string":
        expression = f'DateTimeFormat(ToDateTime({expression}), "%Y-%m-%d %H:%M:%S")'
    name = column_name(stated(context.settings, "OutputFieldName", "Date"))
    value = context.expression(expression, f"Field {name}", context.scope(given), target=kind).sql
    node, relation = frame.project(context, given, [(Column(name, kind), value)])
    return Outcome("sql_expression", 1.0, (source, node), {"": relation})


HASHES = {
    "MD5": {"": "UPPER(MD5({s}))"},
    "SHA256": {
        "duckdb": "UPPER(SHA256({s}))",
        "postgresql": "UPPER(ENCODE(SHA256(CONVERT_TO({s}, 'UTF8')), 'hex'))",
        "snowflake": "UPPER(SHA2({s}, 256))",
    },
}
"""Hashes of a text's UTF-8 bytes in hexadecimal digits, by method and dialect; "" stands for every other dialect."""


def hashed(context: StepContext) -> Outcome:
    """The hash of a text in upper case."""
    method, given = stated(context.settings, "HashAlgorithm", "MD5"), context.input()
    known = HASHES.get(method, {})
    template = known.get(context.dialect, known.get(""))
    if template is None:
        raise NotConvertible(
            f"the hash {method} is no function of {context.dialect}", "Use a function of the database at hand for it."
        )
    field = frame.find(given, stated(context.settings, "InputFieldName"))
    name = column_name(stated(context.settings, "OutputFieldName", "HashValue"))
    kept = [column for column in frame.visible(given) if column.name.lower() != name.lower()]
    value = template.format(s=frame.identifier(context, field.name))
    columns = [*frame.kept(context, kept), (Column(name, "varchar(256)"), value)]
    node, relation = frame.project(context, given, columns)
    return Outcome("sql_expression", 1.0, (node,), {"": relation})


def sort_with_culture(context: StepContext) -> Outcome:
    """Rows by a text, in a culture's order of letters; without case where that is wanted."""
    given, settings = context.input(), context.settings
    column = frame.find(given, stated(settings, "SortField", "ToSort"))
    context.warn("Texts are sorted in a culture's order; here by their characters.", confidence=frame.UNSURE)
    if stated(settings, "IgnoreCase").lower() == "true":
        context.warn("Case is not ignored here where texts are sorted.", confidence=frame.UNSURE)
    keys = [frame.key(column.name)]
    node, relation = frame.same_rows(context, "sql_order_by", {"order_by": keys}, given)
    nodes = [node]
    if frame.order_is_read(context):
        ties = [{"column": frame.order_column(given)}] if given.order else []
        node, relation = frame.numbered(context, relation, [*keys, *ties])
        nodes.append(node)
    return Outcome("sql_order_by", 1.0, tuple(nodes), {"": relation})


def circuit_breaker(context: StepContext) -> Outcome:
    """The rows of Input, if none arrive at Breaker; otherwise none."""
    given, breaker = context.input("Input"), context.input("Breaker")
    count = Column(unique("rows that break", {column.name.lower() for column in given.columns}), "bigint")
    counted = context.node(
        "sql_group_by", {"columns": [column_of(count, "COUNT(*)")]}, [breaker.ref], name=f"{context.name} breaker"
    )
    kept = frame.kept(context, given.columns, "l.")
    config = {
        "left": given.ref,
        "right": counted["id"],
        "columns": [column_of(*each) for each in (*kept, (count, frame.identifier(context, count.name, "r.")))],
    }
    beside = context.node("append", config, list(dict.fromkeys((given.ref, counted["id"]))))
    both = Relation(beside["id"], (*given.columns, count), order=given.order)
    condition = f"{frame.identifier(context, count.name)} = 0"
    closed, relation = frame.same_rows(context, "sql_where", {"condition": condition}, both)
    shown = frame.kept(context, frame.visible(given))
    node, relation = frame.project(context, relation, shown)
    return Outcome("sql_where", 1.0, (counted, beside, closed, node), {"": relation})


def grouped_record_id(context: StepContext) -> Outcome:
    """The rows sorted by groups and further fields, numbered within each group; the number is the last column."""
    settings, nodes = context.settings, list[Node]()
    given = context.input()
    groups, sorted_by, descending = (
        [frame.find(given, name).name for name in frame.listed(settings.text(each)) if name]
        for each in ("GroupingFields", "SortingFields", "DescendingFields")
    )
    keys = [frame.key(name, descending=name in descending) for name in dict.fromkeys((*groups, *sorted_by))]
    given = ordered(context, nodes, given, "The number of a row among rows whose fields are equal")
    start = stated(settings, "StartingValue", "1")
    if not start.lstrip("-").isdecimal():
        raise NotConvertible(f"its first number, '{start}', is no number", "Write the first number.")
    name = unique(
        column_name(stated(settings, "FieldName", "RecordID")), {column.name.lower() for column in given.columns}
    )
    stated_type, size = stated(settings, "FieldType", "Int32"), stated(settings, "StringSize", "1")
    kind = types.canonical(*declared(stated_type, size)) or "integer"
    number = Column(name, "bigint" if types.kind(kind) == "string" else kind)
    order = [*keys, {"column": frame.order_column(given)}]
    config: dict[str, Any] = {
        "columns": [{"name": name, "property": "nextval", "type": number.type}],
        "start": int(start),
        "order_by": order,
        **({"partition_by": groups} if groups else {}),
    }
    nodes.append(context.node("sequence_generator", config, [given.ref]))
    relation = Relation(nodes[-1]["id"], (*given.columns, number), order=given.order)
    if types.kind(kind) == "string":
        relation = _as_text(context, nodes, relation, Column(name, kind), is_filled=not stated_type.startswith("V_"))
    if keys and frame.order_is_read(context):
        node, relation = frame.numbered(context, _unordered(relation), order)
        nodes.append(node)
    return Outcome("sequence_generator", 1.0, tuple(nodes), {"": relation})


def _as_text(context: StepContext, nodes: list[Node], given: Relation, column: Column, *, is_filled: bool) -> Relation:
    """The number as a text; one of a fixed length is filled with zeros."""
    text = f"CAST({frame.identifier(context, column.name)} AS VARCHAR(20))"
    length = types.text_length(column.type)
    value = f"CASE WHEN LENGTH({text}) < {length} THEN LPAD({text}, {length}, '0') ELSE {text} END"
    rest = frame.kept(context, (each for each in frame.visible(given) if each.name != column.name))
    node, relation = frame.project(
        context, given, [*rest, (column, value if is_filled and length else text)], name=f"{context.name} field"
    )
    nodes.append(node)
    return relation


def _unordered(given: Relation) -> Relation:
    return Relation(given.ref, given.columns)


TOOLS: dict[str, tuple[float, Callable[[StepContext], Outcome]]] = {
    "GroupedRecordID": (0.9, grouped_record_id),
    "StringFormatter": (0.9, string_formatter),
    "NumberParser": (0.84, number_parser),
    "DateTimeParser": (0.84, date_parser),
    "DateTimeInput": (0.9, date_input),
    "HashCodeGenerator": (0.9, hashed),
    "SortWithCulture": (0.79, sort_with_culture),
    "CircuitBreaker": (0.9, circuit_breaker),
    "OmniBusRegex": (0.84, text.regex),  # the tool's own RegEx with another window
}
"""Kind of tool → the highest confidence of its rule, and the rule."""
