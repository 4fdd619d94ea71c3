"""The SQL that makes a target's value of a source's column, as PostgreSQL reads it, and the words for it.

same type           nothing, or TRIM where the values need it
other type          CAST, or reading by the form that the sample values have
other unit, code    arithmetic, CASE
"""

from __future__ import annotations

from collections.abc import Callable

from services.copilot.schema_match.cleaning import cleaned, coded
from services.copilot.schema_match.column import Column
from services.copilot.schema_match.datetimes import from_text as time_from_text
from services.copilot.schema_match.datetimes import part_of, parted
from services.copilot.schema_match.expression import Made, cast, column_sql
from services.copilot.schema_match.kinds import family, loses
from services.copilot.schema_match.numbers import converted, from_number, number_from_text, truth_from

COPIED = Made("", "")


def made_for(source: Column, target: Column) -> Made:
    """What must be done to a value of `source`; COPIED where nothing."""
    mine, theirs = family(source.type), family(target.type)
    if not mine or not theirs:
        return _untyped(source, target)
    own = _BY_FAMILIES.get((mine, theirs))
    if own is not None:
        made = own(source, target)
        if made is not None:
            return made
    if source.type == target.type:
        return COPIED
    if not _must_cast(source.type, target.type):
        return COPIED
    return cast(column_sql(source), target.type, _narrowing(source, target))


def _untyped(source: Column, target: Column) -> Made:
    """Where a type is not known the values alone tell."""
    both = source.samples and target.samples
    return (both and (coded(source, target) or cleaned(source, target))) or COPIED


def _must_cast(mine: str, theirs: str) -> bool:
    """Whether the types differ beyond what the target takes as it is: a longer text, more digits."""
    if family(mine) != family(theirs) or loses(mine, theirs):
        return True
    return family(mine) != "string" and mine.split("(", 1)[0] != theirs.split("(", 1)[0]


def _narrowing(source: Column, target: Column) -> str:
    lost = family(source.type) == family(target.type) and loses(source.type, target.type)
    return f"{source.type} becomes {target.type}" + (": what does not fit is cut or refused" if lost else "")


Maker = Callable[[Column, Column], Made | None]


def _text_to_text(source: Column, target: Column) -> Made | None:
    made = coded(source, target) or cleaned(source, target)
    if made is not None and loses(source.type, target.type):
        return Made(cast(made.sql, target.type, "").sql, made.why, computed=True)
    return made


_BY_FAMILIES: dict[tuple[str, str], Maker] = {
    ("string", "string"): _text_to_text,
    ("string", "time"): time_from_text,
    ("number", "time"): from_number,
    ("time", "number"): lambda source, target: part_of(source, target),
    ("time", "string"): lambda source, target: parted(source, target),
    ("string", "number"): number_from_text,
    ("number", "number"): converted,
    ("string", "boolean"): truth_from,
    ("number", "boolean"): truth_from,
    ("boolean", "string"): coded,
}
