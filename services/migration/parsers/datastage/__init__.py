"""DataStage exports: DSX text and DSExport XML."""

from __future__ import annotations

from services.migration.ast import MappingAST, Orchestration, Origin, Task, Tool, WorkflowAST
from services.migration.parsers import redact
from services.migration.parsers.datastage import dsx, export_xml, jobs, parameters, sequences
from services.migration.parsers.datastage.charset import to_utf8
from services.migration.parsers.datastage.log import Log
from services.migration.parsers.datastage.model import Export, Section
from services.migration.parsers.encoding import XmlText

__all__ = ["parse", "to_utf8"]

MAINFRAME = "1"
SEQUENCE = "2"
NAMED_KINDS = {
    "DSROUTINES": ("routine", "its code is not converted"),
    "DSPARAMETERSETS": ("parameter_set", ""),
    "DSDATACONNECTIONS": ("connection", ""),
}
MOST_BROKEN_LINES = 5  # reported one by one


def parse(text: XmlText, file: str) -> WorkflowAST:
    """Read an export. Raises an ExportError where it is cut off or not well-formed."""
    export = export_xml.read(text, file) if text.data.lstrip()[:1] == b"<" else dsx.read(text, file)
    log = Log(file)
    if text.note:
        log.add("warning", "ENCODING", f"The file {text.note}.", "Check names with accents.", 1, "HEADER")
    _report_broken(export, log)
    _report_repeated(export, log)
    mappings, flows = _jobs(export, log)
    _inventory(export, log)
    if not export.of("DSJOB"):  # of a job without links EMPTY_JOB tells
        log.add(
            "warning",
            "NO_JOBS",
            "The export holds no job.",
            "Export the jobs, not only their definitions.",
            1,
            "export",
        )
    return WorkflowAST(
        tool=Tool.DATASTAGE,
        file=file,
        encoding=text.encoding,
        version=export.header.get("ServerVersion", ""),
        mappings=tuple(mappings),
        orchestrations=tuple(flows),
        inventory=tuple(log.inventory),
        problems=tuple(log.problems),
    )


def _jobs(export: Export, log: Log) -> tuple[list[MappingAST], list[Orchestration]]:
    """The jobs that carry rows, and what runs them: sequences, control code, routines before and after."""
    shared = {section.identifier: section for section in export.of("DSSHAREDCONTAINER")}
    sets = parameters.sets_of(export.of("DSPARAMETERSETS"))
    mappings: list[MappingAST] = []
    flows: list[Orchestration] = []
    others = {section.identifier for section in export.of("DSJOB") if _kind(section) == SEQUENCE}
    for section in export.of("DSJOB"):
        name, kind = section.identifier, _kind(section)
        if kind == SEQUENCE:
            flows.append(sequences.sequence(section, sets, others, log))
            continue
        if kind == MAINFRAME:
            said = f"{name} is a mainframe job."
            log.add("warning", "MAINFRAME_JOB", said, "Its stages have no rule.", section.line, name)
        _control(section, flows, log)
        made = jobs.job(section, shared, sets, log)
        if made is not None:
            mappings.append(made)
        elif not any(flow.name == name for flow in flows):
            log.add("warning", "EMPTY_JOB", f"The job {name} has no links.", "Nothing to convert.", section.line, name)
    return mappings, flows


def _kind(section: Section) -> str:
    definition = jobs.root(section)
    return definition.get("JobType", "3") if definition else "3"


def _control(section: Section, flows: list[Orchestration], log: Log) -> None:
    """A job's own BASIC code and the routines around it: no rows, but not to be lost."""
    definition = jobs.root(section)
    code = definition.get("JobControlCode").strip() if definition else ""
    place = Origin(log.file, section.line, f"DSJOB {section.identifier}")
    tasks = [Task(section.identifier, "JobControl", place, attributes={"Code": redact.command(code)})] if code else []
    for name in ("BeforeSubr", "AfterSubr", "BeforeJobSubroutine", "AfterJobSubroutine"):
        called = definition.get(name).strip() if definition else ""
        if called:
            task = f"{section.identifier} {name}"
            tasks.append(Task(task, name, place, attributes={name: redact.command(called)}))
    if tasks:
        name = section.identifier if not definition or not jobs.has_links(section) else f"{section.identifier} control"
        flows.append(Orchestration(name, "sequence", jobs.folder(definition), place, tuple(tasks)))


def _report_broken(export: Export, log: Log) -> None:
    for line in export.broken[:MOST_BROKEN_LINES]:
        log.add(
            "warning",
            "UNREADABLE_LINE",
            f"Line {line} is neither a property nor the end of a block.",
            "Export again.",
            line,
            "line",
        )
    if len(export.broken) > MOST_BROKEN_LINES:
        log.add(
            "warning",
            "UNREADABLE_LINE",
            f"{len(export.broken)} lines in all cannot be read.",
            "Export again.",
            export.broken[0],
            "line",
        )


def _report_repeated(export: Export, log: Log) -> None:
    met: dict[str, int] = {}
    for section in export.of("DSJOB"):
        first = met.setdefault(section.identifier, section.line)
        if first != section.line:
            log.add(
                "warning",
                "DUPLICATE_NAME",
                f"The job {section.identifier} stands twice in the export, in line {first} too; both were converted.",
                "Keep the one that runs.",
                section.line,
                section.identifier,
            )


def _inventory(export: Export, log: Log) -> None:
    for kind, (called, reason) in NAMED_KINDS.items():
        for section in export.of(kind):
            for record in section.records:
                log.item(called, record.name, jobs.folder(record), record.line, reason)
    for section in export.of("DSSHAREDCONTAINER"):
        log.item(
            "shared_container",
            section.identifier,
            jobs.folder(jobs.root(section)),
            section.line,
            "inlined where it is used",
        )
