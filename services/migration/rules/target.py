"""Target Definition → `sink`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from services.migration.ast import MappingAST, SourceDefinition
from services.migration.conversion import ConversionSource, Issue
from services.migration.rules import connectors, flat_file, parameter_texts, raw_sql, target_values, update_override
from services.migration.rules.attribute_tables import CHECK
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.load import Load, as_written, decide
from services.migration.rules.names import NodeIds, column_name
from services.migration.rules.nodes import origin
from services.migration.rules.relation import Input, unique
from services.migration.rules.source import KEYS, UNKNOWN_SYSTEM
from services.migration.wording import counted
from services.pipelines import types
from services.pipelines.severity import Severity

NESTED = "xml"
FLATTENED = 0.70
"""Confidence where the shape of a document depends on how rows are written into it; as an XML source has it."""


def refuse_nested(item: SourceDefinition, reason: str) -> None:
    """Raises NotConvertible for a document whose groups of elements take rows of their own; `reason`: those differ."""
    system = connectors.system(item.database_type)
    if system is None or system.connector != NESTED:
        return
    groups = list(dict.fromkeys(field.attributes.get("GROUP", "") for field in item.fields))
    if len(groups) > 1 or reason:
        named = f" ({', '.join(groups)})" if len(groups) > 1 else ""
        raise NotConvertible(
            f"it is a document with groups of elements{named} that take rows of their own, nested by their keys",
            "Write the rows of each group to a table with the keys that tie them, and build the document from those.",
        )


def convert(
    item: SourceDefinition, given: Input, mapping: MappingAST, ids: NodeIds, place: int, dialect: str
) -> Outcome:
    """The sink of one target. Raises NotConvertible where its rows cannot be written as the session says."""
    warnings: list[str] = []
    found = connectors.system(item.database_type)
    if found is None:
        warnings.append(f"The database type '{item.database_type}' is not known; check the connector.")
    is_document = found is not None and found.connector == NESTED
    if is_document:
        warnings.append("The document is written as a list of rows, one element for each; its own nesting is not kept.")
    written = target_values.fit(item, given, ids, dialect)
    given, crossed = written.given, _crossed(item, given, mapping)
    warnings += written.warnings
    columns = _columns(item, given, warnings)
    _refuse_alike(columns)
    if not columns:
        raise NotConvertible("none of its columns is connected", "Connect its columns or remove the target.")
    load, given, flags = as_written(decide(item, given.relation.action, mapping), item, given, ids)
    keys = [column_name(field.name) for field in item.fields if KEYS.get(field.key) == "primary"]
    columns, keys, unused = update_override.applied(update_override.read(item), load, columns, keys, item.name)
    named = parameter_texts.named_by("; ".join(_written_statements(item).values()))
    warnings += [text for text in (load.note, load.doubt, unused, named) if text]
    if (load.mode in ("upsert", "update", "delete") or load.action_column) and not keys:
        raise NotConvertible(
            "its rows are updated or deleted by key, and the target definition has no primary key",
            "Name the key columns of the target.",
        )
    statements = _statements(item)
    location = _location(item)
    emptied = _emptied_first(item, statements, mapping) if load.mode == "append" and not load.action_column else None
    if emptied:
        load = Load("overwrite", note=load.note)
        location.update({"schema": emptied.db} if emptied.db and "schema" not in location else {})
        del statements["pre_sql"]
        statements = statements if "post_sql" in statements else {}
    config: dict[str, Any] = {**location, "mode": load.mode}
    if load.mode in ("upsert", "update", "delete") or load.action_column:
        config["keys"] = keys
    if load.action_column:
        config["action_column"] = load.action_column
    config.update({"columns": columns, "load_order": place, **statements})
    node = {
        "id": ids.new(item.name),
        "type": "sink",
        "connector": "fixed_width" if connectors.is_fixed_width(item) else (found or connectors.UNKNOWN).connector,
        "depends_on": [given.relation.ref],
        "config": config,
        "origin": origin(item.name, "Target Definition", item.origin),
    }
    if emptied:
        node["description"] = (
            f"The original's Pre SQL empties the target ({item.attributes['Pre SQL'].strip()}): overwrite."
        )
    confidence = min(written.confidence, UNKNOWN_SYSTEM if found is None or load.doubt else 1.0)
    confidence = min(confidence, FLATTENED if is_document else 1.0, CHECK if named else 1.0)
    issues = (*_unconnected(item, given, mapping), *crossed)
    return Outcome("sink", confidence, (*written.nodes, *flags, node), {}, warnings=tuple(warnings), issues=issues)


def _columns(item: SourceDefinition, given: Input, warnings: list[str]) -> list[dict[str, Any]]:
    columns = []
    for declared in item.fields:
        source = given.ports.get(declared.name)
        if source is None:
            continue
        found = types.canonical(declared.datatype, declared.precision, declared.scale, database=item.database_type)
        if found is None:
            warnings.append(f"Column {declared.name} has the unknown type '{declared.datatype}'.")
        column: dict[str, Any] = {
            "name": column_name(declared.name),
            "from": source.name,
            "type": found or source.type,
        }
        if not declared.nullable:
            column["nullable"] = False
        if declared.key in KEYS:
            column["key"] = KEYS[declared.key]
        if connectors.is_fixed_width(item):
            column.update(flat_file.place(declared))
        columns.append(column)
    return columns


def _refuse_alike(columns: list[dict[str, Any]]) -> None:
    """Raises NotConvertible where two column names differ by case alone, which SQL takes for one."""
    seen: dict[str, str] = {}
    for column in columns:
        other = seen.setdefault(column["name"].casefold(), column["name"])
        if other != column["name"]:
            raise NotConvertible(
                f"its columns {other} and {column['name']} differ by the case of letters alone", "Rename one of them."
            )


def _location(item: SourceDefinition) -> dict[str, Any]:
    config: dict[str, Any] = {}
    if item.connection:
        config["connection"] = item.connection
    if connectors.is_file(item):
        name = "Output filename"
        config["path"] = connectors.file_path(item.attributes, "Output file directory", name, item.table)
        options = flat_file.options(item)
        return {**config, "options": options} if options else config
    owner = item.attributes.get("Table Name Prefix", "").strip() or item.schema
    if owner:
        config["schema"] = connectors.table_name(owner)
    config["table"] = connectors.table_name(item.attributes.get("Target Table Name", "").strip() or item.table)
    return config


def _written_statements(item: SourceDefinition) -> dict[str, str]:
    found = {"pre_sql": item.attributes.get("Pre SQL", ""), "post_sql": item.attributes.get("Post SQL", "")}
    return {key: text.strip() for key, text in found.items() if text.strip()}


def _statements(item: SourceDefinition) -> dict[str, str]:
    statements = {key: raw_sql.with_parameters(text) for key, text in _written_statements(item).items()}
    system = connectors.system(item.database_type)
    if statements and system and system.dialect:
        statements["dialect"] = system.dialect
    return statements


def _emptied_first(item: SourceDefinition, statements: Mapping[str, str], mapping: MappingAST) -> exp.Table | None:
    """The table that Pre SQL truncates, where that is all it does, the table is this target, and nothing reads it."""
    text = statements.get("pre_sql", "").rstrip("; \n")
    if not re.fullmatch(r"TRUNCATE\s+TABLE\s+[\w$#.\"]+", text, re.IGNORECASE):
        return None
    table = exp.to_table(text.split()[-1])
    name = item.attributes.get("Target Table Name", "").strip() or item.table
    is_read = any(source.table.lower() == name.lower() for source in mapping.sources)
    return table if table.name.lower() == name.lower() and not is_read else None


def _crossed(item: SourceDefinition, given: Input, mapping: MappingAST) -> tuple[Issue, ...]:
    """Target columns filled from a column that bears the name of another target column which is filled otherwise."""
    names = {field.name.lower() for field in item.fields}
    feeds = {port.lower(): column.name.lower() for port, column in given.ports.items()}
    crossed = [
        f"{port} ← {given.ports[port].name}"
        for port in given.ports
        if feeds[port.lower()] != port.lower()
        and feeds[port.lower()] in names
        and port.lower() in {column.name.lower() for column in given.relation.columns}
    ]
    if len(crossed) < 2:
        return ()
    return (
        Issue(
            Severity.WARNING,
            "CROSSED_COLUMNS",
            f"Columns of {item.name} are filled from columns that bear each other's names: {', '.join(crossed)}. "
            "The pipeline does what the mapping does.",
            "Check in the mapping whether the connectors were crossed by mistake.",
            mapping=mapping.name,
            object=item.name,
            origin=item.origin,
        ),
    )


def _unconnected(item: SourceDefinition, given: Input, mapping: MappingAST) -> tuple[Issue, ...]:
    missing = [declared.name for declared in item.fields if declared.name not in given.ports]
    if not missing:
        return ()
    required = [f.name for f in item.fields if f.name in missing and not f.nullable]
    return (
        Issue(
            Severity.WARNING if required else Severity.INFO,
            "UNCONNECTED_TARGET_COLUMNS",
            f"Not connected and left to the defaults of {item.name}: {counted(len(missing), 'column')}, "
            f"{', '.join(missing)}." + (f" Not nullable: {', '.join(required)}." if required else ""),
            "Connect them, or check that the target fills them.",
            mapping=mapping.name,
            object=item.name,
            origin=item.origin,
        ),
    )


def by_hand(
    item: SourceDefinition, inputs: Mapping[str, Input], ids: NodeIds, place: int, refused: NotConvertible
) -> Outcome:
    """A target that cannot be written as it stands: a `manual` node with its columns, and the sink after it."""
    taken: set[str] = set()
    columns = [
        {"name": unique(column_name(f.name), taken), "type": _type_of(item, f.datatype, f.precision, f.scale)}
        for f in item.fields
    ]
    described = ", ".join(f"{key}={value}" for key, value in sorted(item.attributes.items()) if value)
    manual = {
        "id": ids.new(f"{item.name}__manual"),
        "type": "transformation",
        "transform": "manual",
        "depends_on": [given.relation.ref for given in inputs.values()],
        "config": {
            "original": f"Target {item.name}: table {item.table}, {item.database_type}. {described}".strip(),
            "original_type": "Target Definition",
            "reason": refused.reason,
            "todo": refused.todo,
            "columns": columns,
        },
        "origin": origin(item.name, "Target Definition", item.origin),
    }
    system = connectors.system(item.database_type) or connectors.UNKNOWN
    sink = {
        "id": ids.new(item.name),
        "type": "sink",
        "connector": "fixed_width" if connectors.is_fixed_width(item) else system.connector,
        "depends_on": [manual["id"]],
        "config": {**_location(item), "mode": "append", "load_order": place},
        "origin": origin(item.name, "Target Definition", item.origin),
    }
    return Outcome(
        "sink",
        0.0,
        (manual, sink),
        {},
        source=ConversionSource.UNSUPPORTED,
        requires_manual_review=True,
        warnings=(refused.reason,),
    )


def _type_of(item: SourceDefinition, datatype: str, precision: int, scale: int) -> str:
    return types.canonical(datatype, precision, scale, database=item.database_type) or "varchar"
