"""Download → a source of answers by address, which the rows look up. Source: Designer Help, "Download Tool"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.migration.ast import Setting
from services.migration.parsers import redact
from services.migration.rules.alteryx import asked, frame
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.relation import Column
from services.migration.rules.steps.context import StepContext

HEADERS = Column("DownloadHeaders", "varchar")
GIVES = {
    "string": ("text", Column("DownloadData", "varchar")),
    "blob": ("binary", Column("DownloadData", "binary")),
    "tempfile": ("file", Column("DownloadTempFile", "varchar")),
    "filename": ("file", None),
}
"""Output mode, in lower case → how the answer is held, and the field that holds it; none where a field names a file."""
PLAIN = frozenset({"accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "content-type",
                   "user-agent"})  # fmt: skip  # a list of names
"""Headers, in lower case, that never hold a credential: the only ones whose values are written down."""
WAYS = frozenset({"grant_type", "format", "page", "per_page", "limit", "offset", "sort", "order", "lang", "units"})
"""Parameters of which the same is true."""
ALL_OTHERS = "*unknown"
LONGEST_METHOD = 20


def convert(context: StepContext) -> Outcome:
    given, settings = context.input(), context.settings
    if not settings.text("URLField"):
        raise NotConvertible("it names no field that holds an address", "Name the field.")
    mode = settings.text("OutputMode").lower() or "string"
    if mode not in GIVES:
        raise NotConvertible(f"its way of giving the answer, '{mode}', is not known", "Write the call by hand.")
    gives, held = GIVES[mode]
    answers = asked.last_run(context, [*([held] if held else []), HEADERS])
    question = asked.Question(given, answers)
    request: dict[str, Any] = {"url_column": question.key(frame.find(given, settings.text("URLField")))}
    request |= _request(settings, question) | {"gives": gives}
    config: dict[str, Any] = {"connection": "http"} if _signs_in(settings, request) else {}
    config["request"] = request
    address = _only_address(context, settings.text("URLField"))
    if address:
        config["path"] = address
    source = question.source(context, "http", config)
    asked.told(
        context,
        source,
        "calls a web service for each row",
        "Fetch the answers in a step before the pipeline and give them to the source: a row for each "
        f"{', '.join(question.keys.values())} that arrives, with {', '.join(each.name for each in answers)}.",
    )
    return asked.one_answer(context, question, source)


def _request(settings: Setting, question: asked.Question) -> dict[str, Any]:
    payload = settings.one("Payload")
    found: dict[str, Any] = {}
    method = payload.text("HTTPAction").upper()
    if method.isascii() and method.isalpha() and len(method) <= LONGEST_METHOD:
        found["method"] = method
    headers = [*_constants(settings.all("Headers", "NameValues"), PLAIN), *_fields(settings.all("Headers"), question)]
    parameters: list[dict[str, Any]] = []
    if payload.text("QueryStringBodyMode").lower() in ("", "compose"):
        parameters = [
            *_constants(payload.all("ComposeNameValues"), WAYS),
            *_fields(settings.all("Payload"), question),
        ]
    else:
        body = _body(payload, question)
        if body:
            found["body_column"] = body
    if settings.one("EncodeURLs").get("value").lower() == "true":
        found["encode_url"] = True
    found |= {"headers": headers} if headers else {}
    return found | ({"parameters": parameters} if parameters else {})


def _constants(lists: tuple[Setting, ...], shown: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Names with a value of their own; only what can't be a credential is written down."""
    for held in lists:
        for pair in held.children:
            name = pair.get("name") or pair.text("Name") or pair.get("key") or pair.text("Key")
            value = pair.get("value") or pair.text("Value") or pair.value.strip()
            if not name:
                continue
            plain = name.lower() in shown and redact.text(value) == value
            yield {"name": name, **({"value": value} if plain else {"secret": True})}


def _fields(blocks: tuple[Setting, ...], question: asked.Question) -> Iterator[dict[str, Any]]:
    """Names with the value of a field that arrives, which is part of the question unless it is a credential."""
    listed = [each for block in blocks for tag in ("Fields", "ComposeFields") for each in block.all(tag, "Field")]
    chosen = {each.get("name").lower(): each.get("selected").lower() == "true" for each in listed}
    for column in frame.visible(question.given):
        if not chosen.get(column.name.lower(), chosen.get(ALL_OTHERS, False)):
            continue
        if redact.names_secret(column.name):
            yield {"name": column.name, "secret": True}
        else:
            yield {"name": column.name, "column": question.key(column)}


def _body(payload: Setting, question: asked.Question) -> str:
    """The field that is sent as the body; "" where the settings name none that arrives."""
    arriving = {column.name.lower(): column for column in frame.visible(question.given)}
    for each in payload.children:
        column = arriving.get(each.value.strip().lower()) if each.name.lower().endswith("field") else None
        if column and not redact.names_secret(column.name):
            return question.key(column)
    return ""


def _signs_in(settings: Setting, request: dict[str, Any]) -> bool:
    parts = [*request.get("headers", ()), *request.get("parameters", ())]
    return any(part.get("secret") for part in parts) or bool(settings.text("UserName") or settings.text("Password"))


def _only_address(context: StepContext, name: str) -> str:
    """The address, where all rows hold the same: they come from a Text Input at once."""
    before = [link.from_step for link in context.mapping.links if link.to_step == context.name]
    steps = [step for step in context.mapping.transformations if step.name in before and step.type == "TextInput"]
    found: set[str] = set()
    for step in steps if len(before) == 1 else ():
        names = [each.get("name").lower() for each in step.settings.all("Fields", "Field")]
        place = names.index(name.lower()) if name.lower() in names else len(names)
        rows = [row.all("c") for row in step.settings.all("Data", "r")]
        found |= {cells[place].value.strip() for cells in rows if len(cells) > place}
    return redact.text(found.pop()) if len(found) == 1 else ""
