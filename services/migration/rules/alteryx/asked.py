"""What a tool asks the outside world row by row, as a relation keyed by the question: a source of answers, joined.

A web service, a file that a field names, a query that a field holds: the pipeline calls none of them. The source holds
the answers with the questions that they answer, and the rows look theirs up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.migration.rules.alteryx import field_names, frame, sources
from services.migration.rules.context import Node, Outcome
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines.severity import Severity


@dataclass
class Question:
    """What rows ask by: columns that arrive → the names of the source's keys. `answers`: what the source says."""

    given: Relation
    answers: Sequence[Column]
    keys: dict[Column, str] = field(default_factory=dict)

    def key(self, column: Column) -> str:
        """The source's name of a column that arrives; makes it a key."""
        if column not in self.keys:
            taken = {each.name.lower() for each in self.answers} | {name.lower() for name in self.keys.values()}
            self.keys[column] = unique(column.name, taken)
        return self.keys[column]

    def source(self, context: StepContext, connector: str, config: dict[str, Any]) -> Node:
        columns = [*(Column(name, column.type) for column, name in self.keys.items()), *self.answers]
        return sources.node(context, connector, {**config, "keys": list(self.keys.values())}, columns)

    def condition(self, context: StepContext) -> str:
        """Equal by every key; a question may hold a null beside its first part."""
        parts: list[str] = []
        for column, name in self.keys.items():
            mine, theirs = frame.identifier(context, column.name, "l."), frame.identifier(context, name, "r.")
            equal = f"{mine} = {theirs}"
            parts.append(f"({equal} OR ({mine} IS NULL AND {theirs} IS NULL))" if parts else equal)
        return " AND ".join(parts)


def told(context: StepContext, source: Node, what: str, to_do: str) -> None:
    """`what` the original does and the pipeline does not; `to_do` gives the source its rows."""
    context.warn(
        f"The original {what}; here the source '{source['id']}' has to hold what it gets.", confidence=frame.UNSURE
    )
    context.issue(
        Severity.WARNING,
        "ROWS_NEEDED",
        f"The tool {what}, which the pipeline does not do: it takes the rows of the source '{source['id']}'.",
        to_do,
    )


def one_answer(context: StepContext, question: Question, source: Node) -> Outcome:
    """Every row that arrives, once, with its answer beside it; null where the source has none."""
    taken = {column.name.lower() for column in question.given.columns}
    given = frame.kept(context, question.given.columns, "l.")
    answers = [
        (Column(field_names.unique(column.name, taken), column.type), frame.identifier(context, column.name, "r."))
        for column in question.answers
    ]
    config = {
        "left": question.given.ref,
        "right": source["id"],
        "condition": question.condition(context),
        "policy": "any",
        "columns": [computed(*each) for each in (*given, *answers)],
    }
    node = context.node("sql_join_pushdown", config, [question.given.ref, source["id"]])
    columns = (*question.given.columns, *(column for column, _ in answers))
    relation = Relation(f"{node['id']}.match", columns, order=question.given.order)
    return Outcome("sql_join_pushdown", 1.0, (source, node), {"": relation})


def every_answer(context: StepContext, question: Question, source: Node) -> Outcome:
    """All the rows that each row that arrives asks for, without the asking row's own columns."""
    nodes = [source]
    read = Relation(source["id"], tuple(question.answers))
    read = frame.with_source_order(context, nodes, read)
    chosen = frame.kept(context, question.answers, "r.")
    order = []
    for side, alias, name in ((question.given, "l.", "asking"), (read, "r.", "read")):
        if side.order and read.order:
            hidden = Column(f"{frame.AS_READ}_{name}", frame.ROW_TYPE)
            chosen.append((hidden, frame.identifier(context, frame.order_column(side), alias)))
            order.append({"column": hidden.name})
    config = {
        "type": "inner",
        "left": question.given.ref,
        "right": read.ref,
        "condition": question.condition(context),
        "columns": [computed(*each) for each in chosen],
    }
    node = context.node("sql_join", config, list(dict.fromkeys((question.given.ref, read.ref))))
    nodes.append(node)
    relation = Relation(f"{node['id']}.joined", tuple(column for column, _ in chosen))
    if order:
        number, relation = frame.numbered(context, relation, order, proven=False)
        nodes.append(number)
    return Outcome("sql_join", 1.0, tuple(nodes), {"": relation})


def last_run(context: StepContext, documented: Iterable[Column]) -> list[Column]:
    """Documented columns, of the type that they had in the last run."""
    ran = {column.name.lower(): column for column in sources.known(context.step.fields)}
    return [ran.get(column.name.lower(), column) for column in documented]
