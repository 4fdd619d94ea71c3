"""Which columns of two data sets belong together, and how the two lists of columns differ."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from services.parity.errors import ParityError
from services.parity.families import shown
from services.parity.sources import Column, Side

TypeRule = Literal["family", "strict", "ignore"]
FLOATS = {"number", "float"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A column of both sides; reports name it as the left does."""

    left: Column
    right: Column

    @property
    def name(self) -> str:
        return self.left.name


@dataclass(slots=True)
class SchemaDiff:
    """How the columns differ. `kinds` are those of `types` that are of different families (a number, a text, …)."""

    only_left: list[str] = field(default_factory=list)
    only_right: list[str] = field(default_factory=list)
    types: list[tuple[str, str, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    case: list[tuple[str, str]] = field(default_factory=list)
    order_differs: bool = False

    def differs(self, rule: TypeRule) -> bool:
        """Whether it makes the data sets unequal."""
        if self.only_left or self.only_right:
            return True
        strict = bool(self.types or self.case or self.order_differs)
        return {"family": bool(self.kinds), "strict": strict, "ignore": False}[rule]


@dataclass(frozen=True, slots=True)
class Matched:
    """The columns to compare: keys first as they were given, the others in the order of the left."""

    keys: tuple[Pair, ...]
    values: tuple[Pair, ...]
    diff: SchemaDiff


def matched(
    left: Side, right: Side, keys: Sequence[str], ignored: Sequence[str] = (), only: Sequence[str] = ()
) -> Matched:
    """Columns meet by name, exactly, or without regard to case where that is no doubt. Raises ParityError for a name
    that is nowhere, and where nothing is left to compare."""
    for name in (*ignored, *only):
        if find(left, name) is None and find(right, name) is None:
            raise _missing(name, (left, right), "no column of either side")
    lefts, rights = (_wanted(side, ignored, (*only, *keys) if only else ()) for side in (left, right))
    pairs = [Pair(each, other) for each in lefts if (other := _found(rights, each.name, lefts)) is not None]
    taken = {pair.right.ref for pair in pairs}
    met = {pair.left.ref for pair in pairs}
    diff = _diff(pairs)
    diff.only_left = [each.name for each in lefts if each.ref not in met]
    diff.only_right = [each.name for each in rights if each.ref not in taken]
    chosen = tuple(dict.fromkeys(_key(pairs, name, left, right) for name in keys))
    rest = tuple(pair for pair in pairs if pair not in chosen)
    if not pairs:
        raise ParityError(
            f"No column is on both sides. {left.label}: {_listed(left)}. {right.label}: {_listed(right)}."
        )
    return Matched(chosen, rest, diff)


def find(side: Side, name: str) -> Column | None:
    return _found(side.columns, name)


def _found(columns: Sequence[Column], name: str, others: Sequence[Column] = ()) -> Column | None:
    """By its name, or the only one that differs in case alone and is no exact match of another column."""
    exact = next((each for each in columns if each.name == name), None)
    if exact is not None:
        return exact
    names = {each.name for each in others}
    alike = [each for each in columns if each.name.casefold() == name.casefold() and each.name not in names]
    rivals = [each for each in others if each.name.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 and len(rivals) <= 1 else None


def _wanted(side: Side, ignored: Sequence[str], only: Sequence[str]) -> list[Column]:
    out = {column.ref for name in ignored if (column := find(side, name))}
    kept = {column.ref for name in only if (column := find(side, name))}
    return [each for each in side.columns if each.ref not in out and (not only or each.ref in kept)]


def _key(pairs: Sequence[Pair], name: str, left: Side, right: Side) -> Pair:
    exact = next((pair for pair in pairs if name in (pair.left.name, pair.right.name)), None)
    folded = [pair for pair in pairs if pair.left.name.casefold() == name.casefold()]
    if exact is not None or len(folded) == 1:
        return exact or folded[0]
    lacking = [side for side in (left, right) if find(side, name) is None]
    if not lacking:
        raise ParityError(f"key {name!r}: is left out by the columns to ignore; a key has to be compared.")
    raise _missing(name, lacking, f"no column of {' nor '.join(side.label for side in lacking)}", "key")


def _missing(name: str, sides: Sequence[Side], where: str, what: str = "column") -> ParityError:
    names = list(dict.fromkeys(column.name for side in sides for column in side.columns))
    folded = {each.casefold(): each for each in names}
    near = [folded[each] for each in difflib.get_close_matches(name.casefold(), folded, 3, 0.5)]
    said = f"Near to it: {', '.join(near)}." if near else f"Its columns: {', '.join(names[:20])}."
    return ParityError(f"{what} {name!r}: is {where}. {said}")


def _listed(side: Side) -> str:
    names = [each.name for each in side.columns]
    return ", ".join(names[:10]) + (" …" if len(names) > 10 else "")


def _diff(pairs: Sequence[Pair]) -> SchemaDiff:
    places = [int(pair.right.ref[1:]) for pair in pairs]
    found = SchemaDiff(order_differs=places != sorted(places))
    for pair in pairs:
        if pair.left.name != pair.right.name:
            found.case.append((pair.left.name, pair.right.name))
        if not (pair.left.declared and pair.right.declared):
            continue
        types = shown(pair.left.declared), shown(pair.right.declared)
        if _canonical(types[0]) != _canonical(types[1]):
            found.types.append((pair.name, *types))
            families = {pair.left.family, pair.right.family}
            if len(families) > 1 and not families <= FLOATS:
                found.kinds.append(pair.name)
    return found


_SAME = {"text": "varchar", "double precision": "double", "real": "float", "numeric": "decimal", "hugeint": "bigint"}


def _canonical(name: str) -> str:
    return _SAME.get(name, name)
