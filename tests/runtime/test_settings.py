from collections.abc import Iterator
from typing import ClassVar

import pytest
from pydantic import Field, SecretStr, ValidationError

from services.runtime.keys import make_key
from services.runtime.server_settings import Port, ServerSettings, is_loopback
from services.runtime.settings import CommaSeparated, Settings, SettingsError, load_settings
from services.runtime.settings_table import help_text, markdown_table, rows_of


class Migration(ServerSettings):
    service: ClassVar[str] = "migration"
    grpc_port: Port = 9091
    max_upload_size_mb: int = Field(50, ge=1, description="Largest upload | in MiB")
    origins: CommaSeparated = Field(("a", "b"), description="Allowed origins")
    anthropic_api_key: SecretStr = Field(SecretStr(""), description="Key of the API", min_length=0)

    def conflicts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        yield from super().conflicts()
        if self.max_upload_size_mb > 100 and self.grpc_port == 1:
            yield ("max_upload_size_mb", "grpc_port"), "too large for port 1"


@pytest.mark.parametrize(
    ("environ", "field", "value"),
    [
        ({}, "grpc_port", 9091),
        ({"GRPC_PORT": "1"}, "grpc_port", 1),
        ({"MIGRATION_GRPC_PORT": "2"}, "grpc_port", 2),
        ({"GRPC_PORT": "1", "MIGRATION_GRPC_PORT": "2"}, "grpc_port", 2),
        ({"GRPC_PORT": "1", "COPILOT_GRPC_PORT": "2"}, "grpc_port", 1),
        ({"GRPC_PORT": "1", "MIGRATION_GRPC_PORT": ""}, "grpc_port", 1),
        ({"GRPC_PORT": "  "}, "grpc_port", 9091),
        ({"grpc_port": "1"}, "grpc_port", 9091),
        ({"ORIGINS": "x, y,,z "}, "origins", ("x", "y", "z")),
        ({"METRICS_PORT": "off"}, "metrics_port", None),
        ({"METRICS_PORT": "0"}, "metrics_port", 0),
        ({"MIGRATION_ADDRESS": "host:1"}, "migration_address", "host:1"),
        ({"DRAIN_SECONDS": "0.5"}, "drain_seconds", 0.5),
    ],
)
def test_variable_with_the_servers_name_wins(environ: dict[str, str], field: str, value: object) -> None:
    assert getattr(load_settings(Migration, environ), field) == value


def test_constructing_reads_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRPC_PORT", "1")
    assert Migration().grpc_port == 9091


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Migration().grpc_port = 5  # type: ignore[misc]  # that it fails is the test


def test_all_problems_are_listed_together_and_no_secret_is_shown() -> None:
    environ = {
        "GRPC_PORT": "http",
        "MIGRATION_MAX_UPLOAD_SIZE_MB": "0",
        "DATABASE_URL": "mysql://root:hunter2@db/x",
        "DATAFLOW_API_KEYS": "ci:deadbeefsecret:owner:a",
        "GRPC_HOST": "0.0.0.0",
        "TLS_CERT_FILE": "/no/such/file.pem",
        "PROVIDER_ADDRESS": "provider",
    }
    with pytest.raises(SettingsError) as caught:
        load_settings(Migration, environ)
    text = str(caught.value)
    expected = [
        "GRPC_PORT=http: should be a valid integer",
        "MIGRATION_MAX_UPLOAD_SIZE_MB=0: should be greater than or equal to 1",
        "DATABASE_URL: must begin with postgresql://",
        "DATAFLOW_API_KEYS: entry 1: 'ci': the hash must be 64",
        "entry 1: 'ci': roles are",
        "PROVIDER_ADDRESS=provider: must be host:port",
        "TLS_CERT_FILE and TLS_KEY_FILE go together",
        "TLS_CERT_FILE=/no/such/file.pem: there is no such file",
    ]
    assert [line for line in expected if line not in text] == []
    assert "hunter2" not in text
    assert "deadbeefsecret" not in text
    assert len(caught.value.problems) == 7


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"GRPC_HOST": "0.0.0.0"}, "GRPC_HOST=0.0.0.0 can be reached from other machines"),
        ({"GRPC_HOST": "::"}, "so DATAFLOW_API_KEYS must be set"),
        ({"MIGRATION_GRPC_HOST": "migration.internal"}, "`make keys`"),
        ({"MAX_UPLOAD_SIZE_MB": "101", "GRPC_PORT": "1"}, "too large for port 1"),
        ({"TLS_CLIENT_CA_FILE": __file__}, "TLS_CLIENT_CA_FILE needs TLS_CERT_FILE"),
    ],
)
def test_conflicts_are_problems(environ: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_settings(Migration, environ)


def test_other_addresses_are_fine_with_keys() -> None:
    environ = {"GRPC_HOST": "::", "DATAFLOW_API_KEYS": make_key("ci")[1]}
    assert load_settings(Migration, environ).key_entries()[0].name == "ci"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_what_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_required_field_is_a_problem_when_missing() -> None:
    class Needs(Settings):
        service: ClassVar[str] = "needs"
        name: str = Field(description="A name")
        count: int = Field(1, description="A count")

    with pytest.raises(SettingsError) as caught:
        load_settings(Needs, {"COUNT": "x"})
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["NAME", "COUNT=x"]


def test_help_names_every_variable_with_default_and_meaning() -> None:
    text = help_text(Migration, "Title", "1.0")
    assert "MIGRATION_NAME wins over NAME" in text
    for row in rows_of(Migration):
        assert f"  {row.name}" in text
    assert "MAX_UPLOAD_SIZE_MB  [50]\n      Largest upload" in text


def test_markdown_names_the_servers_and_escapes_bars() -> None:
    class Other(ServerSettings):
        service: ClassVar[str] = "other"

    table = markdown_table([Migration, Other])
    assert "| `GRPC_PORT` | `9091` | Port of the gRPC server; 0 takes any free one | migration |" in table
    assert "| `MAX_UPLOAD_SIZE_MB` | `50` | Largest upload \\| in MiB | migration |" in table
    assert "| `ORIGINS` | `a,b` | Allowed origins | migration |" in table
    assert "| `LOG_LEVEL` | `INFO` | Lowest level logged | every server |" in table
    assert table.count("\n") == len(rows_of(Migration)) + 1 + 2  # GRPC_PORT twice, two lines of heading


def test_the_table_is_the_same_on_every_machine() -> None:
    (row,) = [row for row in rows_of(Migration) if row.name == "PROCESS_POOL_SIZE"]
    assert row.default == "0"


def test_field_without_description_is_refused() -> None:
    class Silent(Settings):
        name: str = "x"

    with pytest.raises(ValueError, match=r"Silent\.name has no description"):
        rows_of(Silent)
