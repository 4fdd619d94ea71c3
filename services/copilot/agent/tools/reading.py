"""Looking around: connections, and the tables that they see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.catalog.table import Column, Table
from services.copilot.agent.canned import canned
from services.copilot.agent.tools.tool import Result, Tool, ToolError, Use
from services.copilot.pipeline.data_types import data_type
from services.copilot.pipeline.grounds import connector_of, likeliest
from services.copilot.platform.errors import PlatformNotFound, PlatformUnavailable
from services.copilot.platform.records import Connection, DiscoveredTable
from services.runtime.redaction import redact_text

MOST_TABLES = 8
MOST_NAMES = 100
MOST_COLUMNS = 60
LONGEST_TEXT = 300


async def _list_connections(use: Use) -> Result:
    async with use.around.platform.pipelines() as service:
        listed = await service.list_connections()
    kind = use.text("type").lower()
    found = [_connection(each) for each in listed.items if kind in ("", each.type.lower())]
    return Result({"connections": found[:MOST_NAMES], "total": len(found) if kind else listed.total})


def _connection(each: Connection) -> dict[str, Any]:
    """Never more than these fields; what looks like a secret in their text is left out."""
    fields = ("connection_id", "name", "type", "service", "description", "status")
    return {name: _short(getattr(each, name)) for name in fields}


async def _discover_schema(use: Use) -> Result:
    """The catalog's tables of the connection; else what the connection itself sees; else, where both are away, the
    prepared ones."""
    tables, missing = await use.around.schemas.listed()
    asked = use.text("connection")
    known, away = await _connections(use)
    connection = known.get(asked.lower(), Connection(connection_id=asked, name=asked, service=asked))
    wanted = {asked.lower(), connection.service.lower()}
    found = [table for table in tables if table.service.lower() in wanted]
    if found:
        return _shown(use, found, "rules", missing)
    if not away:
        return _shown(use, await _discovered(use, connection, missing), "rules", missing)
    if not missing:
        names = ", ".join(sorted({table.service for table in tables}))
        raise ToolError(f"the catalog has no service {asked!r}; it has: {names}", away)
    return _shown(use, canned(), "fallback", (*missing, *away))


async def _connections(use: Use) -> tuple[dict[str, Connection], tuple[str, ...]]:
    """Each connection by its service, name and id, in lower case; and what was missing to tell."""
    try:
        async with use.around.platform.pipelines() as service:
            listed = await service.list_connections()
    except PlatformUnavailable as error:
        return {}, (error.degraded,)
    names = ("service", "name", "connection_id")
    return {getattr(each, name).lower(): each for name in names for each in listed.items if getattr(each, name)}, ()


async def _discovered(use: Use, connection: Connection, missing: tuple[str, ...]) -> list[Table]:
    try:
        async with use.around.platform.pipelines() as pipelines:
            listed = await pipelines.discover_schema(connection.connection_id, most=MOST_NAMES)
    except PlatformNotFound as error:
        raise ToolError(f"there is no connection {connection.name!r}: {error.message}", missing) from error
    return [_table(each, connection.service) for each in listed.items]


def _table(each: DiscoveredTable, service: str) -> Table:
    return Table(
        name=each.name,
        qualified_name=".".join(part for part in (service, each.table_schema, each.name) if part),
        description=each.description,
        service=service,
        schema=each.table_schema,
        columns=tuple(
            Column(c.name, c.type, c.description, "NULL" if c.nullable else "NOT_NULL") for c in each.columns
        ),
        primary_key=each.primary_key,
    )


def _shown(use: Use, tables: Sequence[Table], source: str, degraded: Sequence[str]) -> Result:
    schema, table, about = (use.text(name).lower() for name in ("schema", "table", "about"))
    fitting = [
        each
        for each in tables
        if schema in ("", each.schema.lower()) and table.split(".")[-1] in ("", each.name.lower())
    ]
    first = likeliest(about, fitting) if about else []
    ordered = [*first, *(each for each in fitting if each not in first)]
    output: dict[str, Any] = {
        "tables": [_described(each) for each in ordered[:MOST_TABLES]],
        "others": [each.qualified_name for each in ordered[MOST_TABLES : MOST_TABLES + MOST_NAMES]],
        "total": len(ordered),
    }
    if source == "fallback":
        output["note"] = "neither the catalog nor the platform answers: these are prepared examples, not real tables"
    return Result(output, source, tuple(degraded))


def _described(table: Table) -> dict[str, Any]:
    columns = [column for column in table.columns if not column.nested]
    return {
        "table": table.qualified_name,
        "connector": connector_of(table) if table.service_type else "",
        "description": _short(table.description),
        "columns": [
            {"name": each.name, "type": data_type(each.data_type)}
            | ({"description": _short(each.description)} if each.description else {})
            for each in columns[:MOST_COLUMNS]
        ],
        "column_count": len(columns),
        "primary_key": list(table.primary_key),
    }


def _short(text: str) -> str:
    return redact_text(" ".join(text.split()))[:LONGEST_TEXT]


LIST_CONNECTIONS = Tool(
    "list_connections",
    "Lists the connections that pipelines can read from and write to. Use it first, to learn their names.",
    {"type": {"type": "string", "maxLength": 50, "description": "Only of this type, such as teradata or snowflake"}},
    (),
    _list_connections,
)
DISCOVER_SCHEMA = Tool(
    "discover_schema",
    "Tables and columns of a connection. Use it before a pipeline names any table or column.",
    {
        "connection": {"type": "string", "minLength": 1, "maxLength": 200, "description": "Its id, name or service"},
        "schema": {"type": "string", "maxLength": 200, "description": "Only this schema"},
        "table": {"type": "string", "maxLength": 200, "description": "Only this table"},
        "about": {"type": "string", "maxLength": 500, "description": "What is looked for: tables about it come first"},
    },
    ("connection",),
    _discover_schema,
)
