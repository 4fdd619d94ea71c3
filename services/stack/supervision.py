"""The supervisor's configuration, and talking to it while it runs.

supervisord restarts what dies, rotates the logs, and stops the stages in order. Its configuration holds no secret:
programs inherit their environment.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shlex
import sys
import xmlrpc.client  # speaks to our own supervisor over a socket only we can open
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from supervisor.xmlrpc import SupervisorTransport

from services.stack.processes import HOME_VARIABLE, PROGRAM_VARIABLE
from services.stack.programs import STAGES, Program, with_parent
from services.stack.settings import REPOSITORY

SUPERVISOR = "supervisor"
LOG_BYTES = "10MB"
LOG_BACKUPS = 3
#: A program that ends within these seconds of its start did not come up.
START_SECONDS = 3
START_RETRIES = 3
MOST_FILES = 65536


@dataclass(frozen=True)
class Supervision:
    """Where one supervisor keeps its files."""

    home: Path
    run: Path
    socket: Path
    logs: Path

    @property
    def configuration(self) -> Path:
        return self.run / "supervisord.conf"

    def log(self, program: str) -> Path:
        return self.logs / f"{program}.log"

    def command(self) -> tuple[str, ...]:
        """The command that becomes supervisord, in the foreground."""
        start = (sys.executable, "-m", "supervisor.supervisord", "--nodaemon")
        return with_parent(*start, "--configuration", str(self.configuration))

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """`environ` with the marks by which a later start finds the stack's processes."""
        return {**environ, HOME_VARIABLE: str(self.home), PROGRAM_VARIABLE: SUPERVISOR}

    def write(self, programs: list[Program]) -> None:
        """Write the configuration."""
        sections = {"supervisord": self._daemon(), "unix_http_server": {"file": self.socket, "chmod": "0700"}}
        sections["rpcinterface:supervisor"] = {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        }
        for priority, stage in enumerate(STAGES, start=1):
            members = [program for program in programs if program.stage == stage]
            if members:
                names = ",".join(program.name for program in members)
                sections[f"group:{stage}"] = {"programs": names, "priority": priority}
            sections |= {f"program:{program.name}": self._program(program) for program in members}
        self.configuration.write_text("\n".join(_lines(sections)), encoding="utf-8")

    def _daemon(self) -> dict[str, object]:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        return {
            "nodaemon": "true",
            "silent": "true",
            "logfile": self.log(SUPERVISOR),
            "logfile_maxbytes": LOG_BYTES,
            "logfile_backups": LOG_BACKUPS,
            "pidfile": self.run / "supervisord.pid",
            "childlogdir": self.logs,
            "directory": REPOSITORY,
            "minfds": MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES),
            "user": "root" if os.geteuid() == 0 else None,  # else it warns of the root it was started as
        }

    def _program(self, program: Program) -> dict[str, object]:
        return {
            "command": shlex.join(program.command),
            "environment": f'{PROGRAM_VARIABLE}="{program.name}"',
            "autorestart": "true",
            "startsecs": START_SECONDS,
            "startretries": START_RETRIES,
            "stopsignal": program.stop_signal,
            "stopwaitsecs": round(program.stop_seconds),
            "killasgroup": "true",
            "redirect_stderr": "true",
            # the supervisor expands this one twice
            "stdout_logfile": str(self.log(program.name)).replace("%", "%%"),
            "stdout_logfile_maxbytes": LOG_BYTES,
            "stdout_logfile_backups": LOG_BACKUPS,
        }


def _lines(sections: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    for section, values in sections.items():
        yield f"[{section}]"
        for name, value in values.items():
            if value is not None:
                yield f"{name}={str(value).replace('%', '%%')}"
        yield ""


@dataclass(frozen=True)
class State:
    """A program as the supervisor sees it."""

    name: str
    state: str  # STARTING, RUNNING, BACKOFF, STOPPING, STOPPED, EXITED, FATAL
    pid: int
    started_at: int  # Unix time, seconds
    description: str
    log: Path

    @property
    def given_up(self) -> bool:
        """The supervisor no longer tries to start it."""
        return self.state == "FATAL"

    def log_tail(self, lines: int = 15) -> str:
        """The end of its log, the reason it died as a rule."""
        with contextlib.suppress(FileNotFoundError):
            text = self.log.read_text(encoding="utf-8", errors="replace")[-20_000:]
            return "\n".join(text.splitlines()[-lines:])
        return ""


class SupervisorError(Exception):
    """Nothing answers on the supervisor's socket."""


class SupervisorClient:
    """Asks a running supervisor."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def states(self) -> list[State]:
        """All programs. Raises SupervisorError."""
        return [
            State(
                str(row["name"]),
                str(row["statename"]),
                int(row["pid"]),
                int(row["start"]),
                str(row["spawnerr"] or row["description"]),
                Path(row["stdout_logfile"]),
            )
            for row in self._call("getAllProcessInfo")
        ]

    def retry(self, name: str, stage: str) -> None:
        """Start a program the supervisor has given up, without waiting for it. Raises SupervisorError."""
        with contextlib.suppress(xmlrpc.client.Fault):  # it has been started meanwhile
            self._call("startProcess", f"{stage}:{name}", False)

    def _call(self, method: str, *arguments: object) -> list[dict[str, str]]:
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        try:
            proxy = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
            answer: list[dict[str, str]] = getattr(proxy.supervisor, method)(*arguments)
            return answer
        except (OSError, xmlrpc.client.ProtocolError) as error:
            raise SupervisorError(str(error)) from error
        finally:
            transport.close()
