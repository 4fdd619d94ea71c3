"""What a question about the catalog asks for, read by rules: how many, which, who owns, what feeds, what is in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.catalog.names import SEPARATOR
from services.catalog.table import Table
from services.copilot.catalog_answers.narrowing import CONDITIONS, EVERY, PERSONAL, any_of, narrowed
from services.copilot.words import Stems, folded, stems

_COUNT = any_of("how many", "number of", "count", "ile", "ilu", "liczba", "policz")
_OWNER = any_of(
    *(
        "who owns",
        "owners?",
        "owned by",
        "responsible",
        "stewards?",
        "who (?:should|can|do) i (?:ask|contact)",
        "contact",
    ),
    *(r"wlasciciel\w*", "kto odpowiada", "do kogo nalezy", r"kogo (?:\w+ )?(?:za)?pytac", r"z kim .{0,30}kontakt\w*"),
)
_UP = any_of(
    *("feeds", "fills", "sources? of", "upstream", "comes? from", "loaded from", "built from"),
    *(r"(?:what|which \w+) (?:does|do) \S+ (?:use|read|need|depend on)",),
    *(r"zasila\w*", r"zrodl\w+", "skad", r"pochodz\w*"),
)
_DOWN = any_of(
    *("downstream", "depends? on", "dependents?", "uses?", "using", "used by", "reads? from", r"impact\w*", "breaks?"),
    *(r"affect\w*", r"consum\w+", "rel(?:y|ies) on", "built on"),
    *(r"zalez\w*", r"czyta\w*", r"korzysta\w*", r"wplyw\w*", r"uzywa\w*", r"zepsu\w*", r"popsu\w*", r"dotkn\w*"),
)
_ABOUT = any_of(
    *("what is", "what's", "what are", "describe", "description", "about", "explain", "show", "mean", "purpose"),
    *("what does .{1,80} (?:hold|contain|mean|store)", "what (?:kind|data)"),
    *("co to", "czym", r"opis\w*", "o czym", "pokaz", r"zawiera\w*", r"znacz\w*", "co jest", r"wyjasnij"),
)
_LOADED = any_of(
    *(r"(?:last|latest|recently|newest) (?:\w+ ){0,2}?(?:load\w*|refresh\w*|updat\w*|run|ran)", r"fresh\w*", "stale"),
    *(
        r"when (?:was|were|is|did|does|has) .{1,120}?(?:load\w*|refresh\w*|updat\w*|arrive\w*)",
        "up to date",
        "outdated",
    ),
    *(
        r"ostatni\w* (?:\w+ ){0,3}?(?:(?:za|do)?ladowa\w*|odswiez\w*|(?:za)?aktualiz\w*)",
        r"swiez\w*",
        r"czy .{1,120}?aktualn\w*",
    ),
    *(r"kiedy .{0,120}?(?:(?:za|do)?ladowa\w*|odswiez\w*|(?:za)?aktualiz\w*)",),
)
_COLUMNS = any_of(
    "columns?", "fields?", "nullable", r"(?:data )?types? (?:of|is|has)", r"kolumn\w*", "pol[ae]", "jakiego typu"
)
_ONE_COLUMN = re.compile(
    r"\b(?:column|field|kolumn[aeo]|kolumnie)\s+(?:named |called |o nazwie )?['\"`]?([a-z_][\w$]{3,})"
)
_AFTER_COLUMN = """
names list types type count order does exist exists called have with from that which descriptions
"""
_NO_COLUMN = frozenset(_AFTER_COLUMN.split())
_NULLABLE = any_of("nullable", "(?:can|may) be (?:null|empty)", "optional", r"moga byc (?:puste|null)", r"opcjonaln\w*")
_REQUIRED = any_of("not null(?:able)?", "mandatory", "required", r"obowiazkow\w*", r"wymagan\w*")
_KEY = any_of("primary keys?", "unique keys?", r"klucz\w* glown\w*", r"klucz\w* podstawow\w*")
_REFERENCES = any_of(
    *("references?", "referenced by", "refers? to", "foreign keys?", "joins? (?:to|with)", "joined"),
    *(r"klucz\w* obc\w*", r"odwoluj\w*", r"laczy\w* sie"),
)
_PIPELINES = re.compile(
    r"\b(?:which|what|list|show|how many|by what|jak\w+|ktor\w+|ile|wymien|pokaz) (?:\w+ )?"
    r"(?:pipelines?|jobs?|etls?|potok\w*|proces\w*|zadani\w*)\b"
)
_WRITES = any_of(
    *(
        r"writ\w+",
        r"load\w*",
        r"fill\w*",
        r"populat\w*",
        r"updat\w*",
        r"produc\w*",
        r"creat\w*",
        r"build\w*",
        r"feed\w*",
    ),
    *(r"zapisuj\w*", r"(?:za)?lad\w*", r"zasila\w*", r"tworz\w*", r"aktualizuj\w*", r"wypelnia\w*"),
)
_READS = any_of(
    r"reads?\w*", "uses?", "using", r"consum\w+", r"depend\w*", r"czyta\w*", r"korzysta\w*", r"uzywa\w*", r"pobiera\w*"
)
"""Of pipelines: those that write a table, those that read it."""
_CHANGED = any_of(
    *("what (?:has |have |was |were )?chang(?:ed|es)", "(?:recent|latest|last|schema|any) changes?", "changelog"),
    *("changed (?:recently|lately|last|this|in the)", "changes? (?:to|in|of) the (?:schema|tables?|catalog)"),
    *(r"co (?:sie )?(?:\w+ )?zmienil\w*", r"(?:ostatni\w*|jaki\w*) zmian\w*", r"zmian\w* (?:w|schemat\w*)"),
)
_STALE = any_of(
    *("stale", "overdue", "outdated", "behind schedule", "late"),
    "not (?:fresh|current|up to date|refreshed|loaded|updated)",
    *(
        r"nieaktualn\w*",
        r"spoznion\w*",
        r"przeterminowan\w*",
        r"nieodswiezon\w*",
        r"nie (?:sa|zostal\w*) (?:\w+ )?(?:aktualn\w*|odswiez\w*|zaladowan\w*)",
    ),
)
_SIZE = any_of(
    *(
        "(?:how many|number of|count of|total) (?:rows|records|entries)",
        "row ?counts?",
        "rows? count",
        "by (?:number of )?rows",
    ),
    *(
        "(?:how (?:big|large)|size of|in size|by size|gigabytes|terabytes)",
        r"(?:largest|biggest|smallest) (?:\w+ )?tables?",
    ),
    *(r"(?:ile|liczba|ilosc) (?:\w+ )?(?:wierszy|rekordow)", r"rozmiar\w*", r"najwieksz\w+ tabel\w*", r"jak duz\w+"),
)
"""What the catalog does not keep."""
_PLACES = re.compile(
    r"\b(?:how many|which|what|list|show|all|number of|ile|jakie|ktore|wymien|lista|pokaz)\s+(?:\w+\s+){0,2}?"
    r"(?:(services|uslug\w*)|(databases|baz|bazy)|(schemas|schemat\w*))\b"
)
_LEVELS = ("service", "database", "schema")
_ONLY = {
    "dashboard": any_of("dashboards?", "reports?", r"pulpit\w*", r"raport\w*"),
    "topic": any_of("topics?", r"temat\w*"),
}
"""Kinds of assets to which a question of lineage may keep."""
_OF_COUNTS = """
a an the is are was were be there do does did we i you have has in of to for our my all any altogether total exist
exists exactly now currently please tell me can could how many much number count table tables catalog know known that
which what it this and
ile ilu jest sa mamy mam ma w na z ze do tabel tabela tabele tabeli tabelach wszystkich lacznie razem ogolem katalog
katalogu katalogiem liczba liczbe policz wszystkie istnieje prosze jaka to i czy
"""
_SAID = frozenset(_OF_COUNTS.split())
"""Words of a question how many tables there are that narrow nothing down."""
_QUALIFIED = re.compile(r"[a-z_][\w$-]*(?:\.[\w$-]+)+|['\"`]([^'\"`]{2,200})['\"`]", re.IGNORECASE)
_IDENTIFIER = re.compile(r"\b[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+\b")
BARE_WORDS = 2
"""A question of so few words is the table's name alone."""
_BEYOND = re.compile(
    r"\b(?:how many|number of|count|which|what|list|show|all|ile|ilu|liczba|jakie|ktore|wymien|lista|pokaz)\s+"
    r"(?:\w+\s+){0,2}?(dashboards?|topics?|pipelines?|charts?|glossar(?:y|ies)|ml models?|"
    r"pulpit\w*|potok\w*|temat(?:y|ow)|wykres\w*)\b"
)
_TABLES = any_of("tables?", r"tabel\w*", r"columns?", r"kolumn\w*", "data", "dane", "danych")
_OF_CATALOG = any_of(
    *(
        r"tables?",
        r"columns?",
        r"fields?",
        r"data\w*",
        r"catalog\w*",
        r"schemas?",
        r"owners?",
        "where",
        "which",
        "find",
        "list",
    ),
    *("search", "stored?", "kept", "keep", r"tabel\w*", r"kolumn\w*", "dane", r"danych", r"katalog\w*", r"schemat\w*"),
    *(r"baz\w*", "gdzie", r"znajd\w*", r"ktor\w*", "wymien", r"wlasciciel\w*"),
)
"""One of these makes a question one about the catalog, whether or not the catalog has what it names."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`kind`: count, list, owner, upstream, downstream, loaded, columns, key, references, pipelines, changed, describe,
    search; stale, places: of all tables; unkept, beyond: what is not known here. The rest narrows the tables down;
    `conditions` says in words how. `understood` False: it names a table, but what it asks of it is not read; a count
    of which a part is not read; or a search that has no word of the catalog. `detail`: a column, a kind of asset, a
    level of places, or a name that the catalog does not have."""

    kind: str
    tables: Sequence[Table]
    conditions: Sequence[str] = ()
    subject: Table | None = None
    understood: bool = True
    detail: str = ""


_OF_ONE = (
    *(("pipelines", _PIPELINES), ("key", _KEY), ("loaded", _LOADED), ("upstream", _UP), ("references", _REFERENCES)),
    *(("downstream", _DOWN), ("changed", _CHANGED), ("owner", _OWNER), ("columns", _COLUMNS)),
)
"""What may be asked of one table, the first that fits."""


def read(question: str, tables: Sequence[Table], language: str = "en") -> Asked:
    """The question over these tables, conditions in that language. Where nothing narrows a search down, `tables` is
    empty."""
    text = folded(question).lower()
    subject = _subject(question, text, tables)
    if _SIZE.search(text):
        return Asked("unkept", [subject] if subject else [], [], subject)
    if subject is not None:
        return _of_one(text, subject)
    beyond = _BEYOND.search(text)
    if beyond and not _TABLES.search(text):
        return Asked("beyond", [], [beyond[1]])
    return _of_all(question, text, tables, language)


def _of_one(text: str, subject: Table) -> Asked:
    kind = next((kind for kind, pattern in _OF_ONE if pattern.search(text)), "")
    if kind:
        return Asked(kind, [subject], [], subject, detail=_detail(kind, text, subject))
    bare = len(text.split()) <= BARE_WORDS
    asks = bool(_ABOUT.search(text)) and not _COUNT.search(text)
    return Asked("describe", [subject], [], subject, understood=bare or asks)


def _detail(kind: str, text: str, subject: Table) -> str:
    """Of columns the one that is named, or `nullable`, `required`; of lineage and pipelines what it keeps to."""
    if kind == "columns":
        known = {column.name.lower() for column in subject.columns} - {subject.name.lower()}
        named = next((word for word in re.findall(r"[a-z_][\w$]*", text) if word in known), "")
        asked = named or next((hit[1] for hit in _ONE_COLUMN.finditer(text) if hit[1] not in _NO_COLUMN), "")
        if not asked and PERSONAL.search(text):
            return "personal"
        return asked or ("required" if _REQUIRED.search(text) else "nullable" if _NULLABLE.search(text) else "")
    if kind in ("upstream", "downstream"):
        return next((key for key, pattern in _ONLY.items() if pattern.search(text)), "")
    if kind == "pipelines":
        return "writes" if _WRITES.search(text) else "reads" if _READS.search(text) else ""
    return ""


def _of_all(question: str, text: str, tables: Sequence[Table], language: str) -> Asked:
    chosen, found = narrowed(text, tables)
    conditions = [CONDITIONS[language][key].format(value) for key, value in found]
    missing = next((name for name in _IDENTIFIER.findall(question) if not _is_known(name.lower(), tables)), "")
    if missing and not found:
        return Asked("search", _matching(question, tables), detail=missing)
    if _STALE.search(text):
        return Asked("stale", chosen, conditions)
    if _CHANGED.search(text) and not _DOWN.search(text):
        return Asked("changed", chosen, conditions)
    places = _PLACES.search(text)
    if places and not any(key in ("column", "columns", "any_column", "personal") for key, _ in found):
        return Asked("places", chosen, conditions, detail=_LEVELS[(places.lastindex or 1) - 1])
    if _COUNT.search(text):
        unread = [word for word in re.findall(r"\w+", text) if word not in _SAID] if not found else []
        return Asked("count", chosen, conditions, understood=not unread, detail=" ".join(unread))
    if conditions:
        about_owners = _OWNER.search(text) and not any(key in ("owned", "unowned") for key, _ in found)
        return Asked("owner" if about_owners else "list", chosen, conditions)
    return Asked("search", _matching(question, tables), (), understood=bool(_OF_CATALOG.search(text)))


def _is_known(name: str, tables: Sequence[Table]) -> bool:
    places = (each.qualified_name.lower().split(SEPARATOR) for each in tables)
    columns = (column.name.lower() for table in tables for column in table.columns)
    return any(name in each for each in places) or name in columns


def _subject(question: str, text: str, tables: Sequence[Table]) -> Table | None:
    """The one table that the question names: by its qualified name, else by a name that only one has."""
    for match in _QUALIFIED.finditer(question):
        name = (match[1] or match[0]).lower()
        found = [table for table in tables if table.qualified_name.lower().endswith(name) or table.name.lower() == name]
        if len(found) == 1:
            return found[0]
    words = set(re.findall(r"[a-z_][\w$]*", text))
    named = [
        t
        for t in tables
        if t.name.lower() in words and ("_" in t.name or len(t.name) > 4) and t.name.lower() not in EVERY
    ]
    exact = [table for table in named if re.search(rf"\b{re.escape(table.name)}\b", question)]
    for candidates in (named, exact):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _matching(question: str, tables: Sequence[Table]) -> list[Table]:
    """Tables that share words with the question, the more the better; only those with the most."""
    asked = stems(question)
    scored = []
    for number, table in enumerate(tables):
        names = Stems(stems(f"{table.name} {table.display_name}"))
        about = Stems(stems(" ".join([table.description, *(column.name for column in table.columns)])))
        score = sum(2.0 if stem in names else 1.0 if stem in about else 0.0 for stem in asked)
        if score:
            scored.append((score, -number))
    best = max(scored, default=(0.0, 0))[0]
    return [tables[-number] for score, number in sorted(scored, reverse=True) if score >= best * 0.6]
