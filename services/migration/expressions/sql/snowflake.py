from __future__ import annotations

OPERATIONS: dict[str, str] = {}
WRITE_FORMATS: dict[str, str] = {}
READ_FORMATS: dict[str, str] = {}


def format_literal(text: str) -> str:
    return text
