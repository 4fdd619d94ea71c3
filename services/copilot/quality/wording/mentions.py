"""Columns found in a text: by name, by the words of the name, by description, by synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.copilot.quality.wording.words import (
    domains,
    folded,
    grammar_words,
    split_name,
    stem,
    stems,
    synonyms,
    weak,
)

FIRST, FILL = 0xE000, "\uf8ff"
MARK = "[\ue000-\uf8fe]\uf8ff*"
"""A mention in a marked text: one character for the mention, and filling up to its length."""
_WORD = re.compile(r"[0-9a-z]+(?:[_-][0-9a-z]+)*")
_MOST_WORDS = 5
_LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Described:
    """A column as the request describes it."""

    name: str
    type: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text that names columns: one, or several that fit as well. `how`: name, description,
    synonym, part; `unknown` for what is written like a name and is none of the table's."""

    start: int
    end: int
    columns: tuple[str, ...]
    how: str


@dataclass
class Marked:
    """A text and the same text, folded, with its mentions marked; places agree."""

    text: str
    marked: str
    mentions: list[Mention] = field(default_factory=list)

    def mention(self, mark: str) -> Mention:
        return self.mentions[ord(mark[0]) - FIRST]

    def said(self, start: int, end: int) -> str:
        return self.text[start:end]


class Columns:
    """All ways to name the columns of one table."""

    def __init__(self, columns: Sequence[Described]) -> None:
        self.columns = columns
        self._forms: dict[str, dict[tuple[str, ...], set[str]]] = {
            how: {} for how in ("name", "description", "synonym", "part")
        }
        for column in columns:
            words = tuple(stem(word) for word in split_name(column.name))
            self._add("name", words, column.name)
            for phrase in _phrases(column.description):
                self._add("description", phrase, column.name)
            for form in _other_forms(words):
                self._add("synonym", form, column.name)
            for form in _domain_names(words):
                self._add("synonym", form, column.name)
            for form in _runs(words):
                self._add("part", form, column.name)
            for part in words if len(words) > 1 else ():
                for form in {(part,), *synonyms().get((part,), ())}:
                    if not (len(form) == 1 and (len(form[0]) < _LEAST_LETTERS or form[0] in weak())):
                        self._add("part", form, column.name)

    def _add(self, how: str, form: tuple[str, ...], name: str) -> None:
        if form:
            self._forms[how].setdefault(form, set()).add(name)

    def mark(self, text: str, quiet: Sequence[tuple[int, int]] = ()) -> Marked:
        """The text with mentions marked; `quiet` places are looked at only where they are a name as it is written."""
        plain = folded(text)
        found = list(self._mentions(plain, text, quiet))
        marked = list(plain)
        for number, mention in enumerate(found):
            marked[mention.start : mention.end] = chr(FIRST + number) + FILL * (mention.end - mention.start - 1)
        return Marked(text, "".join(marked), found)

    def _mentions(self, plain: str, text: str, quiet: Sequence[tuple[int, int]]) -> Iterator[Mention]:
        words = [(match.start(), match.end()) for match in _WORD.finditer(plain)]
        at = 0
        while at < len(words):
            taken = 0
            for length in range(min(_MOST_WORDS, len(words) - at), 0, -1):
                start, end = words[at][0], words[at + length - 1][1]
                how, names = self._named(plain[start:end])
                inside = any(low < end and start < high for low, high in quiet)
                if names and (not inside or text[start:end] in names):
                    yield Mention(start, end, tuple(sorted(names)), how)
                    taken = length
                    break
            first, last = words[at]
            if not taken and "_" in plain[first:last]:
                yield Mention(first, last, (text[first:last],), "unknown")
            at += taken or 1

    def _named(self, phrase: str) -> tuple[str, set[str]]:
        if re.search(r"[,.;:()'\"=<>]", phrase):
            return "", set()
        exact = {column.name for column in self.columns if folded(column.name) == phrase}
        if exact:
            return "name", exact
        if phrase in grammar_words():
            return "", set()
        words = stems(phrase.replace("_", " ").replace("-", " "))
        for how, forms in self._forms.items():
            if words in forms:
                return how, forms[words]
        return "", set()


def _phrases(description: str) -> Iterator[tuple[str, ...]]:
    """Short descriptions, or their short first part, are names for the column."""
    first = re.split(r"[.,;:(\n]", folded(description), maxsplit=1)[0]
    for said in (first, re.split(r" (?:in|w|we|for|dla|from|z|per|na|of the) ", first)[0]):
        words = stems(said)
        if 2 <= len(words) <= _MOST_WORDS or (
            len(words) == 1 and len(said.strip()) > _LEAST_LETTERS and words[0] not in weak()
        ):
            yield words


def _runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Two or more words of a longer name that follow each other: `call start` of CALL_START_TS."""
    for length in range(2, len(words)):
        yield from (words[at : at + length] for at in range(len(words) - length + 1))


def _domain_names(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every name of the domain that a column is named after."""
    for row in domains():
        names = [stems(name) for name in row["names"]]
        if words in names or tuple(split_name(row["name"])) == words:
            yield from names


def _other_forms(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The name with words replaced by what means the same."""
    known = synonyms()
    yield from known.get(words, ())
    forms: list[tuple[str, ...]] = [()]
    for word in words:
        options = {(word,), *known.get((word,), ())}
        forms = [form + option for form in forms for option in sorted(options)][:40]
    yield from (form for form in forms if form != words)
    yield from (other for form in forms for other in known.get(form, ()))
    yield from (tuple(reversed(form)) for form in forms if len(form) == 2)
