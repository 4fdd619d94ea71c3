"""From a library of definitions to the finished tree: mappings as sessions run them, and the control flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.migration.ast import (
    MappingAST,
    Orchestration,
    SourceDefinition,
    Task,
    Transformation,
)
from services.migration.parsers.log import Log, shown
from services.migration.parsers.powercenter.expand import Expander, Graph
from services.migration.parsers.powercenter.library import Library
from services.migration.parsers.powercenter.model import Extension, Flow, Folder, MappingDefinition, Session, SessionKey
from services.migration.parsers.powercenter.parameter_files import ParameterFiles, common, used_names
from services.migration.parsers.powercenter.transformations import QUALIFIERS
from services.migration.parsers.powercenter.variants import Variant, variants
from services.migration.parsers.powercenter.workflows import session_task


class Assembler:
    """Builds the mappings and orchestrations of one file."""

    def __init__(self, library: Library, log: Log, files: ParameterFiles) -> None:
        self._library = library
        self._log = log
        self._files = files
        self._names: Counter[tuple[str, str]] = Counter()  # (folder, name) → how often it was asked for
        self._used: dict[tuple[str, SessionKey], dict[str, str]] = {}  # (folder, session) → its mapping's parameters
        self._run_by: dict[tuple[str, SessionKey], str] = {}  # (folder, session) → the mapping's name in the tree

    def mappings(self) -> tuple[MappingAST, ...]:
        """Every mapping of every folder, once per distinct set of session overrides."""
        sessions = self._sessions_by_mapping()
        expander = Expander(self._library, self._log)
        found: list[MappingAST] = []
        for folder in self._library.folders.values():
            for definition in folder.mappings:
                used = sessions.pop((folder.name, definition.name), [])
                graph = expander.mapping(definition)
                found += self._entries(definition, graph, used)
        for (_, name), orphans in sessions.items():
            for session in orphans:
                self._log.info(
                    "MAPPING_NOT_IN_FILE",
                    f"The session {shown(session.name)} runs the mapping {shown(name)}, which this file does not "
                    "hold. Export the workflow with its dependencies to convert it.",
                    session.origin,
                )
        return tuple(found)

    def orchestrations(self) -> tuple[Orchestration, ...]:
        """Every workflow and worklet; call after `mappings`, whose names the session tasks refer to."""
        return tuple(self._finished(folder, flow) for folder in self._library.folders.values() for flow in folder.flows)

    def _sessions_by_mapping(self) -> dict[tuple[str, str], list[Session]]:
        by_mapping: dict[tuple[str, str], list[Session]] = {}
        for folder in self._library.folders.values():
            known = {session.key: session for session in folder.sessions if not session.base}
            names = Counter(session.name for session in folder.sessions)
            replaced = _replaced_in_workflows(folder)
            for session in folder.sessions:
                if session.key in replaced and not session.base:
                    continue
                whole = _on_its_base(session, known) if session.base else session
                if whole is not None and whole.mapping:
                    config = folder.configs.get(whole.config, {})
                    title = whole.name if names[whole.name] == 1 else f"{whole.owner}.{whole.name}"
                    whole = replace(whole, attributes={**config, **whole.attributes}, title=title)
                    whole.values = self._files.of_session(folder, whole)
                    key = self._library.mapping_folder(folder.name, whole.mapping)
                    by_mapping.setdefault(key, []).append(whole)
        return by_mapping

    def _entries(self, definition: MappingDefinition, graph: Graph, sessions: list[Session]) -> Iterable[MappingAST]:
        found = variants(graph, sessions)
        self._report_stray_overrides(graph, sessions)
        for variant in found:
            own = definition.name if len(found) == 1 else f"{definition.name}__{variant.sessions[0].title}"
            name = self._unique(definition, own)
            has_values = any(session.values for session in variant.sessions)
            used = used_names(variant.nodes.values(), definition.parameters) if has_values else {}
            for session in variant.sessions:
                self._run_by[(session.folder, session.key)] = name
                self._used[(session.folder, session.key)] = used
            yield _mapping(definition, graph, variant, name, used)

    def _report_stray_overrides(self, graph: Graph, sessions: list[Session]) -> None:
        for session in sessions:
            for instance in (name for name in session.overrides if name not in graph.nodes):
                self._log.warning(
                    "OVERRIDE_WITHOUT_INSTANCE",
                    f"The session {shown(session.name)} overrides {shown(instance)}, which its mapping does not "
                    "hold; the override is left out. Refresh the session in the Workflow Manager.",
                    session.origin,
                )

    def _unique(self, definition: MappingDefinition, wanted: str) -> str:
        """A name that no other mapping of the folder has; a second of the same name is reported."""
        name = wanted
        while self._names[(definition.folder, name)]:
            self._names[(definition.folder, wanted)] += 1
            name = f"{wanted}__{self._names[(definition.folder, wanted)]}"
        if name != wanted:
            self._log.warning(
                "DUPLICATE_NAME",
                f"The folder {shown(definition.folder)} holds the mapping {shown(wanted)} more than once; "
                f"this one is called {shown(name)} here.",
                definition.origin,
            )
        self._names[(definition.folder, name)] += 1
        return name

    def _finished(self, folder: Folder, flow: Flow) -> Orchestration:
        sessions = {session.key: session for session in folder.sessions if not session.base}
        variables = flow.orchestration.variables
        values = self._files.of_flow(folder, flow) if variables else {}
        return replace(
            flow.orchestration,
            variables=tuple(replace(each, default=values.get(each.name.lower(), each.default)) for each in variables),
            tasks=tuple(self._task(task, folder, flow, sessions) for task in flow.orchestration.tasks),
        )

    def _task(self, task: Task, folder: Folder, flow: Flow, sessions: dict[SessionKey, Session]) -> Task:
        """The task with its mapping named and, where it uses a reusable task, that task's content."""
        definition = flow.definitions.get(task.name, task.name)
        if task.type != "Session":
            reusable = folder.tasks.get(definition)
            if task.steps or reusable is None:
                return task
            return replace(task, steps=reusable.steps, attributes={**reusable.attributes, **task.attributes})
        key = flow.sessions.get(task.name, ("", definition))
        owner = flow.orchestration.name
        known = sessions.get((owner, definition)) or sessions.get(("", definition))
        base = session_task(known) if known else task
        reference = self._run_by.get((folder.name, key))
        used = self._used.get((folder.name, key), {})
        values = self._files.of_task(folder, flow, task.name, known) if known and used else {}
        return replace(
            task,
            reference=reference or base.reference,
            values=tuple((used[name], value) for name, value in values.items() if name in used),
            steps=task.steps or base.steps,
            attributes={**base.attributes, **task.attributes},
        )


def _on_its_base(session: Session, known: dict[SessionKey, Session]) -> Session | None:
    """A session with what one use of it in a workflow changes."""
    base = known.get(session.base) if session.base else None
    if base is None:
        return None
    extensions = dict(base.extensions)
    for name, change in session.extensions.items():
        before = extensions.get(name, Extension())
        extensions[name] = Extension(
            change.connection or before.connection,
            change.connection_type or before.connection_type,
            change.qualifier or before.qualifier,
            {**before.attributes, **change.attributes},
        )
    return replace(
        base, name=session.name, owner=session.owner, origin=session.origin, extensions=extensions, base=base.key
    )


def _replaced_in_workflows(folder: Folder) -> set[SessionKey]:
    """Sessions that every workflow here uses with other connections: as they stand they never run."""
    changed = {session.base for session in folder.sessions if session.base}
    plain = {key for flow in folder.flows for key in flow.sessions.values()}
    return changed - plain


def _mapping(
    definition: MappingDefinition, graph: Graph, variant: Variant, name: str, used: Mapping[str, str]
) -> MappingAST:
    nodes = variant.nodes.values()
    tables = [node for node in nodes if isinstance(node, SourceDefinition)]
    sources = tuple(table for table in tables if table.role == "source")
    source_names = {source.name for source in sources}
    readers = _readers(graph, source_names)
    names = [session.title for session in variant.sessions]
    return MappingAST(
        name=name,
        folder=definition.folder,
        origin=definition.origin,
        sources=sources,
        targets=tuple(table for table in tables if table.role == "target"),
        transformations=tuple(
            _with_sources(node, source_names, readers.get(node.name, ())) if node.type in QUALIFIERS else node
            for node in nodes
            if isinstance(node, Transformation)
        ),
        connectors=tuple(graph.connectors),
        parameters=tuple(definition.parameters),
        target_load_order=definition.target_load_order,
        session=names[0] if names else "",
        description=definition.description,
        is_valid=definition.is_valid,
        definition_name=definition.name if definition.name != name else "",
        sessions=tuple(names),
        session_attributes=variant.attributes,
        values={k: v for k, v in common([s.values for s in variant.sessions]).items() if k in used},
    )


def _readers(graph: Graph, sources: set[str]) -> dict[str, dict[str, None]]:
    """Instance → the sources whose connectors lead into it, in order."""
    readers: dict[str, dict[str, None]] = {}
    for connector in graph.connectors:
        if connector.from_instance in sources:
            readers.setdefault(connector.to_instance, {})[connector.from_instance] = None
    return readers


def _with_sources(node: Transformation, sources: set[str], connected: Iterable[str]) -> Transformation:
    """A qualifier with its sources: as associated, then those whose connectors lead into it."""
    associated = [source for source in node.associated_sources if source in sources]
    return replace(node, associated_sources=tuple(dict.fromkeys([*associated, *connected])))
