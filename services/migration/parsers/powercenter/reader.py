"""One pass over the file: each finished child of a FOLDER becomes definitions and is let go."""

from __future__ import annotations

from collections.abc import Callable

from services.migration.ast import InventoryItem, TransformationField, UserFunction
from services.migration.parsers import elements, redact
from services.migration.parsers.elements import Element
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.log import Log, shown
from services.migration.parsers.powercenter.library import Library
from services.migration.parsers.powercenter.mappings import read_mapping
from services.migration.parsers.powercenter.model import Folder, Shortcut
from services.migration.parsers.powercenter.sessions import read_session
from services.migration.parsers.powercenter.tables import read_table, table_attributes
from services.migration.parsers.powercenter.transformations import read_transformation
from services.migration.parsers.powercenter.values import name_of, number
from services.migration.parsers.powercenter.workflows import read_flow, read_task

CONTAINERS = ("POWERMART", "REPOSITORY", "FOLDER")
_SHORTCUT_KINDS = {
    "Source Definition": "SOURCE",
    "Target Definition": "TARGET",
    "Mapplet": "MAPPLET",
    "Mapping": "MAPPING",
}


class Reader:
    """Fills a library from one file."""

    def __init__(self, text: XmlText, log: Log) -> None:
        self.library = Library()
        self.version = ""
        self._text = text
        self._log = log

    def read(self) -> Library:
        """Read everything. Raises an ExportError where the XML itself is at fault."""
        elements.stream(self._text, self._log.file, CONTAINERS, self._element)
        return self.library

    def _element(self, containers: list[Element], element: Element) -> None:
        if containers:
            self.version = containers[0].get("REPOSITORY_VERSION")
        in_folder = containers and containers[-1].tag == "FOLDER"
        folder = self.library.folder(containers[-1].get("NAME") if in_folder else "")
        handler = HANDLERS.get(element.tag, Reader._other)
        handler(self, element, folder)

    def _source(self, element: Element, folder: Folder) -> None:
        table = read_table(element, self._log)
        key = (table.database, table.name)
        if self._is_new(element, key in folder.sources, table.name, folder):
            folder.sources[key] = table
            folder.databases.setdefault(table.name, []).append(table.database)

    def _target(self, element: Element, folder: Folder) -> None:
        table = read_table(element, self._log)
        if self._is_new(element, table.name in folder.targets, table.name, folder):
            folder.targets[table.name] = table

    def _transformation(self, element: Element, folder: Folder) -> None:
        transformation = read_transformation(element, self._log, self._text)
        if self._is_new(element, transformation.name in folder.transformations, transformation.name, folder):
            folder.transformations[transformation.name] = transformation

    def _mapping(self, element: Element, folder: Folder) -> None:
        folder.mappings.append(read_mapping(element, folder.name, self._log, self._text))

    def _mapplet(self, element: Element, folder: Folder) -> None:
        mapplet = read_mapping(element, folder.name, self._log, self._text)
        if self._is_new(element, mapplet.name in folder.mapplets, mapplet.name, folder):
            folder.mapplets[mapplet.name] = mapplet

    def _session(self, element: Element, folder: Folder) -> None:
        folder.sessions.append(read_session(element, folder.name, self._log))

    def _flow(self, element: Element, folder: Folder) -> None:
        read_flow(element, folder, self._log)

    def _task(self, element: Element, folder: Folder) -> None:
        task = read_task(element, self._log)
        folder.tasks.setdefault(task.name, task)

    def _config(self, element: Element, folder: Folder) -> None:
        values = table_attributes(element, "ATTRIBUTE")
        folder.configs.setdefault(element.get("NAME"), {name: value for name, value in values.items() if value})
        self._other(element, folder)

    def _shortcut(self, element: Element, folder: Folder) -> None:
        name = name_of(element, self._log)
        kind = _SHORTCUT_KINDS.get(element.get("OBJECTSUBTYPE"), element.get("OBJECTTYPE").upper())
        kind = kind if kind in ("SOURCE", "TARGET", "MAPPLET", "MAPPING") else "TRANSFORMATION"
        folder.shortcuts[(kind, name)] = Shortcut(
            name=name,
            kind=kind,
            folder=element.get("FOLDERNAME"),
            refers_to=element.get("REFOBJECTNAME") or name,
            origin=self._log.origin(element, name),
            database=element.get("REFERENCEDDBD") or element.get("DBDNAME"),
        )

    def _function(self, element: Element, folder: Folder) -> None:
        name = name_of(element, self._log)
        function = UserFunction(
            name=name,
            folder=folder.name,
            origin=self._log.origin(element, name),
            expression=element.get("EXPRESSION"),
            arguments=tuple(
                TransformationField(
                    name=name_of(argument, self._log),
                    datatype=argument.get("DATATYPE"),
                    precision=number(argument, "PRECISION", self._log),
                    scale=number(argument, "SCALE", self._log),
                    line=argument.line,
                )
                for argument in sorted(element.each("MACROARGUMENT"), key=lambda a: number(a, "ARGORDER", self._log))
            ),
            datatype=element.get("RETURNTYPE"),
        )
        folder.functions.append(function)

    def _other(self, element: Element, folder: Folder) -> None:
        name = redact.text(element.get("NAME"))
        folder.others.append(
            InventoryItem(element.tag.lower(), name, folder.name, self._log.origin(element, name), element.get("TYPE"))
        )

    def _is_new(self, element: Element, known: bool, name: str, folder: Folder) -> bool:
        if known:
            self._log.warning(
                "DUPLICATE_NAME",
                f"The folder {shown(folder.name)} defines the {element.tag.lower()} {shown(name)} more than "
                "once; the first is used. Remove the other.",
                self._log.origin(element, name),
            )
        return not known


HANDLERS: dict[str, Callable[[Reader, Element, Folder], None]] = {
    "SOURCE": Reader._source,
    "TARGET": Reader._target,
    "TRANSFORMATION": Reader._transformation,
    "MAPPLET": Reader._mapplet,
    "MAPPING": Reader._mapping,
    "SESSION": Reader._session,
    "WORKFLOW": Reader._flow,
    "WORKLET": Reader._flow,
    "TASK": Reader._task,
    "SHORTCUT": Reader._shortcut,
    "CONFIG": Reader._config,
    "EXPRMACRO": Reader._function,
}
