"""Predicates about size: bounds of numbers and dates, lengths, admissible values."""

from __future__ import annotations

import re
from typing import Any

from services.copilot.quality.wording.predicate import BE, OTHER, D, Draft, Found, N, T, predicate, simply
from services.copilot.quality.wording.values import hours, iso, listed, number

_VALUE = rf"(?:{D}|(?!\d{{4}}-\d\d-\d\d){N})"
UNIT = (
    r"(?: ?(?:%|percent|procent\w*|zl|pln|eur|usd|years?(?: old| of age)?|lat|characters?|znak\w*|chars?|"
    r"digits?|cyfr\w*|letters?|liter\w*|minutes?|minut\w*|seconds?|sekund\w*|mb|gb|days?|dni)\b)?"
)
_LENGTH = r"(?:characters?|chars?|letters?|znak\w*|liter\w*)"
_SHORTER = (
    r"(?:(?<!not )(?<!not be )(?<!never )(?<!never be )(?<!cannot be )(?<!can't be )(?<!no )shorter than|"
    r"(?<!nie )(?<!nie byc )(?<!moze byc )(?<!moga byc )krotsz\w+ (?:niz|od))"
)
_LONGER = r"(?:longer than|(?<!nie )(?<!nie byc )(?<!moze byc )(?<!moga byc )dluzsz\w+ (?:niz|od))"
_MORE = (
    r"(?:greater than|more than|larger than|higher than|bigger than|above|over|exceeds?|exceed|"
    r"wieksz\w+ (?:niz|od)|wyzsz\w+ (?:niz|od)|wiecej niz|powyzej|przekracza\w*|>)"
)
_LESS = (
    r"(?:less than|smaller than|lower than|fewer than|below|under|mniejsz\w+ (?:niz|od)|nizsz\w+ "
    r"(?:niz|od)|mniej niz|ponizej|<)"
)
_LEAST = (
    r"(?:at least|no less than|not less than|not (?:be )?(?:less|smaller|lower) than|not (?:be "
    r")?below|minimum(?: of| is)?|min\.?|min value(?: is)?|greater than or equal(?: to)?|>=|≥|nie "
    r"mniejsz\w+ (?:niz|od)|nie nizsz\w+ (?:niz|od)|nie (?:moze|moga) byc (?:mniejsz\w+|nizsz\w+) "
    r"(?:niz|od)|co najmniej|przynajmniej|minimalnie|nie mniej niz|wieksz\w+ lub rown\w+(?: niz)?)"
)
_MOST = (
    r"(?:at most|no more than|not more than|not (?:be )?(?:greater|more|larger|higher) than|not "
    r"(?:be )?above|not exceed|never exceeds?|cannot exceed|up to|maximum(?: of| is)?|max\.?|max "
    r"value(?: is)?|less than or equal(?: to)?|<=|≤|nie wieksz\w+ (?:niz|od)|nie wyzsz\w+ (?:niz|"
    r"od)|nie (?:moze|moga) byc (?:wieksz\w+|wyzsz\w+) (?:niz|od)|nie (?:moze |moga "
    r")?przekracza\w*|najwyzej|co najwyzej|maksymalnie|nie wiecej niz|mniejsz\w+ lub rown\w+(?: "
    r"niz)?)"
)
_AFTER = (
    r"(?:after|later than|since|po|pozniejsz\w+ (?:niz|od)|nie wczesniej niz|not (?:be )?(?:before|earlier than)|od)"
)
_BEFORE = (
    r"(?:before|earlier than|until|przed|wczesniejsz\w+ (?:niz|od)|do|not (?:be )?(?:after|later "
    r"than)|nie pozniej niz)"
)


def bound(text: str) -> Any:
    """A number or a date. Raises ValueError."""
    return iso(text) if re.fullmatch(D, text.strip()) else number(text)


def _between(found: Found) -> list[Draft]:
    low, high = bound(found["low"]), bound(found["high"])
    if type(low) is not type(high) and isinstance(low, str) != isinstance(high, str):
        return [Draft(problem=f"{found['low']} and {found['high']} are not of one kind")]
    limits = {"min": low, "max": high}
    if low > high:
        return [Draft(problem=f"{found['low']} is greater than {found['high']}: nothing lies between")]
    if found["exclusive"]:
        limits |= {"strict_min": True, "strict_max": True}
    return [Draft("RANGE", {**limits, **_length(found)})]


def _length(found: Found) -> dict[str, Any]:
    return {"measure": "length"} if found["length"] else {}


def _low(strict: bool) -> Any:
    def build(found: Found) -> list[Draft]:
        return [
            Draft("RANGE", {"min": bound(found["value"]), **({"strict_min": True} if strict else {}), **_length(found)})
        ]

    return build


def _high(strict: bool) -> Any:
    def build(found: Found) -> list[Draft]:
        return [
            Draft("RANGE", {"max": bound(found["value"]), **({"strict_max": True} if strict else {}), **_length(found)})
        ]

    return build


def _exact_length(found: Found) -> list[Draft]:
    count = number(found["value"])
    return [Draft("RANGE", {"min": count, "max": count, "measure": "length"})]


def _values(key: str) -> Any:
    def build(found: Found) -> list[Draft]:
        values = listed(found.said("values"))
        return [Draft("RANGE", {key: values})] if values else [Draft(problem="no values are named")]

    return build


_NO_VALUES = re.compile(
    r"\b(?:null|empty|missing|pust\w+|positive|negative|dodatni\w*|ujemn\w+|after|before|po|przed)\b"
)


def _alternatives(found: Found) -> list[Draft]:
    """Words that say more than a value leave the list to nobody."""
    return [] if _NO_VALUES.search(found["values"]) else list(_values("values")(found))


def _equals(found: Found) -> list[Draft]:
    return [Draft("RANGE", {"values": listed(found.said("value"))})]


def _always(found: Found) -> list[Draft]:
    """One value: quoted, a number, or a code in capitals; any other word is not one for certain."""
    said = found.said("value")
    if re.fullmatch(N, found["value"]) or said[:1] in "'\"„" or (said.isupper() and len(said) > 1):
        return [Draft("RANGE", {"values": listed(said)})]
    return []


def _age(found: Found) -> list[Draft]:
    return [Draft("RANGE", {"max": {"now_minus_hours": hours(found["many"], found["unit"])}})]


_LIST = r"(?P<values>(?:\(.*?\)|\[.*?\]|\{.*?\}|.+))"
_SET_WORDS = (
    r"(?:(?:be |byc )?(?:one of|among|in the set|in set|in the list|either|jedn\w+ z|z listy|ze "
    r"zbioru|ze? zbioru wartosci)(?: (?:the )?(?:following|values|wartosci|nastepujacych))*"
    r"|(?:only )?(?:allowed|accepted|permitted|valid|possible|admissible) values"
    r"(?: (?:of|for|in) (?:the )?(?:column )?[\ue000-\uf8fe]\uf8ff*)?(?: are| is)?|(?:only|tylko|"
    r"wylacznie) (?:the )?(?:contains? |take |takes |accepts? |have |has |"
    r"przyjm\w+ |zawiera\w* )?(?:the )?(?:values?|wartosci)"
    r"|(?:can|may|must|should) (?:only )?(?:be|take|contain|have) (?:only )?(?:the )?(?:values?|"
    r"one of)|(?:dozwolon\w+|dopuszczaln\w+|mozliw\w+) wartosci"
    r"(?: (?:dla |kolumny |pola )*[\ue000-\uf8fe]\uf8ff*)?(?: to| sa)?"
    r"|(?:values|wartosci) (?:of |in |kolumny |pola |w )*[\ue000-\uf8fe]\uf8ff*(?: are| is| to| sa)?(?= ?:)"
    r"|przyjmuje (?:tylko |wylacznie )?(?:jedna z )?wartosci|przyjmuj\w+ wartosci|(?:can|may|must|"
    r"should) only (?:be|contain|have|take)|(?:moze|moga|musi|musza) (?:przyjmowac|miec|zawierac) "
    r"(?:tylko |wylacznie |jedynie )?(?:jedna z )?(?:wartosci|wartosc)"
    r"|(?:moze|moga|musi|musza) byc (?:tylko|wylacznie|jedynie)|in(?= ?[\(\[{])|w(?= ?[\(\[{])|w zbiorze)"
)

PREDICATES = (
    predicate(
        "length_between",
        rf"(?P<length>length|dlugosc\w*)? ?(?:of )?{BE}(?:be |have |miec |byc )?(?:between|from|od|"
        r"miedzy|pomiedzy|ma(?: od)?)? ?(?P<low>\d+) ?(?:and|to|a|i|do|-|–) ?(?P<high>\d+) "
        rf"?(?P<unit>{_LENGTH})(?: long| in length| dlugosci)?",
        lambda found: [
            Draft("RANGE", {"min": number(found["low"]), "max": number(found["high"]), "measure": "length"})
        ],
    ),
    predicate(
        "length_most",
        rf"(?:{_MOST}|{_LESS}|{_SHORTER}|(?:not|never|cannot|can't|no) (?:be )?longer than|"
        r"nie (?:moze |moga )?(?:byc )?dluzsz\w+ (?:niz|od)) (?P<value>\d+) "
        rf"{_LENGTH}(?: long| in length| dlugosci)?",
        lambda found: [
            Draft("RANGE", {"max": number(found["value"]), "measure": "length", **_strict_less(found.match.group())})
        ],
    ),
    predicate(
        "length_least",
        rf"(?:{_LEAST}|{_MORE}|{_LONGER}|(?:not|never|cannot|can't|no) (?:be )?shorter than|"
        r"nie (?:moze |moga )?(?:byc )?krotsz\w+ (?:niz|od)) "
        rf"(?P<value>\d+) {_LENGTH}(?: long| in length| dlugosci)?",
        lambda found: [
            Draft("RANGE", {"min": number(found["value"]), "measure": "length", **_strict_more(found.match.group())})
        ],
    ),
    predicate(
        "length_exact",
        r"(?:(?:is|are|be|has|have|must have|must be|ma|maja|miec|musi miec|byc) )?(?:exactly |"
        rf"dokladnie |rowno )?(?P<value>\d+) {_LENGTH}(?: long| in length| dlugosci)?"
        r"|(?:length|dlugosc\w*)(?: of| pola| kolumny)?[^0-9]{0,40}?(?:exactly|equals?|equal to|is|be|"
        r"=|dokladnie|wynosi|rowna|wynosic) (?P<value2>\d+)",
        lambda found: (
            _exact_length(found)
            if found["value"]
            else [Draft("RANGE", {"min": number(found["value2"]), "max": number(found["value2"]), "measure": "length"})]
        ),
    ),
    predicate(
        "between",
        rf"(?P<length>(?:length|dlugosc\w*) ?(?:of )?[\ue000-\uf8ff, ]*)?{BE}(?:(?:be|byc|fall|lie|"
        r"stay|miescic sie|zawierac sie|wynosic|range|ranges|always|zawsze|in|within|the|a|w) "
        r")*(?:(?:range|przedzia\w+|zakres\w*):? )?(?:(?P<exclusive>strictly|exclusively|scisle) "
        r")?(?:(?:of|between|from|od|pomiedzy|miedzy) |(?:(?<=range )|(?<=zakresie )|(?<=przedziale "
        rf"))|[\(\[]) ?(?P<low>{_VALUE}){UNIT} ?(?:and|to|do|a|i|-|–|,|;|\.\.) "
        rf"?(?P<high>{_VALUE})[\)\]]?{UNIT}",
        _between,
    ),
    predicate(
        "decimals",
        rf"{BE}(?:be |have |has |byc |miec )?(?:{_MOST} |exactly |dokladnie )?\d+ (?:decimal(?: places?| digits?)?s?|"
        r"digits? (?:after|behind) the (?:decimal )?point|places? (?:after|behind) the (?:decimal )?point|"
        r"miejsc\w* (?:po przecinku|dziesietn\w+)|cyfr\w* po przecinku)",
        lambda found: [Draft(problem="places behind the decimal point are the type's: say `is of type decimal(10,2)`")],
    ),
    predicate(
        "not_before",
        rf"(?:{_LEAST}|not (?:be )?(?:before|earlier than|older than)|nie (?:moze byc "
        rf")?(?:wczesniejsz\w+|wczesniej|starsz\w+) (?:niz|od)) (?P<value>{D})",
        _low(False),
    ),
    predicate(
        "not_after",
        rf"(?:{_MOST}|not (?:be )?(?:after|later than|newer than)|nie (?:moze byc )?(?:pozniejsz\w+|"
        rf"pozniej) (?:niz|od)) (?P<value>{D})",
        _high(False),
    ),
    predicate("after", rf"(?:{_AFTER}|{_MORE}) (?P<value>{D})", _low(True)),
    predicate("before", rf"(?:{_BEFORE}|{_LESS}) (?P<value>{D})", _high(True)),
    predicate(
        "spread",
        rf"(?P<length>(?:length|dlugosc\w*) ?(?:of )?[\ue000-\uf8ff, ]*)?{BE}(?:(?:be|byc|in|w|range|"
        rf"zakres\w*|:) )*(?P<exclusive>strictly )?(?<![\d.,-])(?P<low>{_VALUE}){UNIT} ?(?:to|do|-|–|\.\.) "
        rf"?(?P<high>{_VALUE}){UNIT}",
        _between,
    ),
    predicate(
        "date_not_future",
        r"(?:(?:must|should|can|may|is|are|moze|moga|powin\w+|musi) )?(?:not|never|cannot|can't|"
        r"nie(?: moze| moga| powin\w+)?|nigdy) (?:(?:be|lie|byc|lezec|wskazywac|z) )*(?:in the future|"
        r"from the future|in future|w przyszlosci|z przyszlosci|przyszlosci|future)"
        r"|(?:no|without|bez|zadnych) (?:future (?:dates?|values)|dat z przyszlosci)"
        r"|(?:be |is |are |byc )?(?:in the past|w przeszlosci|z przeszlosci)",
        simply("RANGE", max={"now_minus_hours": 0}),
    ),
    predicate(
        "date_future",
        r"(?:in the future|w przyszlosci|future date)",
        simply("RANGE", min={"now_minus_hours": 0}),
    ),
    predicate(
        "at_least",
        rf"(?P<length>(?:length|dlugosc\w*)(?: of)? ?[\ue000-\uf8ff]*)? ?{BE}(?:be |byc )?{_LEAST} "
        rf"?(?P<value>{N}){UNIT}",
        _low(False),
    ),
    predicate(
        "at_most",
        rf"(?P<length>(?:length|dlugosc\w*)(?: of)? ?[\ue000-\uf8ff]*)? ?{BE}(?:be |byc )?{_MOST} "
        rf"?(?P<value>{N}){UNIT}",
        _high(False),
    ),
    predicate(
        "or_more",
        rf"{BE}(?:be |byc )?(?P<value>{N}){UNIT} (?:or|lub) (?:more|above|greater|higher|over|older|"
        r"starsz\w+|wiec\w+|wyzej|powyzej)",
        _low(False),
    ),
    predicate(
        "or_less",
        rf"{BE}(?:be |byc )?(?P<value>{N}){UNIT} (?:or|lub) (?:less|fewer|below|lower|under|younger|"
        r"mlodsz\w+|mniej\w*|nizej|ponizej)",
        _high(False),
    ),
    predicate(
        "positive_or_zero",
        rf"{BE}(?:be |byc )?(?:(?:positive|greater than zero|dodatni\w*) (?:or|lub) (?:zero|0|zerow\w+)|"
        r"(?:zero|0) (?:or|lub) (?:positive|dodatni\w*))",
        simply("RANGE", min=0),
    ),
    predicate("more_than", rf"{BE}(?:be |byc )?(?:strictly )?{_MORE} ?(?P<value>{N}){UNIT}", _low(True)),
    predicate("less_than", rf"{BE}(?:be |byc )?(?:strictly )?{_LESS} ?(?P<value>{N}){UNIT}", _high(True)),
    predicate(
        "not_negative",
        rf"{BE}(?:not|never|cannot|can't|mustn't|must not|nie(?: moze| moga| powin\w+)?|nigdy(?: "
        r"nie)?(?: moze| moga| jest)?) (?:(?:be|byc|go|have|fall) )*(?:negative|below zero|less than "
        r"zero|ujemn\w+|ponizej zera|mniejsz\w+ (?:niz|od) zer\w)(?: values)?"
        rf"|{BE}(?:be |byc )?(?:non-?negative|nieujemn\w+|zero or more|zero or greater)|no negative(?: "
        r"values| amounts)?|bez (?:wartosci )?ujemnych(?: wartosci)?",
        simply("RANGE", min=0),
    ),
    predicate(
        "positive",
        rf"{BE}(?:be |byc )?{OTHER}(?:strictly )?(?:positive|greater than zero|more than zero|above "
        r"zero|dodatni\w*|wieksz\w+ (?:niz|od) zer\w|powyzej zera)",
        simply("RANGE", min=0, strict_min=True),
    ),
    predicate(
        "negative", rf"{BE}(?:be |byc )?(?:negative|ujemn\w+|below zero)", simply("RANGE", max=0, strict_max=True)
    ),
    predicate(
        "not_zero",
        r"(?:not|never|cannot|nie(?: moze| moga)?) (?:be |byc |rown\w+ )?(?:zero|zerow\w+|zera|zeru|0)\b",
        simply("RANGE", not_values=[0]),
    ),
    predicate(
        "not_one_of",
        r"(?:must not|should not|cannot|can't|not|never|nie(?: moze| moga| powin\w+)?) (?:be |byc |"
        r"equal |rowna\w* (?:sie )?)?(?:one of|any of|among|in|jedn\w+ z|wsrod|zadn\w+ z)? ?(?:the "
        r")?(?:values? |wartosci\w* )?(?P<values>(?:['\"„].*['\"”]|[\(\[].*[\)\]])|(?<=one of ).+|"
        r"(?<=any of ).+|(?<=jedna z ).+)",
        _values("not_values"),
    ),
    predicate(
        "one_of",
        rf"{BE}{OTHER}{_SET_WORDS} ?:? ?(?:the )?(?:following )?(?:values? |wartosci )?:? ?{_LIST}",
        _values("values"),
    ),
    predicate(
        "or_list",
        r"(?:must|should|can|may|is|are|moze|musi|jest) (?:be |byc |equal |rowne )?(?:either |albo "
        r")?(?P<values>['\"„]?[^\s,'\"]+['\"”]?(?: ?, ?['\"„]?[^\s,'\"]+['\"”]?)*,? (?:or|lub|albo) "
        r"['\"„]?[^\s,'\"]+['\"”]?)$",
        _alternatives,
    ),
    predicate(
        "equals",
        r"(?:(?:must|should|has to|musi|powin\w+) )?(?:be |byc |is |jest )?(?:always |zawsze "
        r")?(?:equals?(?: to)?|equal to|=|==|rown\w+(?: sie)?|wynosi\w*) "
        rf"?(?P<value>['\"„][^'\"”]*['\"”]|{N})",
        _equals,
    ),
    predicate(
        "age",
        rf"(?:at least|minimum|co najmniej|przynajmniej) {T} (?:old|ago|temu|w przeszlosci|in the past)",
        _age,
    ),
)
# After everything else: any word could be meant by it.
LAST = (
    predicate(
        "always",
        r"(?:(?:must|should|has to|musi|powin\w+) )?(?:be|is|are|byc|jest|sa) (?:always |zawsze "
        r")?(?P<value>['\"„][^'\"”]+['\"”]|-?[0-9a-z][\w-]*|[\ue000-\uf8fe]\uf8ff*)$",
        _always,
    ),
)


def _strict_less(words: str) -> dict[str, bool]:
    return {"strict_max": True} if re.match(rf"{_LESS}|{_SHORTER}", words) else {}


def _strict_more(words: str) -> dict[str, bool]:
    return {"strict_min": True} if re.match(rf"{_MORE}|{_LONGER}", words) else {}
