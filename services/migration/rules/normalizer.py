"""Normalizer → `normalizer`: repeated input ports become rows.

The inputs `SALES_in1` … `SALES_in4` name the output they fill by REF_SOURCE_FIELD; GK_… numbers the input rows, GCID_…
the occurrences. Source: PowerCenter Transformation Guide, "Normalizer Transformation".
"""

from __future__ import annotations

import re
from typing import Any

from services.migration.ast import Role, TransformationField
from services.migration.rules import sql
from services.migration.rules.context import Context, NotConvertible, Outcome, connected
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, transformation
from services.migration.rules.ports import scope
from services.migration.rules.relation import Column, Relation, unique

NUMBERED = re.compile(r"(.+?)_in(\d*)", re.IGNORECASE)


def convert(context: Context) -> Outcome:
    given = connected(context)
    fields = context.transformation.fields
    outputs = [port for port in fields if port.role in (Role.OUTPUT, Role.INPUT_OUTPUT)]
    inputs = _by_output(context)
    occurs = max((len(inputs.get(port.name, ())) for port in outputs), default=0)
    repeated = [port for port in outputs if len(inputs.get(port.name, ())) == occurs > 1]
    single = [port for port in outputs if len(inputs.get(port.name, ())) == 1]
    if not repeated or len(repeated) + len(single) != len(outputs):
        raise NotConvertible(
            "its ports do not show one group of columns that repeats",
            "Write the records that the nested or differing OCCURS give.",
            needs_model=True,
        )
    keys = [port for port in fields if port.role is Role.GENERATED_KEY]
    indexes = [port for port in fields if port.role is Role.GENERATED_COLUMN_ID]
    if len(keys) > 1 or len(indexes) > 1:
        raise NotConvertible("it has several levels of generated keys", "Write its levels by hand.", needs_model=True)
    before, relation = _renamed(context, given.relation.ref, [*single, *repeated], inputs)
    taken: set[str] = set()
    names = {port.name: unique(column_name(port.name), taken) for port in (*single, *repeated, *keys, *indexes)}
    config: dict[str, Any] = {"occurs": occurs}
    if single:
        config["passthrough"] = [names[port.name] for port in single]
    config["columns"] = [
        {
            "name": names[port.name],
            "from": [f"{names[port.name]}_{number}" for number in range(1, occurs + 1)],
            "type": context.type_of(port),
        }
        for port in repeated
    ]
    if keys:
        config["generated_key"] = {"name": names[keys[0].name], "start": 1}
        context.warn(
            f"{keys[0].name} begins at 1 in every run; PowerCenter goes on after the last run's number.", confidence=0.7
        )
    if indexes:
        config["index_column"] = names[indexes[0].name]
    node = transformation(context, "normalizer", config, [relation.ref])
    columns = tuple(Column(names[port.name], context.type_of(port)) for port in (*single, *repeated, *keys, *indexes))
    output = Relation(node["id"], columns, {(context.name, port): name for port, name in names.items()})
    return Outcome("normalizer", 1.0, (before, node), {"": output})


def _by_output(context: Context) -> dict[str, list[TransformationField]]:
    """Output port → the input ports that fill it, in order of occurrence."""
    found: dict[str, list[TransformationField]] = {}
    names = {port.name.lower(): port.name for port in context.transformation.fields if port.role.gives_output}
    for port in context.transformation.fields:
        if not port.role.takes_input:
            continue
        numbered = NUMBERED.fullmatch(port.name)
        candidates = [port.attributes.get("REF_SOURCE_FIELD", ""), port.ref_field, port.name]
        candidates += [numbered.group(1)] if numbered else []
        target = next((names[name.lower()] for name in candidates if name.lower() in names), None)
        if target:
            found.setdefault(target, []).append(port)
    return found


def _renamed(
    context: Context, ref: str, ports: list[TransformationField], inputs: dict[str, list[TransformationField]]
) -> tuple[dict[str, Any], Relation]:
    """A node before it that names every occurrence: `SALES_1` … `SALES_4`."""
    found = scope(context)
    columns: list[tuple[Column, str]] = []
    for port in ports:
        sources = inputs[port.name]
        kind = context.type_of(port)
        for number, source in enumerate(sources, 1):
            suffix = f"_{number}" if len(sources) > 1 else ""
            text = found.references.get(source.name) or sql.null(kind, context.dialect)
            columns.append((Column(column_name(port.name) + suffix, kind), text))
    node = transformation(
        context,
        "sql_expression",
        {"columns": [computed(column, text) for column, text in columns]},
        [ref],
        name=f"{context.name}__occurrences",
    )
    return node, Relation(node["id"], tuple(column for column, _ in columns))
