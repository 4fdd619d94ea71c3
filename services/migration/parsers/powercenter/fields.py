"""Ports and columns: TRANSFORMFIELD, SOURCEFIELD, TARGETFIELD → TransformationField."""

from __future__ import annotations

import sys
from functools import lru_cache

from services.migration.ast import Role, TransformationField
from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.log import Log, label
from services.migration.parsers.powercenter.values import is_yes, name_of, number

# A port type by its parts (`LOOKUP/RETURN/OUTPUT`): the first row whose parts are all there.
_ROLES = (
    (frozenset({"GENERATED KEY"}), Role.GENERATED_KEY),
    (frozenset({"GENERATED COLUMN ID"}), Role.GENERATED_COLUMN_ID),
    (frozenset({"LOCAL VARIABLE"}), Role.VARIABLE),
    (frozenset({"VARIABLE"}), Role.VARIABLE),
    (frozenset({"RETURN"}), Role.LOOKUP_RETURN),
    (frozenset({"LOOKUP", "OUTPUT"}), Role.LOOKUP_OUTPUT),
    (frozenset({"LOOKUP"}), Role.LOOKUP),
    (frozenset({"INPUT", "OUTPUT"}), Role.INPUT_OUTPUT),
    (frozenset({"INPUT"}), Role.INPUT),
    (frozenset({"OUTPUT"}), Role.OUTPUT),
)
_TYPE_ATTRIBUTES = frozenset({"NAME", "DATATYPE", "PRECISION", "SCALE", "DESCRIPTION"})
_PORT_ATTRIBUTES = _TYPE_ATTRIBUTES | {
    "PORTTYPE",
    "EXPRESSION",
    "EXPRESSIONTYPE",
    "DEFAULTVALUE",
    "GROUP",
    "REF_FIELD",
    "GROUPBY",
}
_COLUMN_ATTRIBUTES = _TYPE_ATTRIBUTES | {"NULLABLE", "KEYTYPE"}


@lru_cache(maxsize=256)
def port_role(port_type: str) -> tuple[Role | None, bool]:
    """The role and whether the port is on a Joiner's master side; no role where the port type is unknown."""
    parts = {part.strip() for part in port_type.upper().split("/")}
    role = next((role for needed, role in _ROLES if needed <= parts), None)
    return role, "MASTER" in parts


def read_port(element: Element, log: Log) -> TransformationField:
    """A TRANSFORMFIELD, its expressions verbatim."""
    get = element.attributes.get
    port_type = get("PORTTYPE", "")
    role, master = port_role(port_type)
    if role is None:
        role = Role.INPUT_OUTPUT
        log.warning(
            "UNKNOWN_PORT_TYPE",
            f"{label(element.tag, get('NAME', ''))} has the port type {port_type[:40]!r}; "
            "it is read as INPUT/OUTPUT. Check it in the Designer.",
            log.origin(element),
        )
    extra = _others(element, _PORT_ATTRIBUTES)
    if element.children:
        extra |= {child.get("NAME"): child.get("VALUE") for child in element.each("TRANSFORMFIELDATTR")}
    if role in (Role.GENERATED_KEY, Role.GENERATED_COLUMN_ID):
        extra["PORTTYPE"] = port_type
    kind = get("EXPRESSIONTYPE", "") or ("GROUPBY" if is_yes(get("GROUPBY", "")) else "")
    return TransformationField(
        name=name_of(element, log),
        datatype=sys.intern(get("DATATYPE", "")),
        precision=number(element, "PRECISION", log),
        scale=number(element, "SCALE", log),
        role=role,
        expression=get("EXPRESSION", ""),
        expression_kind=sys.intern(kind),
        default=get("DEFAULTVALUE", ""),
        group=sys.intern(get("GROUP", "")),
        ref_field=get("REF_FIELD", ""),
        master=master,
        description=redact.text(get("DESCRIPTION", "")),
        attributes=extra,
        line=element.line,
    )


def read_column(element: Element, log: Log) -> TransformationField:
    """A SOURCEFIELD or TARGETFIELD."""
    get = element.attributes.get
    key = get("KEYTYPE", "")
    return TransformationField(
        name=name_of(element, log),
        datatype=sys.intern(get("DATATYPE", "")),
        precision=number(element, "PRECISION", log),
        scale=number(element, "SCALE", log),
        role=Role.OUTPUT if element.tag == "SOURCEFIELD" else Role.INPUT,
        nullable=get("NULLABLE", "NULL").upper().replace(" ", "") != "NOTNULL",
        key="" if key == "NOT A KEY" else key,
        description=redact.text(get("DESCRIPTION", "")),
        attributes={k: v for k, v in _others(element, _COLUMN_ATTRIBUTES).items() if v != "0"},
        line=element.line,
    )


def _others(element: Element, known: frozenset[str]) -> dict[str, str]:
    """The attributes beside the known ones that are not empty."""
    attributes = element.attributes
    return {k: v for k in _names_beside(known, tuple(attributes)) if (v := attributes[k])}


@lru_cache(maxsize=1024)  # an export repeats few sets of attributes many times
def _names_beside(known: frozenset[str], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in known)
