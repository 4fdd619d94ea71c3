"""API keys: `name:sha256:role[,role]:workspace[,workspace]`, entries separated by white space or `;`.

Only the SHA-256 of a key is configured. A key is 32 random bytes, so a plain hash suffices: there is
nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ANY_WORKSPACE = "*"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")


class Role(StrEnum):
    """What a caller may do. The names are those of `dataflow.access.v1.Role`."""

    NONE = "none"
    VIEWER = "viewer"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMIN = "admin"


IMPLIES: dict[Role, frozenset[Role]] = {
    Role.NONE: frozenset({Role.NONE}),
    Role.VIEWER: frozenset({Role.NONE, Role.VIEWER}),
    Role.EDITOR: frozenset({Role.NONE, Role.VIEWER, Role.EDITOR}),
    Role.APPROVER: frozenset({Role.NONE, Role.VIEWER, Role.APPROVER}),
    Role.ADMIN: frozenset(Role),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `token` is the bearer key as given, for forwarding to our own servers; it is never
    logged."""

    name: str
    roles: frozenset[Role]
    workspaces: tuple[str, ...]
    token: str = ""

    def __repr__(self) -> str:
        return f"Caller({self.name!r})"

    def may(self, role: Role) -> bool:
        return any(role in IMPLIES[own] for own in self.roles)

    def may_use(self, workspace: str) -> bool:
        return ANY_WORKSPACE in self.workspaces or workspace in self.workspaces


ANONYMOUS = Caller("anonymous", frozenset({Role.ADMIN}), (ANY_WORKSPACE,))


@dataclass(frozen=True, slots=True)
class KeyEntry:
    name: str
    sha256: str
    roles: frozenset[Role]
    workspaces: tuple[str, ...]


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def parse_keys(text: str) -> tuple[tuple[KeyEntry, ...], tuple[str, ...]]:
    """(entries, problems). A problem names the entry by position and, where safe, name; never its hash."""
    entries: list[KeyEntry] = []
    problems: list[str] = []
    for number, part in enumerate(re.split(r"[\s;]+", text.strip()), start=1):
        if not part:
            continue
        found = _entry_problems(part)
        if found:
            problems.extend(f"entry {number}: {problem}" for problem in found)
        else:
            entries.append(_entry(part))
    for label, values in (("name", [e.name for e in entries]), ("key", [e.sha256 for e in entries])):
        if len(set(values)) < len(values):
            problems.append(f"two entries have the same {label}")
    if text.strip() and not entries and not problems:
        problems.append("there is no entry in it")
    return tuple(entries), tuple(problems)


def _entry(part: str) -> KeyEntry:
    name, sha256, roles, workspaces = part.split(":")
    return KeyEntry(name, sha256.lower(), frozenset(map(Role, roles.split(","))), tuple(workspaces.split(",")))


def _entry_problems(part: str) -> Iterable[str]:
    fields = part.split(":")
    if len(fields) != 4:
        return [f"has {len(fields)} fields, needs 4: name:sha256:role[,role]:workspace[,workspace]"]
    name, sha256, roles, workspaces = fields
    shown = f"'{name}'" if NAME.match(name) else "its name"
    known = set(Role) - {Role.NONE}
    checks = (
        (NAME.match(name), "the name must be letters, digits, '.', '_' or '-', at most 64"),
        (re.fullmatch(r"[0-9a-fA-F]{64}", sha256), f"{shown}: the hash must be 64 hexadecimal digits"),
        (
            all(role in known for role in roles.split(",")),
            f"{shown}: roles are viewer, editor, approver, admin",
        ),
        (
            all(w == ANY_WORKSPACE or NAME.match(w) for w in workspaces.split(",")),
            f"{shown}: a workspace is '*' or letters, digits, '.', '_' or '-', at most 64",
        ),
    )
    return [message for passed, message in checks if not passed]


def find_caller(entries: Iterable[KeyEntry], token: str) -> Caller | None:
    """Whose key this is. Every entry is compared, in constant time, so the answer's time tells nothing."""
    given = digest(token)
    found: Caller | None = None
    for entry in entries:
        if hmac.compare_digest(entry.sha256, given):
            found = Caller(entry.name, entry.roles, entry.workspaces, token)
    return found


def make_key(name: str, roles: Iterable[str] = ("admin",), workspaces: Iterable[str] = ("*",)) -> tuple[str, str]:
    """(key, entry): the key to give to `name` once, and the entry for DATAFLOW_API_KEYS. ValueError says
    what is wrong."""
    key = "dfk_" + secrets.token_urlsafe(32)
    entry = f"{name}:{digest(key)}:{','.join(roles)}:{','.join(workspaces)}"
    problems = list(_entry_problems(entry))
    if problems:
        raise ValueError("; ".join(problems))
    return key, entry
