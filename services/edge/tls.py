"""TLS towards clients and towards servers; each only where its files are set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.edge.settings import EdgeSettings

Config = dict[str, Any]

_TYPES = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3"


def listener_tls(settings: EdgeSettings) -> Config:
    """The `transport_socket` of a listener, or nothing. With a client CA, clients must present a certificate."""
    if settings.listener_tls_cert_file is None:
        return {}
    authority = settings.listener_tls_client_ca_file
    context = {
        "@type": f"{_TYPES}.DownstreamTlsContext",
        "require_client_certificate": authority is not None,
        "common_tls_context": _common(
            settings.listener_tls_cert_file, settings.listener_tls_key_file, authority, ["h2", "http/1.1"]
        ),
    }
    return {"transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": context}}


def upstream_tls(settings: EdgeSettings) -> Config:
    """The `transport_socket` of a cluster, or nothing. Servers are verified by the host name in their address."""
    if settings.tls_ca_file is None:
        return {}
    context = {
        "@type": f"{_TYPES}.UpstreamTlsContext",
        "common_tls_context": _common(settings.tls_cert_file, settings.tls_key_file, settings.tls_ca_file, ["h2"]),
        "auto_host_sni": True,
        "auto_sni_san_validation": True,
    }
    return {"transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": context}}


def _common(cert: Path | None, key: Path | None, authority: Path | None, protocols: list[str]) -> Config:
    common: Config = {"alpn_protocols": protocols}
    if cert is not None:
        pair = {"certificate_chain": {"filename": str(cert)}, "private_key": {"filename": str(key)}}
        common["tls_certificates"] = [pair]
    if authority is not None:
        common["validation_context"] = {"trusted_ca": {"filename": str(authority)}}
    return common
