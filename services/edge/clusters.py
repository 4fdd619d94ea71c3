"""Upstream clusters: one per server, a health-checked endpoint per replica."""

from __future__ import annotations

from typing import Any

from services.edge import tables
from services.edge.settings import EdgeSettings
from services.edge.tls import upstream_tls

Config = dict[str, Any]


def clusters(settings: EdgeSettings) -> list[Config]:
    """One cluster for each name in `routes.yaml`."""
    return [_cluster(name, settings) for name in tables.routes()["clusters"]]


def _cluster(name: str, settings: EdgeSettings) -> Config:
    addresses = [{"address": host, "port_value": port} for host, port in settings.endpoints(name)]
    endpoints = [{"endpoint": {"address": {"socket_address": address}}} for address in addresses]
    return {
        "name": name,
        **tables.template("cluster"),
        **upstream_tls(settings),
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]},
    }
