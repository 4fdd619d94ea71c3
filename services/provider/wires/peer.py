"""Whom a wire speaks to, as far as its errors have to name it, and what may never stand in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from services.provider.errors import LlmAuth

QUOTED_CHARS = 300  # of a provider's own message
_SHORTEST_SECRET = 4  # shorter ones are placeholders ("x"), and would tear holes into every message
# Keys as the providers write them, bearer tokens, and a user with a password in an address.
_KEYLIKE = re.compile(
    r"(?i)\b(?:sk|pk|rk|gsk|key|token)[-_](?=[\w*.-]*[\d*])[\w*.-]{6,}|\bbearer\s+[^\s\"',;]+|(?<=://)[^/\s@]+@"
)


@dataclass(frozen=True, slots=True)
class Peer:
    """One provider as configured: its name and those of its settings."""

    name: str
    url_setting: str
    model_setting: str
    key_setting: str
    key: str = field(repr=False)
    key_needed: bool = True
    url_hint: str = ""  # what is most often wrong about the address
    model_hint: str = ""  # what else helps where the model is missing

    def check_key(self) -> None:
        """Raises LlmAuth where the key is missing, or could not even be sent (a header's text may not hold it)."""
        if self.key_needed and not self.key:
            raise LlmAuth(f"{self.key_setting} is not set")
        if not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise LlmAuth(f"{self.key_setting} holds characters that no key has")

    def quote(self, text: str) -> str:
        """Someone else's text, fit for an error of ours: one line, of sane length, without secrets."""
        if len(self.key) >= _SHORTEST_SECRET:
            text = text.replace(self.key, "***")
        text = _KEYLIKE.sub("***", text)
        line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
        return line if len(line) <= QUOTED_CHARS else line[: QUOTED_CHARS - 1] + "…"
