"""Rules: one mapping's instances as pipeline nodes, one table row and one file per kind.

`convert_mapping(mapping, dialect)` walks the dataflow; `registry` is the table of kinds.
"""

from services.migration.rules.walk import Walked, convert_mapping

__all__ = ["Walked", "convert_mapping"]
