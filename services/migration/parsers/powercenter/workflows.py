"""WORKFLOW, WORKLET and TASK elements: the control flow."""

from __future__ import annotations

from services.migration.ast import Orchestration, Parameter, Task, TaskLink
from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.log import Log, shown
from services.migration.parsers.powercenter.model import Flow, Folder, Session, SessionKey
from services.migration.parsers.powercenter.sessions import command_steps, read_extensions, read_session
from services.migration.parsers.powercenter.tables import table_attributes
from services.migration.parsers.powercenter.values import is_yes, name_of, number

_KINDS = {"WORKFLOW": "workflow", "WORKLET": "worklet"}
_TASK_FLAGS = (
    "ISENABLED",
    "FAIL_PARENT_IF_INSTANCE_FAILS",
    "FAIL_PARENT_IF_INSTANCE_DID_NOT_RUN",
    "TREAT_INPUTLINK_AS_AND",
)
_FREE_TEXT = ("Email Subject", "Email Text")


def read_task(element: Element, log: Log) -> Task:
    """A TASK definition: commands, assignments, conditions, mails; addresses and passwords masked."""
    name = name_of(element, log)
    attributes = {k: v for k, v in table_attributes(element, "ATTRIBUTE").items() if v}
    attributes |= {k: redact.text(attributes[k]) for k in _FREE_TEXT if k in attributes}
    for child in element.children:
        if child.tag.startswith("TIMER") or child.tag.startswith("EVENT"):
            attributes |= {f"{child.tag} {k}": v for k, v in child.attributes.items() if v}
    return Task(
        name=name,
        type=element.get("TYPE"),
        origin=log.origin(element, name),
        attributes=attributes,
        steps=tuple(command_steps(element, log)),
    )


def session_task(session: Session) -> Task:
    """The task that a session is, its mapping not yet looked up."""
    return Task(
        session.name,
        "Session",
        session.origin,
        session.mapping,
        attributes=session.attributes,
        steps=session.steps,
    )


def read_flow(element: Element, folder: Folder, log: Log) -> None:
    """Add a workflow or worklet, and the sessions and worklets defined inside it, to its folder."""
    name = name_of(element, log)
    defined = {task.name: task for task in (read_task(e, log) for e in element.each("TASK"))}
    for child in element.each("SESSION"):
        session = read_session(child, folder.name, log)
        session.owner = name
        folder.sessions.append(session)
        defined[session.name] = session_task(session)
    for child in element.each("WORKLET"):
        read_flow(child, folder, log)
        inner = child.get("NAME")
        defined[inner] = Task(inner, "Worklet", log.origin(child), reference=inner)
    uses = list(element.each("TASKINSTANCE"))
    tasks = [_task_use(use, defined, log) for use in uses] or list(defined.values())
    orchestration = Orchestration(
        name=name,
        kind=_KINDS[element.tag],
        folder=folder.name,
        origin=log.origin(element, name),
        tasks=tuple(tasks),
        links=_links(element, {task.name for task in tasks}, name, log),
        variables=tuple(_variable(e, log) for e in element.each("WORKFLOWVARIABLE") if is_yes(e.get("USERDEFINED"))),
        attributes=_schedule(element),
    )
    definitions = {use.get("NAME"): use.get("TASKNAME") for use in uses if use.get("TASKNAME")}
    inside = {child.get("NAME") for child in element.each("SESSION")}
    sessions: dict[str, SessionKey] = {}
    for task in tasks:
        if task.type == "Session":
            definition = definitions.get(task.name, task.name)
            sessions[task.name] = (name if definition in inside else "", definition)
    sessions |= _changed_sessions(uses, sessions, name, folder, log)
    named = table_attributes(element, "ATTRIBUTE").get("Parameter Filename", "")
    folder.flows.append(Flow(orchestration, sessions, definitions, named))


def _task_use(element: Element, defined: dict[str, Task], log: Log) -> Task:
    name = name_of(element, log)
    definition = defined.get(element.get("TASKNAME") or name)
    kind = element.get("TASKTYPE") or (definition.type if definition else "")
    flags = {flag: element.get(flag) for flag in _TASK_FLAGS if element.get(flag)}
    reference = element.get("TASKNAME") if kind == "Worklet" else ""
    return Task(
        name=name,
        type=kind,
        origin=log.origin(element, name),
        reference=reference,
        attributes={**(definition.attributes if definition else {}), **flags},
        steps=definition.steps if definition else (),
    )


def _changed_sessions(
    uses: list[Element], sessions: dict[str, SessionKey], owner: str, folder: Folder, log: Log
) -> dict[str, SessionKey]:
    """Uses of a session that change its connections: each is a session of its own."""
    changed = {}
    for use in uses:
        name = use.get("NAME")
        if name not in sessions:
            continue
        session = Session(f"{owner}.{name}", "", folder.name, log.origin(use), owner=owner, base=sessions[name])
        read_extensions(use, session.extensions)
        if any(extension.connection or extension.attributes for extension in session.extensions.values()):
            folder.sessions.append(session)
            changed[name] = session.key
    return changed


def _links(element: Element, tasks: set[str], owner: str, log: Log) -> tuple[TaskLink, ...]:
    links = []
    for link in element.each("WORKFLOWLINK"):
        start, end = link.get("FROMTASK"), link.get("TOTASK")
        missing = next((task for task in (start, end) if task not in tasks), None)
        if missing is not None:
            log.error(
                "DANGLING_LINK",
                f"A link of {shown(owner)} names the task {shown(missing)!r}, which it does not hold. "
                "Export the workflow again.",
                log.origin(link, f"{start} → {end}"),
            )
        else:
            links.append(TaskLink(start, end, link.get("CONDITION")))
    return tuple(links)


def _variable(element: Element, log: Log) -> Parameter:
    name = name_of(element, log)
    return Parameter(
        name=name,
        datatype=element.get("DATATYPE"),
        precision=number(element, "PRECISION", log),
        scale=number(element, "SCALE", log),
        default=redact.attribute(name, element.get("DEFAULTVALUE")) or None,
        is_variable=True,
    )


def _schedule(element: Element) -> dict[str, str]:
    """The schedule's attributes, flat: `SCHEDULETYPE`, `STARTOPTIONS STARTDATE`, …"""
    found: dict[str, str] = {}
    for scheduler in element.each("SCHEDULER"):
        for info in scheduler.each("SCHEDULEINFO"):
            found |= {k: v for k, v in info.attributes.items() if v}
            _flatten(info, found)
    return found


def _flatten(element: Element, into: dict[str, str]) -> None:
    for child in element.children:
        into |= {f"{child.tag} {k}": v for k, v in child.attributes.items() if v}
        _flatten(child, into)
