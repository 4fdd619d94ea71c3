"""What an export holds, before it is understood: sections of records with properties and lists of sub-records.

Both spellings of an export, DSX text and DSExport XML, come to this.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Properties = dict[str, str]


@dataclass(slots=True)
class Record:
    """One object of a design. `kind` is its OLEType without the `C` of its class: `CustomStage`, `TrxOutput`."""

    identifier: str = ""
    kind: str = ""
    properties: Properties = field(default_factory=dict)
    lists: dict[str, list[Properties]] = field(default_factory=dict)  # `Columns`, `Properties`, `StageVars`, …
    line: int = 0
    text: str = ""  # as it stands in the file

    def get(self, name: str, default: str = "") -> str:
        return self.properties.get(name, default)

    @property
    def name(self) -> str:
        return self.properties.get("Name") or self.identifier

    def each(self, name: str) -> list[Properties]:
        return self.lists.get(name, [])

    def ids(self, name: str) -> list[str]:
        """A `|`-separated list of identifiers, blank places left out."""
        return [part.strip() for part in self.get(name).split("|") if part.strip()]


@dataclass(slots=True)
class Section:
    """A top-level block: `DSJOB`, `DSSHAREDCONTAINER`, `DSPARAMETERSETS`, `DSROUTINES`, …"""

    kind: str
    identifier: str = ""
    records: list[Record] = field(default_factory=list)
    line: int = 0

    def first(self, kind: str) -> Record | None:
        return next((record for record in self.records if record.kind == kind), None)


@dataclass(slots=True)
class Export:
    header: Properties = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)  # lines that are neither property, block nor its end

    def of(self, *kinds: str) -> list[Section]:
        return [section for section in self.sections if section.kind in kinds]


def bare_kind(ole_type: str) -> str:
    """`CCustomStage` → `CustomStage`; DSExport XML leaves the C out already."""
    return ole_type[1:] if ole_type[:1] == "C" and ole_type[1:2].isupper() else ole_type
