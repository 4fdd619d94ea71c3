"""Whether a value of one column can be one of another, by types, sample values and keys. Whole tables at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from services.copilot.schema_match.column import Column, Table
from services.copilot.schema_match.lexical import Scores
from services.pipelines import types

FAMILIES = ("number", "string", "time", "boolean", "other")
UNSAID = 0.6
"""What a pair of types counts for where one is not known: between fitting and not."""

# Source family → how well its values become one of (number, string, time, boolean, other). The project's own estimate:
# 1 as it is, 0.7 by a cast, 0.4 by a computation, 0.1 hardly.
_FIT: dict[str, tuple[float, ...]] = {
    "number": (1.0, 0.6, 0.3, 0.5, 0.1),
    "string": (0.5, 1.0, 0.5, 0.5, 0.3),
    "time": (0.3, 0.6, 1.0, 0.0, 0.1),
    "boolean": (0.6, 0.6, 0.0, 1.0, 0.1),
    "other": (0.1, 0.4, 0.1, 0.1, 0.9),
}
_KIND_OF = {"number": "number", "string": "string", "date": "time", "boolean": "boolean"}
_STRINGS = frozenset({"char", "nchar", "nvarchar", "string", "text", "uuid", "json", "xml"})
_NUMBERS = frozenset({"smallint", "tinyint", "float", "real", "numeric"})
_TIMES = frozenset({"timestamp_tz", "datetime"})

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("empty", r"\s*\Z"),
        ("integer", r"[+-]?\d{1,8}\Z"),
        ("long number", r"\+?\d[\d ()-]{8,}\Z"),
        ("number", r"[+-]?[\d  ]*\d(?:[.,]\d+)?\Z"),
        ("date", r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?:[T ].*)?\Z"),
        ("mail", r"[^@\s]+@[^@\s]+\.[a-zA-Z]+\Z"),
        ("truth", r"(?i:true|false|yes|no|y|n|t|f|tak|nie)\Z"),
        ("code", r"[A-Z0-9_-]{1,12}\Z"),
        ("word", r"[^\W\d_]+\Z"),
        ("words", r".+"),
    )
)


@cache
def family(type_: str) -> str:
    """`decimal(10,2)` → number; "" where nothing is known."""
    name = type_.split("(", 1)[0]
    if name == "unknown":
        return ""
    if name in _STRINGS:
        return "string"
    if name in _NUMBERS:
        return "number"
    if name in _TIMES:
        return "time"
    return _KIND_OF.get(types.kind(type_), "other")


# Types that `services.pipelines.types` does not compare, as ones that it does.
_AS = {
    **dict.fromkeys(("char", "nchar", "nvarchar", "string", "text"), "varchar"),
    **{"tinyint": "decimal(3,0)", "smallint": "decimal(5,0)", "float": "double", "real": "double"},
    **{"timestamp_tz": "timestamp", "datetime": "timestamp"},
}


def loses(given: str, wanted: str) -> bool:
    """Whether a value may lose letters, digits or decimals in type `wanted`."""
    return types.narrows(_comparable(given), _comparable(wanted))


def _comparable(type_: str) -> str:
    name, bracket, rest = type_.partition("(")
    return f"{_AS.get(name, name)}{bracket if name not in _TIMES else ''}{rest if name not in _TIMES else ''}"


def by_types(source: Table, target: Table) -> Scores:
    """How well the types go together; UNSAID where one is not known."""
    return _table(source, target, lambda each: family(each.type), _fit)


def by_samples(source: Table, target: Table) -> tuple[Scores, Any]:
    """How alike sample values are in what they are and how they look, and where both columns have any."""
    mine, theirs = ([_profile(each.samples) for each in table.columns] for table in (source, target))
    scores = np.zeros((len(mine), len(theirs)), dtype=np.float32)
    told = np.array([bool(one) for one, _ in mine])[:, None] & np.array([bool(one) for one, _ in theirs])[None, :]
    for row, column in zip(*np.nonzero(told), strict=True):
        scores[row, column] = _alike(mine[row], theirs[column])
    return scores, told


def by_keys(source: Table, target: Table) -> Scores:
    """1 where both are keys, or refer to the same table; 0 where only one is; a half where neither."""
    return _table(source, target, lambda each: (each.key, each.refers.lower()), _keys)


def _keys(one: tuple[bool, str], other: tuple[bool, str]) -> float:
    if one == (False, "") == other:
        return 0.5
    if one[1] and one[1] == other[1]:
        return 1.0
    return 0.8 if one[0] and other[0] else 0.4 if bool(one[1]) == bool(other[1]) else 0.0


def _fit(one: str, other: str) -> float:
    return _FIT[one][FAMILIES.index(other)] if one and other else UNSAID


def _table(source: Table, target: Table, of: Callable[[Column], Any], score: Callable[[Any, Any], float]) -> Scores:
    """Scores by a trait of the columns: each pair of traits is looked at once."""
    sides: list[tuple[list[Any], list[int]]] = []
    for table in (source, target):
        places: dict[Any, int] = {}
        numbers = [places.setdefault(of(each), len(places)) for each in table.columns]
        sides.append((list(places), numbers))
    (mine, rows), (theirs, columns) = sides
    small = np.array([[score(one, other) for other in theirs] for one in mine], dtype=np.float32)
    whole: Scores = small[np.ix_(rows, columns)]
    return whole


@lru_cache(4096)
def _profile(samples: tuple[str, ...]) -> tuple[frozenset[str], dict[str, float]]:
    values = [each.strip() for each in samples if each.strip()]
    shapes = [next(name for name, pattern in _SHAPES if pattern.match(value)) for value in values]
    return frozenset(each.lower() for each in values), {
        name: shapes.count(name) / len(shapes) for name in dict.fromkeys(shapes)
    }


def _alike(one: tuple[frozenset[str], dict[str, float]], other: tuple[frozenset[str], dict[str, float]]) -> float:
    shared = len(one[0] & other[0]) / min(len(one[0]), len(other[0]))
    shape = sum(min(share, other[1].get(name, 0.0)) for name, share in one[1].items())
    return 0.5 * min(1.0, 2 * shared) + 0.5 * shape


def samples_of(column: str, rows: Sequence[Any]) -> tuple[str, ...]:
    """Values of a column in rows, as text, each once, at most 50."""
    values = (row.get(column) for row in rows)
    return tuple(dict.fromkeys(_text(each) for each in values if each is not None))[:50]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return ("true" if value else "false") if isinstance(value, bool) else str(value)[:200]
