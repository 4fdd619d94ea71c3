"""Parameters of a shared container: each use states their values, which take their place where it is inlined.

A value is a job parameter (`#pDay#`, or its bare name), a literal in quotation marks, or plain text; one that is not
stated is the container's own default. Secret ones are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.migration.parsers import redact
from services.migration.parsers.datastage.model import Properties, Record, Section
from services.migration.parsers.datastage.types import ENCRYPTED

STATED = ("Expression", "DisplayValue", "Value")
EXPRESSIONS = frozenset(
    {"Derivation", "ParsedDerivation", "Constraint", "ParsedConstraint", "Expression", "KeyExpression", "InitialValue"}
)
"""Properties in which a parameter stands like a variable, without `#`."""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?\Z")
_QUOTED = re.compile(r"""(["'])(.*)\1\Z""", re.DOTALL)
_REFERENCE = re.compile(r"#(\w+)#")
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[\w$#@.]+(?!\s*\()")


def filled(container: Record, definition: Section, own: Iterable[str]) -> Section:
    """The container's definition with its parameters' values. `own`: names of the parameters of the job around it."""
    root = definition.first("JobDefn") or definition.first("ContainerDefn")
    declared = {one.get("Name", ""): one for one in root.each("Parameters")} if root is not None else {}
    stated = {
        item["Name"]: text
        for items in container.lists.values()
        for item in items
        if item.get("Name", "") in declared and (text := next((item[key] for key in STATED if item.get(key)), ""))
    }
    known = set(own)
    values = {
        name: text
        for name, one in declared.items()
        if (text := stated.get(name) or one.get("Default", ""))
        and one.get("ParamType") != ENCRYPTED
        and not redact.names_secret(name)
    }
    if not values:
        return definition
    inside = {name: _in_text(text, known) for name, text in values.items()}
    bare = {name: _in_expression(text, known) for name, text in values.items()}
    return replace(definition, records=[_record(record, inside, bare) for record in definition.records])


def _in_text(value: str, known: set[str]) -> str:
    """As it stands in a path or a statement, in place of `#NAME#`."""
    quoted = _QUOTED.match(value.strip())
    return f"#{value.strip()}#" if value.strip() in known else quoted[2] if quoted else value


def _in_expression(value: str, known: set[str]) -> str:
    """As it stands in a derivation, in place of `NAME`."""
    text = value.strip()
    reference = _REFERENCE.fullmatch(text)
    if reference:
        return reference[1]
    return text if text in known or _NUMBER.match(text) or _QUOTED.match(text) else f'"{text}"'


def _record(record: Record, inside: Mapping[str, str], bare: Mapping[str, str]) -> Record:
    return replace(
        record,
        properties=_properties(record.properties, inside, bare),
        lists={name: [_properties(item, inside, bare) for item in items] for name, items in record.lists.items()},
    )


def _properties(found: Properties, inside: Mapping[str, str], bare: Mapping[str, str]) -> Properties:
    return {name: _value(name, text, inside, bare) for name, text in found.items()}


def _value(name: str, text: str, inside: Mapping[str, str], bare: Mapping[str, str]) -> str:
    made = _REFERENCE.sub(lambda match: inside.get(match[1], match[0]), text) if "#" in text else text
    if name not in EXPRESSIONS:
        return made
    return _WORD.sub(lambda match: bare.get(match[0], match[0]), made)
