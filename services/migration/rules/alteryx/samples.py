"""Random samples: the macros Random % Sample, Create Samples and Oversample Field.

What they take by chance is other rows here, of the same number, and the same in every run.
Source: Designer Help, pages of these names; the names of the choices as real workflows have them.
"""

from __future__ import annotations

from typing import Any

from services.migration.rules.alteryx import frame
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

CHANCE = "Its rows are taken by chance; here they are others, of a fixed choice."
SCATTER, MODULUS = 1_103_515_245, 2_147_483_647
"""A row's number times the first, modulo the second, is its lot: both are prime to each other, so no two are alike."""
PLACE, TOTAL, MEMBER = (Column(f"{frame.PROVEN}_{name}", frame.ROW_TYPE) for name in ("place", "all", "member"))
ESTIMATION, VALIDATION, HOLDOUT = "Estimation", "Validation", "Holdout"


def random_records(context: StepContext) -> Outcome:
    """So many rows, or a share of them."""
    told = frame.answers(context)
    if frame.is_on(told, "Number"):
        config: dict[str, Any] = {"method": "random_rows", "rows": _whole(told, "NNumber")}
    elif frame.is_on(told, "Percent"):
        config = {"method": "random_percent", "percent": min(_whole(told, "NPercent"), 100)}
        context.warn("Each row is taken with that chance, so that their number may differ a little.")
    else:
        raise NotConvertible("its choices are not those of the macro that is known", "Write the sample by hand.")
    config["seed"] = _whole(told, "Seed") if frame.is_on(told, "Deterministic") else 1
    context.warn(CHANCE, confidence=frame.UNSURE)
    node, relation = frame.same_rows(context, "sample", config, context.input())
    return Outcome("sample", 1.0, (node,), {"": relation})


def create_samples(context: StepContext) -> Outcome:
    """Shares of the rows for estimation and validation, each rounded up, and the rest as the holdout."""
    told = frame.answers(context)
    first, second = _whole(told, "estimation pct"), _whole(told, "validation pct")
    if first + second > 100:
        raise NotConvertible(f"its samples are {first} % and {second} % of the rows", "Write shares of at most 100 %.")
    given, nodes = context.input(), list[Node]()
    placed = _drawn(context, nodes, given, _whole(told, "rand seed"))
    place, total = (frame.identifier(context, each.name) for each in (PLACE, TOTAL))
    branches = [
        {"port": port, "condition": f"({place} - 1) * 100 < {total} * {share}"}
        for port, share in ((ESTIMATION, first), (VALIDATION, first + second))
    ]
    config = {"match": "first", "branches": branches, "default": HOLDOUT}
    branch = context.node("conditional_branch", config, [placed.ref])
    nodes.append(branch)
    outputs: dict[str, Relation] = {}
    for port in sorted(context.wanted) or [ESTIMATION]:
        side = Relation(f"{branch['id']}.{port}", placed.columns, order=placed.order)
        node, outputs[port] = frame.project(
            context, side, frame.kept(context, frame.visible(given)), name=f"{context.name} {port}"
        )
        nodes.append(node)
    context.warn(CHANCE, confidence=frame.UNSURE)
    return Outcome("conditional_branch", 1.0, tuple(nodes), outputs)


def oversample(context: StepContext) -> Outcome:
    """Every row that holds a value, and so many of the others that it has the share that is wanted."""
    told = frame.answers(context)
    share = _whole(told, "Desired_Pct")
    if not 0 < share <= 100:
        raise NotConvertible(f"the share of its value, {share} %, is none", "Write a share from 1 to 100 %.")
    given, nodes = context.input(), list[Node]()
    column = frame.find(given, told.get("Selected_Field", ""))
    value = told.get("Oversample_Value", "").replace('"', '""')
    test = context.expression(f'ToString([{column.name}]) = "{value}"', "Value", context.scope(given), condition=True)
    placed = _drawn(context, nodes, given, 1, f"CASE WHEN {test.sql} THEN 1 ELSE 0 END")
    place, total, member = (frame.identifier(context, each.name) for each in (PLACE, TOTAL, MEMBER))
    condition = f"{member} = 1 OR {place} * {share} <= {total} * {100 - share}"
    node, relation = frame.same_rows(context, "sql_where", {"condition": condition}, placed)
    last, relation = frame.project(context, relation, frame.kept(context, frame.visible(given)))
    context.warn(CHANCE, confidence=frame.UNSURE)
    return Outcome("sql_where", 1.0, (*nodes, node, last), {"": relation})


def _drawn(context: StepContext, nodes: list[Node], given: Relation, seed: int, member: str = "") -> Relation:
    """The rows with their place in a shuffled order, and their number; adds to `nodes`.

    `member`: an expression that is 1 or 0. Its two kinds of rows are then placed apart, and those of 1 are counted.
    """
    if not given.order:
        node, given = frame.numbered(context, given, (), proven=False)
        nodes.append(node)
    shown = frame.kept(context, frame.visible(given))
    row = frame.identifier(context, frame.order_column(given))
    lot = f"MOD(({row} + {seed * 1009}) * {SCATTER}, {MODULUS})"
    within = f"PARTITION BY {member} " if member else ""
    extra = [
        (PLACE, f"ROW_NUMBER() OVER ({within}ORDER BY {lot}, {row})"),
        (TOTAL, f"SUM({member}) OVER ()" if member else "COUNT(*) OVER ()"),
        *([(MEMBER, member)] if member else []),
    ]
    node, relation = frame.project(context, given, [*shown, *extra], name=f"{context.name} drawn")
    nodes.append(node)
    return relation


def _whole(told: dict[str, str], name: str) -> int:
    """An answer as a whole number. Raises NotConvertible where it is none."""
    text = told.get(name, "").partition(".")[0]
    if not text.isdecimal():
        raise NotConvertible(f"its choice '{name}', '{told.get(name, '')}', is no number", "Write the number.")
    return int(text)
