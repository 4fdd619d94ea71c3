"""Statements of one SQL dialect in another, with a warning for each corner in which the meaning may differ.

`transpile(sql, read, write, tables=())` is all of it. sqlglot parses and writes; the rules (`rules.STAGES`,
`calls.tsv`) rewrite what it would pass through with another meaning.
"""

from services.sql_dialects.transpile.pipeline import transpile
from services.sql_dialects.transpile.result import Caution, KnownTable, Table, Transpiled

__all__ = ["Caution", "KnownTable", "Table", "Transpiled", "transpile"]
