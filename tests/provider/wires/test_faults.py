"""What goes wrong at a provider, and which error that is: the same cases on every wire."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

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
from services.provider.wire import Accepted, Event
from tests.provider.wires import prompts
from tests.provider.wires.servers import Cut, End, Head, Send, Stall, answered, streamed
from tests.provider.wires.voices import KEY, MODEL, VOICES, Answer, sse

STATUSES = [
    (400, "invalid_request_error", LlmBadRequest, False, "does not take this prompt (400); it says: as it said"),
    (401, "authentication_error", LlmAuth, False, "refused the key (401): check {key}"),
    (
        402,
        "billing_error",
        LlmAuth,
        False,
        "has no credit left (402): top up the account of {key}; it says: as it said",
    ),
    (403, "permission_error", LlmAuth, False, "refused the key (403)"),
    (408, "timeout", LlmTimeout, True, "gave up waiting (408)"),
    (413, "request_too_large", LlmContextTooLong, False, "longer than the model's window (413)"),
    (422, "unprocessable", LlmBadRequest, False, "does not take this prompt (422)"),
    (429, "rate_limit_error", LlmRateLimited, True, "is limiting the rate (429)"),
    (500, "api_error", LlmUnavailable, True, "failed (500); it says: as it said"),
    (502, "bad_gateway", LlmUnavailable, True, "failed (502)"),
    (503, "unavailable", LlmOverloaded, True, "is overloaded (503)"),
    (504, "timeout_error", LlmUnavailable, True, "failed (504)"),
    (529, "overloaded_error", LlmOverloaded, True, "is overloaded (529)"),
    (302, "moved", LlmUnavailable, False, "has no such endpoint (302): check {url}"),
    (405, "no_method", LlmUnavailable, False, "has no such endpoint (405): check {url}"),
]


async def failure(line) -> LlmError:
    with pytest.raises(LlmError) as caught:
        await line.events()
    return caught.value


async def until_failure(line) -> tuple[list[Event], LlmError]:
    events: list[Event] = []
    try:
        async for event in line.wire.stream(prompts.prompt(), MODEL):
            events.append(event)  # noqa: PERF401 - why: they are wanted when the loop ends by an error, too
    except LlmError as error:
        return events, error
    raise AssertionError(f"no error after {events}")


@pytest.mark.parametrize(
    ("status", "kind", "error", "retryable", "says"), STATUSES, ids=[str(row[0]) for row in STATUSES]
)
async def test_statuses(voice, connect, status, kind, error, retryable, says):
    line = await connect(voice, answered(status, voice.error(status, kind, "as it said")))
    raised = await failure(line)
    assert type(raised) is error
    assert raised.retryable is retryable
    assert raised.retry_after is None
    assert raised.message.startswith(voice.peer + " ")
    assert says.format(key=voice.key_setting, url=voice.url_setting) in raised.message
    assert len(line.server.requests) == 1  # retries are not the wire's


@pytest.mark.parametrize("status", [402, 429, 503, 529])
@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("0.5", 0.5), ("-3", 0), ("date", 30), ("a long time ago", 0), ("soon", None), ("inf", None)],
)
async def test_retry_after(voice, connect, status, value, seconds):
    in_half_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    value = {"date": in_half_a_minute, "a long time ago": "Wed, 21 Oct 2015 07:28:00 GMT"}.get(value, value)
    line = await connect(voice, answered(status, voice.error(status, "some_error", "m"), retry_after=value))
    raised = await failure(line)
    assert raised.retry_after == (None if seconds is None else pytest.approx(seconds, abs=2 if seconds == 30 else 0.01))
    assert raised.retryable is (status != 402 or seconds is not None)


@pytest.mark.parametrize(
    ("name", "status", "kind", "message", "error"),
    [
        (
            "anthropic",
            400,
            "invalid_request_error",
            "prompt is too long: 210000 tokens > 200000 maximum",
            LlmContextTooLong,
        ),
        (
            "anthropic",
            400,
            "invalid_request_error",
            "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
            LlmContextTooLong,
        ),
        ("anthropic", 400, "invalid_request_error", "Your credit balance is too low to access the API.", LlmAuth),
        ("anthropic", 400, "invalid_request_error", "Output blocked by content filtering policy", LlmContentFiltered),
        ("anthropic", 404, "not_found_error", "model: claude-0", LlmUnavailable),
        ("openrouter", 400, "context_length_exceeded", "too long", LlmContextTooLong),
        (
            "openrouter",
            400,
            "invalid_request",
            "This endpoint's maximum context length is 8192 tokens. However, you requested about 9000 tokens",
            LlmContextTooLong,
        ),
        ("openrouter", 403, "content_policy_violation", "flagged", LlmContentFiltered),
        ("openrouter", 400, "invalid_request", "x/y is not a valid model ID", LlmUnavailable),
        ("openrouter", 404, "not_found", "No endpoints found for x/y.", LlmUnavailable),
        ("local", 400, "context_length_exceeded", "m", LlmContextTooLong),
        ("local", 400, "BadRequestError", "This model's maximum context length is 4096 tokens.", LlmContextTooLong),
        ("local", 400, "exceed_context_size_error", "the request exceeds the available size", LlmContextTooLong),
        ("local", 500, "server_error", "the request exceeds the available context size. try", LlmContextTooLong),
        ("local", 400, "content_filter", "m", LlmContentFiltered),
        ("local", 429, "insufficient_quota", "You exceeded your current quota", LlmAuth),
        ("local", 404, "model_not_found", "m", LlmUnavailable),
    ],
)
async def test_faults_that_only_a_code_or_a_documented_sentence_tells_apart(
    connect, name, status, kind, message, error
):
    voice = VOICES[name]
    line = await connect(voice, answered(status, voice.error(status, kind, message)))
    raised = await failure(line)
    assert type(raised) is error
    assert not raised.retryable
    assert message in raised.message


async def test_a_moderation_says_what_it_objects_to(connect):
    body = {"error": {"code": 403, "message": "Flagged", "metadata": {"reasons": ["violence"], "flagged_input": "…"}}}
    raised = await failure(await connect(VOICES["openrouter"], answered(403, body)))
    assert type(raised) is LlmContentFiltered
    assert "violence" in raised.message


async def test_a_model_that_the_prompt_named_is_the_callers_mistake(voice, connect):
    line = await connect(voice, answered(404, voice.error(404, "not_found_error", "model: x")))
    with pytest.raises(LlmBadRequest, match="the model that the prompt names"):
        await line.events(prompts.prompt(model="x"))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"error": "model 'x' not found, try pulling it first"}, "set LOCAL_LLM_MODEL to one it has, or load it there"),
        ({"error": {"message": "The model `x` does not exist.", "code": 404}}, "set LOCAL_LLM_MODEL"),
        ({"object": "error", "message": "The model `x` does not exist.", "code": 404}, "set LOCAL_LLM_MODEL"),
        (
            {"detail": "Not Found"},
            "no such endpoint (404): check LOCAL_LLM_BASE_URL (most servers want it to end in /v1)",
        ),
        ("404 page not found", "no such endpoint (404): check LOCAL_LLM_BASE_URL"),
        ("", "no such endpoint (404): check LOCAL_LLM_BASE_URL"),
        ({"error": {"message": "File Not Found", "type": "not_found_error"}}, "check LOCAL_LLM_BASE_URL"),
    ],
)
async def test_what_is_missing_at_a_local_server(connect, body, says):
    raised = await failure(await connect(VOICES["local"], answered(404, body)))
    assert type(raised) is LlmUnavailable
    assert says in raised.message


@pytest.mark.parametrize(
    "body",
    [
        {"error": "as it said"},
        {"error": {"message": "as it said"}},
        {"error": {"message": {"why": "as it said"}}},
        {"message": "as it said"},
        {"detail": "as it said"},
        {"detail": [{"msg": "as it said"}]},
        "as it said",
    ],
)
async def test_error_bodies_of_any_shape(voice, connect, body):
    assert "as it said" in (await failure(await connect(voice, answered(400, body)))).message


@pytest.mark.parametrize("body", ["", "<html>no</html>", b"\xff\xfe", "null", "[]", "{", "7"])
async def test_error_bodies_of_no_shape(voice, connect, body):
    raised = await failure(await connect(voice, answered(500, body)))
    assert type(raised) is LlmUnavailable
    assert "html" not in raised.message


@pytest.mark.parametrize("more", [[Stall()], [Send(b"x" * 10_000)] * 20, [Cut()]], ids=["stalls", "is huge", "is cut"])
async def test_an_error_is_told_though_its_body(voice, connect, more, monkeypatch):
    monkeypatch.setattr("services.provider.wires.content.ERROR_SECONDS", 0.1)
    line = await connect(voice, [Head(429, (("retry-after", "7"),)), Send(b"as it "), *more, Stall()])
    async with asyncio.timeout(3):
        raised = await failure(line)
    assert type(raised) is LlmRateLimited
    assert raised.retry_after == 7
    assert "as it" in raised.message


async def test_a_long_message_is_cut_to_one_line(voice, connect):
    raised = await failure(await connect(voice, answered(400, voice.error(400, "x", "word\n\x1b[1m" * 5000))))
    assert len(raised.message) < 400
    assert raised.message.isprintable()


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (529, "overloaded_error", LlmOverloaded),
        (429, "rate_limit_error", LlmRateLimited),
        (500, "api_error", LlmUnavailable),
        (401, "authentication_error", LlmAuth),
        (400, "invalid_request_error", LlmBadRequest),
    ],
)
@pytest.mark.parametrize("delivered", [False, True], ids=["first", "after text"])
async def test_an_error_event_under_200(voice, connect, status, kind, error, delivered):
    begun = [frame for frame in voice.frames(Answer(finish=None)) if b"content_block_stop" not in frame]
    line = await connect(
        voice, streamed([*(begun if delivered else ()), voice.error_event(status, kind, "as it said")])
    )
    events, raised = await until_failure(line)
    assert type(raised) is error
    assert "as it said" in raised.message or error is LlmAuth
    assert any(isinstance(event, Accepted) for event in events) is delivered
    assert prompts.text(events) == ("Hello world" if delivered else "")


async def test_openrouter_ends_a_choice_with_an_error(connect):
    broken = {
        "error": {"code": 502, "message": "Provider disconnected"},
        "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
    }
    line = await connect(VOICES["openrouter"], streamed([*VOICES["openrouter"].frames(Answer())[:2], sse(broken)]))
    assert "Provider disconnected" in (await failure(line)).message


# A break at any place: cut with the connection, or ended as if it were complete, inside and between events.
BREAKS = {
    "before anything": lambda frames: [],
    "between events": lambda frames: frames[:3],
    "inside an event": lambda frames: [*frames[:3], frames[3][: len(frames[3]) // 2]],
    "inside the first": lambda frames: [frames[0][:20]],
}


@pytest.mark.parametrize("cut", BREAKS.values(), ids=BREAKS.keys())
@pytest.mark.parametrize("end", [Cut(), End()], ids=["cut", "EOF"])
async def test_an_end_without_a_finish_is_an_error(voice, connect, cut, end):
    line = await connect(voice, streamed(cut(voice.frames(Answer())), end))
    raised = await failure(line)
    assert type(raised) is LlmUnavailable
    assert raised.retryable
    assert ("broke off" in raised.message) is isinstance(end, Cut)


@pytest.mark.parametrize("end", [Cut(), End(), Stall()], ids=["cut", "EOF", "stall"])
async def test_a_finish_is_enough_whatever_follows(voice, connect, end, monkeypatch):
    monkeypatch.setattr("services.provider.wires.answer.TAIL_SECONDS", 0.1)
    frames = voice.frames(Answer())
    finish = next(at for at, frame in enumerate(frames) if b'"stop"' in frame or b"end_turn" in frame)
    line = await connect(voice, streamed(frames[: finish + 1], end))
    events = await line.events()
    assert (prompts.text(events), prompts.finish(events)) == ("Hello world", "stop")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'{"choices": [', "no JSON"),
        (b"Internal Server Error", "no JSON"),
        (b'"\xff\xfe"', "no text"),
        (b"[]", "not of the expected shape"),
        (b"7", "not of the expected shape"),
        (b'{"type": "content_block_delta", "choices": 7}', "not of the expected shape"),
        (b'{"type": "content_block_delta", "index": 0, "delta": 7, "choices": [{"delta": 7}]}', "expected shape"),
    ],
)
async def test_malformed_events(voice, connect, data, why):
    frames = [*voice.frames(Answer())[:2], b"data: " + data + b"\n\n"]
    raised = await failure(await connect(voice, streamed(frames)))
    assert type(raised) is LlmUnavailable
    assert "number 3" in raised.message
    assert why in raised.message


@pytest.mark.parametrize(
    "form", [b"data: %b\n\n", b"data: %b", b": %b", b"%b"], ids=["event", "open", "comment", "line"]
)
async def test_a_huge_event_is_bounded(voice, connect, form):
    huge = form % (b"x" * (1 << 16))
    chunks = [huge[at : at + (1 << 14)] for at in range(0, len(huge), 1 << 14)]
    piece = b"x" * (1 << 16)
    line = await connect(voice, streamed([*voice.frames(Answer())[:2], *chunks[:-1], *[piece] * 40, chunks[-1]]))
    raised = await failure(line)
    assert type(raised) is LlmUnavailable
    assert not raised.retryable
    assert "event 3 is longer than 1048576 bytes" in raised.message


async def test_a_web_page_is_no_answer(voice, connect):
    page = [Head(200, (("content-type", "text/html; charset=utf-8"),)), Send(b"<html>Log in</html>"), End()]
    raised = await failure(await connect(voice, page))
    assert f"answered a web page (text/html): check {voice.url_setting}" in raised.message
    assert not raised.retryable


async def test_an_error_as_a_document_under_200(voice, connect):
    line = await connect(voice, answered(200, voice.error(529, "overloaded_error", "as it said")))
    raised = await failure(line)
    assert type(raised) is LlmOverloaded
    assert "as it said" in raised.message


async def test_a_connection_closed_without_an_answer(voice, connect):
    raised = await failure(await connect(voice, [Cut()]))
    assert type(raised) is LlmUnavailable
    assert "closed the connection without an answer" in raised.message


async def test_nobody_listens(voice, unused_tcp_port_factory):
    wire = voice.wire(f"http://127.0.0.1:{unused_tcp_port_factory()}")
    for act in (anext(wire.stream(prompts.prompt(), "m")), wire.probe()):
        with pytest.raises(LlmUnavailable) as caught:
            await act
        assert caught.value.message == f"{voice.peer} cannot be reached: check {voice.url_setting}"
        assert caught.value.retryable
    await wire.close()


async def test_keys_never_show(voice, connect, caplog):
    said = f"bad key {KEY} (Bearer {KEY}), or sk-or-v1-{'a' * 40}, at https://user:hunter2@host/"
    caplog.set_level("DEBUG")
    for status in (400, 401, 403, 404, 500):
        line = await connect(voice, answered(status, voice.error(status, "x", said)))
        raised = await failure(line)
        for shown in (
            raised.message,
            repr(raised),
            str(raised.__cause__),
            repr(vars(raised)),
            repr(line.wire),
            caplog.text,
        ):
            assert not [secret for secret in (KEY, "sk-or-v1-aaa", "hunter2") if secret in shown]


@pytest.mark.parametrize("name", ["anthropic", "anthropic-at-openrouter", "openrouter"])
@pytest.mark.parametrize(
    ("key", "says"), [("", "is not set"), ("sk-ab\nc", "holds characters"), ("sk-ż", "holds characters")]
)
async def test_a_key_that_cannot_be_sent(name, key, says, monkeypatch):
    monkeypatch.setattr("tests.provider.wires.voices.KEY", key)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "of-someone-else")
    wire = VOICES[name].wire("http://127.0.0.1:9")
    for act in (anext(wire.stream(prompts.prompt(), "m")), wire.probe()):
        with pytest.raises(LlmAuth, match=f"{VOICES[name].key_setting} {says}") as caught:
            await act
        assert not key or key not in str(caught.value)
    await wire.close()


async def test_text_before_a_break_was_delivered(voice, connect):
    line = await connect(voice, streamed(voice.frames(Answer(finish=None)), Cut()))
    events, raised = await until_failure(line)
    assert type(raised) is LlmUnavailable
    assert prompts.text(events) == "Hello world"
    assert prompts.usage(events)[0] == (11 if "anthropic" in voice.name else None)
