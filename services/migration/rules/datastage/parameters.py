"""`#Param#` references of paths, table names and SQL."""

from __future__ import annotations

import re

from services.migration.parsers.datastage.parameters import name_of
from services.migration.rules.steps.context import StepContext

_REFERENCE = re.compile(r"#(\$?[A-Za-z_][\w.$]*)#")
_QUOTED = re.compile(r"'#(\$?[A-Za-z_][\w.$]*)#'")


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
