"""SQL templates of the rules, written once in PostgreSQL's words and spelled as each dialect does."""

from __future__ import annotations

from functools import lru_cache

import sqlglot

from services.migration.rules.sql import sqlglot_name

PLACES = ("x", "arg")
SAMPLE = {"mssql": ("STDEV", "VAR"), "sap_hana": ("STDDEV", "VAR")}
"""Standard deviation and variance of a sample, where the dialect has its own names for them."""


@lru_cache(maxsize=256)
def spelled(template: str, dialect: str) -> str:
    """`STDDEV_SAMP({x})` → `STDEV({x})` for SQL Server. `{x}` and `{arg}` stay, to be filled with the dialect's SQL."""
    text = template
    for place in PLACES:
        text = text.replace(f"{{{place}}}", f"{place}__place")
    made = sqlglot.parse_one(text, dialect="postgres").sql(sqlglot_name(dialect))
    deviation, variance = SAMPLE.get(dialect, ("STDDEV_SAMP", "VAR_SAMP"))
    made = made.replace("STDDEV_SAMP(", f"{deviation}(").replace("VARIANCE(", f"{variance}(")
    for place in PLACES:
        made = made.replace(f"{place}__place", f"{{{place}}}")
    return made
