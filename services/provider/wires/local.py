"""Any server of one's own that speaks the OpenAI dialect: Ollama, vLLM, LM Studio, llama.cpp."""

from __future__ import annotations

from services.provider.wires import catalogue
from services.provider.wires.openai_wire import OpenAiWire
from services.provider.wires.peer import Peer


class LocalWire(OpenAiWire):
    """A local server; most need no key."""

    def __init__(self, *, base_url: str, key: str = "") -> None:
        peer = Peer(
            "local",
            "LOCAL_LLM_BASE_URL",
            "LOCAL_LLM_MODEL",
            "LOCAL_LLM_API_KEY",
            key,
            key_needed=False,
            url_hint=" (most servers want it to end in /v1)",
            model_hint=", or load it there",
        )
        super().__init__(
            peer,
            base_url,
            probe_path="/models",
            catalogue=catalogue.LOCAL,
            headers={"authorization": f"Bearer {key}"} if key else {},
            extra={"stream_options": {"include_usage": True}},
            free=True,
        )
