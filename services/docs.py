"""The generated pages of docs/: `python -m services.docs write` makes them, `check` fails where one is stale."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from services.copilot.settings import CopilotSettings
from services.edge.settings import EdgeSettings
from services.migration.expressions.support_page import functions_page
from services.migration.report.codes import issues_page
from services.migration.server.settings import MigrationSettings
from services.provider.settings import ProviderSettings
from services.retrieval.settings import RetrievalSettings
from services.runtime.settings_table import markdown_table
from services.sandbox.settings import SandboxSettings
from services.stack.settings import StackSettings

ROOT = Path(__file__).resolve().parents[1]

SETTINGS_INTRO = """\
# Settings

Generated from the settings classes; `python -m services.<server> --help` prints the part of one server. Everything is
an environment variable, read once at start; all problems are listed together. A variable may be given to one server
alone by its name in front: `MIGRATION_GRPC_PORT` wins over `GRPC_PORT`. An empty variable counts as not set.

"""

SERVERS = (CopilotSettings, MigrationSettings, RetrievalSettings, ProviderSettings)
SECTIONS = (
    ("The four servers", SERVERS),
    ("Envoy (`python -m services.edge run`)", (EdgeSettings,)),
    ("The stack (`make run`)", (StackSettings,)),
    ("The sandbox (`python -m services.sandbox`)", (SandboxSettings,)),
)


def settings_page() -> str:
    sections = [f"## {title}\n\n{markdown_table(classes)}" for title, classes in SECTIONS]
    return SETTINGS_INTRO + "\n".join(sections)


PAGES: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings_page,
    "docs/issues.md": issues_page,
    "docs/functions.md": functions_page,
}


def main(arguments: list[str]) -> int:
    if arguments == ["write"]:
        for name, page in PAGES.items():
            (ROOT / name).write_text(page(), encoding="utf-8")
        return 0
    if arguments == ["check"]:
        stale = [name for name, page in PAGES.items() if not _is_fresh(ROOT / name, page())]
        for name in stale:
            print(f"{name} is stale; run `make docs` and commit it")
        return 1 if stale else 0
    print("usage: python -m services.docs write|check", file=sys.stderr)
    return 2


def _is_fresh(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
