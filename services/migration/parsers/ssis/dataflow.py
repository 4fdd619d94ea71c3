"""A data flow task's components → steps and links. Columns keep their lineage ids: a name alone is no identity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from services.migration.ast import (
    Link,
    MappingAST,
    Origin,
    Parameter,
    Problem,
    Role,
    Setting,
    Transformation,
    TransformationField,
)
from services.migration.parsers import redact
from services.migration.parsers.elements import Element, source_text
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.ssis import identity, types
from services.migration.parsers.ssis.connections import Manager, resolve
from services.migration.parsers.ssis.raw import below, number, prop, truth, unique
from services.migration.parsers.ssis.redaction import COMPILED, cleaned, is_suspect, names_secret
from services.migration.parsers.ssis.variables import Variable, named

_REPLACED = "SqlCommandVariable"
"""Names a variable whose statement stands in its place: it is no parameter."""
SPELLED = {
    "SQLCommand": "SqlCommand",
    "copyColumnId": "CopyColumnId",
    "SortColumnID": "SortColumnId",
    "InputColumnLineageId": "InputColumnLineageID",
    "SourceInputColumnLineageId": "SourceInputColumnLineageID",
    "JoinToReferenceColumns": "JoinToReferenceColumn",
    "ReferenceMetaDataXML": "ReferenceMetadataXml",
    "ReferenceMetaDataXml": "ReferenceMetadataXml",
}
"""Spellings of "Transformation Custom Properties", from which what is drawn by programs takes them → the designer's."""
_ONLY_VARIABLE = re.compile(r"@(?:\[([\w$]+(?:::\w+)?)\]|([\w$]+(?:::\w+)?))\Z")
_COMPUTED = re.compile(r"\[(.*?)\]\.(?:\[.*\]\.)?\[([^\]]*)\]\Z", re.DOTALL)
"""`[component].[property]`, `[component].[output].[column].[property]`."""
_PARAMETER = re.compile(r'\s*"?(?:Parameter)?(\d+)\b')


@dataclass(frozen=True, slots=True)
class Place:
    """What the components of one package have in common."""

    text: XmlText
    file: str
    package: str
    managers: Mapping[str, Manager]
    variables: dict[str, Variable]
    outside: dict[str, str] = field(default_factory=dict)  # id of a connection kept outside → its name, as seen


def data_flow(task: Element, pipeline: Element, name: str, place: Place) -> tuple[MappingAST, list[Problem]]:
    """One data flow as a mapping, and what is wrong with it."""
    taken: set[str] = set()
    steps: list[Transformation] = []
    ports: dict[str, tuple[str, str]] = {}  # id of an output or input → step and port
    holder = below(pipeline, "components")
    computed = _computed(task)
    for component in () if holder is None else holder.each("component"):
        step = _step(component, place, taken, computed)
        steps.append(step)
        for end in (*step.settings.all("output"), *step.settings.all("input")):
            ports[end.get("id")] = step.name, end.get("port")
    links, problems = _links(pipeline, ports, place.file)
    origin = Origin(place.file, task.line, f"Data Flow Task {prop(task, 'ObjectName')}")
    parameters = named(_texts(steps), place.variables, place.package)
    problems += _late(parameters, name, origin, place)
    return (
        MappingAST(
            name,
            place.package,
            origin,
            transformations=tuple(steps),
            links=tuple(links),
            parameters=parameters,
            description=prop(task, "Description") if prop(task, "Description") != "Data Flow Task" else "",
            session_attributes={"task": prop(task, "ObjectName"), "package": place.package},
        ),
        problems,
    )


def _late(parameters: Iterable[Parameter], name: str, origin: Origin, place: Place) -> Iterator[Problem]:
    """What has no value before the package runs, and so none in the pipeline."""
    late = {one.parameter.name: one for one in place.variables.values() if one.is_late}
    for parameter in parameters:
        variable = late.get(parameter.name)
        if variable is not None:
            how = "is computed" if variable.expression else "is set by a task"
            yield Problem(
                "info",
                "VARIABLE_AT_RUN_TIME",
                f"The variable {variable.name} {how} as the package runs: give {name} its value as the parameter "
                f"{parameter.name}.",
                origin,
            )


def _texts(steps: list[Transformation]) -> Iterator[str]:
    """Every text of the components in which a variable may be named."""
    for step in steps:
        yield step.settings.get("ParameterVariables")  # of ids, so they stand in no text
        names_some = "::" in step.definition or "@" in step.definition
        waiting = [step.settings] if names_some else [*step.settings.all("connection"), *step.settings.all("computed")]
        while waiting:
            setting = waiting.pop()
            held = (text for name, text in setting.attributes.items() if name != _REPLACED)
            yield from (text for text in held if "::" in text or "@" in text)
            waiting += setting.children
            if "::" in setting.value or "@" in setting.value:
                yield setting.value


def _computed(task: Element) -> list[tuple[str, str, str]]:
    """Component, property and expression of each property that is computed when the task starts."""
    found = []
    for element in task.each("PropertyExpression"):
        match = _COMPUTED.match(element.get("Name"))
        if match:
            text = redact.MASK if names_secret(match[2]) else element.text.strip()
            found.append((match[1], match[2], text))
    return found


def _step(component: Element, place: Place, taken: set[str], computed: list[tuple[str, str, str]]) -> Transformation:
    properties, definition = _properties(component), source_text(place.text, component)
    class_id = component.get("componentClassID")
    kind = identity.kind(class_id, properties.get("UserComponentTypeName", ""), component.get("contactInfo"))
    name = unique(component.get("name").strip() or kind, taken)
    own = [(of, text) for owner, of, text in computed if owner.lower() == component.get("name").lower()]
    computes = [one for of, text in own for one in _started(of, text, properties, place.variables)]
    children = [_connection(c, place) for c in _all(component, "connections", "connection")]
    for side in ("input", "output"):
        ends: set[str] = set()
        children += [_end(e, side, ends) for e in _all(component, f"{side}s", side)]
    children += [Setting("computed", text, {"name": of}) for of, text in computes]
    _resolve_variables(properties, place.variables)
    settings = Setting("component", "", {**properties, "class": class_id}, tuple(children), component.line)
    return Transformation(
        name,
        kind,
        Origin(place.file, component.line, f"{kind} {name}"),
        fields=tuple(_fields(settings)),
        attributes={"class": class_id},
        description=component.get("description"),
        definition=cleaned(definition, suspect=is_suspect(component, definition)),
        connection=settings.one("connection", "manager").get("name"),
        settings=settings,
    )


def _started(
    name: str, text: str, properties: dict[str, str], variables: Mapping[str, Variable]
) -> Iterator[tuple[str, str]]:
    """A property that is computed when the task starts; one that is but a variable has what that holds or computes."""
    match = _ONLY_VARIABLE.match(text)
    variable = variables.get((match[1] or match[2]).lower()) if match else None
    if variable is not None and variable.value and not variable.is_late:
        properties[name] = variable.value
        return
    is_computed = variable is not None and variable.expression and not variable.is_set
    yield name, redact.text(variable.expression) if variable is not None and is_computed else text


def _resolve_variables(properties: dict[str, str], variables: Mapping[str, Variable]) -> None:
    """What variables hold that stand for a table or a statement, beside their names."""
    for name in ("OpenRowsetVariable", "SqlCommandVariable", "FileNameVariable", "XMLDataVariable"):
        variable = variables.get(properties.get(name, "").lower())
        if variable is not None and variable.value is not None:
            properties[f"{name}Value"] = variable.value
        if variable is not None and variable.expression:
            properties[f"{name}Expression"] = redact.text(variable.expression)
    mapped = []
    for part in sorted(filter(str.strip, properties.get("ParameterMapping", "").split(";")), key=_place):
        variable = variables.get(part.rpartition(",")[2].strip().lower())
        mapped.append(variable.name if variable else "")
    if mapped:
        properties["ParameterVariables"] = "\n".join(mapped)


def _place(mapping: str) -> int:
    """The number of the parameter that a mapping names, `"0:Input",{…}`; -1 where it has a name."""
    match = _PARAMETER.match(mapping)
    return int(match[1]) if match else -1


def _all(element: Element, wrapper: str, tag: str) -> Iterator[Element]:
    for holder in element.children:
        if holder.tag == wrapper:
            for child in holder.children:
                if child.tag == tag:
                    yield child


def _properties(element: Element) -> dict[str, str]:
    found = {}
    for item in _all(element, "properties", "property"):
        name = item.get("name")
        if name in COMPILED or names_secret(name):
            continue
        elements = [e.text for e in _all(item, "arrayElements", "arrayElement")] if item.children else ()
        text = "\n".join(elements) if elements else item.text
        found[SPELLED.get(name, name)] = redact.text(text) if name == "SourceCode" else text
    return found


def _with_properties(element: Element) -> dict[str, str]:
    """XML attributes and properties in one: the former begin with a small letter."""
    given = element.attributes
    found = {**_properties(element), **given} if element.children else {**given}
    found["id"] = given.get("refId") or given.get("id", "")
    return found


def _connection(element: Element, place: Place) -> Setting:
    ids = (element.get("connectionManagerRefId"), element.get("connectionManagerID"))
    manager = resolve(place.managers, *(text for text in ids if text))
    if manager.get("outside") and ids[1]:
        place.outside[ids[1].partition(":")[0].lower()] = manager.get("name")
    return Setting("connection", "", {"name": element.get("name")}, (manager,), element.line)


def _end(element: Element, side: str, taken: set[str]) -> Setting:
    children = [_column(column) for column in _all(element, f"{side}Columns", f"{side}Column")]
    children += [
        Setting("external", "", _typed(column), (), column.line)
        for column in _all(element, "externalMetadataColumns", "externalMetadataColumn")
    ]
    attributes = _with_properties(element)
    attributes["port"] = unique(element.get("name").strip() or side, taken)
    return Setting(side, "", attributes, tuple(children), element.line)


def _column(element: Element) -> Setting:
    return Setting("column", "", _typed(element), (), element.line)


def _typed(element: Element) -> dict[str, str]:
    """A column's attributes with its type as `services.pipelines.types` reads it."""
    given = element.attributes
    found = _with_properties(element)
    spelled = given.get("dataType") or given.get("cachedDataType")
    if spelled:
        length = given.get("length") or given.get("cachedLength") or "0"
        precision = given.get("precision") or given.get("cachedPrecision") or "0"
        scale = given.get("scale") or given.get("cachedScale") or "0"
        found["type"], found["digits"], found["decimals"] = _type(spelled, length, precision, scale)
    return found


@lru_cache(maxsize=4096)
def _type(spelled: str, length: str, precision: str, scale: str) -> tuple[str, str, str]:
    """Name, digits and decimals of a type, all of them texts."""
    kind, digits, decimals = types.parts(spelled, number(length), number(precision), number(scale))
    return kind, str(digits), str(decimals)


def _fields(settings: Setting) -> Iterator[TransformationField]:
    seen: set[str] = set()
    for output in settings.all("output"):
        for column in () if truth(output.get("isErrorOut")) else output.all("column"):
            name = column.get("name")
            if name.lower() in seen:
                continue
            seen.add(name.lower())
            yield TransformationField(
                name,
                column.get("type", "varchar"),
                number(column.get("digits")),
                number(column.get("decimals")),
                Role.OUTPUT,
                expression=column.get("FriendlyExpression") or column.get("Expression"),
                line=column.line,
            )


def _links(pipeline: Element, ports: Mapping[str, tuple[str, str]], file: str) -> tuple[list[Link], list[Problem]]:
    links: list[Link] = []
    problems: list[Problem] = []
    for order, path in enumerate(_all(pipeline, "paths", "path")):
        start, end = ports.get(path.get("startId")), ports.get(path.get("endId"))
        if start and end:
            links.append(Link(start[0], end[0], start[1], end[1], order, name=path.get("name"), line=path.line))
            continue
        message = f"The path {path.get('name')} (line {path.line}) joins what the data flow does not have; left out."
        problems.append(
            Problem("warning", "DANGLING_CONNECTOR", message, Origin(file, path.line, f"path {path.get('name')}"))
        )
    return links, problems
