"""Attributes that no rule reads: each is known to be without influence, or is named in a warning.

Nothing that changes rows passes in silence: an attribute with a counterpart is honoured by its rule, one without is
told with what the tool does, and one that no table knows is told as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.migration.ast import MappingAST, SourceDefinition
from services.migration.conversion import Issue
from services.migration.rules import flat_file
from services.migration.rules.attribute_tables import (
    CHECK,
    DOUBTS,
    EVERYWHERE,
    EVERYWHERE_DOUBTED,
    FILE_DOUBTS,
    FILE_KNOWN,
    HONOURED,
    NO_INFLUENCE,
    SESSION_DOUBTS,
    Doubt,
)
from services.migration.rules.context import Context
from services.pipelines.severity import Severity

UNKNOWN, NOT_HONOURED = "UNKNOWN_ATTRIBUTE", "ATTRIBUTE_NOT_HONOURED"
UNKNOWN_CONFIDENCE = 0.84
"""Confidence where nothing is known of an attribute: below what is called sure."""
GIVEN_BY_EXPORT = ("initprop ", "flatfile ")
"""Begin the names under which other parts of a transformation are kept: its own properties, its file's format."""


@dataclass(frozen=True, slots=True)
class Found:
    """One attribute that a person has to know of."""

    code: str
    message: str
    confidence: float


def of_object(kind: str, name: str, attributes: Mapping[str, str]) -> Iterator[Found]:
    """What has to be said of an object's attributes. `kind` is its type, or `source` or `target`."""
    if kind not in HONOURED and kind not in NO_INFLUENCE:
        return  # carried whole by its manual node
    known = EVERYWHERE | NO_INFLUENCE.get(kind, frozenset()) | HONOURED.get(kind, frozenset())
    yield from _judged(kind, name, attributes, known, {**EVERYWHERE_DOUBTED, **DOUBTS.get(kind, {})})
    written = flat_file.stated(attributes)
    if written:
        yield from _judged("file", name, written, FILE_KNOWN, FILE_DOUBTS)
        yield from _delimiters(name, written)


def of_table(item: SourceDefinition) -> list[Found]:
    """The same for a source or target, and for the format of its file."""
    found = list(of_object(item.role, item.name, item.attributes))
    if item.file_format:
        found += _judged("file", item.name, item.file_format, FILE_KNOWN, FILE_DOUBTS)
        found += _delimiters(item.name, item.file_format)
    return found


def _delimiters(name: str, file_format: Mapping[str, str]) -> Iterator[Found]:
    several = flat_file.several_delimiters(file_format)
    if several:
        message = (
            f"{name} ends a field at any of the delimiters {' '.join(map(repr, several))}; here only at all of them."
        )
        yield Found(NOT_HONOURED, message, CHECK)


def _judged(
    kind: str, name: str, attributes: Mapping[str, str], known: frozenset[str], doubts: Mapping[str, Doubt]
) -> Iterator[Found]:
    switched_on = {name.strip().lower() for name, value in attributes.items() if value.strip().lower() == "yes"}
    for attribute, given in attributes.items():
        key, value = attribute.strip().lower(), given.strip()
        doubt = doubts.get(key)
        if not value or key.startswith(GIVEN_BY_EXPORT):
            continue
        if doubt is not None:
            if value.lower() not in doubt.harmless and not switched_on.intersection(doubt.unless):
                yield Found(NOT_HONOURED, f"{name} {doubt.what.format(value=value)}.", doubt.confidence)
        elif key not in known:
            message = f"{name} has the attribute {attribute} = {value[:80]}, of which nothing is known for a {kind}."
            yield Found(UNKNOWN, message, UNKNOWN_CONFIDENCE)


def note(context: Context) -> None:
    """Tell of a transformation's attributes: as a warning where rows are known to differ, else as an issue."""
    item = context.transformation
    for found in of_object(item.type, item.name, item.attributes):
        if found.code == NOT_HONOURED:
            context.warn(found.message, confidence=found.confidence)
        else:
            context.confidence = min(context.confidence, found.confidence)
            context.issue(Severity.WARNING, found.code, found.message, remedy(found.code))


def remedy(code: str) -> str:
    if code == UNKNOWN:
        return "Look it up in the tool's guide: if it changes rows, change the pipeline accordingly."
    return "Check what the rows should be."


def issues(found: Iterable[Found], mapping: MappingAST, item: SourceDefinition) -> tuple[Issue, ...]:
    """The findings on a source or target, as issues."""
    return tuple(
        Issue(
            Severity.WARNING,
            one.code,
            one.message,
            remedy(one.code),
            mapping=mapping.name,
            object=item.name,
            origin=item.origin,
        )
        for one in found
    )


def of_session(mapping: MappingAST) -> tuple[Issue, ...]:
    """What the session sets that concerns all rows and has no counterpart."""
    found = []
    for attribute, given in mapping.session_attributes.items():
        doubt = SESSION_DOUBTS.get(attribute.strip().lower())
        if doubt and given.strip() and given.strip().lower() not in doubt.harmless:
            found.append(
                Issue(
                    Severity.WARNING,
                    NOT_HONOURED,
                    f"The session {mapping.session} {doubt.what.format(value=given.strip())}; the pipeline does not.",
                    remedy(NOT_HONOURED),
                    mapping=mapping.name,
                    object=mapping.name,
                    origin=mapping.origin,
                )
            )
    return tuple(found)
