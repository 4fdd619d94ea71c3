"""What a rule is given beside the expression it rewrites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from services.sql_dialects.names import DIALECT_NAMES
from services.sql_dialects.transpile.cautions import Cautions
from services.sql_dialects.transpile.kinds import Types
from services.sql_dialects.transpile.result import RefusedError


@dataclass
class Work:
    """One statement on its way from a dialect to another."""

    read: str
    write: str
    types: Types
    cautions: Cautions = field(default_factory=Cautions)

    def caution(self, code: str, where: exp.Expr | str) -> None:
        self.cautions.add(code, where, DIALECT_NAMES[self.read])

    def refusal(self, what: exp.Expr | str, remedy: str) -> RefusedError:
        """The error to raise; the construct is named as it stands in the source."""
        text = what if isinstance(what, str) else what.sql(dialect=DIALECT_NAMES[self.read])
        return RefusedError(f"{text[:80]}: no equivalent in {self.write}; {remedy}.")


Rewrite = Callable[[exp.Expr, Work], "exp.Expr | None"]  # None: the expression stays


def called(node: exp.Expr) -> str:
    """Name of a call that was read as it stands, in capitals; empty for everything else."""
    return node.name.upper() if isinstance(node, exp.Anonymous) and isinstance(node.this, str) else ""


def word(node: exp.Expr) -> str:
    """A bare word or a string as an argument (the unit of DATEADD), in capitals."""
    return node.name.upper() if isinstance(node, exp.Column | exp.Var | exp.Literal | exp.Identifier) else ""


def number(node: exp.Expr) -> int | None:
    """The value of an integer literal, with its sign."""
    if isinstance(node, exp.Paren):
        return number(node.this)
    if isinstance(node, exp.Neg):
        value = number(node.this)
        return None if value is None else -value
    return int(node.name) if isinstance(node, exp.Literal) and node.is_int else None
