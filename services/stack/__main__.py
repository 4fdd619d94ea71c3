"""`python -m services.stack up|status|down|probe`: everything on this machine, in the foreground."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time

from services.runtime.settings import SettingsError, load_settings
from services.runtime.settings_table import rows_of
from services.stack import instance
from services.stack.errors import StackError
from services.stack.settings import StackSettings

DOWN_SECONDS = 180.0


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0; 1 with a sentence on standard error; 2 for wrong arguments or settings; 130 for an early Ctrl-C."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:  # a file or socket of the home, which the text names
        sys.stderr.write(f"The stack cannot go on: {error}\n")
        return 1
    except KeyboardInterrupt:  # while modules load; from then on a stop is in order
        return 130


def _up(_: argparse.Namespace) -> int:
    from services.stack.up import up  # why here: gRPC and httpx, which the other commands do without

    up(os.environ)
    return 0


def _status(_: argparse.Namespace) -> int:
    from services.stack.banner import show_readiness
    from services.stack.supervision import SupervisorClient, SupervisorError

    home = load_settings(StackSettings, os.environ).home
    pid = instance.holder(home)
    if pid is None:
        sys.stdout.write(f"Nothing runs in {home}.\n")
        return 1
    try:
        states = SupervisorClient(instance.supervision_of(home).socket).states()
    except SupervisorError:
        sys.stdout.write(f"Process {pid} is starting or stopping the stack of {home}.\n")
        return 1
    for state in states:
        sys.stdout.write(f"{state.name:12}{state.state:10}{state.description}\n")
    show_readiness(load_settings(StackSettings, os.environ))
    return 0 if all(state.state == "RUNNING" for state in states) else 1


def _down(_: argparse.Namespace) -> int:
    home = load_settings(StackSettings, os.environ).home
    pid = instance.holder(home)
    if pid is None:
        sys.stdout.write(f"Nothing runs in {home}.\n")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_SECONDS
    while instance.holder(home) == pid:
        if time.monotonic() > deadline:
            raise StackError(f"The stack of {home} (process {pid}) has not stopped in {DOWN_SECONDS:.0f} s.")
        time.sleep(0.1)
    sys.stdout.write("Stopped.\n")
    return 0


def _probe(parsed: argparse.Namespace) -> int:
    from services.stack.health import credentials, grpc_problem, http_problem

    settings = load_settings(StackSettings, os.environ)
    if parsed.address.startswith(("http://", "https://")):
        problem = http_problem(settings, parsed.address)
    else:
        problem = grpc_problem(parsed.address, credentials(settings), parsed.service)
    sys.stdout.write(f"{parsed.address}: {problem or 'SERVING'}\n")
    return 1 if problem else 0


def _parser() -> argparse.ArgumentParser:
    rows = "\n".join(f"  {row.name}  [{row.default}]\n      {row.meaning}" for row in rows_of(StackSettings))
    parser = argparse.ArgumentParser(
        prog="python -m services.stack",
        description=f"{__doc__}\n\nsettings (environment):\n{rows}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, meaning in (
        ("up", _up, "start everything and stay until Ctrl-C"),
        ("status", _status, "what runs; exit code 0 when all does"),
        ("down", _down, "stop the stack that runs in DATAFLOW_HOME"),
        ("probe", _probe, "ask the gRPC health service at HOST:PORT, or GET a URL; exit code 0 when it serves"),
    ):
        command = commands.add_parser(name, help=meaning, description=meaning)
        command.set_defaults(run=run)
        if name == "probe":
            command.add_argument("address", metavar="HOST:PORT|URL")
            command.add_argument("--service", default="", help="full name of a gRPC service; overall without")
    return parser


if __name__ == "__main__":
    sys.exit(main())
