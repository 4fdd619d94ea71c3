"""What a question asks for, in the glossary's names."""

from __future__ import annotations

from dataclasses import dataclass

from services.copilot.semantic.times import Period


@dataclass(frozen=True, slots=True)
class Chosen:
    """Values of a dimension that count: one of `values`."""

    dimension: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """Filter templates with their arguments; several: one of them is enough."""

    filters: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure compared with a number: `operator` is >, <, >= or <=."""

    metric: str
    operator: str
    number: float


@dataclass(frozen=True, slots=True)
class Asked:
    """`order`: name of a metric or dimension; `limit` 0: all rows."""

    metrics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    conditions: tuple[Chosen | Applied, ...] = ()
    period: Period | None = None
    bounds: tuple[Bound, ...] = ()
    order: str = ""
    descending: bool = False
    limit: int = 0
