"""`python -m services.edge [run|render|validate]`: Envoy with the rendered configuration, or that alone."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from services.edge import launcher
from services.edge.problem import EdgeError
from services.edge.render import render, to_yaml
from services.edge.settings import EdgeSettings
from services.runtime.settings import SettingsError, load_settings
from services.runtime.settings_table import rows_of

COMMANDS = {
    "run": "render, check and run Envoy until SIGTERM or Ctrl-C, then let running calls finish (the default)",
    "render": "write the configuration to standard output",
    "validate": "render and have Envoy check the configuration, without starting",
}


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0, or 1 with a sentence on standard error."""
    command = _parser().parse_args(arguments).command
    try:
        settings = load_settings(EdgeSettings, os.environ)
        return int(_RUNNERS[command](settings))
    except (SettingsError, EdgeError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


def _run(settings: EdgeSettings) -> int:
    return asyncio.run(launcher.run(settings))


def _render(settings: EdgeSettings) -> int:
    sys.stdout.write(to_yaml(render(settings, Path("admin.sock"))))
    return 0


def _validate(settings: EdgeSettings) -> int:
    with tempfile.TemporaryDirectory(prefix="dataflow-edge-") as folder:
        launcher.write_configuration(settings, Path(folder))
    sys.stdout.write("The configuration is valid.\n")
    return 0


_RUNNERS = {"run": _run, "render": _render, "validate": _validate}


def _parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:10}{meaning}" for name, meaning in COMMANDS.items())
    rows = "\n".join(f"  {row.name}  [{row.default}]\n      {row.meaning}" for row in rows_of(EdgeSettings))
    parser = argparse.ArgumentParser(
        prog="python -m services.edge",
        description=f"{__doc__}\n\ncommands:\n{commands}\n\nsettings (environment; EDGE_NAME wins over NAME):\n{rows}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", nargs="?", choices=tuple(COMMANDS), default="run")
    return parser


if __name__ == "__main__":
    sys.exit(main())
