"""Who feeds whom: pipelines and tables, and how far each is from the one concerned."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.copilot.platform.records import AssetLineage, Pipeline

FARTHEST = 12
"""Steps (a table or a pipeline each) that are followed."""


@dataclass
class Graph:
    """`up` and `down`: neighbours of each table and pipeline. `pipelines`: which names are pipelines."""

    up: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    down: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    pipelines: set[str] = field(default_factory=set)
    urls: dict[str, str] = field(default_factory=dict)

    def add_pipelines(self, pipelines: Iterable[Pipeline]) -> None:
        for each in pipelines:
            self.pipelines.add(each.pipeline_id)
            for source in each.sources:
                self._edge(source, each.pipeline_id)
            for target in each.targets:
                self._edge(each.pipeline_id, target)

    def add_lineage(self, lineage: AssetLineage) -> None:
        for node in lineage.nodes:
            if node.type == "pipeline":
                self.pipelines.add(node.id)
            self.urls[node.id] = node.url
        for edge in lineage.edges:
            self._edge(edge.source, edge.target)

    def _edge(self, start: str, end: str) -> None:
        self.up[end].add(start)
        self.down[start].add(end)

    def knows(self, name: str) -> bool:
        return bool(self.up.get(name) or self.down.get(name))

    def distances(self, pipeline: str) -> dict[str, int]:
        """Everything upstream of a pipeline, and what it writes, with its steps; the pipeline itself 0."""
        found = {pipeline: 0}
        waiting = deque([pipeline])
        while waiting:
            name = waiting.popleft()
            if found[name] >= FARTHEST:
                continue
            for source in self.up.get(name, ()):
                if source not in found:
                    found[source] = found[name] + 1
                    waiting.append(source)
        for target in self.down.get(pipeline, ()):
            found.setdefault(target, 1)
        return found


def service_of(asset: str) -> str:
    """The first part of a qualified name; "" of an unqualified one."""
    return asset.partition(".")[0] if "." in asset else ""
