"""Archives of exports with their companions: zips, SSIS projects (`.ispac`), packaged workflows (`.yxzp`).

`read_archive` opens one within bounds and without writing anything; `parse_archive` reads every export in it, each with
the files beside it, as one `WorkflowAST`; `units` takes a larger one apart, into what can be converted by itself.
"""

from services.migration.parsers.archives.parse import detect_archive, parse_archive
from services.migration.parsers.archives.reader import Archive, is_zip, read_archive
from services.migration.parsers.archives.units import Unit, Units, open_batch, take, units

__all__ = [
    "Archive",
    "Unit",
    "Units",
    "detect_archive",
    "is_zip",
    "open_batch",
    "parse_archive",
    "read_archive",
    "take",
    "units",
]
