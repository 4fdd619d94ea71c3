"""The probe of every wire: a cheap real request, and what it says where it fails."""

from __future__ import annotations

import pytest

from services.provider.errors import LlmAuth, LlmError, LlmRateLimited, LlmTimeout, LlmUnavailable
from tests.provider.wires.servers import End, Head, Send, Stall, answered
from tests.provider.wires.voices import KEY, VOICES


async def test_it_asks_with_the_key(voice, connect):
    line = await connect(voice, answered(200, {"data": []}))
    await line.wire.probe()
    request = line.server.requests[0]
    assert (request.method, request.path, request.body) == ("GET", voice.probe_path, None)
    assert KEY in request.headers.get("authorization", request.headers.get("x-api-key"))


async def test_what_it_gets_does_not_matter(voice, connect):
    headers = (("content-type", "application/json"),)
    await (await connect(voice, [Head(200, headers), Send(b'{"dat'), End()])).wire.probe()


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        (401, LlmAuth, "refused the key (401): check {key}"),
        (402, LlmAuth, "has no credit left (402): top up the account of {key}"),
        (403, LlmAuth, "refused the key (403): check what {key} may do"),
        (404, LlmUnavailable, "has no such endpoint (404): check {url}"),
        (429, LlmRateLimited, "is limiting the rate (429)"),
        (500, LlmUnavailable, "failed (500)"),
    ],
)
async def test_what_it_says(voice, connect, status, error, says):
    line = await connect(voice, answered(status, "no"))
    with pytest.raises(LlmError) as caught:
        await line.wire.probe()
    assert type(caught.value) is error
    assert f"{voice.peer} " + says.format(key=voice.key_setting, url=voice.url_setting) in caught.value.message
    assert len(line.server.requests) == 1


@pytest.mark.parametrize("steps", [[Stall()], [Head(500), Stall()]], ids=["no answer", "half an error"])
async def test_it_does_not_wait_for_long(voice, connect, steps, monkeypatch):
    for wire in ("anthropic", "openai_wire"):
        monkeypatch.setattr(f"services.provider.wires.{wire}.PROBE_SECONDS", 0.1)
    line = await connect(voice, steps)
    with pytest.raises(LlmTimeout, match=f"{voice.peer} did not answer within 0.1 s"):
        await line.wire.probe()


def listing(*rows):
    return {"object": "list", "data": [{"id": name, **({"owned_by": owner} if owner else {})} for name, owner in rows]}


@pytest.mark.parametrize(
    ("name", "model", "listed", "there"),
    [
        ("openrouter", "a/b:free", [("a/b:free", ""), ("a/b", "")], True),
        ("openrouter", "a/b:free", [("a/b", "")], False),
        ("openrouter", "a/b:nitro", [("a/b", "")], True),
        ("openrouter", "openrouter/auto", [("a/b", "")], True),
        ("openrouter", "a/b", [], True),
        ("local", "llama3.2", [("llama3.2:latest", "library")], True),
        ("local", "llama3.2", [("qwen3:4b", "library")], False),
        ("local", "served", [("served", "vllm")], True),
        ("local", "other", [("served", "vllm")], False),
        ("local", "other", [("file.gguf", "llamacpp")], True),
        ("local", "other", [("file.gguf", "")], True),
    ],
)
async def test_a_model_that_is_not_on_a_complete_list_is_missing(connect, name, model, listed, there):
    voice = VOICES[name]
    line = await connect(voice, answered(200, listing(*listed)))
    for _ in range(2):
        if there:
            await line.wire.probe(model)
        else:
            with pytest.raises(LlmUnavailable, match=f"{name} does not list the model {model}: set {name.upper()}_"):
                await line.wire.probe(model)
    assert len(line.server.requests) == (3 if there else 4)  # what is there is not looked for again


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'{"data": 7}', b'{"data": [7]}', b'{"data": [{}]}'])
async def test_a_list_that_is_none_says_nothing(connect, body):
    for name in ("openrouter", "local"):
        await (await connect(VOICES[name], answered(200, body))).wire.probe("a-model")


@pytest.mark.parametrize(
    ("answer", "there"),
    [
        (answered(200, {"id": "a-model"}), True),
        (answered(404, VOICES["anthropic"].error(404, "not_found_error", "model: a-model")), False),
        (answered(404, "page not found"), True),
        (answered(500, "no"), True),
    ],
)
async def test_the_messages_api_is_asked_for_the_model(connect, answer, there):
    voice = VOICES["anthropic"]
    line = await connect(voice, lambda request: answered(200, {}) if "?" in request.path else answer)
    if there:
        await line.wire.probe("a-model")
    else:
        with pytest.raises(LlmUnavailable, match=r"does not have the model .* set ANTHROPIC_MODEL"):
            await line.wire.probe("a-model")
    assert [request.path for request in line.server.requests] == [voice.probe_path, "/v1/models/a-model"]
