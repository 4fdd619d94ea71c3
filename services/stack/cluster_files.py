"""Making the data directory of the embedded PostgreSQL, where the account that runs it can reach it."""

import os
import shutil
import uuid
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from services.stack.account import Account, account_for, reaches, run_as, state_directory
from services.stack.binaries import installation_for
from services.stack.errors import StackError
from services.stack.postgres import ACCESS_RULES, SUPERUSER, Cluster, read_or_make_password, setup_statements

FOLDER = "postgres"
POINTER = "postgres.location"
PASSWORD = "postgres.password"  # noqa: S105  # a file's name
OWNER_NOTE = "home"

INITDB = (
    *("--username", SUPERUSER, "--encoding", "UTF8", "--no-locale", "--no-instructions"),
    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
    "--auth=trust",  # until the first start, which finds ACCESS_RULES instead
)


def open_cluster(home: Path, port: int, *, durable: bool = True) -> Cluster:
    """The cluster of `home`, made on the first call. Raises StackError with the remedy.

    The caller holds the stack's lock: nobody else makes the same cluster at the same time.
    """
    home = home.resolve()
    account = account_for(_located(home) or home / FOLDER)
    installation = installation_for(account)
    data = _data_directory(home, account)
    existing = _existing_version(data)
    password_file = home / PASSWORD
    forgotten = existing is not None and not password_file.exists()
    cluster = Cluster(data, installation, account, port, read_or_make_password(password_file), durable)
    if existing is None:
        _make(cluster)
    else:
        _require_same_version(cluster, existing)
    if forgotten:
        _reset_passwords(cluster)
    return cluster


def remove_cluster(home: Path) -> None:
    """Remove the data of a stopped cluster, its password and, where it lives elsewhere, its pointer."""
    home = home.resolve()
    located = _located(home)
    for folder in (home / FOLDER, located.parent if located else None):
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
    for name in (POINTER, PASSWORD):
        (home / name).unlink(missing_ok=True)


def _located(home: Path) -> Path | None:
    """The data directory outside of `home` that belongs to it, if any.

    A moved checkout keeps its database; a copied one, whose original still points there, gets its own.
    """
    try:
        folder = Path((home / POINTER).read_text().strip())
        owner = Path((folder / OWNER_NOTE).read_text().strip())
    except FileNotFoundError:
        return None
    if owner != home:
        if (owner / POINTER).exists():
            return None
        (folder / OWNER_NOTE).write_text(f"{home}\n")
    return folder / FOLDER


def _data_directory(home: Path, account: Account | None) -> Path:
    """`home`/postgres, or a directory in the system's state directory when `account` cannot reach `home`."""
    located = _located(home)
    if located is not None:
        return located
    if (home / FOLDER).exists() or reaches(home, account, "x"):
        _require_reach(home, account)
        return home / FOLDER
    checkout = home.parent.name or "root"
    folder = state_directory() / f"{checkout}-{uuid.uuid4().hex[:12]}"
    folder.mkdir(mode=0o711)
    folder.chmod(0o711)  # whatever the umask: the account passes through
    (folder / OWNER_NOTE).write_text(f"{home}\n")
    (home / POINTER).write_text(f"{folder}\n")
    return folder / FOLDER


def _require_reach(home: Path, account: Account | None) -> None:
    if not reaches(home, account, "x"):
        name = account.name if account else "you"
        raise StackError(
            f"{home} holds a database of user {name}, who can no longer look into that folder: "
            f"give the folders above it mode 711 or more, or move {home / FOLDER} away to start empty."
        )


def _existing_version(data: Path) -> str | None:
    try:
        return (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return None


def _require_same_version(cluster: Cluster, existing: str) -> None:
    done = run_as(cluster.account, [cluster.program("postgres"), "--version"])
    current = done.stdout.split()[-1].split(".")[0] if done.returncode == 0 else "unknown"
    if current != existing:
        raise StackError(
            f"{cluster.data} was made by PostgreSQL {existing}, the installed one is {current}: "
            "carry the data over with pg_upgrade, or move the folder away to start with an empty database."
        )


def _make(cluster: Cluster) -> None:
    """Built beside its place and renamed, so that an interrupted start leaves nothing that looks complete."""
    if cluster.data.exists() and any(cluster.data.iterdir()):
        raise StackError(f"{cluster.data} is not a PostgreSQL data directory: move it away, then start again.")
    fresh = cluster.data.with_name(f"{cluster.data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if cluster.account:
        os.chown(fresh, cluster.account.uid, cluster.account.gid)
    sync = [] if cluster.durable else ["--no-sync"]
    _checked(cluster, [cluster.program("initdb"), "-D", str(fresh), *INITDB, *sync])
    _single_user(cluster, fresh, list(setup_statements(cluster.password)))
    (fresh / "pg_hba.conf").write_text(ACCESS_RULES)
    if cluster.data.exists():
        cluster.data.rmdir()
    fresh.rename(cluster.data)


def _reset_passwords(cluster: Cluster) -> None:
    statements = [pair for pair in setup_statements(cluster.password) if " ROLE " in pair[1]]
    altered = [(database, sql.replace("CREATE ROLE", "ALTER ROLE")) for database, sql in statements]
    _single_user(cluster, cluster.data, altered)


def _single_user(cluster: Cluster, data: Path, statements: list[tuple[str, str]]) -> None:
    """Run statements with nothing listening. They arrive on standard input: no password on a command line."""
    for database, group in groupby(statements, key=itemgetter(0)):
        command = [cluster.program("postgres"), "--single", "-D", str(data), "-c", "exit_on_error=true"]
        command += ["-c", "log_min_error_statement=panic"]  # an error must not repeat a password
        _checked(cluster, [*command, database], stdin="".join(f"{sql};\n" for _, sql in group))


def _checked(cluster: Cluster, command: list[str], stdin: str | None = None) -> None:
    done = run_as(cluster.account, command, stdin=stdin)
    if done.returncode != 0:
        detail = done.stderr.strip().splitlines()[-3:]
        raise StackError(f"{Path(command[0]).name} failed for {cluster.data}: {' '.join(detail)}")
