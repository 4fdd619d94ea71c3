"""Routing of messages to conversation, SQL and diagnosis: shares of labelled sets, and the time of one message.

    python -m benchmarks.intents

`intents` was written with the rules, `intents_tuned` was looked at to better them, `intents_held_out` never was.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from pathlib import Path

from benchmarks import machine
from services.copilot.chat.intent import route
from tests.copilot.chat.test_intent import DEFOG, LABELLED, SMALL_TALK, labelled

ROUNDS = 5


def sets() -> dict[str, list[tuple[str, str]]]:
    """Labelled messages by the name of their set."""
    found = {name: labelled(name) for name in LABELLED}
    found["small_talk"] = [("chat", line) for line in SMALL_TALK.read_text("utf-8").splitlines()]
    for path in sorted(Path(DEFOG).glob("*_*.csv")):
        with path.open(encoding="utf-8", newline="") as rows:
            found[f"defog {path.stem}"] = [("sql", row["question"]) for row in csv.DictReader(rows)]
    return found


def main() -> None:
    print(f"{machine.described()}\n\n| set | chat | sql | diagnose | all | ms a message |\n|---|---|---|---|---|---|")
    for name, messages in sets().items():
        asked, right = Counter(label for label, _ in messages), Counter[str]()
        route(messages[0][1])
        started = time.perf_counter()
        for _ in range(ROUNDS):
            right = Counter(label for label, text in messages if route(text).intent == label)
        each = (time.perf_counter() - started) / ROUNDS / len(messages) * 1000
        shares = " | ".join(f"{right[i]}/{asked[i]}" if asked[i] else "-" for i in ("chat", "sql", "diagnose"))
        print(f"| {name} | {shares} | {right.total() / len(messages):.1%} | {each:.2f} |")


if __name__ == "__main__":
    main()
