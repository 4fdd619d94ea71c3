"""Conversions and comparisons by the rules of Alteryx: a formula knows numbers and texts, and dates are texts.

Texts and numbers don't go together: the tool rejects such an expression, and so is it here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from sqlglot import exp

from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import (
    BOOLEAN,
    DATE,
    DAY,
    INTEGER,
    NULL,
    STRING,
    TIMESTAMP,
    UNKNOWN,
    Value,
)
from services.migration.expressions.sql.templates import parenthesised

_FREE = frozenset({"null", "unknown"})
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?P<time>[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?)?\Z", re.ASCII)


def iso_moment(text: str) -> datetime | None:
    """The date that a text in the tool's own format stands for; None for another text."""
    if _ISO.match(text) is None:
        return None
    try:
        return datetime.fromisoformat(text[:26])
    except ValueError:
        return None


class AlteryxBuilder(SqlBuilder):
    """A comparison with NULL is true or false, never NULL; a NULL condition is false."""

    def as_condition(self, value: Value) -> Value:
        if value.kind.name in ("string", "date"):
            raise Refused(f"a {value.kind.name} is used as a condition, which the tool rejects")
        if value.kind == NULL:
            return super().as_condition(self.boolean(False))
        condition = super().as_condition(value)
        return condition if value.never_null else never_unknown(self, condition)

    def negate(self, value: Value) -> Value:
        """What is negated twice is as it was."""
        if isinstance(value.node, exp.Not) and value.never_null:
            inner = value.node.this
            return replace(value, node=inner.this if isinstance(inner, exp.Paren) else inner)
        result = super().negate(value)
        result.never_null = True
        return result

    def as_number(self, value: Value) -> Value:
        if value.kind.name == "string":
            raise Refused("a text is used as a number, which the tool rejects without ToNumber")
        if value.kind.name == "unknown":
            self.caution("UNKNOWN_TYPE")
        if value.kind.name == "null":
            return Value(exp.Cast(this=exp.Null(), to=exp.DataType.build("int")), INTEGER, size=2)
        return super().as_number(value)

    def as_text(self, value: Value) -> Value:
        match value.kind.name:
            case "string":
                return value
            case "null":
                return Value(exp.Null(), STRING)
            case "unknown":
                self.caution("UNKNOWN_TYPE")
                return value
            case "date":
                return self.date_text(value)
        raise Refused(f"a {value.kind.name} is used as text, which the tool rejects without ToString")

    def date_text(self, value: Value) -> Value:
        """A date as the tool keeps it: a text in ISO form, with the time where it is a date and time."""
        operation = "timestamp_text" if value.kind.detail == "timestamp" else "day_text"
        return own(self, operation, STRING, d=value).unless_null(value)

    def as_date(self, value: Value) -> Value:
        """A date; a text that is none in ISO form is NULL, for the tool reports it and goes on."""
        match value.kind.name:
            case "date":
                return value
            case "null":
                return Value(exp.Cast(this=exp.Null(), to=exp.DataType.build("timestamp")), TIMESTAMP)
            case "string":
                return self._text_date(value)
            case "unknown":
                self.caution("UNKNOWN_TYPE")
                return value
        raise Refused(f"a {value.kind.name} is used as a date, which the tool rejects")

    def _text_date(self, value: Value) -> Value:
        if not isinstance(value.constant, str):
            return own(self, "text_date", TIMESTAMP, s=value)
        moment = iso_moment(value.constant)
        if moment is None:
            self.caution("NO_ISO_DATE")
            return Value(exp.Cast(this=exp.Null(), to=exp.DataType.build("timestamp")), TIMESTAMP)
        return self.date_constant(moment, is_day=len(value.constant) == len("2000-01-01"))

    def date_constant(self, moment: datetime, *, is_day: bool) -> Value:
        text = moment.isoformat(sep=" ")[:10] if is_day else moment.isoformat(sep=" ")
        to = exp.DataType.build("date" if is_day else "timestamp")
        return Value(exp.Cast(this=exp.Literal.string(text), to=to), DAY if is_day else TIMESTAMP, None, True)

    def alike(self, left: Value, right: Value) -> tuple[Value, Value]:
        kinds = {left.kind.name, right.kind.name} - _FREE
        if kinds == {"date", "string"}:
            return self._dates(left, right)
        if kinds == {"date"} and "day" in (left.kind.detail, right.kind.detail) and self._day(left) != self._day(right):
            self.caution("DAY_AGAINST_TIME")
        if "string" in kinds and len(kinds) > 1:
            other = (kinds - {"string"}).pop()
            raise Refused(f"a text is compared with a {other}, which the tool rejects")
        if "date" in kinds and len(kinds) > 1:
            raise Refused(f"a date is compared with a {(kinds - {'date'}).pop()}, which the tool rejects")
        return super().alike(left, right)

    def _dates(self, left: Value, right: Value) -> tuple[Value, Value]:
        """A date beside a text: as dates where the text is one for certain, as texts otherwise."""
        texts = [v for v in (left, right) if v.kind.name == "string"]
        if isinstance(texts[0].constant, str) and iso_moment(texts[0].constant):
            return self.alike(self.as_date(left), self.as_date(right))
        return self.as_text(left), self.as_text(right)

    def _day(self, value: Value) -> bool:
        return value.kind.detail in ("day", DATE.detail)


def never_unknown(b: SqlBuilder, condition: Value) -> Value:
    """False where a predicate is neither true nor false."""
    if condition.never_null:
        return condition
    result = own(b, "true_only", BOOLEAN, c=condition)
    result.never_null = True
    return result


def known(b: SqlBuilder, value: Value) -> Value:
    if value.kind == UNKNOWN:
        b.caution("UNKNOWN_TYPE")
    return value


def blank(b: SqlBuilder, value: Value) -> Value:
    """A text, '' for NULL: what the tool's text functions make of it where they give no NULL."""
    text = b.as_text(value)
    if value.kind == NULL:
        return b.string("")
    if text.never_null:
        return text
    result = b.sql("COALESCE({s}, '')", STRING, s=text)
    result.never_null = True
    return result


def relaxed(node: exp.Expr) -> exp.Expr:
    """A condition where NULL counts as false anyhow: without the guards that make it false."""
    if isinstance(node, (exp.And, exp.Or)):
        node.set("this", relaxed(node.this))
        node.set("expression", relaxed(node.expression))
    elif isinstance(node, exp.Paren):
        inner = relaxed(node.this)
        node.set("this", inner)
    elif isinstance(node, exp.Anonymous) and node.name == "COALESCE":
        first, *others = node.expressions
        if len(others) == 1 and isinstance(others[0], exp.Boolean) and not others[0].this:
            return parenthesised(first) if isinstance(first, (exp.And, exp.Or)) else first
    return node
