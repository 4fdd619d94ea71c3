"""The dataflow of one mapping: who feeds whom, in which order, and which rows belong together.

A *port key* is `(instance, port)`, a *stream* is `(instance, output group)`: the rows one output group gives. A
passive transformation adds columns to the rows of one stream without adding, dropping or reordering rows, so its
stream has the same *row source*. That is why PowerCenter lets a port take columns from several instances at once, as
long as they descend from one row source (SQ → EXP → TGT and SQ → TGT). SQL has no such thing: the passive instances of
one row source that feed a common reader are put in one chain, each handing on the columns later ones need.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.migration.ast import Connector, MappingAST
from services.migration.conversion import Issue
from services.migration.flow import (
    Instance,
    PortKey,
    Stream,
    is_generator,
    is_passive,
    output_group,
    reads_sources,
)
from services.migration.links import broken_issues, feeds_of, unconnected, valid


@dataclass(frozen=True, slots=True)
class Graph:
    """The analysed dataflow. `order` is topological and, within that, the export's."""

    order: tuple[str, ...]
    instances: Mapping[str, Instance]
    feeds: Mapping[str, Mapping[str, Mapping[str, PortKey]]]  # instance → input group → port → what feeds it
    parents: Mapping[Stream, Stream]  # (instance, input group) → the stream it reads
    generators: Mapping[Stream, tuple[str, ...]]  # (instance, input group) → sequences that feed it directly
    carried: Mapping[str, tuple[PortKey, ...]]  # columns an instance must hand on beside its own
    broken: Mapping[str, str]  # instance → why its inputs cannot be one relation
    issues: tuple[Issue, ...] = ()


def build(mapping: MappingAST) -> Graph:
    """Analyse a mapping. Never fails: what is wrong becomes a named issue and, where rows are affected, `broken`."""
    every: list[Instance] = [*mapping.sources, *mapping.transformations, *mapping.targets]
    instances = {item.name: item for item in every}
    issues: list[Issue] = []
    links = list(valid(mapping, instances, issues))
    feeds = feeds_of(mapping, instances, links, issues)
    order, cyclic = _topological(instances, links, mapping.target_load_order)
    streams = _Streams(instances, feeds, order, cyclic)
    issues.extend(broken_issues(mapping, instances, streams.broken))
    issues.extend(unconnected(mapping, instances, feeds, links))
    return Graph(
        order=tuple(order),
        instances=instances,
        feeds=feeds,
        parents=streams.parents,
        generators=streams.generators,
        carried={name: tuple(keys) for name, keys in streams.carried.items()},
        broken=streams.broken,
        issues=tuple(issues),
    )


def _topological(
    instances: Mapping[str, Instance], links: Iterable[Connector], load_order: Iterable[str]
) -> tuple[list[str], set[str]]:
    """Instances in dataflow order, branch by branch: each target (in load order) after all that feeds it.

    What reaches no target follows in the export's order. An instance that a walk meets again before it is finished
    stands in a cycle; the walk breaks it there.
    """
    before: dict[str, dict[str, None]] = {name: {} for name in instances}
    for link in links:
        before[link.to_instance][link.from_instance] = None
    targets = [name for name, item in instances.items() if getattr(item, "role", "") == "target"]
    starts = dict.fromkeys([*(name for name in load_order if name in instances), *targets, *instances])
    order: dict[str, None] = {}
    cyclic: set[str] = set()
    for start in starts:
        path = {start: iter(before[start])} if start not in order else {}
        while path:
            name, upstream = next(reversed(path.items()))
            following = next((item for item in upstream if item not in order), None)
            if following is None:
                del path[name]
                order[name] = None
            elif following in path:
                cyclic.add(following)
            else:
                path[following] = iter(before[following])
    return list(order), cyclic


@dataclass
class _Streams:
    """Row sources, parents and carried columns, in topological order."""

    instances: Mapping[str, Instance]
    feeds: Mapping[str, Mapping[str, Mapping[str, PortKey]]]
    order: list[str]
    cyclic: set[str]
    parents: dict[Stream, Stream] = field(default_factory=dict)
    generators: dict[Stream, tuple[str, ...]] = field(default_factory=dict)
    carried: dict[str, dict[PortKey, None]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    row_source: dict[Stream, Stream] = field(default_factory=dict)
    above: dict[str, frozenset[str]] = field(default_factory=dict)  # passive instance → itself and those before it
    readers: list[tuple[Stream, Stream, list[Stream]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in self.order:
            self._place(name)
        self._link(self._chains())
        for name in self.order:
            for group, ports in self.feeds[name].items():
                for key in ports.values():
                    self._carry((name, group), key)

    def _place(self, name: str) -> None:
        """Find the row source of every input group of one instance, then of its outputs."""
        instance = self.instances[name]
        if name in self.cyclic:
            self.broken[name] = "it stands in a cycle of connectors, and a relation cannot depend on itself"
            return
        sources: list[Stream] = []
        for group, ports in self.feeds[name].items():
            streams = self._streams(name, group, ports)
            found = list(dict.fromkeys(self.row_source.get(stream, stream) for stream in streams))
            if len(found) > 1 and not reads_sources(instance):
                names = ", ".join(dict.fromkeys(stream[0] for stream in streams))
                self.broken[name] = (
                    f"its ports take columns from {names}, whose rows do not descend from one active transformation, "
                    "so there is no rule for which row goes with which"
                )
            elif found and not reads_sources(instance):
                self.readers.append(((name, group), found[0], streams))
                sources.append(found[0])
        if is_passive(instance) and len(sources) == 1 and name not in self.broken:
            self.row_source[(name, "")] = sources[0]
            streams = self.readers[-1][2]
            self.above[name] = frozenset({name}).union(*(self.above.get(s[0], frozenset()) for s in streams))

    def _streams(self, name: str, group: str, ports: Mapping[str, PortKey]) -> list[Stream]:
        streams: dict[Stream, None] = {}
        sequences: dict[str, None] = {}
        for instance, port in ports.values():
            if is_generator(self.instances[instance]):
                sequences[instance] = None
            else:
                streams[(instance, output_group(self.instances[instance], port))] = None
        if sequences:
            self.generators[(name, group)] = tuple(sequences)
        return list(streams)

    def _chains(self) -> dict[Stream, list[str]]:
        """Per row source the passive instances that feed a reader of several streams, in topological order."""
        members: dict[Stream, set[str]] = {}
        for _, source, streams in self.readers:
            if len(streams) > 1:
                above = (self.above.get(stream[0], frozenset()) for stream in streams)
                members.setdefault(source, set()).update(*above)
        position = {name: index for index, name in enumerate(self.order)}
        return {source: sorted(names, key=position.__getitem__) for source, names in members.items()}

    def _link(self, chains: Mapping[Stream, list[str]]) -> None:
        for (name, group), source, streams in self.readers:
            chain = chains.get(source, [])
            if name in chain:
                index = chain.index(name)
                self.parents[(name, group)] = (chain[index - 1], "") if index else source
            elif len(streams) == 1:
                self.parents[(name, group)] = streams[0]
            else:
                last = max((chain.index(s[0]) for s in streams if s[0] in chain), default=-1)
                self.parents[(name, group)] = (chain[last], "") if last >= 0 else source

    def _carry(self, reader: Stream, key: PortKey) -> None:
        """Every instance between the reader and the producer of `key` hands it on."""
        stream = self.parents.get(reader)
        while stream is not None and stream[0] != key[0]:
            self.carried.setdefault(stream[0], {})[key] = None
            stream = self.parents.get((stream[0], ""))
