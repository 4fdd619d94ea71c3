"""The tables in `envoy/`, read once and given types. They hold what people decide; the protos hold the rest."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
TABLES = REPOSITORY / "envoy"
IDLE_MARGIN_S = 10.0


@dataclass(frozen=True)
class RouteFacts:
    """How long a call may take and how its reply prints.

    `timeout_s` 0: as long as it speaks; `silence_s` is then the longest silence, otherwise never the first to strike.
    """

    kind: str
    timeout_s: float
    idle_timeout_s: float | None = None
    camel_case: bool = False

    @property
    def silence_s(self) -> float:
        return self.timeout_s + IDLE_MARGIN_S if self.idle_timeout_s is None else self.idle_timeout_s


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((TABLES / name).read_text(encoding="utf-8"))


def template(name: str) -> Any:
    """A fresh copy of `envoy/<name>.yaml`, for the renderer to complete."""
    return copy.deepcopy(_read(f"{name}.yaml"))


def mounts() -> list[tuple[str, str]]:
    """(alias prefix, canonical prefix) pairs."""
    rows = _read("mounts.yaml")["mounts"]
    return [(alias, row["canonical"]) for row in rows for alias in row["aliases"]]


def routes() -> dict[str, Any]:
    """`envoy/routes.yaml` as it stands."""
    table: dict[str, Any] = _read("routes.yaml")
    return table


def errors() -> list[dict[str, Any]]:
    """Envoy's own answers, in the order in which they are tried."""
    rows: list[dict[str, Any]] = _read("errors.yaml")["errors"]
    return rows


def lua_source(enums: Mapping[str, Sequence[str]]) -> str:
    """`envoy/edge.lua` with the mounts and the values of each enum in front of it."""
    pairs = ", ".join(f'{{"{alias}", "{canonical}"}}' for alias, canonical in mounts())
    choices = ", ".join(f'["{name}"] = "{", ".join(values)}"' for name, values in enums.items())
    source = (TABLES / "edge.lua").read_text(encoding="utf-8")
    return f"local mounts = {{{pairs}}}\nlocal enums = {{{choices}}}\n{source}"


def facts_for(rpc: str, kind: str) -> RouteFacts:
    """What `routes.yaml` says of an RPC (`package.Service.Method`): its first matching row over its kind's defaults."""
    table = routes()
    row: dict[str, Any] = next((row for row in table["exceptions"] if applies(row, rpc, kind)), {})
    merged = {**table["kinds"][kind], **{key: row[key] for key in row if key not in {"rpc", "kind"}}}
    return RouteFacts(kind=kind, **merged)


def applies(row: dict[str, Any], rpc: str, kind: str) -> bool:
    """Whether a row of the exceptions speaks of this RPC."""
    return fnmatchcase(rpc, row["rpc"]) and row.get("kind", kind) == kind
