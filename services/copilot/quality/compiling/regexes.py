"""Regular expressions as each dialect tests them. A pattern is found anywhere unless it says ^ and $."""

from __future__ import annotations

import re

from sqlglot import exp

from services.copilot.quality.compiling.building import Builder
from services.copilot.quality.compiling.likes import like_conditions
from services.copilot.quality.rule import RefusedRuleError

MOST = 1_000
_LOOKAROUND = re.compile(r"\(\?(?:[=!]|<[=!])")
_BACKWARD = re.compile(r"\\[1-9]|\(\?P[<=]")


def matches(builder: Builder, text: exp.Expr, pattern: str) -> exp.Expr:
    """The condition under which a text matches. Raises RefusedRuleError with the reason where it has no such test."""
    checked(pattern)
    if builder.dialect == "mssql":
        return like_conditions(builder, text, pattern)
    if _LOOKAROUND.search(pattern) and not builder.syntax.lookaround:
        raise RefusedRuleError(f"{builder.dialect} knows no look-around, which the pattern {pattern!r} uses")
    if _BACKWARD.search(pattern) and builder.dialect in ("duckdb", "snowflake"):
        raise RefusedRuleError(f"{builder.dialect} knows no back-references, which the pattern {pattern!r} uses")
    body = whole(pattern)
    if builder.dialect == "snowflake":
        pattern = pattern.replace("(?:", "(")  # it has plain groups alone; nothing refers to their numbers
        body = whole(pattern)
    if body is not None and builder.dialect in ("snowflake", "teradata"):
        return builder.fill(builder.syntax.full, text=text, pattern=exp.Literal.string(body))
    return builder.fill(builder.syntax.found, text=text, pattern=exp.Literal.string(pattern))


def checked(pattern: object) -> str:
    """The pattern where it is one. Raises RefusedRuleError."""
    if not isinstance(pattern, str) or len(pattern) > MOST:
        raise RefusedRuleError(f"pattern: give a regular expression of at most {MOST:,} characters")
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise RefusedRuleError(f"pattern: {pattern[:100]!r} is no regular expression: {error}") from None
    return pattern


def whole(pattern: str) -> str | None:
    """What stands between ^ and $ where the pattern is about the whole text, else None."""
    if not pattern.startswith("^") or not pattern.endswith("$") or pattern.endswith("\\$"):
        return None
    return pattern[1:-1] if not alternated(pattern) else None


def alternated(pattern: str) -> bool:
    """True where a | stands outside of every group and class."""
    plain = re.sub(r"\\.", "", pattern)
    plain = re.sub(r"\[\^?\]?[^\]]*\]", "", plain)
    depth = 0
    for character in plain:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            return True
    return False
