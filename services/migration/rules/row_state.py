"""Variables that remember the row before, as window functions over a proven row order.

PowerCenter evaluates variable ports top to bottom for each row; a variable that is read at or above its own place still
holds the value of the row before (0, '' or 1753-01-01 before the first row). Four shapes have an exact equivalent:

* a read of a later variable that does not depend on the reader: LAG of its value;
* `IIF(c, v + a, b)`, nested to any depth: a sum within the stretch of rows since the last `b`;
* `IIF(c, v || a, b)` in the same way: the texts of that stretch joined;
* `IIF(c, v, b)`: the first value of that stretch, held.

Everything else is refused. Source: PowerCenter Transformation Guide, "Using Local Variables".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp

from services.migration.rules.context import NotConvertible
from services.pipelines import types

REWRITE = "Write the running value as a window function over the row order you mean."
FRAME = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"


JOINS_TEXTS = frozenset({"postgres", "duckdb"})
"""Dialects, as sqlglot names them, whose STRING_AGG can be a window function."""


@dataclass(frozen=True, slots=True)
class Window:
    """How rows follow each other: the ORDER BY clause, and the sqlglot dialect expressions are written in."""

    order_by: str
    dialect: str

    def over(self, partition: str = "", frame: str = "") -> str:
        parts = [f"PARTITION BY {partition}" if partition else "", self.order_by, frame]
        return f"OVER ({' '.join(part for part in parts if part)})"


def lag(value: str, value_type: str, window: Window) -> str:
    """The value of the row before; before the first row what a variable port starts with."""
    initial = _initial(value_type)
    return f"LAG({value}, 1, {initial}) {window.over()}"


def accumulate(name: str, marker: str, text: str, value_type: str, window: Window) -> list[tuple[str, str, str]]:
    """Steps `(name suffix, SQL, type)` for a variable whose SQL `text` reads its own last value as column `marker`.

    `{stretch}` in a step stands for the first step; the last, with the suffix "", is the variable itself. Raises
    NotConvertible where `text` has another shape.
    """
    tree = sqlglot.parse_one(text, dialect=window.dialect)
    work = _Shape(name, marker)
    resets, value = work.split(tree)
    if not work.adds:
        work.unchanged = exp.Null()
        resets, value = work.split(tree)
    stretch = f"SUM({resets.sql(window.dialect)}) {window.over(frame=FRAME)}"
    within = window.over("{stretch}", FRAME)
    value_sql = value.sql(window.dialect)
    if work.joins:
        if work.adds or types.kind(value_type) != "string" or window.dialect not in JOINS_TEXTS:
            raise NotConvertible(f"variable {name} builds a text up from row to row", REWRITE, needs_model=True)
        # Null joins like '', and a text is null only where all its parts are.
        joined = f"STRING_AGG({value_sql}, '') {within}"
        started = f"CASE WHEN {{stretch}} = 0 THEN CONCAT({_initial(value_type)}, {joined}) ELSE {joined} END"
        return [("stretch", stretch, "bigint"), ("", started, value_type)]
    if work.adds:
        if types.kind(value_type) != "number":
            raise NotConvertible(f"variable {name} builds a text up from row to row", REWRITE, needs_model=True)
        total = f"SUM({value_sql}) {within}"
        if work.counts:
            return [("stretch", stretch, "bigint"), ("", f"ROW_NUMBER() {window.over('{stretch}')}", value_type)]
        if work.may_be_null:
            nulls = f"SUM(CASE WHEN {value_sql} IS NULL THEN 1 ELSE 0 END) {within}"
            total = f"CASE WHEN {nulls} = 0 THEN {total} END"
        return [("stretch", stretch, "bigint"), ("", total, value_type)]
    held = f"FIRST_VALUE({value_sql}) {within}"
    result = f"CASE WHEN {{stretch}} = 0 THEN {_initial(value_type)} ELSE {held} END"
    return [("stretch", stretch, "bigint"), ("", result, value_type)]


def _initial(value_type: str) -> str:
    initial = types.INITIAL_VALUES.get(types.kind(value_type))
    if initial is None:
        raise NotConvertible(f"a variable of type {value_type} has no known value before the first row", REWRITE)
    return initial


def _unguarded(tree: exp.Expr) -> exp.Expr:
    """The texts in `CASE WHEN COALESCE(a, b) IS NOT NULL THEN CONCAT(a, b) END`: joined, null where all are null."""
    if not isinstance(tree, exp.Case) or len(tree.args["ifs"]) != 1 or tree.args.get("default") is not None:
        return tree
    branch = tree.args["ifs"][0]
    joined, known = branch.args["true"], branch.this.find(exp.Coalesce)
    if not isinstance(joined, exp.Concat) or known is None:
        return tree
    guard = exp.Not(this=exp.Is(this=known.copy(), expression=exp.Null()))
    parts = [known.this, *known.expressions]
    return joined if branch.this == guard and parts == joined.expressions else tree


class _Shape:
    """Reads `IIF(c, v + a, b)` and its nested forms out of a CASE tree."""

    def __init__(self, name: str, marker: str) -> None:
        self.name = name
        self.marker = marker.lower()
        self.adds = False
        self.joins = False
        self.unchanged: exp.Expr = exp.Literal.number(0)
        self.may_be_null = False
        self.counts = True  # every row adds 1, or begins with 1

    def split(self, tree: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
        """Two trees of the same shape: 1 where the value begins anew, and what is added (or begun with)."""
        tree = tree.unnest() if isinstance(tree, exp.Paren) else tree
        if not self._has_self(tree):
            self._note(tree)
            return exp.Literal.number(1), tree.copy()
        tree = _unguarded(tree)
        if isinstance(tree, exp.Case) and tree.this is None:
            return self._case(tree)
        if self._is_self(tree):
            self.counts = False
            return exp.Literal.number(0), self.unchanged.copy()
        if isinstance(tree, (exp.Add, exp.Sub)):
            return exp.Literal.number(0), self._added(tree)
        if isinstance(tree, exp.Concat | exp.DPipe):
            return exp.Literal.number(0), self._joined(tree)
        raise self._refuse()

    def _case(self, tree: exp.Case) -> tuple[exp.Expr, exp.Expr]:
        resets, value = exp.Case(ifs=[]), exp.Case(ifs=[])
        for branch in tree.args["ifs"]:
            if self._has_self(branch.this):
                raise self._refuse()
            reset, part = self.split(branch.args["true"])
            resets.append("ifs", exp.If(this=branch.this.copy(), true=reset))
            value.append("ifs", exp.If(this=branch.this.copy(), true=part))
        otherwise = tree.args.get("default")
        reset, part = self.split(otherwise if otherwise is not None else exp.Null())
        resets.set("default", reset)
        value.set("default", part)
        return resets, value

    def _added(self, tree: exp.Add | exp.Sub) -> exp.Expr:
        left, right = tree.this, tree.expression
        if isinstance(tree, exp.Add) and self._is_self(right) and not self._has_self(left):
            left, right = right, left
        if not self._is_self(left) or self._has_self(right):
            raise self._refuse()
        self.adds = True
        self._note(right)
        self.counts = self.counts and isinstance(tree, exp.Add)
        return exp.Neg(this=exp.paren(right.copy())) if isinstance(tree, exp.Sub) else right.copy()

    def _joined(self, tree: exp.Concat | exp.DPipe) -> exp.Expr:
        parts = list(tree.flatten()) if isinstance(tree, exp.DPipe) else list(tree.expressions)
        if not self._is_self(parts[0].unnest()) or any(self._has_self(part) for part in parts[1:]):
            raise self._refuse()
        self.joins = True
        added = exp.Concat(expressions=[part.copy() for part in parts[1:]], safe=True, coalesce=True)
        if any(isinstance(part, exp.Literal) for part in parts):
            return added
        known = exp.Coalesce(this=parts[1].copy(), expressions=[part.copy() for part in parts[2:]])
        return exp.Case().when(exp.Not(this=exp.Is(this=known, expression=exp.Null())), added)

    def _note(self, tree: exp.Expr) -> None:
        """Remember what is added or begun with: a literal is never null, and 1 makes a count."""
        literal = tree.unnest()
        if not isinstance(literal, exp.Literal):
            self.may_be_null = True
        self.counts = self.counts and isinstance(literal, exp.Literal) and literal.name == "1"

    def _is_self(self, tree: Any) -> bool:
        tree = tree.unnest()
        return isinstance(tree, exp.Column) and tree.name.lower() == self.marker

    def _has_self(self, tree: exp.Expr) -> bool:
        return any(column.name.lower() == self.marker for column in tree.find_all(exp.Column))

    def _refuse(self) -> NotConvertible:
        return NotConvertible(
            f"variable {self.name} computes its value from its own value in the row before in a way that no window "
            "function expresses",
            REWRITE,
            needs_model=True,
        )
