"""Two data sets compared: load, meet columns, plan, match rows, count, sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from services.parity.forms import Profile, profiles
from services.parity.load import load
from services.parity.match import Counts, match
from services.parity.plan import Plan, Rules, plan
from services.parity.result import ColumnFigures, Comparison
from services.parity.samples import samples
from services.parity.schema import Matched, Pair, SchemaDiff, TypeRule, matched
from services.parity.sources import Column, Side, Source
from services.parity.statistics import figures
from services.parity.workbench import MEMORY_MB, Workbench, workbench

SAMPLES = 20
MOST_SAMPLES = 1000
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What to compare and how. `only` limits the columns (keys are always among them); `types` says which differences
    of types make the data sets unequal."""

    left: Source
    right: Source
    keys: tuple[str, ...] = ()
    rules: Rules = field(default_factory=Rules)
    ignored: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    types: TypeRule = "family"
    samples: int = SAMPLES
    memory_mb: int = MEMORY_MB


def quiet(_step: str, _done: int, _total: int) -> None:
    """For those who watch no progress."""


def compare(request: Request, tell: Tell = quiet, folder: Path | None = None) -> Comparison:
    """`tell` hears of every step: its name, how many are done, and of how many. Work files are below `folder` and gone
    at the end. Raises ParityError where a side cannot be read or a column is not there."""
    with workbench(request.memory_mb, folder) as bench:
        return _compared(bench, request, tell)


def _compared(bench: Workbench, request: Request, tell: Tell) -> Comparison:
    tell(f"reading {request.left.label}", 0, 5)
    left = load(bench, "l", request.left)
    tell(f"reading {request.right.label}", 1, 5)
    right = load(bench, "r", request.right)
    found = matched(left, right, request.keys, request.ignored, request.only)
    total = 5 + len(found.keys) + len(found.values)
    tell("looking at how values are written", 2, total)
    plans = _plans(bench, left, right, found, request.rules)
    keys, values = plans[: len(found.keys)], plans[len(found.keys) :]
    tell("comparing rows", 3, total)
    counts = match(bench, keys, values, request.rules, left.rows + right.rows)
    done = iter(range(4, total))
    columns = figures(bench, plans, len(keys), lambda name: tell(name, next(done), total))
    tell("choosing samples", total - 1, total)
    chosen = samples(bench, keys, values, request.samples)
    equal = not (counts.only_left or counts.only_right or counts.differing or found.diff.differs(request.types))
    return Comparison(
        equal=equal,
        left=left.label,
        right=right.label,
        keys=tuple(each.pair.name for each in keys),
        row_count_left=left.rows,
        row_count_right=right.rows,
        schema_diff=found.diff,
        only_left=counts.only_left,
        only_right=counts.only_right,
        differing=counts.differing,
        duplicate_rows=counts.duplicates,
        duplicated_keys=counts.duplicate_keys,
        samples=chosen,
        columns=_as_left(columns, plans),
        warnings=_warnings(left, right, plans, columns, found.diff, counts),
    )


def _as_left(columns: tuple[ColumnFigures, ...], plans: list[Plan]) -> tuple[ColumnFigures, ...]:
    order = sorted(range(len(columns)), key=lambda at: int(plans[at].pair.left.ref[1:]))
    return tuple(columns[at] for at in order)


def _plans(bench: Workbench, left: Side, right: Side, found: Matched, rules: Rules) -> list[Plan]:
    pairs = [*found.keys, *found.values]
    of_left = profiles(bench, left, _unread(pairs, lambda pair: pair.left))
    of_right = profiles(bench, right, _unread(pairs, lambda pair: pair.right))
    none = Profile()
    return [
        plan(
            bench,
            (left, right),
            pair,
            (of_left.get(pair.left.ref, none), of_right.get(pair.right.ref, none)),
            rules,
        )
        for pair in pairs
    ]


def _unread(pairs: list[Pair], of: Callable[[Pair], Column]) -> list[str]:
    """Texts whose form matters: those that may be something else on the other side, or have no type on either."""
    return [
        of(pair).ref
        for pair in pairs
        if of(pair).family == "text"
        and ({pair.left.family, pair.right.family} != {"text"} or not (pair.left.declared or pair.right.declared))
    ]


def _warnings(
    left: Side,
    right: Side,
    plans: list[Plan],
    columns: tuple[ColumnFigures, ...],
    diff: SchemaDiff,
    counts: Counts,
) -> tuple[str, ...]:
    said = [*left.notes, *right.notes, *(note for each in plans for note in each.notes)]
    if diff.order_differs:
        said.append("The columns are in another order.")
    said += [f"{one}: is {other} on the right; names met without regard to case." for one, other in diff.case]
    for each in columns:
        if each.written_otherwise:
            said.append(
                f"{each.column}: {each.written_otherwise} values are written otherwise and equal as {each.compared_as}."
            )
        if each.tolerated:
            said.append(f"{each.column}: {each.tolerated} values differ within the tolerance.")
    if counts.duplicate_keys:
        said.append(f"{counts.duplicate_keys} keys occur more than once; their rows are compared as a multiset.")
    return tuple(said)
