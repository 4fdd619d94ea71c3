"""Basic Data Profile: of each field, rows with the names and values of its statistics.

Source: Designer Help, "Basic Data Profile"; the statistics' names as the last runs of real workflows have them.
"""

from __future__ import annotations

from services.migration.rules.alteryx import frame
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

Statistics = dict[str, tuple[str, str]]
"""Name → the aggregate of {x}, and its type."""
OF_ANY: Statistics = {"Nulls": ("COUNT(*) - COUNT({x})", "bigint"), "Non-Nulls": ("COUNT({x})", "bigint")}
OF_ALL: Statistics = {**OF_ANY, "Uniques": ("COUNT(DISTINCT {x})", "bigint")}
OF_TEXTS: Statistics = {
    **OF_ALL,
    "Blanks": ("COALESCE(SUM(CASE WHEN {x} = '' THEN 1 ELSE 0 END), 0)", "bigint"),
    "Average Length": ("AVG(LENGTH({x}))", "double"),
    "Longest Length": ("MAX(LENGTH({x}))", "bigint"),
    "Shortest (Non Blank) Length": ("MIN(CASE WHEN {x} <> '' THEN LENGTH({x}) END)", "bigint"),
    "Minimum": ("MIN({x})", "varchar"),
    "Maximum": ("MAX({x})", "varchar"),
}
OF_NUMBERS: Statistics = {
    **OF_ALL,
    "Minimum": ("MIN({x})", "double"),
    "Maximum": ("MAX({x})", "double"),
    "Average": ("AVG({x})", "double"),
    "Sum": ("SUM({x})", "double"),
    "Standard Deviation": ("STDDEV_SAMP({x})", "double"),
    "Variance": ("VAR_SAMP({x})", "double"),
    "25th Percentile": ("PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY {x})", "double"),
    "50th Percentile": ("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {x})", "double"),
    "75th Percentile": ("PERCENTILE_CONT(0.75) WITHIN GROUP (ORDER BY {x})", "double"),
}
BY_KIND = {"string": OF_TEXTS, "number": OF_NUMBERS, "date": OF_ALL, "boolean": OF_ALL}
FIELD, NAME, VALUE = (Column(name, "varchar") for name in ("FieldName", "Name", "Value"))
MARK, LABEL = "|", "label"
PARTIAL = 0.6
"""Confidence of a profile that leaves some of the tool's statistics out."""


def convert(context: StepContext) -> Outcome:
    given = context.input()
    found = [
        (name, column, *statistic)
        for column in frame.visible(given)
        for name, statistic in BY_KIND.get(types.kind(column.type), OF_ANY).items()
    ]
    if not found:
        raise NotConvertible("no fields arrive at the tool", "Connect the step or remove it.")
    made = [Column(f"s{place}", kind) for place, (_, _, _, kind) in enumerate(found)]
    sql = [text.format(x=frame.identifier(context, column.name)) for _, column, text, _ in found]
    config = {"columns": [computed(*each) for each in zip(made, sql, strict=True)]}
    counted = context.node("sql_group_by", config, [given.ref], name=f"{context.name} counted")
    texts = _as_texts(context, Relation(counted["id"], tuple(made)))
    labels = [
        {"column": column.name, "label": f"{name}{MARK}{of.name}"}
        for column, (name, of, _, _) in zip(made, found, strict=True)
    ]
    turned = context.node(
        "unpivot",
        {"columns": labels, "name_column": LABEL, "value_column": VALUE.name, "value_type": VALUE.type},
        [texts["id"]],
        name=f"{context.name} rows",
    )
    nodes: list[Node] = [counted, texts, turned]
    label = frame.identifier(context, LABEL)
    place = f"POSITION('{MARK}' IN {label})"
    columns = [
        (FIELD, f"SUBSTRING({label}, {place} + 1)"),
        (NAME, f"SUBSTRING({label}, 1, {place} - 1)"),
        (VALUE, frame.identifier(context, VALUE.name)),
    ]
    shown = Relation(turned["id"], (Column(LABEL, "varchar"), VALUE))
    node, relation = frame.project(context, shown, columns)
    nodes.append(node)
    if frame.order_is_read(context):
        number, relation = frame.numbered(
            context, relation, [frame.key(FIELD.name), frame.key(NAME.name)], proven=False
        )
        nodes.append(number)
    context.warn(
        "Of the profile, the rows of types, sizes, sources, whitespace, histograms, unique values and margins of "
        "error are left out, and so are the longest and shortest values; large inputs have estimates in the original.",
        confidence=PARTIAL,
    )
    return Outcome("unpivot", 1.0, tuple(nodes), {"": relation})


def _as_texts(context: StepContext, given: Relation) -> Node:
    """Every statistic as a text, as the tool spells numbers."""
    scope = context.scope(given)
    columns = [
        computed(
            Column(column.name, "varchar"),
            context.expression(
                f"[{column.name}]" if column.type == "varchar" else f"ToString([{column.name}])",
                f"Field {column.name}",
                scope,
                target="varchar",
            ).sql,
        )
        for column in given.columns
    ]
    return context.node("sql_expression", {"columns": columns}, [given.ref], name=f"{context.name} texts")
