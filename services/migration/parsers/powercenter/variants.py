"""What runs: a mapping with the overrides and connections of each session, one entry per distinct set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.migration.ast import SourceDefinition, Transformation
from services.migration.parsers.powercenter.connections import Node
from services.migration.parsers.powercenter.expand import Graph
from services.migration.parsers.powercenter.model import Extension, Session
from services.migration.parsers.powercenter.transformations import QUALIFIERS

# Session attributes that say how a mapping is run; logs, caches and buffers do not matter.
MEANINGFUL = frozenset(
    {
        "Treat source rows as",
        "$Source connection value",
        "$Target connection value",
        "Commit Type",
        "Commit Interval",
        "Commit On End Of File",
        "Rollback Transactions on Errors",
        "Recovery Strategy",
        "Incremental Aggregation",
        "Enable high precision",
        "Parameter Filename",
        "Constraint based load ordering",
        "DateTime Format String",
        "Pre 85 Timestamp Compatibility",
        "Stop on errors",
        "Session Sort Order",
        "Enable Test Load",
    }
)
# Of those, the ones that change the rows written; commits and recovery do not.
_DECISIVE = frozenset(
    {
        "Treat source rows as",
        "Parameter Filename",
        "Incremental Aggregation",
        "Enable high precision",
        "DateTime Format String",
        "Pre 85 Timestamp Compatibility",
        "Session Sort Order",
    }
)
_DEFAULT_CONNECTIONS = {"$SOURCE": "$Source connection value", "$TARGET": "$Target connection value"}
WITHOUT_MEANING = ("Reject file", "Merge ", "Is Partitionable", "Tracing Level", "Override tracing")
"""How names of an instance's attributes begin that change no row."""


@dataclass(slots=True)
class Variant:
    """A mapping's nodes as one or more sessions run them."""

    nodes: dict[str, Node]
    sessions: list[Session] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)


def variants(graph: Graph, sessions: list[Session]) -> list[Variant]:
    """One variant per distinct result, in the order of the sessions; the bare mapping where none runs it."""
    if not sessions:
        return [Variant(graph.nodes)]
    found: dict[object, Variant] = {}
    behind = {c.from_instance: c.to_instance for c in graph.connectors if _reads(graph.nodes.get(c.to_instance))}
    for session in sessions:
        attributes = {k: v for k, v in session.attributes.items() if k in MEANINGFUL}
        nodes = {name: _applied(node, session, behind.get(name, "")) for name, node in graph.nodes.items()}
        decisive = tuple(sorted(item for item in attributes.items() if item[0] in _DECISIVE))
        key = (decisive, tuple(_changes(node) for node in nodes.values()))
        found.setdefault(key, Variant(nodes, attributes=attributes)).sessions.append(session)
    return list(found.values())


def _changes(node: Node) -> object:
    """What a session made of a node, for comparison."""
    attributes = tuple((k, node.attributes[k]) for k in sorted(node.overridden) if not k.startswith(WITHOUT_MEANING))
    file_format = tuple(sorted(node.file_format.items())) if isinstance(node, SourceDefinition) else ()
    return (node.connection, attributes, file_format)


def _reads(node: Node | None) -> bool:
    return isinstance(node, Transformation) and node.type in QUALIFIERS


def _applied(node: Node, session: Session, qualifier: str) -> Node:
    """`qualifier`: what reads the node, "" for all but sources."""
    applied = _transformation(node, session) if isinstance(node, Transformation) else _table(node, session, qualifier)
    return _with_values(applied, session.values) if session.values else applied


_TEXT_PARAMETER = re.compile(r"\$(?:Param|\w*Connection)\w*", re.IGNORECASE)
"""Session parameters that stand for a text of any kind, or for a connection; file parameters stay parameters."""


def _with_values(node: Node, values: Mapping[str, str]) -> Node:
    """The node with what its session's parameter file puts in the place of such parameters."""

    def expanded(text: str) -> str:
        return _TEXT_PARAMETER.sub(lambda m: values.get(m.group(0).lower(), m.group(0)), text) if "$" in text else text

    changed = {name: new for name, text in node.attributes.items() if (new := expanded(text)) != text}
    return replace(
        node,
        attributes={**node.attributes, **changed},
        overridden=tuple(dict.fromkeys((*node.overridden, *changed))),
        connection=expanded(node.connection),
    )


def _transformation(node: Transformation, session: Session) -> Transformation:
    extension = session.extensions.get(node.name)
    given = session.overrides.get(node.name, {})
    if extension and node.type not in QUALIFIERS:  # a qualifier's reader settings belong to its sources
        given = {**extension.attributes, **given}
    changed = {k: v for k, v in given.items() if node.attributes.get(k, "") != v}
    connection = _connection(extension, node.attributes.get("Connection Information", ""), session)
    if not changed and not connection:
        return node
    return replace(
        node,
        attributes={**node.attributes, **changed},
        overridden=tuple(changed),
        connection=connection,
    )


def _table(node: SourceDefinition, session: Session, qualifier: str) -> SourceDefinition:
    own = session.extensions.get(node.name, Extension())
    qualifier = own.qualifier or qualifier
    reader = session.extensions.get(qualifier, Extension())
    given = {**reader.attributes, **own.attributes, **session.overrides.get(node.name, {})}
    changed = {k: v for k, v in given.items() if node.attributes.get(k, "") != v}
    default = "$Source" if node.role == "source" else "$Target"
    used = own if own.connection else reader
    return replace(
        node,
        attributes={**node.attributes, **changed},
        overridden=tuple(changed),
        connection=_connection(used, "", session) or session.attributes.get(f"{default} connection value", ""),
        connection_type=used.connection_type,
        file_format=session.file_formats.get(node.name) or session.file_formats.get(qualifier) or node.file_format,
    )


def _connection(extension: Extension | None, fallback: str, session: Session) -> str:
    """The connection's name; `$Source` and `$Target` replaced by what the session says they are."""
    name = (extension.connection if extension else "") or fallback
    value = session.attributes.get(_DEFAULT_CONNECTIONS.get(name.upper(), ""), "")
    return value or name
