"""Waiting until all programs serve, and telling what becomes of them afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from services.stack.errors import StackError
from services.stack.health import Prober
from services.stack.programs import Program
from services.stack.supervision import State, SupervisorClient, SupervisorError

POLL_SECONDS = 0.2
#: A program the supervisor has given up is tried again after this time: what it misses may have come back.
RETRY_SECONDS = 30.0


def wait_until_up(
    programs: list[Program], prober: Prober, client: SupervisorClient, seconds: float, stopping: Callable[[], bool]
) -> bool:
    """True once every program serves; False when `stopping` says so first.

    Raises StackError when a program cannot start, or when not all serve after `seconds`, with the end of its log.
    """
    deadline = time.monotonic() + seconds
    waiting = list(programs)
    problem: str | None = None
    while waiting and not stopping():
        _refuse_given_up(client)
        problem = prober.problem(waiting[0])
        if problem is None:
            waiting.pop(0)
            continue
        if time.monotonic() > deadline:
            name = waiting[0].name
            raise StackError(f"{name} does not serve after {seconds:.0f} s ({problem}). {_log_of(client, name)}")
        time.sleep(POLL_SECONDS)
    return not waiting


def _states(client: SupervisorClient) -> list[State]:
    """The programs' states; none in the moments before the supervisor's socket is there."""
    try:
        return client.states()
    except SupervisorError:
        return []


def _refuse_given_up(client: SupervisorClient) -> None:
    for state in _states(client):
        if state.given_up:
            raise StackError(f"{state.name} cannot start. {describe_log(state)}")


def _log_of(client: SupervisorClient, name: str) -> str:
    return "".join(describe_log(state) for state in _states(client) if state.name == name)


def describe_log(state: State) -> str:
    """Where the log is and how it ends."""
    tail = state.log_tail()
    return f"Its log {state.log} ends:\n{tail}" if tail else f"Its log {state.log} is empty ({state.description})."


@dataclass
class Watch:
    """Compares the programs' states from one look to the next."""

    client: SupervisorClient
    programs: list[Program]
    _last: dict[str, State] = field(default_factory=dict)
    _given_up_at: dict[str, float] = field(default_factory=dict)

    def look(self) -> Iterator[str]:
        """A sentence for each change worth telling. Raises SupervisorError.

        A program that keeps dying leaves the others running: each server serves on its own and says in /ready what it
        misses. It is tried again now and then.
        """
        for state in self.client.states():
            before = self._last.get(state.name)
            self._last[state.name] = state
            if before is not None:
                yield from self._change(before, state)
        self._retry()

    def _change(self, before: State, now: State) -> Iterator[str]:
        if now.given_up and not before.given_up:
            self._given_up_at[now.name] = time.monotonic()
            yield (
                f"{now.name} keeps ending and is tried again every {RETRY_SECONDS:.0f} s; the others go on. "
                f"{describe_log(now)}"
            )
        elif before.state == "RUNNING" and now.pid != before.pid:
            yield f"{now.name} ended (process {before.pid}) and is started again; its log is {now.log}."
        elif before.state != "RUNNING" and now.state == "RUNNING":
            yield f"{now.name} runs again (process {now.pid})."

    def _retry(self) -> None:
        stages = {program.name: program.stage for program in self.programs}
        for name, since in list(self._given_up_at.items()):
            if self._last[name].state == "RUNNING":
                del self._given_up_at[name]
            elif self._last[name].given_up and time.monotonic() - since > RETRY_SECONDS:
                self._given_up_at[name] = time.monotonic()
                self.client.retry(name, stages[name])
