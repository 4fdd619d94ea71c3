"""What a comparison found. Counts are rows; values are texts as their side writes them, None where null."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from services.parity.schema import SchemaDiff

Text = str | None


@dataclass(frozen=True, slots=True)
class ColumnFigures:
    """Of one column on both sides (left, right). `compared_as`: text, number, …; `reasons`: count by name of reason."""

    column: str
    compared_as: str
    key: bool
    differing: int
    reasons: dict[str, int]
    written_otherwise: int
    tolerated: int
    nulls: tuple[int, int]
    distinct: tuple[int, int]
    smallest: tuple[Text, Text]
    largest: tuple[Text, Text]
    sums: tuple[float | None, float | None]
    means: tuple[float | None, float | None]

    def as_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {"column": self.column, "differing": self.differing}
        for name, (left, right) in (
            ("nulls", self.nulls),
            ("distinct", self.distinct),
            ("min", self.smallest),
            ("max", self.largest),
            ("sum", self.sums),
            ("mean", self.means),
        ):
            found |= {f"{name}_left": left, f"{name}_right": right}
        return found | {
            "compared_as": self.compared_as,
            "key": self.key,
            "reasons": self.reasons,
            "written_otherwise": self.written_otherwise,
            "within_tolerance": self.tolerated,
        }


@dataclass(frozen=True, slots=True)
class Sample:
    """One difference. `kind`: differing (left and right hold the values that differ, `why` their reasons), only_left,
    only_right (the whole row, `times` it is there more often) or duplicate_key (`times` on each side)."""

    kind: str
    key: dict[str, Text]
    left: dict[str, Text] = field(default_factory=dict)
    right: dict[str, Text] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    times: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {"kind": self.kind, "key": self.key}
        found |= {name: value for name in ("left", "right", "why") if (value := getattr(self, name))}
        if self.kind == "duplicate_key":
            return found | {"times_left": self.times[0], "times_right": self.times[1]}
        return found | ({"times": self.times[0]} if self.times and self.times[0] > 1 else {})


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it. `equal`: nothing differs that counts."""

    equal: bool
    left: str
    right: str
    keys: tuple[str, ...]
    row_count_left: int
    row_count_right: int
    schema_diff: SchemaDiff
    only_left: int
    only_right: int
    differing: int
    duplicate_rows: int
    duplicated_keys: int
    samples: tuple[Sample, ...]
    columns: tuple[ColumnFigures, ...]
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As CompareDataResponse is in JSON, and further fields: left, right, keys, warnings, …"""
        diff = self.schema_diff
        return {
            "equal": self.equal,
            "left": self.left,
            "right": self.right,
            "keys": list(self.keys),
            "row_count_left": self.row_count_left,
            "row_count_right": self.row_count_right,
            "schema_diff": {
                "only_left": diff.only_left,
                "only_right": diff.only_right,
                "types": [{"column": c, "left_type": left, "right_type": right} for c, left, right in diff.types],
                "case": [{"left": left, "right": right} for left, right in diff.case],
                "order_differs": diff.order_differs,
            },
            "only_left": self.only_left,
            "only_right": self.only_right,
            "differing": self.differing,
            "duplicate_keys": self.duplicate_rows,
            "duplicated_keys": self.duplicated_keys,
            "samples": [each.as_dict() for each in self.samples],
            "column_stats": [each.as_dict() for each in self.columns],
            "warnings": list(self.warnings),
        }
