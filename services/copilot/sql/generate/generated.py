"""What generating comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from services.copilot.sql.findings import Finding


@dataclass(frozen=True)
class Generated:
    """`sql` is empty where there is none to be had; `explanation` then says why. `tables` are those it reads, as
    written; `verified`: it comes from content that people verified, alone.
    """

    dialect: str
    sql: str = ""
    explanation: str = ""
    tables: tuple[str, ...] = ()
    warnings: tuple[Finding, ...] = ()
    metrics_used: tuple[str, ...] = ()
    verified: bool = False

    def warned(self, *findings: Finding) -> Self:
        """The same with more warnings."""
        return replace(self, warnings=(*self.warnings, *findings))
