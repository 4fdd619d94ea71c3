"""The columns a statement names, and those it returns."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from services.copilot.sql.binder import Binder
from services.copilot.sql.calls import call_name
from services.copilot.sql.changes import Changes
from services.copilot.sql.explain.words import shortened
from services.copilot.sql.findings import Findings
from services.copilot.sql.scopes import Scope
from services.copilot.sql.spans import place

UNKNOWN = "*"


class Columns:
    """Columns of one statement, bound without a schema."""

    def __init__(self, statement: exp.Expr, sql: str, dialect: str) -> None:
        self._statement = statement
        self._sql = sql
        self._dialect = dialect
        self._binder = Binder(None, dialect, Findings(sql))
        if isinstance(statement, exp.Query | exp.Values):
            self._binder.query(statement, None)
        elif isinstance(statement, exp.Insert | exp.Update | exp.Delete | exp.Merge | exp.Create):
            scope = Scope()
            self._binder.with_(statement, scope)
            Changes(self._binder).bind(statement, scope)

    def referenced(self) -> list[str]:
        """Each once, in the order of the text, with its table where that can be told."""
        found: dict[str, int] = {}
        for node in self._statement.find_all(exp.Column):
            if isinstance(node.this, exp.Identifier):
                start = int(node.this.meta.get("start", 0))
                name = self._qualified(node)
                found[name] = min(found.get(name, start), start)
        return sorted(found, key=lambda name: found[name])

    def _qualified(self, node: exp.Column) -> str:
        bound = self._binder.names.bound.get(id(node))
        if bound is not None and (owner := bound.relation.shown or bound.relation.name):
            return f"{owner}.{node.name}"
        above = node.parent.parent if isinstance(node.parent, exp.EQ) else None
        if isinstance(above, exp.Update) and not node.table and isinstance(above.this, exp.Table):
            return f"{'.'.join(part.name for part in above.this.parts)}.{node.name}"
        return ".".join(part.name for part in node.parts)

    def output(self) -> list[str]:
        """Names of the columns that come back, in order."""
        node: Any = self._statement
        returning = node.args.get("returning")
        if returning is not None:
            return [self._named(each) for each in returning.expressions]
        if isinstance(node, exp.Create | exp.Insert | exp.Update | exp.Delete | exp.Merge):
            return []
        while isinstance(node, exp.SetOperation | exp.Subquery):
            node = node.this
        if isinstance(node, exp.Values):
            first = node.expressions[0] if node.expressions else None
            return [f"column{at}" for at, _ in enumerate(getattr(first, "expressions", [None]), 1)]
        return self._of_select(node) if isinstance(node, exp.Select) else []

    def _of_select(self, select: exp.Select) -> list[str]:
        if any(_is_star(each) for each in select.expressions):
            known = self._binder.outputs.get(id(select))
            if known is not None and not known.is_open:
                return [name for name, _ in known.columns]
        return [self._named(each) for each in select.expressions]

    def _named(self, node: Any) -> str:
        if _is_star(node):
            return UNKNOWN
        if node.alias_or_name and isinstance(node, exp.Alias | exp.Column | exp.Identifier):
            return str(node.alias_or_name)
        if self._dialect == "postgresql":
            return _as_postgresql(node)
        span = place(node)
        return shortened(span.of(self._sql)) if span else UNKNOWN


def _is_star(node: Any) -> bool:
    return isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star))


def _as_postgresql(node: Any) -> str:
    """The name that PostgreSQL gives an output without alias (its FigureColname)."""
    while isinstance(node, exp.Paren | exp.Window | exp.Filter | exp.Cast | exp.WithinGroup):
        if isinstance(node, exp.Cast) and not isinstance(node.this, exp.Column | exp.Anonymous):
            return str(node.to.this.value).lower() if isinstance(node.to, exp.DataType) else "?column?"
        node = node.this
    if isinstance(node, exp.Column):
        return str(node.name)
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Select) and node.this.expressions:
        inner = node.this.expressions[0]
        return str(inner.alias) if inner.alias else _as_postgresql(inner)
    return call_name(node) or {"case": "case", "exists": "exists", "extract": "extract"}.get(node.key, "?column?")
