"""The program table, its environment and the supervisor's configuration."""

import configparser
import io
import shlex
import sys
from pathlib import Path

import pytest
from rich.console import Console

from services.runtime.settings import SettingsError, load_settings
from services.sandbox.app import CATALOG, METADATA, MONITOR, PIPELINE
from services.stack.banner import address_lines, commands
from services.stack.health import RestClient
from services.stack.instance import prepare_home, supervision_of
from services.stack.postgres import Cluster
from services.stack.programs import program_environment, program_table
from services.stack.settings import REPOSITORY, StackSettings

CLUSTER = Cluster(Path("/data"), Path("/pg"), None, 5433, "secret-password")


def load(**environ: str) -> StackSettings:
    return load_settings(StackSettings, environ)


def test_all_programs_in_the_order_of_their_start():
    programs = program_table(load(), CLUSTER)
    assert [program.name for program in programs] == [
        "postgres",
        "sandbox",
        "provider",
        "retrieval",
        "migration",
        "copilot",
        "envoy",
    ]
    assert [program.stop_signal for program in programs][:2] == ["INT", "TERM"]
    assert {check for program in programs for check, _ in program.checks} == {"postgres", "grpc", "http", "sandbox"}


@pytest.mark.parametrize(
    ("address", "started"),
    [
        ("", True),
        ("127.0.0.1:9092", True),
        ("localhost:9092", True),
        ("127.0.0.1:19092", False),
        ("ai.internal:9092", False),
    ],
)
def test_a_server_that_is_elsewhere_is_not_started(address, started):
    settings = load(RETRIEVAL_ADDRESS=address)
    assert ("retrieval" in [program.name for program in program_table(settings, None)]) is started
    environment = program_environment(settings, None, {})
    assert environment["RETRIEVAL_ADDRESS"] == (address or "127.0.0.1:9092")


def test_no_address_is_cut_in_a_narrow_terminal():
    settings = load(COPILOT_SERVICE_PORT="18090")
    console = Console(file=io.StringIO(), force_terminal=True, color_system=None, width=40)
    rest = RestClient(settings)
    lines = list(address_lines(settings, CLUSTER, rest))
    rest.close()
    for line in lines:
        console.print(line, soft_wrap=True)
    printed = console.file.getvalue().splitlines()
    assert len(printed) == len(lines)
    assert any("http://127.0.0.1:18090 " in line for line in printed)
    assert any("postgresql://dataflow@127.0.0.1:5433/dataflow " in line for line in printed)


def test_ports_reach_the_programs_and_the_addresses_follow():
    settings = load(MIGRATION_GRPC_PORT="19091", MIGRATION_METRICS_PORT="off", COPILOT_SERVICE_PORT="18090")
    environment = program_environment(settings, CLUSTER, {"GRPC_PORT": "1", "ANTHROPIC_API_KEY": "sk-kept"})
    assert environment["MIGRATION_GRPC_PORT"] == "19091"
    assert environment["MIGRATION_ADDRESS"] == "127.0.0.1:19091"
    assert environment["MIGRATION_METRICS_PORT"] == "off"
    assert environment["COPILOT_SERVICE_PORT"] == "18090"
    assert environment["COPILOT_GRPC_PORT"] == "9090", "an unprefixed GRPC_PORT does not make the servers collide"
    assert environment["ANTHROPIC_API_KEY"] == "sk-kept"
    assert environment["DATABASE_URL"] == CLUSTER.url
    assert float(environment["DRAIN_SECONDS"]) < 1


def test_the_spool_is_the_stacks_own_unless_the_user_names_one():
    settings = load()
    assert program_environment(settings, None, {})["UPLOAD_DIR"] == str(settings.home / "run" / "spool")
    assert program_environment(settings, None, {"UPLOAD_DIR": "/big"})["UPLOAD_DIR"] == "/big"


def test_the_services_around_are_the_sandboxs_where_none_is_set():
    settings = load(SANDBOX_PORT="18094")
    environment = program_environment(settings, None, {"CATALOG_SERVICES": "sap-hana"})
    assert environment["CATALOG_BASE_URL"] == "http://127.0.0.1:18094" + CATALOG
    assert environment["PIPELINE_BASE_URL"] == "http://127.0.0.1:18094" + PIPELINE
    assert environment["MONITOR_BASE_URL"] == "http://127.0.0.1:18094" + MONITOR
    assert environment["METADATA_BASE_URL"] == "http://127.0.0.1:18094" + METADATA
    assert environment["SANDBOX_PORT"] == "18094"


@pytest.mark.parametrize(
    "environ",
    [{"SANDBOX": "off"}, {"CATALOG_BASE_URL": "http://c/api/v1"}, {"MONITOR_BASE_URL": "http://m/api/v1"}],
    ids=lambda environ: next(iter(environ)),
)
def test_no_sandbox_beside_a_service_of_the_users_own(environ):
    settings = load(**environ)
    assert "sandbox" not in [program.name for program in program_table(settings, None)]
    assert "sandbox_port" not in settings.listeners()
    environment = program_environment(settings, None, environ)
    addresses = {name for name in environment if name.endswith("_BASE_URL")}
    assert addresses == {name for name in environ if name.endswith("_BASE_URL")}


def test_a_drain_period_of_the_user_stays():
    settings = load(DRAIN_SECONDS="7", SHUTDOWN_GRACE_SECONDS="30")
    assert program_environment(settings, None, {})["DRAIN_SECONDS"] == "7.0"
    draining = [program for program in program_table(settings, None) if program.stage != "sandbox"]
    assert all(program.stop_seconds >= 37 for program in draining)


def test_a_database_of_the_user_is_not_touched():
    url = "postgresql://me:mine@db.internal/dataflow"
    settings = load(DATABASE_URL=url)
    assert not settings.embeds_database
    assert program_environment(settings, None, {"DATABASE_URL": url})["DATABASE_URL"] == url


def test_two_programs_on_one_port_are_told():
    with pytest.raises(SettingsError, match="COPILOT_GRPC_PORT and MIGRATION_SERVICE_PORT are both 8091"):
        load(COPILOT_GRPC_PORT="8091")


def test_a_wildcard_address_is_called_on_loopback():
    assert load(GRPC_HOST="0.0.0.0").address("copilot") == "127.0.0.1:9090"
    assert load(GRPC_HOST="::").address("copilot") == "[::1]:9090"


def test_the_home_is_relative_to_the_repository():
    assert load().home == REPOSITORY / ".dataflow"
    assert load(DATAFLOW_HOME="other").home == REPOSITORY / "other"
    assert load(DATAFLOW_HOME="/srv/dataflow").home == Path("/srv/dataflow")


@pytest.fixture
def configuration(tmp_path):
    home = tmp_path / "per%cent and space"
    prepare_home(home)
    supervision = supervision_of(home)
    supervision.write(program_table(load(DATAFLOW_HOME=str(home)), CLUSTER))
    parser = configparser.RawConfigParser()
    parser.read(supervision.configuration)
    return supervision, parser


def test_stages_stop_one_after_the_other(configuration):
    _, parser = configuration
    order = {name: parser.getint(f"group:{name}", "priority") for name in ("database", "sandbox", "servers", "edge")}
    assert order["database"] < order["sandbox"] < order["servers"] < order["edge"], "the highest stops first"
    assert parser.get("group:servers", "programs") == "provider,retrieval,migration,copilot"


@pytest.mark.parametrize("name", ["postgres", "sandbox", "provider", "retrieval", "migration", "copilot", "envoy"])
def test_every_program_is_restarted_rotated_and_ends_with_its_supervisor(configuration, name):
    _, parser = configuration
    section = dict(parser.items(f"program:{name}"))
    assert section["autorestart"] == "true"
    assert section["killasgroup"] == "true"
    assert section["stdout_logfile_maxbytes"] == "10MB"
    assert int(section["stopwaitsecs"]) >= 30
    command = shlex.split(section["command"])
    assert command[:3] == [sys.executable, "-m", "services.stack.child"]
    assert "--signal" in command


def test_no_secret_is_written(configuration):
    supervision, _ = configuration
    assert CLUSTER.password not in supervision.configuration.read_text()


def test_the_supervisor_itself_reads_it(configuration):
    from supervisor.options import ServerOptions

    supervision, _ = configuration
    options = ServerOptions()
    options.realize(["-c", str(supervision.configuration), "--nodaemon"])
    assert [group.name for group in sorted(options.process_group_configs, key=lambda each: each.priority)] == [
        "database",
        "sandbox",
        "servers",
        "edge",
    ]
    logs = {process.stdout_logfile for group in options.process_group_configs for process in group.process_configs}
    assert str(supervision.log("migration")) in logs


@pytest.mark.parametrize(("keys", "shown"), [("", False), ("me:" + "0" * 64 + ":admin:*", True)])
def test_commands_to_try_carry_a_key_where_one_is_needed(keys, shown):
    settings = load(DATAFLOW_API_KEYS=keys)
    rest = RestClient(settings)
    lines = commands(settings, rest)
    rest.close()
    assert len(lines) == 3
    assert ("Bearer $DATAFLOW_API_KEY" in lines[0]) is shown
    assert keys not in "".join(lines) or not keys
