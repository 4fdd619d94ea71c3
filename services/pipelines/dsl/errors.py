"""What can go wrong when a document is read or written.

DocumentError
├── DocumentSyntaxError    not YAML or JSON, or YAML that the language does not take (tags, duplicate keys)
└── DocumentTooLargeError  over one of the limits
"""

from __future__ import annotations


class DocumentError(Exception):
    """A text is not a DataFlow document. `line` and `column` count from 1; 0 where there is no place."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"line {line}, column {column}: {message}" if line else message)
        self.message = message
        self.line = line
        self.column = column


class DocumentSyntaxError(DocumentError):
    """The text is not well-formed."""


class DocumentTooLargeError(DocumentError):
    """The text passes a limit on size, depth, values or aliases."""
