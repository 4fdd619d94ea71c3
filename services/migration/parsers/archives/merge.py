"""Several exports as one tree: what stands in each with its own origin, names that two have made unique."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, count
from pathlib import PurePosixPath

from services.migration.ast import InventoryItem, MappingAST, Orchestration, Problem, Tool, WorkflowAST


def merged(
    parts: Sequence[WorkflowAST],
    tool: Tool,
    file: str,
    problems: Iterable[Problem],
    files: Iterable[InventoryItem],
) -> WorkflowAST:
    """One tree of all parts, in their order. References of tasks follow the names of what they start."""
    parts = _with_own_names(parts)
    return WorkflowAST(
        tool,
        file,
        encoding=next((part.encoding for part in parts if part.encoding), ""),
        version=next((part.version for part in parts if part.version), ""),
        mappings=tuple(chain.from_iterable(part.mappings for part in parts)),
        orchestrations=tuple(chain.from_iterable(part.orchestrations for part in parts)),
        inventory=(*chain.from_iterable(part.inventory for part in parts), *files),
        problems=(*problems, *chain.from_iterable(part.problems for part in parts)),
        functions=tuple(chain.from_iterable(part.functions for part in parts)),
    )


def _with_own_names(parts: Sequence[WorkflowAST]) -> list[WorkflowAST]:
    """Parts none of whose mappings or control flows has the name of another part's."""
    mappings, flows = set[str](), set[str]()
    found = []
    for part in parts:
        called = {_key(m): m.name for m in part.mappings}
        for mapping in part.mappings:
            called[_key(mapping)] = _free(mapping.name, mapping.folder, part.file, mappings)
        mappings |= {name.lower() for name in called.values()}
        renamed = {flow.name: _free(flow.name, flow.folder, part.file, flows) for flow in part.orchestrations}
        flows |= {name.lower() for name in renamed.values()}
        found.append(_renamed(part, called, renamed))
    return found


def _key(mapping: MappingAST) -> tuple[str, str]:
    return mapping.folder, mapping.name


def _free(name: str, holder: str, file: str, taken: set[str]) -> str:
    """The name, or one that says in which folder or file it stands, and is no other part's."""
    stem = PurePosixPath(file).stem
    path = file.replace("/", ".")
    within = (f"{holder}.{name}",) if holder and not name.startswith(f"{holder}.") else ()
    candidates = (name, *within, f"{stem}.{name}", f"{path}.{name}")
    numbered = (f"{path}.{name} {number}" for number in count(2))
    found: str = next(each for each in chain(candidates, numbered) if each.lower() not in taken)
    return found


def _renamed(part: WorkflowAST, mappings: dict[tuple[str, str], str], flows: dict[str, str]) -> WorkflowAST:
    if all(key[1] == name for key, name in mappings.items()) and all(key == name for key, name in flows.items()):
        return part
    return replace(
        part,
        mappings=tuple(
            replace(m, name=mappings[_key(m)], definition_name=m.definition_name or m.name) for m in part.mappings
        ),
        orchestrations=tuple(_flow(flow, mappings, flows) for flow in part.orchestrations),
    )


def _flow(flow: Orchestration, mappings: dict[tuple[str, str], str], flows: dict[str, str]) -> Orchestration:
    tasks = tuple(
        replace(task, reference=mappings.get((flow.folder, task.reference), flows.get(task.reference, task.reference)))
        if task.reference
        else task
        for task in flow.tasks
    )
    return replace(flow, name=flows[flow.name], tasks=tasks)
