"""A description read by the sentence grammar: rules, what could not be read, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from services.copilot.quality.rule import Rule
from services.copilot.quality.wording import ages, amounts, presence, several, texts, whole
from services.copilot.quality.wording.ages import as_age
from services.copilot.quality.wording.clauses import clauses, quoted_spans, sentences
from services.copilot.quality.wording.conditions import (
    Condition,
    is_narrowed,
    read_condition,
    split_before_condition,
    split_condition,
)
from services.copilot.quality.wording.drafting import Drafter
from services.copilot.quality.wording.mentions import MARK, Columns, Described, Marked
from services.copilot.quality.wording.polarity import allows, turned, without_negation
from services.copilot.quality.wording.predicate import Draft, Found, Predicate, predicate
from services.copilot.quality.wording.values import number
from services.copilot.quality.wording.words import fillers, split_name, stem, turning

_MOSTLY = predicate(
    "mostly",
    r"(?P<upper>(?:less than|fewer than|at most|no more than|not more than|up to|below|under|max\w*|mniej niz|"
    r"najwyzej|co najwyzej|nie wiecej niz|ponizej) )?"
    r"(?:(?:in|for|w|dla|with|z) )?(?:at least |minimum |co najmniej |przynajmniej |min\.? "
    r")?(?P<share>\d+(?:[.,]\d+)?) ?(?:%|percent|procent\w*|proc\.?)"
    r" ?(?:of |z |wszystkich |the |all )*(?:cases|rows|records|values|time|przypadk\w+|wierszy|"
    r"rekordow|wartosci)?(?: of| z)?",
    lambda found: [Draft("MOSTLY", {"share": number(found["share"]) / 100, "upper": bool(found["upper"])})],
)
_LONGER: tuple[Predicate, ...] = texts.PREDICATES[:4]
_FIRST: tuple[Predicate, ...] = (*_LONGER, *several.PREDICATES, *whole.PREDICATES, *presence.PREDICATES)
_REST: tuple[Predicate, ...] = (*texts.PREDICATES[4:], *ages.PREDICATES, *amounts.PREDICATES, *texts.LAST)
GRAMMAR: tuple[Predicate, ...] = (*_FIRST, *_REST)
_ALL: tuple[Predicate, ...] = (*_FIRST, _MOSTLY, *_REST, *amounts.LAST)
_NOT_SUBJECTS = frozenset(
    (
        *("columns", "left", "right", "by", "values", "names", "names2", "first", "second", "total", "other"),
        *("table", "column", "pattern", "bare", "text", "value", "domain"),
    )
)
_OWNER = re.compile(
    rf"{MARK} (?:must |should |shall |has to |have to |musi |musza |powin\w+ )?(?:has|have|ma|miec|posiada\w*) "
    rf"(?:an? |its |the |swoj\w* )?(?={MARK})"
)
"""`every customer must have an amount …`: the column is what the other has."""
_FINDING = frozenset({"FRESHNESS", "AGE"})
"""Drafts that find their column themselves where none is named."""
_EVERY = re.compile(r"(?:all|every|each|both|wszystki\w+|kazd\w+|ob(?:a|ie|u)) (?:the |of the )?$")
_ALL_COLUMNS = re.compile(
    r"\b(?:all|every|each|any|wszystki\w+|kazd\w+) (?:the |of the )?(?:columns?|fields?|kolumn\w*|pol[aeu])\b"
)
_ROWS = r"(?:rows?|records?|entries|customers|wierszy|rekordow|wpisow|wiersze|rekordy)"
_WITH = r"(?:with|where|having|in which|that have|for which|z|gdzie|dla ktorych|w ktorych|o)"
_FORBIDDEN = (
    re.compile(rf"(?:^|(?<=[^0-9a-z]))(?:no|zero|bez|brak|zadnych) {_ROWS} {_WITH} (?P<condition>{MARK}.*)$"),
    re.compile(
        rf"^{_ROWS} {_WITH} (?P<condition>{MARK}.*?) (?:(?:are|is|must|should|may|sa) )?(?:not allowed|forbidden|"
        r"invalid|not exist|never exist|not be present|niedozwolone|zabronione|niepoprawne|bledne)$"
    ),
)
_OR = re.compile(r"(?<![0-9a-z])(?:or|lub|albo|badz)(?![0-9a-z])")
_OF_NONE = re.compile(r"^\W*(?:there (?:must|should|may) be )?(?:no|without|zero|bez|brak|zadnych|neither|ani)\b")
_AGAIN = re.compile(r"^\s*(?:it|they|these|those|its|their|ono|ona|one|oni|on|powinno byc rowniez)\b")
_MOST_PREDICATES = 6
MOST_CHARACTERS = 500
"""Of one sentence; a longer one is left to the model."""


@dataclass
class Reading:
    """`unread`: clauses that no rule was made of, or not of all their words, as written, with what to tell of each;
    `warnings`: what else there is to tell.
    """

    rules: list[Rule] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)


def says(clause: str) -> bool:
    """True where the grammar finds a predicate in a marked clause."""
    return any(_search(each, clause, 0, len(clause)) for each in GRAMMAR)


def _search(each: Predicate, text: str, start: int, end: int) -> re.Match[str] | None:
    return next((match for match in each.pattern.finditer(text, start, end) if match.end() > match.start()), None)


class Reader:
    """Reads descriptions about one table."""

    def __init__(self, columns: Sequence[Described], table: str = "") -> None:
        self.columns: Mapping[str, Described] = {each.name: each for each in columns}
        self._finder = Columns(columns)
        self._quiet = fillers() | {stem(word) for word in split_name(table)} | set(split_name(table))

    def read(self, description: str) -> Reading:
        text = re.sub(r"[ \t\u00a0\ue000-\uf8ff\x00]+", " ", description)  # private characters are our own marks
        marked = self._finder.mark(text, quoted_spans(text))
        reading = Reading()
        carried: list[tuple[str, str]] = []
        for start, end in sentences(text):
            if end - start > MOST_CHARACTERS:
                said = text[start : start + 60]
                reading.unread[text[start:end]] = (
                    f"“{said}…” was not read: a sentence of more than {MOST_CHARACTERS} characters"
                )
                continue
            sentence = _Sentence(self, marked, reading)
            again = bool(_AGAIN.match(marked.marked[start:end]))
            carried = sentence.read(start, end, carried if again else [])
        return reading

    def left_over(self, text: str) -> list[str]:
        """The words of a text that say something and are no filling."""
        words = re.findall(r"[0-9a-z][0-9a-z_'-]*", text)
        return [word for word in words if word not in self._quiet and stem(word) not in self._quiet]


class _Sentence:
    def __init__(self, reader: Reader, marked: Marked, reading: Reading) -> None:
        self.reader, self.marked, self.reading = reader, marked, reading

    def read(self, start: int, end: int, carried: list[tuple[str, str]]) -> list[tuple[str, str]]:
        extra: dict[str, Any] = {}
        if self._forbidden(start, end):
            return carried
        joint = split_before_condition(self.marked.marked[start:end])
        if joint:
            carried = self.read(start, start + joint[0], carried)
            return self.read(start + joint[1], end, carried)
        parts = split_condition(self.marked.marked[start:end], partial(self._is_condition, start))
        if parts:
            (low, high), (rest_low, rest_high), negated = parts
            condition = read_condition(self.marked, start + low, start + high, self.reader.columns)
            if condition is None:
                said = self.marked.said(start, end).strip()
                when = self.marked.said(start + low, start + high)
                self.reading.unread[said] = f"“{said}” was not read: its condition “{when}” could not be understood"
                return carried
            extra["where"] = _where(condition, negated)
            start, end = start + rest_low, start + rest_high
        matches = (_search(each, self.marked.marked, start, end) for each in several.KEPT)
        kept = [match.span() for match in matches if match]
        for low, high in clauses(self.marked.marked, start, end, says, kept):
            carried = self._clause(low, high, carried, extra)
        return carried

    def _is_condition(self, start: int, low: int, high: int) -> bool:
        return read_condition(self.marked, start + low, start + high, self.reader.columns) is not None

    def _forbidden(self, start: int, end: int) -> bool:
        """`No rows with amount below 0`: the condition must hold nowhere."""
        said, text = self.marked.said(start, end).strip(" .,;"), self.marked.marked[start:end]
        found = next((match for pattern in _FORBIDDEN if (match := pattern.search(text))), None)
        if found is None:
            return False
        low, high = found.span("condition")
        condition = read_condition(self.marked, start + low, start + high, self.reader.columns)
        if condition is None:
            self.reading.unread[said] = f"“{said}” was not read: its condition could not be understood"
        else:
            self.reading.rules.append(Rule("CUSTOM_SQL", "", {"forbidden": _where(condition, False)}, said))
        return True

    def _clause(
        self, start: int, end: int, carried: list[tuple[str, str]], extra: Mapping[str, Any]
    ) -> list[tuple[str, str]]:
        said = self.marked.said(start, end).strip(" .,;")
        if not re.search(r"\w", said):
            return carried
        drafts, rest, first = self._drafts(start, end)
        shares = [draft.parameters["share"] for draft, _ in drafts if draft.type == "MOSTLY" and draft.parameters]
        told = {**extra, **({"mostly": shares[0]} if shares else {})}
        made = [(_shared(draft, shares), match) for draft, match in drafts if draft.type != "MOSTLY"]
        if made and any((draft.parameters or {}).get("upper") for draft, _ in drafts):
            self.reading.unread[said] = f"“{said}” was not read: say what share of the rows must hold, not may fail"
            return carried
        if not made:
            self._not_read(said, rest)
            return carried
        clause = self.marked.marked[start:end]
        if allows(clause, [draft.name for draft, _ in made]):
            self.reading.unread[said] = f"“{said}” says what may be: no rule was made of it"
            return carried
        turned_round = turned(made, self.marked.marked[:end], rest)
        if turned_round is None:
            self.reading.unread[said] = f"“{said}” was not read: it is not clear what its “not” belongs to"
            return carried
        if [draft for draft, _ in turned_round] != [draft for draft, _ in made]:
            rest = without_negation(rest)
        made = turned_round
        subjects, used = self._subjects(start, end, made, rest, first, carried)
        left = [word for word in self.reader.left_over(rest) if word not in used]
        why = _another_rule(rest, left, of_none=bool(_OF_NONE.match(clause)))
        if why:
            self.reading.unread[said] = f"“{said}” was not read: {why}"
            return carried
        drafter = Drafter(self.reader.columns)
        for draft, _ in made:
            allowed = {key: value for key, value in told.items() if key != "mostly" or _by_rows(draft)}
            self.reading.rules += drafter.rules(draft, subjects, allowed, said)
        self.reading.warnings += drafter.problems
        if left:
            self.reading.unread[said] = f"“{said}”: these words were not read: {', '.join(dict.fromkeys(left))}"
        return subjects or carried

    def _not_read(self, said: str, rest: str) -> None:
        if self.reader.left_over(re.sub(MARK, " ", rest)) or re.search(MARK, rest):
            self.reading.unread[said] = f"“{said}” was not read as a rule"

    def _drafts(self, start: int, end: int) -> tuple[list[tuple[Draft, re.Match[str]]], str, int]:
        """What the predicates of a clause make; the text they leave; where the first one begins."""
        text = self.marked.marked
        found: list[tuple[Draft, re.Match[str]]] = []
        first = end
        for _ in range(_MOST_PREDICATES):
            match, made = self._next(text, start, end)
            if match is None:
                break
            found += [(as_age(draft, match.group()), match) for draft in made]
            first = min(first, match.start())
            low, high = match.span()
            text = text[:low] + re.sub(r"[^\ue000-\uf8ff]", "\x00", text[low:high]) + text[high:]
            text = text[:low] + _without(match, text[low:high]) + text[high:]
        return found, text[start:end].replace("\x00", " "), first - start

    def _next(self, text: str, start: int, end: int) -> tuple[re.Match[str] | None, list[Draft]]:
        """The first predicate that matches and makes something of it."""
        clause = Marked(self.marked.text, text, self.marked.mentions)
        for each in _ALL:
            match = _search(each, text, start, end)
            made = _built(each, Found(clause, match, self.reader.columns)) if match else []
            if made:
                return match, [replace(draft, name=each.name) for draft in made]
        return None, []

    def _subjects(
        self,
        start: int,
        end: int,
        made: list[tuple[Draft, re.Match[str]]],
        rest: str,
        first: int,
        carried: list[tuple[str, str]],
    ) -> tuple[list[tuple[str, str]], list[str]]:
        """The columns that a clause is about, and the words that were taken as the name of one."""
        if all(draft.column or draft.about == "table" for draft, _ in made):
            return [], []
        if _ALL_COLUMNS.search(self.marked.marked[start:end]):
            return [(name, "name") for name in self.reader.columns], ["any"]
        marks = [(match.start(), match.group()) for match in re.finditer(MARK, rest)]
        owner = _OWNER.search(rest[:first])
        for at, mark in marks if owner else ():
            if owner is not None and at < owner.start():
                mention = self.marked.mention(mark)
                said = self.marked.said(mention.start, mention.end)
                self.reading.warnings.append(f"“{said}” was not read: say it as a condition, `if … then …`")
        before = [mark for mark in marks if (owner.end() if owner else 0) <= mark[0] < first] or marks
        subjects = [pair for at, mark in before for pair in self._resolved(rest, at, mark)]
        inside = [pair for draft, match in made if draft.type == "REGEX" for pair in self._inside(match)]
        if inside and all(how in ("part", "synonym") for _, how in subjects):
            return inside, []
        if subjects or before:
            return list(dict.fromkeys(subjects)) or [("", "ambiguous")], []
        words = [word for name in self._unknown(rest[:first]) for word in name]
        needs = any(draft.about != "table" and not draft.column and draft.type not in _FINDING for draft, _ in made)
        if words and needs and len(words) <= 4:
            return [("_".join(name), "unknown") for name in self._unknown(rest[:first])], words
        after = self.reader.left_over(rest[first:])
        if needs and not carried and after and len(after) <= 3:
            return [("_".join(after), "unknown")], after
        return carried if needs else [], []

    def _unknown(self, text: str) -> list[list[str]]:
        """Words that stand where columns do: a list for each name that is listed."""
        parts = re.split(r",| and | or | i | oraz | lub ", text)
        return [words for words in map(self.reader.left_over, parts) if words]

    def _inside(self, match: re.Match[str]) -> list[tuple[str, str]]:
        """The column that a domain is named by: `every customer has a valid PESEL`."""
        group = match.groupdict().get("domain") or ""
        mentions = [self.marked.mention(mark) for mark in re.findall(MARK, group)]
        return [(mention.columns[0], mention.how) for mention in mentions if len(mention.columns) == 1]

    def _resolved(self, rest: str, at: int, mark: str) -> list[tuple[str, str]]:
        mention = self.marked.mention(mark)
        if len(mention.columns) == 1 or _EVERY.search(rest[:at]):
            return [(name, mention.how) for name in mention.columns]
        words = self.marked.said(mention.start, mention.end)
        self.reading.warnings.append(f"“{words}” could be {' or '.join(mention.columns)}: name one of them")
        return []


def _built(each: Predicate, found: Found) -> list[Draft]:
    try:
        return each.build(found)
    except (ValueError, StopIteration) as error:
        return [Draft(problem=f"a number or date in it cannot be read ({error})")]


def _without(match: re.Match[str], text: str) -> str:
    """The text of a match with the mentions taken out that are no subjects."""
    for group in match.re.groupindex:
        if group in _NOT_SUBJECTS and match.start(group) >= 0:
            low, high = match.start(group) - match.start(), match.end(group) - match.start()
            text = text[:low] + "\x00" * (high - low) + text[high:]
    return text


def _another_rule(rest: str, left: Sequence[str], *, of_none: bool) -> str:
    """Why the words left over make another rule of what was read; empty where they do not. `of_none`: the clause says
    what none may be, where “or” means each.
    """
    if _OR.search(rest) and not of_none:
        return "it is not clear what its “or” leaves open"
    if left and is_narrowed(rest):
        return f"when it holds (“{' '.join(left)}”) is not understood"
    meaning = [word for word in left if word in turning()]
    return f"what “{' '.join(meaning)}” means in it is not understood" if meaning else ""


def _shared(draft: Draft, shares: Sequence[float]) -> Draft:
    """A value that a share of the rows must have is a matter of completeness."""
    if draft.type == "NOT_NULL" and shares and not (draft.parameters or {}).get("blank"):
        return replace(draft, type="COMPLETENESS", parameters={"min": shares[0]})
    return draft


def _by_rows(draft: Draft) -> bool:
    statistic = draft.type == "STATISTICAL" and (draft.parameters or {}).get("measure") != "z_score"
    return draft.type not in ("ROW_COUNT", "FRESHNESS", "COMPLETENESS", "SCHEMA_MATCH", "TYPE") and not statistic


def _where(condition: Condition, negated: bool) -> dict[str, Any]:
    parts = [
        {"column": name, "operator": sign, **({} if value is None else {"value": value})}
        for name, sign, value in condition.parts
    ]
    return {"any" if condition.joined == "OR" else "all": parts, **({"negated": True} if negated else {})}
