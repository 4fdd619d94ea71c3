"""Predicates about whether values are there and whether they repeat."""

from __future__ import annotations

from services.copilot.quality.wording.predicate import BE, CS, OTHER, C, Draft, Found, N, predicate, simply
from services.copilot.quality.wording.values import number

_EMPTY = r"(?:null|nulls|empty|missing|blank|unset|none|pust\w+|nullem|nullami|brak\w*|brakuj\w+)"
_FILLED = (
    r"(?:filled(?: in)?|complete|completed|populated|present|provided|non-?null|not[- ]null|not empty|set|available"
    r"|wypelnion\w+|uzupelnion\w+|kompletn\w+|podan\w+|niepust\w+|obecn\w+)"
)
_LEAST = (
    r"(?:at least|minimum(?: of)?|min\.?|no less than|not less than|>=|co najmniej|przynajmniej|"
    r"minimum|minimalnie|nie mniej niz)"
)
_MOST = (
    r"(?:at most|maximum(?: of)?|max\.?|no more than|not more than|up to|<=|less than|below|"
    r"najwyzej|maksymalnie|co najwyzej|nie wiecej niz|mniej niz|ponizej)"
)
_SHARE = rf"(?P<share>{N}) ?(?:%|percent|procent\w*|proc\.?)"


def _share(found: Found, group: str = "share") -> float:
    return round(number(found[group]) / 100, 12)


def _filled(found: Found) -> list[Draft]:
    return [Draft("COMPLETENESS", {"min": _share(found)})]


def _empty(found: Found) -> list[Draft]:
    return [Draft("COMPLETENESS", {"min": round(1 - _share(found), 12)})]


def _not_null(found: Found) -> list[Draft]:
    """`empty` and `blank` also mean a text of nothing."""
    blank = {"blank": True} if found["word"].startswith(("empty", "blank", "pust")) else {}
    return [Draft("NOT_NULL", blank)]


def _key(_found: Found) -> list[Draft]:
    return [Draft("UNIQUE", {}, "together"), Draft("NOT_NULL", {})]


def _together(found: Found) -> list[Draft]:
    return [Draft("UNIQUE", {"columns": found.named("columns")}, "table")]


_UNIQUE = (
    r"(?:unique|uniqueness|distinct(?! (?:values|count))|no duplicates?|brak duplikat\w+|not (?:be "
    r")?(?:duplicated?|repeated)|without duplicates?|never repeats?"
    r"|not (?:repeat|contain duplicates|have duplicates)|no (?:repeated|repeating|duplicate|"
    r"duplicated)(?: values)?|duplicate-free|unikaln\w+|unikatow\w+"
    r"|nie (?:moze|moga|powin\w+) sie (?:powtarzac|dublowac)|nie powtarza\w* sie|bez (?:duplikatow|powtorzen)"
    r"|nie (?:moze|moga) (?:zawierac|miec|byc) (?:duplikat\w+|powtorzen|zduplikowan\w+)|"
    r"niepowtarzaln\w+|jednoznaczn\w+)"
)
_COMBINED = (
    r"(?:combination of|pair of|tuple of|kombinacj\w+|par\w|zestaw\w*|polaczenie) (?:kolumn |"
    rf"columns |pol |wartosci )?(?P<columns>{CS})"
    rf" ?{BE}{OTHER}(?:byc |be )?{_UNIQUE}"
)

_COMPARED = (
    r"(?:[<>=]|not|equal|greater|more|larger|higher|lower|smaller|above|over|under|after|before|in |that|which|"
    r"wieksz\w+|wyzsz\w+|nizsz\w+|mniejsz\w+|rown\w+|powyzej|po |przed )"
)

PREDICATES = (
    predicate(
        "must_have",
        r"(?:must|should|has to|musi|powin\w+) (?:have|miec|posiadac) (?:an? |its |the |swoj\w* "
        rf")?(?P<column>{C})(?!\uf8ff)(?! ?(?:{_LEAST}|{_MOST}|{_COMPARED}|\d|of|between|\x00))",
        lambda found: [Draft("NOT_NULL", {}, column=name) for name in found.named("column")],
    ),
    predicate("combination_unique", _COMBINED, _together),
    predicate(
        "together_unique",
        rf"(?P<columns>{CS}) (?:together |jointly |razem |lacznie )?{BE}(?:be |byc )?(?:together|"
        r"jointly|razem|lacznie)?"
        rf" ?{_UNIQUE}(?: together| jointly| razem| lacznie| in combination)",
        _together,
    ),
    predicate(
        "together_unique_before",
        rf"(?P<columns>{CS}) (?:together|jointly|razem|lacznie) {BE}(?:be |byc )?{_UNIQUE}",
        _together,
    ),
    predicate("primary_key", r"(?:primary key|klucz\w* glown\w+|klucz\w* podstawow\w+|business key)", _key),
    predicate(
        "share_filled",
        rf"{_LEAST} {_SHARE} [^,%]{{0,60}}?{BE}(?:be |byc )?{_FILLED}",
        _filled,
    ),
    predicate("filled_share", rf"{_FILLED} (?:w |in |for |at |to )?{_LEAST} {_SHARE}", _filled),
    predicate(
        "completeness",
        r"(?:completeness|fill rate|kompletnosc|wypelnienie|stopien wypelnienia)(?: of| "
        rf"for)?[^0-9]*?{_LEAST}?(?:is|of|above|over|powyzej|wynosi|=|>)? ?{_SHARE}",
        _filled,
    ),
    predicate(
        "share_empty",
        rf"{_MOST} {_SHARE} [^,%]{{0,60}}?{BE}(?:be |byc |to )?{_EMPTY}(?: values| wartosci)?",
        _empty,
    ),
    predicate("share_complete", rf"{_SHARE} (?:of .*?)?{_FILLED}", _filled),
    predicate(
        "not_null",
        rf"(?:{BE}(?:not|never|cannot|can't|can not|mustn't|must not|shouldn't|isn't|aren't|nie(?: "
        r"moze| moga| powin\w+| jest| sa)?|nigdy(?: nie)?(?: moze| moga| jest| sa)?)"
        r" (?:(?:ever|contain|contains|have|has|be|allow|accept|byc|zawierac|zawiera|zawieraja|miec|"
        rf"ma|any|any of|null or|pust\w+ ani) )*(?P<word>{_EMPTY})(?: (?:values|wartosci))?(?: (?:or|"
        rf"ani|nor|and|lub|i) {_EMPTY})?)"
        rf"|(?:no|without|zero|bez|brak) (?:any |zadnych )?(?P<word2>{_EMPTY})(?: (?:values|"
        r"wartosci))?|non-?null\w*|not-null",
        _not_null,
    ),
    predicate(
        "required",
        r"(?:(?:is|are|jest|sa) )?(?:required|mandatory|obligatory|compulsory|wymagan\w+|obowiazkow\w+|niepust\w+)"
        r"|(?:must|should|has to|have to|always|is always|are always|musi|musza|powin\w+|zawsze) "
        rf"(?:be |byc |zawsze |always )*(?P<word>{_FILLED}|exist(?!s? in))(?! {_LEAST})"
        r"|(?:must|should) (?:have|contain) (?:a |any )?value|(?:musi|musza) (?:miec|zawierac) "
        r"wartosc(?! (?:z|od|po|mniej|wiek))",
        simply("NOT_NULL"),
    ),
    predicate(
        "null",
        rf"(?:must|should|has to|have to|are|is|musi|musza|powin\w+|jest|sa) (?:be |byc )?{_EMPTY}",
        simply("COMPLETENESS", max=0),
    ),
    predicate(
        "unique_per",
        rf"(?:{BE}(?:be |byc )?){_UNIQUE} (?:per|within(?: each)?|for (?:each|every)|in each|w ramach|"
        rf"w obrebie|dla kazd\w+|na) (?P<by>{CS})",
        lambda found: [Draft("UNIQUE", {"per": found.named("by")})],
    ),
    predicate("unique", rf"(?:{BE}(?:be |byc )?){_UNIQUE}(?: values| wartosci)?", simply("UNIQUE")),
)
