"""TLS and mutual TLS from the settings: credentials of the server, and of channels to our other servers."""

from __future__ import annotations

from pathlib import Path

import grpc

from services.runtime.server_settings import ServerSettings


def _read(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None


def server_credentials(settings: ServerSettings) -> grpc.ServerCredentials | None:
    """None where TLS_CERT_FILE is not set: the port is plaintext. With TLS_CLIENT_CA_FILE a client must
    show a certificate signed by it."""
    key, chain = _read(settings.tls_key_file), _read(settings.tls_cert_file)
    if key is None or chain is None:
        return None
    roots = _read(settings.tls_client_ca_file)
    return grpc.ssl_server_credentials([(key, chain)], root_certificates=roots, require_client_auth=roots is not None)


def channel_credentials(settings: ServerSettings) -> grpc.ChannelCredentials | None:
    """None where TLS_CA_FILE is not set: calls are plaintext. The server's own certificate is shown to the
    peer."""
    roots = _read(settings.tls_ca_file)
    if roots is None:
        return None
    return grpc.ssl_channel_credentials(roots, _read(settings.tls_key_file), _read(settings.tls_cert_file))
