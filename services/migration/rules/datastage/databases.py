"""Database connectors and the ODBC stage of server jobs: read by table or SQL, written by mode.

Connectors keep all of it in their XML properties: `Usage/ReadMode`, `Usage/SQL/SelectStatement`, `Usage/TableName`,
`Usage/WriteMode`, `Usage/BeforeAfter/BeforeSQL`. Source: IBM InfoSphere DataStage connectivity guides, "Write mode".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.migration.ast import Setting
from services.migration.rules import raw_sql
from services.migration.rules.connectors import SYSTEMS, UNKNOWN, System
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage import parameters, statements
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

FAMILIES = (
    ("oracle", "oracle"),
    ("db2", "db2"),
    ("teradata", "teradata"),
    ("netezza", "netezza"),
    ("sybase", "sybase"),
    ("sqlserver", "sql server"),
    ("snowflake", "snowflake"),
    ("hive", "hive"),
    ("odbc", "odbc"),
    ("jdbc", "odbc"),
    ("drs", "odbc"),
)
CONNECTIONS = ("Server", "DataSource", "DataSourceName", "Instance", "Database", "TDPID", "URL", "ConnectionString")
SELECTS = ("SelectStatement", "Statement", "SQL", "SqlPrimary", "UserSQL", "selectStatement")
TABLES = ("TableName", "Table", "tablename", "TableNames")
BEFORE = ("BeforeSQL", "BeforeSQLStatement", "SqlBefore", "BeforeSQLStmt")
AFTER = ("AfterSQL", "AfterSQLStatement", "SqlAfter", "AfterSQLStmt")
OWN_STATEMENTS = ("InsertStatement", "UpdateStatement", "DeleteStatement", "CustomStatement", "UserDefinedStatement")
OWN_STATEMENT = "it writes with a statement of its own"
RUN_BY_MODE = {
    "append": ("InsertStatement",),
    "update": ("UpdateStatement",),
    "delete": ("DeleteStatement",),
    "upsert": ("InsertStatement", "UpdateStatement"),
}
"""Mode of a sink → the statements that run where none is generated."""
TABLE_ACTIONS = {"2": "overwrite", "3": "overwrite"}  # replace, truncate


_OF_THE_STREAM = re.compile(r"\bORCHESTRATE\s*\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WriteMode:
    mode: str
    note: str = ""


MODES: dict[str, WriteMode] = {
    "0": WriteMode("append"),
    "1": WriteMode("update"),
    "2": WriteMode("delete"),
    "3": WriteMode("upsert"),
    "4": WriteMode("upsert"),
    "5": WriteMode(
        "upsert", "The stage deletes the row of the same key and inserts the new one; other columns are lost."
    ),
    "6": WriteMode("append", "Write mode 6 is read as a bulk load, as most connectors have it."),
    "insert": WriteMode("append"),
    "update": WriteMode("update"),
    "delete": WriteMode("delete"),
    "insert then update": WriteMode("upsert"),
    "update then insert": WriteMode("upsert"),
    "delete then insert": WriteMode("upsert", "The stage deletes the row of the same key and inserts the new one."),
    "bulk load": WriteMode("append", "The stage loads in bulk."),
    "insert new rows only": WriteMode("upsert", "The stage keeps rows that are there; here they are updated."),
}
SERVER_ACTIONS = {
    "0": "overwrite",
    "1": "append",
    "2": "delete",
    "3": "update",
    "4": "update",
    "5": "upsert",
    "6": "upsert",
}
"""UpdateAction of a server job's ODBC stage: clear and insert, insert, delete, replace, update, update or insert, …"""


def database(context: StepContext) -> Outcome:
    stage = Stage(context)
    outputs = {}
    for leaving in stage.outputs:
        if stage.inputs:
            raise NotConvertible(
                f"link {leaving.name} takes the rows that the database refuses, which only the writing itself shows",
                "Check the rows before they are written, and remove the reject link.",
            )
        outputs[leaving.name] = _read(stage, leaving)
    for given in stage.inputs:
        _write(stage, given)
    if not stage.nodes:
        raise NotConvertible("it has no links", "Connect it or remove it.")
    return stage.done("sink" if stage.inputs else "source", 1.0, outputs)


def _system(stage: Stage) -> System:
    kind = stage.context.step.type.lower()
    named = next((name for part, name in FAMILIES if part in kind), "odbc")
    return SYSTEMS.get(named, UNKNOWN)


def _stated(stage: Stage, pin: Setting, names: tuple[str, ...]) -> str:
    """A value of the pin's connector XML, its properties, or the stage's, by the first name that holds one."""
    for place in (pin, stage.settings):
        for one in _walk(place.one("connector")):
            if one.name in names and one.value.strip():
                return one.value.strip()
        for name in names:
            found = place.get(name).strip() or stage.text(name, of=place)
            if found:
                return found
    return ""


def _walk(tree: Setting) -> Iterator[Setting]:
    waiting = [tree]
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting = [*one.children, *waiting]


def _table(text: str) -> dict[str, str]:
    schema, _, table = parameters.in_name(text.replace('"', "")).rpartition(".")
    return {**({"schema": schema} if schema else {}), "table": table}


def _common(stage: Stage, pin: Setting, system: System) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if stage.settings.all("connector") and stage.settings.one("connector").get("broken"):
        raise NotConvertible("its XMLProperties cannot be read", "Export the job again.")
    connection = _stated(stage, pin, CONNECTIONS)
    if connection:
        made["connection"] = parameters.in_name(connection)
    return made


def _statements(stage: Stage, pin: Setting, system: System) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, names in (("pre_sql", BEFORE), ("post_sql", AFTER)):
        text = _stated(stage, pin, names)
        if text:
            made[key] = parameters.in_sql(stage.context, text)
    if made and system.dialect:
        made["dialect"] = system.dialect
    return made


def _read(stage: Stage, leaving: Leaving) -> Relation:
    if not leaving.fields:
        raise NotConvertible(
            "it declares no columns (runtime column propagation)", "Load the table definition onto the link."
        )
    system = _system(stage)
    columns = stage.columns(leaving.fields)
    config = _common(stage, leaving.setting, system)
    query = _stated(stage, leaving.setting, SELECTS)
    table = _stated(stage, leaving.setting, TABLES)
    generated = _stated(stage, leaving.setting, ("GenerateSQL",)) == "1"
    if table and (generated or not query):
        config.update(_table(table))
    elif query:
        config["query"] = _select(stage, query)
        config["dialect"] = system.dialect or "other"
    else:
        raise NotConvertible("it names neither a table nor a SELECT", "Name the table.")
    if "query" not in config and _stated(stage, leaving.setting, ("WhereClause", "OtherClause")):
        raise NotConvertible("its generated SQL has a WHERE clause of its own", "Write the SELECT by hand.")
    config.update(_statements(stage, leaving.setting, system))
    node: dict[str, Any] = {
        "id": stage.context.ids.new(stage.context.name if not stage.nodes else f"{stage.context.name} {leaving.name}"),
        "type": "source",
        "connector": system.connector,
        "config": config,
        "columns": [_declared(leaving, column, place) for place, column in enumerate(columns)],
        "origin": stage.context.origin(),
    }
    stage.nodes.append(node)
    return Relation(str(node["id"]), columns)


def _select(stage: Stage, query: str) -> str:
    """The SELECT with its parameters bound; one that names a table or schema is no value: its default stands there."""
    if _OF_THE_STREAM.search(query):
        raise NotConvertible(
            "its SELECT is run for each row of the stream, by whose columns (ORCHESTRATE.…) it chooses rows",
            "Read the rows by a SELECT without them, and state them as keys of the lookup.",
        )
    text = parameters.in_sql(stage.context, query)
    for name in raw_sql.pieces(text):
        known = next((one for one in stage.context.mapping.parameters if one.name == name), None)
        if known is None or not known.default:
            stage.context.warn(
                f"The SELECT names a table or schema by the parameter {name}; write its name into it.", confidence=0.75
            )
            continue
        stage.context.warn(
            f"Parameter {name} names a table or schema; its default stands in the SELECT.", confidence=0.84
        )
        text = _named(text, name, known.default)
    return text


def _named(text: str, name: str, value: str) -> str:
    """The text with a parameter's value in its place; the value is no pattern."""

    def put(_match: re.Match[str]) -> str:
        return value

    return re.sub(rf"(?<![:\w]):{name}\b", put, text)


def _declared(leaving: Leaving, column: Column, place: int) -> dict[str, Any]:
    made: dict[str, Any] = {**typed(column)}
    if not leaving.fields[place].nullable:
        made["nullable"] = False
    if leaving.fields[place].key:
        made["key"] = "primary"
    return made


def _write(stage: Stage, given: Arriving) -> None:
    system = _system(stage)
    pin = given.setting
    table = _stated(stage, pin, TABLES)
    config = _common(stage, pin, system)
    stated = _stated(stage, pin, OWN_STATEMENTS)
    generates = _stated(stage, pin, ("GenerateSQL",)) == "1"
    if not table or (stated and not generates and _stated(stage, pin, ("WriteMode",)) in ("", "9", "10")):
        raise NotConvertible(OWN_STATEMENT, "Write the statement as a task of SQL.")
    config.update(_table(table))
    config["mode"] = _mode(stage, pin)
    keys = _keys(given) if generates else _stated_keys(stage, given, config["mode"]) or _keys(given)
    if config["mode"] in ("update", "upsert", "delete"):
        if not keys:
            raise NotConvertible(
                f"it writes with mode {config['mode']}, and none of its columns is a key", "Mark the key."
            )
        config["keys"] = keys
    config["columns"] = [typed(column) for column in given.relation.columns]
    config.update(_statements(stage, pin, system))
    stage.nodes.append(
        {
            "id": stage.context.ids.new(
                stage.context.name if len(stage.inputs) == 1 else f"{stage.context.name} {given.name}"
            ),
            "type": "sink",
            "connector": system.connector,
            "depends_on": [given.relation.ref],
            "config": config,
            "origin": stage.context.origin(),
        }
    )


def _stated_keys(stage: Stage, given: Arriving, mode: str) -> list[str]:
    """The keys of the statements that run in place of generated ones. Raises NotConvertible: one is more than plain."""
    found: list[str] = []
    for name in RUN_BY_MODE.get(mode, ()):
        text = _stated(stage, given.setting, (name,))
        keys = statements.keys_of(text) if text else []
        if keys is None:
            raise NotConvertible(OWN_STATEMENT, "Write the statement as a task of SQL.")
        found = keys or found
    columns = [given.column(name) for name in found]
    return [column.name for column in columns if column is not None]


def _mode(stage: Stage, pin: Setting) -> str:
    server = pin.get("UpdateAction")
    if server:
        return SERVER_ACTIONS.get(server, "append")
    text = _stated(stage, pin, ("WriteMode", "writemode", "writeMode")).lower() or "0"
    found = MODES.get(text)
    if found is None:
        raise NotConvertible(f"its write mode '{text}' is not known", "Write the statement as a task of SQL.")
    if found.note:
        stage.context.warn(found.note, confidence=0.79)
    action = TABLE_ACTIONS.get(_stated(stage, pin, ("TableAction",)), "")
    return action if action and found.mode == "append" else found.mode


def _keys(given: Arriving) -> list[str]:
    keyed = {one.name.lower() for one in given.fields if one.key}
    return [column.name for column in given.relation.columns if column.name.lower() in keyed]
