"""Values that the configurations of a project (`.dtproj`) give to parameters of it and of its packages.

A build takes those of one configuration, which the project does not name; a value in which all of them agree holds.
Sensitive values stand apart there and are not read. Source: "Project and Solution configurations" of the designer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from services.migration.ast import Origin, Problem
from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.ssis.raw import below, walk
from services.migration.parsers.ssis.redaction import names_secret
from services.migration.parsers.ssis.variables import Variable, plain


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter's value by configuration; one that gives none is not among them."""

    name: str
    line: int
    values: Mapping[str, str]
    of_all: bool

    @property
    def agreed(self) -> str | None:
        """The one value that every configuration gives."""
        found = set(self.values.values())
        return next(iter(found)) if self.of_all and len(found) == 1 else None


Settings = Mapping[str, Setting]
"""By the parameter's id, in lower case and without braces."""


def read(root: Element) -> dict[str, Setting]:
    configurations = [element for element in walk(root) if element.tag == "Configuration"]
    found: dict[str, Setting] = {}
    for configuration in configurations:
        label = _text(configuration, "Name")
        values = below(configuration, "Options", "ParameterConfigurationValues")
        for item in () if values is None else values.each("ConfigurationSetting"):
            identity, name = _identity(_text(item, "Id")), _text(item, "Name")
            known = found.get(identity, Setting(name, item.line, {}, False))
            given = {**known.values, label: _text(item, "Value")}
            found[identity] = replace(known, values=given, of_all=len(given) == len(configurations))
    found.pop("", None)
    return found


def configured(variables: list[Variable], settings: Settings) -> list[Variable]:
    """The parameters with the values on which the configurations agree; a secret one has none here either."""
    if not settings:
        return variables
    return [_configured(one, settings.get(_identity(one.id))) for one in variables]


def problems(settings: Settings, path: str) -> Iterator[Problem]:
    """What the configurations give different values."""
    for setting in settings.values():
        if setting.agreed is not None:
            continue
        given = "; ".join(f"{label}: {_shown(setting.name, value)}" for label, value in setting.values.items())
        message = (
            f"The value of {setting.name} depends on the configuration that is built ({given}); here it is the one "
            "that the parameter holds. Set it where the pipelines run."
        )
        yield Problem("info", "CONFIGURED_ELSEWHERE", message, Origin(path, setting.line, f"Parameter {setting.name}"))


def _configured(variable: Variable, setting: Setting | None) -> Variable:
    value = setting.agreed if setting is not None else None
    if value is None or variable.value is None:
        return variable
    return replace(variable, value=plain(variable.bare, value, is_boolean=variable.datatype == "boolean"))


def _shown(name: str, value: str) -> str:
    return redact.MASK if names_secret(name.rpartition("::")[2]) else redact.text(value)[:200]


def _identity(text: str) -> str:
    return text.strip().strip("{}").lower()


def _text(element: Element, tag: str) -> str:
    found = next(element.each(tag), None)
    return "" if found is None else found.text.strip()
