"""Which provider answers: built once, kept, and switched by a reload without dropping what runs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from services.provider.member import Member
from services.provider.reload import check_usable, reread
from services.provider.settings import ProviderSettings
from services.provider.table import PROVIDERS
from services.provider.target import Target
from services.provider.wire import Wire
from services.runtime.context import detached
from services.runtime.logs import get_logger

log = get_logger("provider")

Build = Callable[[ProviderSettings, Target], Wire]


class Switched(NamedTuple):
    """What a reload did. `running`: calls that finish on the previous provider."""

    provider: str
    model: str
    previous: str
    running: int


class Generation:
    """The active provider and its fallbacks, in order, as one set of settings has them."""

    def __init__(self, settings: ProviderSettings, members: tuple[Member, ...]) -> None:
        self.settings = settings
        self.members = members
        self.active = members[0]
        self.held = 0
        self.running = 0
        self.retired = False

    async def close(self) -> None:
        for member in self.members:
            await member.close()


def _build(settings: ProviderSettings, target: Target) -> Wire:
    return PROVIDERS[target.name].build(settings, target)


class Factory:
    """`build` makes a provider's wire, `environ` is what a reload reads. ProviderSettingsInvalid where LLM_ENV_FILE is
    not usable."""

    def __init__(
        self, settings: ProviderSettings, *, build: Build = _build, environ: Mapping[str, str] | None = None
    ) -> None:
        self._started = settings
        self._environ = os.environ if environ is None else environ
        self._build = build
        self._reloading = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()
        self._retired: set[Generation] = set()
        # the file counts at the start too: a key that was changed in it must survive a restart
        self.current = self._generation(reread(settings, {}) if settings.llm_env_file else settings)

    @contextmanager
    def lease(self, *, call: bool = True) -> Iterator[Generation]:
        """The current generation, which is not closed before the block ends. `call`: it counts as a running call."""
        generation = self.current
        generation.held += 1
        generation.running += call
        try:
            yield generation
        finally:
            generation.held -= 1
            generation.running -= call
            if generation.retired and not generation.held:
                self._close_soon(generation)

    async def reload(self, provider: str = "", model: str = "") -> Switched:
        """Builds anew and switches; what fails before the switch leaves everything as it is."""
        async with self._reloading:
            settings = reread(self._started, self._environ, provider, model)
            check_usable(settings)
            # beside the loop: the first use of an SDK imports it, which takes seconds
            fresh = await asyncio.to_thread(self._generation, settings)
        return self._switch(fresh)

    def _switch(self, fresh: Generation) -> Switched:
        old, self.current = self.current, fresh
        old.retired = True
        self._retired.add(old)
        if not old.held:
            self._close_soon(old)
        target = fresh.active.target
        return Switched(target.name, target.model, old.active.name, old.running)

    async def close(self) -> None:
        """After the last call: closes every wire."""
        for generation in (*self._retired, self.current):
            if not generation.retired or generation.held:
                await generation.close()
        if self._closing:
            await asyncio.wait(self._closing)

    def _generation(self, settings: ProviderSettings) -> Generation:
        targets = [settings.target(name) for name in (settings.llm_provider, *settings.llm_fallback)]
        members = tuple(Member(target, self._build(settings, target), settings) for target in targets)
        for target in targets:
            log.info("provider ready", provider=target.name, model=target.model, through_openrouter=target.bearer)
        return Generation(settings, members)

    def _close_soon(self, generation: Generation) -> None:
        # outside the call that ends, whose cancellation must not leave connections open
        task = asyncio.get_running_loop().create_task(generation.close(), context=detached())
        self._closing.add(task)
        self._retired.discard(generation)
        task.add_done_callback(self._closed)

    def _closed(self, task: asyncio.Task[None]) -> None:
        self._closing.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a provider could not be closed", exc_info=task.exception())
