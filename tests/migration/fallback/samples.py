"""Exports with objects that need a model, and what a model might answer."""

from __future__ import annotations

import json

from benchmarks.generate_powercenter import constructs
from services.migration.fallback import ModelAnswer, ModelRequest
from services.migration.fallback.answer import Reply
from services.migration.pipeline import draft

AT = "2026-01-01T00:00:00Z"
CLASS_NAME = b'<TABLEATTRIBUTE NAME ="Class Name" VALUE ="Demo"/>'
CODE = "X = STATUS + CUSTOMER_ID; Y = ORDERED_AT; if (AMOUNT > 0) generateRow();"
GOOD = "SELECT status || CAST(customer_id AS VARCHAR(20)) AS x, ordered_at AS y FROM input WHERE amount > 0"


def java(code: str = CODE, active: bool = True) -> bytes:
    """The generated Java construct with some code in it."""
    escaped = code.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\n", "&#xA;")
    attributes = f'<TABLEATTRIBUTE NAME ="On Input Row" VALUE ="{escaped}"/>'
    if not active:
        attributes += '<TABLEATTRIBUTE NAME ="Is Active" VALUE ="NO"/>'
    content = constructs()["java"]
    assert CLASS_NAME in content
    return content.replace(CLASS_NAME, CLASS_NAME + attributes.encode())


def request_of(content: bytes, dialect: str = "postgresql") -> ModelRequest:
    """The only question of an export."""
    (request,) = draft(content, "x.xml", dialect=dialect, generated_at=AT).result.requests
    return request


def reply(sql: str | None = GOOD, **more: object) -> str:
    """An answer as a model writes it."""
    values = {"sql": sql, "explanation": "It joins status and customer.", "assumptions": ["amount is never text"]}
    return json.dumps({**values, **more})


def answer(sql: str = GOOD, **more: object) -> ModelAnswer:
    """An answer as it is kept."""
    told = Reply(sql, "It joins status and customer.", ("amount is never text",), 0.9)
    values = {"rounds": 1, "model": "m-1", "provider": "scripted", "prompt_tokens": 900, "completion_tokens": 80}
    return ModelAnswer(**{"reply": told, "cost_usd": 0.01, **values, **more})
