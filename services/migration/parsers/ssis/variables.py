"""Variables and parameters of a package, and those that a data flow names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from services.migration.ast import Parameter
from services.migration.expressions.ssis.names import parameter_name
from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.ssis import types
from services.migration.parsers.ssis.raw import each, is_sensitive, prop, truth, walk
from services.migration.parsers.ssis.redaction import names_secret

_NAMED = re.compile(r"(\$?\w+)::([A-Za-z_]\w*)|@\[?([A-Za-z_]\w*)(?!\w|::)")
_TARGET = re.compile(r"@\[?([\w$]+(?:::\w+)?)\]?\s*=(?!=)")
_CONFIGURED = re.compile(r"\.Variables\[([^\]]+)\]")
_SET_BY_COMPONENTS = frozenset({"VariableName", "ReadWriteVariables"})
_OBJECT = "13"
_BOOLEAN = "11"
_SYSTEM: dict[str, str] = {
    **dict.fromkeys(("StartTime", "ContainerStartTime", "EventHandlerStartTime", "CreationDate"), "timestamp"),
    **dict.fromkeys(("LocaleID", "ErrorCode", "ProgressCountHigh", "ProgressCountLow", "ProgressComplete"), "integer"),
    **dict.fromkeys(("VersionMajor", "VersionMinor", "VersionBuild"), "integer"),
    **dict.fromkeys(("InteractiveMode", "OfflineMode", "Cancel", "Propagate"), "boolean"),
}
"""Types of system variables; any other is a text. Source: "System Variables"."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable or parameter: `User::Path`, `$Package::Day`. `value` is None where it is secret or an object."""

    name: str  # with its namespace
    id: str
    datatype: str
    value: str | None
    expression: str
    line: int
    is_set: bool = False  # by a task of the package, as it runs

    @property
    def is_late(self) -> bool:
        """True where what the package holds is only the value of when it was last saved."""
        return self.is_set or bool(self.expression)

    @property
    def bare(self) -> str:
        return self.name.rpartition("::")[2]

    @property
    def parameter(self) -> Parameter:
        return Parameter(parameter_name(self.name), self.datatype, default=self.value)


def variables(package: Element) -> list[Variable]:
    """Every variable, of the package and of its containers, then the package's parameters."""
    found: list[Variable] = []
    names: set[str] = set()
    for element in walk(package, but="pipeline"):
        if element.tag == "Variable":
            found.append(_variable(element))
        elif element.tag in _SETTERS:
            names.update(name.strip().lower() for name in _SETTERS[element.tag](element))
    found += [_parameter(element) for element in each(package, "PackageParameters", "PackageParameter")]
    return [replace(one, is_set=not names.isdisjoint(_spellings(one))) for one in found if one.bare]


def set_by_components(package: Element) -> set[str]:
    """The variables that components of data flows set, in lower case and without their namespace."""
    pipelines = (element for element in walk(package, but="pipeline") if element.tag == "pipeline")
    return {name.strip().rpartition("::")[2].lower() for pipeline in pipelines for name in _of_components(pipeline)}


def named_in(expression: str) -> list[str]:
    """The variables that an expression names, without their namespace."""
    return [name or bare for _, name, bare in _NAMED.findall(expression)]


def _spellings(variable: Variable) -> tuple[str, str]:
    return variable.name.lower(), variable.bare.lower()


def _of_loop(element: Element) -> list[str]:
    return [name for which in ("InitExpression", "AssignExpression") for name in _TARGET.findall(prop(element, which))]


def _of_binding(element: Element) -> list[str]:
    direction = element.get("ParameterDirection", "Input")
    return [] if direction == "Input" else [element.get("DtsVariableName")]


def _of_components(pipeline: Element) -> list[str]:
    """Variables that components set: Row Count, Recordset Destination, scripts."""
    components = (c for holder in pipeline.each("components") for c in holder.each("component"))
    listed = (item for c in components for holder in c.each("properties") for item in holder.each("property"))
    return [name for item in listed if item.get("name") in _SET_BY_COMPONENTS for name in item.text.split(",")]


_SETTERS: Mapping[str, Callable[[Element], list[str]]] = {
    "ResultBinding": lambda element: [element.get("DtsVariableName")],
    "ParameterBinding": _of_binding,
    "ForEachVariableMapping": lambda element: [prop(element, "VariableName")],
    "ScriptProject": lambda element: element.get("ReadWriteVariables").split(","),
    "ExpressionTask": lambda element: _TARGET.findall(element.get("Expression")),
    "Executable": _of_loop,
    "Configuration": lambda element: _CONFIGURED.findall(prop(element, "ConfigurationVariable")),
    "pipeline": _of_components,
}
"""What gives variables their values while a package runs → the names of those variables."""


def known(found: Iterable[Variable]) -> dict[str, Variable]:
    """By `User::Path`, bare name and id, in lower case; of two the first, which stands further out."""
    table: dict[str, Variable] = {}
    for variable in found:
        for key in (variable.name, variable.bare, variable.id):
            if key:
                table.setdefault(key.lower(), variable)
    return table


def of_project(parameters: Iterable[Variable], data: bytes) -> list[Variable]:
    """Parameters of the project that a package's text names."""
    lowered = data.lower()
    return [each for each in parameters if each.name.lower().encode() in lowered]


def named(texts: Iterable[str], table: dict[str, Variable], package: str) -> tuple[Parameter, ...]:
    """The variables that texts name, as parameters of a pipeline; objects are none.

    One that gets its value as the package runs has no default.
    """
    found: dict[str, Parameter] = {}
    for text in texts:
        for space, name, bare in _NAMED.findall(text):
            parameter = _declared(space, name or bare, table, package)
            if parameter:
                found.setdefault(parameter.name.lower(), parameter)
    return tuple(found.values())


def _declared(space: str, name: str, table: dict[str, Variable], package: str) -> Parameter | None:
    variable = table.get(f"{space}::{name}".lower()) if space else table.get(name.lower())
    if variable is not None:
        given = replace(variable.parameter, default=None) if variable.is_late else variable.parameter
        return None if variable.datatype == "object" else given
    full = parameter_name(f"{space}::{name}" if space else name)
    if space == "System":
        return Parameter(full, _SYSTEM.get(name, "string"), default=package if name == "PackageName" else None)
    return Parameter(full, "string") if space in ("$Project", "$Package", "User") else None


def of(element: Element) -> Iterator[Variable]:
    """The variables that an executable itself declares."""
    return (_variable(child) for child in each(element, "Variables", "Variable"))


def _variable(element: Element) -> Variable:
    value = next(element.each("VariableValue"), None)
    code = value.get("DataType", "8") if value is not None else "8"
    secret = value is None or is_sensitive(value) or is_sensitive(element) or code == _OBJECT
    space, name = prop(element, "Namespace", "User"), prop(element, "ObjectName")
    expression = prop(element, "Expression") if truth(prop(element, "EvaluateAsExpression")) else ""
    if expression and (secret or names_secret(name)):
        expression = redact.MASK
    return Variable(
        f"{space}::{name}",
        prop(element, "DTSID"),
        "object" if code == _OBJECT else types.VARIABLES.get(code, "string"),
        None if secret or value is None else plain(name, value.text, is_boolean=code == _BOOLEAN),
        expression,
        element.line,
    )


def _parameter(element: Element) -> Variable:
    code = prop(element, "DataType", "8")
    secret = is_sensitive(element) or any(is_sensitive(child) for child in element.children)
    value = next((child for child in element.each("Property") if child.get("Name") == "ParameterValue"), None)
    name = prop(element, "ObjectName")
    return Variable(
        f"$Package::{name}",
        prop(element, "DTSID"),
        types.VARIABLES.get(code, "string"),
        None if secret or value is None else plain(name, value.text, is_boolean=code == _BOOLEAN),
        "",
        element.line,
    )


def plain(name: str, text: str, *, is_boolean: bool) -> str | None:
    """A value as it may be shown: not that of a name that says it is a secret, though nobody marked it as sensitive."""
    if names_secret(name):
        return None
    return str(truth(text)).lower() if is_boolean else redact.text(text)
