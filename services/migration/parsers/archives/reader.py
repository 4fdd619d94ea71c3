"""A zip's entries, checked before any of them is unpacked. Nothing is written to disk.

What is checked: how many there are, what they unpack to and at which ratio, that their places do not overlap, that no
name leads out of the archive or stands twice, that none is encrypted, a link, or packed by a method of its own. What
the archive declares is not trusted: an entry is read up to the size it declares and no further, and its checksum holds.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from services.migration.parsers.archives.limits import MIB, Limits, Used
from services.migration.parsers.archives.names import entry_path, is_skipped
from services.migration.parsers.errors import (
    ArchiveTooLargeError,
    EncryptedArchiveError,
    ExportError,
    UnsafeArchiveError,
    UnsupportedArchiveError,
)

_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_RECORD = b"PK\x01\x02"  # begins each record of the directory
_HEADER = 30  # bytes of an entry's own header, before its name
_MANIFEST = "@project.manifest"
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DAMAGE = (
    zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError, IndexError, KeyError,
    OverflowError, struct.error, zlib.error,
)  # fmt: skip  # whatever the library meets in a damaged file
_AGAIN = "Pack the archive anew with the exports and their companions only."


def is_zip(data: bytes) -> bool:
    return data.startswith(_STARTS)


def read_archive(data: bytes, file: str, used: Used | None = None) -> Archive:
    """Opens a zip. `used` is shared with the archive it was found in.

    Raises UnsupportedArchiveError and its kinds, naming the entry: damaged, too large, unsafe, encrypted.
    """
    used = used or Used()
    if data.count(_RECORD) > 4 * used.limits.entries:
        raise _too_many(file, used.limits)
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE:
        raise UnsupportedArchiveError("The file is a damaged zip archive.", "Pack it anew.", file=file) from None
    infos = opened.infolist()
    used.entries += len(infos)
    if used.entries > used.limits.entries:
        raise _too_many(file, used.limits)
    _refuse_overlaps(infos, opened.start_dir, file)
    return Archive(opened, dict(_checked(infos, file, used)), file, used)


class Archive:
    """The files of a zip by path; each is unpacked when it is asked for."""

    def __init__(self, opened: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], file: str, used: Used) -> None:
        self.file = file
        self.used = used
        self.paths = tuple(entries)
        self._opened = opened
        self._entries = entries
        self._kept: dict[str, bytes] = {}

    def size(self, path: str) -> int:
        """Bytes that the archive says the entry has."""
        return self._entries[path].file_size

    def read(self, path: str) -> bytes:
        """The whole entry. Raises ArchiveTooLargeError over the limit, UnsupportedArchiveError where it is damaged."""
        if path not in self._kept:
            self._kept[path] = self._read(path, self._entries[path].file_size)
        return self._kept[path]

    def take(self, path: str) -> bytes:
        """As `read`, and not kept: for archives that are larger than memory should hold."""
        return self._read(path, self._entries[path].file_size)

    def head(self, path: str, count: int) -> bytes:
        """The first bytes of an entry."""
        return self._read(path, min(count, self._entries[path].file_size))

    def _read(self, path: str, count: int) -> bytes:
        if count > self.used.limits.entry:
            raise ArchiveTooLargeError(
                f"The entry {path!r} unpacks to more than {self.used.limits.entry // MIB} MiB.",
                "Export it in several files.",
                file=self.file,
            )
        self.used.read += count
        if self.used.read > self.used.limits.read:
            raise ArchiveTooLargeError(
                f"With the entry {path!r} the exports of the archive unpack to more than "
                f"{self.used.limits.read // MIB} MiB.",
                "Put them into several archives.",
                file=self.file,
            )
        info = self._entries[path]
        try:
            with self._opened.open(info) as entry:
                data = entry.read(count)
                ended = count < info.file_size or not entry.read(1)
        except _DAMAGE as error:
            raise self._damaged(path) from error
        if len(data) != count or not ended:
            raise self._damaged(path)
        return data

    def _damaged(self, path: str) -> ExportError:
        return UnsupportedArchiveError(
            f"The entry {path!r} of the archive is damaged: its bytes are not what the archive says of them.",
            _AGAIN,
            file=self.file,
        )


def _too_many(file: str, limits: Limits) -> ExportError:
    return ArchiveTooLargeError(f"The archive has more than {limits.entries} entries.", _AGAIN, file=file)


def _refuse_overlaps(infos: list[zipfile.ZipInfo], end: int, file: str) -> None:
    """Entries that share their bytes: a small archive that unpacks to any size."""
    placed = sorted(infos, key=lambda info: info.header_offset)
    ends = [*(info.header_offset for info in placed[1:]), end]
    for info, limit in zip(placed, ends, strict=False):  # one more where there are no entries
        if info.header_offset < 0 or info.header_offset + _HEADER + info.compress_size > limit:
            raise UnsafeArchiveError(
                f"The entry {info.filename[:200]!r} overlaps with what stands after it.", _AGAIN, file=file
            )


def _checked(infos: list[zipfile.ZipInfo], file: str, used: Used) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    is_part = any(info.filename.lower() == _MANIFEST for info in infos)
    taken: dict[str, str] = {}
    for info in infos:
        path, wrong = entry_path(info.orig_filename, used.limits.name, is_part=is_part)
        wrong = wrong or _wrong_kind(info)
        if wrong:
            raise UnsafeArchiveError(f"The entry {info.orig_filename[:200]!r} is refused: {wrong}.", _AGAIN, file=file)
        if info.is_dir() or info.orig_filename.endswith("\\") or is_skipped(path):
            continue
        _refuse_content(info, path, file)
        _refuse_size(info, path, file, used)
        if path.lower() in taken:
            raise UnsafeArchiveError(
                f"The entries {taken[path.lower()]!r} and {path!r} have one name.", "Rename one of them.", file=file
            )
        taken[path.lower()] = path
        yield path, info


def _wrong_kind(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return "" if kind in (0, stat.S_IFREG, stat.S_IFDIR) else "it is a link or a device, not a file"


def _refuse_content(info: zipfile.ZipInfo, path: str, file: str) -> None:
    if info.flag_bits & 0x41:
        raise EncryptedArchiveError(
            f"The entry {path!r} of the archive is encrypted.", "Pack it without a password.", file=file
        )
    if info.compress_type not in _METHODS:
        raise UnsupportedArchiveError(
            f"The entry {path!r} is packed by the method {info.compress_type}, which is not read here.",
            "Pack the archive with the deflate method, the usual one.",
            file=file,
        )


def _refuse_size(info: zipfile.ZipInfo, path: str, file: str, used: Used) -> None:
    limits = used.limits
    used.unpacked += info.file_size
    if used.unpacked > limits.unpacked:
        raise ArchiveTooLargeError(
            f"With the entry {path!r} the archive unpacks to more than {limits.unpacked // MIB} MiB.", _AGAIN, file=file
        )
    if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
        raise ArchiveTooLargeError(
            f"The entry {path!r} unpacks to more than {limits.ratio} times its size in the archive.", _AGAIN, file=file
        )
