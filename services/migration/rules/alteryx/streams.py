"""In-DB tools that take rows into a database and out of it. Source: Designer Help, "In-Database"."""

from __future__ import annotations

from services.migration.rules.alteryx import frame, inputs, outputs
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.steps.context import StepContext

COUNTS = ("N", "NumRecords", "NumRows", "RecordCount", "Records", "Rows", "SampleSize", "Number", "Value")
PERCENT = ("UsePercent", "IsPercent", "Percent", "SampleType", "Mode", "SampleMode", "Type")


def stream_in(context: StepContext) -> Outcome:
    """Rows go into a table of the database: a temporary one is no more than the rows; another is written as well."""
    given, settings = context.input(), context.settings
    stated = next((found for tag in outputs.CREATION if (found := settings.text(tag).lower())), "")
    table = settings.text("TableName") or settings.text("Table")
    if not table or "temp" in stated:
        return Outcome("sql_expression", 1.0, (), dict.fromkeys(context.wanted or {""}, given))
    return outputs.in_db_write(context)


def stream_out(context: StepContext) -> Outcome:
    """The rows themselves, sorted where the tool sorts them first."""
    given, stated = context.input(), context.settings.one("Sort")
    keys = [
        frame.key(frame.find(given, each.get("field")).name, descending=each.get("order").lower().startswith("desc"))
        for each in stated.all("SortInfo", "Field")
    ]
    if not keys or stated.get("value", "True").lower() == "false":
        return Outcome("sql_expression", 1.0, (), {"": given})
    context.warn("The database sorts the rows; where it puts nulls is its own.", confidence=frame.UNSURE)
    node, relation = frame.same_rows(context, "sql_order_by", {"order_by": keys}, given)
    nodes = [node]
    if frame.order_is_read(context):
        number, relation = frame.numbered(context, relation, keys)
        nodes.append(number)
    return Outcome("sql_order_by", 1.0, tuple(nodes), {"": relation})


def sample(context: StepContext) -> Outcome:
    """The first rows that the database gives, or a share of them."""
    given, settings = context.input(), context.settings
    count = next((text for tag in COUNTS if (text := settings.text(tag)).isdecimal()), "")
    if not count or len(count) > 9:
        raise NotConvertible("it does not say how many rows it takes", "Write the number of rows.")
    shares = " ".join(settings.text(tag) + settings.one(tag).get("value") for tag in PERCENT).lower()
    if "percent" in shares or "true" in shares:
        context.warn("A share of the rows is taken by chance, here with a fixed seed.", confidence=frame.UNSURE)
        config = {"method": "random_percent", "percent": min(int(count), 100), "seed": 1}
        node, relation = frame.same_rows(context, "sample", config, given)
        return Outcome("sample", 1.0, (node,), {"": relation})
    row = frame.order_column(given)
    order = {"order_by": [{"column": row}]} if row else {}
    context.warn("Which rows are the first is the database's own.", confidence=frame.UNSURE)
    node, relation = frame.same_rows(context, "limit", {"method": "first", "rows": int(count), **order}, given)
    return Outcome("limit", 1.0, (node,), {"": relation})


def macro_input(context: StepContext) -> Outcome:
    """An In-DB macro's input: what it was designed with stands for what its caller gives."""
    context.warn(
        "The rows are those of the macro's template; give those of the caller when it runs.", confidence=inputs.TEMPLATE
    )
    return inputs.in_db_input(context)
