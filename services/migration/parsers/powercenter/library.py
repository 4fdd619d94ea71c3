"""All folders of a file, and finding a name in them, through shortcuts and in any folder order."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.migration.ast import SourceDefinition, Transformation
from services.migration.parsers.powercenter.model import Folder, Instance, MappingDefinition, Shortcut

Definition = SourceDefinition | Transformation | MappingDefinition


@dataclass(slots=True)
class Library:
    """The folders of one file by name."""

    folders: dict[str, Folder] = field(default_factory=dict)

    def folder(self, name: str) -> Folder:
        """The folder of that name, made where it is new."""
        return self.folders.setdefault(name, Folder(name))

    def find(self, folder: str, instance: Instance) -> Definition | Shortcut | None:
        """What an instance uses; the shortcut where it leads nowhere, None where nothing has the name."""
        return self._find(folder, instance.kind, instance.refers_to, instance.database)

    def mapping_folder(self, folder: str, name: str) -> tuple[str, str]:
        """(folder, mapping) that a session means, through a shortcut if need be."""
        shortcut = self.folder(folder).shortcuts.get(("MAPPING", name))
        return (shortcut.folder, shortcut.refers_to) if shortcut else (folder, name)

    def _find(self, folder: str, kind: str, name: str, database: str) -> Definition | Shortcut | None:
        seen: set[tuple[str, str]] = set()
        last: Shortcut | None = None
        while (folder, name) not in seen and folder in self.folders:
            seen.add((folder, name))
            here = self.folders[folder]
            found = _local(here, kind, name, database)
            if found is not None:
                return found
            shortcut = here.shortcuts.get((kind, name))
            if shortcut is None:
                return last
            last = shortcut
            folder, name, database = shortcut.folder, shortcut.refers_to, shortcut.database or database
        return last


def _local(folder: Folder, kind: str, name: str, database: str) -> Definition | None:
    if kind == "SOURCE":
        return _source(folder, name, database)
    if kind == "TARGET":
        return folder.targets.get(name)
    if kind == "MAPPLET":
        return folder.mapplets.get(name)
    return folder.transformations.get(name)


def _source(folder: Folder, name: str, database: str) -> SourceDefinition | None:
    """A source by database and name; by name alone where that is unambiguous."""
    exact = folder.sources.get((database, name))
    if exact is not None:
        return exact
    named = folder.databases.get(name, [])
    return folder.sources[(named[0], name)] if len(named) == 1 else None
