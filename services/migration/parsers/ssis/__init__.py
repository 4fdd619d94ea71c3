"""SSIS packages (.dtsx), formats 2, 3, 6 and 8: every data flow a mapping, the control flow an orchestration.

Connections and parameters of the project stand in files beside the package (`project.py`), values of its configurations
likewise (`configurations.py`); packages that execute each other are joined by `linked`.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from services.migration.ast import Tool, Transformation, WorkflowAST
from services.migration.parsers.companions import NONE, Companions
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.ssis import configurations, inventory, settings
from services.migration.parsers.ssis.connections import by_id, managers
from services.migration.parsers.ssis.control import control_flow
from services.migration.parsers.ssis.dataflow import Place
from services.migration.parsers.ssis.linking import linked
from services.migration.parsers.ssis.project import around, in_project_order
from services.migration.parsers.ssis.raw import package, prop
from services.migration.parsers.ssis.variables import known, of_project, variables

__all__ = ["file_of", "in_project_order", "linked", "parse"]


def file_of(component: Transformation) -> str:
    """The file of a component's connection; "" where it has none."""
    managers = (connection.one("manager") for connection in component.settings.all("connection"))
    return next((manager.get("path") for manager in managers if manager.get("path")), "")


def parse(text: XmlText, file: str, companions: Companions = NONE) -> WorkflowAST:
    """Read one package. Raises ExportError (with a line) where its XML cannot be read."""
    root = package(text, file)
    configured = configurations.apply(root, file, companions)
    name = prop(root, "ObjectName").strip() or PurePosixPath(file).stem
    project = around(file, companions)
    found, declared = managers(root), settings.configured(variables(root), project.settings)
    place = Place(text, file, name, by_id([*project.managers, *found]), known([*declared, *project.parameters]))
    orchestration, flow = control_flow(root, place, [*declared, *of_project(project.parameters, text.data)])
    return WorkflowAST(
        Tool.SSIS,
        file,
        version=prop(root, "PackageFormatVersion"),
        mappings=tuple(flow.mappings),
        orchestrations=(orchestration,),
        inventory=inventory.inventory(root, place, found, declared),
        problems=(*configured, *flow.problems, *inventory.problems(root, place, found)),
    )
