"""What a provider says went wrong, read from any of the shapes it comes in.

Shapes seen: `{"error": {"message", "type", "code", "param", "metadata"}}` (OpenAI, OpenRouter, llama.cpp, Anthropic),
`{"error": "text"}` (Ollama), `{"object": "error", "message"}` (older vLLM), `{"detail": …}` (FastAPI servers), text.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

# A mid-stream error has no HTTP status of its own; its type says which one it would have had.
STATUS_OF_TYPE = {
    # Anthropic, https://platform.claude.com/docs/en/api/errors
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
    # OpenAI and OpenRouter
    "rate_limit_exceeded": 429,
    "insufficient_quota": 402,
    "server_error": 500,
    "provider_overloaded": 503,
    "provider_unavailable": 502,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`status` as HTTP has it, 0 where none is known. `kinds`: codes and types, lower case. `param`: what it is about.

    `reasons`: what a moderation objected to. `retry_after`: seconds.
    """

    status: int
    message: str = ""
    kinds: frozenset[str] = frozenset()
    param: str = ""
    reasons: tuple[str, ...] = ()
    retry_after: float | None = None


def read_fault(status: int, headers: Mapping[str, str], body: bytes) -> Fault:
    """The fault an HTTP answer tells of; `headers` with lower-case look-up."""
    seconds = retry_after(headers, time.time())
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return Fault(status, _visible(body), retry_after=seconds)
    return fault_of(content, status=status, seconds=seconds)


def fault_of(content: Any, *, status: int = 0, seconds: float | None = None) -> Fault:
    """The fault a JSON document tells of, an answer's body or an event in a stream."""
    error = content
    if isinstance(content, dict):
        error = content.get("error") or content.get("detail") or content
    if not isinstance(error, dict):
        return Fault(status, error if isinstance(error, str) else json.dumps(error), retry_after=seconds)
    metadata = error.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    kinds = [error.get("code"), error.get("type"), metadata.get("error_type")]
    names = frozenset(kind.lower() for kind in kinds if isinstance(kind, str))
    return Fault(
        status=status or _status(error, names),
        message=_message(error, metadata),
        kinds=names,
        param=str(error.get("param") or ""),
        reasons=tuple(map(str, metadata.get("reasons") or ())),
        retry_after=seconds if seconds is not None else _number(metadata.get("retry_after_seconds")),
    )


def _status(error: dict[str, Any], kinds: frozenset[str]) -> int:
    code = error.get("code")
    if isinstance(code, str) and code.isdecimal():
        code = int(code)
    if isinstance(code, int) and 300 <= code < 600:
        return code
    return next((STATUS_OF_TYPE[kind] for kind in sorted(kinds) if kind in STATUS_OF_TYPE), 0)


def _message(error: dict[str, Any], metadata: dict[str, Any]) -> str:
    """Its text; where OpenRouter only passes a provider's error on ("Provider returned error"), that provider's."""
    said = error.get("message")
    text = said if isinstance(said, str) else json.dumps(said if said is not None else error)
    raw = metadata.get("raw")
    return f"{text}: {raw}" if isinstance(raw, str) and raw else text


def _visible(body: bytes) -> str:
    """Plain text is worth quoting, a page of HTML is not."""
    text = body.decode("utf-8", "replace").strip()
    return "" if text.startswith("<") else text


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds the provider asks to wait (RFC 9110, 10.2.3: seconds or a date), never negative; None where it does not.

    `retry-after-ms` is what Anthropic and OpenAI send beside it, more exactly.
    """
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    if (seconds := _number(value)) is not None or value is None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _number(value: object) -> float | None:
    if not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None
