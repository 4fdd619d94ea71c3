"""Sources: tables, statements and files. A column keeps the name that it has in the source."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from services.migration.ast import Setting
from services.migration.expressions.ssis.names import parameter_name
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.migration.rules.ssis import frame, places, templates
from services.migration.rules.steps.context import StepContext

TABLE, TABLE_VARIABLE, STATEMENT, STATEMENT_VARIABLE = "table", "table variable", "statement", "statement variable"
MODES: Mapping[str, Mapping[str, str]] = {
    "": {"0": TABLE, "1": TABLE_VARIABLE, "2": STATEMENT, "3": STATEMENT_VARIABLE},
    **{kind: {"0": TABLE, "1": STATEMENT} for kind in ("ODBCSource", "OracleSource", "TeradataSource")},
}
"""`AccessMode` by kind of source, "" for every other. Source: "OLE DB Custom Properties"."""
FROM_VARIABLE = 0.79
NULLS_REPLACED = 0.84
COMPUTED = "SqlCommand"
"""The property whose expression is read here."""
SORT_ASSUMED = 0.95
_MARK = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|(\?)""", re.DOTALL)
_WHOLE_SHEET = re.compile(r"\s*select\s+\*\s+from\s+\[([^\]]+)\]\s*;?\s*\Z", re.IGNORECASE)
_LAST_SELECT = re.compile(r"\s*(?:exec(?:ute)?\b|\{?\s*call\b|declare\b|set\s+(?:nocount|fmtonly))", re.IGNORECASE)


def relational(context: StepContext) -> Outcome:
    """OLE DB, ADO.NET, ODBC, Oracle and Teradata sources."""
    connector = places.connector(context, _SYSTEMS.get(context.step.type, "oledb"))
    config: dict[str, Any] = {**places.connection(context), **_what(context, connector)}
    return described(context, connector, config, first_output(context))


def _what(context: StepContext, connector: str) -> dict[str, Any]:
    settings = context.settings
    modes = MODES.get(context.step.type, MODES[""])
    mode = modes.get(settings.get("AccessMode", "0").strip(), TABLE)
    name = settings.get("OpenRowset") or settings.get("TableOrViewName") or settings.get("TableName")
    statement = settings.get("SqlCommand")
    if mode == TABLE and not name and statement:
        mode = STATEMENT  # older sources have no access mode
    return _BY_MODE[mode](context, name if mode == TABLE else statement, connector)


def _table(context: StepContext, name: str, _connector: str) -> dict[str, Any]:
    if not name.strip():
        raise NotConvertible("it names no table", "Choose the table in the component.")
    return places.table(name)


def _table_of_variable(context: StepContext, _text: str, _connector: str) -> dict[str, Any]:
    name = context.settings.get("OpenRowsetVariable")
    if not name:
        raise NotConvertible("it names no variable for its table", "Choose the variable in the component.")
    return {"table": places.variable(name)}


def _statement(context: StepContext, text: str, connector: str) -> dict[str, Any]:
    if not text.strip():
        raise NotConvertible("it holds no SQL statement", "Write the statement in the component.")
    computed = next((one for one in context.settings.all("computed") if one.get("name") == COMPUTED), None)
    if computed is not None:
        found = _computed_statement(context, connector, computed.value, "The statement is computed as the task starts")
        if found is not None:
            return found
        frame.warn_of_computed(context, computed)
    if _LAST_SELECT.match(text):
        context.warn(
            "The statement is a procedure call or a batch; its rows depend on what it does in the source system.",
            confidence=0.85,
        )
    return {"query": with_parameters(context, text), "dialect": places.dialect(context, connector, text)}


def _statement_of_variable(context: StepContext, _text: str, connector: str) -> dict[str, Any]:
    name = context.settings.get("SqlCommandVariable")
    text = context.settings.get("SqlCommandVariableValue")
    expression = context.settings.get("SqlCommandVariableExpression")
    computed = _computed_statement(
        context, connector, expression, f"The statement is what the variable {name} computes"
    )
    if computed is not None:
        return computed
    if not text.strip():
        raise NotConvertible(
            f"its statement is built in the variable {name}, of which the package holds no value",
            "Write the statement that the variable holds when the package runs.",
        )
    how = f", which computes it ({expression[:400]})" if expression else ""
    context.warn(
        f"The statement comes from the variable {name}{how}; here it is the value that the package holds.",
        confidence=FROM_VARIABLE,
    )
    return {"query": text, "dialect": places.dialect(context, connector, text)}


def _computed_statement(context: StepContext, connector: str, expression: str, said: str) -> dict[str, Any] | None:
    """A statement that is joined from literals and variables, these as parameters; None where it is more."""
    found = templates.statement(expression, context.parameter_types)
    if found is None:
        return None
    query, parameters = found
    context.parameters.update(dict.fromkeys(parameters))
    context.warn(f"{said}, with its variables as parameters here.")
    return {"query": query, "dialect": places.dialect(context, connector, query)}


_BY_MODE: Mapping[str, Callable[[StepContext, str, str], dict[str, Any]]] = {
    TABLE: _table,
    TABLE_VARIABLE: _table_of_variable,
    STATEMENT: _statement,
    STATEMENT_VARIABLE: _statement_of_variable,
}
_SYSTEMS = {"ODBCSource": "odbc", "OracleSource": "oracle", "TeradataSource": "teradata"}


def with_parameters(context: StepContext, text: str) -> str:
    """Each `?` as the parameter that `ParameterMapping` gives it, in order."""
    names = [name for name in context.settings.get("ParameterVariables").split("\n") if name]
    waiting = iter(names)

    def mark(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        name = next(waiting, "")
        if not name:
            raise NotConvertible(
                "its statement has a parameter that is mapped to no variable of the package",
                "Map the parameter, or write the value into the statement.",
            )
        context.parameters[parameter_name(name)] = None
        return f":{parameter_name(name)}"

    return _MARK.sub(mark, text)


def flat_file(context: StepContext) -> Outcome:
    """Source: "Flat File Source". The file's columns stand in the connection manager, in the order of the file."""
    found = places.manager(context)
    config: dict[str, Any] = {"path": places.path(context, found), "options": places.file_options(found)}
    connector = "fixed_width" if places.is_fixed(found) else "csv"
    parsed = [c for c in frame.columns(first_output(context)) if not frame.truth(c.get("FastParse"))]
    config["options"] |= places.told_of_format(context, found, map(frame.type_of, parsed))
    if not frame.truth(context.settings.get("RetainNulls")):
        numeric = [c.get("name") for c in frame.columns(first_output(context)) if c.get("type", "varchar") != "varchar"]
        if numeric:
            context.warn(
                "An empty field of a column that is no text is null here; without RetainNulls SSIS gives it its "
                f"type's default or fails ({', '.join(numeric[:5])}).",
                confidence=NULLS_REPLACED,
            )
    else:
        config["options"]["null_value"] = ""
    if frame.number(found.get("skip_data")):
        context.warn(f"{found.get('skip_data')} rows of data are skipped at the beginning.", confidence=FROM_VARIABLE)
    listed = _in_file_order(context, found)
    name = context.settings.get("FileNameColumnName")
    if name:
        config |= {"file_column": column_name(name), "file_column_holds": "path"}
        listed.append(Setting("column", attributes={"name": name}))
    return described(context, connector, config, first_output(context), listed)


def _in_file_order(context: StepContext, found: Setting) -> list[Setting]:
    """Every column of the file: the connection manager's, or what the component knows of it."""
    return [*found.all("column")] or [*first_output(context).all("external")]


def excel(context: StepContext) -> Outcome:
    found = places.manager(context)
    what = _what(context, "excel")
    options: dict[str, Any] = {"header": found.get("header") != "False"}
    if _WHOLE_SHEET.match(what.get("query", "")):
        what = {"table": _WHOLE_SHEET.sub(r"\1", what["query"])}
    if "table" in what:
        options = {"sheet": what["table"].strip("'").removesuffix("$"), **options}
        what = {}
    config = {"path": places.path(context, found), **what, "options": options}
    return described(context, "excel", config, first_output(context))


def raw(context: StepContext) -> Outcome:
    name = context.settings.get("FileNameVariable")
    path = places.variable(name) if name else context.settings.get("FileName") or "file.raw"
    return described(context, "raw_file", {"path": path}, first_output(context))


def first_output(context: StepContext) -> Setting:
    """The output that gives rows. Raises NotConvertible where there is none."""
    found = frame.outputs(context)
    if not found:
        raise NotConvertible("it has no output", "Open the component in the tool and save the package again.")
    return found[0]


def described(
    context: StepContext,
    connector: str,
    config: dict[str, Any],
    output: Setting,
    listed: list[Setting] | None = None,
    name: str = "",
) -> Outcome:
    """A source with the columns of an output; `listed` are those of the file where that has more."""
    externals = {s.get("id"): s for s in output.all("external")}
    taken: set[str] = set()
    described: list[tuple[Column, Setting]] = []
    by_name: dict[str, Column] = {}
    given = {_external_name(s, externals).lower(): s for s in frame.columns(output)}
    for setting in listed or frame.columns(output):
        original = setting.get("name") if listed else _external_name(setting, externals)
        typed = given.get(original.lower(), setting)
        kind = frame.type_of(typed) if typed is not setting or not listed else places.file_type(setting)
        column = Column(unique(column_name(original), taken), kind)
        described.append((column, setting))
        by_name.setdefault(original.lower(), column)
    if not described:
        raise NotConvertible("it gives no columns", "Choose its columns in the tool.")
    ports = {}
    for setting in frame.columns(output):
        held = by_name.get(_external_name(setting, externals).lower()) or by_name.get(setting.get("name").lower())
        if held is None:
            raise NotConvertible(
                f"its column {setting.get('name')} is not in the file", "Refresh the columns in the tool."
            )
        ports[frame.key(setting.get("lineageId"))] = held.name
    node: Node = {
        "id": context.ids.new(name or context.name),
        "type": "source",
        "connector": connector,
        "config": config,
        "columns": [_column(column, setting, connector) for column, setting in _placed(described, connector)],
        "origin": context.origin(),
    }
    columns = tuple(column for column, _ in described)
    relation = Relation(node["id"], columns, ports, _order(context, output, ports))
    return Outcome("source", 1.0, (node,), {output.get("port"): relation})


def _external_name(setting: Setting, externals: Mapping[str, Setting]) -> str:
    external = externals.get(setting.get("externalMetadataColumnId"))
    return (external.get("name") if external else "") or setting.get("name")


def _placed(described: list[tuple[Column, Setting]], connector: str) -> list[tuple[Column, Setting]]:
    """A fixed-width file's columns with the place where each begins."""
    if connector != "fixed_width":
        return described
    start = 1
    placed = []
    for column, setting in described:
        width = frame.number(setting.get("width")) or frame.number(setting.get("precision"))
        placed.append((column, Setting("column", attributes={"start": str(start), "length": str(width)})))
        start += width
    return placed


def _column(column: Column, setting: Setting, connector: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.name, "type": column.type}
    if connector == "fixed_width" and frame.number(setting.get("length")):
        found |= {"start": frame.number(setting.get("start")), "length": frame.number(setting.get("length"))}
    return found


def _order(context: StepContext, output: Setting, ports: Mapping[tuple[str, str], str]) -> tuple[SortKey, ...]:
    """The order that the output says its rows have; nobody checks it in SSIS either."""
    if not frame.truth(output.get("isSorted")):
        return ()
    placed = [(frame.number(s.get("sortKeyPosition")), s) for s in frame.columns(output)]
    keys = sorted(((abs(place), place, s) for place, s in placed if place), key=lambda item: item[0])
    if keys:
        context.warn(
            "Its rows are declared as sorted; the order is taken on trust, as SSIS does.", confidence=SORT_ASSUMED
        )
    return tuple(
        SortKey(ports[frame.key(s.get("lineageId"))], descending=place < 0, nulls_first=place > 0)
        for _, place, s in keys
    )
