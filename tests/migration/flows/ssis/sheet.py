"""Small packages as their XML, run to the rows of their targets. What must come out is worked out by hand from the
pages of "Integration Services Transformations" that each case names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.ssis_package import Package
from services.migration.pipeline import Migration, migrate
from services.pipelines.dsl.document import load
from services.pipelines.runner import run
from tests.migration.flows.sheet import Rows, listed, named


@dataclass(frozen=True)
class Case:
    """A data flow with the rows it reads and the rows that follow from the documentation."""

    draw: Callable[[Package], None]
    inputs: Mapping[str, Rows]
    gives: Mapping[str, Rows]
    ordered: bool = False
    layout: int = 8
    parameters: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Rows] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.draw.__name__}-{self.layout}"


CASES: list[Case] = []


def case(
    inputs: Mapping[str, Rows], gives: Mapping[str, Rows], layouts: Sequence[int] = (8, 2), **more: Any
) -> Callable[[Any], Any]:
    """Registers the decorated drawing as a case for each layout of the format."""

    def register(draw: Callable[[Package], None]) -> Callable[[Package], None]:
        CASES.extend(Case(draw, inputs, gives, layout=layout, **more) for layout in layouts)
        return draw

    return register


def converted(draw: Callable[[Package], None], layout: int = 8, dialect: str = "duckdb") -> Migration:
    package = Package(layout)
    draw(package)
    return migrate(package.text(), "pkg.dtsx", dialect=dialect, generated_at="2026-01-01T00:00:00Z")


def run_case(item: Case) -> dict[str, list[tuple[Any, ...]]]:
    migration = converted(item.draw, item.layout)
    document = load(migration.documents[0].yaml)
    nodes = {node["id"]: node for node in document.nodes()}
    by_hand = [node["config"]["reason"] for node in nodes.values() if node.get("transform") == "manual"]
    assert not by_hand
    found = run(
        document,
        {name: named(nodes[name]["columns"], rows) for name, rows in item.inputs.items()},
        targets={name: named(_held(nodes[name]["config"]), rows) for name, rows in item.before.items()},
        parameters=item.parameters,
    )
    return listed({name: [row.values() for row in found[name]] for name in item.gives}, ordered=item.ordered)


def expected(item: Case) -> dict[str, list[tuple[Any, ...]]]:
    return listed(item.gives, ordered=item.ordered)


def _held(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The columns of a target: those that are written, then those that only tell which rows are changed."""
    written = list(config["columns"])
    names = {column["name"] for column in written}
    return [*written, *({"name": name} for name in config.get("only", ()) if name not in names)]
