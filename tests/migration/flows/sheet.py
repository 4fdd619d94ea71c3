"""Small mappings as PowerCenter exports, run from their XML to the rows of their targets.

A case is a function that draws a mapping on a `Sheet`, with the rows its sources hold and the rows its targets must
hold afterwards. The expected rows are worked out by hand from the tool's documentation, which each module names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from benchmarks import powercenter_mapping as pm
from benchmarks.powercenter_workflow import SessionSpec, session, task, use, workflow
from benchmarks.powercenter_xml import Column, Element, Folder, Table, port, source, target
from benchmarks.powercenter_xml import document as export_of
from services.migration.pipeline import Migration, migrate
from services.pipelines.dsl.document import load
from services.pipelines.runner import run

Rows = Sequence[tuple[Any, ...]]
KINDS = {
    "n": ("number(p,s)", 10, 0),
    "m": ("number(p,s)", 12, 2),
    "i": ("integer", 10, 0),
    "s": ("varchar2", 20, 0),
    "d": ("date", 29, 9),
    "f": ("number", 15, 0),
}


def columns(text: str) -> tuple[Column, ...]:
    """`"ID:n NAME:s"`; `ID*:n` is a primary key."""
    found = []
    for item in text.split():
        name, _, kind = item.partition(":")
        datatype, precision, scale = KINDS[kind]
        found.append(Column(name.rstrip("*"), datatype, precision, scale, key=name.endswith("*")))
    return tuple(found)


def column(kind: str) -> Column:
    return columns(f"X:{kind}")[0]


@dataclass
class Sheet:
    """A mapping being drawn, and the tables it reads and writes."""

    mapping: pm.Mapping = field(default_factory=lambda: pm.Mapping("m_flow"))
    elements: list[Element] = field(default_factory=list)
    treated_as: str = ""  # the session's `Treat source rows as`; without a session where empty
    session: dict[str, str] = field(default_factory=dict)  # other attributes of the session

    def read(self, name: str, text: str, **attributes: str) -> pm.Flow:
        """A table with its own Source Qualifier; `Source_Filter="…"` sets `Source Filter`."""
        table = Table(name, columns(text))
        self.elements.append(source(table))
        return self.mapping.read(table, {key.replace("_", " "): value for key, value in attributes.items()})

    def write(self, name: str, text: str, flow: pm.Flow, wiring: Mapping[str, str] | None = None) -> None:
        table = Table(name, columns(text))
        self.elements.append(target(table))
        self.mapping.write(table, flow, wiring)

    def step(
        self,
        name: str,
        kind: str,
        flow: pm.Flow,
        ports: Sequence[Element],
        attributes: Mapping[str, str] | None = None,
    ) -> pm.Flow:
        """Any transformation by its ports; the flow's columns go to the ports of their names."""
        self.mapping.add(name, kind, ports, attributes)
        takes = {str(p.attributes["NAME"]) for p in ports if "INPUT" in str(p.attributes["PORTTYPE"])}
        self.mapping.connect(flow, name, kind, {c: c for c in flow.ports if c in takes})
        gives = [p for p in ports if "OUTPUT" in str(p.attributes["PORTTYPE"])]
        made = tuple(Column(str(p.attributes["NAME"]), str(p.attributes["DATATYPE"])) for p in gives)
        return pm.Flow(name, kind, {c.name: c.name for c in made}, made)

    def export(self) -> bytes:
        elements = [*self.elements, self.mapping.element()]
        if self.treated_as or self.session:
            values = {"Treat source rows as": self.treated_as or "Insert", **self.session}
            spec = SessionSpec("s_flow", self.mapping.name, attributes=values)
            start = [use("Start", "Start"), use("s_flow", "Session")]
            elements.append(
                workflow("wf_flow", [task("Start", "Start"), session(spec)], start, [("Start", "s_flow", "")])
            )
        return export_of([Folder("FLOWS", elements)])


def io(name: str, of: str, **more: Any) -> Element:
    return port(column(of), "INPUT/OUTPUT", name=name, expression=more.pop("expression", name), **more)


def inp(name: str, kind: str, **more: Any) -> Element:
    return port(column(kind), "INPUT", name=name, **more)


def out(name: str, kind: str, expression: str, **more: Any) -> Element:
    return port(column(kind), "OUTPUT", name=name, expression=expression, **more)


def var(name: str, kind: str, expression: str) -> Element:
    return port(column(kind), "LOCAL VARIABLE", name=name, expression=expression)


@dataclass(frozen=True)
class Case:
    """One mapping with the rows it reads and the rows that follow from the documentation."""

    draw: Callable[[Sheet], None]
    inputs: Mapping[str, Rows]  # source id → rows in the order of its columns
    gives: Mapping[str, Rows]  # sink id → rows in the order of its columns
    before: Mapping[str, Rows] = field(default_factory=dict)  # sink id → rows it holds before the run
    ordered: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.draw.__name__


CASES: list[Case] = []


def case(inputs: Mapping[str, Rows], gives: Mapping[str, Rows], **more: Any) -> Callable[[Any], Any]:
    """Registers the decorated drawing as a case."""

    def register(draw: Callable[[Sheet], None]) -> Callable[[Sheet], None]:
        CASES.append(Case(draw, inputs, gives, **more))
        return draw

    return register


def converted(draw: Callable[[Sheet], None]) -> Migration:
    sheet = Sheet()
    draw(sheet)
    return migrate(sheet.export(), "flow.xml", dialect="duckdb", generated_at="2026-01-01T00:00:00Z")


def run_case(item: Case) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the sinks the case names, sorted unless their order counts."""
    (mapping,) = converted(item.draw).documents[:1]
    document = load(mapping.yaml)
    nodes = {node["id"]: node for node in document.nodes()}
    found = run(
        document,
        {name: named(nodes[name]["columns"], rows) for name, rows in item.inputs.items()},
        targets={name: named(nodes[name]["config"]["columns"], rows) for name, rows in item.before.items()},
        parameters=item.parameters,
    )
    return listed({name: [row.values() for row in found[name]] for name in item.gives}, ordered=item.ordered)


def expected(item: Case) -> dict[str, list[tuple[Any, ...]]]:
    return listed(item.gives, ordered=item.ordered)


def listed(given: Mapping[str, Iterable[Iterable[Any]]], *, ordered: bool) -> dict[str, list[tuple[Any, ...]]]:
    """Sink → its rows as they are compared: values plain, sorted unless their order counts."""
    found = {name: [tuple(plain(value) for value in row) for row in rows] for name, rows in given.items()}
    return found if ordered else {name: sorted(rows, key=repr) for name, rows in found.items()}


def named(described: Sequence[Mapping[str, Any]], rows: Rows) -> list[dict[str, Any]]:
    """Rows by the names of the columns that a document describes."""
    return [dict(zip([c["name"] for c in described], row, strict=True)) for row in rows]


def plain(value: Any) -> Any:
    """Numbers alike whatever their type, moments as text."""
    if isinstance(value, Decimal | float):
        return round(float(value), 9) + 0.0
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value.isoformat(" ") if isinstance(value, datetime) else value
