"""Adding to dates, differences and parts of dates: DATEADD, DATEDIFF, DATEPART and what the other dialects call them.

A difference counts the boundaries crossed (T-SQL, Snowflake) or the whole units between (SAP HANA). A week begins on
Sunday in T-SQL whatever DATEFIRST says, on Monday in Snowflake.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from services.sql_dialects.transpile import kinds
from services.sql_dialects.transpile.templates import FORMS, cast, filled, wrapped
from services.sql_dialects.transpile.work import Work, called, number, word


def _aliases(rows: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({alias: unit for unit, names in rows.items() for alias in (unit, *names.split())})


_COMMON = {"MILLISECOND": "MS", "MICROSECOND": "MCS US"}
UNITS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "mssql": _aliases(
            {
                **{"YEAR": "YY YYYY", "QUARTER": "QQ Q", "MONTH": "MM M", "DAYOFYEAR": "DY Y", "DAY": "DD D"},
                **{"WEEK": "WK WW", "WEEKDAY": "DW W", "HOUR": "HH", "MINUTE": "MI N", "SECOND": "SS S"},
                **{"ISO_WEEK": "ISOWK ISOWW", **_COMMON},
            }
        ),
        "snowflake": _aliases(
            {
                **{"YEAR": "Y YY YYY YYYY YR YEARS YRS", "QUARTER": "Q QTR QTRS QUARTERS"},
                **{"MONTH": "MM MON MONS MONTHS", "DAY": "D DD DAYS DAYOFMONTH", "WEEK": "W WK WEEKOFYEAR WOY WY"},
                **{"HOUR": "H HH HR HOURS HRS", "MINUTE": "M MI MIN MINUTES MINS", "SECOND": "S SEC SECONDS SECS"},
                **{"MILLISECOND": "MS MSEC MILLISECONDS", "MICROSECOND": "US USEC MICROSECONDS"},
            }
        ),
    }
)
_ADDED = {"QUARTER": (3, "MONTH"), "WEEKDAY": (1, "DAY"), "DAYOFYEAR": (1, "DAY"), "ISO_WEEK": (1, "WEEK")}
_WHOLE_DAYS = {"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DAYOFYEAR", "WEEKDAY"}


def _months(kind: str, factor: int) -> str:
    years = "(EXTRACT(YEAR FROM when_1) - EXTRACT(YEAR FROM when_0))"
    return f"CAST({years} * {factor} + EXTRACT({kind} FROM when_1) - EXTRACT({kind} FROM when_0) AS INT)"


def _seconds(unit: str, factor: str) -> str:
    between = f"DATE_TRUNC('{unit}', moment_1) - DATE_TRUNC('{unit}', moment_0)"
    return f"CAST(EXTRACT(EPOCH FROM {between}){factor} AS BIGINT)"


def _weeks(first: str) -> str:
    return f"CAST(FLOOR((day_1 - {first}) / 7.0) - FLOOR((day_0 - {first}) / 7.0) AS INT)"


_SUNDAY, _MONDAY = "CAST('1899-12-31' AS DATE)", "CAST('1900-01-01' AS DATE)"
BOUNDARIES: Mapping[str, str] = MappingProxyType(
    {
        "YEAR": "CAST(EXTRACT(YEAR FROM when_1) - EXTRACT(YEAR FROM when_0) AS INT)",
        "QUARTER": _months("QUARTER", 4),
        "MONTH": _months("MONTH", 12),
        **dict.fromkeys(("DAY", "DAYOFYEAR", "WEEKDAY"), "(day_1 - day_0)"),
        "HOUR": _seconds("hour", " / 3600"),
        "MINUTE": _seconds("minute", " / 60"),
        "SECOND": _seconds("second", ""),
        "MILLISECOND": _seconds("milliseconds", " * 1000"),
        "MICROSECOND": _seconds("microseconds", " * 1000000"),
    }
)
_AGE = "EXTRACT(YEAR FROM AGE(moment_1, moment_0))"
COMPLETE: Mapping[str, str] = MappingProxyType(
    {
        "YEARS_BETWEEN": f"CAST({_AGE} AS INT)",
        "MONTHS_BETWEEN": f"CAST({_AGE} * 12 + EXTRACT(MONTH FROM AGE(moment_1, moment_0)) AS INT)",
        "DAYS_BETWEEN": "CAST(TRUNC(EXTRACT(EPOCH FROM moment_1 - moment_0) / 86400) AS INT)",
        "SECONDS_BETWEEN": "CAST(TRUNC(EXTRACT(EPOCH FROM moment_1 - moment_0)) AS BIGINT)",
    }
)
_PLAIN = {unit: unit for unit in ("YEAR", "QUARTER", "MONTH", "DAY", "HOUR", "MINUTE")}
_FIRST_DAY = "EXTRACT(DOW FROM DATE_TRUNC('year', moment_0))"
PARTS: Mapping[str, str] = MappingProxyType(
    {
        **{
            unit: f"CAST(EXTRACT({field} FROM when_0) AS INT)"
            for unit, field in {**_PLAIN, "DAYOFYEAR": "DOY", "ISO_WEEK": "WEEK"}.items()
        },
        "WEEKDAY": "CAST(EXTRACT(DOW FROM when_0) AS INT) + 1",
        "WEEK": f"CAST(FLOOR((EXTRACT(DOY FROM when_0) + {_FIRST_DAY} - 1) / 7.0) AS INT) + 1",
        "SECOND": "CAST(FLOOR(EXTRACT(SECOND FROM when_0)) AS INT)",
        "MILLISECOND": "MOD(CAST(FLOOR(EXTRACT(MILLISECONDS FROM when_0)) AS INT), 1000)",
        "MICROSECOND": "MOD(CAST(EXTRACT(MICROSECONDS FROM when_0) AS INT), 1000000)",
    }
)
_NAMES = {"MONTH": ("FMMonth", "%B"), "WEEKDAY": ("FMDay", "%A")}
_TRUNCATED_WEEK = {  # T-SQL's own week begins on Sunday; truncated by the idiom with day 0 (a Monday), on Monday
    "mssql": "DATE_TRUNC('week', moment_0 + INTERVAL '1 day') - INTERVAL '1 day'",
}


def unit_of(node: exp.Expr, work: Work) -> str:
    name = word(node)
    unit = UNITS[work.read].get(name, "")
    if not unit:
        raise work.refusal(name or node, "this unit of date arithmetic is not written")
    return unit


def added(base: exp.Expr, count: exp.Expr, unit: str) -> exp.Expr:
    """base + count units; a date stays a date where whole days are added."""
    factor, interval = _ADDED.get(unit, (1, unit))
    dated = kinds.is_a(base, {exp.DType.DATE})
    base = FORMS["when"](base.copy())
    fixed = number(count)
    if fixed is None and isinstance(count, exp.Literal) and count.is_number:
        fixed = int(float(count.name))
    if fixed is not None:
        step: exp.Expr = exp.Interval(this=exp.Literal.string(str(fixed * factor)), unit=exp.var(interval))
    else:
        each = exp.Interval(this=exp.Literal.string(str(factor)), unit=exp.var(interval))
        step = exp.Mul(this=wrapped(count.copy()), expression=each)
    total = exp.Add(this=wrapped(base), expression=step)
    total.meta["written"] = True
    made = cast(total, "DATE") if dated and unit in _WHOLE_DAYS else total
    made.meta["written"] = True
    made.type = exp.DataType.build("date" if made is not total else "timestamp")
    return made


def date_add(node: exp.Expr, work: Work) -> exp.Expr | None:
    if called(node) not in ("DATEADD", "TIMEADD", "TIMESTAMPADD") or len(node.expressions) != 3:
        return None
    unit, count, base = node.expressions
    return added(base, count, unit_of(unit, work))


def plus_days(node: exp.Expr, work: Work) -> exp.Expr | None:
    """datetime + 1 of T-SQL is a day later."""
    if not isinstance(node, exp.Add | exp.Sub) or not kinds.whole(node.expression):
        return None
    if not kinds.is_a(node.this, kinds.TEMPORAL - {exp.DType.DATE}):
        return None
    count = node.expression if isinstance(node, exp.Add) else exp.Neg(this=wrapped(node.expression.copy()))
    return added(node.this, count, "DAY")


_HANA_ADDED = {"ADD_YEARS": "YEAR", "ADD_MONTHS": "MONTH", "ADD_DAYS": "DAY", "ADD_SECONDS": "SECOND"}


def add_units(node: exp.Expr, work: Work) -> exp.Expr | None:
    """ADD_DAYS(date, count) of SAP HANA, ADD_MONTHS of Teradata."""
    unit = _HANA_ADDED.get(called(node))
    if unit is None or len(node.expressions) != 2:
        return None
    base, count = node.expressions
    return added(base, count, unit)


def date_diff(node: exp.Expr, work: Work) -> exp.Expr | None:
    if called(node) not in ("DATEDIFF", "DATEDIFF_BIG", "TIMEDIFF", "TIMESTAMPDIFF") or len(node.expressions) != 3:
        return None
    unit = unit_of(node.expressions[0], work)
    if unit == "WEEK":
        if work.read == "mssql":
            work.caution("week_start", node)
        return filled(_weeks(_SUNDAY if work.read == "mssql" else _MONDAY), node.expressions[1:])
    if unit not in BOUNDARIES:
        raise work.refusal(node, "count another unit")
    return filled(BOUNDARIES[unit], node.expressions[1:])


def units_between(node: exp.Expr, work: Work) -> exp.Expr | None:
    """DAYS_BETWEEN(start, end) of SAP HANA: whole units."""
    template = COMPLETE.get(called(node))
    if template is None or len(node.expressions) != 2:
        return None
    if called(node) == "DAYS_BETWEEN" and all(kinds.is_a(each, {exp.DType.DATE}) for each in node.expressions):
        template = "(day_1 - day_0)"
    return filled(template, node.expressions)


def date_part(node: exp.Expr, work: Work) -> exp.Expr | None:
    if called(node) not in ("DATEPART", "DATENAME") or len(node.expressions) != 2:
        return None
    unit = unit_of(node.expressions[0], work)
    if called(node) == "DATENAME" and unit in _NAMES:
        work.caution("name_of_day", node)
        to_char, strftime = _NAMES[unit]
        template = f"TO_CHAR(when_0, '{to_char}')" if work.write == "postgresql" else f"STRFTIME(when_0, '{strftime}')"
        return filled(template, node.expressions[1:])
    if unit in ("WEEK", "WEEKDAY"):
        work.caution("date_first", node)
    made = filled(PARTS[unit], node.expressions[1:])
    return made if called(node) == "DATEPART" else cast(made, "TEXT")


def date_trunc(node: exp.Expr, work: Work) -> exp.Expr | None:
    if called(node) != "DATETRUNC" or len(node.expressions) != 2:
        return None
    unit = unit_of(node.expressions[0], work)
    if unit == "WEEK":
        work.caution("date_first", node)
    name = {"ISO_WEEK": "week", "DAYOFYEAR": "day"}.get(unit, unit.lower())
    template = _TRUNCATED_WEEK.get(work.read, "") if unit == "WEEK" else ""
    made = filled(template or f"DATE_TRUNC('{name}', moment_0)", node.expressions[1:])
    return cast(made, "DATE") if kinds.is_a(node.expressions[1], {exp.DType.DATE}) else made


def truncations(tree: exp.Expr, work: Work) -> None:
    """DATEADD(month, DATEDIFF(month, 0, x) + n, 0), T-SQL's way of truncating, as DATE_TRUNC; before anything else.

    By weeks a Sunday belongs to the Monday after it, for DATEDIFF counts Sundays from a Monday.
    """
    for node in list(tree.find_all(exp.Anonymous)):
        if called(node) != "DATEADD" or len(node.expressions) != 3 or number(node.expressions[2]) != 0:
            continue
        unit, terms = unit_of(node.expressions[0], work), _terms(node.expressions[1])
        inner = terms[0][1]
        if called(inner) != "DATEDIFF" or len(inner.expressions) != 3 or number(inner.expressions[1]) != 0:
            continue
        if unit_of(inner.expressions[0], work) != unit or unit in ("WEEKDAY", "DAYOFYEAR", "ISO_WEEK"):
            continue
        if unit == "WEEK":
            work.caution("week_start", node)
        after = " + INTERVAL '1 day'" if unit == "WEEK" else ""
        made = filled(f"DATE_TRUNC('{unit.lower()}', moment_0{after})", [inner.expressions[2]])
        for sign, term in terms[1:]:
            made = added(made, term if sign > 0 else exp.Neg(this=wrapped(term.copy())), unit)
        node.replace(wrapped(made))


def _terms(node: exp.Expr) -> list[tuple[int, exp.Expr]]:
    """The terms of a sum from the left, each with its sign."""
    if isinstance(node, exp.Paren):
        return _terms(node.this)
    if isinstance(node, exp.Add | exp.Sub):
        return [*_terms(node.this), (1 if isinstance(node, exp.Add) else -1, node.expression)]
    return [(1, node)]


_ORACLE_UNITS = {
    **dict.fromkeys(("YYYY", "YEAR", "YYY", "YY", "Y", "SYYYY"), "year"),
    **dict.fromkeys(("Q",), "quarter"),
    **dict.fromkeys(("MM", "MON", "MONTH", "RM"), "month"),
    **dict.fromkeys(("IW",), "week"),
    **dict.fromkeys(("DD", "DDD", "J"), "day"),
}


def trunc_of_day(node: exp.Expr, work: Work) -> exp.Expr | None:
    """DATE_TRUNC of a date is a date; PostgreSQL would make it a moment of the session's time zone."""
    if not isinstance(node, exp.DateTrunc | exp.TimestampTrunc) or not kinds.is_a(node.this, {exp.DType.DATE}):
        return None
    unit = node.unit.name.lower() if node.unit is not None else ""
    return filled(f"CAST(DATE_TRUNC('{unit}', moment_0) AS DATE)", [node.this]) if unit.isalpha() else None


def oracle_trunc(node: exp.Expr, work: Work) -> exp.Expr | None:
    """TRUNC(date, 'MM') of Teradata; of a number it stays."""
    if called(node) != "TRUNC" or not node.expressions:
        return None
    value, unit = node.expressions[0], node.expressions[1] if len(node.expressions) > 1 else None
    if unit is None or not unit.is_string:
        dated = kinds.is_a(value, kinds.TEMPORAL)
        return filled("CAST(_0 AS DATE)", [value]) if dated and unit is None else None
    name = _ORACLE_UNITS.get(unit.name.upper())
    if name is None:
        raise work.refusal(node, "truncate to another unit")
    return filled(f"CAST(DATE_TRUNC('{name}', moment_0) AS DATE)", [value])


_FIELDS = {
    **{"DAYOFWEEK": "DOW", "DAYOFYEAR": "DOY", "DAYOFWEEKISO": "ISODOW", "DAYOFWEEK_ISO": "ISODOW", "WEEKISO": "WEEK"},
    **{"YEAROFWEEK": "ISOYEAR", "YEAROFWEEKISO": "ISOYEAR", "EPOCH_SECOND": "EPOCH"},
}
_KNOWN_FIELDS = {
    *(
        "YEAR",
        "MONTH",
        "DAY",
        "HOUR",
        "MINUTE",
        "SECOND",
        "QUARTER",
        "WEEK",
        "DOW",
        "DOY",
        "ISODOW",
        "ISOYEAR",
        "EPOCH",
    ),
    *("CENTURY", "DECADE", "MILLENNIUM", "MICROSECONDS", "MILLISECONDS", "JULIAN", "TIMEZONE", "TIMEZONE_HOUR"),
    *("TIMEZONE_MINUTE", "MICROSECOND", "MILLISECOND"),
}


def field(node: exp.Expr, work: Work) -> exp.Expr | None:
    """The part that EXTRACT names; of Snowflake a whole number."""
    if not isinstance(node, exp.Extract):
        return None
    name = node.name.upper()
    wanted = _FIELDS.get(name, name)
    if wanted not in _KNOWN_FIELDS:
        raise work.refusal(node, "another part of the date")
    if wanted != name:
        node.set("this", exp.var(wanted))
    return filled("CAST(FLOOR(_0) AS BIGINT)", [node]) if name.startswith("EPOCH_") else None
