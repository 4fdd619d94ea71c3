"""What is asked of keys, pipelines, changes, late loads and places: looked up, or said to be unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from services.catalog.table import Table
from services.copilot.catalog_answers.questions import Asked
from services.copilot.catalog_answers.wording import Answer, inert
from services.copilot.platform.errors import (
    MetadataServiceUnavailable,
    MonitorServiceUnavailable,
    PipelineServiceUnavailable,
)
from services.copilot.platform.records import Pipeline, SchemaChange
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail
from services.runtime.errors import ServiceError

SHOWN = 12
DAYS = 30
"""Changes of so many days count as recent."""
_TEXTS = {
    "en": {
        "away": "That is not known now: the {service} does not answer.",
        "unkept": "The catalog keeps no row counts and no sizes, so it cannot tell that. Ask the database itself.",
        "key": "Primary key of `{name}`: {columns}.",
        "no_key": "The catalog knows no primary key of `{name}`.",
        "refers": "`{name}` refers to: {total}.",
        "referred": "Tables that refer to `{name}`: {total}.",
        "no_references": "The catalog knows no foreign key from or to `{name}`.",
        "writes": "Pipelines that write `{name}`: {total}.",
        "reads": "Pipelines that read `{name}`: {total}.",
        "changes": "Schema changes{of} in the last {days} days: {total}.",
        "of": " of `{name}`",
        "breaking": " (breaks readers)",
        "late": "Late or stale tables: {total}.",
        "late_row": "- `{name}`: {status}, last loaded {at}",
        "never": "never seen",
        "service": "Services: {total}.",
        "database": "Databases: {total}.",
        "schema": "Schemas: {total}.",
        "none": "none",
        "part": "{shown} of {total}",
        "tables": "tables",
    },
    "pl": {
        "away": "Teraz tego nie wiadomo: {service} nie odpowiada.",
        "unkept": "Katalog nie przechowuje liczby wierszy ani rozmiarów, więc tego nie powie. Zapytaj samą bazę.",
        "key": "Klucz główny `{name}`: {columns}.",
        "no_key": "Katalog nie zna klucza głównego `{name}`.",
        "refers": "`{name}` odwołuje się do: {total}.",
        "referred": "Tabele, które odwołują się do `{name}`: {total}.",
        "no_references": "Katalog nie zna klucza obcego z `{name}` ani do niej.",
        "writes": "Potoki, które zapisują `{name}`: {total}.",
        "reads": "Potoki, które czytają `{name}`: {total}.",
        "changes": "Zmiany schematu{of} z ostatnich {days} dni: {total}.",
        "of": " `{name}`",
        "breaking": " (psuje odbiorców)",
        "late": "Spóźnione lub nieaktualne tabele: {total}.",
        "late_row": "- `{name}`: {status}, ostatnie ładowanie {at}",
        "never": "nigdy",
        "service": "Usługi: {total}.",
        "database": "Bazy: {total}.",
        "schema": "Schematy: {total}.",
        "none": "brak",
        "part": "{shown} z {total}",
        "tables": "tabel",
    },
}
_SERVICES = {
    "en": {"pipelines": "pipeline service", "metadata": "metadata service", "monitor": "monitor service"},
    "pl": {"pipelines": "usługa potoków", "metadata": "usługa metadanych", "monitor": "usługa monitorująca"},
}
_STATUS = {"en": {}, "pl": {"late": "spóźniona", "stale": "nieaktualna"}}


def quote(table: Table) -> str:
    return " ".join(table.description.split())[:200]


def cited(tables: Sequence[Table]) -> list[tuple[str, str, str]]:
    """Each table with the words of its description."""
    return [(each.entity_id or each.qualified_name, each.qualified_name, quote(each)) for each in tables]


def _rows(answer: Answer, head: str, rows: Sequence[str], language: str) -> Answer:
    """A head with {total} and the first rows below it; more are said in the head."""
    texts = _TEXTS[language]
    answer.total, answer.shown = len(rows), min(len(rows), SHOWN)
    part = texts["part"].format(shown=answer.shown, total=answer.total) if answer.truncated else str(answer.total)
    answer.counts["found"] = answer.total
    answer.text = "\n".join([head.replace("{total}", part if rows else texts["none"]), *rows[:SHOWN]])
    answer.facts = [answer.text]
    return answer


def _away(service: str, degraded: str, answer: Answer, language: str, tail: Tail) -> Answer:
    tail.missing(degraded)
    answer.text = _TEXTS[language]["away"].format(service=_SERVICES[language][service])
    answer.facts, answer.known = [answer.text], False
    return answer


async def unkept(_around: Surroundings, asked: Asked, language: str, _tail: Tail) -> Answer:
    """Row counts and sizes."""
    text = _TEXTS[language]["unkept"]
    return Answer(text, cited(asked.tables), facts=[text], known=False)


async def key(_around: Surroundings, asked: Asked, language: str, _tail: Tail) -> Answer:
    """The columns of the primary key."""
    table = asked.tables[0]
    columns = table.primary_key or tuple(each.name for each in table.columns if each.constraint == "PRIMARY_KEY")
    text = _TEXTS[language]["key" if columns else "no_key"].format(
        name=table.qualified_name, columns=", ".join(f"`{each}`" for each in columns)
    )
    return Answer(text, cited([table]), {"columns": len(columns)}, len(columns), len(columns), [text], bool(columns))


async def references(around: Surroundings, asked: Asked, language: str, tail: Tail) -> Answer:
    """Foreign keys from and to a table."""
    table, texts = asked.tables[0], _TEXTS[language]
    tables, degraded = await around.schemas.listed()
    tail.missing(*degraded)
    name = table.qualified_name
    own = [
        f"- {_joined(key.columns)} → `{key.references}` {_joined(key.referenced_columns)}" for key in table.foreign_keys
    ]
    others = [
        (each, f"- `{each.qualified_name}` {_joined(key.columns)} → {_joined(key.referenced_columns)}")
        for each in tables
        for key in each.foreign_keys
        if key.references.lower() == name.lower()
    ]
    answer = Answer(cited=cited([table, *(each for each, _ in others[:SHOWN])]))
    if not own and not others:
        answer.text = texts["no_references"].format(name=name)
        answer.facts, answer.known = [answer.text], False
        return answer
    first = _rows(answer, texts["referred"].replace("{name}", name), [row for _, row in others], language).text
    if own:
        first += "\n" + "\n".join([texts["refers"].format(name=name, total=len(own)), *own[:SHOWN]])
    answer.text, answer.facts = first, [first]
    return answer


def _joined(columns: Sequence[str]) -> str:
    return ", ".join(f"`{each}`" for each in columns)


async def pipelines(around: Surroundings, asked: Asked, language: str, tail: Tail) -> Answer:
    """The pipelines that write or read a table, as the pipeline service knows them."""
    table, texts = asked.tables[0], _TEXTS[language]
    answer = Answer(cited=cited([table]))
    try:
        async with around.platform.pipelines() as service:
            listed = await service.list_pipelines()
    except ServiceError:
        return _away("pipelines", PipelineServiceUnavailable.degraded, answer, language, tail)
    sides: dict[str, Callable[[Pipeline], Sequence[str]]] = {
        "writes": lambda p: p.targets,
        "reads": lambda p: p.sources,
    }
    parts = []
    total = 0
    for side in [asked.detail] if asked.detail else list(sides):
        found = [each for each in listed.items if table.qualified_name.lower() in map(str.lower, sides[side](each))]
        total += len(found)
        rows = [
            f"- `{inert(each.pipeline_id)}`" + (f": {inert(each.description[:160])}" if each.description else "")
            for each in found
        ]
        parts.append(_rows(answer, texts[side].replace("{name}", table.qualified_name), rows, language).text)
    answer.text, answer.total, answer.counts = "\n".join(parts), total, {"found": total}
    answer.facts = [answer.text]
    return answer


async def changed(around: Surroundings, asked: Asked, language: str, tail: Tail) -> Answer:
    """Schema changes of one table, or of all that are meant, newest first."""
    texts = _TEXTS[language]
    answer = Answer(cited=cited([asked.subject]) if asked.subject else [])
    since = datetime.now(UTC) - timedelta(days=DAYS)
    try:
        async with around.platform.metadata() as service:
            listed = await service.list_schema_changes(
                asset=asked.subject.qualified_name if asked.subject else "", since=since
            )
    except ServiceError:
        return _away("metadata", MetadataServiceUnavailable.degraded, answer, language, tail)
    meant = {table.qualified_name.lower() for table in asked.tables}
    found = [each for each in listed.items if each.asset.lower() in meant]
    of = texts["of"].format(name=asked.subject.qualified_name) if asked.subject else ""
    head = texts["changes"].replace("{of}", of).replace("{days}", str(DAYS))
    rows = [_change(each, texts["breaking"], named=asked.subject is None) for each in found]
    return _rows(answer, head, rows, language)


def _change(change: SchemaChange, breaking: str, *, named: bool) -> str:
    what = " ".join(
        part for part in (change.kind.replace("_", " "), f"`{inert(change.column)}`" if change.column else "") if part
    )
    values = " → ".join(f"`{inert(each[:80])}`" for each in (change.old, change.new) if each)
    where = f" `{change.asset}`:" if named else ""
    said = f"- {change.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC{where} {what}" + (f" ({values})" if values else "")
    return (
        said
        + (breaking if change.breaking else "")
        + (f". {inert(change.description[:120])}" if change.description else "")
    )


async def stale(around: Surroundings, asked: Asked, language: str, tail: Tail) -> Answer:
    """Tables whose load is late, the longest first, as the monitor service knows it."""
    texts = _TEXTS[language]
    meant = {table.qualified_name.lower(): table for table in asked.tables}
    try:
        async with around.platform.monitor() as monitor:
            listed = await monitor.list_freshness()
    except ServiceError:
        return _away("monitor", MonitorServiceUnavailable.degraded, Answer(), language, tail)
    late = [row for row in listed.items if row.status in ("late", "stale") and row.asset.lower() in meant]
    late.sort(key=lambda row: -row.lag_seconds)
    rows = []
    for row in late:
        at = f"{row.last_loaded_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if row.last_loaded_at else texts["never"]
        status = _STATUS[language].get(row.status, row.status)
        rows.append(texts["late_row"].format(name=row.asset, status=status, at=at))
    answer = Answer(cited=cited([meant[row.asset.lower()] for row in late[:SHOWN]]))
    return _rows(answer, texts["late"], rows, language)


async def places(_around: Surroundings, asked: Asked, language: str, _tail: Tail) -> Answer:
    """Services, databases or schemas with the number of their tables."""
    level = asked.detail
    counted: dict[str, int] = {}
    for table in asked.tables:
        name = ".".join(part for part in _path(table, level) if part)
        if getattr(table, level):
            counted[name] = counted.get(name, 0) + 1
    word = _TEXTS[language]["tables"]
    rows = [f"- `{name}`: {count} {word}" for name, count in sorted(counted.items())]
    return _rows(Answer(), _TEXTS[language][level], rows, language)


def _path(table: Table, level: str) -> Sequence[str]:
    return {"service": (table.service,), "database": (table.service, table.database)}.get(
        level, (table.service, table.database, table.schema)
    )
