"""The chat prompt with what it is given."""

from __future__ import annotations

from typing import Any

from services.copilot.chat.actions import NEEDED
from services.copilot.grounding import PackedContext
from services.copilot.knowledge import dsl
from services.copilot.knowledge.landscape import landscape_block
from services.copilot.language import LANGUAGES
from services.copilot.model.prompts import DATA_RULE, Rendered, data, prompt

MOST_YAML_CHARACTERS = 16_000
MOST_ERROR_CHARACTERS = 4_000
NOTHING = "(nothing)"

_FACTS = (
    ("pipeline_id", "Open pipeline"),
    ("pipeline_name", "Its name"),
    ("selected_node_id", "Selected node"),
    ("screen", "Page"),
)


def chat_prompt(language: str, context: Any, found: PackedContext) -> Rendered:
    """`context` is a PipelineContext; every value of it, and what was retrieved, is data."""
    return prompt(__package__, "chat.md").render(
        language=LANGUAGES[language],
        landscape=landscape_block(),
        dsl=dsl.brief(),
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


def _action(kind: str, needed: tuple[str, ...]) -> str:
    return f"- {kind}: {', '.join(needed)}" if needed else f"- {kind}"
