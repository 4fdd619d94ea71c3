"""SAP HANA for sqlglot: reads and writes the SQL of SAP HANA 2.0, as its SQL Reference describes it.

Covers what differs from standard SQL in expressions and queries: type names, conversion and date functions,
LIKE_REGEXPR, TOP read as LIMIT; `sap_hana_statements` has the statements of its own.
A function that is not in the tables passes through under its own name.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import Dialect, exp, generator, parser, tokens, transforms
from sqlglot.dialects.dialect import groupconcat_sql, rename_func
from sqlglot.helper import seq_get
from sqlglot.tokenizer_core import TokenType

from services.sql_dialects.sap_hana_statements import (
    RegularExpression,
    StatementGenerator,
    StatementParser,
    TableWords,
    Upsert,
)

NAME = "sap_hana"


def _add(unit: str) -> Callable[[list[exp.Expr]], exp.Expr]:
    def build(arguments: list[exp.Expr]) -> exp.Expr:
        return exp.DateAdd(this=seq_get(arguments, 0), expression=seq_get(arguments, 1), unit=exp.var(unit))

    return build


def _between(unit: str) -> Callable[[list[exp.Expr]], exp.Expr]:
    """DAYS_BETWEEN(start, end): the order is the opposite of sqlglot's DateDiff."""

    def build(arguments: list[exp.Expr]) -> exp.Expr:
        return exp.DateDiff(this=seq_get(arguments, 1), expression=seq_get(arguments, 0), unit=exp.var(unit))

    return build


def _cast(type_name: exp.DType) -> Callable[[list[exp.Expr]], exp.Expr]:
    """TO_INTEGER(x) is a cast; with a format it is kept as the call it is."""

    def build(arguments: list[exp.Expr]) -> exp.Expr:
        return exp.Cast(this=seq_get(arguments, 0), to=exp.DataType(this=type_name))

    return build


_UNITS = {"YEAR": "YEARS", "MONTH": "MONTHS", "DAY": "DAYS", "SECOND": "SECONDS"}


_LARGER = {"WEEK": ("DAY", "7"), "QUARTER": ("MONTH", "3")}


def _date_add_sql(self: generator.Generator, node: exp.DateAdd) -> str:
    unit = node.text("unit").upper() or "DAY"
    factor = {"HOUR": "3600", "MINUTE": "60"}.get(unit)
    if factor:
        seconds = exp.Mul(this=exp.Literal.number(factor), expression=exp.paren(node.expression))
        return self.func("ADD_SECONDS", node.this, seconds)
    larger, factor = _LARGER.get(unit, (unit, ""))
    if factor:
        count = exp.Mul(this=exp.paren(node.expression), expression=exp.Literal.number(factor))
        return self.func(f"ADD_{_UNITS[larger]}", node.this, count)
    if unit not in _UNITS:
        self.unsupported(f"SAP HANA adds no {unit}")
    return self.func(f"ADD_{_UNITS.get(unit, 'DAYS')}", node.this, node.expression)


def _date_diff_sql(self: generator.Generator, node: exp.DateDiff) -> str:
    unit = node.text("unit").upper() or "DAY"
    if unit not in _UNITS:
        self.unsupported(f"SAP HANA counts no {unit} between dates")
    return self.func(f"{_UNITS.get(unit, 'DAYS')}_BETWEEN", node.expression, node.this)


def _locate_sql(self: generator.Generator, node: exp.StrPosition) -> str:
    return self.func("LOCATE", node.this, node.args.get("substr"), node.args.get("position"))


def _regexp_sql(self: generator.Generator, node: exp.RegexpLike) -> str:
    return f"{self.sql(node, 'this')} LIKE_REGEXPR {self.sql(node, 'expression')}"


def _verbatim(name: str) -> Callable[[list[exp.Expr]], exp.Expr]:
    """A function whose name another dialect uses for something else."""

    def build(arguments: list[exp.Expr]) -> exp.Expr:
        return exp.Anonymous(this=name, expressions=arguments)

    return build


def _map_sql(self: generator.Generator, node: exp.DecodeCase) -> str:
    return self.func("MAP", *node.expressions)


def _string_agg_sql(self: generator.Generator, node: exp.GroupConcat) -> str:
    return groupconcat_sql(self, node, func_name="STRING_AGG", within_group=False)


def _locate(arguments: list[exp.Expr]) -> exp.Expr:
    """LOCATE(haystack, needle, start, occurrence)."""
    if len(arguments) > 3:
        return exp.Anonymous(this="LOCATE", expressions=arguments)
    return exp.StrPosition(this=seq_get(arguments, 0), substr=seq_get(arguments, 1), position=seq_get(arguments, 2))


def _quarter(arguments: list[exp.Expr]) -> exp.Expr:
    """QUARTER(date, first month of the year)."""
    return exp.Anonymous(this="QUARTER", expressions=arguments)


def _rounded(name: str) -> Callable[[list[exp.Expr]], exp.Expr]:
    """A function whose last argument may be a mode of rounding, a word that is no column."""

    def build(arguments: list[exp.Expr]) -> exp.Expr:
        last = arguments[-1] if arguments else None
        if isinstance(last, exp.Column) and last.name.upper().startswith("ROUND_") and not last.table:
            arguments = [*arguments[:-1], exp.var(last.name.upper())]
        return exp.Anonymous(this=name, expressions=arguments)

    return build


class SapHana(Dialect):
    """SAP HANA; known to sqlglot as `sap_hana`."""

    NULL_ORDERING = "nulls_are_small"
    TYPED_DIVISION = False
    TABLESAMPLE_SIZE_IS_PERCENT = True

    class Tokenizer(tokens.Tokenizer):
        IDENTIFIERS = ['"']  # noqa: RUF012 - the shape sqlglot reads
        KEYWORDS = {  # noqa: RUF012 - as above
            **tokens.Tokenizer.KEYWORDS,
            "LIKE_REGEXPR": TokenType.RLIKE,
            "MINUS": TokenType.EXCEPT,
            "SECONDDATE": TokenType.TIMESTAMP_S,
            "TOP": TokenType.TOP,
            "UPSERT": TokenType.INSERT,
            "ALPHANUM": TokenType.VARCHAR,
            "SHORTTEXT": TokenType.NVARCHAR,
            "SMALLDECIMAL": TokenType.DECIMAL,
        }

    class Parser(StatementParser):
        FUNCTIONS = {  # noqa: RUF012 - as above
            **parser.Parser.FUNCTIONS,
            **{f"ADD_{plural}": _add(unit) for unit, plural in _UNITS.items()},
            **{f"{plural}_BETWEEN": _between(unit) for unit, plural in _UNITS.items()},
            "IFNULL": lambda arguments: exp.Coalesce(this=seq_get(arguments, 0), expressions=arguments[1:]),
            "LOCATE": _locate,
            "MAP": lambda arguments: exp.DecodeCase(expressions=arguments),
            "NEXT_DAY": _verbatim("NEXT_DAY"),
            "QUARTER": _quarter,
            "SERIES_ROUND": _rounded("SERIES_ROUND"),
            "TO_INTEGER": _cast(exp.DType.INT),
            "TO_INT": _cast(exp.DType.INT),
            "TO_BIGINT": _cast(exp.DType.BIGINT),
            "TO_DOUBLE": _cast(exp.DType.DOUBLE),
        }

    class Generator(StatementGenerator):
        LOCKING_READS_SUPPORTED = True
        TABLESAMPLE_SIZE_IS_ROWS = False
        TYPE_MAPPING = {  # noqa: RUF012 - as above
            **generator.Generator.TYPE_MAPPING,
            exp.DType.TEXT: "NCLOB",
            exp.DType.FLOAT: "REAL",
            exp.DType.DATETIME: "TIMESTAMP",
            exp.DType.NCHAR: "NCHAR",
            exp.DType.NVARCHAR: "NVARCHAR",
            exp.DType.TIMESTAMP_S: "SECONDDATE",
        }
        TRANSFORMS = {  # noqa: RUF012 - as above
            **generator.Generator.TRANSFORMS,
            exp.CurrentDate: lambda *_: "CURRENT_DATE",
            exp.CurrentTimestamp: lambda *_: "CURRENT_TIMESTAMP",
            exp.DateAdd: _date_add_sql,
            exp.DateDiff: _date_diff_sql,
            exp.CurrentUser: lambda *_: "CURRENT_USER",
            exp.DayOfWeek: rename_func("DAYOFWEEK"),
            exp.DayOfMonth: rename_func("DAYOFMONTH"),
            exp.DayOfYear: rename_func("DAYOFYEAR"),
            exp.DecodeCase: _map_sql,
            exp.GroupConcat: _string_agg_sql,
            exp.StrPosition: _locate_sql,
            exp.RegexpLike: _regexp_sql,
            exp.Stddev: rename_func("STDDEV"),
            RegularExpression: StatementGenerator.regular_expression_sql,
            TableWords: StatementGenerator.tablewords_sql,
            Upsert: StatementGenerator.upsert_sql,
            exp.Select: transforms.preprocess(
                [
                    transforms.eliminate_distinct_on,
                    transforms.eliminate_qualify,
                    transforms.eliminate_semi_and_anti_joins,
                ]
            ),
        }


Dialect.classes.setdefault(NAME, SapHana)
