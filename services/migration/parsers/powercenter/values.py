"""Reading single attributes: required names, numbers, flags."""

from __future__ import annotations

from services.migration.parsers.elements import Element
from services.migration.parsers.log import Log, label

_NUMBERS = {"": 0} | {str(value): value for value in range(1000)}  # nearly all there are
MOJIBAKE_MARK = "ï»¿"  # a UTF-8 byte order mark read as Windows-1252, from a flat file import


def name_of(element: Element, log: Log, attribute: str = "NAME") -> str:
    """The element's name; an error and a name made from the line where it has none."""
    name = element.get(attribute)
    if not name:
        name = f"unnamed_{element.line}"
        log.error(
            "MISSING_ATTRIBUTE",
            f"{element.tag} has no {attribute}; it is called {name} here. Export the file again.",
            log.origin(element, name),
        )
    elif name.startswith((MOJIBAKE_MARK, "\ufeff")):
        log.info(
            "BYTE_ORDER_MARK_IN_NAME",
            f"The name {name!r} begins with a byte order mark from a flat file import; "
            "the name without it is probably meant.",
            log.origin(element, name),
        )
    return name


def number(element: Element, attribute: str, log: Log) -> int:
    """A whole number, 0 where absent; a warning and 0 where it is something else."""
    value = element.attributes.get(attribute, "")
    known = _NUMBERS.get(value)
    if known is not None:
        return known
    try:
        if len(value) <= 18:
            return int(value)
    except ValueError:
        pass
    log.warning(
        "NOT_A_NUMBER",
        f"{label(element.tag, element.get('NAME'))} has {attribute} {value[:40]!r}, which is no number; 0 is used.",
        log.origin(element),
    )
    return 0


def is_yes(value: str) -> bool:
    return value.upper() in ("YES", "1", "TRUE")
