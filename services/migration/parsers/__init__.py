"""Export parsers: bytes of one file or archive in, a `WorkflowAST` out, or an `ExportError` that says what is wrong.

`detect(data, filename)` names the tool, `parse(data, filename, tool)` reads the export; both are pure.
"""

from services.migration.parsers.errors import ExportError
from services.migration.parsers.reading import detect, parse

__all__ = ["ExportError", "detect", "parse"]
