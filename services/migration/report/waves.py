"""In which order pipelines can go over: one that reads what another writes comes after it.

Pipelines and the datasets between them make one graph, so a table with a thousand writers and a thousand readers is
two thousand edges and not a million. Pipelines that wait for each other in a circle stand in one wave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.migration.report.datasets import key_of


@dataclass(frozen=True, slots=True)
class Step:
    """A pipeline, by a name that is unique in the estate, with what it reads and writes."""

    name: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A dataset that some pipelines write and others read."""

    dataset: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """`waves[0]` reads nothing that another pipeline writes. `circles` are pipelines that wait for each other."""

    waves: tuple[tuple[str, ...], ...]
    feeds: tuple[Feed, ...]
    circles: tuple[tuple[str, ...], ...]


def order(steps: Sequence[Step]) -> Order:
    """The waves, each in the order given. A pipeline that reads what it writes does not wait for itself."""
    same = _same(name for step in steps for name in (*step.reads, *step.writes))
    shown: dict[str, str] = {}
    writers: defaultdict[str, list[str]] = defaultdict(list)
    readers: defaultdict[str, list[str]] = defaultdict(list)
    for step in steps:
        written = {same[name] for name in step.writes}
        for name in dict.fromkeys((*step.reads, *step.writes)):
            shown.setdefault(same[name], name)
        for key in dict.fromkeys(same[name] for name in step.writes):
            writers[key].append(step.name)
        for key in dict.fromkeys(same[name] for name in step.reads):
            if key not in written:
                readers[key].append(step.name)
    between = [key for key in writers if readers[key]]
    after: defaultdict[str, list[str]] = defaultdict(list)
    for key in between:
        for name in writers[key]:
            after[f"p{name}"].append(f"d{key}")
        after[f"d{key}"] = [f"p{name}" for name in readers[key]]
    groups = components([f"p{step.name}" for step in steps], after)
    level = _levels(groups, after)
    waves: defaultdict[int, list[str]] = defaultdict(list)
    for step in steps:
        waves[level[f"p{step.name}"]].append(step.name)
    circles = [tuple(node[1:] for node in group if node[0] == "p") for group in groups]
    return Order(
        tuple(tuple(waves[number]) for number in sorted(waves)),
        tuple(Feed(shown[key], tuple(writers[key]), tuple(readers[key])) for key in between),
        tuple(tuple(sorted(circle)) for circle in circles if len(circle) > 1),
    )


def _same(names: Iterable[str]) -> dict[str, str]:
    """Name → dataset. A table without its schema is the one of that name where only one schema has it."""
    listed = list(dict.fromkeys(names))
    tails: defaultdict[str, set[str]] = defaultdict(set)
    for name in listed:
        key = key_of(name)
        if _is_qualified(key):
            tails[key.rpartition(".")[2]].add(key)
    found = {}
    for name in listed:
        key = key_of(name)
        known = tails.get(key, set())
        found[name] = next(iter(known)) if len(known) == 1 and not _is_qualified(key) else key
    return found


def _is_qualified(key: str) -> bool:
    return "." in key and "/" not in key


def components(roots: Iterable[str], after: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Strongly connected components of what the roots reach, each after those that it leads to (Tarjan, 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    groups: list[list[str]] = []
    for root in roots:
        work = [(root, -1)] if root not in index else []
        while work:
            node, place = work.pop()
            if place < 0:
                place = 0
                index[node] = low[node] = len(index)
                stack.append(node)
                on_stack.add(node)
            descends = False
            following = after.get(node, ())
            for number in range(place, len(following)):
                other = following[number]
                if other not in index:
                    work += [(node, number), (other, -1)]
                    descends = True
                    break
                if other in on_stack:
                    low[node] = min(low[node], low[other])
            if descends:
                continue
            if low[node] == index[node]:
                groups.append(_popped(stack, on_stack, node))
    return groups


def _popped(stack: list[str], on_stack: set[str], last: str) -> list[str]:
    group = []
    while True:
        node = stack.pop()
        on_stack.discard(node)
        group.append(node)
        if node == last:
            return group


def _levels(groups: Sequence[Sequence[str]], after: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Pipeline or dataset → its wave, counted from 0: one after the last of those that it waits for."""
    level: dict[str, int] = {}
    for group in reversed(groups):  # those that lead somewhere before those they lead to
        inside = set(group)
        own = max((level.get(node, 0) for node in group), default=0)
        for node in group:
            level[node] = own
        for node in group:
            for other in after.get(node, ()):
                if other not in inside:
                    level[other] = max(level.get(other, 0), own + (1 if node[0] == "d" else 0))
    return level
