from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc import aio

from services.runtime.channels import Channels
from services.runtime.settings import SettingsError, load_settings
from tests.runtime import scripted as s
from tests.runtime.certificates import Authority, Pair


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


async def echo(request: Any, context: Any) -> Any:
    return request


async def code_of(address: str, roots: Path, shown: Pair | None) -> str:
    credentials = grpc.ssl_channel_credentials(
        roots.read_bytes(),
        shown.key.read_bytes() if shown else None,
        shown.cert.read_bytes() if shown else None,
    )
    async with aio.secure_channel(address, credentials) as channel:
        return (await s.text_unary(channel, "Unary")(s.text("x"), timeout=5).code()).name


async def test_tls_serves_those_who_trust_it_and_no_plaintext(authority: Authority, stranger: Authority) -> None:
    pair = authority.issue("server")
    async with s.probe({"Unary": s.unary(echo)}, tls_cert_file=pair.cert, tls_key_file=pair.key) as server:
        assert await code_of(server.address, authority.pair.cert, None) == "OK"
        assert await code_of(server.address, stranger.pair.cert, None) == "UNAVAILABLE"
        async with s.connected(server) as plaintext:
            assert (await s.text_unary(plaintext, "Unary")(s.text(), timeout=5).code()).name == "UNAVAILABLE"


async def test_mutual_tls_demands_a_certificate_of_its_authority(authority: Authority, stranger: Authority) -> None:
    pair = authority.issue("server")
    files = {"tls_cert_file": pair.cert, "tls_key_file": pair.key, "tls_client_ca_file": authority.pair.cert}
    async with s.probe({"Unary": s.unary(echo)}, **files) as server:
        roots = authority.pair.cert
        assert await code_of(server.address, roots, authority.issue("client")) == "OK"
        assert await code_of(server.address, roots, None) == "UNAVAILABLE"
        assert await code_of(server.address, roots, stranger.issue("client")) == "UNAVAILABLE"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"tls_cert_file": "cert", "tls_key_file": "other key"}, "are no PEM certificate and the private key"),
        ({"tls_cert_file": "text", "tls_key_file": "key"}, "are no PEM certificate and the private key"),
        ({"tls_cert_file": "cert"}, "go together; one is missing"),
        ({"tls_client_ca_file": "cert"}, "TLS_CLIENT_CA_FILE needs TLS_CERT_FILE"),
        ({"tls_ca_file": "text"}, "there is no PEM certificate in it"),
        ({"tls_ca_file": "key"}, "there is no PEM certificate in it"),
        ({"tls_ca_file": "missing"}, "there is no such file"),
    ],
)
def test_files_that_cannot_work_are_problems_before_the_start(
    files: dict[str, str], said: str, authority: Authority, stranger: Authority, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text("no certificate", encoding="utf-8")
    known = {
        "cert": authority.pair.cert,
        "key": authority.pair.key,
        "other key": stranger.pair.key,
        "text": tmp_path / "text",
        "missing": tmp_path / "missing",
    }
    environ = {name.upper(): str(known[value]) for name, value in files.items()}
    with pytest.raises(SettingsError, match=said):
        load_settings(s.ProbeSettings, environ)


async def test_our_servers_reach_each_other_over_mutual_tls(authority: Authority) -> None:
    pair, own = authority.issue("server"), authority.issue("caller")
    files = {"tls_cert_file": pair.cert, "tls_key_file": pair.key, "tls_client_ca_file": authority.pair.cert}
    async with s.probe({"Unary": s.unary(echo)}, **files) as server:
        settings = s.ProbeSettings(tls_ca_file=authority.pair.cert, tls_cert_file=own.cert, tls_key_file=own.key)
        channels = Channels(settings)
        reply = await s.text_unary(channels.to(server.address), "Unary")(s.text("hello"), timeout=5)
        await channels.close()
    assert reply.value == "hello"
