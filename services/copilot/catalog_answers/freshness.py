"""When a table was last loaded, as the monitor service knows it; the catalog itself does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.catalog.table import Table
from services.copilot.catalog_answers.wording import Answer, inert
from services.copilot.platform.clients import Platform
from services.copilot.platform.errors import MonitorServiceUnavailable
from services.copilot.platform.records import Freshness
from services.copilot.tail import Tail
from services.runtime.errors import ServiceError

MOST_LOADS = 20
_OLDEST = datetime.min.replace(tzinfo=UTC)
_TEXTS = {
    "en": {
        "loaded": "`{name}` was last loaded at {at} UTC{by}. The monitor service says so{status}.",
        "by": " by the pipeline `{pipeline}`",
        "status": " and calls it {status}",
        "expected": " A load is expected every {hours:g} h.",
        "never": "When `{name}` was last loaded is not known: the monitor service knows it but has seen no load of it.",
        "unknown": "When `{name}` was last loaded is not known: the catalog does not keep it, and the monitor service "
        "watches no load of this table.",
        "away": "When `{name}` was last loaded is not known now: the catalog does not keep it, and the monitor service "
        "does not answer.",
    },
    "pl": {
        "loaded": "Ostatnie ładowanie `{name}`: {at} UTC{by}. Źródło: usługa monitorująca{status}.",
        "by": ", potok `{pipeline}`",
        "status": " (stan: {status})",
        "expected": " Oczekiwany odstęp między ładowaniami: {hours:g} h.",
        "never": "Nie wiadomo, kiedy ostatnio załadowano `{name}`: usługa monitorująca nie widziała żadnego ładowania.",
        "unknown": "Nie wiadomo, kiedy ostatnio załadowano `{name}`: katalog tego nie przechowuje, a usługa "
        "monitorująca nie śledzi tej tabeli.",
        "away": "Nie wiadomo teraz, kiedy ostatnio załadowano `{name}`: katalog tego nie przechowuje, a usługa "
        "monitorująca nie odpowiada.",
    },
}
_STATUS = {"en": {}, "pl": {"fresh": "aktualna", "late": "spóźniona", "stale": "nieaktualna"}}


async def last_loaded(platform: Platform, table: Table, language: str, tail: Tail) -> Answer:
    """The newest load that is known of; `total` 0 where none is, which the text says."""
    texts = _TEXTS[language]
    name = table.qualified_name
    answer = Answer(cited=[(table.entity_id or name, name, "")])
    try:
        async with platform.monitor() as monitor:
            listed = await monitor.list_freshness(asset=name, most=MOST_LOADS)
    except ServiceError:
        tail.missing(MonitorServiceUnavailable.degraded)
        answer.text = texts["away"].format(name=name)
    else:
        rows = [row for row in listed.items if row.asset.lower() == name.lower()]
        newest = max(rows, key=lambda row: row.last_loaded_at or _OLDEST, default=None)
        answer.shown = answer.total = int(newest is not None and newest.last_loaded_at is not None)
        answer.text = _told(newest, name, language) if newest else texts["unknown"].format(name=name)
    answer.facts = [answer.text]
    return answer


def _told(row: Freshness, name: str, language: str) -> str:
    texts = _TEXTS[language]
    if row.last_loaded_at is None:
        return texts["never"].format(name=name)
    by = texts["by"].format(pipeline=inert(row.pipeline_id)) if row.pipeline_id else ""
    shown = inert(_STATUS[language].get(row.status, row.status))
    status = texts["status"].format(status=shown) if row.status else ""
    at = row.last_loaded_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    said = texts["loaded"].format(name=name, at=at, by=by, status=status)
    hours = timedelta(seconds=row.expected_interval_seconds) / timedelta(hours=1)
    return said + (texts["expected"].format(hours=round(hours, 2)) if hours else "")
