"""OpenRouter: the OpenAI dialect with a name tag, exact cost, and errors under status 200."""

from __future__ import annotations

from services.provider.wires import catalogue
from services.provider.wires.openai_wire import OpenAiWire
from services.provider.wires.peer import Peer

BASE_URL = "https://openrouter.ai/api/v1"
# How OpenRouter tells applications apart, https://openrouter.ai/docs/app-attribution
NAME_TAG = {"HTTP-Referer": "https://dataflow.ai", "X-Title": "DataFlow AI"}


class OpenRouterWire(OpenAiWire):
    """OpenRouter's own API."""

    def __init__(self, *, key: str, base_url: str = BASE_URL) -> None:
        peer = Peer("openrouter", "OPENROUTER_BASE_URL", "OPENROUTER_MODEL", "OPENROUTER_API_KEY", key)
        super().__init__(
            peer,
            base_url,
            probe_path="/key",  # GET /models answers without a key
            catalogue=catalogue.OPENROUTER,
            headers={"authorization": f"Bearer {key}", **NAME_TAG},
            extra={"usage": {"include": True}},
            free=False,
        )
