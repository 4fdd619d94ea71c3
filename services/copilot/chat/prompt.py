"""The chat prompt with what it is given."""

from __future__ import annotations

from functools import cache
from typing import Any

from services.copilot.chat.actions import NEEDED
from services.copilot.grounding import PackedContext
from services.copilot.knowledge import dsl
from services.copilot.knowledge.landscape import landscape_about, landscape_block
from services.copilot.language import LANGUAGES
from services.copilot.model.prompts import DATA_RULE, Rendered, data, prompt
from services.copilot.words import Stems, stems
from services.pipelines.dsl.language import connectors, kinds

MOST_YAML_CHARACTERS = 16_000
MOST_ERROR_CHARACTERS = 4_000
MOST_OF_A_QUESTION = 300
NOTHING = "(nothing)"
PIPELINE_WORDS = (
    "pipeline yaml node edge source sink target connector connection load copy ingest extract transform etl sync "
    "replicate deduplicate schedule migrate run job mapping workflow filter aggregate lookup "
    "przeplyw wezel zrodlo laduj zaladuj skopiuj kopiuj przenies zasil harmonogram migracja uruchom zadanie"
)
"""Words of which one, or the name of a kind of node or connector, makes a question one about pipelines."""

_FACTS = (
    ("pipeline_id", "Open pipeline"),
    ("pipeline_name", "Its name"),
    ("selected_node_id", "Selected node"),
    ("screen", "Page"),
)


def chat_prompt(language: str, said: str, context: Any, found: PackedContext, *, is_first: bool = True) -> Rendered:
    """`context` is a PipelineContext; every value of it, and what was retrieved, is data.

    Where the conversation begins with a short question (`said`, `is_first`) that touches no pipeline, the prompt leaves
    the pipeline language and the terms it does not name out: that halves what a small model has to read first.
    """
    is_whole = not is_first or is_set(context) or len(said) > MOST_OF_A_QUESTION or _touches_pipelines(said)
    return prompt(__package__, "chat.md").render(
        language=LANGUAGES[language],
        landscape=landscape_block() if is_whole else landscape_about(said),
        dsl=dsl.brief() if is_whole else f"YAML with nodes and edges. Connectors: {', '.join(connectors())}.",
        actions="\n".join(_action(kind, needed) for kind, needed in NEEDED.items()),
        data_rule=DATA_RULE,
        pipeline=pipeline_text(context),
        context=data("context", found.text) if found.text else NOTHING,
    )


def pipeline_text(context: Any) -> str:
    """What of a PipelineContext is set, fenced."""
    lines = [
        f"{label}: {' '.join(str(getattr(context, name)).split())[:200]}"
        for name, label in _FACTS
        if getattr(context, name)
    ]
    parts = [data("open", "\n".join(lines))] if lines else []
    if context.yaml:
        parts.append(data("pipeline", context.yaml, MOST_YAML_CHARACTERS))
    if context.last_error:
        parts.append(data("error", context.last_error, MOST_ERROR_CHARACTERS))
    return "\n".join(parts) or NOTHING


def is_set(context: Any) -> bool:
    """Whether the user has a pipeline before them."""
    return bool(context.pipeline_id or context.yaml or context.selected_node_id or context.last_error)


def _touches_pipelines(said: str) -> bool:
    words = Stems(stems(said))
    return any(stem in words for stem in _pipeline_stems())


@cache
def _pipeline_stems() -> tuple[str, ...]:
    return tuple(stems(" ".join((PIPELINE_WORDS, *kinds(), *connectors()))))


def _action(kind: str, needed: tuple[str, ...]) -> str:
    return f"- {kind}: {', '.join(needed)}" if needed else f"- {kind}"
