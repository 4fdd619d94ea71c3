"""Job parameters and parameter sets; an encrypted parameter's value is never copied.

`Set.Member` is written `Set_Member`, as SQL and file paths name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from services.migration.ast import Parameter
from services.migration.parsers import redact
from services.migration.parsers.datastage.model import Properties, Section
from services.migration.parsers.datastage.types import ENCRYPTED, PARAMETER_TYPES, SET_OF_PARAMETERS

Sets = Mapping[str, list[Properties]]
AS_DEFINED = "(As pre-defined)"
FROM_ENVIRONMENT = ("$PROJDEF", "$ENV", "$UNSET")


def name_of(text: str) -> str:
    """`$APT_X` → `APT_X`, `Set.Member` → `Set_Member`: a name that SQL takes as a parameter."""
    found = re.sub(r"\W", "_", text.lstrip("$")) or "parameter"
    return found if not found[0].isdigit() else f"p_{found}"


def sets_of(sections: Iterable[Section]) -> dict[str, list[Properties]]:
    """Parameter set → its members."""
    return {
        record.identifier: record.each("Parameters")
        for section in sections
        for record in section.records
        if record.kind == "ParameterSet"
    }


def parameters(items: Iterable[Properties], sets: Sets) -> tuple[Parameter, ...]:
    """A job's parameters in order, the members of parameter sets in their set's place."""
    found: dict[str, Parameter] = {}
    for item in items:
        name = item.get("Name", "").strip()
        if not name:
            continue
        if item.get("ParamType") == SET_OF_PARAMETERS:
            for member in sets.get(name, ()):
                made = _parameter(f"{name}.{member.get('Name', '')}", member)
                found[made.name] = made
        else:
            made = _parameter(name, item)
            found[made.name] = made
    return tuple(found.values())


def _parameter(name: str, item: Properties) -> Parameter:
    default: str | None = item.get("Default")
    kind = item.get("ParamType", "0")
    if kind == ENCRYPTED or redact.names_secret(name) or default in (AS_DEFINED, *FROM_ENVIRONMENT):
        default = None
    shown = redact.text(default) if default else None
    return Parameter(name_of(name), PARAMETER_TYPES.get(kind, "string"), default=shown)
