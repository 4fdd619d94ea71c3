"""Texts of messages with slots, as the catalogue writes them: `relation "{table}" does not exist`.

`{name}` is one name (up to its closing quote, bracket or blank), `{name|text}` a phrase, `{name|words}` a few words,
`{name|call}` a name with its arguments, `{*}` anything. Every repetition is bounded, so no input takes long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SLOT = re.compile(r"\{(\*|[a-z]+)(?:\|([a-z]+))?\}")
_WORD = re.compile(r"\w+")
_CLOSING = {'"': r"[^\"\n]", "'": r"[^'\n]", "`": r"[^`\n]", "[": r"[^\]\n]", "(": r"[^)\n]", "{": r"[^}\n]"}
_KINDS = {
    "text": r"[^\n]{1,200}?",
    "words": r"[\w.\[\]]+(?: [\w.\[\](),]+){0,4}?",
    "call": r"[\w.\"]{1,200}\([^\n]{0,300}?\)",
}
_QUOTES = {'"': r"\\?[\"“”„«»]", "'": r"\\?['’‘]"}
_PART = r"(?:\"[^\"\n]{1,120}\"|`[^`\n]{1,120}`|[\"'`]?[^\s\"'`(),;\[\]{}]{1,200}[\"'`]?)"
_NAME = rf"{_PART}(?:(?<=[\"`])\.{_PART}){{0,3}}"
_END = r"(?=[\n.,;:]|$)"


@dataclass(frozen=True, slots=True)
class Pattern:
    """`anchor`: a word that every text matching it holds, lower case. `weight`: characters that are not slots."""

    expression: re.Pattern[str]
    anchor: str
    weight: int


def compiled(template: str) -> Pattern:
    """The pattern of a template. Raises ValueError where no whole word of it stands outside the slots."""
    parts: list[str] = []
    literals: list[str] = []
    seen: set[str] = set()
    place = 0
    for slot in _SLOT.finditer(template):
        literal = template[place : slot.start()]
        literals.append(literal)
        parts.append(_literal(literal))
        name, kind = slot[1], slot[2]
        body = _body(template, slot, kind)
        if name == "*":
            parts.append(r"[^\n]{0,200}?")
        else:
            parts.append(f"(?:{body})" if name in seen else f"(?P<{name}>{body})")
            seen.add(name)
        place = slot.end()
    literals.append(template[place:])
    parts.append(_literal(template[place:]))
    if not template[place:] and slot_is_open(template):
        parts.append(_END)
    expression = re.compile("".join(parts), re.IGNORECASE)
    return Pattern(expression, _anchor(literals), sum(map(len, literals)))


def slot_is_open(template: str) -> bool:
    """Whether the template ends with a slot of several words, which must then reach the end of its sentence."""
    return bool(re.search(r"\|(?:text|words)\}$", template))


def _body(template: str, slot: re.Match[str], kind: str | None) -> str:
    if kind:
        return _KINDS[kind]
    before = template[slot.start() - 1] if slot.start() else ""
    if before in _CLOSING and before:
        return _CLOSING[before] + "{1,200}?"
    return _NAME


def _literal(text: str) -> str:
    return "".join(
        r"\s+" if piece.isspace() else _QUOTES.get(piece) or re.escape(piece) for piece in re.findall(r"\s+|\S", text)
    )


def _anchor(literals: list[str]) -> str:
    words: list[str] = []
    for number, literal in enumerate(literals):
        for word in _WORD.finditer(literal):
            begins = word.start() > 0 or number == 0
            ends = word.end() < len(literal) or number == len(literals) - 1
            if begins and ends:
                words.append(word[0].lower())
    if not words:
        raise ValueError(f"no whole word outside the slots: {literals}")
    return max(words, key=len)
