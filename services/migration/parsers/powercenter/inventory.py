"""What an export holds beside its mappings and control flow, so that a report can name every object."""

from __future__ import annotations

from services.migration.ast import InventoryItem, Origin
from services.migration.parsers.powercenter.library import Library
from services.migration.parsers.powercenter.model import Folder


def inventory(library: Library) -> tuple[InventoryItem, ...]:
    """Everything defined beside mappings and control flow, in order of line."""
    items: list[InventoryItem] = []
    for folder in library.folders.values():
        items += [_item("source", folder, s.origin, s.table, s.database_type) for s in folder.sources.values()]
        items += [_item("target", folder, t.origin, t.table, t.database_type) for t in folder.targets.values()]
        items += [_item("transformation", folder, t.origin, t.name, t.type) for t in folder.transformations.values()]
        items += [_item("session", folder, s.origin, s.name) for s in folder.sessions if not s.base]
        items += [_item("task", folder, t.origin, t.name, t.type) for t in folder.tasks.values()]
        items += [_item("shortcut", folder, s.origin, s.name, s.kind.lower()) for s in folder.shortcuts.values()]
        items += [_item("user_function", folder, f.origin, f.name) for f in folder.functions]
        for mapplet in folder.mapplets.values():
            items.append(_item("mapplet", folder, mapplet.origin, mapplet.name))
            items += [
                _item("transformation", folder, t.origin, t.name, t.type, mapplet.name) for t in mapplet.transformations
            ]
        items += folder.others
    return tuple(sorted(items, key=lambda item: item.origin.line))


def _item(kind: str, folder: Folder, origin: Origin, name: str, type_: str = "", parent: str = "") -> InventoryItem:
    return InventoryItem(kind, name, folder.name, origin, type_, parent)
