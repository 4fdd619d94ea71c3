"""BIT of T-SQL as boolean: comparisons with 0 and 1, sums, casts, and values written to such a column."""

from __future__ import annotations

from sqlglot import exp

from services.sql_dialects.transpile import kinds
from services.sql_dialects.transpile.templates import cast, wrapped
from services.sql_dialects.transpile.work import Work, number

_TRUE = {(exp.EQ, 1), (exp.NEQ, 0), (exp.GT, 0), (exp.GTE, 1)}
_FALSE = {(exp.EQ, 0), (exp.NEQ, 1), (exp.LT, 1), (exp.LTE, 0)}
_MIRRORED = {exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE}
_AGGREGATES = exp.Sum | exp.Avg | exp.Max | exp.Min
_NUMBERS = exp.DataType.NUMERIC_TYPES - {exp.DType.INT}  # a boolean is cast to INT as it is
_ARITHMETIC = exp.Add | exp.Sub | exp.Mul | exp.Div | exp.Mod


def is_bit(node: exp.Expr | None) -> bool:
    """A column (or what is made of one) that the target holds as a boolean; a predicate is none."""
    if isinstance(node, exp.Paren):
        return is_bit(node.this)
    if isinstance(node, exp.Boolean):
        return True
    predicate = isinstance(node, exp.Predicate | exp.Connector | exp.Not)
    return not predicate and kinds.is_a(node, kinds.BOOLEAN)


def compared(node: exp.Expr, work: Work) -> exp.Expr | None:
    if not isinstance(node, exp.EQ | exp.NEQ | exp.GT | exp.LT | exp.GTE | exp.LTE) or _assigns(node):
        return None
    bit, other = node.this, node.expression
    kind: type[exp.Binary] = type(node)
    if is_bit(other) and not is_bit(bit):
        bit, other, kind = other, bit, _MIRRORED.get(kind, kind)
    if not is_bit(bit) or is_bit(other):
        return None
    value = number(other)
    if other.is_string and other.name.lower() in ("0", "1", "true", "false"):
        value = int(other.name.lower() in ("1", "true"))
    if (kind, value) in _TRUE:
        column: exp.Expr = bit.copy()
        return column
    if (kind, value) in _FALSE:
        return exp.Not(this=wrapped(bit.copy()))
    return kind(this=cast(bit.copy(), "INT"), expression=other.copy())


def _assigns(node: exp.Expr) -> bool:
    return isinstance(node.parent, exp.Update) and node.arg_key == "expressions"


def listed(node: exp.Expr, work: Work) -> exp.Expr | None:
    """bit IN (0, 1), bit BETWEEN 0 AND 1."""
    if not isinstance(node, exp.In | exp.Between) or not is_bit(node.this):
        return None
    node.set("this", cast(node.this.copy(), "INT"))
    return None


def counted(node: exp.Expr, work: Work) -> exp.Expr | None:
    """A bit in arithmetic or in an aggregate counts as 0 or 1; in a cast to a number too."""
    if isinstance(node, _AGGREGATES) and is_bit(node.this):
        node.set("this", cast(node.this.copy(), "INT"))
    elif isinstance(node, _ARITHMETIC):
        for side in ("this", "expression"):
            if is_bit(node.args[side]):
                node.set(side, cast(node.args[side].copy(), "INT"))
    elif isinstance(node, exp.Cast) and is_bit(node.this) and node.to.is_type(*_NUMBERS):
        node.set("this", cast(node.this.copy(), "INT"))
    elif isinstance(node, exp.Nullif) and is_bit(node.this) and number(node.expression) in (0, 1):
        node.set("expression", exp.Boolean(this=number(node.expression) == 1))
    return None


def alternatives(node: exp.Expr, work: Work) -> exp.Expr | None:
    """ISNULL(bit, 0) and CASE … THEN bit ELSE 0: the other values become true and false."""
    if isinstance(node, exp.Coalesce):
        values = [node.this, *node.expressions]
    elif isinstance(node, exp.Case):
        values = [each.args["true"] for each in node.args["ifs"]] + [
            each for each in [node.args.get("default")] if each
        ]
    elif isinstance(node, exp.If):
        values = [each for each in (node.args.get("true"), node.args.get("false")) if each]
        if isinstance(node.parent, exp.Case):
            return None
    else:
        return None
    if not any(map(is_bit, values)):
        return None
    if not all(is_bit(each) or number(each) in (0, 1) or isinstance(each, exp.Null) for each in values):
        for value in filter(is_bit, values):
            value.replace(cast(value.copy(), "INT"))
        return None
    for value in values:
        if number(value) is not None:
            value.replace(exp.Boolean(this=number(value) == 1))
    node.type = exp.DataType.build("boolean")
    return None


def cast_to(node: exp.Expr, work: Work) -> exp.Expr | None:
    """CAST(x AS BIT): every number but 0 is true."""
    if not isinstance(node, exp.Cast) or not node.to.is_type(*kinds.BOOLEAN):
        return None
    value = node.this
    fixed = number(value)
    if fixed is not None:
        return exp.Boolean(this=fixed != 0)
    if kinds.is_a(value, exp.DataType.NUMERIC_TYPES - kinds.BOOLEAN):
        made = exp.NEQ(this=wrapped(value.copy()), expression=exp.Literal.number(0))
        made.type = exp.DataType.build("boolean")
        return exp.paren(made)
    node.set("to", exp.DataType.build("boolean"))
    return None


def default(node: exp.Expr, work: Work) -> exp.Expr | None:
    """BIT DEFAULT 0 in a definition."""
    if isinstance(node, exp.ColumnDef) and node.kind is not None and node.kind.is_type(*kinds.BOOLEAN):
        for each in node.find_all(exp.DefaultColumnConstraint):
            if number(each.this) in (0, 1):
                each.set("this", exp.Boolean(this=number(each.this) == 1))
    return None


def column_type(node: exp.Expr, work: Work) -> exp.Expr | None:
    """BIT in a definition."""
    if isinstance(node, exp.DataType) and node.this == exp.DType.BIT:
        return exp.DataType.build("boolean")
    return None


def bare(node: exp.Expr, work: Work) -> None:
    """A bit that the result shows is written true or false by the target."""
    if isinstance(node, exp.Select) and isinstance(node.parent, exp.Block):
        for each in node.selects:
            if is_bit(each.unalias()):
                work.caution("bit_output", each)


def changed(node: exp.Expr, work: Work) -> exp.Expr | None:
    """0 and 1 written to a bit column by UPDATE or INSERT … VALUES."""
    if isinstance(node, exp.Update):
        for each in node.expressions:
            if isinstance(each, exp.EQ) and is_bit(each.this) and number(each.expression) in (0, 1):
                each.set("expression", exp.Boolean(this=number(each.expression) == 1))
    elif isinstance(node, exp.Insert) and isinstance(node.this, exp.Schema) and isinstance(node.expression, exp.Values):
        columns = [work.types.get_column_type(node.this.this, each.name) for each in node.this.expressions]
        for row in node.expression.expressions:
            for kind, value in zip(columns, row.expressions, strict=False):
                if kind.is_type(*kinds.BOOLEAN) and number(value) in (0, 1):
                    value.replace(exp.Boolean(this=number(value) == 1))
    return None
