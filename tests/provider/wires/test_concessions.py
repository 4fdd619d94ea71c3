"""Parameters that a model refuses are left out: asked once more, then remembered."""

from __future__ import annotations

import pytest

from dataflow.provider.v1.completion_pb2 import ResponseFormat
from services.provider.errors import LlmBadRequest, LlmContextTooLong
from tests.provider.wires import prompts
from tests.provider.wires.prompts import prompt
from tests.provider.wires.servers import answered, streamed
from tests.provider.wires.voices import VOICES, Answer

SCHEMA = '{"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": false}'
AS_SCHEMA = prompt(response_format=ResponseFormat.json_schema, json_schema=SCHEMA)
WARM = prompt(temperature=0.2)
# As the providers word it.
REFUSALS = [
    ("anthropic", WARM, "temperature", "`temperature` is deprecated for this model."),
    ("anthropic", WARM, "temperature", "temperature: Extra inputs are not permitted"),
    ("anthropic", AS_SCHEMA, "output_config", "output_config: Extra inputs are not permitted"),
    ("anthropic", AS_SCHEMA, "output_config", "'claude-x' does not support structured outputs."),
    ("anthropic-at-openrouter", WARM, "temperature", "`temperature` is deprecated for this model."),
    ("openrouter", WARM, "temperature", "Unsupported value: 'temperature' does not support 0.2 with this model."),
    ("local", prompt(), "stream_options", "Unrecognized request argument supplied: stream_options"),
    (
        "local",
        prompt(response_format=ResponseFormat.json),
        "response_format",
        "'response_format.type' must be 'json_schema' or 'text'",
    ),
    ("local", AS_SCHEMA, "response_format", "response_format is not supported"),
    (
        "local",
        prompt(),
        "max_tokens",
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    ),
]


@pytest.mark.parametrize(("name", "asked", "parameter", "refusal"), REFUSALS)
async def test_a_refused_parameter_is_left_out_from_then_on(connect, name, asked, parameter, refusal):
    voice = VOICES[name]

    def steps(request):
        if parameter in request.body:
            return answered(400, voice.error(400, "invalid_request_error", refusal))
        return streamed(voice.frames(Answer()))

    line = await connect(voice, steps)
    for _ in range(2):
        assert prompts.text(await line.events(asked)) == "Hello world"
    bodies = [request.body for request in line.server.requests]
    assert [parameter in body for body in bodies] == [True, False, False]
    if parameter == "max_tokens":
        assert bodies[-1]["max_completion_tokens"] == 64
    if asked is AS_SCHEMA:
        assert '"additionalProperties": false' in str(bodies[-1].get("system") or bodies[-1]["messages"][0]["content"])
    await line.events(asked, model="another-model")
    assert parameter in line.server.requests[-2].body  # what one model refuses another may take


async def test_two_refused_parameters(connect):
    voice = VOICES["local"]

    def steps(request):
        for parameter in ("temperature", "stream_options"):
            if parameter in request.body:
                return answered(400, voice.error(400, "x", f"Unknown parameter: {parameter}"))
        return streamed(voice.frames(Answer()))

    line = await connect(voice, steps)
    assert prompts.text(await line.events(WARM)) == "Hello world"
    assert len(line.server.requests) == 3


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        ("temperature: must be at most 1", LlmBadRequest),
        ("messages: must not be empty", LlmBadRequest),
        ("prompt is too long: temperature", LlmContextTooLong),
    ],
)
async def test_what_does_not_help_is_not_tried_again_and_not_learnt(voice, connect, refusal, error):
    line = await connect(voice, answered(400, voice.error(400, "invalid_request_error", refusal)))
    for _ in range(2):
        with pytest.raises(error):
            await line.events(WARM)
    tries = 2 if refusal.startswith("temperature") else 1
    assert ["temperature" in request.body for request in line.server.requests] == [True, False][:tries] * 2
