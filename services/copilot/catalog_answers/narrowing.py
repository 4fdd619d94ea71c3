"""Which tables a question about the catalog means: where they stand, what they hold, who owns them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from services.catalog.table import Table

Found = tuple[str, str]
"""A key of `CONDITIONS` and what fills it in."""


def any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


_UNDESCRIBED = any_of(
    *("without (?:a |any )?descriptions?", "(?:has|have|with|lacks?) no descriptions?", "no description"),
    *("undocumented", "missing descriptions?", "not described", "lack(?:s|ing)? (?:a )?descriptions?"),
    *(r"bez opis\w*", r"nieopisan\w*", r"nie (?:ma|maja|posiada\w*) opis\w*", r"brak\w* opis\w*"),
)
_UNOWNED = any_of(
    *("without (?:an |any )?owners?", "no owners?", "unowned", "nobody owns", "lack(?:s|ing)? (?:an )?owners?"),
    *("not owned", r"bez wlasciciel\w*", r"nie (?:ma|maja|posiada\w*) wlasciciel\w*", r"brak\w* wlasciciel\w*"),
)
PERSONAL = any_of("pii", "personal", "sensitive", "gdpr", "rodo", r"osobow\w*", r"wrazliw\w*")
_NAME = r"['\"`]?([a-z_][\w$]*)['\"`]?"
_NAMED_COLUMN = re.compile(rf"\b(?:columns?|fields?|kolumn\w+|pol\w)\s+(named |called |o nazwie )?{_NAME}")
_HAS = re.compile(
    rf"\b(?:contain\w*|have|has|with|hold\w*|zawiera\w*|maja|ma|z)\s+(?:both |zarowno )?(?:a |an |the )?{_NAME}"
)
_AND_ALSO = re.compile(rf"\s*(,|and|or|i|oraz|lub|albo|jak i)\s+(?:also |a |an |the )?{_NAME}")
_OR = frozenset(("or", "lub", "albo"))
_OF_TYPE = re.compile(
    r"\b(?:columns?|fields?|kolumn\w*|pol\w+) (?:\w+ )?(?:of (?:the )?(?:data )?type|typu) ['\"`]?([a-z]\w+)"
)
_WIDTH = re.compile(
    r"\b(more than|over|at least|fewer than|less than|exactly|wiecej niz|ponad|co najmniej|mniej niz|dokladnie) "
    r"(\d{1,5}) (?:columns|fields|kolumn\w*|pol)\b"
)
_COMPARED: dict[str, tuple[str, Callable[[int, int], bool]]] = {
    **dict.fromkeys(("more than", "over", "wiecej niz", "ponad"), (">", int.__gt__)),
    **dict.fromkeys(("at least", "co najmniej"), ("≥", int.__ge__)),
    **dict.fromkeys(("fewer than", "less than", "mniej niz"), ("<", int.__lt__)),
    **dict.fromkeys(("exactly", "dokladnie"), ("=", int.__eq__)),
}
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
CONDITIONS = {
    "en": {
        "service": "service {}",
        "database": "database {}",
        "schema": "schema {}",
        "personal": "tagged as personal data (PII)",
        "undescribed": "without a description",
        "unowned": "without an owner",
        "owned": "owned by {}",
        "column": "with a column {}",
        "columns": "with columns {}",
        "any_column": "with a column {}",
        "type": "with a column of type {}",
        "width": "columns {}",
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
        "columns": "z kolumnami {}",
        "any_column": "z kolumną {}",
        "type": "z kolumną typu {}",
        "width": "kolumn {}",
    },
}
EVERY = frozenset({"tables", "table", "tabel", "tabele", "tabela", "catalog", "katalog"})


def narrowed(text: str, tables: Sequence[Table]) -> tuple[list[Table], list[Found]]:
    """The tables that are meant, and why. `text`: folded, lower case."""
    chosen = list(tables)
    found: list[Found] = []
    for key, value, keeps in _conditions(text, tables):
        chosen = [table for table in chosen if keeps(table)]
        found.append((key, value))
    return chosen, found


def _conditions(text: str, tables: Sequence[Table]) -> Iterator[tuple[str, str, Callable[[Table], bool]]]:
    for attribute in ("service", "database", "schema"):
        named = _places(attribute, text, tables)
        if named:
            yield attribute, ", ".join(sorted(named)), _standing(attribute, named)
    if PERSONAL.search(text):
        yield "personal", "", is_personal
    if _UNDESCRIBED.search(text):
        yield "undescribed", "", lambda table: not table.description.strip()
    if _UNOWNED.search(text):
        yield "unowned", "", lambda table: not table.owners
    owners = {owner for table in tables for owner in table.owners if _stands(owner, text)}
    if owners:
        yield "owned", ", ".join(sorted(owners)), lambda table: bool(owners & set(table.owners))
    yield from _of_columns(text, tables)


def _of_columns(text: str, tables: Sequence[Table]) -> Iterator[tuple[str, str, Callable[[Table], bool]]]:
    typed = _OF_TYPE.search(text)
    if typed:
        kind = typed[1]
        yield "type", kind, lambda table: any(each.data_type.lower().startswith(kind) for each in table.columns)
    width = _WIDTH.search(text)
    if width:
        sign, compare = _COMPARED[width[1]]
        most = int(width[2])
        yield "width", f"{sign} {most}", lambda table: compare(len(table.columns), most)
    names, joined = _columns(text, tables) if not typed else ([], "")
    if names:
        every = any if joined in _OR else all
        key = "column" if len(names) == 1 else "any_column" if joined in _OR else "columns"
        said = f" {joined} ".join(names) if joined in _OR else ", ".join(names)
        yield key, said, lambda table: every(any(name in _words(c.name) for c in table.columns) for name in names)


def _places(attribute: str, text: str, tables: Sequence[Table]) -> set[str]:
    values = {getattr(table, attribute) for table in tables if getattr(table, attribute)}
    named = {value for value in values if _stands(value, text)}
    if named or attribute != "service":
        return named
    return {table.service for table in tables if table.service and _kind_named(table, text)}


def _standing(attribute: str, names: set[str]) -> Callable[[Table], bool]:
    return lambda table: getattr(table, attribute) in names


def _stands(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", text) is not None


def _kind_named(table: Table, text: str) -> bool:
    kind = table.service_type.lower()
    return bool(kind) and re.search(rf"\b(?:{_KINDS.get(kind, kind)})", text) is not None


def _columns(text: str, tables: Sequence[Table]) -> tuple[list[str], str]:
    """The columns that the question wants tables to have, and the word between them. One that no table has counts where
    the question leaves no doubt that it is a column's name."""
    known = {word for table in tables for column in table.columns for word in _words(column.name)}
    for match in _NAMED_COLUMN.finditer(text):
        if match[2] in known or match[1] or "_" in match[2]:
            return _joined(text, match.end(), match[2], known)
    for match in _HAS.finditer(text):
        if match[1] not in EVERY and len(match[1]) > 3 and (match[1] in known or "_" in match[1].strip("_")):
            return _joined(text, match.end(), match[1], known)
    return [], ""


def _joined(text: str, place: int, first: str, known: set[str]) -> tuple[list[str], str]:
    names, joined = [first], ""
    while (more := _AND_ALSO.match(text, place)) and (more[2] in known or "_" in more[2]):
        names.append(more[2])
        joined, place = more[1], more.end()
    return names, joined


def _words(name: str) -> set[str]:
    lower = name.lower()
    return {lower, *(part for part in lower.replace(".", "_").split("_") if len(part) > 3)}


def is_personal(table: Table) -> bool:
    return tells_person(table.tags) or any(tells_person(column.tags) for column in table.columns)


def tells_person(tags: Sequence[str]) -> bool:
    return any(tag.upper().startswith("PII") and "NONSENSITIVE" not in tag.upper() for tag in tags)
