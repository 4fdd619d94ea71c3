"""Why a pipeline does not run."""

from __future__ import annotations


class NotRunnableError(Exception):
    """A pipeline can't be turned into SQL; the message names the node and the reason."""

    def __init__(self, node: str, reason: str) -> None:
        super().__init__(f"node '{node}': {reason}" if node else reason)
        self.node = node
        self.reason = reason


class RunFailedError(Exception):
    """The database refused a statement; the message names the node and what the database said.

    `sql` is the statement. `of_data` is true where a value was at fault, not the statement; `of_bounds` where memory
    or time ran out.
    """

    def __init__(self, node: str, said: str, sql: str = "", *, of_data: bool = False, of_bounds: bool = False) -> None:
        super().__init__(f"node '{node}': {said}")
        self.node = node
        self.said = said
        self.sql = sql
        self.of_data = of_data
        self.of_bounds = of_bounds
