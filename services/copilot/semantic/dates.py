"""Days and units of time as each dialect writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

import yaml
from sqlglot import exp

from services.sql_dialects import DIALECT_NAMES


@cache
def _forms() -> Mapping[str, Mapping[str, str]]:
    content = yaml.safe_load(resources.files(__package__).joinpath("dates.yaml").read_text("utf-8"))
    forms: Mapping[str, Mapping[str, str]] = content["dialects"]
    return forms


def literal(day: date, dialect: str) -> exp.Expr:
    return exp.Var(this=_forms()[dialect]["literal"].format(d=day.isoformat()))


def unit_of(moment: exp.Expr, unit: str, dialect: str) -> exp.Expr:
    """The day, or the first day of the week, month or quarter, or the number of the year, of a date expression."""
    if unit == "day":
        return moment.copy()
    return exp.Var(this=_forms()[dialect][unit].format(c=moment.sql(DIALECT_NAMES[dialect])))
