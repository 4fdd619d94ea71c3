"""Finance functions. Source: "Finance Functions"; payments out are negative, as in spreadsheets."""

from __future__ import annotations

from sqlglot import exp

from services.migration.expressions.alteryx.conversions import flag
from services.migration.expressions.alteryx.operators import as_double
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import DOUBLE, INTEGER, Value


def _formula(template: str) -> Build:
    """A formula over a, b, c …, the arguments in order."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        names = dict(zip("abcdef", (as_double(b, v) for v in arguments), strict=False))
        return b.sql(template, DOUBLE, **names)

    return build


def _annuity(operation: str, names: str) -> Build:
    """Future and present value, payment and periods; `names` are the operation's arguments, t says who pays first."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        values = [as_double(b, v) for v in arguments[:4]]
        first = b.number(int(flag(arguments, 4)))
        return b.op(operation, DOUBLE, **dict(zip(names, values, strict=True)), t=first)

    return build


def _total(b: SqlBuilder, parts: list[Value]) -> Value:
    total = parts[0]
    for part in parts[1:]:
        total = b.binary(exp.Add, total, part, DOUBLE)
    return total


def _discounted(b: SqlBuilder, rate: Value, value: Value, periods: Value) -> Value:
    return b.sql("{n} / POWER(1 + {r}, {k})", DOUBLE, n=value, r=b.copy(rate), k=periods)


def _present_value(b: SqlBuilder, arguments: list[Value]) -> Value:
    rate, values = as_double(b, arguments[0]), [as_double(b, v) for v in arguments[1:]]
    return _total(b, [_discounted(b, rate, v, b.number(n)) for n, v in enumerate(values, 1)])


def _dated_present_value(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Discounted by days of a year of 365 from the first date on."""
    if len(arguments) % 2 == 0:
        raise Refused("every value needs a date")
    rate = as_double(b, arguments[0])
    values = [as_double(b, v) for v in arguments[1::2]]
    days = [own(b, "day_number", INTEGER, d=b.as_date(v)) for v in arguments[2::2]]
    parts = []
    for value, day in zip(values, days, strict=True):
        years = b.sql("({n} - {m}) / 365.0", DOUBLE, n=day, m=b.copy(days[0]))
        parts.append(_discounted(b, rate, value, years))
    return _total(b, parts)


def _schedule(b: SqlBuilder, arguments: list[Value]) -> Value:
    result = as_double(b, arguments[0])
    for rate in arguments[1:]:
        result = b.sql("{n} * (1 + {r})", DOUBLE, n=result, r=as_double(b, rate))
    return result


def _modified_return(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Payments out discounted at one rate, payments in grown at the other."""
    finance, reinvest = (as_double(b, v) for v in arguments[:2])
    values = [as_double(b, v) for v in arguments[2:]]
    last = len(values) - 1
    out = [b.sql("CASE WHEN {n} < 0 THEN {n} ELSE 0 END", DOUBLE, n=v) for v in values]
    into = [b.sql("CASE WHEN {n} > 0 THEN {n} ELSE 0 END", DOUBLE, n=b.copy(v)) for v in values]
    present = _total(b, [_discounted(b, finance, v, b.number(n)) for n, v in enumerate(out)])
    future = _total(
        b,
        [
            b.sql("{n} * POWER(1 + {r}, {k})", DOUBLE, n=v, r=b.copy(reinvest), k=b.number(last - n))
            for n, v in enumerate(into)
        ],
    )
    periods = as_double(b, b.number(last))
    return b.sql("POWER(-{n} / NULLIF({m}, 0), 1 / {k}) - 1", DOUBLE, n=future, m=present, k=periods)


FUNCTIONS = (
    Function(
        "FINANCECAGR", "finance", 3, 3, _formula("POWER({b} / NULLIF({a}, 0), 1 / NULLIF({c}, 0)) - 1"), confidence=0.9
    ),
    Function(
        "FINANCEEFFECTIVERATE", "finance", 2, 2, _formula("POWER(1 + {a} / NULLIF({b}, 0), {b}) - 1"), confidence=0.9
    ),
    Function("FINANCEFV", "finance", 4, 5, _annuity("future_value", "rabc"), confidence=0.9),
    Function("FINANCEFVSCHEDULE", "finance", 2, -1, _schedule, confidence=0.9),
    Function("FINANCEMIRR", "finance", 4, -1, _modified_return, confidence=0.88),
    Function(
        "FINANCENOMINALRATE",
        "finance",
        2,
        2,
        _formula("{b} * (POWER(1 + {a}, 1 / NULLIF({b}, 0)) - 1)"),
        confidence=0.9,
    ),
    Function("FINANCENPER", "finance", 4, 5, _annuity("periods", "rbac"), confidence=0.9),
    Function("FINANCENPV", "finance", 2, -1, _present_value, confidence=0.9),
    Function("FINANCEPMT", "finance", 4, 5, _annuity("payment", "rabc"), confidence=0.9),
    Function("FINANCEPV", "finance", 4, 5, _annuity("present_value", "rabc"), confidence=0.9),
    Function("FINANCEXNPV", "finance", 3, -1, _dated_present_value, confidence=0.9),
)
