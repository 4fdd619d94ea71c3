"""Finds the lines worth reading in a log of up to a mebibyte within a few milliseconds.

Every pair of bytes is looked up in a table of eight bits, one a group of markers; where the pairs at a place and two
behind it share a bit, a marker may begin. Only these places are compared.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import yaml

FIRST, LAST = 120, 30
"""Lines that are read of those with a marker: the first, and the last."""
_GROUPS = 7
_LEVELS = (b"warn", b"info", b"debug", b"trace")
_LEVEL_BIT = 1 << _GROUPS
_LEVEL_WITHIN = 64
_SHAPE = (-12, 28)
"""Bytes around a marker that make two lines alike, digits aside; a multiple of eight in all."""
Array = np.ndarray[Any, Any]


@cache
def _tables() -> tuple[dict[bytes, list[bytes]], Array, Array]:
    listed = yaml.safe_load(resources.files(__package__).joinpath("markers.yaml").read_text("utf-8"))["markers"]
    markers = sorted(marker.encode() for marker in listed)
    first, second = np.zeros(65536, np.uint8), np.zeros(65536, np.uint8)
    by_start: dict[bytes, list[bytes]] = {}
    bits = [(marker, 1 << (number * _GROUPS // len(markers))) for number, marker in enumerate(markers)]
    for marker, bit in [*bits, *((level, _LEVEL_BIT) for level in _LEVELS)]:
        first[marker[0] | marker[1] << 8] |= bit
        second[marker[2] | marker[3] << 8] |= bit
    for marker in markers:
        by_start.setdefault(marker[:4], []).append(marker)
    return by_start, first, second


def marked_lines(text: str) -> list[int]:
    """Numbers from 0 of the lines with a marker that is not denied (`0 errors`), in order; at most FIRST + LAST.

    Lines that say they are a warning or information stand aside while others are left; of lines that are alike around
    the marker the first counts.
    """
    raw = b"\n" * -_SHAPE[0] + text.encode("utf-8", "replace").lower() + b"\n" * (_SHAPE[1] + 1)
    data = np.frombuffer(raw, np.uint8)
    places, bits = _hits(raw)
    ends = np.flatnonzero(data[-_SHAPE[0] :] == 10) - _SHAPE[0]
    markers = places[(bits & ~np.uint8(_LEVEL_BIT)) != 0]
    markers = markers[~_zero_before(data, markers)]
    lines = np.searchsorted(ends, markers)
    serious = ~_harmless(places[bits == _LEVEL_BIT], markers, lines, ends)
    found = _read(raw, data, markers[serious], lines[serious])
    return found or _read(raw, data, markers, lines)


def _hits(raw: bytes) -> tuple[Array, Array]:
    """Where a marker may begin, in order, and the bits of its group. Even and odd places are looked up apart."""
    _, first, second = _tables()
    places, bits = [], []
    for offset in (0, 1):
        pairs = np.frombuffer(raw, "<u2", count=(len(raw) - offset) // 2, offset=offset)
        both = first.take(pairs[:-1]) & second.take(pairs[1:])
        at = np.flatnonzero(both != 0)  # why: of truth values it is ten times faster
        places.append(at * 2 + offset)
        bits.append(both[at])
    joined, values = np.concatenate(places), np.concatenate(bits)
    order = np.argsort(joined, kind="stable")
    return joined[order], values[order]


def _zero_before(data: Array, places: Array) -> Array:
    """Markers after a lone ` 0 `."""
    one, two, three = data[places - 1], data[places - 2], data[places - 3]
    result: Array = (one == 32) & (two == 48) & ~((three >= 48) & (three <= 57)) & (three != 46)
    return result


def _harmless(levels: Array, places: Array, lines: Array, ends: Array) -> Array:
    """Markers behind the word of a harmless level near the beginning of their line."""
    at = np.searchsorted(ends, levels)
    begins = np.where(at > 0, ends[np.maximum(at, 1) - 1], -_SHAPE[0] - 1)
    near = levels - begins <= _LEVEL_WITHIN
    first = np.full(len(ends) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, at[near], levels[near])
    result: Array = first[lines] < places
    return result


def _read(raw: bytes, data: Array, places: Array, lines: Array) -> list[int]:
    """The lines of the first and last places of each shape where a marker stands indeed."""
    if not len(places):
        return []
    kept = _of_each_shape(data, places)
    by_start, _, _ = _tables()
    found: dict[int, None] = {}
    behind = kept[-2 * LAST :][::-1] if len(kept) > 4 * FIRST else ()
    for index in [*kept[: 4 * FIRST], *behind]:
        place = int(places[index])
        if any(raw.startswith(each, place) for each in by_start.get(raw[place : place + 4], ())) and not _denied(
            raw, place
        ):
            found.setdefault(int(lines[index]))
        if len(found) >= FIRST + LAST:
            break
    return sorted(found)


def _of_each_shape(data: Array, places: Array) -> Array:
    """Indexes of the places whose surroundings were not seen before, in order."""
    most = 40_000
    around = data[places[:most, None] + np.arange(*_SHAPE)]
    around[(around >= 48) & (around <= 57)] = 48
    words = around.view(np.uint64)
    weights = np.array([pow(1099511628211, power + 1, 1 << 64) for power in range(words.shape[1])], np.uint64)
    mixed = (words ^ (words >> np.uint64(29))) * weights
    _, index = np.unique((mixed ^ (mixed >> np.uint64(32))).sum(axis=1, dtype=np.uint64), return_index=True)
    return np.sort(index)


def _denied(raw: bytes, place: int) -> bool:
    """`no errors`, `without error`, `errors: 0`, `failed=0`."""
    before = raw[max(0, place - 9) : place]
    if before.endswith((b"=0 ", b":0 ", b"no ", b"zero ", b"without ", b"(0 ", b",0 ")):
        return True
    behind = raw[place : place + 24].lstrip(b"abcdefghijklmnopqrstuvwxyz_\"'")
    value = behind.lstrip(b" :=\"'")
    return value != behind and value[:1] == b"0" and not value[1:2].isdigit() and value[1:2] not in (b"x", b".")
