"""Settings and tables in, Envoy's configuration out. The same for a process on this machine and for a container."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from services.edge import tables
from services.edge.clusters import clusters
from services.edge.descriptor import load_contract
from services.edge.listeners import listeners
from services.edge.settings import EdgeSettings
from services.runtime.settings import check_conflicts


def render(settings: EdgeSettings, admin_socket: Path) -> dict[str, Any]:
    """The bootstrap configuration; `admin_socket` is where Envoy's admin interface will listen, for this user alone.

    Raises SettingsError where settings contradict each other (an address beyond loopback without keys among them),
    EdgeError where the tables and the descriptor set do not fit together.
    """
    check_conflicts(settings)
    contract = load_contract(tables.REPOSITORY / settings.descriptor_set)
    config: dict[str, Any] = tables.template("bootstrap")
    config["admin"] = {"address": {"pipe": {"path": str(admin_socket), "mode": 0o600}}}
    config["static_resources"] = {"listeners": listeners(settings, contract), "clusters": clusters(settings)}
    return config


def to_yaml(config: dict[str, Any]) -> str:
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=1000)
