"""What an error names as the thing to look at: the system it cannot reach, the user without space, the locked table."""

from __future__ import annotations

import re
from functools import lru_cache

from services.copilot.diagnose.match import match
from services.copilot.rca.collect import Facts
from services.copilot.rca.error_classes import rows

_LONGEST = 2_000  # characters of a text that are looked at
_ADDRESS = re.compile(
    r"(?<![\w.:/-])(?:localhost|(?=[\w-]*[.\d-])(?=\S*[a-z])(?!\S+\.(?:py|java|scala|kt|sql|js|ts|go|cs|cpp):)[A-Za-z\d]"
    r"[\w-]*(?:\.[\w-]+)*|(?:\d{1,3}\.){3}\d{1,3}):\d{3,5}(?![\w:])"
)
"""`hana-prd:30015`, `10.0.0.7:1433`; neither a time nor a line of source code (`Load.java:120`)."""


def concerned(cause: str, facts: Facts) -> str:
    """What the run's error, else its telling log lines, name of the kinds that `concerns` of causes.yaml lists for the
    cause; "" where they name none.
    """
    kinds = tuple(rows("causes.yaml")["causes"][cause].get("concerns", ()))
    run = facts.symptom.run
    texts = ([run.error_message] if run else []) + [line.message for line in facts.told]
    return next((name for text in texts if kinds and (name := _named(text[:_LONGEST], kinds))), "")


@lru_cache(maxsize=1024)
def _named(text: str, kinds: tuple[str, ...]) -> str:
    known = match(text)
    slots = dict(known.slots) if known else {}
    address = _ADDRESS.search(text)
    if address:
        slots["address"] = address[0]
    return next((slots[kind] for kind in kinds if slots.get(kind)), "")
