"""An SSIS project around its packages: the manifest, connections and parameters that all of them share.

In an `.ispac` they stand beside the packages (`@Project.manifest`, `Project.params`, `*.conmgr`), in a project's folder
likewise, the manifest inside the `.dtproj`. Sensitive values are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from services.migration.ast import InventoryItem, Origin, Problem, Tool, WorkflowAST
from services.migration.parsers.companions import Companions
from services.migration.parsers.elements import Element
from services.migration.parsers.encoding import to_utf8
from services.migration.parsers.errors import ExportError
from services.migration.parsers.ssis import settings, types
from services.migration.parsers.ssis.connections import Manager, manager
from services.migration.parsers.ssis.inventory import computed
from services.migration.parsers.ssis.raw import is_sensitive, package, prop, truth, walk
from services.migration.parsers.ssis.settings import Setting, Settings
from services.migration.parsers.ssis.variables import Variable, plain

MANIFESTS = (".manifest", ".dtproj")
T = TypeVar("T")
Beside = tuple[str, Companions]


@dataclass(frozen=True, slots=True)
class Project:
    """What the packages of one folder share."""

    folder: str = ""
    managers: tuple[Manager, ...] = ()
    parameters: tuple[Variable, ...] = ()
    packages: tuple[str, ...] = ()  # file names in the manifest's order
    inventory: tuple[InventoryItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    settings: Settings = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.managers or self.parameters or self.packages or self.problems)


def around(file: str, companions: Companions) -> Project:
    """The project that a package belongs to: of its folder, else of the nearest one above that has project files."""
    place = file.rpartition("/")[0]
    return companions.once(("project of", place), lambda: _around(place, companions))


def _around(place: str, companions: Companions) -> Project:
    while True:
        paths = _paths(place, companions)
        if paths or not place:
            return companions.once(("project", place), partial(_read, place, paths, companions))
        place = place.rpartition("/")[0]


def in_project_order(items: list[T], beside: Callable[[T], Beside]) -> list[T]:
    """Packages in the order of their project's manifest; those that it does not list after them."""

    def place(item: T) -> tuple[str, int]:
        path, companions = beside(item)
        project = around(path, companions)
        names = [name.lower() for name in project.packages]
        name = path.rpartition("/")[2].lower()
        return project.folder, names.index(name) if name in names else len(names)

    folders = list(dict.fromkeys(place(item)[0] for item in items))
    return sorted(items, key=lambda item: (folders.index(place(item)[0]), place(item)[1]))


def shared(project: Project) -> WorkflowAST:
    """The project's own connections and parameters as a part of the upload."""
    return WorkflowAST(Tool.SSIS, project.folder, inventory=project.inventory, problems=project.problems)


def _paths(folder: str, companions: Companions) -> list[str]:
    endings = (".conmgr", ".params", *MANIFESTS)
    return [path for path in companions if path.rpartition("/")[0] == folder and path.lower().endswith(endings)]


def _read(folder: str, paths: list[str], companions: Companions) -> Project:
    managers: list[Manager] = []
    parameters: list[Variable] = []
    packages: list[str] = []
    inventory: list[InventoryItem] = []
    problems: list[Problem] = []
    listed: list[str] = []
    values: dict[str, Setting] = {}
    for path in paths:
        companions.used.add(path.lower())
        try:
            root = package(to_utf8(companions[path], path), path)
        except ExportError as error:
            problems.append(_unreadable(error, path))
            continue
        if root.get("Salt") or root.tag == "EncryptedData":
            problems.append(_encrypted(root, path))
        if path.lower().endswith(".conmgr"):
            found = manager(root, path)
            managers.append(found)
            problems += [*computed(found, path), *_left_out(root, path)]
            inventory.append(_item("connection", found.name, path, found.line, found.type))
        elif path.lower().endswith(".params"):
            own = list(_parameters(root))
            parameters += own
            problems += _secret_parameters(root, path)
            inventory += [_item("parameter", each.name, path, each.line, each.datatype) for each in own]
        else:
            names = list(_listed(root, "Package"))
            packages += [name for name in names if name not in packages]
            listed += _listed(root, "ConnectionManager")
            inventory += _protection(root, path)
            given = settings.read(root)
            values |= given
            problems += settings.problems(given, path)
    for path in (each for each in companions if _is_part(each, folder)):
        companions.used.add(path.lower())
        inventory.append(_item("package_part", path.rpartition("/")[2], path, 1, "control flow"))
        problems.append(_unexpanded(path))
    problems += _missing(folder, packages, listed, companions)
    own_values = settings.configured(parameters, values)
    return Project(
        folder, tuple(managers), tuple(own_values), tuple(packages), tuple(inventory), tuple(problems), values
    )


def _is_part(path: str, folder: str) -> bool:
    return path.lower().endswith(".dtsxp") and path.startswith(f"{folder}/" if folder else "")


def _unexpanded(path: str) -> Problem:
    """Source: "Reuse Control Flow across Packages by Using Control Flow Package Parts": a build expands them."""
    return Problem(
        "warning",
        "PACKAGE_PART",
        f"{path} is a part that packages share; a build puts its tasks into them. Convert the project's .ispac to have "
        "them converted where packages use the part.",
        Origin(path, 0, ""),
    )


def _item(kind: str, name: str, path: str, line: int, detail: str) -> InventoryItem:
    return InventoryItem(kind, name, "", Origin(path, line, f"{kind.capitalize()} {name}"), detail)


def _listed(root: Element, tag: str) -> Iterator[str]:
    """File names that a manifest lists."""
    for element in walk(root):
        if element.tag == tag and element.get("Name").lower().endswith((".dtsx", ".conmgr")):
            yield element.get("Name")


def _protection(root: Element, path: str) -> Iterator[InventoryItem]:
    for element in walk(root):
        if element.tag == "Project" and element.get("ProtectionLevel"):
            yield _item("project", element.get("ProtectionLevel"), path, element.line, "protection level")


def _parameters(root: Element) -> Iterator[Variable]:
    for element in root.each("Parameter"):
        properties = next(element.each("Properties"), element)
        named: Mapping[str, Element] = {each.get("Name"): each for each in properties.each("Property")}
        value = named.get("Value")
        code = named["DataType"].text.strip() if "DataType" in named else ""
        secret = _is_secret(element)
        kind = types.TYPE_CODES.get(code, "string")
        text = value.text if value is not None else ""
        name = element.get("Name")
        yield Variable(
            f"$Project::{name}",
            named["ID"].text.strip() if "ID" in named else "",
            kind,
            None if secret or value is None else plain(name, text, is_boolean=kind == "boolean"),
            "",
            element.line,
        )


def _is_secret(parameter: Element) -> bool:
    properties = next(parameter.each("Properties"), parameter)
    return any(map(is_sensitive, walk(parameter))) or truth(prop(properties, "Sensitive"))


def _secret_parameters(root: Element, path: str) -> Iterator[Problem]:
    for element in root.each("Parameter"):
        if _is_secret(element):
            yield _secret(f"$Project::{element.get('Name')}", path, element.line)


def _encrypted(root: Element, path: str) -> Problem:
    return Problem(
        "warning",
        "ENCRYPTED_PART",
        f"{path} is encrypted, so what it says is not known here; save the project with the protection level "
        "DontSaveSensitive and convert it again, or set its values where the pipelines run.",
        Origin(path, root.line, root.tag),
    )


def _left_out(root: Element, path: str) -> Iterator[Problem]:
    """The secret values of a connection."""
    for element in walk(root):
        if is_sensitive(element) and (element.text.strip() or element.children):
            yield _secret(element.get("Name") or element.tag, path, element.line)


def _secret(name: str, path: str, line: int) -> Problem:
    message = f"The sensitive value {name} of {path} (line {line}) was left out; set it where the pipelines run."
    return Problem("info", "SENSITIVE_LEFT_OUT", message, Origin(path, line, f"Sensitive {name}"))


def _missing(folder: str, packages: list[str], managers: list[str], companions: Companions) -> Iterator[Problem]:
    for kind, code, names in (("package", "MISSING_PACKAGE", packages), ("connection", "MISSING_CONNECTION", managers)):
        for name in dict.fromkeys(names):
            path = f"{folder}/{name}".lstrip("/")
            if path.lower() not in {each.lower() for each in companions}:
                yield Problem(
                    "warning",
                    code,
                    f"The project lists the {kind} {name}, which the archive does not hold; add it and convert again.",
                    Origin(path, 0, ""),
                )


def _unreadable(error: ExportError, path: str) -> Problem:
    message = f"{path} cannot be read, so what it says is not known here. {error.message} {error.remedy}"
    return Problem("warning", "UNREADABLE_COMPANION", message.strip(), Origin(path, error.line, ""))
