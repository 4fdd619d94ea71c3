"""What is noticed while an export is read: problems, and what it holds beside its flows."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.migration.ast import InventoryItem, Origin, Problem


@dataclass
class Log:
    file: str
    problems: list[Problem] = field(default_factory=list)
    inventory: list[InventoryItem] = field(default_factory=list)

    def add(self, severity: str, code: str, message: str, remedy: str, line: int, element: str) -> None:
        self.problems.append(Problem(severity, code, f"{message} {remedy}", Origin(self.file, line, element)))

    def item(self, kind: str, name: str, folder: str, line: int, type_: str = "") -> None:
        self.inventory.append(InventoryItem(kind, name, folder, Origin(self.file, line, f"{kind} {name}"), type_))
