"""The log of a test, as the runtime's own tests read it."""

from tests.runtime.conftest import log_lines, log_text

__all__ = ["log_lines", "log_text"]
