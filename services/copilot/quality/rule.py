"""A quality rule as data, and what each of the ten types may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.copilot.confidence import Factor

COMMON = frozenset({"mostly", "where"})
"""Parameters of every rule: the share of rows that must hold (0 to 1), and a condition that picks the rows."""

PARAMETERS: Mapping[str, frozenset[str]] = {
    "NOT_NULL": frozenset({"columns", "blank"}),
    "UNIQUE": frozenset({"columns", "ignore_nulls", "within_row"}),
    "RANGE": frozenset({"min", "max", "strict_min", "strict_max", "values", "not_values", "measure", "as"}),
    "REGEX": frozenset({"pattern", "patterns", "match", "negate", "like", "format", "checksum", "json"}),
    "ROW_COUNT": frozenset({"min", "max", "other_table", "factor"}),
    "CUSTOM_SQL": frozenset(
        [
            "condition",
            "forbidden",
            "left",
            "operator",
            "right",
            "factor",
            "columns",
            "sum",
            "sum_of",
            "tolerance",
            "pairs",
            "ignore_nulls",
            "order",
            "order_by",
            "strict",
            "requires",
            "references",
            "query",
            "json_schema",
        ]
    ),
    "FRESHNESS": frozenset({"max_age_hours"}),
    "COMPLETENESS": frozenset({"min", "max", "blank"}),
    "SCHEMA_MATCH": frozenset({"columns", "exact", "ordered", "types", "min_count", "max_count", "position"}),
    "STATISTICAL": frozenset(
        [
            "measure",
            "min",
            "max",
            "strict_min",
            "strict_max",
            "quantile",
            "interpolation",
            "values",
            "others",
            "ties",
            "bins",
            "weights",
            "unseen",
            "threshold",
            "double_sided",
            "p_value",
        ]
    ),
}
"""What a rule of a type may be told, beside COMMON. A parameter that is not named here is refused."""
RULE_TYPES = tuple(PARAMETERS)


class RefusedRuleError(ValueError):
    """The rule cannot be compiled; the message says why and what would help."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `column` is as the table spells it, or as it was asked for where the table has none such.

    `sql` is the statement of the contract, filled in once compiled; `factors` are what its confidence rests on;
    `about_table`: its statement returns one row where it fails, not the failing rows.
    """

    type: str
    column: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    severity: str = "error"
    name: str = ""
    sql: str = ""
    about_table: bool = False
    factors: tuple[Factor, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """Every column that it names, once each, its own first."""
        given = self.parameters.get("columns") or ()
        named = [self.column, *(given if self.type != "SCHEMA_MATCH" else ())]
        named += [self.parameters.get(key) for key in ("left", "right", "order_by", "requires", "sum_of")]
        return tuple(dict.fromkeys(each for each in named if isinstance(each, str) and each))


def checked_parameters(rule: Rule) -> None:
    """Raises RefusedRuleError for an unknown type, an unknown parameter or a `mostly` that is no share."""
    if rule.type not in PARAMETERS:
        raise RefusedRuleError(f"type: {rule.type!r} is none of {', '.join(RULE_TYPES)}")
    unknown = sorted(set(rule.parameters) - PARAMETERS[rule.type] - COMMON)
    if unknown:
        known = ", ".join(sorted(PARAMETERS[rule.type] | COMMON))
        raise RefusedRuleError(f"parameters: {rule.type} knows no {', '.join(unknown)}; it knows {known}")
    share(rule.parameters.get("mostly"), "mostly")


def share(value: object, name: str) -> float | None:
    """A share, 0 to 1. Raises RefusedRuleError."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise RefusedRuleError(f"{name}: {value!r} is no share; give a number from 0 to 1")
    return float(value)
