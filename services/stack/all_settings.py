"""The settings of the stack and of every program it starts, read before anything starts, all problems in one list."""

from __future__ import annotations

from collections.abc import Mapping

from services.copilot.settings import CopilotSettings
from services.edge.settings import EdgeSettings
from services.migration.server.settings import MigrationSettings
from services.provider.settings import ProviderSettings
from services.retrieval.settings import RetrievalSettings
from services.runtime.settings import Settings, SettingsError, load_settings
from services.sandbox.settings import SandboxSettings
from services.stack.programs import program_environment
from services.stack.settings import SERVERS, StackSettings

PROGRAMS: dict[str, type[Settings]] = {
    "provider": ProviderSettings,
    "retrieval": RetrievalSettings,
    "migration": MigrationSettings,
    "copilot": CopilotSettings,
    "envoy": EdgeSettings,
    "sandbox": SandboxSettings,
}


def load_all(environ: Mapping[str, str]) -> StackSettings:
    """The stack's settings. Raises SettingsError with the problems of the programs too, each of them once."""
    problems: list[str] = []
    settings = None
    seen = environ
    try:
        settings = load_settings(StackSettings, environ)
        seen = program_environment(settings, None, environ)
    except SettingsError as error:
        problems += error.problems
    for name, kind in PROGRAMS.items():
        if settings is not None and not _starts(name, settings):
            continue
        try:
            load_settings(kind, seen)
        except SettingsError as error:
            problems += error.problems
    if problems or settings is None:
        raise SettingsError(StackSettings.service, tuple(dict.fromkeys(problems)))
    return settings


def _starts(name: str, settings: StackSettings) -> bool:
    if name == "sandbox":
        return settings.runs_sandbox
    return name not in SERVERS or settings.runs_here(name)
