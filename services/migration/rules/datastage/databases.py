"""Database connectors and the ODBC stage of server jobs: read by table or SQL, written by mode.

Connectors keep all of it in their XML properties: `Usage/ReadMode`, `Usage/SQL/SelectStatement`, `Usage/TableName`,
`Usage/WriteMode`, `Usage/BeforeAfter/BeforeSQL`. Source: IBM InfoSphere DataStage connectivity guides, "Write mode".
"""

from __future__ import annotations

from typing import Any

from services.migration.ast import Setting
from services.migration.rules.connectors import SYSTEMS, UNKNOWN, System
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage import parameters, statements
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage
from services.migration.rules.datastage.row_order import order_by
from services.migration.rules.datastage.selects import generated, select, stated_order
from services.migration.rules.datastage.stated import stated
from services.migration.rules.datastage.write_modes import RUN_BY_MODE, SERVER_ACTIONS, TABLE_ACTIONS, write_mode
from services.migration.rules.datastage.written_rows import no_rows
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
    ("sqlsvr", "sql server"),
    ("msoledb", "sql server"),
    ("syb", "sybase"),
    ("redshift", "redshift"),
    ("bigquery", "bigquery"),
    ("greenplum", "postgresql"),
    ("informix", "informix"),
    ("ora", "oracle"),
    ("tera", "teradata"),
    ("tdm", "teradata"),
    ("udb", "db2"),
    ("snowflake", "snowflake"),
    ("hive", "hive"),
    ("odbc", "odbc"),
    ("jdbc", "jdbc"),
    ("drs", "odbc"),
)
OWN_SYSTEMS = {
    "redshift": System("redshift", "redshift"),
    "bigquery": System("bigquery", "bigquery"),
    "jdbc": System("jdbc", "other"),
}
FROM_FILE = "Write the statement into the stage."
FIRST_ROWS = "The stage reads the first {} rows on each node; here of all rows."
CONNECTIONS = ("Server", "DataSource", "DataSourceName", "Instance", "Database", "TDPID", "URL", "ConnectionString")
SELECTS = ("SelectStatement", "Statement", "SQL", "SqlPrimary", "UserSQL", "selectStatement")
TABLES = ("TableName", "Table", "tablename", "TableNames")
BEFORE = ("BeforeSQL", "BeforeSQLStatement", "SqlBefore", "BeforeSQLStmt")
AFTER = ("AfterSQL", "AfterSQLStatement", "SqlAfter", "AfterSQLStmt")
WRITE_MODE = ("WriteMode", "writemode", "writeMode")
OWN_STATEMENTS = ("InsertStatement", "UpdateStatement", "DeleteStatement", "CustomStatement", "UserDefinedStatement")
USER_DEFINED = ("Statements", "CustomStatement", "UserDefinedStatement")
"""What runs with write mode 6 of connectors without a bulk load: user-defined SQL."""
OWN_STATEMENT = "it writes with a statement of its own"
BLOCK = ("it reads by a PL/SQL block, which may do anything", "Write the block as a SELECT.")
NOWHERE = ("it names neither a table nor a SELECT", "Name the table.")
READ_AND_WRITTEN = "it writes to the database, and link {} reads from it what is there afterwards"
EMPTIED = "The table is emptied before rows are written with mode {}; `pre_sql` says so."


def database(context: StepContext) -> Outcome:
    stage = Stage(context)
    outputs = {}
    for leaving in stage.outputs:
        if stage.inputs and stage.context.mapping.session_attributes.get("job_type") == "server":
            raise NotConvertible(READ_AND_WRITTEN.format(leaving.name), "Write in one stage, and read in another job.")
        if stage.inputs:
            outputs[leaving.name] = no_rows(stage, leaving, stage.inputs[0].relation, "the database refuses")
            continue
        outputs[leaving.name] = _read(stage, leaving)
    for given in stage.inputs:
        _write(stage, given)
    if not stage.nodes:
        raise NotConvertible("it has no links", "Connect it or remove it.")
    return stage.done("sink" if stage.inputs else "source", 1.0, outputs)


def _system(stage: Stage) -> System:
    kind = stage.context.step.type.lower()
    named = next((name for part, name in FAMILIES if part in kind), "odbc")
    return OWN_SYSTEMS.get(named) or SYSTEMS.get(named, UNKNOWN)


def _table(text: str) -> dict[str, str]:
    schema, _, table = parameters.in_name(text.replace('"', "")).rpartition(".")
    return {**({"schema": schema} if schema else {}), "table": table}


def _common(stage: Stage, pin: Setting) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if stage.settings.all("connector") and stage.settings.one("connector").get("broken"):
        raise NotConvertible("its XMLProperties cannot be read", "Export the job again.")
    connection = stated(stage, CONNECTIONS, pin)
    if connection:
        made["connection"] = parameters.in_name(connection)
    return made


def _statements(stage: Stage, pin: Setting, system: System) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if stated(stage, ("BeforeAfter",), pin) == "0":  # the statements that are kept there are not run
        return made
    for key, names in (("pre_sql", BEFORE), ("post_sql", AFTER)):
        text = stated(stage, names, pin)
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
    config = _common(stage, leaving.setting)
    query = stated(stage, SELECTS, leaving.setting)
    if query and stated(stage, ("ReadFromFileSelect",), leaving.setting) == "1":
        raise NotConvertible(f"its SELECT stands in the file {query[:200]}, which is not in the export", FROM_FILE)
    table = stated(stage, TABLES, leaving.setting)
    is_generated = stated(stage, ("GenerateSQL",), leaving.setting) == "1"
    if table and (is_generated or not query):
        query = generated(stage, leaving, columns, table)
        config.update({} if query else _table(table))
    elif not query:
        raise NotConvertible(*(BLOCK if stated(stage, ("PLSQLStatement",), leaving.setting) else NOWHERE))
    if query:
        config["query"] = select(stage, leaving, query, system)
        config["dialect"] = system.dialect or "other"
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
    relation = Relation(str(node["id"]), columns, order=stated_order(query, system.dialect or "other", columns))
    return _limited(stage, leaving, relation)


def _limited(stage: Stage, leaving: Leaving, relation: Relation) -> Relation:
    """The first rows alone, where the connector is told to stop after so many (Limit rows)."""
    if stated(stage, ("LimitRows",), leaving.setting).lower() not in ("1", "true", "yes"):
        return relation
    count = parameters.whole(stage.context, stated(stage, ("Limit",), leaving.setting), "The number of rows")
    if count is None:
        stage.context.warn("The stage reads only the first rows (Limit); here it reads all.", confidence=0.75)
        return relation
    stage.context.warn(FIRST_ROWS.format(count), confidence=0.84 if relation.order else 0.79)
    config: dict[str, object] = {"method": "first", "rows": count}
    if relation.order:
        config["order_by"] = order_by(relation.order)
    node = stage.add("limit", config, [relation.ref], name=f"{stage.context.name} {leaving.name} limit")
    return Relation(node, relation.columns, order=relation.order)


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
    config = _common(stage, pin)
    table = stated(stage, TABLES, pin) or _of_statements(stage, pin)
    own = stated(stage, OWN_STATEMENTS, pin)
    generates = stated(stage, ("GenerateSQL",), pin) == "1"
    mode = stated(stage, ("WriteMode",), pin)
    is_own = mode == "6" and bool(stated(stage, USER_DEFINED, pin)) and system.connector != "oracle"
    if not table or is_own or (own and not generates and mode in ("", "9", "10")):
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
    config["columns"] = [typed(column) for column in given.declared]
    config.update(_statements(stage, pin, system))
    if _empties(stage, pin) and config["mode"] in ("update", "upsert"):
        emptied = f"DELETE FROM {parameters.in_name(table)}"  # noqa: S608  # text of the document, not run here
        config["pre_sql"] = "; ".join(text for text in (emptied, config.get("pre_sql", "")) if text)
        config["dialect"] = system.dialect or "other"
        stage.context.warn(EMPTIED.format(config["mode"]), confidence=0.79)
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


def _of_statements(stage: Stage, pin: Setting) -> str:
    """The table that plain statements write, where no other setting names it."""
    if stated(stage, ("GenerateSQL",), pin) == "1":
        return ""
    mode = write_mode(stage.context.step.type, stated(stage, WRITE_MODE, pin))
    texts = [stated(stage, (name,), pin) for name in (RUN_BY_MODE.get(mode.mode, ()) if mode else ())]
    return next((found for text in texts if (found := statements.table_of(text))), "")


def _empties(stage: Stage, pin: Setting) -> bool:
    return stated(stage, ("TableAction",), pin) in TABLE_ACTIONS


def _stated_keys(stage: Stage, given: Arriving, mode: str) -> list[str]:
    """The keys of the statements that run in place of generated ones. Raises NotConvertible: one is more than plain."""
    found: list[str] = []
    for name in RUN_BY_MODE.get(mode, ()):
        text = stated(stage, (name,), given.setting)
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
    text = stated(stage, WRITE_MODE, pin)
    found = write_mode(stage.context.step.type, text)
    if found is None and text == "8":
        raise NotConvertible("it writes by a PL/SQL block", "Write the block as a task of SQL.")
    if found is None:
        raise NotConvertible(f"its write mode '{text}' is not known", "Write the statement as a task of SQL.")
    if found.note:
        stage.context.warn(found.note, confidence=0.79)
    return "overwrite" if _empties(stage, pin) and found.mode == "append" else found.mode


def _keys(given: Arriving) -> list[str]:
    keyed = {one.name.lower() for one in given.fields if one.key}
    return [column.name for column in given.relation.columns if column.name.lower() in keyed]
