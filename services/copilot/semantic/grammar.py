"""How questions are built: a table of patterns over the items' letters. What no pattern takes is left unresolved.

A pattern reads like its example: `[Pf]?F` is a filter with or without a preposition. Nothing is passed over because it
is not understood: an item that no pattern takes makes the question one that the glossary does not cover.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.copilot.semantic import rules
from services.copilot.semantic.asked import Applied, Asked, Bound, Chosen
from services.copilot.semantic.draft import Draft, Rule
from services.copilot.semantic.expressions import names, row_expression
from services.copilot.semantic.items import Item, Reading
from services.copilot.semantic.model import Glossary
from services.copilot.semantic.words import fold, known

_COMPARE = "[o><}{]"

_PATTERNS: tuple[tuple[str, str, Rule], ...] = (
    ("rank", r"Q?[Kk]N?D", rules.rank),
    ("rank", r"Q?N?DW?[Pf]?[HL]M", rules.superlative),
    ("by", r"GM", rules.by_metric),
    ("group", r"Q?DW(?=M" + _COMPARE + "N|" + _COMPARE + r"NM|MBN)", rules.head),
    ("bound", r"W?M" + _COMPARE + "N", rules.bound),
    ("bound", r"W?" + _COMPARE + "NM", rules.bound),
    ("bound", r"W?MBN[A]N", rules.in_range),
    ("bound", _COMPARE + "N", rules.bound),
    ("filter", r"[PfW]?D=?V(?:(?:[AO,]+P?)V)*C?", rules.values),
    ("filter", r"[PfW]?V(?:(?:[AO,]+P?)V)*D(?![=VU])C?", rules.values),
    ("filter", r"[PfW]?D=?U", rules.open_value),
    ("group", r"GD(?![=VU])(?:(?:[A,]+G?|G)D(?![=VU]))*", rules.group),
    ("group", r"E", rules.grain),
    ("filter", r"[Pf]C?V(?:(?:[AO,]+P?)V)*C?", rules.values),
    ("adjective", r"C?V(?:(?:[AO,]+)V)*C?", rules.values),
    ("filter", r"[Pf]C?F(?:OF)*C?", rules.filters),
    ("adjective", r"C?F(?:OF)*C?", rules.filters),
    ("time", r"P?T", rules.time),
    ("sort", r"S[MD][da]?", rules.sort),
    ("sort", r"[da]", rules.sort),
    ("metrics", r"[nu]?P?M(?:[A,]+P?M)*", rules.figures),
    ("rank", r"[Kk]N(?![DM])", rules.rank_alone),
    ("pause", r",+A?(?=P?T|[GESWQKkdao><}{])", rules.nothing),
    ("pause", r",(?=M)", rules.nothing),
    ("pause", r"(?:,+A?|A)(?=[PfW]?[CVFD])", rules.between_conditions),
    ("and", r"A(?=P?T|[GE])", rules.nothing),
    ("subject", r"[Pf]C(?=[Pf][VFD])", rules.nothing),
)
_COMPILED = tuple((name, re.compile(pattern), rule) for name, pattern, rule in _PATTERNS)


@dataclass(frozen=True, slots=True)
class Parsed:
    """`asked`, or what was not understood: texts of items in `left`, or `why` the pieces do not fit together. `missed`:
    items that no pattern took."""

    asked: Asked | None = None
    left: tuple[str, ...] = ()
    why: str = ""
    missed: int = 0


def parse(found: Sequence[Item], readings: Sequence[Reading], glossary: Glossary) -> Parsed:
    """The question of one choice of readings."""
    codes = "".join(reading.code for reading in readings)
    draft = Draft(glossary)
    left: list[int] = []
    at = 0
    while at < len(found):
        size = _piece(draft, found, readings, codes, at)
        if not size:
            left.append(at)
        at += size or 1
    return _not_understood(found, codes, left) if left else _finished(draft)


def _not_understood(found: Sequence[Item], codes: str, left: Sequence[int]) -> Parsed:
    """Words that nothing knows; else whom the figures cannot be told apart by; else that the rest does not join up.
    Words that only hold a sentence together are never unknown."""
    small = known().function_words
    unknown = [found[each].text for each in left if codes[each] in "xU" and fold(found[each].text) not in small]
    if unknown:
        return Parsed(left=tuple(unknown), missed=len(left))
    whom = tuple(found[each].text for each in left if codes[each] == "C")
    return Parsed(left=whom, why="no_grouping" if whom else "not_together", missed=len(left))


def _piece(draft: Draft, found: Sequence[Item], readings: Sequence[Reading], codes: str, at: int) -> int:
    for name, pattern, rule in _COMPILED:
        match = pattern.match(codes, at)
        if match is None:
            continue
        taken = list(zip(found[at : match.end()], readings[at : match.end()], strict=True))
        if rule(draft, taken, match.group()):
            draft.pieces.append(name)
            return match.end() - at
        return 0
    return 0


def _finished(draft: Draft) -> Parsed:
    why = next((why for why, fits in _fits(draft) if not fits), "")
    if why:
        return Parsed(why=why)
    order = draft.order or (draft.only if draft.ranked or draft.descending is not None else "")
    bounds = tuple(Bound(metric or draft.only, operator, number) for metric, operator, number in draft.bounds)
    asked = Asked(
        tuple(draft.metrics),
        tuple(draft.groups),
        tuple(draft.conditions),
        draft.periods[0] if draft.periods else None,
        bounds,
        order,
        bool(draft.descending),
        draft.limit,
    )
    return Parsed(asked)


def _fits(draft: Draft) -> Iterator[tuple[str, bool]]:
    """What must hold between the pieces, by the key of its text."""
    yield "no_metric", bool(draft.metrics)
    yield "bound_of_what", not draft.bounds or bool(draft.groups)
    yield "order_of_what", not (draft.ranked or draft.descending is not None) or bool(draft.order or draft.only)
    yield "order_of_what", not draft.order or draft.order in (*draft.metrics, *draft.groups)
    yield "top_of_what", not (draft.ranked and draft.limit) or len(draft.groups) == 1
    yield "together_or_each", all(home in draft.groups for home in draft.united) and not _twice(draft)
    yield "scope", len(draft.metrics) == 1 or _apart(draft.pieces)


def _twice(draft: Draft) -> bool:
    """Two conditions on one column: both can hardly hold."""
    columns = [_column(draft.glossary, each) for each in draft.conditions]
    return len(set(columns)) < len(columns)


def _column(glossary: Glossary, condition: Chosen | Applied) -> str:
    """What the condition is on: `table.column`, several joined."""
    if isinstance(condition, Chosen):
        dimension = glossary.dimension[condition.dimension]
        return dimension.column or dimension.name
    name, arguments = condition.filters[0]
    text = glossary.filter[name].conditions[0].format(**dict.fromkeys(dict(arguments), "1"))
    return " ".join(sorted(f"{home}.{column}" for home, column in names(row_expression(text))))


def _apart(pieces: Sequence[str]) -> bool:
    """With several figures: all named in one place, and no adjective before them that may belong to the first alone."""
    if pieces.count("metrics") > 1:
        return False
    named = pieces.index("metrics") if "metrics" in pieces else len(pieces)
    return "adjective" not in pieces[:named] or "metrics" not in pieces
