"""Predicates about the form of texts: domains by name, patterns, prefixes, letters and digits, date formats."""

from __future__ import annotations

import re
from typing import Any

from services.copilot.quality.wording.mentions import MARK
from services.copilot.quality.wording.predicate import BE, Draft, Found, predicate, simply
from services.copilot.quality.wording.values import listed
from services.copilot.quality.wording.words import domain_of, domains, folded

_CHECKSUM = re.compile(
    r"check ?sums?|check ?digits?|control (?:digit|sum)s?|sum\w kontroln\w+|cyfr\w kontroln\w+|"
    r"luhn"
)
_CODES = (
    ("yyyy", "%Y"),
    ("rrrr", "%Y"),
    ("yy", "%y"),
    ("mm", "%m"),
    ("dd", "%d"),
    ("hh", "%H"),
    ("mi", "%M"),
    ("ss", "%S"),
)


def domain_drafts(text: str, column: str = "") -> list[Draft]:
    """The rules of the domain that a text names; with check digits where the text speaks of them."""
    domain = domain_of(text)
    if domain is None:
        return []
    told: dict[str, Any] = {}
    if "range" in domain:
        return [Draft("RANGE", domain["range"], column=column)]
    told |= {key: domain[key] for key in ("pattern", "format") if key in domain}
    note = f"domain:{domain['name']}"
    if _CHECKSUM.search(text):
        if "checksum" not in domain:
            return [
                Draft("REGEX", told, column=column, note=note),
                Draft(problem=f"{domain['name']} has no check digit that is known"),
            ]
        told["checksum"] = domain["checksum"]
    return [Draft("REGEX", told, column=column, note=note)]


def _valid(found: Found) -> list[Draft]:
    """`a valid PESEL`, or `valid` by itself: then each subject's own domain, which the reader asks for."""
    words = folded(found.said("domain") or found.said("domain2"))
    checksum = _CHECKSUM.search(found.match.group())
    named = domain_drafts(f"{words} {checksum.group()}" if checksum else words) if words else []
    return named or [Draft("DOMAIN", {"checksum": bool(checksum)})]


def _pattern(found: Found) -> list[Draft]:
    said = (found.said("pattern") or found.said("bare")).strip().rstrip(".,;")
    return [Draft("REGEX", {"pattern": said})]


def _around(before: str, after: str) -> Any:
    def build(found: Found) -> list[Draft]:
        values = listed(found.said("text"))
        body = "|".join(re.escape(str(value)) for value in values)
        if len(values) > 1:
            body = f"({body})"
        return (
            [Draft("REGEX", {"pattern": f"{before}{body}{after}"})] if values else [Draft(problem="no text is named")]
        )

    return build


def _not_containing(found: Found) -> list[Draft]:
    (draft,) = _around("", "")(found)
    return [Draft(draft.type, {**draft.parameters, "negate": True})] if draft.type else [draft]


def _mask(found: Found) -> list[Draft]:
    """`00-000`, `999-999-999`, `AA 99`: digits and letters by example."""
    pattern = "".join(
        {"0": r"\d", "9": r"\d", "#": r"\d", "a": "[A-Za-z]"}.get(each, re.escape(each)) for each in found["mask"]
    )
    return [Draft("REGEX", {"pattern": f"^{pattern}$"})]


def _digits(found: Found) -> list[Draft]:
    low, high = found["low"] or found["count"], found["high"]
    if found["least"]:
        return [Draft("REGEX", {"pattern": rf"^\d{{{low},}}$"})]
    if found["most"]:
        return [Draft("REGEX", {"pattern": rf"^\d{{0,{low}}}$"})]
    if high and re.search(r"\d ?(?:or|lub) ?\d", found.match.group()):
        return [Draft("REGEX", {"pattern": rf"^(\d{{{low}}}|\d{{{high}}})$"})]
    return [Draft("REGEX", {"pattern": rf"^\d{{{low},{high}}}$" if high else rf"^\d{{{low}}}$"})]


def _date_format(found: Found) -> list[Draft]:
    form = found.said("form")
    if "%" in form:
        return [Draft("REGEX", {"format": form.strip("'\"")})]
    made = form.lower().strip("'\"")
    made = re.sub(r"(?<=hh:)mm", "mi", made)
    for code, directive in _CODES:
        made = made.replace(code, directive)
    return [Draft("REGEX", {"format": made})]


_IN_QUOTES = r"(?P<text>['\"„“][^'\"”]+['\"”])"
_QUOTED = r"(?P<text>['\"„“][^'\"”]+['\"”](?:(?:,| or| lub| i| and)+ ?['\"„“][^'\"”]+['\"”])*|(?:[^\s,]+))"
_CLASS = (
    (
        r"(?:only |tylko |wylacznie |samych )(?:of |z )?(?:digits|numbers|cyfr\w*|liczb\w*)|"
        r"(?:consist\w* )?(?:of )?(?:digits|numbers) only|(?:be |is |"
        r"are )?numeric(?: only)?|all digits",
        r"^\d+$",
    ),
    (r"(?:only |tylko |wylacznie |samych )(?:of )?(?:letters|liter\w*)|alphabetic", r"^[A-Za-z]+$"),
    (
        r"(?:only |tylko |wylacznie )?(?:of )?(?:alphanumeric|letters and digits|liter i cyfr|"
        r"alfanumeryczn\w+)(?: only)?",
        r"^[A-Za-z0-9]+$",
    ),
    (
        r"(?:in |be |only |all |tylko |wielkimi |duzymi )?(?:upper ?case|uppercase letters|capital "
        r"letters|wielkimi literami|wielkie litery|duzymi literami)",
        r"^[^a-z]+$",
    ),
    (r"(?:in |be |only |all |tylko )?(?:lower ?case|lowercase letters|malymi literami|male litery)", r"^[^A-Z]+$"),
)

PREDICATES = (
    predicate(
        "pattern",
        r"(?:match\w*|follow\w*|conform\w* to|comply\w* with|pasowac do|pasuj\w+ do|zgodn\w+ z|"
        r"odpowiada\w*|spelnia\w*|satisfy|satisfies)?"
        r" ?(?:the |a )?(?:regular expressions?|regexp?|pattern|wyrazeni\w+ regularn\w+|wzorz?e?c\w*|"
        r"wzorowi|wzorem)(?: of)?:? ?"
        r"(?:['\"`/„](?P<pattern>.+?)['\"`/”](?=\s|$|[.,;])|(?P<bare>\^\S+|\S*\\\S+))",
        _pattern,
    ),
    predicate(
        "match_bare",
        r"(?:match\w*|pasuj\w+ do|pasowac do) (?:['\"`/](?P<pattern>.+?)['\"`/](?=\s|$|[.,;])|(?P<bare>\^\S+))",
        _pattern,
    ),
    predicate("bare_pattern", r"[\(`'\"]?(?P<pattern>\^[^\s`'\"]+\$)[\)`'\"]?", _pattern),
    predicate(
        "date_format",
        r"(?:(?:be |byc )?(?:in|of|have|has|follow\w*|w|ma) )?(?:the |a )?(?:date )?(?:format\w*|form|"
        r"formacie)?(?: daty)? ?:? ?(?P<form>['\"]?(?:%[a-z](?:[-/.: t]?%[a-z])+|(?:yyyy|rrrr|dd|"
        r"mm)[-/. ]?(?:mm|dd)[-/. ]?(?:yyyy|rrrr|dd|yy)(?:[ t]hh:mm(?::ss)?)?)['\"]?)(?: format\w*)?",
        _date_format,
    ),
    predicate(
        "mask",
        r"(?:(?:in|of|have|has|w|ma) )?(?:the |a )?(?:forma[tc]\w*|mask\w*|wzor\w*|match(?:es|ing)?|looks? like):? "
        r"?['\"]?(?P<mask>[09#a]+(?:[-/ .][09#a]+)+)['\"]?",
        _mask,
    ),
    predicate(
        "digits",
        rf"{BE}(?:be |have |has |contain |contains |consist of |consists of |byc |miec |zawierac |"
        r"skladac sie z )?(?:exactly |dokladnie |always |zawsze |of |from |od |between "
        r")?(?:(?P<least>at least|no less than|co najmniej|przynajmniej|minimum) |(?P<most>at most|up "
        r"to|no more than|najwyzej|co najwyzej|maksymalnie|maximum) )?(?:(?P<low>\d+) ?(?:to|-|–|and|"
        r"do|lub|or) ?(?P<high>\d+)|(?P<count>\d+))[ -]?(?:digits?|cyfr\w*|digit number|cyfrow\w+)(?: "
        r"long)?",
        _digits,
    ),
    *(
        predicate(
            f"class_{at}",
            rf"{BE}(?:be |contain |contains |consist |consists |byc |zawierac |zawiera |zawieraja |skladac sie "
            rf"(?:z )?|sklada sie (?:z )?)?{words}",
            simply("REGEX", pattern=pattern),
        )
        for at, (words, pattern) in enumerate(_CLASS)
    ),
    predicate(
        "starts",
        rf"(?:start\w*|begin\w*|zaczyna\w*(?: sie)?|rozpoczyna\w*(?: sie)?) (?:with|from|od|na) {_QUOTED}",
        _around("^", ""),
    ),
    predicate("ends", rf"(?:end\w*|konczy\w*(?: sie)?) (?:with|in|na) {_QUOTED}", _around("", "$")),
    predicate(
        "not_contains",
        r"(?:not|never|cannot|nie(?: moze| moga)?) (?:contain\w*|include\w*|zawier\w+) (?:the |any "
        rf")?(?:text |characters? |tekstu |znak\w* )?{_IN_QUOTES}",
        _not_containing,
    ),
    predicate(
        "contains",
        r"(?:contains?|include\w*|zawier\w+) (?:the |a )?(?:text |character |tekst |znak "
        r")?(?P<text>['\"„“][^'\"”]+['\"”]|[@#&%+/_-](?!\S))",
        _around("", ""),
    ),
    predicate(
        "no_spaces",
        r"(?:not |never |no |without |bez |nie (?:moze |moga )?)(?:contain\w* |have |zawier\w+ "
        r")?(?:spaces|whitespace|spacj\w*|bialych znakow)",
        simply("REGEX", pattern=r"\s", negate=True),
    ),
    predicate(
        "no_outer_spaces",
        r"(?:not |never |no |without |bez |nie (?:moze |moga )?)"
        r"(?:contain\w* |have |has |zawier\w+ |miec |ma )?(?:any )?"
        r"(?:(?:leading|trailing|surrounding)(?:(?: or| and|/) ?(?:leading|trailing))? (?:spaces|blanks|whitespace)"
        r"|spacj\w+ na (?:poczatku|koncu)(?: (?:i|ani|lub) (?:na )?(?:koncu|poczatku))?)",
        simply("REGEX", pattern=r"^\s|\s$", negate=True),
    ),
    predicate(
        "no_digits",
        r"(?:not |never |no |without |bez |nie (?:moze |moga )?)"
        r"(?:contain\w* |have |include |zawier\w+ |miec )?(?:any )?"
        r"(?:digits|numbers|cyfr\w*)",
        simply("REGEX", pattern=r"\d", negate=True),
    ),
    predicate(
        "json",
        r"(?:valid |proper |well-formed |poprawn\w+ |prawidlow\w+ )?json(?: document| object)?\b",
        simply("REGEX", json=True),
    ),
    predicate(
        "any_date",
        r"(?:parseable|valid|proper|real|poprawn\w+|prawidlow\w+) (?:as )?(?:an? )?(?:dates?|dat\w+)(?: format)?",
        simply("REGEX", format="any_date"),
    ),
)

_NAMES = "|".join(
    sorted((re.escape(folded(name)) for row in domains() for name in row["names"]), key=len, reverse=True)
)
_CHECK = (
    r"(?:luhn(?: check| algorithm)?|check ?sums?|check ?digits?|control (?:digit|sum)s?|sum\w "
    r"kontroln\w+|cyfr\w kontroln\w+)"
)
LAST = (
    predicate(
        "valid",
        r"(?:(?:must|should|has to|needs to|have to|musi|musza|powin\w+|is|are|jest|sa) )?(?:(?:be|"
        r"byc|have|has|miec|ma|follow|follows) )?(?:(?:an?|the|in|as|jako|w) )*"
        r"(?:(?:valid|correct|proper|well-formed|poprawn\w+|prawidlow\w+|validate|format\w*|zgodn\w+ "
        r"z)(?: (?:polish|polski\w*|numer\w*|format\w*|an?|the|of|z|jako|adres\w*))*(?: "
        rf"(?P<domain>(?:{_NAMES})\w{{0,4}}|{MARK}))?"
        rf"|(?P<domain2>{_NAMES}) (?:format\w*|pattern|number|numer\w*))"
        r"(?:(?:,| with| and| including| wraz z| z| i| oraz| by| incl\.?)* ?(?:(?:its|valid|a|the|"
        rf"correct|poprawn\w+|prawidlow\w+) )*{_CHECK})?(?: (?:format\w*|number|numer\w*))?",
        _valid,
    ),
    predicate(
        "checksum",
        r"(?:(?:valid|correct|has|have|with|poprawn\w+|prawidlow\w+|ma|miec) )*(?:an? )?(?:(?:valid|"
        rf"correct|poprawn\w+|prawidlow\w+) )?{_CHECK}",
        _valid,
    ),
)
