"""Distributions held against an expected one: Kullback-Leibler divergence and Pearson's chi-square test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlglot import exp

from services.copilot.quality.compiling.building import Builder, added, counted, filled, number
from services.copilot.quality.compiling.rows import finite, its_column
from services.copilot.quality.compiling.tables import TableCheck
from services.copilot.quality.rule import RefusedRuleError, Rule, share

_TOLERANCE = 1e-9  # equal distributions differ by rounding


def divergence(rule: Rule, build: Builder, source: exp.Expr) -> TableCheck:
    """Σ p ln(p/q), natural logarithm, at most `max`; a value that the expected distribution rules out fails.

    `bins` (n+1 edges) or `values` (n) with n `weights`; `unseen`: the weight of all other values together. Values
    beyond the edges count as unseen. Without `max` nothing can fail.
    """
    counts, weights = _counts(rule, build)
    limit = rule.parameters.get("max")
    terms = []
    impossible = []
    for at, weight in enumerate(weights):
        seen = exp.GT(this=exp.column(f"n{at}"), expression=number(0))
        if not weight:
            impossible.append(seen)
            continue
        portion = exp.Div(this=exp.cast(exp.column(f"n{at}"), "double"), expression=exp.column("total"))
        ratio = exp.Div(this=portion.copy(), expression=number(weight))
        term = exp.Mul(this=exp.paren(portion), expression=build.fill(build.syntax.log, value=ratio))
        terms.append(exp.paren(exp.case().when(seen, term).else_(number(0))))
    select = exp.select(*counts, exp.alias_(exp.Count(this=build.column(rule.column)), "total")).from_(source)
    if limit is None:
        return TableCheck(select, None)
    above = exp.GT(this=exp.paren(added(terms)), expression=number(finite(limit, "max") + _TOLERANCE))
    nothing = exp.EQ(this=exp.column("total"), expression=number(0))
    return TableCheck(select, exp.or_(nothing, *impossible, exp.and_(_some(), above)))


def chi_square(rule: Rule, build: Builder, source: exp.Expr) -> TableCheck:
    """Pearson's test of the counts of `values` against `weights`: fails where its p-value is at most `p_value`."""
    counts, weights = _counts(rule, build)
    least = share(rule.parameters.get("p_value", 0.05), "p_value")
    terms = []
    impossible = []
    for at, weight in enumerate(weights):
        if not weight:
            impossible.append(exp.GT(this=exp.column(f"n{at}"), expression=number(0)))
            continue
        expected = exp.Mul(this=number(weight), expression=exp.column("total"))
        off = exp.paren(exp.Sub(this=exp.column(f"n{at}"), expression=expected))
        terms.append(exp.Div(this=exp.Mul(this=off, expression=off.copy()), expression=exp.paren(expected.copy())))
    degrees = sum(1 for weight in weights if weight) - 1
    if degrees < 1 or not least or least >= 1:
        raise RefusedRuleError("chi_square: give at least two values with a weight, and a p_value between 0 and 1")
    select = exp.select(*counts, exp.alias_(exp.Count(this=build.column(rule.column)), "total")).from_(source)
    above = exp.GTE(this=exp.paren(added(terms)), expression=number(round(critical(degrees, least), 9)))
    nothing = exp.EQ(this=exp.column("total"), expression=number(0))
    return TableCheck(select, exp.or_(nothing, *impossible, exp.and_(_some(), above)))


def _some() -> exp.Expr:
    return exp.GT(this=exp.column("total"), expression=number(0))


def _counts(rule: Rule, build: Builder) -> tuple[list[exp.Expr], list[float]]:
    """How many rows fall into each cell, as columns n0, n1 …, and the cells' weights; the last cell is the rest."""
    column = build.column(its_column(rule))
    weights = _weights(rule)
    edges, values = rule.parameters.get("bins"), rule.parameters.get("values")
    if (edges is None) == (values is None):
        raise RefusedRuleError("distribution: give `bins` or `values`, with `weights`")
    if values is not None:
        kind = build.family(rule.column)
        literals = [build.value(each if kind != "text" else str(each), kind) for each in values]
        cells: list[exp.Expr] = [exp.EQ(this=column.copy(), expression=each) for each in literals]
        known: exp.Expr = exp.In(this=column.copy(), expressions=[each.copy() for each in literals])
    else:
        build.measured(rule.column)
        cells = _bins(column, _edges(edges))
        known = exp.or_(*(exp.paren(each.copy()) for each in cells))
    if len(cells) != len(weights) - 1:
        raise RefusedRuleError(f"distribution: {len(cells)} cells and {len(weights) - 1} weights")
    rest = exp.and_(*filled([column]), exp.Not(this=exp.paren(known)))
    return [exp.alias_(counted(cell), f"n{at}") for at, cell in enumerate([*cells, rest])], weights


def _weights(rule: Rule) -> list[float]:
    """The weights, and that of everything else, which is last; they add up to 1."""
    given = rule.parameters.get("weights")
    if not isinstance(given, list | tuple) or not given:
        raise RefusedRuleError("weights: give a list")
    unseen = share(rule.parameters.get("unseen", 0), "unseen") or 0.0
    weights = [float(finite(each, "weights")) for each in given]
    total = sum(weights)
    if any(each < 0 for each in weights) or not 0.99 <= total + unseen <= 1.01:
        raise RefusedRuleError(f"weights: with `unseen` they add up to {total + unseen:g}, not to 1")
    return [each / (total + unseen) for each in [*weights, unseen]]


def _edges(edges: Any) -> Sequence[float]:
    found = [float(each) for each in edges]
    if len(found) < 2 or any(low >= high for low, high in pairwise(found)):
        raise RefusedRuleError("bins: give at least two edges, each greater than the one before")
    return found


def _bins(column: exp.Expr, edges: Sequence[float]) -> list[exp.Expr]:
    """[low, high) for every two edges, the last one with its upper edge."""
    cells: list[exp.Expr] = []
    for low, high in pairwise(edges):
        sides: list[exp.Expr] = []
        if math.isfinite(low):
            sides.append(exp.GTE(this=column.copy(), expression=number(low)))
        if math.isfinite(high):
            upper = exp.LTE if high == edges[-1] else exp.LT
            sides.append(upper(this=column.copy(), expression=number(high)))
        cells.append(exp.and_(*sides) if sides else exp.and_(*filled([column])))
    return cells


def critical(degrees: int, p_value: float) -> float:
    """The chi-square statistic that is exceeded with a probability of `p_value`; by bisection."""
    low, high = 0.0, degrees + 20.0 * math.sqrt(2.0 * degrees) + 100.0
    for _ in range(200):
        middle = (low + high) / 2
        if _survival(degrees / 2, middle / 2) > p_value:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _survival(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function Q(a, x), by its series below a+1 and Lentz's continued fraction
    above (Press et al., Numerical Recipes, 6.2).
    """
    if x <= 0:
        return 1.0
    scale = math.exp(-x + a * math.log(x) - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        at = a
        while abs(term) > abs(total) * 1e-15:
            at += 1
            term *= x / at
            total += term
        return 1 - total * scale
    b, c = x + 1 - a, 1e300
    d = h = 1 / b
    for step in range(1, 10_000):
        an = -step * (step - a)
        b += 2
        d = 1 / (an * d + b)
        c = b + an / c
        h *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return h * scale
