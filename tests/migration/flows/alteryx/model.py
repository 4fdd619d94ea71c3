"""A second reading of the documentation: what common tools do to rows that have an order, in plain Python.

Each tool adds itself to a flow with settings taken by chance, and does to the rows what Designer Help says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.migration.flows.alteryx.build import fields, rows, tool

Row = tuple[Any, ...]
START = (("g", ("a", "b", "A", "b c", None)), ("n", (1, 2, 3, -1, 10, None)), ("f", (1.5, 2.25, 0.5, None)))
"""Fields of every source, and what they hold by chance."""
KEPT = '<SelectField field="Right_g" selected="False" /><SelectField field="Right_f" selected="False" />'


@dataclass
class Sheet:
    """A flow being drawn. `at`: the anchor that gives the rows; `number`: the ToolID that is given out next."""

    chance: Random
    tools: list[str] = field(default_factory=list)
    wires: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    at: str = ""
    number: int = 1

    def source(self) -> tuple[int, list[Row]]:
        """A Text Input of some rows; the last of them has no null, so that every field has a type."""
        held: list[Row] = [
            tuple(self.chance.choice(values) for _, values in START) for _ in range(self.chance.randint(0, 6))
        ]
        held.append(("a", 1, 1.5))
        texts = [tuple(None if value is None else str(value) for value in row) for row in held]
        self.tools.append(rows(self.number, " ".join(name for name, _ in START), *texts))
        self.number += 1
        return self.number - 1, held

    def add(self, kind: str, configuration: str, *, into: str = "Input", out: str = "Output") -> int:
        """A tool behind the last one."""
        self.tools.append(tool(self.number, kind, configuration))
        self.wires.append(f"{self.at}>{self.number}.{into}")
        self.at = f"{self.number}.{out}"
        self.number += 1
        return self.number - 1

    def group(self) -> list[str]:
        return ["g"] if self.chance.random() < 0.5 else []

    def value(self, row: Row, name: str) -> Any:
        return row[self.names.index(name)]

    def grouped(self, names: Sequence[str]) -> dict[Row, list[int]]:
        """The places of the rows of each group."""
        found: dict[Row, list[int]] = {}
        for place, row in enumerate(self.rows):
            found.setdefault(tuple(self.value(row, name) for name in names), []).append(place)
        return found


def _least_first(value: Any) -> tuple[Any, ...]:
    """Null is less than all else."""
    return (0,) if value is None else (1, value)


def sort(sheet: Sheet) -> None:
    keys = {sheet.chance.choice(sheet.names): sheet.chance.random() < 0.5 for _ in range(2)}
    ways = {False: "Ascending", True: "Descending"}
    listed = "".join(f'<Field field="{name}" order="{ways[down]}" />' for name, down in keys.items())
    sheet.add("Sort", f'<SortInfo locale="0">{listed}</SortInfo>')
    for name, down in reversed(keys.items()):
        place = sheet.names.index(name)
        sheet.rows.sort(key=lambda row, place=place: _least_first(row[place]), reverse=down)


def sample(sheet: Sheet) -> None:
    mode, count, groups = (
        sheet.chance.choice(["First", "Last", "Skip", "Sample"]),
        sheet.chance.randint(1, 3),
        sheet.group(),
    )
    sheet.add("Sample", f"<Mode>{mode}</Mode><N>{count}</N>{fields('GroupFields', *groups, attribute='name')}")
    cut = {
        "First": slice(count),
        "Last": slice(-count, None),
        "Skip": slice(count, None),
        "Sample": slice(0, None, count),
    }
    kept = {place for places in sheet.grouped(groups).values() for place in places[cut[mode]]}
    sheet.rows = [row for place, row in enumerate(sheet.rows) if place in kept]


def unique(sheet: Sheet) -> None:
    names = [name for name in sheet.names if sheet.chance.random() < 0.5] or sheet.names[:1]
    out = sheet.chance.choice(["Unique", "Duplicates"])
    sheet.add("Unique", fields("UniqueFields", *names), out=out)
    first = {places[0] for places in sheet.grouped(names).values()}
    sheet.rows = [row for place, row in enumerate(sheet.rows) if (place in first) == (out == "Unique")]


def record_id(sheet: Sheet) -> None:
    name, is_first = f"ID{sheet.number}", sheet.chance.random() < 0.5
    settings = f"<FieldName>{name}</FieldName><StartValue>5</StartValue><FieldType>Int32</FieldType>"
    sheet.add("RecordID", f"{settings}<Position>{0 if is_first else 1}</Position>")
    numbered = list(enumerate(sheet.rows, 5))
    sheet.rows = [(number, *row) if is_first else (*row, number) for number, row in numbered]
    sheet.names = [name, *sheet.names] if is_first else [*sheet.names, name]


def filtered(sheet: Sheet) -> None:
    out = sheet.chance.choice(["True", "False"])
    sheet.add("Filter", "<Mode>Custom</Mode><Expression>[n] &gt; 1</Expression>", out=out)
    sheet.rows = [row for row in sheet.rows if ((sheet.value(row, "n") or 0) > 1) == (out == "True")]


def running_total(sheet: Sheet) -> None:
    if "RunTot_n" in sheet.names:
        return
    groups = sheet.group()
    sheet.add("RunningTotal", fields("GroupByFields", *groups) + fields("RunningTotalFields", "n"))
    total: dict[Row, float] = {}
    made = []
    for row in sheet.rows:
        key = tuple(sheet.value(row, name) for name in groups)
        total[key] = total.get(key, 0) + (sheet.value(row, "n") or 0)
        made.append((*row, total[key]))
    sheet.rows, sheet.names = made, [*sheet.names, "RunTot_n"]


def multi_row(sheet: Sheet) -> None:
    name, groups, away = f"P{sheet.number}", sheet.group(), sheet.chance.choice([-1, 1])
    policy = sheet.chance.choice(["NULL", "Empty"])
    settings = f"<CreateField_Name>{name}</CreateField_Name><CreateField_Type>Double</CreateField_Type>"
    settings += f"<OtherRows>{policy}</OtherRows><Expression>[Row{away:+d}:n]</Expression>"
    sheet.add("MultiRowFormula", settings + fields("GroupByFields", *groups))
    made: dict[int, Any] = {}
    for places in sheet.grouped(groups).values():
        for at, place in enumerate(places):
            is_there = 0 <= at + away < len(places)
            missing = 0 if policy == "Empty" else None
            made[place] = sheet.value(sheet.rows[places[at + away]], "n") if is_there else missing
    sheet.rows = [(*row, made[place]) for place, row in enumerate(sheet.rows)]
    sheet.names = [*sheet.names, name]


def union(sheet: Sheet) -> None:
    number, held = sheet.source()
    sheet.add("Union", "<Mode>ByName</Mode><ByName_OutputMode>All</ByName_OutputMode>")
    sheet.wires[-1] = f"{sheet.wires[-1]}#1"
    sheet.wires.append(f"{number}>{sheet.number - 1}#2")
    names = [name for name, _ in START]
    sheet.rows += [tuple(row[names.index(name)] if name in names else None for name in sheet.names) for row in held]


def join(sheet: Sheet) -> None:
    """By the field g, whose rows come in its order, or by place."""
    number, held = sheet.source()
    by_place, name = sheet.chance.random() < 0.5, f"n{sheet.number}"
    keys = "" if by_place else '<JoinInfo connection="Left"><Field field="g" /></JoinInfo>'
    keys += keys.replace("Left", "Right")
    lines = f'{KEPT}<SelectField field="Right_n" selected="True" rename="{name}" />'
    block = f"<Configuration><SelectFields>{lines}</SelectFields></Configuration>"
    settings = f'<Configuration joinByRecordPos="{by_place}">{keys}'
    settings += f"<SelectConfiguration>{block}</SelectConfiguration></Configuration>"
    out = sheet.chance.choice(["Join", "Left"])
    sheet.wires.append(f"{number}>{sheet.number}.Right")
    sheet.add("Join", settings, into="Left", out=out)
    left, there = sheet.rows, {row[0] for row in held if row[0] is not None}
    if out == "Left":
        sheet.rows = left[len(held) :] if by_place else [row for row in left if sheet.value(row, "g") not in there]
        return
    pairs = list(zip(left, held, strict=False))
    if not by_place:
        pairs = [
            (row, other)
            for key in sorted(there)
            for row in left
            if sheet.value(row, "g") == key
            for other in held
            if other[0] == key
        ]
    sheet.rows = [(*row, other[1]) for row, other in pairs]
    sheet.names = [*sheet.names, name]


def append(sheet: Sheet) -> None:
    name, count = f"z{sheet.number}", sheet.chance.randint(1, 3)
    sheet.tools.append(rows(sheet.number, name, *[(str(number),) for number in range(count)]))
    sheet.wires.append(f"{sheet.number}>{sheet.number + 1}.Source")
    sheet.number += 1
    sheet.add("AppendFields", "<CartesianMode>Allow</CartesianMode>", into="Targets")
    sheet.rows = [(*row, number) for row in sheet.rows for number in range(count)]
    sheet.names = [*sheet.names, name]


def generated(sheet: Sheet) -> None:
    name = f"i{sheet.number}"
    settings = f"<CreateField_Name>{name}</CreateField_Name><CreateField_Type>Int32</CreateField_Type>"
    settings += f"<Expression_Init>1</Expression_Init><Expression_Cond>[{name}] &lt;= [n]</Expression_Cond>"
    sheet.add("GenerateRows", f"{settings}<Expression_Loop>[{name}] + 1</Expression_Loop>")
    sheet.rows = [(*row, number) for row in sheet.rows for number in range(1, (sheet.value(row, "n") or 0) + 1)]
    sheet.names = [*sheet.names, name]


def split(sheet: Sheet) -> None:
    sheet.add("TextToColumns", '<Field>g</Field><Delimeters value="\\s" /><NumFields value="1" /><Flags value="0" />')
    place = sheet.names.index("g")
    sheet.rows = [
        (*row[:place], part, *row[place + 1 :])
        for row in sheet.rows
        for part in ([None] if row[place] is None else row[place].split(" "))
    ]


TOOLS: tuple[Callable[[Sheet], None], ...] = (
    sort, sample, unique, record_id, filtered, running_total, multi_row, union, join, append, generated, split,
)  # fmt: skip  # a list of names


def drawn(seed: int) -> Sheet:
    """A source and some tools behind it."""
    sheet = Sheet(Random(seed))
    number, held = sheet.source()
    sheet.at, sheet.rows, sheet.names = f"{number}.Output", held, [name for name, _ in START]
    for _ in range(sheet.chance.randint(3, 6)):
        sheet.chance.choice(TOOLS)(sheet)
    return sheet
