"""What one task of the control flow says of itself: a row of readers by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.ssis.raw import below, each, number, prop, truth, walk
from services.migration.parsers.ssis.redaction import names_secret

Attributes = dict[str, str]
Read = Callable[[Element, Attributes], list[tuple[str, str]]]
"""Adds to the attributes; gives the steps: (name, text)."""

KINDS: Mapping[str, str] = {
    "stock:sequence": "Sequence",
    "stock:foreachloop": "ForEachLoop",
    "stock:forloop": "ForLoop",
    "microsoft.pipeline": "Pipeline",
    "ssis.pipeline.2": "Pipeline",
    "ssis.pipeline.3": "Pipeline",
    "dts.pipeline.1": "Pipeline",
    "{5918251b-2970-45a4-ab5f-01c3c588fe5a}": "Pipeline",
    "{e3cfbea8-1f48-40d8-91e1-2dedc1edddd6}": "Pipeline",
    "{c3bf9dc1-4715-4694-936f-d3cfda9e42c5}": "Pipeline",
    "ssis.executepackagetask.2": "ExecutePackageTask",
    "ssis.executepackagetask.3": "ExecutePackageTask",
    "dbmaintenancetsqlexecutetask": "TSQLExecuteTask",
}


_TOLD: Mapping[str, frozenset[str]] = {
    "TransactionOption": frozenset({"0", "1"}),
    "ForceExecutionResult": frozenset({"-1"}),
    "MaxErrorCount": frozenset({"1"}),
}
"""Properties of every task that change how it runs → values that do not. Source: "Task and Container Properties"."""


def kind(element: Element) -> str:
    """`Microsoft.ExecuteSQLTask`, `Microsoft…ExecuteSQLTask, Version=…` → `ExecuteSQLTask`."""
    spelled = element.get("ExecutableType") or element.get("CreationName")
    known = KINDS.get(spelled.lower())
    if known:
        return known
    if below(element, "ObjectData", "pipeline") is not None:
        return "Pipeline"
    if below(element, "ObjectData", "SqlTaskData") is not None:
        return "ExecuteSQLTask"
    return spelled.split(",", 1)[0].rpartition(".")[2] or spelled or "(no type)"


def read(element: Element, task_kind: str) -> tuple[Attributes, list[tuple[str, str]]]:
    """The attributes of a task and its steps, without secrets."""
    attributes: Attributes = {}
    description = prop(element, "Description")
    if description:
        attributes["Description"] = redact.text(description)
    if truth(prop(element, "Disabled")):
        attributes["Disabled"] = "True"
    for name, usual in _TOLD.items():
        value = prop(element, name).strip()
        if value and value.lower() not in usual:
            attributes[name] = value
    reader = _READERS.get(task_kind)
    steps = reader(element, attributes) if reader else _whole(element, attributes)
    for expression in element.each("PropertyExpression"):
        name = expression.get("Name")
        attributes[f"Expression:{name}"] = _computed(element, name, expression.text)
    return attributes, steps


def _computed(element: Element, name: str, text: str) -> str:
    """A property's expression without secrets; arguments are cleaned as those of the program that gets them."""
    data = below(element, "ObjectData", "ExecuteProcessData") if name == "Arguments" else None
    if data is None:
        return _safe(name, text)
    program = data.get("Executable").replace("\\", "/").rpartition("/")[2]
    return redact.command(f"{program} {text}").removeprefix(f"{program} ")


def _safe(name: str, value: str) -> str:
    return redact.MASK if value and names_secret(name) else redact.text(value)


def _execute_sql(element: Element, attributes: Attributes) -> list[tuple[str, str]]:
    data = below(element, "ObjectData", "SqlTaskData")
    if data is None:
        return []
    attributes["Connection"] = data.get("Connection")
    attributes["SourceType"] = data.get("SqlStmtSourceType", "DirectInput")
    if truth(data.get("IsStoredProc")):
        attributes["Procedure"] = "True"
    attributes["ResultType"] = data.get("ResultType", "ResultSetType_None")
    for binding in data.each("ResultBinding"):
        attributes[f"Result:{binding.get('ResultName')}"] = binding.get("DtsVariableName")
    for binding in data.each("ParameterBinding"):
        direction = binding.get("ParameterDirection", "Input")
        attributes[f"Parameter:{binding.get('ParameterName')}"] = f"{binding.get('DtsVariableName')} ({direction})"
    return [("SQL", redact.text(data.get("SqlStatementSource")))]


def _execute_package(element: Element, attributes: Attributes) -> list[tuple[str, str]]:
    holder = below(element, "ObjectData", "ExecutePackageTask")
    found = {} if holder is None else {child.tag: child.text.strip() for child in holder.children}
    name = found.get("PackageName") or attributes.get("Expression:PackageName", "")
    attributes["Package"] = name
    if found.get("Connection"):
        attributes["Connection"] = found["Connection"]
    assigned = () if holder is None else [child for child in holder.children if child.tag == "ParameterAssignment"]
    for one in assigned:
        texts = {child.tag: child.text for child in one.children}
        attributes[f"Parameter:{texts.get('ParameterName', '')}"] = texts.get("BindedVariableOrParameterName", "")
    return []


def _expression(element: Element, attributes: Attributes) -> list[tuple[str, str]]:
    del attributes
    data = below(element, "ObjectData", "ExpressionTask")
    text = "" if data is None else data.get("Expression")
    variable, equals, value = text.partition("=")
    name = variable.strip(" :\t\r\n")
    return [(name, _safe(name.rpartition("::")[2], value.strip()))] if equals else [("", redact.text(text))]


def _process(element: Element, attributes: Attributes) -> list[tuple[str, str]]:
    data = below(element, "ObjectData", "ExecuteProcessData")
    if data is None:
        return []
    attributes["WorkingDirectory"] = data.get("WorkingDirectory")
    command = " ".join(part for part in (data.get("Executable"), data.get("Arguments")) if part)
    return [("Command", redact.command(command))]


def _mail(element: Element, attributes: Attributes) -> list[tuple[str, str]]:
    data = below(element, "ObjectData", "SendMailTaskData")
    if data is None:
        return []
    attributes["Subject"] = redact.text(data.get("Subject"))
    attributes["SourceType"] = data.get("MessageSourceType")
    return [("Message", redact.text(data.get("MessageSource")))]


def _script(element: Element, attributes: Attributes) -> list[tuple[str, str]]:
    project = below(element, "ObjectData", "ScriptProject")
    if project is None:
        return []
    attributes["Language"] = project.get("Language")
    attributes["ReadOnlyVariables"] = project.get("ReadOnlyVariables")
    attributes["ReadWriteVariables"] = project.get("ReadWriteVariables")
    found = []
    for item in (*project.each("ProjectItem"), *project.each("File")):
        name = item.get("Name")
        generated = any(part in name.lower() for part in ("assemblyinfo", ".designer."))
        if name.lower().endswith((".cs", ".vb")) and not generated:
            found.append((name, redact.text(item.text)))
    return found


def _foreach(element: Element, attributes: Attributes) -> list[tuple[str, str]]:
    enumerator = below(element, "ForEachEnumerator")
    if enumerator is None:
        return []
    attributes["Enumerator"] = (
        (prop(enumerator, "CreationName") or prop(enumerator, "ExecutableType")).split(",", 1)[0].rpartition(".")[2]
    )
    data = below(enumerator, "ObjectData")
    held: dict[str, list[str]] = {}
    for holder in () if data is None else walk(data):
        for name, texts in _row(holder).items():
            held.setdefault(name, []).append(", ".join(texts))
    attributes.update({f"Enumerator:{name}": "; ".join(rows) for name, rows in held.items()})
    for expression in enumerator.each("PropertyExpression"):
        attributes[f"Enumerator expression:{expression.get('Name')}"] = redact.text(expression.text)
    mappings = each(element, "ForEachVariableMappings", "ForEachVariableMapping")
    found = [(prop(mapping, "VariableName"), prop(mapping, "ValueIndex") or "0") for mapping in mappings]
    return sorted(found, key=lambda mapping: number(mapping[1]))


def _row(holder: Element) -> dict[str, list[str]]:
    """What the elements below one say: of a listed item its values, of a property its one."""
    found: dict[str, list[str]] = {}
    for child in holder.children:
        for name, value in child.attributes.items():
            found.setdefault(name, []).append(_safe(name, value))
    return found


def _for(element: Element, attributes: Attributes) -> list[tuple[str, str]]:
    for name in ("InitExpression", "EvalExpression", "AssignExpression"):
        attributes[name] = redact.text(prop(element, name))
    return []


def _nothing(element: Element, attributes: Attributes) -> list[tuple[str, str]]:
    del element, attributes
    return []


def _whole(element: Element, attributes: Attributes) -> list[tuple[str, str]]:
    """Every attribute of the task's own data: file system, FTP and foreign tasks."""
    data = below(element, "ObjectData")
    for item in () if data is None else walk(data):
        for name, value in item.attributes.items():
            if value and len(value) < 4000:
                attributes.setdefault(name, _safe(name, value))
    return []


_READERS: Mapping[str, Read] = {
    "ExecuteSQLTask": _execute_sql,
    "ExecutePackageTask": _execute_package,
    "ExpressionTask": _expression,
    "ExecuteProcess": _process,
    "SendMailTask": _mail,
    "ScriptTask": _script,
    "ForEachLoop": _foreach,
    "ForLoop": _for,
    "Sequence": _nothing,
    "Pipeline": _nothing,
}
