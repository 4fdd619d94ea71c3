"""What a rule of a step-by-step tool is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlglot
from sqlglot import exp

from services.migration.ast import MappingAST, Setting, Tool, Transformation
from services.migration.conversion import Issue, Translation
from services.migration.expressions import translate
from services.migration.fallback.exchange import Exchange
from services.migration.rules import sql
from services.migration.rules.context import Node, NotConvertible, Outcome, Scope
from services.migration.rules.names import NodeIds
from services.migration.rules.nodes import origin
from services.migration.rules.relation import Relation
from services.pipelines.severity import Severity

__all__ = ["Node", "NotConvertible", "Outcome", "Scope", "StepContext"]


@dataclass
class StepContext:
    """One step with the relations that arrive at it. Collects, while its rule runs, what the translations said.

    `inputs`: input port → what arrives there, in the tool's order. `wanted`: output ports that something reads.
    """

    tool: Tool
    mapping: MappingAST
    step: Transformation
    dialect: str
    ids: NodeIds
    inputs: Mapping[str, tuple[Relation, ...]]
    wanted: frozenset[str] = frozenset()
    parameter_types: Mapping[str, str] = field(default_factory=dict)
    confidence: float = 1.0
    warnings: dict[str, None] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    parameters: dict[str, None] = field(default_factory=dict)
    exchange: Exchange = field(default_factory=Exchange)

    @property
    def name(self) -> str:
        return self.step.name

    @property
    def settings(self) -> Setting:
        return self.step.settings

    def arrivals(self) -> tuple[Relation, ...]:
        """Every relation that arrives, by input port and order."""
        return tuple(relation for relations in self.inputs.values() for relation in relations)

    def input(self, port: str = "") -> Relation:
        """What arrives at an input port; at the only one where none is named. Raises NotConvertible: none, or many."""
        found = self.inputs.get(port, ()) if port else self.arrivals()
        if len(found) == 1:
            return found[0]
        where = f"its input {port}" if port else "its input"
        if not found:
            raise NotConvertible(f"nothing is connected to {where}", "Connect the step or remove it.")
        raise NotConvertible(f"{len(found)} links arrive at {where}", "Connect one.")

    def attribute(self, name: str, default: str = "") -> str:
        return self.step.attributes.get(name, default).strip()

    def warn(self, text: str, *, confidence: float = 1.0) -> None:
        """A named corner in which the result may differ; `confidence` caps the step's, as `rules.context` explains."""
        self.warnings[text] = None
        self.confidence = min(self.confidence, confidence)

    def issue(self, severity: Severity, code: str, message: str, remedy: str = "", column: str = "") -> None:
        where = (self.mapping.name, self.name, column, self.step.origin)
        self.issues.append(Issue(severity, code, message, remedy, *where))

    def scope(self, relation: Relation, alias: str = "") -> Scope:
        """How expressions reach a relation's columns; `alias` with its dot, `l.`, where two relations are joined."""
        return Scope(
            {column.name: alias + sql.identifier(column.name, self.dialect) for column in relation.columns},
            {column.name: column.type for column in relation.columns},
        )

    def expression(
        self,
        text: str,
        place: str,
        within: Scope,
        *,
        inline: Mapping[str, str] | None = None,
        aggregate: bool = False,
        condition: bool = False,
        target: str = "",
    ) -> Translation:
        """One expression of the tool's language; a refusal is collected with `place` and gives empty SQL."""
        result = translate(
            text,
            language=self.tool,
            dialect=self.dialect,
            types={**self.parameter_types, **within.types},
            rename=within.references,
            inline=inline,
            aggregate=aggregate,
            condition=condition,
            target=target,
        )
        if result.refused:
            self.refusals.append(f"{place}: {result.refused}")
            return result
        if _holds_query(result.sql, self.dialect):
            self.refusals.append(f"{place}: its SQL for {self.dialect} is a subquery, which an expression can't hold")
            return result
        self.confidence = min(self.confidence, result.confidence)
        self.parameters.update(dict.fromkeys(result.parameters))
        self.warnings.update(dict.fromkeys(f"{place}: {caution.message}" for caution in result.warnings))
        return result

    def node(self, transform: str, config: Mapping[str, Any], refs: Iterable[str], *, name: str = "") -> Node:
        """A transformation node. `depends_on` holds refs (`node` or `node.port`) until edges are made of them."""
        return {
            "id": self.ids.new(name or self.name),
            "type": "transformation",
            "transform": transform,
            "depends_on": list(refs),
            "config": dict(config),
            "origin": self.origin(),
        }

    def origin(self) -> dict[str, Any]:
        """The origin of a source or sink node made for this step."""
        return {**origin(self.name, self.step.type, self.step.origin), "tool": self.tool.value}


def _holds_query(text: str, dialect: str) -> bool:
    """True where the SQL of an expression reads rows of its own: the pipeline language takes no such expression."""
    if "SELECT" not in text:
        return False
    return sqlglot.parse_one(text, read=sql.sqlglot_name(dialect)).find(exp.Query) is not None
