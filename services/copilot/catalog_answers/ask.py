"""A question about the catalog: read by rules, counted by code, worded by the model where it keeps to the facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.catalog.client import Catalog
from services.catalog.errors import CatalogEntityNotFound
from services.catalog.table import Column, Table
from services.copilot.catalog_answers import details
from services.copilot.catalog_answers.freshness import last_loaded
from services.copilot.catalog_answers.narrowing import tells_person
from services.copilot.catalog_answers.questions import Asked, read
from services.copilot.catalog_answers.wording import Answer, inert, worded
from services.copilot.confidence import Factor
from services.copilot.language import detect
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail
from services.runtime.context import current_workspace
from services.runtime.errors import ServiceError

SHOWN = 12
MOST_COLUMNS = 40
DEPTH = 2
_AWAY = {
    "en": "The catalog is out of reach, so nothing can be said of it now.",
    "pl": "Katalog jest niedostępny, więc nie można teraz odpowiedzieć.",
}
_NO_TABLE = {
    "en": "The catalog has no table that fits{where}.",
    "pl": "W katalogu nie ma pasującej tabeli{where}.",
}
_LISTED = {"en": "Tables", "pl": "Tabele"}
_UNNAMED = {"en": "The catalog has nothing named `{name}`.", "pl": "W katalogu nie ma `{name}`."}
_LIKE = {"en": "Tables that resemble it", "pl": "Podobne tabele"}
_NOT_READ = {
    "en": "All tables are counted here: a condition (“{said}”) is not read.",
    "pl": "Policzono tu wszystkie tabele: warunek („{said}”) nie jest rozumiany.",
}
_NO_COLUMN = {
    "en": "`{name}` has no column `{column}`.",
    "pl": "`{name}` nie ma kolumny `{column}`.",
}
_NO_CONSTRAINT = {
    "en": "Whether they may be null the catalog does not tell.",
    "pl": "Czy mogą być puste, katalog nie mówi.",
}
_FOREIGN = {
    "en": "That is no question about the catalog: nothing there goes by these words. Ask about its tables, columns, "
    "owners, descriptions, lineage or loads.",
    "pl": "To nie jest pytanie o katalog: nic w nim nie pasuje do tych słów. Proszę pytać o tabele, kolumny, "
    "właścicieli, opisy, pochodzenie lub ładowania danych.",
}
_KINDS: dict[str, dict[str, str]] = {
    "en": {},
    "pl": {"table": "tabela", "topic": "temat", "dashboard": "pulpit", "pipeline": "potok", "chart": "wykres"},
}
_OF = {"en": "of", "pl": "z"}
_EMPTY = {"en": "The catalog holds no tables.", "pl": "Katalog nie zawiera tabel."}


async def answered(around: Surroundings, question: str, tail: Tail) -> Answer:
    """The answer. A catalog that is away is said, in the answer and in the tail."""
    language = detect(question)
    tables, degraded = await around.schemas.listed()
    tail.missing(*degraded)
    if not tables:
        return _nothing_to_look_at(language, tail, away=bool(degraded))
    asked = read(question, tables, language)
    tail.rules.append(f"question: {asked.kind}")
    if asked.kind == "search":
        asked = await _retrieved(around, question, asked, tables, tail)
    answer = await _ANSWERS.get(asked.kind, _listed)(around, asked, language, tail)
    answer.counts.setdefault("tables", len(tables))
    tail.source = Source.rules
    tail.factors = factors(asked, answer)
    return await worded(around, question, answer, language, tail)


def _nothing_to_look_at(language: str, tail: Tail, *, away: bool) -> Answer:
    tail.source, tail.confidence = Source.fallback, 0.0
    text = _AWAY if away else _EMPTY
    return Answer(text[language])


async def _retrieved(around: Surroundings, question: str, asked: Asked, tables: Sequence[Table], tail: Tail) -> Asked:
    """A search with what Retrieval finds by meaning put first."""
    found = await around.grounding.search(question, entity_types=("table",), limit=SHOWN)
    tail.missing(found.degraded)
    tail.retrieved += found.refs
    by_name = {table.qualified_name.lower(): table for table in tables}
    near = [by_name[name] for each in found.results if (name := each.entity.entity_name.lower()) in by_name]
    merged = {table.qualified_name: table for table in (*near, *asked.tables)}
    return Asked("search", list(merged.values()), asked.conditions, understood=asked.understood, detail=asked.detail)


def factors(asked: Asked, answer: Answer) -> list[Factor]:
    """The project's own weights: what code looked up is sure, what it guessed is not."""
    if not answer.cited and not answer.total and asked.kind == "search":
        return [Factor("nothing_found", 0.2, "no table shares a word with the question")]
    if not answer.known:
        return [Factor("not_known", 0.2, f"not known here: {asked.kind}")]
    if asked.kind == "beyond":
        return [Factor("beyond", 0.2, f"{asked.conditions[0]} are not listed here")]
    if asked.kind == "loaded" and not answer.total:
        return [Factor("not_known", 0.2, "no load of the table is known of")]
    if asked.kind == "loaded":
        return [Factor("lookup", 0.9, "looked up in the monitor service")]
    if asked.kind == "search" and (asked.detail or not asked.understood):
        return [Factor("search", 0.3, "the catalog does not have what is named; these resemble the question")]
    if asked.kind == "search":
        return [Factor("search", 0.5, "tables that resemble the question")]
    if asked.kind == "count" and not asked.understood:
        return [Factor("part_read", 0.3, f"of the question is not read: {asked.detail[:200]}")]
    if not asked.understood:
        return [
            Factor(
                "not_understood", 0.3, "what the question asks of the table is not read; this is what is known of it"
            )
        ]
    return [Factor("lookup", 0.9, f"looked up in the catalog: {asked.kind}")]


async def _listed(_around: Surroundings, asked: Asked, language: str, _tail: Tail) -> Answer:
    shown = list(asked.tables[:SHOWN])
    answer = Answer(shown=len(shown), total=len(asked.tables), counts={"found": len(asked.tables)})
    answer.cited = details.cited(shown)
    where = f" ({'; '.join(asked.conditions)})" if asked.conditions else ""
    lines = [f"- `{t.qualified_name}`" + (f": {inert(details.quote(t))}" if t.description else "") for t in shown]
    if not shown and asked.detail:
        answer.text = _UNNAMED[language].format(name=asked.detail)
    elif not shown:
        none = _FOREIGN if asked.kind == "search" and not asked.understood else _NO_TABLE
        answer.text = none[language].format(where=where)
    else:
        unnamed = _UNNAMED[language].format(name=asked.detail) + " " + _LIKE[language]
        head = unnamed if asked.detail else _LISTED[language]
        part = f"{answer.shown} {_OF[language]} {answer.total}" if answer.truncated else f"{answer.total}"
        answer.text = "\n".join([f"{head}{where}: {part}.", *lines])
    answer.facts = [answer.text]
    return answer


async def _counted(around: Surroundings, asked: Asked, language: str, tail: Tail) -> Answer:
    answer = await _listed(around, asked, language, tail)
    where = f" ({'; '.join(asked.conditions)})" if asked.conditions else ""
    total = answer.total
    head = {"en": f"**{total}** tables{where}.", "pl": f"Liczba tabel: **{total}**{where}."}[language]
    if not asked.understood:
        head = f"{_NOT_READ[language].format(said=inert(asked.detail[:200]))} {head}"
    answer.text = head if not asked.conditions else f"{head}\n{answer.text.split(chr(10), 1)[-1]}" if total else head
    if not asked.conditions:
        by_service: dict[str, int] = {}
        for table in asked.tables:
            by_service[table.service] = by_service.get(table.service, 0) + 1
        answer.counts |= by_service
        answer.text += "\n" + "\n".join(f"- {name}: {count}" for name, count in sorted(by_service.items()))
        answer.cited, answer.shown = answer.cited[:SHOWN], answer.total
    answer.facts = [answer.text]
    return answer


async def _beyond(_around: Surroundings, asked: Asked, language: str, _tail: Tail) -> Answer:
    """What is listed here are tables; of the rest it is said that it is not."""
    (what,) = asked.conditions
    said = {
        "en": f"Only tables of the catalog are listed and counted here; {what} are not. Ask what uses a table.",
        "pl": f"Tu wymienia się i liczy tylko tabele katalogu; {what} nie. Zapytaj, co korzysta z tabeli.",
    }
    return Answer(said[language])


async def _owner(_around: Surroundings, asked: Asked, language: str, _tail: Tail) -> Answer:
    shown = list(asked.tables[:SHOWN])
    answer = Answer(shown=len(shown), total=len(asked.tables))
    answer.cited = details.cited(shown)
    none = {"en": "no owner", "pl": "brak właściciela"}[language]
    answer.text = "\n".join(f"- `{t.qualified_name}`: {inert(', '.join(t.owners)) or none}" for t in shown)
    answer.facts = [answer.text]
    return answer


async def _columns(_around: Surroundings, asked: Asked, language: str, _tail: Tail) -> Answer:
    table = asked.tables[0]
    chosen, before = _chosen_columns(asked, language)
    shown = chosen[:MOST_COLUMNS]
    answer = Answer(shown=len(shown), total=len(chosen), counts={"columns": len(table.columns)})
    answer.cited = details.cited([table])
    part = f"{len(shown)} {_OF[language]} {len(chosen)}" if answer.truncated else str(len(chosen))
    name = table.qualified_name
    head = {"en": f"`{name}` has columns: {part}.", "pl": f"Kolumny `{name}`: {part}."}[language]
    answer.text = "\n".join([f"{before} {head}".strip(), *map(_column_line, shown)])
    answer.facts = [answer.text]
    return answer


def _chosen_columns(asked: Asked, language: str) -> tuple[Sequence[Column], str]:
    """The columns that are asked for, and what must be said before them."""
    table, wanted = asked.tables[0], asked.detail
    named = [each for each in table.columns if each.name.lower() == wanted]
    if named or not wanted:
        return named or table.columns, ""
    if wanted == "personal":
        return [each for each in table.columns if tells_person(each.tags)], "PII:"
    if wanted not in ("nullable", "required"):
        return table.columns, _NO_COLUMN[language].format(name=table.qualified_name, column=wanted)
    if not any(each.constraint for each in table.columns):
        return table.columns, _NO_CONSTRAINT[language]
    needed = ("NOT_NULL", "PRIMARY_KEY")
    return [each for each in table.columns if (each.constraint in needed) is (wanted == "required")], f"{wanted}:"


def _column_line(column: Column) -> str:
    about = inert(" ".join(column.description.split())[:160])
    return f"- `{column.name}` {column.data_type}" + (f": {about}" if about else "")


async def _described(around: Surroundings, asked: Asked, language: str, tail: Tail) -> Answer:
    table = asked.tables[0]
    answer = await _columns(around, asked, language, tail)
    none = {"en": "The catalog has no description of it.", "pl": "Katalog nie ma jej opisu."}[language]
    owners = inert(", ".join(table.owners)) or "-"
    head = f"`{table.qualified_name}`: {inert(table.description) or none}"
    facts = {"en": f"Owner: {owners}.", "pl": f"Właściciel: {owners}."}[language]
    answer.text = "\n".join([head, facts, *answer.text.split("\n")])
    answer.facts = [answer.text]
    return answer


async def _lineage(around: Surroundings, asked: Asked, language: str, tail: Tail) -> Answer:
    table = asked.tables[0]
    up = asked.kind == "upstream"
    answer = Answer()
    answer.cited = details.cited([table])
    try:
        async with Catalog(around.settings, {"X-Workspace-Id": current_workspace()}) as catalog:
            found = await catalog.get_lineage(table.qualified_name, up=DEPTH if up else 0, down=0 if up else DEPTH)
    except CatalogEntityNotFound:
        nodes: list[Any] = []
    except ServiceError as error:
        tail.missing("catalog_unavailable")
        said = {"en": "The lineage could not be read", "pl": "Nie udało się odczytać pochodzenia danych"}[language]
        answer.text = f"{said}: {error.message}."
        return answer
    else:
        ends = {start if up else end for start, end in found.edges}
        nodes = [node for node in found.nodes if node.qualified_name in ends and asked.detail in ("", node.kind)]
    shown = nodes[:SHOWN]
    answer.shown, answer.total = len(shown), len(nodes)
    answer.counts["found"] = len(nodes)
    answer.cited += [(node.entity_id, node.qualified_name, "") for node in shown]
    words = {
        ("en", True): "is filled from",
        ("en", False): "feeds",
        ("pl", True): "jest zasilana z",
        ("pl", False): "zasila",
    }[(language, up)]
    nothing = {
        "en": "nothing that the catalog knows",
        "pl": "niczego, co zna katalog" if up else "nic, co zna katalog",
    }[language]
    part = f"{answer.shown} {_OF[language]} {answer.total}" if answer.truncated else str(answer.total)
    head = f"`{table.qualified_name}` {words}: {part if nodes else nothing}."
    answer.text = "\n".join(
        [head, *(f"- `{node.qualified_name}` ({_KINDS[language].get(node.kind, node.kind)})" for node in shown)]
    )
    answer.facts = [answer.text]
    return answer


async def _loaded(around: Surroundings, asked: Asked, language: str, tail: Tail) -> Answer:
    return await last_loaded(around.platform, asked.tables[0], language, tail)


_ANSWERS = {
    "loaded": _loaded,
    "beyond": _beyond,
    "count": _counted,
    "owner": _owner,
    "columns": _columns,
    "describe": _described,
    "upstream": _lineage,
    "downstream": _lineage,
    "key": details.key,
    "references": details.references,
    "pipelines": details.pipelines,
    "changed": details.changed,
    "stale": details.stale,
    "places": details.places,
    "unkept": details.unkept,
}
