"""Numbers: what a cast does with a fraction, the precision that goes without saying, averages, rounding, division."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from services.sql_dialects.transpile import kinds
from services.sql_dialects.transpile.templates import cast, filled
from services.sql_dialects.transpile.work import Work, called, number

CUTTING = ("mssql", "teradata", "sap_hana")  # a cast to an integer cuts the fraction off
_FRACTIONS = kinds.REAL | {exp.DType.DECIMAL, exp.DType.DOUBLE, exp.DType.FLOAT, exp.DType.MONEY}
# DECIMAL without precision. SAP HANA's is a floating one, as PostgreSQL's.
DECIMALS: Mapping[str, str] = MappingProxyType(
    {"mssql": "DECIMAL(18, 0)", "snowflake": "DECIMAL(38, 0)", "teradata": "DECIMAL(5, 0)"}
)


def cast_to_integer(node: exp.Expr, work: Work) -> exp.Expr | None:
    if not isinstance(node, exp.Cast) or not node.to.is_type(*kinds.INTEGER):
        return None
    value = node.this
    if kinds.is_a(value, _FRACTIONS) or (isinstance(value, exp.Literal) and value.is_number and not value.is_int):
        return exp.cast(filled("TRUNC(_0)", [value]), node.to)
    if kinds.unknown(value) and not isinstance(value, exp.Literal | exp.Null):
        work.caution("rounding", node)
    return None


def precision(node: exp.Expr, work: Work) -> exp.Expr | None:
    """DECIMAL without precision; FLOAT, which is double in every dialect but PostgreSQL's plain reading of sqlglot."""
    if not isinstance(node, exp.DataType):
        return None
    if node.this == exp.DType.DECIMAL and not node.expressions and work.read in DECIMALS:
        return exp.DataType.build(DECIMALS[work.read])
    if node.this == exp.DType.FLOAT:
        return exp.DataType.build("double")
    if node.this == exp.DType.TIMESTAMP_S:  # SECONDDATE
        return exp.DataType.build("timestamp")
    if node.this == exp.DType.USERDEFINED and node.text("kind").upper() in ("NCLOB", "CLOB", "ALPHANUM", "SHORTTEXT"):
        return exp.DataType.build("text")
    if node.this == exp.DType.UTINYINT and work.write == "postgresql":
        return exp.DataType.build("smallint")
    if node.this in (exp.DType.MONEY, exp.DType.SMALLMONEY):
        return exp.DataType.build("DECIMAL(19, 4)")
    return None


def average(node: exp.Expr, work: Work) -> None:
    """AVG of integers."""
    if isinstance(node, exp.Avg) and not kinds.is_a(node.this, _FRACTIONS):
        work.caution("integer_average", node)


def rounded(node: exp.Expr, work: Work) -> exp.Expr | None:
    """ROUND(x, places) takes only DECIMAL in PostgreSQL; ROUND(x, places, 1) of T-SQL cuts off."""
    if not isinstance(node, exp.Round) or node.args.get("decimals") is None:
        return None
    if node.args.get("truncate") is not None:
        cuts = number(node.args["truncate"])
        if cuts is None:
            raise work.refusal(node, "give the third argument as a number")
        if cuts:
            return filled("TRUNC(_0, _1)", [cast(node.this.copy(), "DECIMAL"), node.args["decimals"]])
        node.set("truncate", None)
    exact = kinds.whole(node.this) or kinds.is_a(node.this, {exp.DType.DECIMAL, exp.DType.BIGDECIMAL})
    literal = isinstance(node.this, exp.Literal)
    if work.write == "postgresql" and not exact and not literal:
        node.set("this", cast(node.this.copy(), "DECIMAL"))
    return None


def division(node: exp.Expr, work: Work) -> None:
    """Of unknown types, between a dialect that divides integers as integers and one that does not."""
    if not isinstance(node, exp.Div):
        return
    sides = (node.this, node.expression)
    if any(kinds.is_a(each, _FRACTIONS) or (each.is_number and not each.is_int) for each in sides):
        return
    if any(map(kinds.unknown, map(_inner, sides))):
        work.caution("integer_division", node)


def _inner(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, exp.Paren) else node


def by_zero(node: exp.Expr, work: Work) -> None:
    if not isinstance(node, exp.Div | exp.Mod) or isinstance(node.expression, exp.Nullif):
        return
    literal = isinstance(node.expression, exp.Literal) and node.expression.name.strip("0.")
    if not literal:
        work.caution("division_by_zero", node)


def to_decimal(node: exp.Expr, work: Work) -> exp.Expr | None:
    """TO_DECIMAL(x, precision, scale)."""
    if called(node) not in ("TO_DECIMAL", "TO_NUMBER", "TO_NUMERIC") or len(node.expressions) not in (2, 3):
        return None
    sizes = [number(each) for each in node.expressions[1:]]
    if None in sizes:
        raise work.refusal(node, "give precision and scale as numbers, without a format")
    return cast(node.expressions[0].copy(), f"DECIMAL({', '.join(map(str, sizes))})")


def extreme(node: exp.Expr, work: Work) -> exp.Expr | None:
    """GREATEST and LEAST are NULL when an argument is, but not in PostgreSQL and DuckDB."""
    if not isinstance(node, exp.Greatest | exp.Least):
        return None
    values = [node.this, *node.expressions]
    empty = [exp.Is(this=each.copy(), expression=exp.Null()) for each in values if not isinstance(each, exp.Literal)]
    if not empty:
        return None
    name = "GREATEST" if isinstance(node, exp.Greatest) else "LEAST"
    plain = exp.Anonymous(this=name, expressions=[each.copy() for each in values])
    return exp.Case(ifs=[exp.If(this=exp.or_(*empty), true=exp.Null())], default=plain)


def try_cast(node: exp.Expr, work: Work) -> exp.Expr | None:
    """TRY_CAST: NULL for what is not of the type."""
    if not isinstance(node, exp.TryCast) or work.write != "postgresql":
        return None
    if kinds.is_a(node.this, exp.DataType.NUMERIC_TYPES | kinds.TEMPORAL):
        return exp.Cast(this=node.this.copy(), to=node.to.copy())
    kind = node.to.sql(dialect="postgres")
    valid = f"PG_INPUT_IS_VALID(text_0, '{kind.lower()}')"
    return filled(f"CAST(CASE WHEN {valid} THEN text_0 END AS {kind})", [node.this])


def ratio_to_report(node: exp.Expr, work: Work) -> exp.Expr | None:
    """RATIO_TO_REPORT(x) OVER (…)."""
    call = node.this if isinstance(node, exp.Window) else None
    if not isinstance(call, exp.Func) or "RATIO_TO_REPORT" not in (called(call), call.sql_name()):
        return None
    value = call.expressions[0] if isinstance(call, exp.Anonymous) else call.this
    window = node.copy()
    window.set("this", exp.Sum(this=value.copy()))
    return filled("CAST(_0 AS DOUBLE PRECISION) / NULLIF(_1, 0)", [value, window])


def to_timestamp(node: exp.Expr, work: Work) -> exp.Expr | None:
    """TO_DATE and TO_TIMESTAMP of one argument: text is read, a number is seconds since 1970."""
    if called(node) not in ("TO_DATE", "TO_TIMESTAMP", "TO_TIMESTAMP_NTZ") or len(node.expressions) != 1:
        return None
    value = node.expressions[0]
    kind = "DATE" if called(node) == "TO_DATE" else "TIMESTAMP"
    if kinds.is_a(value, exp.DataType.NUMERIC_TYPES):
        return cast(filled("TO_TIMESTAMP(_0) AT TIME ZONE 'UTC'", [value]), kind)
    if kinds.unknown(value) and not value.is_string and kind == "TIMESTAMP":
        work.caution("implicit_cast", node)
        return filled("TO_TIMESTAMP(_0)", [value])
    return cast(value.copy(), kind)
