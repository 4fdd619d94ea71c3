"""How much of an archive is read, counted over it and the archives inside it."""

from __future__ import annotations

from dataclasses import dataclass, field

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes. Exports shrink to a tenth or less in a zip; what shrinks far more is no export."""

    entries: int = 2_000
    unpacked: int = 1024 * MIB  # of all entries, as the archive declares them
    read: int = 128 * MIB  # of what is unpacked: exports and their companions
    entry: int = 64 * MIB  # of one of them; a little more than an upload may have
    ratio: int = 250  # unpacked to packed, of an entry larger than `ratio_from`
    ratio_from: int = 16 * MIB
    name: int = 512  # characters of an entry's path
    opened: int = 32  # archives inside the archive


@dataclass(slots=True)
class Used:
    """What has been used of the limits."""

    limits: Limits = field(default_factory=Limits)
    entries: int = 0
    unpacked: int = 0
    read: int = 0
    opened: int = 0
