"""What a rule of a step-by-step tool is: one row for each kind of step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.migration.rules.context import Outcome
from services.migration.rules.registry import NoRule
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext


@dataclass(frozen=True, slots=True)
class StepRule:
    """How one kind of step is converted: the highest confidence, and the function.

    `carries` is False for kinds that hold no rows of their own (a row count into a variable, a peek).
    """

    confidence: float
    convert: Callable[[StepContext], Outcome]
    carries: bool = True


@dataclass(frozen=True, slots=True)
class RuleTable:
    """`rules`: kind → rule. `no_rule`: kind → why there is none. `model_kinds`: of those, what a model might try.

    `unknown`: why a kind that is in neither has none. `outline`: the columns that a step gives which was not converted,
    where the tool knows more of them than the step's fields say; the relation's `ref` is not read.
    """

    rules: Mapping[str, StepRule]
    no_rule: Mapping[str, NoRule]
    model_kinds: frozenset[str] = frozenset()
    unknown: NoRule | None = None
    outline: Callable[[StepContext], Relation] | None = None
