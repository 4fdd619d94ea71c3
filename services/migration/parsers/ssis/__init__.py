"""SSIS packages (.dtsx), formats 2, 3, 6 and 8: every data flow a mapping, the control flow an orchestration."""

from __future__ import annotations

from pathlib import PurePosixPath

from services.migration.ast import Tool, WorkflowAST
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.ssis import inventory
from services.migration.parsers.ssis.connections import by_id, managers
from services.migration.parsers.ssis.control import control_flow
from services.migration.parsers.ssis.dataflow import Place
from services.migration.parsers.ssis.raw import package, prop
from services.migration.parsers.ssis.variables import known, variables

__all__ = ["parse"]


def parse(text: XmlText, file: str) -> WorkflowAST:
    """Read one package. Raises ExportError (with a line) where its XML cannot be read."""
    root = package(text, file)
    name = prop(root, "ObjectName").strip() or PurePosixPath(file).stem
    found, declared = managers(root), variables(root)
    place = Place(text, file, name, by_id(found), known(declared))
    orchestration, flow = control_flow(root, place, declared)
    return WorkflowAST(
        Tool.SSIS,
        file,
        version=prop(root, "PackageFormatVersion"),
        mappings=tuple(flow.mappings),
        orchestrations=(orchestration,),
        inventory=inventory.inventory(root, place, found, declared),
        problems=(*flow.problems, *inventory.problems(root, place, found)),
    )
