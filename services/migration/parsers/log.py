"""What the parser noticed: problems with their place, bounded in number."""

from __future__ import annotations

from collections import Counter

from services.migration.ast import Origin, Problem
from services.migration.parsers.elements import Element

MAX_PER_CODE = 500  # a damaged export repeats itself; the rest is counted


class Log:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []
        self._seen: set[Problem] = set()
        self._counts: Counter[str] = Counter()

    def origin(self, element: Element, name: str = "") -> Origin:
        return Origin(self.file, element.line, label(element.tag, name or element.get("NAME")))

    def error(self, code: str, message: str, origin: Origin) -> None:
        self._add("error", code, message, origin)

    def warning(self, code: str, message: str, origin: Origin) -> None:
        self._add("warning", code, message, origin)

    def info(self, code: str, message: str, origin: Origin) -> None:
        self._add("info", code, message, origin)

    def problems(self) -> tuple[Problem, ...]:
        """Everything noticed, in order of line; last what was only counted."""
        rest = [
            Problem(
                "info",
                code,
                f"{count - MAX_PER_CODE} more of these are not listed.",
                Origin(self.file, 0, ""),
            )
            for code, count in self._counts.items()
            if count > MAX_PER_CODE
        ]
        return (*sorted(self._problems, key=lambda problem: problem.origin.line), *rest)

    def _add(self, severity: str, code: str, message: str, origin: Origin) -> None:
        problem = Problem(severity, code, message, origin)
        if problem in self._seen:  # a mapplet is resolved anew for each use of it
            return
        self._counts[code] += 1
        if self._counts[code] <= MAX_PER_CODE:
            self._seen.add(problem)
            self._problems.append(problem)


def label(tag: str, name: str) -> str:
    """An element as a person reads it: `TRANSFORMATION FIL_X`."""
    return f"{tag} {shown(name)}".rstrip()


def shown(name: str) -> str:
    """A name for a message: on one line, no control characters, at most 120 characters."""
    clean = "".join(c if c.isprintable() else "?" for c in name[:121])
    return clean if len(name) <= 120 else f"{clean[:120]}…"
