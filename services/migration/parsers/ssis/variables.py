"""Variables and parameters of a package, and those that a data flow names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.migration.ast import Parameter
from services.migration.expressions.ssis.names import parameter_name
from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.ssis import types
from services.migration.parsers.ssis.raw import each, is_sensitive, prop, truth, walk

_NAMED = re.compile(r"(?:(\$?\w+)::|@)\[?([A-Za-z_]\w*)")
_OBJECT = "13"
_BOOLEAN = "11"
_SYSTEM_DATES = frozenset({"StartTime", "ContainerStartTime", "EventHandlerStartTime", "CreationDate"})


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable or parameter: `User::Path`, `$Package::Day`. `value` is None where it is secret or an object."""

    name: str  # with its namespace
    id: str
    datatype: str
    value: str | None
    expression: str
    line: int

    @property
    def bare(self) -> str:
        return self.name.rpartition("::")[2]

    @property
    def parameter(self) -> Parameter:
        is_variable = not self.name.startswith("$")
        return Parameter(parameter_name(self.name), self.datatype, default=self.value, is_variable=is_variable)


def variables(package: Element) -> list[Variable]:
    """Every variable, of the package and of its containers, then the package's parameters."""
    found = [_variable(element) for element in walk(package, but="ObjectData") if element.tag == "Variable"]
    found += [_parameter(element) for element in each(package, "PackageParameters", "PackageParameter")]
    return [variable for variable in found if variable.bare]


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
    """The variables that texts name, as parameters of a pipeline; objects are none."""
    found: dict[str, Parameter] = {}
    for text in texts:
        for space, name in _NAMED.findall(text):
            parameter = _declared(space, name, table, package)
            if parameter:
                found.setdefault(parameter.name.lower(), parameter)
    return tuple(found.values())


def _declared(space: str, name: str, table: dict[str, Variable], package: str) -> Parameter | None:
    variable = table.get(f"{space}::{name}".lower()) if space else table.get(name.lower())
    if variable is not None:
        return None if variable.datatype == "object" else variable.parameter
    full = parameter_name(f"{space}::{name}" if space else name)
    if space == "System":
        kind = "timestamp" if name in _SYSTEM_DATES else "string"
        return Parameter(full, kind, default=package if name == "PackageName" else None)
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
    if redact.names_secret(name):
        return None
    return str(truth(text)).lower() if is_boolean else redact.text(text)
