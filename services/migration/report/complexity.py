"""How complex a mapping is, by counting what it is made of.

Classes: MEDIUM by any of its marks; COMPLEX by any of its own or three of MEDIUM's; VERY COMPLEX by any of its own or
three of COMPLEX's. The marks are those that assessment tools of the field report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from services.migration.ast import MappingAST
from services.pipelines.dsl.columns import resolve
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.texts import Form, texts

CLASSES = ("simple", "medium", "complex", "very_complex")
LONG_EXPRESSION_CALLS = 5
_CALL = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|:?\b[A-Za-z_]\w*\s*(\()", re.DOTALL)
_NOT_CALLS = re.compile(r"(?:and|or|not|in|when|then|else|case|over|as|is|by)\s*\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measures:
    """What a mapping is made of. A long expression has five calls or more."""

    long_expressions: int = 0
    calls: int = 0
    components: int = 0
    sources: int = 0
    targets: int = 0
    joins: int = 0
    lookups: int = 0
    restructures: int = 0  # Normalizer, change capture


MARKS: tuple[dict[str, int], ...] = (
    {
        "long_expressions": 2,
        "sources": 2,
        "joins": 1,
        "lookups": 4,
        "targets": 2,
        "calls": 10,
        "components": 10,
    },
    {"long_expressions": 5, "components": 20, "calls": 20, "restructures": 1, "lookups": 7},
    {"long_expressions": 8, "lookups": 15, "components": 50},
)
"""For MEDIUM, COMPLEX and VERY COMPLEX: measure → the least that is a mark."""
ENOUGH_MARKS = 3  # of one class make the next

JOIN_TYPES = frozenset({"Joiner", "MergeJoin", "Join", "PxJoin", "PxMerge"})
LOOKUP_TYPES = frozenset({"Lookup Procedure", "Lookup", "PxLookup"})
RESTRUCTURE_TYPES = frozenset({"Normalizer", "PxChangeCapture", "Transpose", "CrossTab"})
KIND_MEASURES = {
    "sql_join": "joins",
    "sql_join_pushdown": "lookups",
    "normalizer": "restructures",
    "change_capture": "restructures",
    "pivot": "restructures",
    "unpivot": "restructures",
}


def classify(measures: Measures) -> str:
    """`simple`, `medium`, `complex` or `very_complex`."""
    marks = [sum(getattr(measures, name) >= least for name, least in level.items()) for level in MARKS]
    level = 0
    for index, count in enumerate(marks):
        if count or (index and marks[index - 1] >= ENOUGH_MARKS):
            level = index + 1
    return CLASSES[level]


def highest(classes: Iterable[str]) -> str:
    """The highest of several classes; `simple` where there are none."""
    return max(classes, key=CLASSES.index, default=CLASSES[0])


def measure_mapping(mapping: MappingAST) -> Measures:
    """Counts of a mapping as its tool has it."""
    types = [item.type for item in mapping.transformations]
    calls = [count_calls(text) for text in _expressions(mapping)]
    return Measures(
        long_expressions=sum(count >= LONG_EXPRESSION_CALLS for count in calls),
        calls=sum(calls),
        components=len(types) + len(mapping.sources) + len(mapping.targets),
        sources=len(mapping.sources),
        targets=len(mapping.targets),
        joins=sum(name in JOIN_TYPES for name in types),
        lookups=sum(name in LOOKUP_TYPES for name in types),
        restructures=sum(name in RESTRUCTURE_TYPES for name in types),
    )


def measure_pipeline(pipeline: dict[str, Any]) -> Measures:
    """Counts of a pipeline document, where the mapping it came from is not at hand."""
    document = Document(pipeline)
    nodes = document.nodes()
    counted = [KIND_MEASURES.get(str(node.get("transform")), "") for node in nodes]
    forms = (Form.EXPRESSION, Form.AGGREGATE, Form.WINDOW)
    calls = [count_calls(text.text) for text in texts(document, resolve(document)) if text.form in forms]
    return Measures(
        long_expressions=sum(count >= LONG_EXPRESSION_CALLS for count in calls),
        calls=sum(calls),
        components=len(nodes),
        sources=sum(node.get("type") == "source" for node in nodes),
        targets=sum(node.get("type") == "sink" for node in nodes),
        joins=counted.count("joins"),
        lookups=counted.count("lookups"),
        restructures=counted.count("restructures"),
    )


def count_calls(text: str) -> int:
    """Function calls in an expression; what stands in quotes or comments does not count."""
    return sum(1 for match in _CALL.finditer(text) if match[1] and not _NOT_CALLS.fullmatch(match[0]))


def _expressions(mapping: MappingAST) -> Iterator[str]:
    for item in mapping.transformations:
        yield from (field.expression for field in item.fields if field.computes)
        yield from (group.expression for group in item.groups if group.expression)
        yield from (
            text for name, text in item.attributes.items() if name.endswith(("Condition", "Expression")) and text
        )
