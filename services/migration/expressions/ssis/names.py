"""How variables and parameters of a package are called: `@[User::Path]`, `@Path`, `@[$Project::Server]`."""

from __future__ import annotations

import re
from functools import lru_cache

from services.migration.expressions.sql.templates import is_placeholder

_NAMESPACE = re.compile(r"^@?\[?(?:(?P<space>\$?\w+)::)?(?P<name>[^\]]+)\]?$")


def parameter_name(text: str) -> str:
    """The pipeline parameter of a variable: `@[User::Path]` and `@Path` → `Path`, `@[System::StartTime]` →
    `System_StartTime`, `@[$Project::Server]` → `Project_Server`."""
    match = _NAMESPACE.match(text.strip())
    space, name = (match["space"] or "", match["name"]) if match else ("", text)
    joined = name if space in ("", "User") else f"{space.lstrip('$')}_{name}"
    plain = re.sub(r"\W+", "_", joined, flags=re.ASCII)
    return plain if re.match(r"[A-Za-z_]", plain) and _may_stand(plain) else f"p_{plain}"


@lru_cache(maxsize=1024)
def _may_stand(name: str) -> bool:
    """False for words such as From, which SQL does not take for the name of a parameter."""
    return is_placeholder(name, "postgres")
