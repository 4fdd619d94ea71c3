"""One call to a model: the whole text of its answer, with what it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from dataflow.provider.v1 import completion_pb2, provider_pb2
from services.runtime.status import describe

PURPOSE = "migration_fallback"
MAX_TOKENS = 8192
OF_THE_REQUEST = frozenset({"LLM_BAD_REQUEST", "LLM_CONTEXT_TOO_LONG", "LLM_CONTENT_FILTERED", "LLM_TIMEOUT"})
"""Reasons that concern one request; after any other, the next would fail too."""
CUT = completion_pb2.FinishReason.length

User, Assistant = completion_pb2.PromptRole.user, completion_pb2.PromptRole.assistant


class NoAnswerError(Exception):
    """No model answered; the message says why. `lasting`: nor would it answer another question now."""

    def __init__(self, message: str, *, lasting: bool, used: completion_pb2.Completion | None = None) -> None:
        super().__init__(message)
        self.lasting = lasting
        self.used = used or completion_pb2.Completion()


@dataclass(frozen=True, slots=True)
class Turn:
    role: completion_pb2.PromptRole.Value
    text: str


async def complete(
    stub: Any, system: str, turns: Sequence[Turn], *, seconds: float, metadata: Sequence[tuple[str, str]] = ()
) -> completion_pb2.Completion:
    """The answer, its text in `content`. Raises NoAnswerError.

    Text is asked for, not JSON: the server refuses JSON with prose around it, which is read here all the same, and an
    answer that can't be read is sent back with what is wrong.
    """
    prompt = completion_pb2.Prompt(
        system=system,
        messages=[completion_pb2.PromptMessage(role=turn.role, content=turn.text) for turn in turns],
        temperature=0.0,
        max_tokens=MAX_TOKENS,
        response_format=completion_pb2.ResponseFormat.text,
        purpose=PURPOSE,
        allow_cache=True,
    )
    request = provider_pb2.StreamCompleteRequest(prompt=prompt)
    text: list[str] = []
    try:
        async for event in stub.StreamComplete(request, timeout=seconds, metadata=tuple(metadata)):
            match event.WhichOneof("event"):
                case "text":
                    text.append(event.text.text)
                case "done":
                    answer = completion_pb2.Completion()
                    answer.CopyFrom(event.done)
                    answer.content = "".join(text) or event.done.content
                    return answer
                case "error":
                    raise _failed(event.error, began=bool(text))
    except grpc.aio.AioRpcError as error:
        raise _refused(error) from error
    raise NoAnswerError("the answer broke off without an end", lasting=False)


def _failed(failure: provider_pb2.StreamFailure, began: bool) -> NoAnswerError:
    """A stream that broke off; where an answer had begun, the next one may well be whole."""
    error = failure.error
    lasting = error.reason not in OF_THE_REQUEST and not began
    return NoAnswerError(f"{error.message} ({error.reason})", lasting=lasting, used=failure.partial)


def _refused(error: grpc.aio.AioRpcError) -> NoAnswerError:
    code, reason, message = describe(error)
    if reason:
        return NoAnswerError(f"{message} ({reason})", lasting=reason not in OF_THE_REQUEST)
    told = {
        grpc.StatusCode.UNAVAILABLE: "the Provider server cannot be reached or broke off",
        grpc.StatusCode.DEADLINE_EXCEEDED: "it did not answer in time",
        grpc.StatusCode.UNIMPLEMENTED: "the Provider server does not answer prompts",
    }
    lasting = code != grpc.StatusCode.DEADLINE_EXCEEDED
    return NoAnswerError(told.get(code, f"the Provider server answered {code.name}"), lasting=lasting)
