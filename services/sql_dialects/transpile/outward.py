"""Into T-SQL, Snowflake, Teradata and SAP HANA: what sqlglot's generators of these leave as the source had it."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from services.sql_dialects.names import DIALECT_NAMES
from services.sql_dialects.transpile import kinds
from services.sql_dialects.transpile.templates import cast, from_days
from services.sql_dialects.transpile.work import Work, number


def interval(node: exp.Expr, work: Work) -> exp.Expr | None:
    """date + INTERVAL '1 day' as DATEADD."""
    if not isinstance(node, exp.Add | exp.Sub):
        return None
    base, step = node.this, node.expression
    if isinstance(base, exp.Interval) and isinstance(node, exp.Add):
        base, step = step, base
    if not isinstance(step, exp.Interval) or step.unit is None:
        return None
    unit = step.unit.name.upper().rstrip("S")
    amount = step.this
    if amount is not None and amount.is_string:
        if not amount.name.lstrip("-").isdigit():
            raise work.refusal(node, "add a whole number of one unit")
        amount = exp.Literal.number(amount.name.lstrip("-"))
        amount = exp.Neg(this=amount) if step.this.name.startswith("-") else amount
    elif amount is None:
        return None
    if isinstance(node, exp.Sub):
        amount = amount.this if isinstance(amount, exp.Neg) else exp.Neg(this=amount.copy())
    return exp.DateAdd(this=base.copy(), expression=amount.copy(), unit=exp.var(unit))


def difference(node: exp.Expr, work: Work) -> exp.Expr | None:
    """date - date is a number of days."""
    if not isinstance(node, exp.Sub):
        return None
    sides = (node.this, node.expression)
    if all(kinds.is_a(each, {exp.DType.DATE}) for each in sides):
        return exp.DateDiff(this=node.this.copy(), expression=node.expression.copy(), unit=exp.var("DAY"))
    if all(kinds.is_a(each, kinds.TEMPORAL) for each in sides):
        raise work.refusal(node, "count the unit that is wanted, for the target has no intervals to subtract to")
    return None


def counted(node: exp.Expr, work: Work) -> exp.Expr | None:
    """A difference of dates between a dialect that counts boundaries and one that counts whole units; day 0."""
    if isinstance(node, exp.DateAdd) and work.read == "mssql" and number(node.this) is not None:
        return exp.DateAdd(this=from_days(node.this), expression=node.expression.copy(), unit=node.args["unit"].copy())
    if not isinstance(node, exp.DateDiff):
        return None
    dates = all(kinds.is_a(each, {exp.DType.DATE}) for each in (node.this, node.expression))
    if node.text("unit").upper() not in ("", "DAY") or not dates:
        work.caution("date_difference", node)
    return None


_FIELDS: dict[type[exp.Expr], str] = {exp.Year: "YEAR", exp.Month: "MONTH", exp.Day: "DAY"}


def plain_date(node: exp.Expr, work: Work) -> exp.Expr | None:
    """sqlglot's marks for what T-SQL takes as a date; YEAR(d), which Teradata calls EXTRACT."""
    if isinstance(node, exp.TimeStrToTime | exp.TsOrDsToDate):
        return cast(node.this.copy(), "TIMESTAMP") if node.this.is_string else from_days(node.this).copy()
    field = _FIELDS.get(type(node))
    if field and work.write == "teradata":
        return exp.Extract(this=exp.var(field), expression=node.this.copy())
    return None


def filtered(node: exp.Expr, work: Work) -> exp.Expr | None:
    """SUM(x) FILTER (WHERE c) as SUM(CASE WHEN c THEN x END)."""
    if not isinstance(node, exp.Filter):
        return None
    call = node.this.copy()
    condition = node.expression.this
    if not isinstance(call, exp.AggFunc) or isinstance(call, exp.ArrayAgg | exp.GroupConcat):
        raise work.refusal(node, "filter the rows in a subquery")
    value = exp.Literal.number(1) if isinstance(call.this, exp.Star) else call.this
    distinct = isinstance(value, exp.Distinct)
    inner = value.expressions[0] if distinct else value
    case = exp.Case(ifs=[exp.If(this=condition.copy(), true=inner.copy())])
    call.set("this", exp.Distinct(expressions=[case]) if distinct else case)
    return call


def grouped(node: exp.Expr, work: Work) -> exp.Expr | None:
    """GROUP BY 1 and GROUP BY alias, which T-SQL and SAP HANA do not have."""
    if not isinstance(node, exp.Group) or not isinstance(node.parent, exp.Select):
        return None
    selects = node.parent.selects
    aliases = {each.alias.lower(): each.this for each in selects if isinstance(each, exp.Alias)}
    for each in node.expressions:
        place = number(each)
        if place is not None and 0 < place <= len(selects):
            each.replace(selects[place - 1].unalias().copy())
        elif isinstance(each, exp.Column) and not each.table and each.name.lower() in aliases:
            meant = aliases[each.name.lower()]
            if not any(column.name.lower() == each.name.lower() for column in meant.find_all(exp.Column)):
                each.replace(meant.copy())
    return None


def average(node: exp.Expr, work: Work) -> exp.Expr | None:
    """AVG of integers is an integer in T-SQL."""
    if isinstance(node, exp.Avg) and not isinstance(node.this, exp.Distinct):
        if kinds.whole(node.this):
            return exp.Avg(this=cast(node.this.copy(), "DECIMAL(38, 10)"))
        if kinds.unknown(node.this):
            work.caution("integer_average_target", node)
    return None


def cast_to_integer(node: exp.Expr, work: Work) -> exp.Expr | None:
    """PostgreSQL, DuckDB and Snowflake round to an integer, the others cut off."""
    if not isinstance(node, exp.Cast) or not node.to.is_type(*kinds.INTEGER):
        return None
    if isinstance(node.this, exp.Round):
        return None
    if kinds.is_a(node.this, kinds.REAL | {exp.DType.DECIMAL, exp.DType.DOUBLE}):
        made = exp.Round(this=node.this.copy(), decimals=exp.Literal.number(0))
        return exp.cast(made, node.to)
    if kinds.unknown(node.this) and not isinstance(node.this, exp.Literal | exp.Null):
        work.caution("rounding_target", node)
    return None


def comparison(node: exp.Expr, work: Work) -> None:
    """Text compared where the target disregards case."""
    if isinstance(node, exp.EQ | exp.NEQ | exp.In | exp.Like) and not isinstance(node.this, exp.Lower | exp.Upper):
        sides = [node.this, *(node.expressions if isinstance(node, exp.In) else [node.expression])]
        literal = any(each.is_string and any(map(str.isalpha, each.name)) for each in sides)
        if literal and not any(kinds.is_a(each, kinds.TEMPORAL) for each in sides):
            work.caution("collation_target", node)


def length(node: exp.Expr, work: Work) -> None:
    """LEN of T-SQL does not count blanks at the end."""
    if isinstance(node, exp.Length) and work.write == "mssql":
        work.caution("trailing_blanks", node)


def regular_expression(node: exp.Expr, work: Work) -> exp.Expr | None:
    if isinstance(node, exp.RegexpLike | exp.RegexpILike):
        if work.write == "mssql":
            raise work.refusal(node, "T-SQL has LIKE only")
        work.caution("regular_expression", node)
        if work.write == "teradata":
            flag = "i" if isinstance(node, exp.RegexpILike) else "c"
            arguments = [node.this.copy(), node.expression.copy(), exp.Literal.number(1), exp.Literal.number(1)]
            call = exp.Anonymous(
                this="REGEXP_INSTR", expressions=[*arguments, exp.Literal.number(0), exp.Literal.string(flag)]
            )
            return exp.paren(exp.GT(this=call, expression=exp.Literal.number(0)))
        if work.write == "sap_hana" and isinstance(node, exp.RegexpILike):
            raise work.refusal(node, "compare LOWER(…) instead")
    return None


def truth(node: exp.Expr, work: Work) -> exp.Expr | None:
    """Teradata has no truth values to show or store."""
    if isinstance(node, exp.Boolean) and work.write == "teradata":
        return exp.Literal.number(int(node.this))
    if isinstance(node, exp.DataType) and node.this == exp.DType.BOOLEAN and work.write == "teradata":
        return exp.DataType.build("TINYINT")
    return None


def bare_truth(node: exp.Expr, work: Work) -> exp.Expr | None:
    """A boolean column as a condition: = 1 where it is stored as a number."""
    if (
        work.write not in ("teradata", "mssql")
        or not isinstance(node, exp.Column)
        or not kinds.is_a(node, kinds.BOOLEAN)
    ):
        return None
    parent = node.parent
    condition = isinstance(parent, exp.Where | exp.Having | exp.And | exp.Or | exp.Not | exp.If | exp.Join | exp.Paren)
    if (
        condition
        and node.arg_key in ("this", "expression", "on")
        and not (isinstance(parent, exp.If) and node.arg_key != "this")
    ):
        return exp.EQ(this=node.copy(), expression=exp.Literal.number(1))
    return None


def caseless(node: exp.Expr, work: Work) -> exp.Expr | None:
    """ILIKE, which only Snowflake has of these."""
    if not isinstance(node, exp.ILike) or isinstance(node.expression, exp.Any | exp.All | exp.Tuple):
        return None
    return exp.Like(this=exp.Lower(this=node.this.copy()), expression=exp.Lower(this=node.expression.copy()))


def today(node: exp.Expr, work: Work) -> exp.Expr | None:
    """CURRENT_DATE has no time of day."""
    if not isinstance(node, exp.CurrentDate):
        return None
    return exp.cast(exp.Anonymous(this="GETDATE"), exp.DType.DATE)


def lateral(node: exp.Expr, work: Work) -> exp.Expr | None:
    """JOIN LATERAL as APPLY in T-SQL; Teradata has neither."""
    if not isinstance(node, exp.Join) or not isinstance(node.this, exp.Lateral):
        return None
    condition = node.args.get("on")
    plain = condition is None or (isinstance(condition, exp.Boolean) and condition.this)
    if work.write == "teradata" or not plain or node.side not in ("", "LEFT"):
        raise work.refusal("LATERAL", "join with a subquery that is not correlated")
    applied = node.this.copy()
    applied.set("cross_apply", node.side != "LEFT")
    return exp.Join(this=applied)


def rows(node: exp.Expr, work: Work) -> exp.Expr | None:
    """FETCH FIRST n ROWS as LIMIT; Teradata skips no rows."""
    if isinstance(node, exp.Offset) and work.write == "teradata":
        raise work.refusal(node, "number the rows with ROW_NUMBER() and QUALIFY")
    options = node.args.get("limit_options") if isinstance(node, exp.Fetch) else None
    if not isinstance(node, exp.Fetch) or node.args.get("count") is None:
        return None
    if options is not None and (options.args.get("with_ties") or options.args.get("percent")):
        raise work.refusal(node, "take the rows by RANK()")
    return exp.Limit(expression=node.args["count"].copy())


_DAY_PARTS = {
    ("mssql", "DOW"): ("DATEPART", "WEEKDAY", -1),
    ("mssql", "DOY"): ("DATEPART", "DAYOFYEAR", 0),
    ("mssql", "WEEK"): ("DATEPART", "ISO_WEEK", 0),
    ("teradata", "DOW"): ("TD_DAY_OF_WEEK", "", -1),
    ("teradata", "DOY"): ("TD_DAY_OF_YEAR", "", 0),
    ("teradata", "QUARTER"): ("TD_QUARTER_OF_YEAR", "", 0),
    ("sap_hana", "DOY"): ("DAYOFYEAR", "", 0),
    ("sap_hana", "ISODOW"): ("WEEKDAY", "", 1),
}
_COMMON_PARTS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")


def part(node: exp.Expr, work: Work) -> exp.Expr | None:
    """EXTRACT of a part that the target calls otherwise."""
    if not isinstance(node, exp.Extract) or node.name.upper() in _COMMON_PARTS:
        return None
    name = {"DAYOFWEEK": "DOW", "DAYOFYEAR": "DOY"}.get(node.name.upper(), node.name.upper())
    found = _DAY_PARTS.get((work.write, name))
    if found is None:
        if work.write in ("teradata", "sap_hana"):
            raise work.refusal(node, "compute this part of the date otherwise")
        return None
    call, word, shift = found
    arguments = [*([exp.var(word)] if word else []), node.expression.copy()]
    made = exp.Anonymous(this=call, expressions=arguments)
    if not shift:
        return made
    return exp.paren(
        exp.Add(this=made, expression=exp.Literal.number(1))
        if shift > 0
        else exp.Sub(this=made, expression=exp.Literal.number(1))
    )


_TRUNCATED = {  # SAP HANA has none; each is a date
    ("teradata", "YEAR"): "TRUNC(CAST({0} AS DATE), 'YYYY')",
    ("teradata", "QUARTER"): "TRUNC(CAST({0} AS DATE), 'Q')",
    ("teradata", "MONTH"): "TRUNC(CAST({0} AS DATE), 'MM')",
    ("teradata", "WEEK"): "TRUNC(CAST({0} AS DATE), 'IW')",
    ("teradata", "DAY"): "CAST({0} AS DATE)",
    ("sap_hana", "YEAR"): "TO_DATE(TO_VARCHAR({0}, 'YYYY') || '-01-01')",
    ("sap_hana", "MONTH"): "TO_DATE(TO_VARCHAR({0}, 'YYYY-MM') || '-01')",
    ("sap_hana", "DAY"): "TO_DATE({0})",
}


def truncated(node: exp.Expr, work: Work) -> exp.Expr | None:
    """DATE_TRUNC, of which Teradata and SAP HANA have no like for times."""
    if not isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        return None
    template = _TRUNCATED.get((work.write, node.text("unit").upper()))
    if template is None:
        raise work.refusal("DATE_TRUNC", "truncate to a year, a month or a day")
    name = DIALECT_NAMES[work.write]
    return sqlglot.parse_one(template.format(node.this.sql(dialect=name)), dialect=name)


def singular(node: exp.Expr, work: Work) -> exp.Expr | None:
    """INTERVAL '2' MONTH, not MONTHS; refused where several units are in the text."""
    if isinstance(node, exp.Interval) and node.unit is not None and node.unit.name.upper().endswith("S"):
        node.set("unit", exp.var(node.unit.name.upper().removesuffix("S")))
    return None


def week(node: exp.Expr, work: Work) -> None:
    """DATE_TRUNC('week') begins on Monday, T-SQL's DATETRUNC(week) on Sunday."""
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc) and node.text("unit").upper() == "WEEK":
        work.caution("week_start_target", node)
    if isinstance(node, exp.Extract) and node.name.upper() in ("DOW", "DAYOFWEEK", "ISODOW", "WEEK"):
        work.caution("week_start_target", node)
