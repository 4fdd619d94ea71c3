"""Generate Rows, where the number of rows is known beforehand. Source: Designer Help, "Generate Rows"."""

from __future__ import annotations

import re
from decimal import Decimal

from services.migration.ast import Setting
from services.migration.parsers.alteryx.evaluate import NotEvaluated, evaluate, is_true
from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import frame, values
from services.migration.rules.alteryx.generate_loops import NUMBER, goes_far, of_place
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, typed
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

INITIAL = re.compile(rf"\s*({NUMBER})\s*")
MOST = 10_000
"""Rows that are written out; the tool itself asks at a hundred million."""
BLOCK = 1_000
LONGEST = 100_000
"""Rows tried where the bound is an expression: days of 270 years."""
PLAYED = 1_000
"""Rows of a loop over numbers that is gone through at the conversion."""


def convert(context: StepContext) -> Outcome:
    settings = context.settings
    given = next(iter(context.arrivals()), None)
    if settings.one("UpdateField").get("value").lower() == "true":
        if given is None:
            raise NotConvertible("nothing is connected to its input", "Connect the step or remove it.")
        return _by_expression(context, frame.find(given, settings.text("UpdateField_Name")), given, updates=True)
    name = column_name(settings.text("CreateField_Name") or "RowCount")
    kind = types.canonical(*declared(settings.text("CreateField_Type"), settings.text("CreateField_Size"))) or "integer"
    column = Column(name, kind)
    if given and name.lower() in {each.name.lower() for each in given.columns}:
        raise NotConvertible(f"a field {name} arrives already", "Choose another name for the field that it makes.")
    condition = settings.one("Expression_Cond").value
    counting = _counting(context, name)
    last = _last(condition, name, counting[1]) if counting else None
    if counting is None or last is None:
        played = _played(settings, column)
        if played is None:
            return _by_expression(context, column, given)
        return _beside(context, given, column, played) if given else _alone(context, column, played)
    start, step = counting
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


def _played(settings: Setting, column: Column) -> list[Decimal] | None:
    """The numbers of a loop that reads nothing but itself, gone through here; None for any other or a long one."""
    if types.kind(column.type) != "number":
        return None
    first, condition, loop = (settings.one(f"Expression_{part}").value for part in ("Init", "Cond", "Loop"))
    found: list[Decimal] = []
    try:
        current = float(evaluate(first, {}))
        while is_true(condition, {column.name.lower(): current}):
            if len(found) == PLAYED or (types.is_whole(column.type) and not current.is_integer()):
                return None
            found.append(Decimal(repr(current)))
            current = float(evaluate(loop, {column.name.lower(): current}))
    except (NotEvaluated, ValueError, OverflowError):
        return None
    return found


def _by_expression(context: StepContext, column: Column, given: Relation | None, *, updates: bool = False) -> Outcome:
    """Rows counted out and worked out each by its place, as far as the condition lets them through."""
    taken = {each.name.lower() for each in (given.columns if given else ())} | {column.name.lower()}
    count, block = Column(unique("loop", taken), "bigint"), Column(unique("block", taken), "bigint")
    place, dropped, most = f"[{count.name}]", {count.name}, BLOCK
    nodes: tuple[Node, ...] = ()
    if given is None:
        made, most = _blocks(context, count, (Decimal(0), Decimal(1)), LONGEST), LONGEST
    elif goes_far(context, column):
        began = _begun(context, column, given, block, updates=updates)
        nodes, given, most = began.nodes, began.outputs[""], LONGEST
        made = _beside(context, given, count, [Decimal(place) for place in range(BLOCK)])
        place, dropped = f"([{block.name}] + [{count.name}])", {count.name, block.name}
    else:
        made = _beside(context, given, count, [Decimal(place) for place in range(BLOCK)])
    text = of_place(context, column, place, updates=updates)
    beside = " for each incoming row" if given else ""
    context.warn(f"At most {most} rows are made{beside}.", confidence=frame.UNSURE)
    relation = made.outputs[""]
    value = context.expression(text, "Rows", context.scope(relation), target=column.type).sql
    held = frame.kept(context, (each for each in frame.visible(relation) if each.name not in dropped))
    own = (column, value)
    chosen = [own if updates and each[0].name == column.name else each for each in held]
    node, relation = frame.project(context, relation, chosen if updates else [*held, own])
    condition = context.settings.one("Expression_Cond").value
    predicate = context.expression(condition, "Condition", context.scope(relation), condition=True).sql
    test, relation = frame.same_rows(context, "sql_where", {"condition": predicate}, relation)
    return Outcome("append", 1.0, (*nodes, *made.nodes, node, test), {"": relation})


def _begun(context: StepContext, column: Column, given: Relation, block: Column, *, updates: bool) -> Outcome:
    """The rows, once for each thousand of places whose first the condition lets through: after it none would be."""
    made = _beside(context, given, block, [Decimal(start) for start in range(0, LONGEST, BLOCK)])
    relation = made.outputs[""]
    wide = "bigint" if types.is_whole(column.type) else column.type
    first = Column(frame.hidden(relation, "first"), wide)
    text = of_place(context, column, f"[{block.name}]", updates=updates)
    value = context.expression(text, "Rows", context.scope(relation), target=wide).sql
    shown = frame.kept(context, frame.visible(relation))
    node, relation = frame.project(context, relation, [*shown, (first, value)], name=f"{context.name} thousands")
    scope = context.scope(relation)
    scope.references[column.name] = frame.identifier(context, first.name)
    scope.types[column.name] = first.type
    condition = context.settings.one("Expression_Cond").value
    predicate = context.expression(condition, "Condition", scope, condition=True).sql
    test, relation = frame.same_rows(context, "sql_where", {"condition": predicate}, relation)
    last, relation = frame.project(context, relation, shown, name=f"{context.name} begun")
    return Outcome("append", 1.0, (*made.nodes, node, test, last), {"": relation})


def _counting(context: StepContext, name: str) -> tuple[Decimal, Decimal] | None:
    """First number and step of a loop `x + step`; None for any other loop."""
    first = INITIAL.fullmatch(context.settings.one("Expression_Init").value)
    field = rf"\[?{re.escape(name)}\]?"
    loop = re.fullmatch(
        rf"\s*{field}\s*([+-])\s*({NUMBER})\s*", context.settings.one("Expression_Loop").value, re.IGNORECASE
    )
    if not first or not loop or Decimal(loop[2]) == 0:
        return None
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
    columns = [(column, f"{start:f} + {step:f} * ({number})"), (row, f"{number} + 1")]
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
    own = frame.hidden(given, "place")
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
