"""What may stand in a clause, beside names and types: ORDER BY under DISTINCT, LIMIT, named windows, a stray comma."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlglot import Dialect, exp
from sqlglot.tokenizer_core import Token, TokenType

from services.copilot.sql.findings import Findings
from services.copilot.sql.reading import TRAITS, name_of
from services.copilot.sql.scopes import Bound, Scope

_STRICT_DISTINCT = frozenset({"postgresql", "mssql", "snowflake"})
_LENIENT_COMMAS = frozenset({"snowflake"})
_AFTER = (
    *(TokenType.FROM, TokenType.WHERE, TokenType.GROUP_BY, TokenType.ORDER_BY, TokenType.HAVING),
    *(TokenType.LIMIT, TokenType.UNION, TokenType.R_PAREN, TokenType.SEMICOLON),
)
_MAYBE = re.compile(r",\s*(?:FROM|WHERE|GROUP|ORDER|HAVING|LIMIT|UNION|\)|;|$)", re.IGNORECASE)

Shape = Callable[[exp.Expr], object]


def stray_comma(sql: str, dialect: str, grammar: Dialect, findings: Findings) -> bool:
    """A comma before the end of a list, which the parser lets pass. Whether there is one."""
    if dialect in _LENIENT_COMMAS or not _MAYBE.search(sql):
        return False
    tokens = grammar.tokenize(sql)
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.token_type == TokenType.COMMA and (after is None or after.token_type in _AFTER):
            findings.add("SYNTAX_ERROR", "Nothing follows the comma.", _at(token), fix="Take the comma away.")
            return True
    return False


def _at(token: Token) -> exp.Expr:
    marker = exp.Identifier(this=token.text, quoted=False)
    marker.meta.update(start=token.start, end=token.end)
    return marker


class Placement:
    """Checks of one statement. `shape` is equal for expressions that mean the same."""

    def __init__(self, bound: Mapping[int, Bound], findings: Findings, dialect: str, shape: Shape) -> None:
        self._traits = TRAITS[dialect]
        self._bound = bound
        self._findings = findings
        self._dialect = dialect
        self._shape = shape

    def rows(self, node: Any) -> None:
        """LIMIT and OFFSET take no column and no text; what else the number of rows and locks ask for."""
        self._paged(node)
        self._locked(node)
        for key in ("limit", "offset"):
            clause = node.args.get(key)
            count = (clause.args.get("count") or clause.expression) if clause is not None else None
            if self._dialect == "postgresql" and isinstance(count, exp.Column | exp.Binary) and count.find(exp.Column):
                message = f"{key.upper()} cannot depend on a column."
                self._findings.add("LIMIT_NOT_CONSTANT", message, count, fix="Write a number.")
            elif self._dialect == "postgresql" and isinstance(count, exp.Literal) and not _is_whole(count):
                message = f"{key.upper()} takes a whole number, not {count.sql()}."
                self._findings.add("TYPE_MISMATCH", message, count, fix="Write a whole number.")

    def _paged(self, node: Any) -> None:
        """T-SQL's OFFSET belongs to ORDER BY."""
        offset = node.args.get("offset")
        if self._dialect == "mssql" and offset is not None and node.args.get("order") is None:
            fix = "Say by what the rows are ordered: ORDER BY … OFFSET …"
            self._findings.add("SYNTAX_ERROR", "OFFSET needs ORDER BY.", offset.expression, fix=fix)

    def _locked(self, node: Any) -> None:
        """FOR UPDATE locks rows of tables, of which a grouped result has none."""
        locks = node.args.get("locks") if self._dialect == "postgresql" else None
        if locks and any(node.args.get(each) for each in ("group", "distinct", "having")):
            message = "FOR UPDATE locks rows, and grouped or distinct results have none."
            self._findings.add("LOCK_MISPLACED", message, fix="Lock the rows in a query of their own.")

    def set_order(self, expressions: Sequence[exp.Expr]) -> None:
        """Of a set operation only the columns of the result may be ordered by, not what is made of them."""
        for each in expressions:
            if self._dialect == "postgresql" and not isinstance(each, exp.Column | exp.Literal):
                message = "ORDER BY of a set operation takes a column of the result, no expression."
                self._findings.add("ORDER_BY_MISPLACED", message, each, fix="Order in a query around it.")

    def distinct(self, node: Any, scope: Scope) -> None:
        """Under DISTINCT only what is selected can be ordered by; DISTINCT ON goes before other orders."""
        distinct, order = node.args.get("distinct"), node.args.get("order")
        if distinct is None or order is None or any(each.is_star for each in node.expressions):
            return
        ordered = [each.this if isinstance(each, exp.Ordered) else each for each in order.expressions]
        on = distinct.args.get("on")
        if on is not None:
            self._distinct_on(node, scope, on, ordered)
        elif self._dialect in _STRICT_DISTINCT:
            shown = {self._shape(each.unalias()) for each in node.expressions}
            for each in ordered:
                if self._shape(self._meant(each, node, scope)) not in shown:
                    message = "Under SELECT DISTINCT only what is selected can be ordered by."
                    self._findings.add("ORDER_BY_MISPLACED", message, each, fix="Select it too, or take DISTINCT away.")

    def _distinct_on(self, node: Any, scope: Scope, on: Any, ordered: list[exp.Expr]) -> None:
        keys = on.expressions if isinstance(on, exp.Tuple) else [on]
        wanted = {self._shape(self._meant(each, node, scope)) for each in keys}
        for each in ordered[: len(wanted)]:
            if self._shape(self._meant(each, node, scope)) not in wanted:
                message = "DISTINCT ON must come first in ORDER BY."
                self._findings.add(
                    "ORDER_BY_MISPLACED", message, each, fix="Order by the columns of DISTINCT ON first."
                )
                return

    def _meant(self, each: exp.Expr, node: Any, scope: Scope) -> exp.Expr:
        """What a name or a position of ORDER BY stands for."""
        made: exp.Expr = each
        if isinstance(each, exp.Literal) and each.this.isdigit() and 1 <= int(each.this) <= len(node.expressions):
            made = node.expressions[int(each.this) - 1]
        elif isinstance(each, exp.Column) and not each.table:
            name = name_of(each.this, self._traits)
            named = [one for one in node.expressions if name_of(_name(one), self._traits) == name]
            made = named[0] if named else each
        return made.unalias()

    def within_call(self, node: exp.Order) -> None:
        """array_agg(DISTINCT a ORDER BY b): only a can be ordered by. Told where both are columns."""
        if self._dialect != "postgresql" or not isinstance(node.this, exp.Distinct):
            return
        given = [self._bound.get(id(each)) for each in node.this.expressions]
        for each in node.expressions:
            bound = self._bound.get(id(each.this if isinstance(each, exp.Ordered) else each))
            same = any(one and bound and (one.relation, one.name) == (bound.relation, bound.name) for one in given)
            if bound is not None and None not in given and not same:
                message = "With DISTINCT an aggregate can only be ordered by what it aggregates."
                self._findings.add("ORDER_BY_MISPLACED", message, each, fix="Order by the same, or drop DISTINCT.")

    def window(self, node: exp.Window, scope: Scope) -> None:
        """OVER w needs WINDOW w AS (…)."""
        named = node.args.get("alias")
        if named is None or isinstance(node.this, exp.Identifier):
            return
        name = name_of(named, self._traits)
        if name not in scope.windows:
            message = f"There is no WINDOW {named.name}."
            self._findings.add("UNKNOWN_WINDOW", message, named, nearest=sorted(scope.windows))


def _is_whole(literal: exp.Literal) -> bool:
    text = str(literal.this).strip()
    return text.isdigit() if literal.is_string else True


def _name(node: exp.Expr) -> exp.Expr | None:
    if isinstance(node, exp.Alias):
        alias: exp.Expr = node.args["alias"]
        return alias
    return node.this if isinstance(node, exp.Column) else None
