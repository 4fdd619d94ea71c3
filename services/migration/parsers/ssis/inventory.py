"""What a package holds beside data and control flow: connection managers, log providers, configurations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.migration.ast import InventoryItem, Origin, Problem
from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.ssis.connections import Manager
from services.migration.parsers.ssis.dataflow import Place
from services.migration.parsers.ssis.raw import each, is_sensitive, prop, walk
from services.migration.parsers.ssis.variables import Variable

_BESIDE = (
    ("LogProviders", "LogProvider", "log_provider"),
    ("Configurations", "Configuration", "configuration"),
)


def inventory(
    package: Element, place: Place, managers: Iterable[Manager], variables: Iterable[Variable]
) -> tuple[InventoryItem, ...]:
    """Every object beside the flows, in order of line."""
    found = [
        InventoryItem("connection", m.name, place.package, Origin(place.file, m.line, f"Connection {m.name}"), m.type)
        for m in managers
    ]
    for wrapper, tag, kind in _BESIDE:
        found += [_item(element, kind, place) for element in each(package, wrapper, tag)]
    for variable in variables:
        kind = "parameter" if variable.name.startswith("$") else "variable"
        origin = Origin(place.file, variable.line, f"{kind.capitalize()} {variable.name}")
        found.append(InventoryItem(kind, variable.name, place.package, origin, variable.datatype))
    return tuple(sorted(found, key=lambda item: item.origin.line))


def _item(element: Element, kind: str, place: Place) -> InventoryItem:
    name = prop(element, "ObjectName") or kind
    origin = Origin(place.file, element.line, f"{kind} {name}")
    detail = prop(element, "CreationName") or prop(element, "ConfigurationType")
    return InventoryItem(kind, name, place.package, origin, detail.split(",", 1)[0])


def computed(manager: Manager, file: str) -> Iterator[Problem]:
    """Properties of a connection that expressions give."""
    for name, text in manager.expressions.items():
        yield Problem(
            "info",
            "COMPUTED_CONNECTION",
            f"The property {name} of the connection {manager.name} is computed as the package runs "
            f"({redact.attribute(name, redact.text(text))[:400]}); set it where the pipeline runs.",
            Origin(file, manager.line, f"Connection {manager.name}"),
        )


def problems(package: Element, place: Place, managers: Iterable[Manager]) -> Iterator[Problem]:
    """What was left out of the conversion: what connections compute, encrypted pieces, secrets."""
    for manager in managers:
        yield from computed(manager, place.file)
    if b"ensitive" not in place.text.data and b"EncryptedData" not in place.text.data:
        return
    for element in walk(package):
        if element.tag == "EncryptedData":
            yield Problem(
                "warning",
                "ENCRYPTED_PART",
                f"A part of the package is encrypted (line {element.line}); save it with the protection level "
                "DontSaveSensitive to have it converted.",
                Origin(place.file, element.line, "EncryptedData"),
            )
        elif is_sensitive(element):
            name = element.get("Name") or element.get("name") or element.tag
            yield Problem(
                "info",
                "SENSITIVE_LEFT_OUT",
                f"The sensitive value {name} (line {element.line}) was left out; set it where the pipeline runs.",
                Origin(place.file, element.line, f"Sensitive {name}"),
            )
