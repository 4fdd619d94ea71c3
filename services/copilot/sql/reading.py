"""How a statement is read: sqlglot's dialects, but with every function under the name it was written with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from services.sql_dialects import DIALECT_NAMES
from services.sql_dialects.transpile.written import functions


def _lower(name: str) -> str:
    return name.lower()


def _upper(name: str) -> str:
    return name.upper()


@dataclass(frozen=True)
class Traits:
    """What dialects differ in for a reader of names."""

    default_schema: str
    fold: Callable[[str], str]
    quoted_fold: Callable[[str], str] = str  # quoted names keep their case, or do not
    aliases_everywhere: bool = False  # WHERE and the other outputs see the names of SELECT
    key_determines: bool = False  # a grouped primary key covers the other columns of its table
    group_by_alias: bool = True
    bare: frozenset[str] = frozenset()  # what is written like a column and is none
    system_schemas: frozenset[str] = frozenset({"information_schema"})
    units_first: frozenset[str] = field(default_factory=frozenset)  # functions whose first argument is a unit


_UNITS_FIRST = frozenset(
    [
        "dateadd",
        "datediff",
        "datediff_big",
        "datepart",
        "datename",
        "datetrunc",
        "timestampadd",
        "timestampdiff",
        "timeadd",
        "timediff",
        "time_slice",
        "date_part",
        "last_day",
        "trunc",
        "date_bucket",
        "add_timestamp",
        "extract",
    ]
)
_BARE = frozenset(
    ["current_user", "session_user", "user", "current_role", "current_catalog", "current_schema", "default"]
)

TRAITS: Mapping[str, Traits] = {
    "postgresql": Traits(
        "public",
        _lower,
        key_determines=True,
        bare=_BARE | {"localtime", "localtimestamp", "current_time", "system_user"},
        system_schemas=frozenset({"information_schema", "pg_catalog", "pg_toast"}),
    ),
    "snowflake": Traits(
        "PUBLIC",
        _upper,
        aliases_everywhere=True,
        bare=_BARE | {"localtime", "localtimestamp", "sysdate", "metadata$filename", "current_account", "level"},
        system_schemas=frozenset({"information_schema", "account_usage"}),
        units_first=_UNITS_FIRST,
    ),
    "teradata": Traits(
        "",
        _lower,
        _lower,
        aliases_everywhere=True,
        bare=_BARE | {"date", "time", "database", "account", "session", "profile", "role"},
        system_schemas=frozenset({"dbc", "sysudtlib", "td_sysfnlib", "syslib"}),
    ),
    "sap_hana": Traits(
        "",
        _upper,
        bare=_BARE
        | {"current_utcdate", "current_utctime", "current_utctimestamp", "current_connection", "sysuuid"}
        | {f"round_{way}" for way in ("half_up", "half_down", "half_even", "up", "down", "ceiling", "floor")},
        system_schemas=frozenset({"sys", "_sys_bic", "_sys_statistics", "sys_databases"}),
    ),
    "mssql": Traits(
        "dbo",
        _lower,
        _lower,
        group_by_alias=False,
        bare=_BARE | {"$action", "system_user"},
        system_schemas=frozenset({"information_schema", "sys"}),
        units_first=_UNITS_FIRST,
    ),
}


@cache
def grammar(dialect: str) -> Dialect:
    """The dialect's grammar without its table of functions: what is written `f(a, b)` is read as a call of `f`."""
    base = type(Dialect.get_or_raise(DIALECT_NAMES[dialect]))
    parser = type("Parser", (base.parser_class,), {"FUNCTIONS": {}})
    made: Dialect = type(f"Reading{base.__name__}", (base,), {"Parser": parser})()
    return made


_PLAIN_AGGREGATES = [
    "any_value",
    "approx_count_distinct",
    "approximate_count_distinct",
    "array_agg",
    "avg",
    "checksum_agg",
    "corr",
    "count",
    "count_big",
    "count_if",
    "covar_pop",
    "covar_samp",
    "group_concat",
    "hll",
    "kurtosis",
    "listagg",
    "max",
    "max_by",
    "mean",
    "median",
    "min",
    "min_by",
    "mode",
    "objectagg",
    "object_agg",
    "percentile_cont",
    "percentile_disc",
    "regr_slope",
    "skew",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "stdev",
    "stdevp",
    "string_agg",
    "sum",
    "sum_distinct",
    "var",
    "var_pop",
    "var_samp",
    "variance",
    "varp",
    "xmlagg",
    "arrayagg",
    "array_unique_agg",
    "bitand_agg",
    "bitor_agg",
    "booland_agg",
    "boolor_agg",
    "average",
]
AGGREGATES = frozenset(_PLAIN_AGGREGATES)


@cache
def known_functions(dialect: str) -> frozenset[str]:
    """Lower-case names known for a dialect: its manual's list and sqlglot's. Not complete: a missing one may exist."""
    base = Dialect.get_or_raise(DIALECT_NAMES[dialect])
    names = {name.lower() for name in (*base.parser_class.FUNCTIONS, *functions(dialect))}
    return frozenset(names | AGGREGATES | TRAITS[dialect].units_first)


def name_of(identifier: exp.Expr | None, traits: Traits) -> str:
    """The name an identifier stands for, in the case the database compares."""
    if not isinstance(identifier, exp.Identifier):
        return traits.fold(identifier.name) if isinstance(identifier, exp.Expr) else ""
    return (traits.quoted_fold if identifier.args.get("quoted") else traits.fold)(identifier.name)
