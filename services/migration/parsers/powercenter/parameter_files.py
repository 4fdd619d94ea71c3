"""Parameter files beside an export: the values that sessions give to parameters and variables.

Sections from the widest to the narrowest scope; the narrowest that gives a value decides. Source: PowerCenter Advanced
Workflow Guide, "Parameter Files" ("Parameter File Structure", "Guidelines for Creating Parameter Files").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePosixPath

from services.migration.ast import Origin, Parameter, SourceDefinition, Transformation
from services.migration.parsers import redact
from services.migration.parsers.companions import Companions
from services.migration.parsers.log import Log, shown
from services.migration.parsers.powercenter.model import Flow, Folder, Session

ENDINGS = frozenset({".par", ".parm", ".param", ".prm"})
"""Of files that are taken for parameter files without being named by a session or workflow."""
NAMED = "Parameter Filename"
MOST_STEPS = 1_000
"""Worklets and workflows on the ways to one session; what lies beyond takes no values."""
_NAME = re.compile(r"\${1,3}\w+")
_HEADING = re.compile(r"\[(.*)\]")
_NONE = ("", "<null>")
_GLOBAL, _SERVICE, _WORKFLOW, _SESSION = 0, 1, 2, 1000

Values = Mapping[str, str]
"""Parameter name in lower case, with its dollar signs → value."""


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    values: Values


@dataclass(frozen=True, slots=True)
class _Reader:
    """The session, workflow or worklet that takes values: how a message names it."""

    title: str
    origin: Origin


@dataclass(slots=True)
class ParameterFiles:
    """The parameter files of one archive, as the sessions of one export see them."""

    companions: Companions
    beside: str  # the export's path
    log: Log
    _read: dict[str, tuple[Section, ...]] = field(default_factory=dict)
    _told: set[tuple[str, str]] = field(default_factory=set)

    def of_session(self, folder: Folder, session: Session) -> dict[str, str]:
        """What every use of the session agrees on."""
        if not len(self.companions):
            return {}
        uses = [(flow, task) for flow in folder.flows for task, key in flow.sessions.items() if key == session.key]
        found = [self.of_task(folder, flow, task, session) for flow, task in uses]
        if not uses:
            reader = _Reader(f"session {shown(session.name)}", session.origin)
            own = _own_headings(folder.name, {session.name})
            return self._values(reader, session.attributes.get(NAMED, ""), own)
        return common(found)

    def of_task(self, folder: Folder, flow: Flow, task: str, session: Session) -> dict[str, str]:
        """What one use of a session is given, whatever calls the worklet that it stands in."""
        names = {task, session.name, flow.definitions.get(task, task)}
        own = _own_headings(folder.name, names)
        reader = _Reader(f"session {shown(session.name)}", session.origin)
        found = []
        for workflow, heads in self._ways(folder, flow, reader):
            scopes = {**own, **_ranked(heads), **{f"{heads[-1]}.ST:{name}": _SESSION + 2 for name in names}}
            named = session.attributes.get(NAMED, "") or workflow.parameter_file
            found.append(self._values(reader, named, scopes))
        return common(found)

    def of_flow(self, folder: Folder, flow: Flow) -> dict[str, str]:
        """What variables of a workflow or worklet begin with."""
        if not len(self.companions):
            return {}
        item = flow.orchestration
        reader = _Reader(f"{item.kind} {shown(item.name)}", item.origin)
        ways = self._ways(folder, flow, reader)
        return common([self._values(reader, start.parameter_file, _ranked(heads)) for start, heads in ways])

    def _ways(self, folder: Folder, flow: Flow, reader: _Reader) -> list[tuple[Flow, list[str]]]:
        """Every workflow that leads to a flow, with the headings of the way to it; [] where they are too many."""
        steps = list(islice(_steps(folder, flow), MOST_STEPS + 1))
        if len(steps) <= MOST_STEPS:
            return [step for step in steps if step is not None]
        if ("", reader.title) not in self._told:
            self._told.add(("", reader.title))
            self.log.warning(
                "TOO_MANY_WAYS",
                f"More than {MOST_STEPS:,} worklets in worklets lead to the {reader.title}, each with headings of its "
                "own; it takes no values from parameter files. Give them where the pipeline runs.",
                reader.origin,
            )
        return []

    def _values(self, reader: _Reader, named: str, reach: Mapping[str, int]) -> dict[str, str]:
        paths = [path] if named and (path := self.companions.find(named, self.beside)) else self._unnamed(reach)
        found: list[dict[str, str]] = []
        for path in paths:
            values = _in_scope(self._sections(path), reach)
            if values:
                found.append(values)
                self._tell(path, reader)
        agreed = _merged(found)
        if any(key not in agreed for values in found for key in values):
            self._disagree(reader, paths)
        return agreed

    def _unnamed(self, reach: Mapping[str, int]) -> list[str]:
        """Parameter files by their ending, with a section of the reader's own; or the only one there is."""
        listed = [path for path in self.companions if PurePosixPath(path).suffix.lower() in ENDINGS]
        own = [path for path in listed if any(section.heading in reach for section in self._sections(path))]
        return own or (listed if len(listed) == 1 else [])

    def _sections(self, path: str) -> tuple[Section, ...]:
        if path not in self._read:
            self._read[path] = tuple(_parse(self.companions[path], path, self.log))
        return self._read[path]

    def _tell(self, path: str, reader: _Reader) -> None:
        self.companions.used.add(path.lower())
        if (path, reader.title) not in self._told:
            self._told.add((path, reader.title))
            self.log.info(
                "PARAMETER_FILE", f"The {reader.title} takes values of parameters from {path}.", Origin(path, 0, "")
            )

    def _disagree(self, reader: _Reader, paths: Iterable[str]) -> None:
        self.log.warning(
            "PARAMETER_FILES_DISAGREE",
            f"The {reader.title} names no parameter file that is here, and {', '.join(paths)} give different values "
            "for it; those were left out. Put only the file beside the export that it uses.",
            reader.origin,
        )


def scopes(data: bytes) -> frozenset[str]:
    """What the sections of a parameter file are for by its own name: `s_load` of `[Sales.WF:wf_day.ST:s_load]`."""
    found = (_HEADING.fullmatch(line.strip()) for line in _text(data).split("\n"))
    return frozenset(match[1].rpartition(".")[2].rpartition(":")[2].strip() for match in found if match)


def _own_headings(folder: str, names: Iterable[str]) -> dict[str, int]:
    return {heading: rank for name in names for heading, rank in ((name, _SESSION), (f"{folder}.{name}", _SESSION + 1))}


def _ranked(heads: Iterable[str]) -> dict[str, int]:
    return {head: _WORKFLOW + depth for depth, head in enumerate(heads)}


def _steps(folder: Folder, flow: Flow, inner: tuple[str, ...] = ()) -> Iterator[tuple[Flow, list[str]] | None]:
    """Every workflow that leads to a flow, with the headings of the way to it, the workflow's first.

    None for each worklet on a way: worklets in worklets can multiply without end, and not all lead to a workflow.
    """
    item = flow.orchestration
    if item.kind == "workflow":
        heads = [f"{folder.name}.WF:{item.name}"]
        for worklet in inner:
            heads.append(f"{heads[-1]}.WT:{worklet}")
        yield flow, heads
        return
    if item.name in inner:
        return
    yield None
    for other in folder.flows:
        if any(task.type == "Worklet" and task.reference == item.name for task in other.orchestration.tasks):
            yield from _steps(folder, other, (item.name, *inner))


def _in_scope(sections: Iterable[Section], reach: Mapping[str, int]) -> dict[str, str]:
    listed = list(sections)
    services = {section.heading for section in listed if section.heading.lower().startswith("service:")}
    ranks = {"Global": _GLOBAL, **({services.pop(): _SERVICE} if len(services) == 1 else {}), **reach}
    ranks |= {section.heading: _GLOBAL for section in listed if section.heading.lower() in ("", "global")}
    found: dict[str, str] = {}
    for section in sorted((s for s in listed if s.heading in ranks), key=lambda s: ranks[s.heading]):
        found |= section.values
    return found


def used_names(nodes: Iterable[SourceDefinition | Transformation], declared: Iterable[Parameter]) -> dict[str, str]:
    """Parameters that a mapping declares or that stand in a text of it: name in lower case → as it is written."""
    found: dict[str, str] = {item.name.lower(): item.name for item in declared}
    for node in nodes:
        texts = [*node.attributes.values(), node.connection]
        texts += [port.expression for port in node.fields] + [port.default for port in node.fields]
        for name in (name for text in texts if "$" in text for name in _NAME.findall(text)):
            found.setdefault(name.lower(), name)
    return found


def common(found: list[dict[str, str]]) -> dict[str, str]:
    """What all say alike; a name that one does not know is left out."""
    first, *others = found or [{}]
    return {key: value for key, value in first.items() if all(each.get(key) == value for each in others)}


def _merged(found: list[dict[str, str]]) -> dict[str, str]:
    """What any says and none contradicts."""
    merged = {key: value for values in found for key, value in values.items()}
    return {k: v for k, v in merged.items() if all(values.get(k, v) == v for values in found)}


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _parse(data: bytes, path: str, log: Log) -> Iterator[Section]:
    """The sections of a file. Lines that say nothing are told by their number."""
    heading, values = "", dict[str, str]()
    for number, line in enumerate((each.removesuffix("\r") for each in _text(data).split("\n")), 1):
        written = line.strip()
        if not written or written.startswith(";"):
            continue
        if written.startswith("[") and written.endswith("]"):
            yield Section(heading, values)
            heading, values = written[1:-1].strip(), {}
            continue
        name, equals, value = line.partition("=")
        key = name.strip().rpartition(".")[2].lower()
        if not equals or not key.startswith("$"):
            log.warning(
                "NOT_A_PARAMETER",
                f"Line {number} of {path} is no `$NAME=value` and was passed over. Correct the file.",
                Origin(path, number, ""),
            )
        elif value.strip().lower() not in _NONE:
            if redact.text(redact.attribute(key, value)) == value:
                values.setdefault(key, value)
            else:  # a masked value in SQL would be another condition
                log.warning(
                    "SECRET_PARAMETER",
                    f"The value of {shown(name.strip())} in line {number} of {path} may be a secret or an address and "
                    "was left out. Give it to the pipeline where it runs.",
                    Origin(path, number, ""),
                )
    yield Section(heading, values)
