"""Dialects that sqlglot does not have, as its plugins. Importing this package makes them known to sqlglot.

`DIALECT_NAMES` maps the project's dialect names to sqlglot's.
"""

from services.sql_dialects.names import DIALECT_NAMES
from services.sql_dialects.sap_hana import SapHana
from services.sql_dialects.teradata import Teradata

__all__ = ["DIALECT_NAMES", "SapHana", "Teradata"]
