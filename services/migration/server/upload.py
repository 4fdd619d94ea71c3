"""A multipart/form-data upload, read chunk by chunk: a few kilobytes of state beside the file's own bytes.

An upload that breaks off looks complete to a client-streaming handler, so `finish` accepts it only after the closing
boundary has been seen.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from services.migration.server.errors import BadUpload, FileTooLarge

MEMORY_LIMIT = 1024 * 1024  # bytes of a file kept in memory before it goes to the spool directory
FIELD_LIMIT = 1024  # bytes of a form field's value
FIELDS = frozenset({"migration_type", "dialect"})


@dataclass(frozen=True, slots=True)
class Upload:
    """One received file and the form's fields."""

    filename: str
    content: bytes
    fields: dict[str, str]


def clean_filename(raw: str) -> str:
    """The last path component of what a client sent, without control characters; "" where nothing is left.

    >>> clean_filename("../../etc/x.xml")
    'x.xml'
    """
    name = PurePosixPath(raw.replace("\\", "/")).name
    return "".join(c for c in name if c.isprintable())[:255].strip()


class Spool:
    """The file's bytes as they arrive, in memory up to a mebibyte, then in an unnamed file of the spool directory."""

    def __init__(self, max_bytes: int, spool_dir: str | None) -> None:
        self._max_bytes = max_bytes
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115  closed by close()
            max_size=MEMORY_LIMIT, dir=spool_dir
        )
        self._size = 0

    def write(self, data: bytes) -> None:
        """Raises FileTooLarge once over the limit."""
        self._size += len(data)
        if self._size > self._max_bytes:
            raise FileTooLarge(
                f"the file is over the limit of {self._max_bytes // (1024 * 1024)} MiB (MAX_UPLOAD_SIZE_MB)"
            )
        self._file.write(data)

    def content(self, filename: str) -> bytes:
        """Raises BadUpload where nothing was written."""
        if self._size == 0:
            raise BadUpload(f"the file {filename!r} is empty", reason="EMPTY_FILE")
        self._file.seek(0)
        return self._file.read()

    def copy_to(self, path: Path, filename: str) -> None:
        """What `content` gives, piece by piece into a file. Raises BadUpload where nothing was written."""
        if self._size == 0:
            raise BadUpload(f"the file {filename!r} is empty", reason="EMPTY_FILE")
        self._file.seek(0)
        with path.open("wb") as target:
            shutil.copyfileobj(self._file, target)

    def close(self) -> None:
        self._file.close()


class RawReader:
    """The body is the file itself, its name given beside it."""

    def __init__(self, filename: str, *, max_bytes: int, spool_dir: str | None = None) -> None:
        self._filename = clean_filename(filename) or "upload"
        self._spool = Spool(max_bytes, spool_dir)

    def feed(self, chunk: bytes) -> None:
        self._spool.write(chunk)

    def finish(self) -> Upload:
        return Upload(self._filename, self._spool.content(self._filename), {})

    def save(self, path: Path) -> Upload:
        """As `finish`, with the file's bytes in `path` and not in the upload."""
        self._spool.copy_to(path, self._filename)
        return Upload(self._filename, b"", {})

    def close(self) -> None:
        self._spool.close()


@dataclass
class _Part:
    headers: dict[str, str] = field(default_factory=dict)
    name: str = ""
    filename: str | None = None
    value: bytearray = field(default_factory=bytearray)


class UploadReader:
    """Feed it the chunks of one request body; `finish` gives the upload or says what is wrong with it."""

    def __init__(self, content_type: str, *, max_bytes: int, spool_dir: str | None = None) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise BadUpload(
                "send the file as multipart/form-data, for example: curl -F file=@export.xml",
                reason="NOT_MULTIPART",
            )
        self._part = _Part()
        self._header_name = bytearray()
        self._header_value = bytearray()
        self._fields: dict[str, str] = {}
        self._filename: str | None = None
        self._closed = False
        self._spool = Spool(max_bytes, spool_dir)
        try:
            self._parser = self._make_parser(boundary)
        except FormParserError as error:
            raise BadUpload("the multipart boundary is too long", reason="MALFORMED_MULTIPART") from error

    def _make_parser(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_part_begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_part_end": self._on_part_end,
                "on_end": self._on_end,
            },
        )

    def close(self) -> None:
        self._spool.close()

    def feed(self, chunk: bytes) -> None:
        """Raises BadUpload on a malformed body, FileTooLarge once the file is over the limit."""
        if not chunk:
            return
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise BadUpload("the multipart body is malformed", reason="MALFORMED_MULTIPART") from error

    def finish(self) -> Upload:
        """Raises BadUpload where the body broke off, has no `file` part, or an empty one."""
        filename = self._complete()
        return Upload(filename, self._spool.content(filename), dict(self._fields))

    def save(self, path: Path) -> Upload:
        """As `finish`, with the file's bytes in `path` and not in the upload."""
        filename = self._complete()
        self._spool.copy_to(path, filename)
        return Upload(filename, b"", dict(self._fields))

    def _complete(self) -> str:
        if not self._closed:
            raise BadUpload(
                "the upload broke off before its closing boundary; send it again",
                reason="INCOMPLETE_UPLOAD",
            )
        if self._filename is None:
            raise BadUpload("the form has no `file` part, for example: curl -F file=@export.xml", reason="NO_FILE_PART")
        return self._filename

    def _on_part_begin(self) -> None:
        self._part = _Part()

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        name = self._header_name.decode("latin-1").lower()
        self._part.headers[name] = self._header_value.decode("utf-8", errors="replace")
        self._header_name.clear()
        self._header_value.clear()

    def _on_headers_finished(self) -> None:
        disposition = self._part.headers.get("content-disposition", "")
        # parse_options_header gives latin-1 bytes; a browser sends UTF-8 names
        _, options = parse_options_header(disposition.encode("utf-8"))
        self._part.name = options.get(b"name", b"").decode("utf-8", errors="replace")
        if self._part.name != "file":
            return
        if self._filename is not None:
            raise BadUpload("one upload takes one `file` part", reason="SEVERAL_FILES")
        raw = options.get(b"filename")
        self._part.filename = clean_filename((raw or b"").decode("utf-8", errors="replace")) or "upload"
        self._filename = self._part.filename

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._part.filename is not None:
            self._spool.write(data[start:end])
        elif self._part.name in FIELDS:
            self._part.value += data[start:end]
            if len(self._part.value) > FIELD_LIMIT:
                raise BadUpload(f"the field {self._part.name!r} is too long", reason="FIELD_TOO_LONG")

    def _on_part_end(self) -> None:
        if self._part.name in FIELDS and self._part.filename is None:
            self._fields[self._part.name] = self._part.value.decode("utf-8", errors="replace").strip()

    def _on_end(self) -> None:
        self._closed = True
