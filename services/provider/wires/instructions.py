"""What the model is told where a dialect has no parameter for the form of the answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

from dataflow.provider.v1.completion_pb2 import Prompt, ResponseFormat


@cache
def _template(name: str) -> Template:
    return Template((Path(__file__).parent / name).read_text(encoding="utf-8").strip())


def system_text(prompt: Prompt, *, enforced: bool) -> str:
    """The prompt's system text, followed by what the answer has to look like.

    `enforced`: a parameter of the request enforces the schema, so it need not be told.
    """
    told = ""
    if prompt.response_format == ResponseFormat.json:
        told = _template("json_only.txt").substitute()
    elif prompt.response_format == ResponseFormat.json_schema and not enforced:
        told = _template("json_schema.txt").substitute(schema=prompt.json_schema)
    return "\n\n".join(filter(None, [prompt.system, told]))
