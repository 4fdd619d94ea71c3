"""The operating system account PostgreSQL runs under, and the places that account can reach.

PostgreSQL refuses to run as root. Started by root we use an account that every system has instead of creating
one. That account often cannot look into root's own folders (a checkout below /root, a virtualenv made under
umask 077), so what it needs is then kept below a state directory of the system.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from services.stack.errors import StackError

UNPRIVILEGED = "nobody"
STATE_VARIABLE = "DATAFLOW_STATE_DIR"
STATE_DIRECTORY = Path("/var/lib/dataflow-ai")


@dataclass(frozen=True)
class Account:
    """A user PostgreSQL is started as."""

    name: str
    uid: int
    gid: int


def account_for(data: Path) -> Account | None:
    """The account to start PostgreSQL as: None is the caller's own.

    As root: the owner of an existing data directory, so that a directory made by a user stays usable by that
    user, else `nobody`. Raises StackError where a data directory belongs to somebody else.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise StackError(
                f"The database in {data} belongs to user {_name(owner)}, not to you: "
                f"run as root, as it was made, or move {data} away to start with an empty one."
            )
        return None
    entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(UNPRIVILEGED)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return str(uid)


def reaches(path: Path, account: Account | None, access: str = "rx") -> bool:
    """Whether `account` has every right of `access` (letters of r, w, x) on `path`.

    The kernel decides, in a child process of that account: mode bits alone would miss ACLs and mounts.
    """
    if account is None:
        return os.access(path, sum({"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}[letter] for letter in access))
    tests = " && ".join(f'test -{letter} "$0"' for letter in access)
    return run_as(account, ["/bin/sh", "-c", tests, str(path)]).returncode == 0


def run_as(
    account: Account | None, command: list[str], *, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `command` as `account` from the root folder, with output captured as text."""
    identity: _Identity = {}
    if account:
        identity = {"user": account.uid, "group": account.gid, "extra_groups": []}
    try:
        return subprocess.run(  # noqa: S603  # the callers' own programs
            command,
            cwd="/",
            text=True,
            capture_output=True,
            check=False,
            input=stdin,
            env=_environment(),
            **identity,
        )
    except OSError as error:
        who = f" as user {account.name}" if account else ""
        raise StackError(
            f"{command[0]} cannot be started{who} ({error.strerror}): start as a normal user, "
            "or set DATABASE_URL to a server of your own."
        ) from error


class _Identity(TypedDict, total=False):
    """The keywords of subprocess that change the account."""

    user: int
    group: int
    extra_groups: list[str | int]


def _environment() -> dict[str, str]:
    """Without PG* variables, which would redirect the tools; messages in English, since some are read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "LC_MESSAGES": "C"}


def state_directory() -> Path:
    """Root's own directory that every account can look into; made when missing.

    Raises StackError when somebody else could replace what is in it.
    """
    path = Path(os.environ.get(STATE_VARIABLE) or STATE_DIRECTORY)
    try:
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise StackError(
            f"Cannot make {path} ({error.strerror}): set {STATE_VARIABLE} to a directory that user "
            f"{UNPRIVILEGED} can look into, or start as a normal user."
        ) from error
    status = path.stat()
    if status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise StackError(
            f"{path} can be changed by other users: make it root's own with mode 755, or set {STATE_VARIABLE}."
        )
    return path
