"""The four interfaces on one port, each below a prefix of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Thread

from services.sandbox.catalog import CatalogSide
from services.sandbox.catalog_assets import AssetSide
from services.sandbox.changes import alerts, changes
from services.sandbox.estate import Estate
from services.sandbox.history import History, Run
from services.sandbox.http import NAME, Answer, Asked, Faults, Route, Server
from services.sandbox.metadata import MetadataSide
from services.sandbox.moments import Clock, midnight, now
from services.sandbox.monitor import MonitorSide
from services.sandbox.pipelines import PipelineSide
from services.sandbox.settings import SandboxSettings

CATALOG, PIPELINE, MONITOR, METADATA = (f"/{name}/api/v1" for name in ("catalog", "pipelines", "monitor", "metadata"))


def make_server(settings: SandboxSettings, clock: Clock = now) -> Server:
    """Bound to its port; `serve_forever` serves it. Raises OSError where the port is taken."""
    faults = Faults()
    routes = [*_sides(settings.sandbox_seed, clock), *_own(faults)]
    return Server(settings.sandbox_port, routes, faults, settings.sandbox_token.get_secret_value())


@contextmanager
def serving(settings: SandboxSettings, clock: Clock = now) -> Iterator[Server]:
    """Serves in a thread of its own."""
    server = make_server(settings, clock)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="sandbox", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _own(faults: Faults) -> list[Route]:
    def health(_: Asked) -> Answer:
        return {"status": "ok", "service": NAME}

    return [
        Route("GET", "/health", health),
        Route("POST", "/sandbox/faults", faults.add),
        Route("DELETE", "/sandbox/faults", faults.clear),
    ]


def _sides(seed: int, clock: Clock) -> list[Route]:
    estate = Estate()
    started = clock()
    today = midnight(started)
    history = History(estate, seed, today)
    changed = changes(estate, today)
    pipelines = PipelineSide(estate, clock, started)

    def runs(moment: datetime) -> list[Run]:
        return [*(run for run in pipelines.runs if run.started_at <= moment), *history.runs(moment)]

    monitor = MonitorSide(estate, alerts(estate, today), runs, clock)
    metadata = MetadataSide(estate, changed, runs, clock)
    catalog = CatalogSide(estate, changed, started)
    assets = [route for kind in ("topic", "dashboard", "pipeline") for route in _assets(AssetSide(estate, kind), kind)]
    return [*_catalog(catalog), *assets, *_pipelines(pipelines), *_monitor(monitor), *_metadata(metadata)]


def _catalog(side: CatalogSide) -> list[Route]:
    return [
        Route("GET", f"{CATALOG}/system/version", side.version),
        Route("GET", f"{CATALOG}/tables", side.tables),
        Route("GET", f"{CATALOG}/tables/name/{{name}}", side.table),
        Route("GET", f"{CATALOG}/tables/{{id}}/versions", side.versions),
        Route("GET", f"{CATALOG}/search/query", side.search),
        Route("GET", f"{CATALOG}/lineage/table/name/{{name}}", side.lineage),
        Route("GET", f"{CATALOG}/services/databaseServices", side.services),
        Route("GET", f"{CATALOG}/databases", side.databases),
        Route("GET", f"{CATALOG}/databaseSchemas", side.schemas),
    ]


def _assets(side: AssetSide, kind: str) -> list[Route]:
    return [
        Route("GET", f"{CATALOG}/{kind}s/name/{{name}}", side.asset),
        Route("GET", f"{CATALOG}/lineage/{kind}/name/{{name}}", side.lineage),
    ]


def _pipelines(side: PipelineSide) -> list[Route]:
    return [
        Route("GET", f"{PIPELINE}/connections", side.connections),
        Route("GET", f"{PIPELINE}/connections/{{id}}/schema", side.discover),
        Route("GET", f"{PIPELINE}/pipelines", side.list),
        Route("POST", f"{PIPELINE}/pipelines", side.create),
        Route("POST", f"{PIPELINE}/pipelines/validate", side.validate),
        Route("GET", f"{PIPELINE}/pipelines/{{id}}", side.get),
        Route("POST", f"{PIPELINE}/pipelines/{{id}}/runs", side.run),
    ]


def _monitor(side: MonitorSide) -> list[Route]:
    return [
        Route("GET", f"{MONITOR}/alerts", side.alerts),
        Route("GET", f"{MONITOR}/alerts/{{id}}", side.alert),
        Route("GET", f"{MONITOR}/runs", side.runs),
        Route("GET", f"{MONITOR}/runs/{{id}}", side.run),
        Route("GET", f"{MONITOR}/runs/{{id}}/logs", side.logs),
        Route("GET", f"{MONITOR}/freshness", side.freshness),
        Route("GET", f"{MONITOR}/pipelines/{{id}}/metrics", side.metrics),
    ]


def _metadata(side: MetadataSide) -> list[Route]:
    return [
        Route("GET", f"{METADATA}/schema-changes", side.schema_changes),
        Route("GET", f"{METADATA}/lineage", side.lineage),
        Route("GET", f"{METADATA}/quality-results", side.quality_results),
    ]
