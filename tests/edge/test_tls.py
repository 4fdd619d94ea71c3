"""TLS towards clients and towards servers, with certificates made here by openssl."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import grpc
import httpx
import pytest

from tests.edge.recording_server import RecordingServer
from tests.fixtures_envoy import running_envoy


def _has_openssl_3() -> bool:
    if shutil.which("openssl") is None:
        return False
    version = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False).stdout
    return version.startswith(("OpenSSL 3", "OpenSSL 4"))


pytestmark = pytest.mark.skipif(not _has_openssl_3(), reason="OpenSSL 3 makes the certificates")


def make_certificates(folder: Path) -> tuple[Path, Path, Path]:
    """(authority, certificate, key) for 127.0.0.1 and localhost."""
    authority, authority_key = folder / "ca.pem", folder / "ca.key"
    certificate, key = folder / "cert.pem", folder / "key.pem"
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    signed = ["-CA", str(authority), "-CAkey", str(authority_key), "-addext", "basicConstraints=critical,CA:FALSE"]
    for command in (
        [*new, "-subj", "/CN=test authority", "-keyout", str(authority_key), "-out", str(authority)],
        [*new, *names, *signed, "-keyout", str(key), "-out", str(certificate)],
    ):
        subprocess.run(command, check=True, capture_output=True)
    return authority, certificate, key


async def test_tls_on_both_sides(tmp_path: Path) -> None:
    authority, certificate, key = make_certificates(tmp_path)
    pair = [(key.read_bytes(), certificate.read_bytes())]
    credentials = grpc.ssl_server_credentials(pair, authority.read_bytes(), require_client_auth=True)
    server = RecordingServer("copilot", ("dataflow.copilot.v1", "dataflow.ops.v1"))
    await server.start(credentials)
    files = {
        "listener_tls_cert_file": certificate,
        "listener_tls_key_file": key,
        "tls_ca_file": authority,
        "tls_cert_file": certificate,
        "tls_key_file": key,
    }
    context = ssl.create_default_context(cafile=str(authority))
    async with (
        running_envoy({"copilot": f"localhost:{server.port}"}, **files) as ports,
        httpx.AsyncClient(verify=context, trust_env=False) as client,
        grpc.aio.secure_channel(
            f"localhost:{ports.copilot}", grpc.ssl_channel_credentials(authority.read_bytes())
        ) as channel,
    ):
        reply = await client.get(f"https://localhost:{ports.copilot}/health")
        assert reply.status_code == 200, reply.text
        assert await channel.unary_unary("/dataflow.ops.v1.OpsService/GetHealth")(b"", timeout=10) == b""
        with pytest.raises(httpx.TransportError):
            await client.get(f"http://127.0.0.1:{ports.copilot}/health")
    await server.stop()
    assert len(server.calls) == 2


async def test_a_server_with_a_strangers_certificate_is_not_trusted(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
    _, certificate, key = make_certificates(theirs)
    authority, _, _ = make_certificates(ours)
    server = RecordingServer("copilot", ("dataflow.ops.v1",))
    await server.start(grpc.ssl_server_credentials([(key.read_bytes(), certificate.read_bytes())]))
    async with (
        running_envoy({"copilot": f"localhost:{server.port}"}, tls_ca_file=authority) as ports,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        reply = await client.get(f"http://127.0.0.1:{ports.copilot}/health")
    await server.stop()
    assert (reply.status_code, server.calls) == (503, [])
