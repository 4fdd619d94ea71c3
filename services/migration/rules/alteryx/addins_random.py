"""Random numbers and hexagons of the OmniBus add-ins. Source: see `addins`."""

from __future__ import annotations

from collections.abc import Callable

from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import frame
from services.migration.rules.alteryx.addins import stated
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.formula import Assignment, computed
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

CHANCE = 0.79
"""Confidence of numbers that no run gives twice: a person has to look."""
NORMAL = "({average} + {deviation} * Sqrt(-2 * Log(1 - [{first}])) * Cos(2 * Pi() * [{second}]))"
"""Of two numbers from 0 to 1 one that is distributed normally. Source: G. Box, M. Muller, 1958."""
TRIANGLE = (
    "IIF([{first}] * ({most} - {least}) < {average} - {least}, "
    "{least} + Sqrt([{first}] * ({most} - {least}) * ({average} - {least})), "
    "{most} - Sqrt((1 - [{first}]) * ({most} - {least}) * ({most} - {average})))"
)
DISTRIBUTIONS = {
    "Uniform": "[{first}] * ({most} - {least}) + {least}",
    "Triangular": TRIANGLE,
    "Normal": NORMAL,
    "LogNormal": f"Exp{NORMAL}",
}
"""Distributions as expressions of evenly distributed numbers from 0 to 1, which stand in fields of their own."""
BOUNDS = {"least": ("Minimum", "0"), "most": ("Maximum", "1"), "average": ("Average", "0"),
          "deviation": ("StandardDeviation", "1")}  # fmt: skip  # a table


def random_number(context: StepContext) -> Outcome:
    """A field of random numbers; others than the original's, of the same distribution."""
    settings = context.settings
    given = context.input()
    chosen = stated(settings, "Distribution") or stated(settings, "RandomNumberDistribution", "Uniform")
    if chosen not in DISTRIBUTIONS:
        raise NotConvertible(f"the distribution '{chosen}' is not known", "Write its expression.")
    bounds = {name: _number(stated(settings, *where)) for name, where in BOUNDS.items()}
    context.warn(
        "The numbers are random: others than the original's in every run, of the same distribution.", confidence=CHANCE
    )
    taken = {column.name.lower() for column in given.columns}
    drawn = [Column(unique(name, taken), "double") for name in ("first chance", "second chance")]
    chance = context.expression("Rand()", "Random", context.scope(given), target="double").sql
    shown = frame.kept(context, frame.visible(given))
    first, relation = frame.project(
        context, given, [*shown, *((column, chance) for column in drawn)], name=f"{context.name} chance"
    )
    names = {"first": drawn[0].name, "second": drawn[1].name}
    kind = types.canonical(*declared(stated(settings, "OutputType", "Double"))) or "double"
    name = column_name(stated(settings, "OutputFieldName", "Random"))
    text = DISTRIBUTIONS[chosen].format(**bounds, **names)
    made = computed(context, [Assignment(name, text, kind)], given=relation)
    return _without(context, [first, *made.nodes], made.outputs[""], {column.name for column in drawn})


def _number(text: str) -> str:
    """Raises NotConvertible for what is no number."""
    try:
        value = float(text)
    except ValueError:
        raise NotConvertible(f"its bound '{text[:40]}' is no number", "Write the number.") from None
    return f"({value!r})" if value < 0 else repr(value)


def _without(context: StepContext, nodes: list[Node], given: Relation, names: set[str]) -> Outcome:
    """The rows without the fields that only helped."""
    columns = [column for column in frame.visible(given) if column.name not in names]
    node, relation = frame.project(context, given, frame.kept(context, columns), name=f"{context.name} field")
    return Outcome("sql_expression", 1.0, (*nodes, node), {"": relation})


def hex_bin(context: StepContext) -> Outcome:
    """The middle of the hexagon that a point lies in."""
    settings, given = context.settings, context.input()
    x, y = (frame.find(given, stated(settings, f"InputPoint{axis}FieldName")).name for axis in "XY")
    radius = _number(stated(settings, "Radius", "1"))
    names = [column_name(stated(settings, f"OutputBin{axis}FieldName", f"HexBin{axis}")) for axis in "XY"]
    made = [
        Assignment(name, f"HexBin{axis}([{x}], [{y}], {radius})", "double")
        for name, axis in zip(names, "XY", strict=True)
    ]
    context.warn("A point that lies exactly between two hexagons may fall into the other one.", confidence=0.84)
    return computed(context, made, sequential=False)


TOOLS: dict[str, tuple[float, Callable[[StepContext], Outcome]]] = {
    "RandomNumber": (CHANCE, random_number),
    "HexBin": (0.84, hex_bin),
}
"""Kind of tool → the highest confidence of its rule, and the rule."""
