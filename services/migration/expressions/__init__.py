"""Expressions of the legacy tools as SQL: tokens, nodes, kinds, a function table, sqlglot trees, text.

`translate` is the entrance; `parse` and its readers serve callers that need the syntax alone.
"""

from services.migration.expressions.errors import ExpressionError
from services.migration.expressions.sql.dialects import quote_identifier
from services.migration.expressions.translate import calls, functions, parameters, parse, references, translate

__all__ = [
    "ExpressionError",
    "calls",
    "functions",
    "parameters",
    "parse",
    "quote_identifier",
    "references",
    "translate",
]
