"""Files beside an export: read when they are asked for, found by the paths that tools write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Companions(Mapping[str, bytes]):
    """The files of one archive by path. Names are compared without case, as the tools' file system does."""

    def __init__(self, paths: Iterable[str] = (), read: Callable[[str], bytes] | None = None) -> None:
        self._paths = {path.lower(): path for path in paths}
        self._read = read
        self._once: dict[Any, Any] = {}
        self.used: set[str] = set()  # paths that an export has taken in

    def __getitem__(self, path: str) -> bytes:
        if self._read is None or path.lower() not in self._paths:
            raise KeyError(path)
        return self._read(self._paths[path.lower()])

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths.values())

    def __len__(self) -> int:
        return len(self._paths)

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` gives, made once for each key: exports of one archive share what they need."""
        if key not in self._once:
            self._once[key] = make()
        return cast(T, self._once[key])

    def find(self, written: str, beside: str) -> str | None:
        """The file that a path means which stands in the export `beside`; None where the archive has none.

        A path is taken from the export's folder; one of another machine, or of the tool's search path, by as many of
        its last parts as an entry has, the nearest entry first.
        """
        parts = [part for part in written.strip().replace("\\", "/").split("/") if part not in ("", ".")]
        if not parts:
            return None
        direct = _joined(beside, parts)
        if direct is not None and direct.lower() in self._paths:
            return self._paths[direct.lower()]
        wanted = [part.lower() for part in parts]
        same = [path for path in self._paths if path.rpartition("/")[2] == wanted[-1]]
        if not same:
            return None
        best = max(same, key=lambda path: (parts_alike(path.split("/")[::-1], wanted[::-1]), _near(path, beside)))
        return self._paths[best]


def _joined(beside: str, parts: list[str]) -> str | None:
    stack = list(PurePosixPath(beside).parts[:-1])
    for part in parts:
        if part != "..":
            stack.append(part)
        elif stack:
            stack.pop()
        else:
            return None
    return "/".join(stack)


def parts_alike(one: list[str], other: list[str]) -> int:
    """How many parts two lists begin with alike."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _near(path: str, beside: str) -> int:
    return parts_alike(path.split("/")[:-1], beside.lower().split("/")[:-1]) * 100 - path.count("/")


NONE = Companions()
