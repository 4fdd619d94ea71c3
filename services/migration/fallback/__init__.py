"""The model fallback, as far as it is pure: what is asked, what an answer must be, and how it is checked.

Asking itself is done outside: a conversion lists its requests, and is done again with the answers.
"""

from services.migration.fallback.answer import ModelAnswer
from services.migration.fallback.request import ModelRequest, PromptKind

__all__ = ["ModelAnswer", "ModelRequest", "PromptKind"]
