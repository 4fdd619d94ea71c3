"""Archives of exports with their companions: zips, SSIS projects (`.ispac`), packaged workflows (`.yxzp`).

`read_archive` opens one within bounds and without writing anything; `parse_archive` reads every export in it, each with
the files beside it, as one `WorkflowAST`.
"""

from services.migration.parsers.archives.parse import detect_archive, parse_archive
from services.migration.parsers.archives.reader import Archive, is_zip, read_archive

__all__ = ["Archive", "detect_archive", "is_zip", "parse_archive", "read_archive"]
