"""Predicates about the table: rows, freshness, columns, statistics."""

from __future__ import annotations

import re
from typing import Any

from services.copilot.quality.wording.amounts import UNIT, bound
from services.copilot.quality.wording.predicate import BE, CS, C, Draft, Found, N, T, predicate, simply
from services.copilot.quality.wording.values import hours, listed, number

_ROWS = r"(?:rows?|records?|entries|lines|wiersz\w*|rekord\w*|linii|wpis\w*)"
_LEAST = (
    r"(?:at least|minimum(?: of)?|min\.?|no (?:less|fewer) than|not (?:less|fewer) than|>=|co "
    r"najmniej|przynajmniej|nie mniej niz)"
)
_MORE = r"(?:more than|over|above|>|wiecej niz|powyzej|ponad)"
_MOST = (
    r"(?:at most|maximum(?: of)?|max\.?|no more than|not more than|up to|<=|najwyzej|maksymalnie|"
    r"co najwyzej|nie wiecej niz)"
)
_LESS = r"(?:less than|fewer than|below|<|mniej niz|ponizej)"
_BOUNDS = (
    rf"(?:(?:between|from|od|miedzy|pomiedzy|in|w zakresie|w przedziale) (?P<low>{N}){UNIT} ?(?:%)? "
    rf"?(?:and|to|do|a|i|-) ?(?P<high>{N}){UNIT}"
    rf"|(?:{_LEAST}|not (?:be )?(?:below|less than|lower than)|nie (?:mniejsz\w+|nizsz\w+) niz) "
    rf"?(?P<least>{N}){UNIT}|(?:{_MOST}|not exceed|not (?:be )?(?:above|greater than|higher than)|nie "
    rf"(?:moze )?(?:przekracza\w*|wieksz\w+ niz|wyzsz\w+ niz)) ?(?P<most>{N}){UNIT}"
    rf"|(?:{_MORE}|greater than|higher than|(?:wieksz|wyzsz)\w+ (?:niz|od)) ?(?P<over>{N}){UNIT}|(?:{_LESS}|"
    rf"lower than|smaller than|(?:mniejsz|nizsz)\w+ (?:niz|od)) ?(?P<under>{N}){UNIT}|(?:equals?(?: to)?|"
    rf"exactly|=|is|be|dokladnie|wynosi\w*|rown\w+(?: sie)?) ?(?P<exact>{N}){UNIT})"
)
_STATISTICS = (
    (r"(?:average|avg|mean|sredni\w*|przecietn\w+)", "mean"),
    (r"(?:median\w*)", "median"),
    (r"(?:standard deviation|std\.? ?dev\w*|stddev|odchyleni\w+ standardow\w+)", "stddev"),
    (r"(?:variance|wariancj\w+)", "variance"),
    (r"(?:sum|total|sum\w|laczn\w+ sum\w)", "sum"),
    (r"(?:minimum|min|smallest|lowest|najmniejsz\w+|minimaln\w+)(?: value| wartosc)?", "min"),
    (r"(?:maximum|max|largest|highest|najwieksz\w+|maksymaln\w+)(?: value| wartosc)?", "max"),
    (
        r"(?:(?:number|count|liczb\w+) (?:of )?(?:distinct|unique|different|unikaln\w+|roznych)(?: "
        r"values| wartosci)?|(?:distinct|unique) (?:values? )?count|cardinality)",
        "distinct_count",
    ),
    (
        r"(?:(?:share|proportion|ratio|udzial\w*) (?:of )?(?:distinct|unique|unikaln\w+)(?: values| wartosci)?)",
        "distinct_share",
    ),
)


def limits(found: Found) -> dict[str, Any]:
    """What the groups of _BOUNDS say."""
    both = {"min": "low", "max": "high"}
    said = {key: bound(found[group]) for key, group in both.items() if found[group]}
    for group, key, strict in (
        ("least", "min", False),
        ("most", "max", False),
        ("over", "min", True),
        ("under", "max", True),
    ):
        if found[group]:
            said |= {key: bound(found[group]), **({f"strict_{key}": True} if strict else {})}
    if found["exact"]:
        said |= {"min": bound(found["exact"]), "max": bound(found["exact"])}
    return said


def _rows(found: Found) -> list[Draft]:
    if re.search(r"%|percent|procent", found.match.group() + found.clause.marked[found.match.end() :][:9]):
        return [Draft(problem="a share is no number of rows; say how many")]
    said = limits(found)
    if not all(isinstance(said.get(key, 0), int) for key in ("min", "max")):
        return [Draft(problem="a number of rows is whole")]
    for key, step in (("min", 1), ("max", -1)):
        if said.pop(f"strict_{key}", False):
            said[key] += step
    if said.get("min", 0) > said.get("max", float("inf")):
        return [Draft(problem=f"{said['min']} is greater than {said['max']}")]
    return [Draft("ROW_COUNT", said, "table")]


def _same_rows(found: Found) -> list[Draft]:
    return [Draft("ROW_COUNT", {"other_table": found.said("table")}, "table")]


def _fresh(found: Found) -> list[Draft]:
    return [Draft("FRESHNESS", {"max_age_hours": hours(found["many"], found["unit"])})]


def _regularly(found: Found) -> list[Draft]:
    daily = (
        ("hour", 1),
        ("godzin", 1),
        ("da", 24),
        ("codzien", 24),
        ("dzien", 24),
        ("dobe", 24),
        ("week", 168),
        ("tydzien", 168),
        ("tygodn", 168),
        ("month", 744),
        ("miesi", 744),
    )
    return [Draft("FRESHNESS", {"max_age_hours": next(size for word, size in daily if word in found["often"])})]


def _statistic(measure: str) -> Any:
    def build(found: Found) -> list[Draft]:
        said = limits(found)
        if measure == "distinct_share" and "%" in found.match.group():
            said = {key: value / 100 if key in ("min", "max") else value for key, value in said.items()}
        drafts = [Draft("STATISTICAL", {"measure": measure, **said}, column=name) for name in found.named("columns")]
        return drafts or [Draft("STATISTICAL", {"measure": measure, **said})]

    return build


def _quantile(found: Found) -> list[Draft]:
    share = number(found["at"]) / 100
    said = {"measure": "quantile", "quantile": share, **limits(found)}
    if not 0 <= share <= 1:
        return [Draft(problem=f"there is no {found['at']}th percentile")]
    return [Draft("STATISTICAL", said, column=name) for name in found.named("columns")] or [Draft("STATISTICAL", said)]


def _outliers(found: Found) -> list[Draft]:
    return [Draft("STATISTICAL", {"measure": "z_score", "threshold": number(found["sigma"]) if found["sigma"] else 3})]


def _most_common(found: Found) -> list[Draft]:
    said = {"measure": "most_common", "values": listed(found.said("values"))}
    return [Draft("STATISTICAL", said, column=name) for name in found.named("columns")] or [Draft("STATISTICAL", said)]


def _contains_all(found: Found) -> list[Draft]:
    return [Draft("STATISTICAL", {"measure": "value_set", "values": listed(found.said("values"))})]


def _columns(found: Found) -> list[Draft]:
    names = [str(each) for each in listed(found.said("names"))]
    exact = {"exact": True} if found["exact"] else {}
    return [Draft("SCHEMA_MATCH", {"columns": names, **exact}, "table")]


def _column_count(found: Found) -> list[Draft]:
    count = number(found["count"])
    return [Draft("SCHEMA_MATCH", {"min_count": count, "max_count": count}, "table")]


_KINDS = (
    r"(?:integers?|whole numbers?|liczb\w+ calkowit\w+|"
    r"ints?|bigint|smallint|numeric|decimals?|numbers?|floats?|doubles?|varchar|char|"
    r"text|strings?|boolean|bool|timestamps?|datetime|date|calkowit\w+|liczb\w+|dat[ay]|tekst\w*|"
    r"logiczn\w+)"
)
_TABLE = r"(?P<table>[a-zA-Z_\ue000-\uf8ff][\w.\ue000-\uf8ff]*)"

PREDICATES = (
    predicate(
        "same_rows_as",
        rf"(?:the )?(?:row ?count|number of {_ROWS}|liczb\w+ {_ROWS}) (?:must |should |has to |musi |"
        r"powinna )?(?:be |byc )?"
        r"(?:equals?(?: to)?|equal to|match(?:es)?|the same as|identical to|rown\w+(?: sie)?|tak\w+ "
        r"sam\w+ jak|zgodn\w+ z) "
        rf"(?:(?:the|row ?count|number|liczb\w+|of|in|w|z|table|tabel\w+|{_ROWS}) )+{_TABLE}",
        _same_rows,
    ),
    predicate(
        "same_rows",
        r"(?:the )?(?:same|equal|identical|tyle samo|taka sama|ta sama|rowna) (?:number of |liczb\w+ |"
        rf"ilosc )?{_ROWS} (?:as|like|to|co|jak)(?: in| the| table| w| tabel\w+)* {_TABLE}",
        _same_rows,
    ),
    predicate(
        "row_count",
        rf"(?:row ?count|number of {_ROWS}|count of {_ROWS}|liczb\w+ {_ROWS}|ilosc {_ROWS})[^0-9]{{0,30}}?{_BOUNDS}",
        _rows,
    ),
    predicate("rows_bounded", rf"{_BOUNDS} {_ROWS}(?! (?:old|of))", _rows),
    predicate(
        "not_empty_table",
        r"(?:table|dataset|tabela|zbior|data|it)(?: \w+)? (?:must|should|can|may|is|nie|powinna|"
        r"cannot)[ a-z]{0,15}? ?(?:not (?:be )?empty|never empty|byc pust\w+|empty|pust\w+)|at least "
        r"one (?:row|record)|co najmniej jeden (?:wiersz|rekord)|(?:not|nie) (?:empty|pusta) (?:table|"
        r"tabela)",
        simply("ROW_COUNT", "table", min=1),
    ),
    predicate(
        "fresh_within",
        r"(?:updated|refreshed|loaded|arriv\w+|fresh\w*|new data|newest|latest|recent|changed|"
        r"delivered|aktualizowan\w+|odswiezan\w+|ladowan\w+|zaladowan\w+|najnowsz\w+|ostatni\w*|"
        r"swiez\w+|aktualn\w+)[^0-9.]{0,45}?(?:within|in|not older than|no older than|younger than|"
        r"at most|max\w*|every|less than|in the last|last|z ostatni\w+|w ciagu|co|nie starsz\w+ niz|"
        r"najdalej|sprzed|nie wczesniej niz)(?: the| at most| last| past| ostatni\w+| najwyzej| "
        rf"max\w*)* {T}(?: old| temu| ago)?",
        _fresh,
    ),
    predicate(
        "not_older",
        r"(?:(?:must|should|can|may|moze|moga|powin\w+|is|are|be|byc|nie|not|no|never|cannot) "
        r")*(?:older than|more than|starsz\w+ niz|younger than|mlodsz\w+ niz|maximum age|max age|"
        rf"maksymalny wiek)(?: of)? {T}(?: old| temu| ago)?",
        _fresh,
    ),
    predicate(
        "regularly",
        r"(?:updated|refreshed|loaded|delivered|arriv\w+|aktualizowan\w+|odswiezan\w+|ladowan\w+|"
        r"zasilan\w+)[a-z ]{0,15}? (?P<often>hourly|daily|weekly|monthly|every (?:hour|day|week|"
        r"month)|each (?:day|hour|week|month)|codziennie|co godzin\w+|co tydzien|co miesiac|co dzien|"
        r"kazdego dnia|raz dziennie|raz na dobe|co dobe|once a (?:day|week|month))",
        _regularly,
    ),
    predicate(
        "percentile",
        r"(?P<at>\d{1,3}(?:\.\d+)?)(?:st|nd|rd|th|-?ty|-?y|\.)? ?(?:percentile|percentyl\w*)(?: of| "
        rf"for| z| kolumny| wartosci| pola)? ?(?P<columns>{CS})?[^0-9]{{0,20}}?{_BOUNDS}",
        _quantile,
    ),
    *(
        predicate(
            f"statistic_{measure}",
            rf"(?:the )?{words} (?:value )?(?:of |for |z |wartosc\w* |pola |kolumny |the |all "
            rf")*(?P<columns>{CS})[a-z ]{{0,25}}?{_BOUNDS}",
            _statistic(measure),
        )
        for words, measure in _STATISTICS
    ),
    predicate(
        "distinct_after",
        rf"(?:have |has |contain\w* |ma |miec |zawiera\w* )?{_BOUNDS} (?:distinct|unique|different|"
        r"unikaln\w+|rozn\w+)(?: values| wartosci)?",
        _statistic("distinct_count"),
    ),
    *(
        predicate(
            f"statistic_after_{measure}", rf"(?P<columns>{CS}) {words} {BE}(?:be |byc )?{_BOUNDS}", _statistic(measure)
        )
        for words, measure in _STATISTICS
    ),
    predicate(
        "outliers",
        r"(?:no |without |bez |not have |not contain |nie (?:moze |moga )?(?:miec |zawiera\w* "
        r")?)?(?:any )?(?:outliers?|anomal\w+|wartosci odstajac\w+|wartosci "
        r"skrajn\w+)(?:[^0-9]{0,30}?(?P<sigma>\d+(?:[.,]\d+)?) ?(?:sigma\w*|standard deviations?|"
        r"std\w*|odchyle\w*(?: standardow\w+)?))?",
        _outliers,
    ),
    predicate(
        "z_score",
        r"(?:z-?score\w*)[^0-9]{0,30}?(?P<sigma>\d+(?:[.,]\d+)?)|(?:within|w granicach|w zakresie) "
        r"(?P<sigma2>\d+(?:[.,]\d+)?) ?(?:sigma\w*|standard deviations?|odchyle\w*(?: "
        r"standardow\w+)?)(?: (?:of|from) (?:the )?mean| od sredniej)?",
        lambda found: [
            Draft("STATISTICAL", {"measure": "z_score", "threshold": number(found["sigma"] or found["sigma2"])})
        ],
    ),
    predicate(
        "most_common",
        r"(?:the )?(?:most (?:common|frequent)|najczestsz\w+|dominujac\w+) (?:value |wartosc\w* "
        rf")?(?:of |in |w |z |kolumny )*(?P<columns>{CS})? ?{BE}(?:be |byc )?(?:one of |jedn\w+ z )?:? "
        r"?(?P<values>.+)",
        _most_common,
    ),
    predicate(
        "contains_all",
        r"(?:contains? all of|must contain all|include all of|zawiera\w* wszystkie)(?: the)?(?: "
        r"values| wartosci)?:? (?P<values>.+)",
        _contains_all,
    ),
    predicate(
        "column_count",
        r"(?:has|have|contain\w*|ma|miec|zawiera\w*|with) (?:exactly |dokladnie )?(?P<count>\d+) "
        r"(?:columns|kolumn\w*)|(?:number of columns|column count|liczba "
        r"kolumn)[^0-9]{0,15}(?P<count2>\d+)",
        lambda found: (
            _column_count(found)
            if found["count"]
            else [
                Draft(
                    "SCHEMA_MATCH",
                    {"min_count": number(found["count2"]), "max_count": number(found["count2"])},
                    "table",
                )
            ]
        ),
    ),
    predicate(
        "columns_are",
        r"(?:has|have|contain\w*|ma|musi miec|miec|zawiera\w*) (?P<exact>exactly |only |dokladnie |"
        r"tylko )?(?:the |these |following |nastepujace )*(?:columns?|kolumn[yae])(?: named)?:? "
        r"(?P<names>.+)|(?:columns|schema|kolumny|kolumnami)(?: (?:must|should|powinny|musza))? (?:be|"
        r"are|is|byc|to|sa):? (?P<names2>[\ue000-\uf8ff\w]+ ?(?:,| and | i | oraz ).+)",
        lambda found: (
            _columns(found)
            if found["names"]
            else [Draft("SCHEMA_MATCH", {"columns": [str(e) for e in listed(found.said("names2"))]}, "table")]
        ),
    ),
    predicate(
        "column_exists",
        rf"(?:column|kolumna|field|pole) (?P<column>{C}|[\w]+) (?:must |should |has to |musi |powinna "
        r")?(?:exists?|istniec|istnieje|be present|be there)",
        lambda found: [Draft("SCHEMA_MATCH", {"columns": [found.said("column")]}, "table")],
    ),
    predicate(
        "typed",
        r"(?:(?:must|should|musi|powin\w+) )?(?:be |byc |is |are |jest |of |have |miec )*(?:(?:of |a |"
        r"an )*(?:the )?(?:data )?type|typu|typem|type of|typ)(?: is| must be| be| danych)? "
        rf"?(?P<kind>{_KINDS})(?:\b)|(?:must be|should be|musi byc|powin\w+ byc|is|are|jest|sa) (?:an? )?(?:of type "
        rf")?(?P<kind2>{_KINDS})(?: numbers?| values?)?$",
        lambda found: [Draft("TYPE", {"type": found["kind"] or found["kind2"]})],
    ),
)
