"""From a library of definitions to the finished tree: mappings as sessions run them, and the control flow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.migration.ast import (
    MappingAST,
    Orchestration,
    SourceDefinition,
    Task,
    Transformation,
)
from services.migration.parsers.powercenter.expand import Expander, Graph
from services.migration.parsers.powercenter.library import Library
from services.migration.parsers.powercenter.log import Log, shown
from services.migration.parsers.powercenter.model import Extension, Flow, Folder, MappingDefinition, Session
from services.migration.parsers.powercenter.variants import Variant, variants
from services.migration.parsers.powercenter.workflows import session_task

_QUALIFIERS = (
    "Source Qualifier",
    "XML Source Qualifier",
    "Application Source Qualifier",
    "App Multi-Group Source Qualifier",
)


class Assembler:
    """Builds the mappings and orchestrations of one file."""

    def __init__(self, library: Library, log: Log) -> None:
        self._library = library
        self._log = log
        self._names: set[tuple[str, str]] = set()
        self._run_by: dict[tuple[str, str], str] = {}  # (folder, session) → the mapping's name in the tree

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
            by_name = {session.name: session for session in folder.sessions if not session.base}
            replaced = _replaced_in_workflows(folder)
            for session in folder.sessions:
                if session.name in replaced and not session.base:
                    continue
                whole = _on_its_base(session, by_name) if session.base else session
                if whole is not None and whole.mapping:
                    key = self._library.mapping_folder(folder.name, whole.mapping)
                    by_mapping.setdefault(key, []).append(whole)
        return by_mapping

    def _entries(self, definition: MappingDefinition, graph: Graph, sessions: list[Session]) -> Iterable[MappingAST]:
        found = variants(graph, sessions)
        self._report_stray_overrides(graph, sessions)
        for variant in found:
            own = definition.name if len(found) == 1 else f"{definition.name}__{variant.sessions[0].name}"
            name = self._unique(definition, own)
            for session in variant.sessions:
                self._run_by[(session.folder, session.name)] = name
            yield _mapping(definition, graph, variant, name)

    def _report_stray_overrides(self, graph: Graph, sessions: list[Session]) -> None:
        for session in sessions:
            for instance in session.overrides.keys() - graph.nodes.keys():
                self._log.warning(
                    "OVERRIDE_WITHOUT_INSTANCE",
                    f"The session {shown(session.name)} overrides {shown(instance)}, which its mapping does not "
                    "hold; the override is left out. Refresh the session in the Workflow Manager.",
                    session.origin,
                )

    def _unique(self, definition: MappingDefinition, wanted: str) -> str:
        """A name that no other mapping of the folder has; a second of the same name is reported."""
        name, count = wanted, 1
        while (definition.folder, name) in self._names:
            count += 1
            name = f"{wanted}__{count}"
        if count > 1:
            self._log.warning(
                "DUPLICATE_NAME",
                f"The folder {shown(definition.folder)} holds the mapping {shown(wanted)} more than once; "
                f"this one is called {shown(name)} here.",
                definition.origin,
            )
        self._names.add((definition.folder, name))
        return name

    def _finished(self, folder: Folder, flow: Flow) -> Orchestration:
        sessions = {session.name: session for session in folder.sessions if not session.base}
        return replace(
            flow.orchestration,
            tasks=tuple(self._task(task, folder, flow, sessions) for task in flow.orchestration.tasks),
        )

    def _task(self, task: Task, folder: Folder, flow: Flow, sessions: dict[str, Session]) -> Task:
        """The task with its mapping named and, where it uses a reusable task, that task's content."""
        definition = flow.definitions.get(task.name, task.name)
        if task.type != "Session":
            reusable = folder.tasks.get(definition)
            if task.steps or reusable is None:
                return task
            return replace(task, steps=reusable.steps, attributes={**reusable.attributes, **task.attributes})
        known = sessions.get(definition)
        base = session_task(known) if known else task
        name = flow.sessions.get(task.name, definition)
        reference = self._run_by.get((folder.name, name)) or self._run_by.get((folder.name, definition))
        return replace(
            task,
            reference=reference or base.reference,
            steps=task.steps or base.steps,
            attributes={**base.attributes, **task.attributes},
        )


def _on_its_base(session: Session, by_name: dict[str, Session]) -> Session | None:
    """A session with what one use of it in a workflow changes."""
    base = by_name.get(session.base)
    if base is None:
        return None
    extensions = dict(base.extensions)
    for name, change in session.extensions.items():
        known = extensions.get(name, Extension())
        extensions[name] = Extension(
            change.connection or known.connection,
            change.connection_type or known.connection_type,
            change.qualifier or known.qualifier,
            {**known.attributes, **change.attributes},
        )
    return replace(base, name=session.name, origin=session.origin, extensions=extensions, base=base.name)


def _replaced_in_workflows(folder: Folder) -> set[str]:
    """Sessions that every workflow here uses with other connections: as they stand they never run."""
    changed = {session.base for session in folder.sessions if session.base}
    plain = {name for flow in folder.flows for name in flow.sessions.values()}
    return changed - plain


def _mapping(definition: MappingDefinition, graph: Graph, variant: Variant, name: str) -> MappingAST:
    nodes = variant.nodes.values()
    tables = [node for node in nodes if isinstance(node, SourceDefinition)]
    sources = tuple(table for table in tables if table.role == "source")
    readers = _readers(graph, {source.name for source in sources})
    names = [session.name for session in variant.sessions]
    return MappingAST(
        name=name,
        folder=definition.folder,
        origin=definition.origin,
        sources=sources,
        targets=tuple(table for table in tables if table.role == "target"),
        transformations=tuple(
            replace(node, associated_sources=_sources_of(node, readers)) if node.type in _QUALIFIERS else node
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
    )


def _readers(graph: Graph, sources: set[str]) -> dict[str, list[str]]:
    """Instance → the sources whose connectors lead into it; "" → all sources."""
    readers: dict[str, list[str]] = {"": list(sources)}
    for connector in graph.connectors:
        if connector.from_instance in sources:
            known = readers.setdefault(connector.to_instance, [])
            if connector.from_instance not in known:
                known.append(connector.from_instance)
    return readers


def _sources_of(node: Transformation, readers: dict[str, list[str]]) -> tuple[str, ...]:
    """A qualifier's sources: as associated, and those whose connectors lead into it."""
    associated = [source for source in node.associated_sources if source in readers[""]]
    return tuple(dict.fromkeys(associated + readers.get(node.name, [])))
