"""Source Qualifier → `source_connector_sql_pushdown`: one query that the source database itself runs.

The generated query selects the connected ports; a `Sql Query` replaces it and gives them by position; joins come from
`User Defined Join` or the sources' key relationships. Source: PowerCenter Transformation Guide, "Source Qualifier".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from services.migration.ast import SourceDefinition, TransformationField
from services.migration.flow import PortKey
from services.migration.rules import connectors, parameter_texts, raw_sql
from services.migration.rules.context import Context, NotConvertible, Outcome
from services.migration.rules.nodes import transformation
from services.migration.rules.relation import Column, Relation, SortKey, unique

REVIEW = 0.79
"""Confidence where the query is carried over but its match with the ports needs a person's eye."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """The qualifier with its sources: instance name → (definition, relation)."""

    context: Context
    sources: dict[str, tuple[SourceDefinition, Relation]]
    feeds: dict[str, PortKey]  # port → (source instance, column)

    @property
    def system(self) -> connectors.System:
        types = [item.connection_type or item.database_type for item, _ in self.sources.values()]
        return (connectors.system(types[0]) if types else None) or connectors.UNKNOWN

    def named(self) -> dict[str, Relation]:
        """Relations by every name SQL may call them: instance and, where only one source has it, table."""
        tables: dict[str, list[Relation]] = {}
        for item, relation in self.sources.values():
            tables.setdefault(item.table.lower(), []).append(relation)
        found = {name: relations[0] for name, relations in tables.items() if len(relations) == 1}
        found.update({name.lower(): relation for name, (_, relation) in self.sources.items()})
        return found

    def origin_of(self, port: str) -> str:
        """`<source id>.<column>` behind a port."""
        instance, field = self.feeds[port]
        relation = self.sources[instance][1]
        return f"{relation.ref}.{relation.ports[(instance, field)]}"


def convert(context: Context) -> Outcome:
    reader = _reader(context)
    ports = [port for port in context.transformation.fields if port.role.gives_output]
    taken: set[str] = set()
    columns = {port.name: _renamed(context.column(port), taken) for port in ports}
    query = context.attribute("Sql Query")
    if query:
        chosen = _by_position(reader, ports, query)
        config = _override(reader, query)
    else:
        chosen = [port for port in ports if port.name in reader.feeds]
        if context.switch("Select Distinct"):  # the generated query selects what is connected, and compares that
            chosen = [port for port in chosen if (context.name, port.name) in context.wanted] or chosen
        config = _generated(reader)
    if not chosen:
        raise NotConvertible("none of its ports is connected to a source", "Connect its ports.")
    items: list[dict[str, Any]] = []
    for port in chosen:
        item: dict[str, Any] = {"name": columns[port.name].name}
        if not query:
            item["from"] = reader.origin_of(port.name)
        items.append({**item, "type": columns[port.name].type})
    config = {"columns": items, **config, **_statements(context, reader.system.dialect)}
    if "dialect" not in config and reader.system.dialect and set(config) & {"pre_sql", "post_sql"}:
        config["dialect"] = reader.system.dialect
    order: tuple[SortKey, ...] = ()
    sorted_ports = _sorted_ports(context, chosen)
    if sorted_ports and not query:
        config["order_by"] = [reader.origin_of(port.name) for port in sorted_ports]
        first = reader.system.nulls_first
        order = tuple(SortKey(columns[port.name].name, nulls_first=first) for port in sorted_ports)
    if query:
        order = _order_of_override(reader, query, [columns[port.name] for port in chosen])
    refs = [relation.ref for _, relation in reader.sources.values()]
    node = transformation(context, "source_connector_sql_pushdown", config, refs)
    relation = Relation(
        node["id"],
        tuple(columns[port.name] for port in chosen),
        {(context.name, port.name): columns[port.name].name for port in chosen},
        order,
    )
    return Outcome("source_connector_sql_pushdown", CONFIDENCE_OVERRIDE if query else 1.0, (node,), {"": relation})


CONFIDENCE_OVERRIDE = 0.90
"""The documented range is 0.90 to 0.95: the lower end where a person's own query replaces the generated one."""


def _renamed(column: Column, taken: set[str]) -> Column:
    return Column(unique(column.name, taken), column.type)


def _reader(context: Context) -> _Reader:
    feeds = dict(context.feeds)
    names = dict.fromkeys([*context.transformation.associated_sources, *(key[0] for key in feeds.values())])
    definitions = {item.name: item for item in context.mapping.sources}
    sources = {
        name: (definitions[name], context.sources[name])
        for name in names
        if name in definitions and name in context.sources
    }
    if not sources:
        raise NotConvertible("it has no source", "Connect it to its source.")
    kinds = {item.connection or item.database or item.database_type for item, _ in sources.values()}
    if len(kinds) > 1:
        context.warn(f"Its sources name different connections: {', '.join(sorted(kinds))}.", confidence=REVIEW)
    usable = {port: key for port, key in feeds.items() if key[0] in sources}
    return _Reader(context, sources, usable)


def _by_position(reader: _Reader, ports: list[TransformationField], query: str) -> list[TransformationField]:
    """The ports that a query's columns fill, in order: the tool asks for one column for each connected port."""
    context = reader.context
    used = [port for port in ports if (context.name, port.name) in context.wanted]
    count = raw_sql.output_count(query, reader.system.dialect)
    if count == len(ports) or (count is None and not used):
        return ports
    if count != len(used):
        told = "an unknown number of" if count is None else str(count)
        context.warn(
            f"The Sql Query gives {told} columns for {len(used)} connected ports; check that they match by position.",
            confidence=REVIEW,
        )
    return used


def _override(reader: _Reader, query: str) -> dict[str, Any]:
    parameter_texts.note(reader.context, query)
    config: dict[str, Any] = {"query": _bound(reader.context, raw_sql.whole(query), reader.system.dialect)}
    if reader.system.dialect:
        config["dialect"] = reader.system.dialect
    ignored = [name for name in ("Source Filter", "User Defined Join") if reader.context.attribute(name)]
    if ignored:
        reader.context.warn(f"{' and '.join(ignored)} have no effect: the Sql Query replaces them.")
    return config


def _order_of_override(reader: _Reader, query: str, columns: list[Column]) -> tuple[SortKey, ...]:
    """The order that a query states, as far as its keys are among the columns it gives."""
    dialect = reader.system.dialect
    names = [name.lower() for name in raw_sql.output_names(query, dialect) or ()]
    found: list[SortKey] = []
    for key in raw_sql.order_of(query, dialect):
        if names.count(key.column.lower()) != 1 or len(names) != len(columns):
            break
        column = columns[names.index(key.column.lower())]
        found.append(SortKey(column.name, key.descending, key.nulls_first))
    return tuple(found)


def _generated(reader: _Reader) -> dict[str, Any]:
    context, dialect = reader.context, reader.system.dialect
    config: dict[str, Any] = {}
    condition = context.attribute("Source Filter")
    join = context.attribute("User Defined Join")
    if join and re.search(r"\bjoin\b", join, re.IGNORECASE):
        return _written_out(reader, "outer join of User Defined Join", join, condition)
    for place, text in (("User Defined Join", join), ("Source Filter", condition)):
        why = raw_sql.needs_query(text, dialect) if text else ""
        if why:
            joined = [join] if join else [_as_written(reader, text) for text in _key_joins(reader)]
            everything = " AND ".join(f"({part})" for part in (*joined, condition) if part)
            return _written_out(reader, f"{why} of {place}", ", ".join(_tables(reader)), everything)
    if condition:
        parameter_texts.note(context, condition)
        config["filter"] = raw_sql.qualified(
            condition, dialect, "Source Filter", reader.named(), context.parameter_types
        )
    joins = _key_joins(reader)
    if join:
        joins = [raw_sql.qualified(join, dialect, "User Defined Join", reader.named(), context.parameter_types)]
    if joins:
        config["joins"] = joins
    elif len(reader.sources) > 1:
        context.warn(
            "Its sources are joined by no condition and no key relationship: every combination of rows is read.",
            confidence=REVIEW,
        )
    if context.switch("Select Distinct"):
        config["distinct"] = True
    if dialect and (condition or joins):
        config["dialect"] = dialect
    return config


def _written_out(reader: _Reader, what: str, tables: str, condition: str) -> dict[str, Any]:
    """The query that the tool generates: the conditions stand in it as they were typed."""
    context = reader.context
    parameter_texts.note(context, f"{tables} {condition}")
    ports = [port.name for port in context.transformation.fields if port.name in reader.feeds]
    if context.switch("Select Distinct"):
        ports = [port for port in ports if (context.name, port) in context.wanted] or ports
    columns = [f"{reader.sources[key[0]][0].table}.{key[1]}" for key in (reader.feeds[port] for port in ports)]
    distinct = "DISTINCT " if context.switch("Select Distinct") else ""
    joined = tables.replace("{", "").replace("}", "").strip()
    query = f"SELECT {distinct}{', '.join(columns)} FROM {joined}"  # noqa: S608 - text for a document; nothing runs here
    if condition:
        query += f" WHERE {condition}"
    raw_sql.parse(query, reader.system.dialect, "User Defined Join")
    context.warn(f"The {what} is written out as a query; check it in the source.")
    config: dict[str, Any] = {"query": _bound(context, query, reader.system.dialect)}
    return {**config, "dialect": reader.system.dialect} if reader.system.dialect else config


def _tables(reader: _Reader) -> list[str]:
    """The tables of a FROM clause, with their owners; conditions name them without."""
    return [
        f"{item.schema}.{item.table} {item.table}" if item.schema else item.table for item, _ in reader.sources.values()
    ]


def _as_written(reader: _Reader, condition: str) -> str:
    """A condition over source ids as one over the tables."""
    for item, relation in reader.sources.values():
        condition = re.sub(rf"\b{re.escape(relation.ref)}\.", f"{item.table}.", condition)
    return condition


def _key_joins(reader: _Reader) -> list[str]:
    """Join conditions from foreign keys among the sources."""
    tables = {item.table.lower(): (item, relation) for item, relation in reader.sources.values()}
    joins = []
    for name, (item, relation) in reader.sources.items():
        for column in item.fields:
            referenced = tables.get(column.attributes.get("REFERENCEDTABLE", "").lower())
            target = column.attributes.get("REFERENCEDFIELD", "")
            if referenced is None or referenced[0] is item:
                continue
            other = referenced[1].ports.get((referenced[0].name, target))
            if other:
                own = relation.ports[(name, column.name)]
                joins.append(f"{relation.ref}.{own} = {referenced[1].ref}.{other}")
    return joins


def _bound(context: Context, text: str, dialect: str) -> str:
    """SQL of the source with the pipeline's parameters in it."""
    return raw_sql.with_parameters(text, dialect, context.parameter_types)


def _statements(context: Context, dialect: str) -> dict[str, str]:
    found = {"pre_sql": context.attribute("Pre SQL"), "post_sql": context.attribute("Post SQL")}
    for text in found.values():
        parameter_texts.note(context, text)
    return {key: _bound(context, text, dialect) for key, text in found.items() if text}


def _sorted_ports(context: Context, chosen: list[TransformationField]) -> list[TransformationField]:
    number = context.attribute("Number Of Sorted Ports") or "0"
    return chosen[: int(number)] if number.isdigit() else []
