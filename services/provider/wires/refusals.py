"""Which error a fault is: tables, the most telling sign first.

1. codes and types that the providers document for exactly one case,
2. a moderation's reasons,
3. sentences the providers document where they have no code,
4. the HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.provider.errors import (
    LlmAuth,
    LlmBadRequest,
    LlmContentFiltered,
    LlmContextTooLong,
    LlmError,
    LlmOverloaded,
    LlmRateLimited,
    LlmTimeout,
    LlmUnavailable,
)
from services.provider.wires.faults import Fault
from services.provider.wires.peer import Peer


@dataclass(frozen=True, slots=True)
class Meaning:
    """An error and how it is said. `remedy` may name {key}, {url} or {model}: the settings to look at."""

    kind: type[LlmError]
    text: str
    remedy: str = ""
    retryable: bool | None = None  # None: as the error is by itself
    quoted: bool = True  # whether the provider's own words may follow


TOO_LONG = Meaning(LlmContextTooLong, "finds the prompt longer than the model's window", "shorten it")
FILTERED = Meaning(LlmContentFiltered, "refuses the content")
NO_CREDIT = Meaning(LlmAuth, "has no credit left", "top up the account of {key}")
BAD_REQUEST = Meaning(LlmBadRequest, "does not take this prompt")
KEY_REFUSED = Meaning(LlmAuth, "refused the key", "check {key}", quoted=False)
KEY_FORBIDDEN = Meaning(LlmAuth, "refused the key", "check what {key} may do and whether it may use the model")
NO_ENDPOINT = Meaning(LlmUnavailable, "has no such endpoint", "check {url}{url_hint}", retryable=False, quoted=False)
NO_MODEL = Meaning(LlmUnavailable, "does not have the model", "set {model} to one it has{model_hint}", retryable=False)
NO_SUCH_MODEL = Meaning(LlmBadRequest, "does not have the model that the prompt names")
BUSY = Meaning(LlmOverloaded, "is overloaded")
LIMITED = Meaning(LlmRateLimited, "is limiting the rate")
FAILED = Meaning(LlmUnavailable, "failed")

KINDS = {
    "context_length_exceeded": TOO_LONG,  # OpenAI, OpenRouter
    "exceed_context_size_error": TOO_LONG,  # llama.cpp
    "string_above_max_length": TOO_LONG,  # OpenAI
    "string_too_long": TOO_LONG,  # OpenRouter
    "request_too_large": TOO_LONG,  # Anthropic
    "content_filter": FILTERED,  # OpenAI on Azure
    "content_policy_violation": FILTERED,  # OpenAI, OpenRouter
    "insufficient_quota": NO_CREDIT,  # OpenAI, with status 429
    "billing_error": NO_CREDIT,  # Anthropic
    "model_not_found": NO_MODEL,  # OpenAI, vLLM
    "invalid_api_key": KEY_REFUSED,  # OpenAI
}
SENTENCES = {
    "prompt is too long": TOO_LONG,  # Anthropic, 400
    "exceed context limit": TOO_LONG,  # Anthropic, 400: input and max_tokens together
    "maximum context length": TOO_LONG,  # vLLM, OpenRouter, 400
    "exceeds the available context size": TOO_LONG,  # llama.cpp before it had a type, 400 and 500
    "greater than the context length": TOO_LONG,  # LM Studio, 400
    "blocked by content filtering policy": FILTERED,  # Anthropic, 400
    "is not a valid model id": NO_MODEL,  # OpenRouter, 400
    "credit balance is too low": NO_CREDIT,  # Anthropic, 400
}
SPOKEN = {0, 400, 413, 422, 500}  # statuses under which these sentences come; 0: in a stream
NAMES_MODEL = ("model", "no endpoints found")  # in a 404: the model is missing, not the endpoint; the latter OpenRouter
STATUSES = {
    400: BAD_REQUEST,
    401: KEY_REFUSED,
    402: NO_CREDIT,
    403: KEY_FORBIDDEN,
    405: NO_ENDPOINT,
    408: Meaning(LlmTimeout, "gave up waiting", retryable=True),
    409: FAILED,
    413: TOO_LONG,
    422: BAD_REQUEST,
    429: LIMITED,
    503: BUSY,
    529: BUSY,
}
HUNDREDS = {3: NO_ENDPOINT, 4: BAD_REQUEST}


def meaning(fault: Fault) -> Meaning:
    """What a fault means."""
    known = next((KINDS[kind] for kind in sorted(fault.kinds) if kind in KINDS), None)
    if known is not None:
        return known
    if fault.reasons:
        return FILTERED
    message = fault.message.lower()
    if fault.status in SPOKEN and (spoken := _first(SENTENCES, message)):
        return spoken
    if fault.status == 404:
        return NO_MODEL if any(word in message for word in NAMES_MODEL) else NO_ENDPOINT
    return STATUSES.get(fault.status) or _by_hundred(fault.status)


def _first(sentences: Mapping[str, Meaning], message: str) -> Meaning | None:
    return next((meant for sentence, meant in sentences.items() if sentence in message), None)


def _by_hundred(status: int) -> Meaning:
    return HUNDREDS.get(status // 100, FAILED)


def error_of(fault: Fault, peer: Peer, *, own_model: bool = False) -> LlmError:
    """The error to raise: `openrouter has no credit left (402): top up the account of OPENROUTER_API_KEY; it says: …`.

    `own_model`: the prompt named the model, not the settings, so that a missing one is the caller's mistake.
    """
    meant = meaning(fault)
    if meant is NO_MODEL and own_model:
        meant = NO_SUCH_MODEL
    remedy = meant.remedy.format(
        key=peer.key_setting,
        url=peer.url_setting,
        url_hint=peer.url_hint,
        model=peer.model_setting,
        model_hint=peer.model_hint,
    )
    said = peer.quote("; ".join(filter(None, [fault.message, ", ".join(fault.reasons)]))) if meant.quoted else ""
    status = f" ({fault.status})" if fault.status else ""
    text = (
        f"{peer.name} {meant.text}{status}" + (f": {remedy}" if remedy else "") + (f"; it says: {said}" if said else "")
    )
    retryable = meant.retryable
    if meant is NO_CREDIT:  # OpenRouter: a 402 is worth waiting for only where it says how long
        retryable = fault.retry_after is not None
    return meant.kind(text, retry_after=fault.retry_after, retryable=retryable)
