"""The loops of Generate Rows that add the same each time: what a row holds by its place. Source: Designer Help."""

from __future__ import annotations

import re
from decimal import Decimal

from services.migration.expressions.alteryx.grammar import parse
from services.migration.expressions.errors import ExpressionError
from services.migration.expressions.nodes import Call, Name, Node, Operation, walk
from services.migration.rules.alteryx import frame
from services.migration.rules.context import NotConvertible
from services.migration.rules.relation import Column
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

NUMBER = r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?"
FAR = 366
"""The longest step by which so many rows are tried; by longer ones, and by months, a block of them."""
BOUNDS = {True: ("<", "<="), False: (">", ">=")}
WHOLE_DAYS = ("day", "month", "year")
FIRST_OF_MONTH = re.compile(r"DateTimeFirstOfMonth\(|DateTimeTrim\(.*,\s*[\"'](?:month|year)[\"']\s*\)$", re.IGNORECASE)
RECURSIVE = "Write the rows as a recursive query."


def of_place(context: StepContext, column: Column, place: str, *, updates: bool) -> str:
    """The value of a row by its place, an expression that counts from 0.

    Raises NotConvertible for a loop that does not simply go on.
    """
    settings = context.settings
    first, loop = settings.one("Expression_Init").value.strip(), settings.one("Expression_Loop").value
    field = rf"\[?{re.escape(column.name)}\]?"
    added = re.fullmatch(rf"\s*{field}\s*([+-])\s*({NUMBER})\s*", loop, re.IGNORECASE)
    moved = re.fullmatch(
        rf"\s*DateTimeAdd\(\s*{field}\s*,\s*()(-?[0-9]{{1,9}})\s*,\s*([\"'])(year|month|day|hour|minute|second)s?\3\s*\)\s*",
        loop,
        re.IGNORECASE,
    )
    found = added or moved
    reads_itself = re.search(rf"\[{re.escape(column.name)}\]", first, re.IGNORECASE) and not updates
    if not found or not first or reads_itself or (moved and _is_cut(context, first, moved[4])):
        raise NotConvertible("its loop does not add the same each time", RECURSIVE)
    step = Decimal(found[2]) * (-1 if found[1] == "-" else 1)
    _check_goes_on(settings.one("Expression_Cond").value, column.name, step)
    if types.kind(column.type) != ("number" if added else "date"):
        raise NotConvertible(f"its loop can't count a field of the type {column.type}", RECURSIVE)
    if (types.is_whole(column.type) and step % 1) or (
        moved and column.type == "date" and moved[4].lower() not in WHOLE_DAYS
    ):
        raise NotConvertible("its steps are smaller than its type holds", RECURSIVE)
    away = f"{step:f} * {place}"
    return f"({first}) + ({away})" if added else f'DateTimeAdd({first}, {away}, "{found[4].lower()}s")'


def _is_cut(context: StepContext, first: str, unit: str) -> bool:
    """Whether months from a day on are cut to a short one's last day, from which the original's loop goes on."""
    if unit.lower() not in ("month", "year") or FIRST_OF_MONTH.match(first):
        return False
    written = re.fullmatch(r"[\"'][0-9]{4}-[0-9]{2}-([0-9]{2})[^\"']*[\"']", first)
    if written is None:
        context.warn(
            "From a day after the 28th on, days after a short month may differ: the original stays at its last day.",
            confidence=frame.UNSURE,
        )
    return written is not None and int(written[1]) > 28


def _check_goes_on(condition: str, name: str, step: Decimal) -> None:
    """Rows after the first that fails all fail: it compares the field with what does not depend on it."""
    try:
        tree = parse(condition)
    except ExpressionError as error:
        raise NotConvertible(f"Condition: {error}", RECURSIVE) from None
    if not step or not _ends(tree, name.lower(), upwards=step > 0):
        raise NotConvertible("its condition is no bound that the loop comes to", RECURSIVE)


def _ends(node: Node, name: str, *, upwards: bool) -> bool:
    """Whether a condition that has failed fails from then on, as the field grows or becomes less."""
    if not isinstance(node, Operation):
        return False
    if set(node.operators) == {"AND"}:
        return all(_ends(each, name, upwards=upwards) for each in node.operands)
    if len(node.operands) != 2:
        return False
    left, right = node.operands
    if _grows_with(right, name):
        left, right, upwards = right, left, not upwards
    return _grows_with(left, name) and not _reads(right, name) and node.operators[0] in BOUNDS[upwards]


def _grows_with(node: Node, name: str) -> bool:
    """Whether a value is the field itself, or the time that has passed up to it."""
    if isinstance(node, Call) and node.name == "DATETIMEDIFF" and node.arguments:
        first, *others = node.arguments
        return _grows_with(first, name) and not any(_reads(each, name) for each in others)
    return isinstance(node, Name) and node.value.lower() == name


def _reads(node: Node, name: str) -> bool:
    return any(isinstance(each, Name) and each.value.lower() == name for each in walk(node))


def goes_far(context: StepContext, column: Column) -> bool:
    """Whether the values of many places are sure to be values of the column's type."""
    loop = context.settings.one("Expression_Loop").value
    step = re.search(NUMBER, re.sub(rf"\[?{re.escape(column.name)}\]?", "", loop, flags=re.IGNORECASE))
    by_years = re.search(r"month|year", loop, re.IGNORECASE)
    return step is not None and abs(Decimal(step[0])) <= FAR and not by_years
