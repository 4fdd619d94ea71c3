"""The known error that a short text reports: by its code, the words of its message, or the name of an exception."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from services.copilot.diagnose.catalogue import Catalogue, Rule, System, catalogue

_WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<!java\.lang\.)\b\w+")
"""A name that may be an exception's: Java's own are no database's."""
_BARE = re.compile(r"^[^\w-]*(?:(?:error|code|sqlstate|sqlcode|ora|tns|msg|failure)[^\w-]*)?(-?\w+)\W*$", re.IGNORECASE)
_CLASS = re.compile(
    r"\b(?:sql ?state|pgcode)\b\W{0,6}([0-9A-Z]{2})[0-9A-Z]{3}\b|\b\d{6} \((?!22000)([0-9A-Z]{2})[0-9A-Z]{3}\)"
    r"|\[([0-9A-Z]{2})(?:\d{3}|[0-9A-Z]0\d)\] ?\["
)
"""An SQLSTATE that is named, or stands where Snowflake and ODBC drivers put it."""
_PREFIXED = re.compile(r"\b([a-z]{3}[ -])(?=\d)", re.IGNORECASE)
"""What may be a sign before a code: `ora-12154`, `MSG 208`."""
TYPED = 2_000
"""Characters in which a sign may be in any case: people type so, logs do not."""
MOST = 12_000
CODE, NAME, FAMILY, SYSTEM, FOREIGN, STRANGE = 120, 40, 15, 60, 40, 40
"""What a code, an exception's name, a code's family, a fitting system, another system and a system of which nothing
tells weigh against the characters of a message."""
PLAIN = 30
"""Characters from which a message's words are its system's own."""
_ALIASES = {
    **dict.fromkeys(("postgres", "pg", "postgresql"), "postgresql"),
    **dict.fromkeys(("hana", "saphana", "sap", "hdb"), "sap_hana"),
    **dict.fromkeys(("sqlserver", "mssqlserver", "tsql", "mssql", "azuresql"), "mssql"),
    **dict.fromkeys(("td", "tpt", "bteq", "teradata"), "teradata"),
    **dict.fromkeys(("delta", "databricks"), "databricks"),
    **dict.fromkeys(("pyspark", "spark"), "spark"),
}


@dataclass(frozen=True)
class Match:
    """`slots`: names told in the message. `by`: `code`, `text`, `name`. `rivals`: other rules nearly as good.
    `is_told`: something speaks for the rule's system, not only words that any system may use."""

    rule: Rule
    score: int
    slots: Mapping[str, str] = field(default_factory=dict)
    by: frozenset[str] = frozenset()
    rivals: int = 0
    is_told: bool = True


def system_named(name: str) -> str:
    """The key of a system as a request names it; "" where it is none of ours."""
    plain = re.sub(r"[^a-z]", "", name.lower())
    keys = {re.sub(r"[^a-z]", "", key): key for key in catalogue().systems if key}
    if plain in _ALIASES or plain in keys:
        return _ALIASES.get(plain) or keys[plain]
    return next(
        (_ALIASES.get(key, keys.get(key, "")) for key in (*_ALIASES, *keys) if len(key) > 4 and key in plain), ""
    )


def system_of(text: str) -> str:
    """The system whose signs a text bears most; "" where it bears none."""
    counts = {key: sum(sign in text for sign in system.signs) for key, system in catalogue().systems.items()}
    best = max(counts, key=lambda key: counts[key])
    return best if counts[best] else _coded(text)


def _coded(text: str) -> str:
    """The system whose prefix of codes (`ora-`) stands in a text without regard to case; "" where none does."""
    prefixes = _prefixes(text)
    return next((key for key, system in catalogue().systems.items() if _tells(system, text, prefixes)), "")


def match(text: str, system: str = "", told: str = "") -> Match | None:
    """The best rule for a text. `system`: as the request names it; `told`: as the surrounding log does."""
    text = text[:MOST]
    known = catalogue()
    near = system or system_of(text) or told
    found: dict[str, _Candidate] = {}
    for rule, slots, weight in _texts(text, known):
        _add(found, rule, "text", weight, slots)
    for rule in _codes(text, known, near, system):
        _add(found, rule, "code", FAMILY if rule.holds else CODE, {})
    for name in {word.lower() for word in _NAME.findall(text)} & known.named.keys():
        _add(found, known.named[name], "name", NAME, {})
    fitting = [each for each in found.values() if not (system and each.rule.system not in ("", system))]
    return _best(fitting or list(found.values()), near)


@dataclass
class _Candidate:
    rule: Rule
    slots: Mapping[str, str] = field(default_factory=dict)
    by: dict[str, int] = field(default_factory=dict)

    def score(self, near: str) -> int:
        fits = SYSTEM if near and self.rule.system == near else 0
        foreign = FOREIGN if near and self.rule.system not in ("", near) else 0
        strange = 0 if near or self.slots or self.is_told(near) else STRANGE
        return sum(self.by.values()) + fits - foreign - strange

    def is_told(self, near: str) -> bool:
        """A code or name, a sign of the system, or a system that is known by its messages alone."""
        system = catalogue().systems[self.rule.system]
        return not system.signs or system.key == near or self.by.keys() != {"text"}


def _add(found: dict[str, _Candidate], rule: Rule, by: str, weight: int, slots: Mapping[str, str]) -> None:
    each = found.setdefault(rule.id, _Candidate(rule))
    if len(slots) > len(each.slots) or (slots and len(slots) == len(each.slots) and weight > each.by.get(by, -1)):
        each.slots = slots
    each.by[by] = max(weight, each.by.get(by, -1))


def _best(found: list[_Candidate], near: str) -> Match | None:
    if not found:
        return None
    ranked = sorted(found, key=lambda each: (each.rule.consequence, -each.score(near)))
    best = ranked[0]
    top = best.score(near)
    rivals = sum(1 for each in ranked[1:] if each.score(near) >= top - 5 and not each.rule.consequence)
    texts = [each.slots for each in ranked if each.slots and each.rule.system == best.rule.system]
    slots = best.slots or (texts[0] if texts else {})  # one text may belong to several codes
    told = best.is_told(near) or bool(best.slots) or best.by.get("text", 0) >= PLAIN
    return Match(best.rule, top, slots, frozenset(best.by), rivals, told)


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _texts(text: str, known: Catalogue) -> Iterator[tuple[Rule, Mapping[str, str], int]]:
    """The rules whose message stands in the text. Of equal ones the earlier in the text is a little better."""
    for word in _words(text) & known.anchored.keys():
        for pattern, rule in known.anchored[word]:
            hit = pattern.expression.search(text)
            if hit:
                slots = {name: _bare(value) for name, value in hit.groupdict().items() if value and _bare(value)}
                yield rule, slots, pattern.weight + 2 * len(slots) - min(hit.start() // 200, 10)


def _bare(value: str) -> str:
    return value.strip().strip("\"'`").replace("`.`", ".").replace('"."', ".").rstrip(".,;:").strip()


def _codes(text: str, known: Catalogue, near: str, system: str) -> Iterator[Rule]:
    prefixes = _prefixes(text)
    for key, each in known.systems.items():
        if near == key or each.families or _tells(each, text, prefixes):
            yield from _numbers(each, text)
    bare = _BARE.match(text) if len(text) < 60 else None
    if bare:
        for key in [system] if system else list(known.systems):
            rule = _rule(known.systems[key], bare[1]) if key in known.systems else None
            if rule and (system or (len(bare[1]) == 5 and key == "postgresql")):
                yield rule


def _prefixes(text: str) -> set[str]:
    """What may be signs before codes, in capitals: `ORA-`, `MSG `."""
    return {hit[1].upper() for hit in _PREFIXED.finditer(text, 0, TYPED)}


def _tells(system: System, text: str, prefixes: Set[str]) -> bool:
    """Whether a sign stands in the text; the case of a prefix before a number does not matter."""
    return any(sign in text or sign.upper() in prefixes for sign in system.signs)


def _numbers(system: System, text: str) -> Iterator[Rule]:
    """The rules of the codes that the first fitting expression finds: later ones are looser."""
    for expression in system.codes:
        rules = [rule for hit in expression.finditer(text) if (rule := _rule(system, hit[1]))]
        if rules:
            yield rules[0] if not rules[0].consequence else next((r for r in rules if not r.consequence), rules[0])
            return


def _rule(system: System, code: str) -> Rule | None:
    """The rule of a code, with or without leading zeros; of a code that is made of words, the rule of its family."""
    for written in (code, code.upper(), code.lstrip("0"), code.zfill(5), code.zfill(6)):
        if written in system.rules:
            return system.rules[written]
    if "_" in code and code.isupper():
        return next((rule for pattern, rule in system.families if pattern.search(code)), None)
    return None


def class_of(text: str) -> str:
    """The category of an unknown SQLSTATE by its class; "" where the text has none."""
    hit = _CLASS.search(text)
    rules = catalogue().systems["postgresql"].rules
    rule = rules.get(f"{(hit[1] or hit[2] or hit[3]).upper()}000") if hit else None
    return rule.category if rule else ""
