"""Destinations: tables, files, and what keeps rows in memory. Input columns go where their external columns say."""

from __future__ import annotations

from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.ast import Setting
from services.migration.rules import sql
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import unique
from services.migration.rules.ssis import frame, places
from services.migration.rules.steps.context import StepContext

STATEMENT_MODE = "2"
VARIABLE_MODES = frozenset({"1", "4"})
"""`AccessMode` of the OLE DB destination: 0 table, 1 its variable, 2 statement, 3 fast load, 4 fast load by
variable."""
_PLAIN = frozenset({"expressions", "from_", "kind"})
"""Clauses of a statement through which rows are added."""
IN_MEMORY = 0.79
PART = 0.6
_SYSTEMS = {
    "SQLServerDestination": "mssql",
    "ODBCDestination": "odbc",
    "OracleDestination": "oracle",
    "TeradataDestination": "teradata",
}


def relational(context: StepContext) -> Outcome:
    """OLE DB, ADO.NET, ODBC, SQL Server, Oracle and Teradata destinations: rows are added."""
    settings = context.settings
    connector = places.connector(context, _SYSTEMS.get(context.step.type, "oledb"))
    config = {**places.connection(context), **_table(context)}
    if frame.truth(settings.get("FastLoadKeepIdentity")):
        context.warn("Identity values are written as they arrive (keep identity); the loader has to allow it.")
    if frame.number(settings.get("BulkInsertFirstRow")) > 1 or frame.number(settings.get("BulkInsertLastRow")) > 0:
        context.warn("It loads a part of its rows only (first and last row); here all are loaded.", confidence=PART)
    if frame.truth(settings.get("FastLoadKeepNulls")):
        context.warn("Nulls are written where they arrive (keep nulls), not the columns' defaults.")
    return _written(context, connector, {**config, "mode": "append"})


def _table(context: StepContext) -> dict[str, str]:
    settings = context.settings
    mode = settings.get("AccessMode").strip()
    if mode == STATEMENT_MODE and context.step.type == "OLEDBDestination":
        return places.table(_of_statement(settings.get("SqlCommand")))
    variable = settings.get("OpenRowsetVariable")
    if mode in VARIABLE_MODES and variable:
        return {"table": places.variable(variable)}
    name = (
        settings.get("OpenRowset")
        or settings.get("TableOrViewName")
        or settings.get("TableName")
        or settings.get("BulkInsertTableName")
    )
    if not name.strip():
        raise NotConvertible("it names no table", "Choose the table in the component.")
    return places.table(name)


def _of_statement(text: str) -> str:
    """The table whose rows a statement chooses. Raises NotConvertible where it is more than one table's columns."""
    try:
        tree = sqlglot.parse_one(text, dialect="tsql")
    except (SqlglotError, RecursionError):
        tree = None
    read = tree.args.get("from_") if isinstance(tree, exp.Select) else None
    one = read.this if read is not None else None
    others = (name for name, given in tree.args.items() if given and name not in _PLAIN) if tree is not None else ()
    if not isinstance(one, exp.Table) or one.args.get("joins") or any(others) or not _is_plain(tree):
        raise NotConvertible(
            "it writes through an SQL statement that is more than columns of one table",
            "Write the rows to the table that the statement names.",
        )
    return ".".join(f"[{part.name.replace(']', ']]')}]" for part in one.parts)


def _is_plain(tree: exp.Expr | None) -> bool:
    return tree is not None and all(isinstance(one, exp.Column | exp.Star) for one in tree.expressions)


def flat_file(context: StepContext) -> Outcome:
    """Source: "Flat File Destination"."""
    found = places.manager(context)
    mode = "overwrite" if frame.truth(context.settings.get("Overwrite", "true")) else "append"
    held = map(places.file_type, found.all("column"))
    options = {**places.file_options(found), **places.told_of_format(context, found, held)}
    if context.settings.get("Header"):
        context.warn("A header text of its own is written before the rows in SSIS.", confidence=0.9)
    config: dict[str, Any] = {"path": places.path(context, found), "mode": mode, "options": options}
    node, written = _sink(context, "fixed_width" if places.is_fixed(found) else "csv", config)
    return Outcome("sink", 1.0, _laid_out(context, found, node, written))


def _laid_out(context: StepContext, found: Setting, node: Node, written: list[dict[str, Any]]) -> tuple[Node, ...]:
    """The columns as the file has them: in its own order, with those that nothing is mapped to, which stay empty."""
    mapped = {str(entry["name"]).lower(): entry for entry in written}
    in_file = found.all("column")
    if not in_file or not {column_name(one.get("name")).lower() for one in in_file} >= mapped.keys():
        return (node,)  # the file's layout is kept outside the package, or out of date
    taken = context.input().names()
    empty: list[dict[str, str]] = []
    laid: list[dict[str, Any]] = []
    start = 1
    for one in in_file:
        name = column_name(one.get("name"))
        entry = mapped.get(name.lower())
        if entry is None:
            kind = places.file_type(one)
            made = unique(name, taken)
            empty.append({"name": made, "expression": sql.null(kind, context.dialect), "type": kind})
            entry = {"name": name, "type": kind, **({} if made == name else {"from": made})}
        width = frame.number(one.get("width")) or frame.number(one.get("precision"))
        place = {"start": start, "length": width} if places.is_fixed(found) and width else {}
        laid.append({**entry, **place})
        start += width
    node["config"]["columns"] = laid
    if not empty:
        return (node,)
    ref = str(node["depends_on"][0])
    filled = context.node(
        "sql_expression", {"passthrough": ["*"], "columns": empty}, [ref], name=f"{context.name} columns"
    )
    node["depends_on"] = [filled["id"]]
    return filled, node


def excel(context: StepContext) -> Outcome:
    found = places.manager(context)
    sheet = context.settings.get("OpenRowset").strip("'`").removesuffix("$")
    config = {"path": places.path(context, found), "mode": "append", "options": {"sheet": sheet or "Sheet1"}}
    return _written(context, "excel", config)


def raw(context: StepContext) -> Outcome:
    name = context.settings.get("FileNameVariable")
    path = places.variable(name) if name else context.settings.get("FileName") or "file.raw"
    mode = "append" if context.settings.get("WriteOption") == "1" else "overwrite"
    return _written(context, "raw_file", {"path": path, "mode": mode})


def cache(context: StepContext) -> Outcome:
    """The rows of a Cache Transform, under the name of its connection manager, where lookups read them."""
    found = places.manager(context)
    node, _ = _sink(context, "raw_file", {"path": cache_path(found), "mode": "overwrite"}, "CacheColumnName")
    return Outcome("sink", 1.0, (node,))


def cache_path(found: Setting) -> str:
    return f"{found.get('name') or 'cache'}.caw"


def recordset(context: StepContext) -> Outcome:
    name = context.settings.get("VariableName") or context.name
    context.warn(
        f"The rows are kept in the variable {name}, which loops and scripts of the package read.", confidence=IN_MEMORY
    )
    return _written(context, "inline", {"mode": "overwrite"})


def reader(context: StepContext) -> Outcome:
    context.warn("The rows are handed to the program that runs the package.", confidence=IN_MEMORY)
    return _written(context, "inline", {"mode": "overwrite"})


def nowhere(context: StepContext) -> Outcome:
    """A component of others that drops its rows."""
    given = context.input()
    return Outcome("sink", 1.0, (frame.sink(context, given.ref, "inline", {"mode": "overwrite"}),))


def _written(context: StepContext, connector: str, config: dict[str, Any]) -> Outcome:
    node, _ = _sink(context, connector, config)
    return Outcome("sink", 1.0, (node,))


def _sink(
    context: StepContext, connector: str, config: dict[str, Any], named_by: str = ""
) -> tuple[Node, list[dict[str, str]]]:
    given = context.input()
    end = frame.input_of(context)
    externals = {s.get("id"): s for s in end.all("external")}
    by_name = {external.get("name").lower(): external for external in externals.values()}
    written: list[dict[str, str]] = []
    for setting in frame.columns(end):
        column = frame.find(given, setting)
        stated = setting.get("externalMetadataColumnId")
        external = externals.get(stated) if stated else by_name.get((setting.get("name") or column.name).lower())
        if external is None and externals and not named_by:
            context.warn(f"The column {column.name} is mapped to nothing; it is not written.")
            continue
        target = setting.get(named_by) if named_by else ""
        target = target or (external.get("name") if external else "") or setting.get("name") or column.name
        kind = frame.type_of(external) if external is not None and external.get("type") else column.type
        entry = {"name": column_name(target), "type": kind}
        if sql.identifier(entry["name"], context.dialect) != frame.quoted(context, column):
            entry["from"] = column.name
        written.append(entry)
    if not written:
        raise NotConvertible("no column is mapped", "Map its columns in the component.")
    node = frame.sink(context, given.ref, connector, {**config, "columns": written})
    return node, written
