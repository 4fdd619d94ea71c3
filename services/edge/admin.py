"""Envoy's admin interface, over its Unix socket."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx


class Admin:
    """What the launcher asks of a running Envoy. Every method raises httpx.HTTPError when Envoy does not answer."""

    def __init__(self, socket: Path) -> None:
        self._client = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=str(socket)), base_url="http://envoy", timeout=5, trust_env=False
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def is_ready(self) -> bool:
        """True once the listeners accept; False while Envoy starts."""
        try:
            return (await self._client.get("/ready")).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    async def listener_ports(self) -> dict[str, int]:
        """Listener → the port it has, also where 0 was asked for."""
        rows: dict[str, Any] = (
            (await self._client.get("/listeners", params={"format": "json"})).raise_for_status().json()
        )
        return {
            row["name"]: int(row["local_address"]["socket_address"]["port_value"])
            for row in rows.get("listener_statuses", [])
        }

    async def active_requests(self) -> int:
        """Calls and streams not yet answered to their end, over all listeners."""
        query = {"filter": r"^http\.[^.]+\.downstream_rq_active$", "format": "json"}
        rows = (await self._client.get("/stats", params=query)).raise_for_status().json()["stats"]
        return sum(int(row["value"]) for row in rows if not row["name"].startswith("http.admin."))

    async def healthy_servers(self) -> dict[str, int]:
        """Cluster → how many of its servers pass their health check."""
        query = {"filter": r"^cluster\.[^.]+\.membership_healthy$", "format": "json"}
        rows = (await self._client.get("/stats", params=query)).raise_for_status().json()["stats"]
        return {row["name"].split(".")[1]: int(row["value"]) for row in rows}

    async def fail_health_check(self) -> None:
        """/healthz answers 503 from now on, and every answer asks its connection to close."""
        (await self._client.post("/healthcheck/fail")).raise_for_status()

    async def stop_accepting(self) -> None:
        """Closes the listening sockets; connections that exist go on."""
        (await self._client.post("/drain_listeners")).raise_for_status()
