"""Why an export cannot be read.

ExportError
├── EmptyFileError         EMPTY_FILE           nothing in it
├── TruncatedError         TRUNCATED            ends in the middle
│   └── TruncatedXmlError      TRUNCATED_XML       within its XML
├── MalformedXmlError      MALFORMED_XML        not well-formed
├── NotAnExportError       NOT_AN_EXPORT        HTML, text, other XML
├── UnknownToolError       UNKNOWN_TOOL         neither text nor a format we know
├── EncodingMismatchError  ENCODING_MISMATCH    the bytes are not in the encoding they declare
├── EntityBombError        ENTITY_BOMB          declares entities
├── ExternalEntityError    EXTERNAL_ENTITY      declares entities that point outside
├── TooDeepError           TOO_DEEP             nested beyond what any tool writes
├── UnsupportedArchiveError  UNSUPPORTED_ARCHIVE a compressed file, or an archive that holds no export
│   ├── ArchiveTooLargeError   ARCHIVE_TOO_LARGE   unpacks to more than is read
│   ├── UnsafeArchiveError     UNSAFE_ARCHIVE      names that lead elsewhere, links, entries that lie
│   └── EncryptedArchiveError  ENCRYPTED_ARCHIVE   an entry needs a password
├── IsxNotSupportedError   ISX_NOT_SUPPORTED    DataStage's ISX archive
├── EncryptedPackageError  ENCRYPTED_PACKAGE    encrypted as a whole
├── ToolMismatchError      TOOL_MISMATCH        another tool than the one asked for
│   └── SeveralToolsError      TOOL_MISMATCH       an archive of several tools' exports, and none is asked for
"""

from __future__ import annotations

from typing import ClassVar


class ExportError(Exception):
    """An export that cannot be read.

    `message` says what and where, `remedy` what to do; `line` and `column` are 1-based, 0 where unknown.
    Instances can be pickled, so the error may cross a process boundary.
    """

    reason: ClassVar[str] = "EXPORT_ERROR"

    def __init__(self, message: str, remedy: str = "", *, file: str = "", line: int = 0, column: int = 0) -> None:
        self.message = message
        self.remedy = remedy
        self.file = file
        self.line = line
        self.column = column
        super().__init__(message)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        text = f"{self.message} {self.remedy}".strip()
        return f"{place}: {text}" if place else text

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.remedy, self.file, self.line, self.column))


def _rebuild(kind: type[ExportError], *parts: object) -> ExportError:
    message, remedy, file, line, column = parts
    return kind(str(message), str(remedy), file=str(file), line=int(str(line)), column=int(str(column)))


class EmptyFileError(ExportError):
    reason = "EMPTY_FILE"


class TruncatedError(ExportError):
    reason = "TRUNCATED"


class TruncatedXmlError(TruncatedError):
    reason = "TRUNCATED_XML"


class MalformedXmlError(ExportError):
    reason = "MALFORMED_XML"


class NotAnExportError(ExportError):
    reason = "NOT_AN_EXPORT"


class UnknownToolError(ExportError):
    reason = "UNKNOWN_TOOL"


class EncodingMismatchError(ExportError):
    reason = "ENCODING_MISMATCH"


class EntityBombError(ExportError):
    reason = "ENTITY_BOMB"


class ExternalEntityError(ExportError):
    reason = "EXTERNAL_ENTITY"


class TooDeepError(ExportError):
    reason = "TOO_DEEP"


class UnsupportedArchiveError(ExportError):
    reason = "UNSUPPORTED_ARCHIVE"


class ArchiveTooLargeError(UnsupportedArchiveError):
    reason = "ARCHIVE_TOO_LARGE"


class UnsafeArchiveError(UnsupportedArchiveError):
    reason = "UNSAFE_ARCHIVE"


class EncryptedArchiveError(UnsupportedArchiveError):
    reason = "ENCRYPTED_ARCHIVE"


class IsxNotSupportedError(ExportError):
    reason = "ISX_NOT_SUPPORTED"


class EncryptedPackageError(ExportError):
    reason = "ENCRYPTED_PACKAGE"


class ToolMismatchError(ExportError):
    reason = "TOOL_MISMATCH"


class SeveralToolsError(ToolMismatchError):
    pass
