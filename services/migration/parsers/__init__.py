"""Export parsers: bytes of one file in, a `WorkflowAST` out, or an `ExportError` that says what is wrong.

`detect(data, filename)` names the tool, `parse(data, filename, tool)` reads the export; both are pure.
"""

from services.migration.parsers.detect import detect, parse
from services.migration.parsers.errors import ExportError

__all__ = ["ExportError", "detect", "parse"]
