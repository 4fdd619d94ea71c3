"""What phrases mean: the glossary's words and the grammar's, found by the longest match over stems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.copilot.semantic.model import Filter, Glossary, Kind, Parameter
from services.copilot.semantic.words import Token, known, tokens

_VALUE_TOKENS = 4
_YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Meaning:
    """`kind`: metric, dimension, filter, value (of the dimension `name`) or keyword. `exact`: as it is listed, not by
    its stem. `arguments`: a filter's parameters by name; `value`: a dimension's value.
    """

    kind: str
    name: str
    value: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    exact: bool = True


Key = tuple[str, ...]


@dataclass(frozen=True)
class _Pattern:
    """A wording with places for parameters."""

    parts: tuple[str | Parameter, ...]
    meaning: Meaning


@dataclass
class Lexicon:
    """Of one glossary. `exact` by folded words, `stems` by their stems."""

    exact: dict[Key, list[Meaning]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[Key, list[Meaning]] = field(default_factory=lambda: defaultdict(list))
    patterns: list[_Pattern] = field(default_factory=list)
    longest: int = 1

    def add(self, phrase: str, meaning: Meaning) -> None:
        words = tokens(phrase)
        if not words:
            return
        self.longest = max(self.longest, len(words))
        for index, key in ((self.exact, _folded(words)), (self.stems, _stemmed(words))):
            if meaning not in index[key]:
                index[key].append(meaning)

    def at(self, words: Sequence[Token], start: int) -> tuple[int, list[Meaning]]:
        """The longest phrase that begins at `start`: how many tokens, and all it may mean; (0, []) where none does."""
        size, meanings = self._listed(words, start)
        for pattern in self.patterns:
            taken, arguments = _filled(pattern.parts, words, start)
            if taken > size:
                meaning = Meaning(pattern.meaning.kind, pattern.meaning.name, arguments=arguments)
                size, meanings = taken, [meaning]
        return size, meanings

    def _listed(self, words: Sequence[Token], start: int) -> tuple[int, list[Meaning]]:
        """The longest; but an entry of the glossary as it is listed goes before a keyword's other form: `orders by
        region` does not sort."""
        inflected: tuple[int, list[Meaning]] = (0, [])
        for size in range(min(self.longest, len(words) - start), 0, -1):
            span = words[start : start + size]
            found = self.exact.get(_folded(span))
            if found and (not inflected[0] or any(each.kind != "keyword" for each in found)):
                return size, found
            found = self.stems.get(_stemmed(span))
            if found and not inflected[0]:
                inflected = size, [Meaning(each.kind, each.name, each.value, exact=False) for each in found]
                if any(each.kind != "keyword" for each in found):
                    return inflected
        return inflected


def _folded(words: Sequence[Token]) -> Key:
    return tuple(word.folded for word in words)


def _stemmed(words: Sequence[Token]) -> Key:
    return tuple(word.stem for word in words)


def _filled(
    parts: Sequence[str | Parameter], words: Sequence[Token], start: int
) -> tuple[int, tuple[tuple[str, str], ...]]:
    """How many tokens a wording takes from `start` on, with its arguments; (0, ()) where it does not fit."""
    at, arguments = start, []
    for part in parts:
        if at >= len(words):
            return 0, ()
        if isinstance(part, str):
            if words[at].stem != part:
                return 0, ()
            at += 1
            continue
        taken, value = argument(part.type, words, at)
        if not taken:
            return 0, ()
        arguments.append((part.name, value))
        at += taken
    return at - start, tuple(arguments)


def argument(wanted: str, words: Sequence[Token], at: int) -> tuple[int, str]:
    """A value written at `at`: a number, or text in quotes or with capitals; (0, "") where there is none."""
    first = words[at]
    if wanted == "number":
        return (1, f"{first.number:.15g}") if first.number is not None else (0, "")
    if first.kind == "quoted":
        return 1, first.text[1:-1]
    size = 0
    while (
        size < _VALUE_TOKENS
        and at + size < len(words)
        and (_proper(words[at + size]) or (size and _number(words, at + size)))
    ):
        size += 1
    return size, " ".join(word.text for word in words[at : at + size])


def _proper(word: Token) -> bool:
    return word.kind == "word" and word.text[:1].isupper()


def _number(words: Sequence[Token], at: int) -> bool:
    """A number that belongs to the name before it: `Max 40`; four digits may be a year."""
    return words[at].kind == "number" and len(words[at].text) < _YEAR_DIGITS


def lexicon(glossary: Glossary) -> Lexicon:
    """The phrases of a glossary and of the grammar."""
    built = Lexicon()
    for phrase, meaning in _phrases(glossary):
        built.add(phrase, meaning)
    for each in glossary.filters:
        built.patterns.extend(_patterns(each))
    for forms in glossary.subjects.values():
        for form in forms:
            built.add(form, Meaning("keyword", "subject"))
    for name, forms in known().keywords.items():
        for form in forms:
            built.add(form, Meaning("keyword", name))
    return built


def _phrases(glossary: Glossary) -> Iterator[tuple[str, Meaning]]:
    for kind, entries in (
        (Kind.metric, glossary.metrics),
        (Kind.dimension, glossary.dimensions),
        (Kind.filter, [each for each in glossary.filters if not each.parameters]),
    ):
        for entry in entries:
            for phrase in entry.words:
                yield phrase, Meaning(kind.value, entry.name)
    for dimension in glossary.dimensions:
        for each in dimension.values:
            for phrase in (each.value, *each.synonyms):
                yield phrase, Meaning("value", dimension.name, each.value)


def _patterns(each: Filter) -> Iterator[_Pattern]:
    parameters = {parameter.name: parameter for parameter in each.parameters}
    for phrases in each.phrases.values():
        for phrase in phrases:
            parts: list[str | Parameter] = []
            for word in phrase.replace("{", " {").replace("}", "} ").split():
                if word.startswith("{"):
                    parts.append(parameters[word[1:-1]])
                else:
                    parts.extend(token.stem for token in tokens(word))
            yield _Pattern(tuple(parts), Meaning(Kind.filter.value, each.name))
