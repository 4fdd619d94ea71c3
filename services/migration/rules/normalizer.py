"""Normalizer → `normalizer`: repeated input ports become rows.

A pipeline Normalizer has an input port for each occurrence, `SALES_in1` … `SALES_in4`, which name the output they fill
by REF_SOURCE_FIELD; one over COBOL records has one input port, whose source field occurs several times. Where nothing
repeats, each row stays one row. Every GK_… numbers the input rows, GCID_… the occurrences. Source: PowerCenter
Transformation Guide, "Normalizer Transformation" ("Ports Tab", "Generated Keys").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.migration.ast import Role, TransformationField
from services.migration.rules import sql
from services.migration.rules.context import Context, NotConvertible, Outcome, Scope, connected
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, transformation
from services.migration.rules.ports import reference, scope
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.source import occurrence

NUMBERED = re.compile(r"(.+?)_in(\d*)", re.IGNORECASE)
KEPT_BETWEEN_RUNS = 0.7
"""Confidence where the tool goes on counting after the last run's number."""
Values = Mapping[str, Sequence[str]]  # output port → SQL of each of its occurrences


def convert(context: Context) -> Outcome:
    fields = context.transformation.fields
    outputs = [port for port in fields if port.role in (Role.OUTPUT, Role.INPUT_OUTPUT)]
    values = _values(context)
    filled = [port for port in outputs if values.get(port.name)]
    occurs = max((len(values[port.name]) for port in filled), default=0)
    repeated = [port for port in filled if len(values[port.name]) == occurs]
    single = [port for port in filled if len(values[port.name]) == 1 < occurs]
    if not filled:
        raise NotConvertible("nothing is connected to its input ports", "Connect its ports.")
    if len(repeated) + len(single) != len(filled):
        raise NotConvertible(
            "its columns occur differently often",
            "Write the records that the nested or differing OCCURS give.",
            needs_model=True,
        )
    keys = [port for port in fields if port.role is Role.GENERATED_KEY]
    indexes = [port for port in fields if port.role is Role.GENERATED_COLUMN_ID]
    if len([port for port in indexes if (context.name, port.name) in context.wanted]) > 1 and occurs > 1:
        raise NotConvertible(
            "several of its generated column ids are read, one for each level", "Write its levels.", needs_model=True
        )
    taken: set[str] = set()
    names = {port.name: unique(column_name(port.name), taken) for port in (*single, *repeated, *keys, *indexes)}
    before, relation = _spread(context, [*single, *repeated], values, names)
    node = transformation(
        context, "normalizer", _config(context, names, occurs, single, repeated, keys, indexes), [relation.ref]
    )
    columns = [Column(names[port.name], context.type_of(port)) for port in (*single, *repeated, *keys[:1])]
    columns += [Column(names[port.name], context.type_of(port)) for port in indexes[:1]]
    ports = {(context.name, port.name): names[port.name] for port in (*single, *repeated, *keys[:1], *indexes[:1])}
    ports |= {(context.name, port.name): names[keys[0].name] for port in keys[1:]}  # all number the input rows
    ports |= {(context.name, port.name): names[indexes[0].name] for port in indexes[1:]}
    return Outcome("normalizer", 1.0, (before, node), {"": Relation(node["id"], tuple(columns), ports)})


def _config(
    context: Context,
    names: Mapping[str, str],
    occurs: int,
    single: list[TransformationField],
    repeated: list[TransformationField],
    keys: list[TransformationField],
    indexes: list[TransformationField],
) -> dict[str, Any]:
    config: dict[str, Any] = {"occurs": occurs}
    if single:
        config["passthrough"] = [names[port.name] for port in single]
    config["columns"] = [
        {
            "name": names[port.name],
            "from": [_place(names[port.name], number, occurs) for number in range(1, occurs + 1)],
            "type": context.type_of(port),
        }
        for port in repeated
    ]
    if keys:
        config["generated_key"] = {"name": names[keys[0].name], "start": 1}
        _note_key(context, keys)
    if indexes:
        config["index_column"] = names[indexes[0].name]
    return config


def _note_key(context: Context, keys: list[TransformationField]) -> None:
    """Say where a key that something reads begins; with Restart it begins at 1 in every run of the tool too."""
    read = [port.name for port in keys if (context.name, port.name) in context.wanted]
    if not read or context.switch("Restart"):
        return
    how = "begins where this run began" if context.switch("Reset") else "goes on after the last run's number"
    context.warn(
        f"{', '.join(read)} begins at 1 in every run; in PowerCenter the next run {how}.", confidence=KEPT_BETWEEN_RUNS
    )


def _place(name: str, number: int, occurs: int) -> str:
    """The column that holds one occurrence."""
    return f"{name}_{number}" if occurs > 1 else name


def _values(context: Context) -> dict[str, list[str]]:
    """Output port → the SQL of its occurrences, in order, null for one that nothing is connected to."""
    found = scope(context)
    made = {}
    for name, inputs in _by_output(context).items():
        if len(inputs) == 1:
            made[name] = _all_of(context, inputs[0], found)
        else:
            made[name] = [_value(context, port, found) for port in inputs]
    connected_to = connected(context).ports
    read = {name for name, inputs in _by_output(context).items() if any(p.name in connected_to for p in inputs)}
    read |= {name for name in made if (context.name, name) in context.wanted}
    return {name: values for name, values in made.items() if name in read or len(values) > 1}


def _value(context: Context, port: TransformationField, found: Scope) -> str:
    return found.references.get(port.name) or sql.null(context.type_of(port), context.dialect)


def _all_of(context: Context, port: TransformationField, found: Scope) -> list[str]:
    """The occurrences behind one port: those of the source field that feeds it."""
    relation = connected(context).relation
    key = context.feeds.get(port.name)
    values = [_value(context, port, found)]
    while key is not None:
        column = relation.column(relation.ports.get(occurrence(*key, len(values) + 1), ""))
        if column is None:
            break
        values.append(reference(context, port, column))
    return values


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


def _spread(
    context: Context, ports: list[TransformationField], values: Values, names: Mapping[str, str]
) -> tuple[dict[str, Any], Relation]:
    """A node before it that names every occurrence: `SALES_1` … `SALES_4`."""
    columns = [
        (Column(_place(names[port.name], number, len(values[port.name])), context.type_of(port)), text)
        for port in ports
        for number, text in enumerate(values[port.name], 1)
    ]
    node = transformation(
        context,
        "sql_expression",
        {"columns": [computed(column, text) for column, text in columns]},
        [connected(context).relation.ref],
        name=f"{context.name}__occurrences",
    )
    return node, Relation(node["id"], tuple(column for column, _ in columns))
