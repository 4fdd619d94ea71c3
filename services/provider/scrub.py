"""Keys out of texts. Wires promise that their errors hold none; what a provider echoes is checked all the same."""

from __future__ import annotations

from collections.abc import Callable

from services.runtime.redaction import REDACTED, redact_text

SHORTEST = 6  # characters; a shorter key would take ordinary words with it


def scrubber(key: str) -> Callable[[str], str]:
    """Removes `key`, and whatever looks like one."""

    def scrub(text: str) -> str:
        if len(key) >= SHORTEST:
            text = text.replace(key, REDACTED)
        return redact_text(text)

    return scrub
