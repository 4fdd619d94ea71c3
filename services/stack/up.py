"""`up`: prepare, start everything under the supervisor, say where it is, stay, and stop it in order."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import psutil
from rich.console import Console
from rich.markup import escape

from services.stack import banner, instance, processes
from services.stack.all_settings import load_all
from services.stack.cluster_files import open_cluster
from services.stack.errors import StackError
from services.stack.health import Prober, RestClient
from services.stack.postgres import Cluster
from services.stack.preflight import preflight
from services.stack.programs import Program, program_environment, program_table
from services.stack.settings import StackSettings
from services.stack.supervision import SUPERVISOR, Supervision, SupervisorClient, SupervisorError
from services.stack.watch import Watch, wait_until_up

ProgramTable = Callable[[StackSettings, Cluster | None], list[Program]]

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_SECONDS = 0.5
POLL_SECONDS = 0.05
#: A stop signal is lost on a program that the supervisor has forked and that is not yet itself; so nothing is stopped
#: within this time of the start.
SETTLE_SECONDS = 2.0
#: A supervisor that was killed is replaced this many times within the period, then something is badly wrong.
REPLACEMENTS = 3
REPLACEMENT_PERIOD_SECONDS = 300.0


def up(environ: Mapping[str, str], table: ProgramTable = program_table, console: Console | None = None) -> None:
    """Run the stack until a stop signal. Returns after a clean stop; raises StackError, SettingsError."""
    settings = load_all(environ)
    console = console or banner.make_console()
    with _stop_requested() as stop:
        instance.prepare_home(settings.home)
        with instance.locked(settings.home):
            if instance.end_orphans(settings.home):
                console.print("Ended what an earlier run left behind.")
            preflight(settings)
            cluster = open_cluster(settings.home, settings.postgres_port) if settings.embeds_database else None
            programs = table(settings, cluster)
            stack = Stack(settings, cluster, programs, program_environment(settings, cluster, environ), console)
            stack.run(stop)


class Stop:
    """Requested by the first stop signal; the second asks for haste.

    Plain flags, since a lock taken in a signal handler can wait for itself.
    """

    def __init__(self) -> None:
        self.requested = False
        self.haste = False

    def request(self, *_: object) -> None:
        """Signal handler."""
        self.haste = self.requested
        self.requested = True

    def wait(self, seconds: float) -> bool:
        """True as soon as a stop is requested, False after `seconds`."""
        deadline = time.monotonic() + seconds
        while not self.requested and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        return self.requested


@contextlib.contextmanager
def _stop_requested() -> Iterator[Stop]:
    stop = Stop()
    ignored = {signal.SIGHUP} if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else set()  # by nohup
    former = {number: signal.signal(number, stop.request) for number in STOP_SIGNALS if number not in ignored}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@dataclass
class Stack:
    """A stack that is about to run in a home that is ours."""

    settings: StackSettings
    cluster: Cluster | None
    programs: list[Program]
    environment: Mapping[str, str]
    console: Console

    def run(self, stop: Stop) -> None:
        """Start, show, watch, and always stop."""
        supervision = instance.supervision_of(self.settings.home)
        instance.prepare_socket(supervision)
        supervision.write(self.programs)
        client = SupervisorClient(supervision.socket)
        rest = RestClient(self.settings)
        self._start(supervision)
        try:
            prober = Prober(self.settings, self.cluster, rest)
            self._say(f"Starting {', '.join(program.name for program in self.programs)} …")
            seconds = self.settings.stack_start_seconds
            if wait_until_up(self.programs, prober, client, seconds, lambda: stop.requested):
                banner.show(self.console, self.settings, self.cluster, rest)
                self._watch(supervision, client, stop)
        finally:
            rest.close()
            self._stop(stop)
            instance.tidy(supervision)

    def _start(self, supervision: Supervision) -> None:
        """In a session of its own: Ctrl-C is for us, who stop the programs in order."""
        self._started_at = time.monotonic()
        self._supervisor = subprocess.Popen(  # noqa: S603  # our own command
            supervision.command(),
            env=supervision.environment(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            umask=0o077,  # logs and the servers' files are for their owner alone
        )

    def _watch(self, supervision: Supervision, client: SupervisorClient, stop: Stop) -> None:
        """Until a stop is requested. Raises StackError when the supervisor cannot be kept."""
        watch = Watch(client, self.programs)
        replaced: list[float] = []
        while not stop.wait(LOOK_SECONDS):
            if self._supervisor.poll() is not None:
                replaced = [at for at in replaced if time.monotonic() - at < REPLACEMENT_PERIOD_SECONDS]
                if len(replaced) == REPLACEMENTS:
                    raise StackError(f"The supervisor keeps ending; its log is {supervision.log(SUPERVISOR)}.")
                replaced.append(time.monotonic())
                self._say("The supervisor ended; it and its programs are started again.")
                instance.end_orphans(self.settings.home)
                self._start(supervision)
                watch = Watch(client, self.programs)
            with contextlib.suppress(SupervisorError):  # it ends or begins just now; the next look tells
                for sentence in watch.look():
                    self._say(escape(sentence))

    def _stop(self, stop: Stop) -> None:
        """Envoy, then the servers, then PostgreSQL; a second signal kills the programs and lets PostgreSQL close."""
        self._say("Stopping …")
        while self._runs() and time.monotonic() < self._started_at + SETTLE_SECONDS:
            time.sleep(POLL_SECONDS)
        deadline = time.monotonic() + sum(program.stop_seconds for program in self.programs)
        if self._runs():
            self._supervisor.terminate()
        while self._runs() and time.monotonic() < deadline and not stop.haste:
            time.sleep(POLL_SECONDS)
        self._supervisor.kill()
        self._supervisor.wait()
        self._end_rest()
        self._say("Stopped.")

    def _say(self, text: str) -> None:
        """Print. That nobody reads any more (a closed pipe or terminal) must not keep us from stopping."""
        with contextlib.suppress(OSError, SystemExit):  # why SystemExit: how rich ends a program whose pipe is closed
            self.console.print(text)

    def _runs(self) -> bool:
        return self._supervisor.poll() is None

    def _end_rest(self) -> None:
        """Nothing may be left, also where the supervisor was killed."""
        mark = {processes.HOME_VARIABLE: str(self.settings.home)}
        processes.end(processes.carrying(mark), (signal.SIGKILL, 5.0))
        if self.cluster:
            server = processes.of_cluster(str(self.cluster.data), self.cluster.name)
            processes.end(_postmasters(server), (signal.SIGINT, 20.0), (signal.SIGKILL, 5.0))
            processes.end(server, (signal.SIGKILL, 5.0))


def _postmasters(server: list[psutil.Process]) -> list[psutil.Process]:
    """Backends end with their postmaster; a signal of their own would be read as a crash."""
    return [process for process in server if processes.running(process) and "-D" in process.cmdline()]
