"""Derived Column and Data Conversion: what becomes of a value that fails is said for each column."""

from __future__ import annotations

from services.migration.ast import Setting
from services.migration.rules import sql
from services.migration.rules.context import Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.ssis import columns, frame, texts
from services.migration.rules.ssis.failing import IGNORE, Failures
from services.migration.rules.steps.context import StepContext

_CASTS = {
    "str": "DT_STR,{length},{code_page}",
    "wstr": "DT_WSTR,{length}",
    "text": "DT_TEXT,{code_page}",
    "numeric": "DT_NUMERIC,{precision},{scale}",
    "decimal": "DT_DECIMAL,{scale}",
    "bytes": "DT_BYTES,{length}",
    "dbtime2": "DT_DBTIME2,{scale}",
    "dbtimestamp2": "DT_DBTIMESTAMP2,{scale}",
    "dbtimestampoffset": "DT_DBTIMESTAMPOFFSET,{scale}",
}
"""Types with options, as a cast of the expression language writes them."""


def derived(context: StepContext) -> Outcome:
    """Source: "Derived Column Transformation"."""
    failures = Failures()

    def write(context: StepContext, setting: Setting, given: Relation, place: str, column: Column) -> str:
        made = texts.expression(context, setting, given, place, target=column.type).sql
        made = failures.expression(context, setting, given, made, column)
        length = frame.text_length(column)
        failures.too_long(context, setting, made, column.type, column)
        cuts = setting.get("truncationRowDisposition") == IGNORE and length
        return sql.left(made, length, context.dialect) if cuts else made

    outcome = columns.computed(context, write, _has_expression, told=failures.tell)
    return failures.outcome(context, outcome)


def _has_expression(setting: Setting) -> bool:
    return bool(setting.get("Expression") or setting.get("FriendlyExpression"))


def convert(context: StepContext) -> Outcome:
    """Source: "Data Conversion Transformation"."""
    failures = Failures()

    def write(context: StepContext, setting: Setting, given: Relation, place: str, column: Column) -> str:
        source = frame.source_of(context, given, setting.get("SourceInputColumnLineageID"))
        within = context.scope(given)
        text = f"({_cast(setting)}){texts.bracketed(context, within, source)}"
        made = failures.cast(context, setting, source, context.expression(text, place, within).sql, column)
        failures.too_long(context, setting, frame.quoted(context, source), source.type, column)
        return made

    outcome = columns.computed(context, write, lambda _setting: False, told=failures.tell)
    return failures.outcome(context, outcome)


def _cast(setting: Setting) -> str:
    name = setting.get("dataType")
    options = _CASTS.get(name.lower())
    if options is None:
        return f"DT_{name.upper()}"
    return options.format(
        length=setting.get("length", "0"),
        code_page=setting.get("codePage", "1252"),
        precision=setting.get("precision", "18"),
        scale=setting.get("scale", "0"),
    )
