"""A package's control flow: executables with their containers, precedence constraints, event handlers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from services.migration.ast import MappingAST, Orchestration, Origin, Problem, Task, TaskLink
from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.ssis import tasks
from services.migration.parsers.ssis.connections import Manager
from services.migration.parsers.ssis.dataflow import Place, data_flow
from services.migration.parsers.ssis.raw import below, each, number, prop, truth, unique
from services.migration.parsers.ssis.variables import Variable, known, named_in, of, set_by_components

CONTAINERS = frozenset({"Sequence", "ForEachLoop", "ForLoop"})
OUTCOMES = {0: "success", 1: "failure", 2: "completion"}
_EXPRESSION_ONLY = 1
"""`EvalOp`: 1 expression, 2 constraint (the default), 3 both, 4 either."""
_EITHER = 4
_REQUIRED = "2"
"""`TransactionOption`: 0 not supported, 1 supported (the default), 2 required."""


@dataclass
class Flow:
    """What is found while a package's executables are gone through."""

    place: Place
    tasks: list[Task] = field(default_factory=list)
    links: list[TaskLink] = field(default_factory=list)
    mappings: list[MappingAST] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    flows: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)  # refId or DTSID → name of the task
    either: list[TaskLink] = field(default_factory=list)  # whose outcome or condition is enough


def control_flow(package: Element, place: Place, variables: list[Variable]) -> tuple[Orchestration, Flow]:
    """The package's orchestration, and the data flows in it."""
    flow = Flow(place)
    _package_settings(package, flow)
    waiting = [(package, "", place)]
    owners = [package]
    by_line = {(one.name, one.line): one for one in variables}
    while waiting:
        holder, parent, around = waiting.pop()
        for child in list(_executables(holder)):
            inside = _scope(child, around, by_line)
            name = _task(child, parent, flow, inside)
            owners.append(child)
            waiting.append((child, name, inside))
        for handler in each(holder, "EventHandlers", "EventHandler"):
            inside = _scope(handler, around, by_line)
            name = _handler(handler, parent, flow)
            owners.append(handler)
            waiting.append((handler, name, inside))
    joins: dict[str, bool] = {}
    for owner in owners:
        for constraint in each(owner, "PrecedenceConstraints", "PrecedenceConstraint"):
            _constraint(constraint, flow, joins)
    flow.links += list(_either(flow, joins))
    flow.problems += _counted(flow, set_by_components(package))
    finished = tuple(_finished(task, joins, place) for task in flow.tasks)
    origin = Origin(place.file, package.line, f"Package {place.package}")
    own = tuple(v.parameter for v in variables if v.datatype != "object")
    attributes = {f"expression:{v.name}": v.expression for v in variables if v.expression}
    orchestration = Orchestration(
        place.package, "package", place.package, origin, finished, tuple(flow.links), own, attributes
    )
    return orchestration, flow


def _counted(flow: Flow, counted: set[str]) -> Iterator[Problem]:
    """Conditions on what components of data flows count or keep: a pipeline sets no variable of an orchestration."""
    for link in flow.links:
        for name in dict.fromkeys(named_in(link.condition)):
            if name.lower() in counted:
                message = (
                    f"The condition of {link.to_task} reads the variable {name}, which a data flow sets; its pipeline "
                    f"writes the value as rows: hand it over where the orchestration runs."
                )
                origin = next(task.origin for task in flow.tasks if task.name == link.to_task)
                yield Problem("warning", "VARIABLE_AT_RUN_TIME", message, origin)


def _executables(holder: Element) -> Iterator[Element]:
    """Executables, without the mere references that constraints of 2005 and 2008 hold."""
    return (e for e in each(holder, "Executables", "Executable") if "IDREF" not in e.attributes)


def _scope(element: Element, place: Place, by_line: Mapping[tuple[str, int], Variable]) -> Place:
    """The place with the variables that a container declares itself, which hide those of the same name outside."""
    own = [by_line.get((one.name, one.line), one) for one in of(element)]
    return replace(place, variables={**place.variables, **known(own)}) if own else place


def _task(element: Element, parent: str, flow: Flow, place: Place) -> str:
    kind = tasks.kind(element)
    label = prop(element, "ObjectName") or kind
    name = unique(label, flow.taken)
    for identity in (prop(element, "refId"), prop(element, "DTSID")):
        if identity:
            flow.names[identity.lower()] = name
    attributes, steps = tasks.read(element, kind)
    manager = flow.place.managers.get(attributes.get("Connection", "").lower().removesuffix(":external"))
    if manager is not None:
        attributes |= {"Connection": manager.name, "Connector": manager.setting.get("connector")}
    _held_statement(attributes, steps, place)
    executed = manager if kind == "ExecutePackageTask" else None
    reference = _package(attributes, executed)
    if executed is not None and executed.setting.get("path"):
        attributes["Path"] = executed.setting.get("path")
    if kind == "Pipeline":
        reference = _data_flow(element, label, flow, place)
    origin = Origin(flow.place.file, element.line, f"{kind} {label}")
    flow.tasks.append(Task(name, kind, origin, reference, attributes, tuple(steps), parent))
    _told(element, name, attributes, flow)
    return name


def _held_statement(attributes: dict[str, str], steps: list[tuple[str, str]], place: Place) -> None:
    """What a variable holds that a task takes its statement from."""
    named = steps[0][1] if steps and attributes.get("SourceType") == "Variable" else ""
    variable = place.variables.get(named.strip().lower())
    if variable is None:
        return
    if variable.expression:
        attributes["Held:expression"] = redact.text(variable.expression)
    elif variable.value and not variable.is_set:
        attributes["Held"] = redact.text(variable.value)


def _told(element: Element, name: str, attributes: Mapping[str, str], flow: Flow) -> None:
    if attributes.get("TransactionOption") == _REQUIRED:
        origin = Origin(flow.place.file, element.line, f"Transaction of {name}")
        message = (
            f"All of {name} is one transaction in SSIS (TransactionOption is Required); its pipelines and statements "
            "are committed each by itself here."
        )
        flow.problems.append(Problem("warning", "TRANSACTION", message, origin))


def _package_settings(package: Element, flow: Flow) -> None:
    """Settings of the package as a whole that change how it runs."""
    name = flow.place.package
    _told(package, name, {"TransactionOption": prop(package, "TransactionOption")}, flow)
    if truth(prop(package, "SaveCheckpoints")) and number(prop(package, "CheckpointUsage")):
        message = f"{name} begins again at the task that failed (checkpoints); a scheduler has to do so here."
        origin = Origin(flow.place.file, package.line, f"Package {name}")
        flow.problems.append(Problem("info", "CHECKPOINTS", message, origin))


def _package(attributes: Mapping[str, str], manager: Manager | None) -> str:
    """The package that a task executes, by its file's name: stated, else in the connection to the file."""
    stated = attributes.get("Package", "")
    path = manager.setting.get("path") if manager is not None else ""
    if not stated and path.lower().endswith(".dtsx"):
        stated = path.replace("\\", "/").rpartition("/")[2]
    return stated[:-5] if stated.lower().endswith(".dtsx") else stated


def _data_flow(element: Element, label: str, flow: Flow, place: Place) -> str:
    """The data flow as a mapping; its name, or "" where nothing stands in it."""
    pipeline = below(element, "ObjectData", "pipeline")
    origin = Origin(flow.place.file, element.line, f"Data Flow Task {label}")
    if pipeline is None or below(pipeline, "components", "component") is None:
        encrypted = below(element, "ObjectData", "EncryptedData") is not None
        code = "ENCRYPTED_DATA_FLOW" if encrypted else "EMPTY_DATA_FLOW"
        what = (
            "is encrypted; save the package with DontSaveSensitive and convert it again"
            if encrypted
            else "has no components; nothing was to convert"
        )
        flow.problems.append(Problem("error" if encrypted else "info", code, f"The data flow {label} {what}.", origin))
        return ""
    name = unique(f"{flow.place.package}.{label}".strip()[:240], flow.flows)
    mapping, problems = data_flow(element, pipeline, name, place)
    flow.mappings.append(mapping)
    flow.problems += problems
    return name


def _handler(element: Element, parent: str, flow: Flow) -> str:
    event = prop(element, "EventName") or prop(element, "CreationName") or "OnError"
    name = unique(f"{event} of {parent or flow.place.package}", flow.taken)
    origin = Origin(flow.place.file, element.line, f"EventHandler {event}")
    flow.tasks.append(Task(name, f"EventHandler:{event}", origin, parent=parent))
    return name


def _constraint(element: Element, flow: Flow, joins: dict[str, bool]) -> None:
    source, target = prop(element, "From"), prop(element, "To")
    for end in element.each("Executable"):
        if truth(end.get("IsFrom")):
            source = end.get("IDREF")
        else:
            target = end.get("IDREF")
    names = flow.names.get(source.lower()), flow.names.get(target.lower())
    label = prop(element, "ObjectName") or "constraint"
    if names[0] is None or names[1] is None:
        message = (
            f"The precedence constraint {label} (line {element.line}) names a task that the package does not have."
        )
        origin = Origin(flow.place.file, element.line, f"PrecedenceConstraint {label}")
        flow.problems.append(Problem("warning", "DANGLING_CONSTRAINT", message, origin))
        return
    operation = number(prop(element, "EvalOp"), 2)
    expression = prop(element, "Expression") if operation != 2 else ""
    outcome = OUTCOMES.get(number(prop(element, "Value")), "success")
    if operation == _EXPRESSION_ONLY:
        outcome = "completion"
    joins[names[1]] = truth(prop(element, "LogicalAnd"))  # left out by the product where it is false
    links = flow.either if operation == _EITHER and expression else flow.links
    links.append(TaskLink(names[0], names[1], expression, outcome))


def _either(flow: Flow, joins: dict[str, bool]) -> Iterator[TaskLink]:
    """An outcome or a condition: two links where one link is enough, else one that says both."""
    every = [*flow.links, *flow.either]
    for link in flow.either:
        alone = sum(other.to_task == link.to_task for other in every) == 1
        if alone or not joins[link.to_task]:
            joins[link.to_task] = False
            yield replace(link, condition="")
            yield replace(link, outcome="completion")
        else:
            yield replace(link, condition=f"({link.condition}) || <{link.outcome}>", outcome="completion")


def _finished(task: Task, joins: dict[str, bool], place: Place) -> Task:
    """The task with how its constraints join, and the name of a connection that components alone tell."""
    attributes = dict(task.attributes)
    if not joins.get(task.name, True):
        attributes["Join"] = "any"
    name = place.outside.get(attributes.get("Connection", "").lower())
    if name:
        attributes["Connection"] = name
    return replace(task, attributes=attributes)
