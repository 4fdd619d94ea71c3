"""What a question about the catalog asks for, read by rules: how many, which, who owns, what feeds, what is in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.catalog.table import Table
from services.copilot.words import Stems, folded, stems


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


_COUNT = _any("how many", "number of", "count", "ile", "ilu", "liczba", "policz")
_OWNER = _any("who owns", "owners?", "owned by", "responsible", r"wlasciciel\w*", "kto odpowiada", "do kogo nalezy")
_UP = _any(
    *("feeds", "fills", "sources? of", "upstream", "comes? from", "loaded from", "built from"),
    *(r"(?:what|which \w+) (?:does|do) \S+ (?:use|read|need|depend on)",),
    *(r"zasila\w*", r"zrodl\w+", "skad", r"pochodz\w*"),
)
_DOWN = _any(
    *("downstream", "depends? on", "dependents?", "uses?", "using", "used by", "reads? from", r"impact\w*", "breaks?"),
    *(r"affect\w*", r"consum\w+", "rel(?:y|ies) on", "built on"),
    *(r"zalez\w*", r"korzysta\w*", r"wplyw\w*", r"uzywa\w*", r"zepsu\w*", r"popsu\w*", r"dotkn\w*"),
)
_ABOUT = _any(
    *("what is", "what's", "what are", "describe", "description", "about", "explain", "show", "mean", "purpose"),
    *("what does .{1,80} (?:hold|contain|mean|store)", "what (?:kind|data)"),
    *("co to", "czym", r"opis\w*", "o czym", "pokaz", r"zawiera\w*", r"znacz\w*", "co jest", r"wyjasnij"),
)
_LOADED = _any(
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
_COLUMNS = _any("columns?", "fields?", r"kolumn\w*", "pol[ae]")
_UNDESCRIBED = _any(
    *("without (?:a )?descriptions?", "(?:has|have|with) no descriptions?", "no description", "undocumented"),
    *("missing descriptions?", "not described", r"bez opis\w*", r"nieopisan\w*"),
)
_UNOWNED = _any("without (?:an )?owners?", "no owners?", "unowned", r"bez wlasciciel\w*")
_PERSONAL = _any("pii", "personal", "sensitive", "gdpr", "rodo", r"osobow\w*", r"wrazliw\w*")
_NAME = r"['\"`]?([a-z_][\w$]*)['\"`]?"
_NAMED_COLUMN = re.compile(rf"\b(?:column|field|kolumn\w+)\s+(?:named |called |o nazwie )?{_NAME}")
_HAS = re.compile(rf"\b(?:contain\w*|have|has|with|hold\w*|zawiera\w*|maja|ma|z)\s+(?:a |an |the )?{_NAME}")
_KINDS = {
    "saphana": r"sap[ -]?hana|hana\b",
    "mssql": r"ms ?sql|sql server",
    "postgres": r"postgres",
    "teradata": "terada",
    "snowflake": "snowflak",
    "databricks": "databrick",
    "oracle": "orac",
}
"""OpenMetadata's type of a service, lower case → how a question begins to name it, in any Polish case too."""
_QUALIFIED = re.compile(r"[a-z_][\w$-]*(?:\.[\w$-]+)+|['\"`]([^'\"`]{2,200})['\"`]", re.IGNORECASE)
BARE_WORDS = 2
"""A question of so few words is the table's name alone."""
_BEYOND = re.compile(
    r"\b(?:how many|number of|count|which|what|list|show|all|ile|ilu|liczba|jakie|ktore|wymien|lista|pokaz)\s+"
    r"(?:\w+\s+){0,2}?(dashboards?|topics?|pipelines?|charts?|glossar(?:y|ies)|ml models?|"
    r"pulpit\w*|potok\w*|temat(?:y|ow)|wykres\w*)\b"
)
_TABLES = _any("tables?", r"tabel\w*", r"columns?", r"kolumn\w*", "data", "dane", "danych")
_OF_CATALOG = _any(
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
_EVERY = frozenset({"tables", "table", "tabel", "tabele", "tabela", "catalog", "katalog"})


@dataclass(frozen=True, slots=True)
class Asked:
    """`kind`: count, list, owner, upstream, downstream, loaded, columns, describe, search, or beyond: not of tables.
    The rest narrows the tables down; `conditions` says in words how. `understood` False: it names a table, but what it
    asks of it is not read; or a search that has no word of the catalog."""

    kind: str
    tables: Sequence[Table]
    conditions: Sequence[str] = ()
    subject: Table | None = None
    understood: bool = True


_OF_ONE = (("loaded", _LOADED), ("upstream", _UP), ("downstream", _DOWN), ("owner", _OWNER), ("columns", _COLUMNS))
"""What may be asked of one table, the first that fits."""
_CONDITIONS = {
    "en": {
        "service": "service {}",
        "database": "database {}",
        "schema": "schema {}",
        "personal": "tagged as personal data (PII)",
        "undescribed": "without a description",
        "unowned": "without an owner",
        "owned": "owned by {}",
        "column": "with a column {}",
    },
    "pl": {
        "service": "usługa {}",
        "database": "baza {}",
        "schema": "schemat {}",
        "personal": "oznaczone jako dane osobowe (PII)",
        "undescribed": "bez opisu",
        "unowned": "bez właściciela",
        "owned": "właściciel: {}",
        "column": "z kolumną {}",
    },
}


def read(question: str, tables: Sequence[Table], language: str = "en") -> Asked:
    """The question over these tables, conditions in that language. Where nothing narrows a search down, `tables` is
    empty."""
    text = folded(question).lower()
    subject = _subject(question, text, tables)
    if subject is not None:
        for kind, pattern in _OF_ONE:
            if pattern.search(text):
                return Asked(kind, [subject], [], subject)
        if not _COUNT.search(text):
            bare = len(text.split()) <= BARE_WORDS
            return Asked("describe", [subject], [], subject, understood=bare or bool(_ABOUT.search(text)))
    beyond = _BEYOND.search(text)
    if beyond and not _TABLES.search(text):
        return Asked("beyond", [], [beyond[1]])
    chosen, found = _narrowed(text, tables)
    conditions = [_CONDITIONS[language][key].format(value) for key, value in found]
    if _COUNT.search(text):
        return Asked("count", chosen, conditions)
    if conditions:
        about_owners = _OWNER.search(text) and not any(key in ("owned", "unowned") for key, _ in found)
        return Asked("owner" if about_owners else "list", chosen, conditions)
    return Asked("search", _matching(question, tables), (), understood=bool(_OF_CATALOG.search(text)))


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
        if t.name.lower() in words and ("_" in t.name or len(t.name) > 4) and t.name.lower() not in _EVERY
    ]
    exact = [table for table in named if re.search(rf"\b{re.escape(table.name)}\b", question)]
    for candidates in (named, exact):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _narrowed(text: str, tables: Sequence[Table]) -> tuple[list[Table], list[tuple[str, str]]]:
    """The tables that are meant, and why: keys of `_CONDITIONS` with what fills them in."""
    chosen = list(tables)
    conditions: list[tuple[str, str]] = []
    for attribute in ("service", "database", "schema"):
        values = {getattr(table, attribute) for table in tables if getattr(table, attribute)}
        named = [value for value in values if re.search(rf"(?<![\w-]){re.escape(value.lower())}(?![\w-])", text)]
        if not named and attribute == "service":
            named = [
                value for value in values if any(_kind_named(table, text) for table in tables if table.service == value)
            ]
        if named:
            chosen = [table for table in chosen if getattr(table, attribute) in named]
            conditions.append((attribute, ", ".join(sorted(named))))
    if _PERSONAL.search(text):
        chosen = [table for table in chosen if _is_personal(table)]
        conditions.append(("personal", ""))
    if _UNDESCRIBED.search(text):
        chosen = [table for table in chosen if not table.description.strip()]
        conditions.append(("undescribed", ""))
    if _UNOWNED.search(text):
        chosen = [table for table in chosen if not table.owners]
        conditions.append(("unowned", ""))
    owners = {owner for table in tables for owner in table.owners}
    named_owners = [owner for owner in owners if re.search(rf"(?<![\w-]){re.escape(owner.lower())}(?![\w-])", text)]
    if named_owners:
        chosen = [table for table in chosen if set(table.owners) & set(named_owners)]
        conditions.append(("owned", ", ".join(sorted(named_owners))))
    column = _column(text, tables)
    if column:
        chosen = [table for table in chosen if any(column in _column_words(c.name) for c in table.columns)]
        conditions.append(("column", column))
    return chosen, conditions


def _kind_named(table: Table, text: str) -> bool:
    kind = table.service_type.lower()
    return bool(kind) and re.search(rf"\b(?:{_KINDS.get(kind, kind)})", text) is not None


def _column(text: str, tables: Sequence[Table]) -> str:
    """The column that the question wants tables to have; "" where it names none that exists."""
    known = {word for table in tables for column in table.columns for word in _column_words(column.name)}
    for pattern in (_NAMED_COLUMN, _HAS):
        for match in pattern.finditer(text):
            if match[1] in known and match[1] not in _EVERY and (len(match[1]) > 3 or pattern is _NAMED_COLUMN):
                return match[1]
    return ""


def _column_words(name: str) -> set[str]:
    lower = name.lower()
    return {lower, *(part for part in lower.replace(".", "_").split("_") if len(part) > 3)}


def _is_personal(table: Table) -> bool:
    tags = [*table.tags, *(tag for column in table.columns for tag in column.tags)]
    return any(tag.upper().startswith("PII") and "NONSENSITIVE" not in tag.upper() for tag in tags)


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
