"""Informatica PowerCenter repository exports (POWERMART XML).

read → resolve → assemble: `reader` collects definitions in one pass, `expand` resolves each mapping's instances
over folders, shortcuts and mapplets, `variants` applies what the sessions override, `assemble` builds the tree.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from services.migration.ast import Origin, Tool, WorkflowAST
from services.migration.parsers.companions import NONE, Companions
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.log import Log
from services.migration.parsers.powercenter.assemble import Assembler
from services.migration.parsers.powercenter.inventory import inventory
from services.migration.parsers.powercenter.parameter_files import ParameterFiles
from services.migration.parsers.powercenter.reader import Reader


def parse(text: XmlText, file: str, companions: Companions = NONE) -> WorkflowAST:
    """The whole export, with the values of the parameter files beside it.

    Raises an ExportError where the XML is at fault; all else becomes a Problem.
    """
    with _without_cycle_search():
        return _parse(text, file, companions)


def _parse(text: XmlText, file: str, companions: Companions) -> WorkflowAST:
    log = Log(file)
    reader = Reader(text, log)
    library = reader.read()
    assembler = Assembler(library, log, ParameterFiles(companions, file, log))
    mappings = assembler.mappings()
    orchestrations = assembler.orchestrations()
    top = Origin(file, 1, "POWERMART")
    if text.note:
        log.warning("ENCODING_ASSUMED", f"The file {text.note}. Check names and literals with accents.", top)
    if not mappings:
        log.warning(
            "NO_MAPPING", "The export holds no mapping, so there is nothing to convert; see its inventory.", top
        )
    return WorkflowAST(
        tool=Tool.POWERCENTER,
        file=file,
        encoding=text.encoding,
        version=reader.version,
        mappings=mappings,
        orchestrations=orchestrations,
        inventory=inventory(library),
        problems=log.problems(),
        functions=tuple(f for folder in library.folders.values() for f in folder.functions),
    )


@contextmanager
def _without_cycle_search() -> Iterator[None]:
    """A tree of a million objects has no cycles, but searching it for some takes a quarter of the time (measured)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
