"""Package configurations: values that a package takes from files (`.dtsConfig`) when it is loaded, in their order.

Those of a file that stands beside the package are put into it before it is read; passwords among them are left out.
What the registry, the environment, a parent package or a table of SQL Server holds is not known here, and said.
Source: "Package Configurations"; the numbers are those of the enumeration `DTSConfigurationType`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.migration.ast import Origin, Problem
from services.migration.parsers import redact
from services.migration.parsers.companions import Companions
from services.migration.parsers.elements import Element
from services.migration.parsers.encoding import to_utf8
from services.migration.parsers.errors import ExportError
from services.migration.parsers.ssis.connections import fields_of
from services.migration.parsers.ssis.raw import below, each, package, prop, truth, walk

FILE = "1"
ELSEWHERE = {
    "0": "a variable of the package that executes it",
    "2": "an environment variable",
    "3": "the registry",
    "4": "a variable of the package that executes it, named in an environment variable",
    "5": "a file whose path an environment variable holds",
    "6": "the registry, at a place that an environment variable holds",
    "7": "a table of SQL Server",
    "8": "an .ini file",
    "9": "a table of SQL Server, named in an environment variable",
    "10": "an .ini file whose path an environment variable holds",
}
_CONNECTION = re.compile(r"\\Package\.Connections\[(?P<name>.*)\]\.Properties\[(?P<property>\w+)\]\Z", re.DOTALL)
_VARIABLE = re.compile(r"\\Package(?P<path>(?:\\[^\\]+?)*)\.Variables\[(?P<name>[^\]]+)\]\.Properties\[Value\]\Z")
_COMPONENT = re.compile(r"\\Package(?P<path>(?:\\[^\\]+?)+)\.Properties\[\[(?P<name>.*)\]\.\[(?P<property>\w+)\]\]\Z")
_TASK = re.compile(r"\\Package(?P<path>(?:\\[^\\]+?)*)\.Properties\[(?P<property>\w+)\]\Z")
_FIELDS = {"ServerName": "Data Source", "InitialCatalog": "Initial Catalog"}
"""Properties of a connection that are a part of its connection string."""
_SECRETS = frozenset({"Password", "UserName"})


@dataclass(frozen=True, slots=True)
class _Value:
    """One configured value: where it goes, and where it stands."""

    path: str
    text: str
    origin: Origin


def apply(root: Element, file: str, companions: Companions) -> list[Problem]:
    """Puts the values of the files that are there into the package's elements; gives what could not be told."""
    found = list(each(root, "Configurations", "Configuration"))
    if not found or not truth(prop(root, "EnableConfig", "True")):
        return []
    problems: list[Problem] = []
    for configuration in found:
        kind, text = prop(configuration, "ConfigurationType", FILE), prop(configuration, "ConfigurationString")
        name = prop(configuration, "ObjectName") or "configuration"
        origin = Origin(file, configuration.line, f"Configuration {name}")
        if kind != FILE:
            problems.append(_elsewhere(name, kind, origin))
            continue
        path = companions.find(text, file) if text else None
        if path is None:
            problems.append(_missing(name, text, origin))
            continue
        companions.used.add(path.lower())
        problems += _apply_file(root, companions[path], path)
    return problems


def _apply_file(root: Element, data: bytes, path: str) -> list[Problem]:
    try:
        held = package(to_utf8(data, path), path)
    except ExportError as error:
        message = f"{path} cannot be read, so its values are not known here. {error.message} {error.remedy}"
        return [Problem("warning", "UNREADABLE_COMPANION", message.strip(), Origin(path, error.line, ""))]
    return [problem for value in _values(held, path) for problem in _applied(root, value)]


def _values(held: Element, path: str) -> Iterator[_Value]:
    for element in each(held, "DTSConfiguration", "Configuration"):
        value = next(element.each("ConfiguredValue"), None)
        where = element.get("Path")
        if value is not None and where:
            yield _Value(where, value.text, Origin(path, element.line, where[:200]))


def _applied(root: Element, value: _Value) -> Iterator[Problem]:
    for pattern, put in ((_CONNECTION, _connection), (_VARIABLE, _variable), (_COMPONENT, _component), (_TASK, _task)):
        match = pattern.match(value.path)
        if match is None:
            continue
        if redact.names_secret(match.groupdict().get("property") or match["name"]):
            yield _left_out(value)
        elif not put(root, match.groupdict(), value.text):
            yield _not_found(value)
        return
    yield _not_found(value)


def _connection(root: Element, where: dict[str, str], text: str) -> bool:
    managers = each(root, "ConnectionManagers", "ConnectionManager")
    element = next((one for one in managers if prop(one, "ObjectName") == where["name"]), None)
    inner = None if element is None else below(element, "ObjectData", "ConnectionManager")
    if inner is None:
        return False
    name = where["property"]
    if name in _SECRETS:
        return True
    if name in _FIELDS:
        name, text = "ConnectionString", _replaced(prop(inner, "ConnectionString"), _FIELDS[name], text)
    _set(inner, name, text)
    return True


def _replaced(string: str, key: str, value: str) -> str:
    """A connection string with one field set; its credentials are dropped."""
    fields = {**fields_of(string), key.lower(): value}
    return ";".join(f"{name}={text}" for name, text in fields.items())


def _variable(root: Element, where: dict[str, str], text: str) -> bool:
    holder = _executable(root, where["path"])
    space, _, name = where["name"].rpartition("::")
    for variable in () if holder is None else each(holder, "Variables", "Variable"):
        same = prop(variable, "ObjectName") == name and prop(variable, "Namespace", "User") == (space or "User")
        value = next(variable.each("VariableValue"), None)
        if same and value is not None:
            value.text = text
            return True
    return False


def _component(root: Element, where: dict[str, str], text: str) -> bool:
    task = _executable(root, where["path"])
    holder = None if task is None else below(task, "ObjectData", "pipeline", "components")
    component = next((c for c in holder.each("component") if c.get("name") == where["name"]), None) if holder else None
    properties = None if component is None else below(component, "properties")
    for item in () if properties is None else properties.each("property"):
        if item.get("name") == where["property"]:
            item.text = text
            return True
    return False


def _task(root: Element, where: dict[str, str], text: str) -> bool:
    element = _executable(root, where["path"])
    if element is None:
        return False
    name = {"Disable": "Disabled"}.get(where["property"], where["property"])
    data = below(element, "ObjectData")
    inside = [one for one in walk(data) if name in one.attributes] if data is not None else []
    if inside:
        inside[0].attributes[name] = text
    else:
        _set(element, name, text)
    return True


def _executable(root: Element, path: str) -> Element | None:
    """The task or container at a path: `\\Loop\\Load`."""
    element: Element | None = root
    for name in path.split("\\")[1:]:
        inside = each(element, "Executables", "Executable") if element is not None else iter(())
        element = next((one for one in inside if prop(one, "ObjectName") == name), None)
    return element


def _set(element: Element, name: str, text: str) -> None:
    """A property in the layout in which the element has it."""
    held = next((child for child in element.each("Property") if child.get("Name") == name), None)
    if held is not None and name not in element.attributes:
        held.text = text
    else:
        element.attributes[name] = text


def _elsewhere(name: str, kind: str, origin: Origin) -> Problem:
    where = ELSEWHERE.get(kind, f"a place of the type {kind}")
    return Problem(
        "warning",
        "CONFIGURED_ELSEWHERE",
        f"The configuration {name} takes values from {where}, which is not known here; what it sets is converted with "
        "the values that the package holds. Set them where the pipelines run.",
        origin,
    )


def _missing(name: str, text: str, origin: Origin) -> Problem:
    file = text.replace("\\", "/").rpartition("/")[2] or "a file that it does not name"
    return Problem(
        "warning",
        "MISSING_CONFIGURATION",
        f"The configuration {name} takes values from {file}, which is not in the upload; what it sets is converted "
        "with the values that the package holds. Add the file to a zip with the package and convert it again.",
        origin,
    )


def _left_out(value: _Value) -> Problem:
    where = f"{value.origin.file} (line {value.origin.line})"
    return Problem(
        "info",
        "SENSITIVE_LEFT_OUT",
        f"The sensitive value of {value.path[:200]} in {where} was left out; set it where the pipelines run.",
        value.origin,
    )


def _not_found(value: _Value) -> Problem:
    return Problem(
        "info",
        "CONFIGURATION_NOT_USED",
        f"{value.origin.file} sets {value.path[:200]} (line {value.origin.line}), which this package does not have.",
        value.origin,
    )
