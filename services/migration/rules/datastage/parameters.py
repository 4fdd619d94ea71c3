"""`#Param#` references of paths, table names and SQL."""

from __future__ import annotations

import re

from services.migration.parsers.datastage.parameters import name_of
from services.migration.rules.steps.context import StepContext

_REFERENCE = re.compile(r"#(\$?[A-Za-z_][\w.$]*)#")
_QUOTED = re.compile(r"'#(\$?[A-Za-z_][\w.$]*)#'")


def whole(context: StepContext, stated: str, what: str) -> int | None:
    """A whole number, or the default of the job parameter that gives it; None where it is neither."""
    name = name_of(stated.strip("#"))
    parameter = next((one for one in context.mapping.parameters if one.name == name), None)
    if stated.startswith("#") and parameter is not None and parameter.default:
        context.warn(f"{what} is the parameter {parameter.name}; its default is used.", confidence=0.79)
        stated = parameter.default
    return int(stated) if stated.isdigit() else None


def in_path(text: str) -> str:
    r"""`#Dir#\x.csv` → `${Dir}/x.csv`."""
    return _REFERENCE.sub(lambda match: f"${{{name_of(match[1])}}}", text.strip().strip('"')).replace("\\", "/")


def in_name(text: str) -> str:
    return _REFERENCE.sub(lambda match: f"${{{name_of(match[1])}}}", text.strip())


def in_sql(context: StepContext, text: str) -> str:
    """`'#D#'` and `#D#` → `:D`, each declared as a parameter."""
    for match in _REFERENCE.finditer(text):
        context.parameters[name_of(match[1])] = None
    marked = _QUOTED.sub(lambda match: f":{name_of(match[1])}", text)
    return _REFERENCE.sub(lambda match: f":{name_of(match[1])}", marked).strip()
