"""Aggregator: groups and calculations.

Calculations are made in double precision unless the column is declared otherwise. Where every value of a group is null,
the result is 0 unless nulls are allowed as results. A null key forms a group. Source: Parallel Job Developer's Guide,
"Aggregator stage"; Advanced Developer's Guide, "group operator".
"""

from __future__ import annotations

import re

from services.migration.ast import Setting
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage, option
from services.migration.rules.datastage.spelling import spelled
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

NULLABLE = "CASE WHEN COUNT({x}) = 0 THEN 0 ELSE {call} END"
CALCULATIONS = {
    "sum": "SUM({x})",
    "mean": "AVG(CAST({x} AS DOUBLE PRECISION))",
    "max": "MAX({x})",
    "min": "MIN({x})",
    "std": "STDDEV_SAMP({x})",
    "stddev": "STDDEV_SAMP({x})",
    "standarddeviation": "STDDEV_SAMP({x})",
    "var": "VAR_SAMP({x})",
    "variance": "VAR_SAMP({x})",
    "range": "MAX({x}) - MIN({x})",
    "uss": "SUM({x} * {x})",
    "css": "SUM({x} * {x}) - CAST(SUM({x}) AS DOUBLE PRECISION) * SUM({x}) / COUNT({x})",
    "ste": "STDDEV_SAMP({x}) / SQRT(COUNT({x}))",
    "cv": "100 * STDDEV_SAMP({x}) / NULLIF(AVG(CAST({x} AS DOUBLE PRECISION)), 0)",
}
COUNTS = {
    "count": "COUNT({x})",
    "n": "COUNT({x})",
    "nvalues": "COUNT({x})",
    "nonmissing": "COUNT({x})",
    "missing": "COUNT(*) - COUNT({x})",
    "nmissing": "COUNT(*) - COUNT({x})",
    "nmis": "COUNT(*) - COUNT({x})",
    "nrecs": "COUNT(*)",
    "sumw": "COUNT({x})",  # every row weighs 1 where no column holds weights
}
WEIGHTED = {
    "sum": "SUM({x} * {arg})",
    "mean": "SUM(CAST({x} AS DOUBLE PRECISION) * {arg}) / NULLIF(SUM(CASE WHEN {x} IS NOT NULL THEN {arg} END), 0)",
    "uss": "SUM({x} * {x} * {arg})",
    "sumw": "SUM(CASE WHEN {x} IS NOT NULL THEN {arg} END)",
}
"""Calculations in which a row counts as often as its weight says; the other calculations know no weights."""
WEIGHED = "Sums, means and sums of weights count a row as often as its column {} says; other calculations do not."
UNCLEAR_WITH_WEIGHTS = frozenset({"cv", "pctcv"})
SETTINGS_OF_A_CALCULATION = frozenset(
    {"preservetype", "missingvalue", "decimaloutput", "mis", "mval", "weightfield", "weight", "weightcolumn"}
)
MISSING = ("mval", "mis", "missingvalue")
WEIGHTS = ("weightfield", "weight", "weightcolumn")
_DIGITS = re.compile(r"\d+ *, *\d+")
SUMMARY = "Calculate from the rows themselves, in one Aggregator."


def aggregator(context: StepContext) -> Outcome:
    stage = Stage(context)
    given, leaving = stage.stream(), stage.output()
    keys = [_key(stage, given, one) for one in stage.all("key")]
    made = _calculations(stage, given)
    declared = stage.columns(leaving.fields) or tuple(
        [*keys, *(Column(name, kind) for name, (_, kind) in made.items())]
    )
    columns = []
    by_name = {name.lower(): entry for name, entry in made.items()}
    for place, column in enumerate(declared):
        found = by_name.get(column.name.lower())
        if found is None and leaving.fields:  # renamed on the mapping page
            found = by_name.get(leaving.fields[place].expression.strip().rpartition(".")[2].lower())
        if found is None:
            source = stage.source_of(leaving.fields[place], [given]) if leaving.fields else (given, column)
            if source is None or source[1] not in keys:
                raise NotConvertible(
                    f"output column {column.name} is neither a key nor a calculation", "Remove it or calculate it."
                )
            found = (stage.identifier(source[1].name), column.type)
        columns.append({"name": column.name, "expression": _held(stage, leaving, found, column), "type": column.type})
    config: dict[str, object] = {"columns": columns}
    if keys:
        config["group_by"] = [stage.identifier(key.name) for key in keys]
    else:
        config["having"] = "COUNT(*) > 0"  # no rows make no group
    node = stage.add("sql_group_by", config, [given.relation.ref])
    return stage.done("sql_group_by", 0.95, {leaving.name: Relation(node, declared)})


def _held(stage: Stage, leaving: Leaving, found: tuple[str, str], column: Column) -> str:
    """A result as its column holds it: a whole number drops the decimals, which SQL would round."""
    text, kind = found
    return stage.narrowed(text, Column(column.name, kind), column, leaving) if types.is_whole(column.type) else text


def _key(stage: Stage, given: Arriving, stated: Setting) -> Column:
    column = stage.input_column(given, stated.value.strip(), "its key")
    if option(stated, "ci\\cs") == "ci" and types.kind(column.type) == "string":
        raise NotConvertible(
            f"its key {column.name} is compared without case, and which spelling comes out is not fixed",
            "Add a column in upper case and use it as the key.",
        )
    return column


def _calculations(stage: Stage, given: Arriving) -> dict[str, tuple[str, str]]:
    """Output column → its SQL and the type it has by itself."""
    allows_null = stage.flag("nul_res", "null_res", "allownulloutput", "nullOutput")
    found: dict[str, tuple[str, str]] = {}
    if recalculated := stage.all("rereduce"):
        raise NotConvertible(
            f"it recalculates from {recalculated[0].value.strip()}, the summary that another Aggregator made, which is "
            "a sub-record",
            SUMMARY,
        )
    for one in stage.all("reduce"):
        weight = _weight(stage, given, one)
        column = stage.input_column(given, one.value.strip(), "its calculation")
        missing = option(one, *MISSING)
        text = stage.identifier(column.name)
        if missing:
            literal = missing if types.kind(column.type) == "number" else "'" + missing.replace("'", "''") + "'"
            text = f"NULLIF({text}, {literal})"
        for calculation in one.children:
            if calculation.name.lower() in SETTINGS_OF_A_CALCULATION or not calculation.value.strip():
                continue
            nullable = given.nullable(column.name) or bool(missing)
            found[calculation.value.strip()] = _calculation(
                stage, calculation, text, column, nullable and not allows_null, weight
            )
    for one in stage.all("countField", "count_field"):
        weight = _weight(stage, given, one)
        found[one.value.strip()] = (f"COALESCE(SUM({weight}), 0)", "double") if weight else ("COUNT(*)", "integer")
    return found


def _weight(stage: Stage, given: Arriving, setting: Setting) -> str:
    """SQL of the column by which rows are weighed; "" where every row weighs the same."""
    stated = option(setting, *WEIGHTS)
    if stated:
        stage.context.warn(WEIGHED.format(stated), confidence=0.84)
    return stage.identifier(stage.input_column(given, stated, "its weight").name) if stated else ""


def _calculation(
    stage: Stage, calculation: Setting, text: str, column: Column, zero: bool, weight: str
) -> tuple[str, str]:
    name = calculation.name.lower().replace("_", "").replace(" ", "")
    if weight and name in UNCLEAR_WITH_WEIGHTS:
        raise NotConvertible(
            f"its {calculation.name} of {column.name} goes by the weights of {weight} in a way that is not documented",
            "Write the calculation as SQL.",
        )
    if weight and name in WEIGHTED:
        call = spelled(WEIGHTED[name], stage.dialect).format(x=text, arg=weight)
        return NULLABLE.format(x=text, call=call) if zero else call, "double"
    if name in COUNTS:
        return spelled(COUNTS[name], stage.dialect).format(x=text), "integer"
    if name == "summary":
        raise NotConvertible(
            f"it makes a summary of {column.name} for another Aggregator to recalculate from, which is a sub-record",
            SUMMARY,
        )
    template = CALCULATIONS.get(name)
    if template is None:
        raise NotConvertible(
            f"it calculates '{calculation.name}' of {column.name}, which is not known", "Write the calculation as SQL."
        )
    call = spelled(template, stage.dialect).format(x=text)
    if zero and types.kind(column.type) == "number":
        call = NULLABLE.format(x=text, call=call)
    digits = stage.text("defaultToDecimal")
    return call, f"decimal({digits.replace(' ', '')})" if _DIGITS.fullmatch(digits) else "double"
