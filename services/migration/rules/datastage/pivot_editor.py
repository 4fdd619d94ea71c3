"""Pivot Enterprise, horizontal: which input columns fill which column it makes.

The stage's editor keeps that as text (PivotCustomOSH), whose grammar is not documented. It is read by its names alone:
each column that the output derives as `Pivot(NAME)` stands there once, followed by the input columns that fill it, one
for each row, as many for each. Anything else is refused. An index counts the rows of each input row from 0.
Source: Parallel Job Developer's Guide, "Pivot Enterprise stage"; IBM's own Python SDK for the names of its properties.
"""

from __future__ import annotations

import re

from services.migration.rules.context import NotConvertible
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage
from services.migration.rules.datastage.stated import stated
from services.pipelines import types

__all__ = ["INDEX", "is_vertical", "listed_in_editor", "made_by_editor"]

CONFIDENCE = 0.75
INDEX = ""
"""What stands for the input columns of a column that counts rows."""
PROPERTIES = ("PivotCustomOSH", "PivotCustomInputOSH")
READ_AS = "Which columns become rows was read from the stage's generated text: {}. Compare this with the stage."
_OF_THE_EDITOR = re.compile(r"\s*Pivot\s*\(\s*(.*?)\s*\)\s*", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[^\W\d][\w$]*")
UNREAD = (
    "which input columns fill each column it makes stands in a form of the stage's own editor (Pivot Enterprise)",
    "Write it as a node of kind unpivot or normalizer.",
)
LEAST = 2


def is_vertical(stage: Stage, leaving: Leaving) -> bool:
    derivations = [field.expression.strip() for field in leaving.fields]
    return stage.text("pivot_type").lower() == "verticalpivot" or any(
        text.startswith("VerticalPivot(") for text in derivations
    )


def made_by_editor(leaving: Leaving) -> dict[str, str]:
    """Output column → the name that its derivation `Pivot(NAME)` holds; empty where the stage is another Pivot."""
    found = {field.name: _OF_THE_EDITOR.fullmatch(field.expression) for field in leaving.fields}
    return {name: match[1].rsplit(".", 1)[-1] for name, match in found.items() if match}


def listed_in_editor(stage: Stage, given: Arriving, leaving: Leaving) -> dict[str, list[str]]:
    """Output column → the input columns that fill it, row by row; one alone for a column that goes along, `[INDEX]` for
    the one that counts.

    Raises NotConvertible: the editor's text is missing, or its names do not fit the output.
    """
    pivots = made_by_editor(leaving)
    blocks = _blocks(stage, given, leaving, {name.lower() for name in pivots.values()})
    found: dict[str, list[str]] = {}
    for field in leaving.fields:
        if field.name in pivots:
            found[field.name] = blocks.get(pivots[field.name].lower(), [INDEX])
            continue
        source = stage.source_of(field, [given])
        found[field.name] = [source[1].name] if source is not None else [INDEX]
    counting = [field for field in leaving.fields if found[field.name] == [INDEX]]
    if len(counting) > 1 or any(types.kind(stage.type_of(field)) != "number" for field in counting):
        raise NotConvertible(*UNREAD)
    said = "; ".join(f"{name} from {', '.join(names)}" for name, names in found.items() if len(names) > 1)
    stage.context.warn(READ_AS.format(said), confidence=CONFIDENCE)
    return found


def _blocks(stage: Stage, given: Arriving, leaving: Leaving, pivots: set[str]) -> dict[str, list[str]]:
    text = next((one for name in PROPERTIES if (one := stated(stage, (name,), leaving.setting, given.setting))), "")
    columns = {column.name.lower(): column.name for column in given.relation.columns}
    words = [word.lower() for word in _WORD.findall(text)]
    blocks: dict[str, list[str]] = {}
    current = ""
    for word in words:
        if word in pivots:
            current = word
            if word in blocks or word in columns:
                raise NotConvertible(*UNREAD)
            blocks[word] = []
        elif word in columns and current:
            blocks[current].append(columns[word])
    _check(blocks, words, columns)
    return {name: names for name, names in blocks.items() if names}


def _check(blocks: dict[str, list[str]], words: list[str], columns: dict[str, str]) -> None:
    lengths = {len(names) for names in blocks.values() if names}
    listed = [name for names in blocks.values() for name in names]
    first = next((word for word in words if word in columns or word in blocks), "")
    if len(lengths) != 1 or min(lengths) < LEAST or len(set(listed)) != len(listed) or first not in blocks:
        raise NotConvertible(*UNREAD)
