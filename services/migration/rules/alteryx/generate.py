"""Generate Rows, where the number of rows is known beforehand. Source: Designer Help, "Generate Rows"."""

from __future__ import annotations

import re
from decimal import Decimal

from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import frame, values
from services.migration.rules.context import Node, NotConvertible, Outcome, Scope
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, typed
from services.migration.rules.relation import Column, Relation, SortKey
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

NUMBER = r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?"
INITIAL = re.compile(rf"\s*({NUMBER})\s*")
MOST = 10_000
"""Rows that are written out; the tool itself asks at a hundred million."""
BLOCK = 1_000
BOUND = 1_000
"""Rows tried for each incoming row where the bound is a field."""


def convert(context: StepContext) -> Outcome:
    settings = context.settings
    if settings.one("UpdateField").get("value").lower() == "true":
        raise NotConvertible("it changes a field row by row", "Write the rows as a recursive query.")
    name = column_name(settings.text("CreateField_Name") or "RowCount")
    kind = types.canonical(*declared(settings.text("CreateField_Type"), settings.text("CreateField_Size"))) or "integer"
    column = Column(name, kind)
    start, step = _counting(context, name)
    condition = settings.one("Expression_Cond").value
    given = next(iter(context.arrivals()), None)
    last = _last(condition, name, step)
    if last is not None:
        count = int((last - start) // step) + 1 if (last - start) * step >= 0 else 0
        if MOST < count <= BLOCK * BLOCK:
            made = _blocks(context, column, (start, step), count)
            return _appended(context, given, column, made) if given else made
        if count > MOST:
            raise NotConvertible(
                f"it makes {count} rows, more than {MOST} that can be written out",
                "Read a calendar or a table of numbers.",
            )
        numbers = [start + step * place for place in range(count)]
        return _beside(context, given, column, numbers) if given else _alone(context, column, numbers)
    if given is None:
        raise NotConvertible("its condition does not bound a count by a number", "Write the rows as a query.")
    context.warn(f"At most {BOUND} rows are made for each incoming row.", confidence=frame.UNSURE)
    made = _beside(context, given, column, [start + step * place for place in range(BOUND)])
    relation = made.outputs[""]
    scope = context.scope(relation)
    predicate = context.expression(condition, "Condition", Scope(scope.references, scope.types), condition=True).sql
    node, relation = frame.same_rows(context, "sql_where", {"condition": predicate}, relation)
    return Outcome("append", 1.0, (*made.nodes, node), {"": relation})


def _counting(context: StepContext, name: str) -> tuple[Decimal, Decimal]:
    """First number and step of a loop `x + step`. Raises NotConvertible for any other loop."""
    first = INITIAL.fullmatch(context.settings.one("Expression_Init").value)
    field = rf"\[?{re.escape(name)}\]?"
    loop = re.fullmatch(
        rf"\s*{field}\s*([+-])\s*({NUMBER})\s*", context.settings.one("Expression_Loop").value, re.IGNORECASE
    )
    if not first or not loop or Decimal(loop[2]) == 0:
        raise NotConvertible(
            "its loop is not a count from a number by a number", "Write the rows as a recursive query."
        )
    return Decimal(first[1]), Decimal(loop[2]) * (1 if loop[1] == "+" else -1)


def _last(condition: str, name: str, step: Decimal) -> Decimal | None:
    """The last number that `x <= 10` and its like allow; None for any other condition."""
    field = rf"\[?{re.escape(name)}\]?"
    found = re.fullmatch(rf"\s*{field}\s*(<=|<|>=|>)\s*({NUMBER})\s*", condition, re.IGNORECASE)
    if not found or found[1].startswith("<") != (step > 0):
        return None
    bound = Decimal(found[2])
    return bound if found[1].endswith("=") else bound - (Decimal(1) if step > 0 else Decimal(-1)) * Decimal("1e-9")


def _rows(context: StepContext, column: Column, numbers: list[Decimal], name: str) -> Node:
    row = Column(frame.PROVEN, frame.ROW_TYPE)
    return {
        "id": context.ids.new(name),
        "type": "source",
        "connector": "inline",
        "config": {
            "rows": [[values.value(f"{number:f}", column.type), place] for place, number in enumerate(numbers, 1)]
        },
        "columns": [typed(column), typed(row)],
        "origin": context.origin(),
    }


def _blocks(context: StepContext, column: Column, counting: tuple[Decimal, Decimal], count: int) -> Outcome:
    """Many rows as two lists of numbers, every one of the first beside every one of the second."""
    start, step = counting
    ones = _rows(context, Column("n", "bigint"), [Decimal(place) for place in range(BLOCK)], f"{context.name} ones")
    blocks = range(-(-count // BLOCK))
    tens = _rows(context, Column("n", "bigint"), [Decimal(place * BLOCK) for place in blocks], f"{context.name} blocks")
    row = Column(frame.PROVEN, frame.ROW_TYPE)
    number = frame.identifier(context, "n", "l.") + " + " + frame.identifier(context, "n", "r.")
    columns = [(column, f"{start} + {step} * ({number})"), (row, f"{number} + 1")]
    config = {"left": tens["id"], "right": ones["id"], "columns": [computed(*each) for each in columns]}
    node = context.node("append", config, [tens["id"], ones["id"]])
    relation = Relation(node["id"], (column, row), order=(SortKey(frame.PROVEN),))
    test, relation = frame.same_rows(
        context, "sql_where", {"condition": f"{frame.identifier(context, row.name)} <= {count}"}, relation
    )
    return Outcome("append", 1.0, (ones, tens, node, test), {"": relation})


def _alone(context: StepContext, column: Column, numbers: list[Decimal]) -> Outcome:
    node = _rows(context, column, numbers, context.name)
    relation = Relation(node["id"], (column, Column(frame.PROVEN, frame.ROW_TYPE)), order=(SortKey(frame.PROVEN),))
    return Outcome("source", 1.0, (node,), {"": relation})


def _beside(context: StepContext, given: Relation, column: Column, numbers: list[Decimal]) -> Outcome:
    """Every number beside every incoming row."""
    rows = _rows(context, column, numbers, f"{context.name} numbers")
    columns = (column, Column(frame.PROVEN, frame.ROW_TYPE))
    return _appended(context, given, column, Outcome("source", 1.0, (rows,), {"": Relation(rows["id"], columns)}))


def _appended(context: StepContext, given: Relation, column: Column, made: Outcome) -> Outcome:
    numbers = made.outputs[""]
    own = f"{frame.PROVEN}_place"
    columns = [*frame.kept(context, given.columns, "l."), (column, frame.identifier(context, column.name, "r."))]
    columns.append((Column(own, frame.ROW_TYPE), frame.identifier(context, frame.PROVEN, "r.")))
    config = {"left": given.ref, "right": numbers.ref, "columns": [computed(*each) for each in columns]}
    node = context.node("append", config, [given.ref, numbers.ref])
    relation = Relation(node["id"], tuple(each for each, _ in columns), order=given.order)
    nodes = [*made.nodes, node]
    if frame.order_is_read(context):
        row = frame.order_column(given)
        keys = [*([{"column": row}] if row else []), {"column": own}]
        number, relation = frame.numbered(context, relation, keys, proven=row.startswith(frame.PROVEN))
        nodes.append(number)
    return Outcome("append", 1.0, tuple(nodes), {"": relation})
