"""What a check has to say of a statement, and where in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\[[^\]]*\]")
_CLOSING = re.compile(r"\s*\)")
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """`start` and `end` are offsets in characters, `end` behind the last; both 0 for the whole statement."""

    code: str
    message: str
    severity: Severity = "error"
    start: int = 0
    end: int = 0
    line: int = 0
    column: int = 0
    nearest: tuple[str, ...] = ()
    fix: str = ""


class Findings:
    """Findings of one statement, each said once a place."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._found: dict[tuple[str, int, int, str], Finding] = {}

    def add(
        self,
        code: str,
        message: str,
        node: exp.Expr | None = None,
        *,
        severity: Severity = "error",
        nearest: Iterable[str] = (),
        fix: str = "",
    ) -> None:
        start, end = span(node)
        end = self._closed(start, end)
        self.add_at(code, message, start, end, severity=severity, nearest=nearest, fix=fix)

    def add_at(
        self,
        code: str,
        message: str,
        start: int,
        end: int,
        *,
        severity: Severity = "error",
        nearest: Iterable[str] = (),
        fix: str = "",
    ) -> None:
        """With the place as offsets; both 0 for the whole statement."""
        line = self._sql.count("\n", 0, start) + 1 if end else 0
        column = start - self._sql.rfind("\n", 0, start) if end else 0
        finding = Finding(code, message, severity, start, end, line, column, tuple(nearest), fix)
        self._found.setdefault((code, start, end, "" if end else message), finding)

    def _closed(self, start: int, end: int) -> int:
        """The end with the brackets that a part of the text opens: the parser keeps no place of them."""
        open_ = _QUOTED.sub("", self._sql[start:end])
        for _ in range(open_.count("(") - open_.count(")")):
            behind = _CLOSING.match(self._sql, end)
            if behind is None:
                break
            end = behind.end()
        return end

    def follows(self, node: exp.Expr, words: re.Pattern[str]) -> bool:
        """Whether the text right before a node ends in `words`."""
        start, end = span(node)
        return bool(end and words.search(self._sql[max(0, start - 40) : start]))

    def count(self) -> int:
        return len(self._found)

    def of(self, severity: Severity) -> list[Finding]:
        """Those of a severity, in the order of the text."""
        chosen = [finding for finding in self._found.values() if finding.severity == severity]
        return sorted(chosen, key=lambda finding: (finding.start, finding.end))


def span(node: exp.Expr | None) -> tuple[int, int]:
    """Offsets of the text a node was read from, as far as its parts know theirs; (0, 0) where none does."""
    if node is None:
        return 0, 0
    metas = [part.meta for part in node.walk() if "start" in part.meta]
    if not metas:
        return 0, 0
    return min(int(meta["start"]) for meta in metas), max(int(meta["end"]) for meta in metas) + 1
