"""A parallel or server job, or what stands of it in the export, as a data flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.migration.ast import Link, MappingAST, Origin, Transformation
from services.migration.parsers import redact
from services.migration.parsers.datastage import osh, parameters, stages
from services.migration.parsers.datastage.containers import flatten
from services.migration.parsers.datastage.log import Log
from services.migration.parsers.datastage.model import Record, Section
from services.migration.parsers.datastage.pins import Joint, Topology

SORTED_LINKS = "LinkSortMode"
JOB_TYPES = {"0": "server", "1": "mainframe", "2": "sequence", "3": "parallel"}


def root(section: Section) -> Record | None:
    """The record that describes the job itself."""
    return section.first("JobDefn") or section.first("ContainerDefn")


def has_links(section: Section) -> bool:
    """True where a stage of the job has an output."""
    return any(record.get("OutputPins") for record in section.records)


def folder(record: Record | None) -> str:
    r"""`\\Jobs\\Retail` → `Jobs/Retail`."""
    return "/".join(part for part in (record.get("Category") if record else "").split("\\") if part)


def job(section: Section, shared: Mapping[str, Section], sets: parameters.Sets, log: Log) -> MappingAST | None:
    """The job's flow; None where it has no stage that carries rows."""
    definition = root(section)
    name = section.identifier or (definition.name if definition else "job")
    where = folder(definition)
    flat = flatten(section, shared)
    topology = Topology(flat)
    _tell(topology, name, log)
    joined = {end.identifier for joint in topology.joints for end in (joint.source, joint.target)}
    held = [stage for stage in topology.stages if stage.identifier in joined]
    _inventory(topology, joined, name, where, log)
    _mark_sorted(topology, definition.get("OrchestrateCode") if definition else "")
    if not held:
        return None
    names = _names(held, flat.home)
    return MappingAST(
        name=name,
        folder=where,
        origin=Origin(log.file, section.line, f"DSJOB {name}"),
        transformations=tuple(_steps(held, topology, names, log)),
        links=tuple(_links(topology, names)),
        parameters=parameters.parameters(definition.each("Parameters") if definition else (), sets),
        description=redact.text(definition.get("Description") or definition.get("FullDescription"))
        if definition
        else "",
        session_attributes={
            "job_type": JOB_TYPES.get(definition.get("JobType", "3") if definition else "3", "parallel")
        },
    )


def _steps(held: list[Record], topology: Topology, names: Mapping[str, str], log: Log) -> Iterator[Transformation]:
    into: dict[str, list[Joint]] = {}
    out: dict[str, list[Joint]] = {}
    for joint in topology.joints:
        into.setdefault(joint.target.identifier, []).append(joint)
        out.setdefault(joint.source.identifier, []).append(joint)
    for stage in held:
        inputs = [joint.input for joint in sorted(into.get(stage.identifier, ()), key=lambda joint: joint.order)]
        outputs = [(joint.output, joint.input) for joint in out.get(stage.identifier, ())]
        yield stages.step(stage, names[stage.identifier], inputs, outputs, log.file)


def _links(topology: Topology, names: Mapping[str, str]) -> Iterator[Link]:
    for joint in topology.joints:
        yield Link(
            from_step=names[joint.source.identifier],
            to_step=names[joint.target.identifier],
            from_port=joint.output.name,
            to_port=joint.input.name,
            order=joint.order,
            columns=stages.columns(joint.output),
            name=joint.output.name,
            line=joint.output.line,
        )


def _mark_sorted(topology: Topology, code: str) -> None:
    """The view tells of each stage's links whether rows are sorted where they arrive; here their input pins say so.

    By what they are sorted the job's generated code tells, where the export has it.
    """
    modes: dict[tuple[str, str], str] = {}
    for view in topology.flat.records.values():
        if view.kind != "ContainerView" or not view.get(SORTED_LINKS):
            continue
        lists = [view.get(name).split("|") for name in ("StageList", "LinkNames", SORTED_LINKS)]
        for stage, names, values in zip(*lists, strict=False):
            told = zip(names.split(","), values.split(","), strict=False)
            modes.update({(stage.strip(), name.strip()): mode.strip() for name, mode in told})
    for joint in topology.joints:
        mode = modes.get((joint.source.identifier, joint.output.name), "")
        if mode not in ("", "0"):
            joint.input.properties[SORTED_LINKS] = mode
    marked = [joint for joint in topology.joints if joint.input.get(SORTED_LINKS)]
    sorts = osh.link_sorts(code) if marked else {}
    for joint in marked:
        keys = sorts.get((joint.target.name, joint.input.name))
        if keys:
            joint.input.lists["LinkSort"] = keys


def _names(held: list[Record], home: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Stage → its name, with its containers before it, unique in the job."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for stage in held:
        base = ".".join((*home.get(stage.identifier, ()), stage.name))
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        found[stage.identifier] = name
    return found


def _tell(topology: Topology, job_name: str, log: Log) -> None:
    for record in topology.flat.missing:
        log.add(
            "warning",
            "MISSING_CONTAINER",
            f"The job {job_name} uses the shared container {record.name}, which is not in the export.",
            "Export the job again with its dependent items.",
            record.line,
            f"{stages.kind_of(record)} {record.name}",
        )
    for pin in topology.loose:
        log.add(
            "warning",
            "DANGLING_CONNECTOR",
            f"The link {pin.name} of the job {job_name} leads to no stage of the export; it was left out.",
            "Connect the link in the Designer, or remove it.",
            pin.line,
            f"link {pin.name}",
        )


def _inventory(topology: Topology, joined: set[str], job_name: str, where: str, log: Log) -> None:
    for record in topology.flat.records.values():
        if record.kind == "Annotation":
            log.item("annotation", f"{job_name}.{record.identifier}", where, record.line, "a note on the canvas")
    for stage in topology.stages:
        if stage.identifier not in joined:
            reason = f"{stages.kind_of(stage)} without links: no rows pass it"
            log.item("stage", f"{job_name}.{stage.name}", where, stage.line, reason)
