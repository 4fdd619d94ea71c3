"""Alteryx workflows, macros and apps (`.yxmd`, `.yxmc`, `.yxwz`) → `WorkflowAST`: one mapping a file.

Tools become steps by the last part of their plugin's name (`Filter`, `AlteryxSelect`), macros by their file's name
(`Cleanse.yxmc`), anchors become ports. Field types stand as the names that `services.pipelines.types` knows.
A macro whose file is beside the workflow is inlined: its tools stand in its place.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from services.migration.ast import Origin, Tool, Transformation, WorkflowAST
from services.migration.parsers.alteryx.flow import Flow
from services.migration.parsers.alteryx.inline import inlined
from services.migration.parsers.alteryx.macros import Library
from services.migration.parsers.alteryx.raw import ROOT, raw, read
from services.migration.parsers.companions import NONE, Companions
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.log import Log

_END = f"</{ROOT}>".encode()


def parse(text: XmlText, file: str, companions: Companions = NONE) -> WorkflowAST:
    """The whole file. Raises an ExportError where the XML is at fault; all else becomes a Problem."""
    log = Log(file)
    top = Origin(file, 1, ROOT)
    text = _without_trailing(text, log, file)
    document = read(text, file)
    library = Library(companions, log)
    flow = Flow(inlined(raw(document), file, library), file, log)
    mapping = flow.mapping(PurePosixPath(file).stem or "workflow")
    if text.note:
        log.warning("ENCODING_ASSUMED", f"The file {text.note}. Check names and literals with accents.", top)
    if not mapping.transformations:
        log.warning("NO_MAPPING", "The file holds no tool that carries rows; see its inventory.", top)
    return WorkflowAST(
        tool=Tool.ALTERYX,
        file=file,
        encoding=text.encoding,
        version=document.version,
        mappings=(mapping,) if mapping.transformations else (),
        inventory=(*flow.inventory, *library.inventory()),
        problems=log.problems(),
    )


def file_of(step: Transformation) -> str:
    """The file that a step reads or writes, as it stands in the workflow; "" where it names none."""
    return step.settings.text("File").partition("|||")[0].strip()


def _without_trailing(text: XmlText, log: Log, file: str) -> XmlText:
    """The text up to its root's end: Designer opens files that go on after it."""
    end = text.data.find(_END)
    if end < 0 or text.data.rfind(b"<![CDATA[", 0, end) > text.data.rfind(b"]]>", 0, end):
        return text
    end += len(_END)
    rest = text.data[end:].strip(b" \t\r\n\0")
    if not rest:
        return text
    line = text.data.count(b"\n", 0, end) + 1
    log.warning(
        "TRAILING_TEXT",
        f"Text stands after the end of the document (line {line}); it was left out, as Designer does.",
        Origin(file, line, ROOT),
    )
    return XmlText(text.data[:end], text.encoding, text.note)
