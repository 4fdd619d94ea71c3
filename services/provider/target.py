"""One provider as the settings configure it: what a wire is built from and what a status shows."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Target:
    """`missing` names the settings without which it cannot be asked. `bearer`: the key goes out as a bearer token,
    where a provider is reached through a gateway that speaks its dialect."""

    name: str
    model: str
    base_url: str = ""
    key: str = field(repr=False, default="")
    bearer: bool = False
    missing: tuple[str, ...] = ()
