"""A stage and its pins as a step: properties, columns and expressions nested under `settings`.

`settings` holds the stage's own scalar properties as attributes, and below it `properties` (one setting each, packed
ones unpacked), `connector`, `stage_variables`, `loop_variables`, `parameters`, and for each link `input` and
`output` with `properties`, `connector` and `columns`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.migration.ast import Origin, Role, Setting, Transformation, TransformationField
from services.migration.parsers import redact
from services.migration.parsers.datastage import connector, packed
from services.migration.parsers.datastage.definition import definition
from services.migration.parsers.datastage.model import Properties, Record
from services.migration.parsers.datastage.types import SQL_TYPES

ITEM_LISTS = {
    "StageVars": "stage_variables",
    "LoopVars": "loop_variables",
    "LoopCondition": "loop_condition",
    "ParamValues": "parameters",
    "UserVars": "user_variables",
    "StageTriggers": "triggers",
    "LinkSort": "sort_keys",
}
COMMANDS = frozenset({"filter", "filtercommand", "source", "destination", "command", "Command"})
"""Properties that hold a command line."""
TOLD = frozenset(
    {"SchemaFormat", "OutputLinkOrder", "InputLinkOrder", "RTColumnProp", "KeyColsNone", "OldNullHandling"}
)
NOT_DESIGN = frozenset({"Identifier", "OLEType", "Readonly", "NextID", "InputPins", "OutputPins", "Partner", "Name"})


def kind_of(record: Record) -> str:
    """The stage's type: its StageType, else its record's class with the C that DSX gives it."""
    return record.get("StageType") or f"C{record.kind}"


def step(
    record: Record, name: str, inputs: Iterable[Record], outputs: Iterable[tuple[Record, Record | None]], file: str
) -> Transformation:
    """`outputs`: each output pin and the input pin it leads to. The step's fields are the columns of all outputs."""
    arriving, leaving = list(inputs), list(outputs)
    given: dict[str, TransformationField] = {}
    for pin, _ in leaving:
        for column in columns(pin):
            given.setdefault(column.name, column)
    settings = Setting(
        "stage",
        attributes=_scalars(record),
        children=(
            *_content(record),
            *(Setting("input", pin.name, _scalars(pin), _content(pin), pin.line) for pin in arriving),
            *(Setting("output", pin.name, _scalars(pin), _content(pin), pin.line) for pin, _ in leaving),
        ),
        line=record.line,
    )
    pins = {pin.identifier: pin for pin in (*arriving, *(pin for pin, _ in leaving))}
    return Transformation(
        name=name,
        type=kind_of(record),
        origin=Origin(file, record.line, f"{kind_of(record)} {name}"),
        fields=tuple(given.values()),
        attributes={},
        description=redact.text(record.get("Description")),
        definition=definition((record, *pins.values())),
        settings=settings,
    )


def columns(pin: Record) -> tuple[TransformationField, ...]:
    """The columns a pin declares."""
    return tuple(_column(item, pin.line) for item in pin.each("Columns") if item.get("Name"))


def _column(item: Properties, line: int) -> TransformationField:
    known = ("Name", "SqlType", "Precision", "Scale", "Derivation", "Description")
    return TransformationField(
        name=item["Name"],
        datatype=SQL_TYPES.get(item.get("SqlType", ""), f"SqlType {item.get('SqlType', '?')}"),
        precision=_number(item.get("Precision", "0")),
        scale=_number(item.get("Scale", "0")),
        role=Role.OUTPUT,
        expression=item.get("Derivation", ""),
        nullable=item.get("Nullable", "1") != "0",
        key="PRIMARY KEY" if item.get("KeyPosition", "0") not in ("", "0") else "",
        description=redact.text(told) if (told := item.get("Description", "")) else "",
        attributes={name: value for name, value in item.items() if value and value != "0" and name not in known},
        line=line,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("1000000000") else 0


def _scalars(record: Record) -> dict[str, str]:
    return {
        name: redact.attribute(name, value)
        for name, value in record.properties.items()
        if name not in NOT_DESIGN and name not in record.lists and value
    }


def _content(record: Record) -> tuple[Setting, ...]:
    properties: list[Setting] = []
    found: list[Setting] = []
    for item in record.each("Properties"):
        name, value = item.get("Name", ""), item.get("Value", "")
        if name == "XMLProperties":
            found.append(connector.settings(value, record.line))
        elif name:
            properties += map(_without_passwords, packed.settings(name, redact.attribute(name, value), record.line))
    if record.get("XMLProperties"):
        found.append(connector.settings(record.get("XMLProperties"), record.line))
    meta = [Setting(item.get("Name", ""), item.get("Value", "")) for item in record.each("MetaBag") if _is_told(item)]
    found.append(Setting("properties", children=tuple(properties)))
    found.append(Setting("meta", children=tuple(meta)))
    for source, name in ITEM_LISTS.items():
        if record.each(source):
            items = tuple(Setting(item.get("Name", ""), attributes=_safe(item)) for item in record.each(source))
            found.append(Setting(name, children=items))
    cells = tuple(Setting(item.get("Name", ""), attributes=_safe(item)) for item in record.each("Columns"))
    found.append(Setting("columns", children=cells))
    return tuple(found)


def _without_passwords(setting: Setting) -> Setting:
    return replace(setting, value=redact.command(setting.value)) if setting.name in COMMANDS else setting


def _safe(item: Properties) -> Properties:
    """A sub-record's properties; what a parameter or variable with a secret's name holds is left out."""
    secret = redact.names_secret(item.get("Name", ""))
    hidden = ("Value", "Default", "DisplayValue", "Expression") if secret else ()
    return {name: redact.MASK if name in hidden and value else value for name, value in item.items()}


def _is_told(item: Properties) -> bool:
    """What the meta bag holds that is design: the format of files, the order of links, how nulls are handled."""
    return item.get("Name", "") in TOLD
