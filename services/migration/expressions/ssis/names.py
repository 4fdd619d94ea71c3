"""How variables and parameters of a package are called: `@[User::Path]`, `@Path`, `@[$Project::Server]`."""

from __future__ import annotations

import re

_NAMESPACE = re.compile(r"^@?\[?(?:(?P<space>\$?\w+)::)?(?P<name>[^\]]+)\]?$")


def parameter_name(text: str) -> str:
    """The pipeline parameter of a variable: `@[User::Path]` and `@Path` → `Path`, `@[System::StartTime]` →
    `System_StartTime`, `@[$Project::Server]` → `Project_Server`."""
    match = _NAMESPACE.match(text.strip())
    space, name = (match["space"] or "", match["name"]) if match else ("", text)
    joined = name if space in ("", "User") else f"{space.lstrip('$')}_{name}"
    plain = re.sub(r"\W+", "_", joined, flags=re.ASCII)
    return plain if re.match(r"[A-Za-z_]", plain) else f"p_{plain}"
