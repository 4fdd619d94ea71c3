"""Generate valid PowerCenter exports of a given size.

    python benchmarks/generate_powercenter.py --megabytes 50 --output big.xml
    python benchmarks/generate_powercenter.py --mappings 3 --seed 7 --encoding Windows-1252
    python benchmarks/generate_powercenter.py --constructs constructs/

The same arguments give the same bytes. `generate` and `constructs` are the library side.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.powercenter_constructs import constructs
from benchmarks.powercenter_mapping import Flow, Mapping
from benchmarks.powercenter_workflow import (
    SessionSpec,
    begin_mapplet,
    end_mapplet,
    session,
    shortcut,
    task,
    use,
    use_mapplet,
    workflow,
)
from benchmarks.powercenter_xml import Column, Element, Folder, Table, document, port, source, target

__all__ = ["constructs", "generate"]

_CODEPAGES = {"UTF-8": "UTF-8", "Windows-1252": "MS1252", "ISO-8859-1": "Latin1"}
_WORDS = ("ACCOUNT", "BATCH", "CLAIM", "DEPOT", "EVENT", "FREIGHT", "GRADE", "HOUSE", "INVOICE", "JOURNAL")
_DATATYPES = (("varchar2", 60, 0), ("number(p,s)", 15, 2), ("integer", 10, 0), ("date", 29, 9), ("char", 3, 0))
_AMOUNT = Column("X", "number(p,s)", 15, 2)
_TEXT = Column("X", "varchar2", 200)
_COUNT = Column("X", "integer", 10)


def generate(
    *,
    megabytes: float = 0.0,
    mappings: int = 1,
    columns: int = 12,
    seed: int = 1,
    encoding: str = "UTF-8",
    newline: str = "\n",
) -> bytes:
    """An export of at least `mappings` mappings, about `megabytes` MB if that is more.

    `columns` is the least number of columns of a table; `encoding` is one of UTF-8, Windows-1252, ISO-8859-1.
    """
    maker = _Maker(random.Random(seed), columns)
    while len(maker.made) < mappings or maker.size < megabytes * 1_000_000:
        maker.add_mapping()
    return document(maker.folders(), encoding=encoding, codepage=_CODEPAGES.get(encoding, "UTF-8"), newline=newline)


class _Maker:
    """Makes mappings of random shape, with all they refer to."""

    def __init__(self, chance: random.Random, columns: int) -> None:
        self.made: list[str] = []
        self.size = 0
        self._chance = chance
        self._columns = columns
        self._shared = Folder("SHARED", shared=True)
        self._project = Folder("PROJECT")
        self._flows: list[Element] = []
        self._mapplet = self._add_mapplet()
        self._middle: tuple[Callable[[Mapping, Flow, int], Flow], ...] = (
            self._compute,
            self._filter,
            self._sort,
            self._look_up,
            self._split_and_unite,
            self._apply_mapplet,
            self._rank,
        )

    def folders(self) -> list[Folder]:
        project = Folder(self._project.name, [*self._project.elements, *self._flows])
        return [project, self._shared]  # the shared folder last: shortcuts point forward

    def add_mapping(self) -> None:
        number = len(self.made) + 1
        name = f"m_{self._chance.choice(_WORDS)}_{number:05d}"
        mapping = Mapping(name, description=f"Prüfung n° {number}: tägliche Größe")
        flow = self._start(mapping, number)
        steps = self._chance.sample(self._middle, k=self._chance.randint(3, len(self._middle)))
        for position, step in enumerate(steps, 1):
            flow = step(mapping, flow, position)
        flow = self._finish(mapping, flow, number)
        table = Table(f"T_{number:05d}", tuple(c for c in flow.columns if c.name != "RANKINDEX"))
        mapping.write(table, flow)
        self._add(self._project, target(table), mapping.element())
        self._add_workflow(mapping, table, number)
        self.made.append(name)

    def _add(self, folder: Folder, *elements: Element) -> None:
        for element in elements:
            folder.elements.append(element)
            self.size += sum(len(line) + 1 for line in element.lines(1))

    def _table(self, name: str) -> Table:
        count = self._columns + self._chance.randint(0, self._columns)
        columns = [Column(f"{name}_ID", "number(p,s)", 10, 0, key=True), Column("AMOUNT", "number(p,s)", 15, 2)]
        columns += [Column("STATUS", "varchar2", 1), Column("CHANGED_AT", "date", 29, 9)]
        for position in range(len(columns), count):
            datatype, precision, scale = self._chance.choice(_DATATYPES)
            columns.append(Column(f"C{position:02d}_{self._chance.choice(_WORDS)}", datatype, precision, scale))
        return Table(name, tuple(columns))

    def _start(self, mapping: Mapping, number: int) -> Flow:
        """One or two sources, the second joined; every third mapping reads through shortcuts."""
        first = self._source(mapping, f"S{number:05d}A", shared=number % 3 == 0)
        if number % 2:
            return first
        second = self._source(mapping, f"S{number:05d}B", shared=False)
        condition = f"S{number:05d}B_ID = S{number:05d}A_ID"
        join_type = self._chance.choice(("Normal Join", "Master Outer Join", "Detail Outer Join", "Full Outer Join"))
        return mapping.joiner("JNR_BOTH", first, second, condition, join_type)

    def _source(self, mapping: Mapping, name: str, *, shared: bool) -> Flow:
        table = self._table(name)
        self._add(self._shared if shared else self._project, source(table))
        used = f"Shortcut_to_{name}" if shared else name
        if shared:
            self._add(self._project, shortcut(used, "Source Definition", "SHARED", name, table.database))
        return mapping.read(table, {"Source Filter": f"{name}.AMOUNT > 0"}, name=used, of=used)

    def _compute(self, mapping: Mapping, flow: Flow, position: int) -> Flow:
        rate = self._chance.randint(2, 30)
        outputs = {
            f"NET{position}": (_AMOUNT, f"ROUND(v_net{position}, 2)"),
            f"LABEL{position}": (
                _TEXT,
                f"DECODE(STATUS, 'A', 'active', -- seen < {rate}\r\n\t'C', 'closed', // by hand\r\n\t'other')",
            ),
            f"DAY{position}": (_TEXT, "TO_CHAR(CHANGED_AT, 'YYYY-MM-DD') || '\\' || LTRIM(RTRIM(STATUS))"),
        }
        variables = {
            f"v_rate{position}": (_AMOUNT, f"IIF(ISNULL(AMOUNT), 0, {rate} / 100)"),
            f"v_net{position}": (_AMOUNT, f"AMOUNT * (1 - v_rate{position})"),
        }
        return mapping.expression(f"EXP_{position}", flow, outputs, variables)

    def _filter(self, mapping: Mapping, flow: Flow, position: int) -> Flow:
        return mapping.filter(f"FIL_{position}", flow, "STATUS != 'X' AND NOT ISNULL(AMOUNT)")

    def _sort(self, mapping: Mapping, flow: Flow, position: int) -> Flow:
        keys = {flow.columns[0].name: "ASCENDING", "AMOUNT": "DESCENDING"}
        return mapping.sorter(f"SRT_{position}", flow, keys)

    def _look_up(self, mapping: Mapping, flow: Flow, position: int) -> Flow:
        table = Table(f"LKP_T{position}", (Column("CODE", "varchar2", 1), Column(f"TEXT{position}", "varchar2", 80)))
        found = mapping.lookup(f"LKP_{position}", flow, table, {"CODE": "STATUS"}, [f"TEXT{position}"])
        made = (*flow.columns, *found.columns)
        mapping.add(f"EXP_LKP_{position}", "Expression", _ports(made), {"Tracing Level": "Normal"})
        mapping.connect(flow, f"EXP_LKP_{position}", "Expression")
        mapping.connect(found, f"EXP_LKP_{position}", "Expression")
        return Flow(f"EXP_LKP_{position}", "Expression", {c.name: c.name for c in made}, made)

    def _split_and_unite(self, mapping: Mapping, flow: Flow, position: int) -> Flow:
        groups = {"G_ACTIVE": "STATUS = 'A'", "G_BIG": "AMOUNT > 1000"}
        return mapping.union(f"UN_{position}", mapping.router(f"RTR_{position}", flow, groups))

    def _rank(self, mapping: Mapping, flow: Flow, position: int) -> Flow:
        ranked = mapping.rank(f"RNK_{position}", flow, "AMOUNT", 10, [flow.columns[0].name])
        return Flow(ranked.instance, ranked.kind, flow.ports, flow.columns)

    def _apply_mapplet(self, mapping: Mapping, flow: Flow, position: int) -> Flow:
        given, outer = self._mapplet
        part = Flow(flow.instance, flow.kind, {c.name: flow.ports[c.name] for c in given}, given)
        made = use_mapplet(mapping, f"mplt_NET_{position}", "mplt_NET", part, outer)
        net = Flow(made.instance, made.kind, {f"MNET{position}": "MNET"}, (_AMOUNT._replace(name=f"MNET{position}"),))
        columns = (*flow.columns, *net.columns)
        mapping.add(f"EXP_MPLT_{position}", "Expression", _ports(columns), {"Tracing Level": "Normal"})
        mapping.connect(flow, f"EXP_MPLT_{position}", "Expression")
        mapping.connect(net, f"EXP_MPLT_{position}", "Expression")
        return Flow(f"EXP_MPLT_{position}", "Expression", {c.name: c.name for c in columns}, columns)

    def _finish(self, mapping: Mapping, flow: Flow, number: int) -> Flow:
        """Every third mapping aggregates, every third flags rows."""
        if number % 3 == 1:
            outputs = {
                "TOTAL": (_AMOUNT, "SUM(AMOUNT)"),
                "ROWS_COUNT": (_COUNT, "COUNT(*)"),
                "BIG": (_AMOUNT, "SUM(AMOUNT, AMOUNT > 100)"),
            }
            return mapping.aggregator("AGG_END", flow, [flow.columns[0].name], outputs)
        if number % 3 == 2:
            return mapping.update_strategy("UPD_END", flow, "IIF(STATUS = 'D', DD_DELETE, DD_UPDATE)")
        return flow

    def _add_mapplet(self) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
        given = (Column("AMOUNT", "number(p,s)", 15, 2), Column("STATUS", "varchar2", 1))
        mapplet, inside = begin_mapplet("mplt_NET", given)
        made = mapplet.expression("EXP_IN", inside, {"MNET": (_AMOUNT, "IIF(STATUS = 'A', AMOUNT, 0)")})
        outer = end_mapplet(mapplet, given, Flow(made.instance, made.kind, {"MNET": "MNET"}, made.columns[-1:]))
        self._add(self._project, mapplet.element())
        return given, outer

    def _add_workflow(self, mapping: Mapping, table: Table, number: int) -> None:
        """A workflow whose session overrides the first qualifier's filter; every fifth runs the mapping twice."""
        qualifier = next(str(e.attributes["NAME"]) for e in mapping.instances if "SQ_" in str(e.attributes["NAME"]))
        names = [f"s_{mapping.name}", f"s_{mapping.name}_again"][: 2 if number % 5 == 0 else 1]
        specs = [
            SessionSpec(
                name,
                mapping.name,
                {qualifier: {"Source Filter": f"AMOUNT > {position}"}},
                {qualifier: "ORA_READ"},
                {table.name: "ORA_WRITE"},
            )
            for position, name in enumerate(names, 1)
        ]
        flow = workflow(
            f"wf_{mapping.name}",
            [task("Start", "Start"), *map(session, specs)],
            [use("Start", "Start"), *(use(name, "Session") for name in names)],
            [("Start", names[0], ""), *((names[0], name, f"${names[0]}.Status = SUCCEEDED") for name in names[1:])],
        )
        self._flows.append(flow)
        self.size += sum(len(line) + 1 for line in flow.lines(1))


def _ports(columns: tuple[Column, ...]) -> list[Element]:
    return [port(column, "INPUT/OUTPUT", expression=column.name) for column in columns]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=0.0)
    parser.add_argument("--mappings", type=int, default=1)
    parser.add_argument("--columns", type=int, default=12, help="least number of columns of a table")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--encoding", choices=sorted(_CODEPAGES), default="UTF-8")
    parser.add_argument("--crlf", action="store_true", help="end lines as Windows does")
    parser.add_argument("--constructs", type=Path, help="write one small export per construct into this folder")
    parser.add_argument("--output", type=Path, help="file to write, else standard output")
    options = parser.parse_args()
    if options.constructs:
        options.constructs.mkdir(parents=True, exist_ok=True)
        for name, data in constructs().items():
            (options.constructs / f"{name}.xml").write_bytes(data)
        return
    data = generate(
        megabytes=options.megabytes,
        mappings=options.mappings,
        columns=options.columns,
        seed=options.seed,
        encoding=options.encoding,
        newline="\r\n" if options.crlf else "\n",
    )
    if options.output:
        options.output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main()
