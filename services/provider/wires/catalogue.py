"""Does the provider still have the model? What its list of models says, as far as that can be relied on.

Model ids go out of use while the configuration stays. A list is taken at its word only where the server refuses what is
not on it: llama.cpp serves its one model under any name, and others load models that they don't list.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from services.provider.errors import LlmUnavailable
from services.provider.wires.peer import Peer


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`owners`: the `owned_by` of servers whose list is complete; empty: it always is.

    `elsewhere`: beginnings of names that stand for a choice of models. `variants`: endings that any model may be given.
    """

    path: str
    owners: frozenset[str] = frozenset()
    elsewhere: tuple[str, ...] = ()
    variants: frozenset[str] = frozenset()

    def check(self, model: str, document: bytes, peer: Peer) -> None:
        """Raises LlmUnavailable where a list that is complete does not have the model."""
        names = self._names(document)
        base, _, variant = model.rpartition(":")
        wanted = {model, base if variant in self.variants else model}
        if names and not wanted & names and not model.startswith(self.elsewhere or ("\0",)):
            raise LlmUnavailable(
                f"{peer.name} does not list the model {peer.quote(model)}: "
                f"set {peer.model_setting} to one it has{peer.model_hint}",
                retryable=False,
            )

    def _names(self, document: bytes) -> frozenset[str]:
        """The ids listed; none where the list is no list, or not a complete one."""
        try:
            rows = json.loads(document)["data"]
            owners = {row.get("owned_by") for row in rows}
            names = {row["id"] for row in rows}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return frozenset()  # whatever this is, it does not say that the model is missing
        if self.owners and not owners <= self.owners:
            return frozenset()
        return frozenset(names | {name.removesuffix(":latest") for name in names})


# https://openrouter.ai/docs/guides/routing/model-variants
OPENROUTER = Catalogue(
    "/models",
    elsewhere=("openrouter/", "~", "@preset/"),
    variants=frozenset({"nitro", "floor", "online", "exacto", "thinking", "extended"}),
)
LOCAL = Catalogue("/models", owners=frozenset({"library", "vllm"}))  # Ollama, vLLM
