"""What each SQL dialect is called and can do, as far as expressions care."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

from sqlglot import exp

from services.migration.expressions.sql import duckdb, hana, mssql, postgresql, snowflake, standard, teradata
from services.sql_dialects import DIALECT_NAMES


@dataclass(frozen=True, slots=True)
class SqlDialect:
    """`knowledge` is the dialect's module: OPERATIONS (templates by name), date formats and how literals stand in them.

    What a dialect does not list, `standard` may have; else it is refused.
    """

    name: str
    knowledge: ModuleType
    has_boolean: bool = True  # a condition is a value that a column can hold
    is_executed: bool = False  # the conformance rows run on it
    true_division: bool = True  # integer / integer keeps its fraction
    divides_to_scale: bool = False  # decimal / decimal has few digits more than the operands, or none
    case_sensitive: bool = True  # = on strings tells case and trailing blanks apart
    raises_on_zero: bool = True  # division by zero fails
    reads_by_pattern: bool = False  # dates are tested by regular expression and type input
    concat_skips_null: bool = False  # CONCAT takes NULL for nothing
    narrows_decimals: bool = False  # CASE gives decimals of different scale the least of them where digits run out
    filters_aggregates: bool = False  # SUM(x) FILTER (WHERE …)
    extremes: tuple[str, str] | None = None  # the greatest and the least of several values, NULLs left out

    @property
    def sqlglot(self) -> str:
        """The dialect's name in sqlglot."""
        return DIALECT_NAMES[self.name]

    def template(self, operation: str) -> str | None:
        operations: dict[str, str] = self.knowledge.OPERATIONS
        return operations.get(operation, standard.OPERATIONS.get(operation))

    def write_format(self, field: str) -> str | None:
        """How this dialect's formatting function spells a date field, or None where it has none."""
        formats: dict[str, str] = self.knowledge.WRITE_FORMATS
        return formats.get(field)

    def read_format(self, field: str) -> str | None:
        formats: dict[str, str] = self.knowledge.READ_FORMATS
        return formats.get(field)

    def format_literal(self, text: str) -> str:
        literal: str = self.knowledge.format_literal(text)
        return literal


_EXTREMES = ("GREATEST", "LEAST")
DIALECTS: dict[str, SqlDialect] = {
    dialect.name: dialect
    for dialect in (
        SqlDialect(
            "duckdb",
            duckdb,
            is_executed=True,
            raises_on_zero=False,
            narrows_decimals=True,
            concat_skips_null=True,
            filters_aggregates=True,
            extremes=_EXTREMES,
        ),
        SqlDialect(
            "postgresql",
            postgresql,
            is_executed=True,
            true_division=False,
            reads_by_pattern=True,
            concat_skips_null=True,
            filters_aggregates=True,
            extremes=_EXTREMES,
        ),
        SqlDialect(
            "snowflake", snowflake, divides_to_scale=True, extremes=("GREATEST_IGNORE_NULLS", "LEAST_IGNORE_NULLS")
        ),
        SqlDialect("mssql", mssql, has_boolean=False, true_division=False, case_sensitive=False, extremes=_EXTREMES),
        SqlDialect(
            "teradata",
            teradata,
            has_boolean=False,
            true_division=False,
            divides_to_scale=True,
            case_sensitive=False,
        ),
        SqlDialect("sap_hana", hana, has_boolean=False),
    )
}

# Reserved in at least one of the dialects and plausible as a column: quoted everywhere, so a name is spelled one way.
_RESERVED_WORDS = """
all alter analyse analyze and any array as asc asymmetric authorization begin between both by case cast check
collate column constraint create cross current current_catalog current_date current_schema current_time
current_timestamp current_user default deferrable delete desc distinct do drop else end eq except exists false
fetch file for force foreign format freeze from full ge glob grant group gt having ilike in initially inner ins
insert install intersect interval into is isnull join key lateral le leading left like like_regexpr limit localtime
localtimestamp lt map match_recognize merge minus mod natural ne not notnull null offset on only option or order
outer over partitioned_by percent pivot placing plan positional primary procedure public qualify references regexp
returning revoke right rlike rollback rule sample schema sel select session_user set similar some statistics
summarize symmetric system_user table tablesample then to top trailing trigger true uncache undrop union unique
unpivot update user using values variadic verbose view when where window with xor
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@lru_cache(maxsize=8192)
def needs_quoting(name: str) -> bool:
    """True where `name` can't stand unquoted in every dialect."""
    return _PLAIN.match(name) is None or name.lower() in _RESERVED


@lru_cache(maxsize=8192)
def quote_identifier(name: str, dialect: str) -> str:
    """`name` as it stands in SQL of `dialect`: quoted where it must be, otherwise as given."""
    return exp.to_identifier(name, quoted=True).sql(DIALECTS[dialect].sqlglot) if needs_quoting(name) else name
