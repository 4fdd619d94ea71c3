"""One data flow's steps, in dataflow order, through their rules. Nothing is dropped: what a rule refuses becomes a
`manual` node that declares the columns it gives, so that all after it can still be converted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

from services.migration.ast import Link, MappingAST, Tool, Transformation
from services.migration.conversion import ConversionSource, Issue, NodeConversion
from services.migration.fallback.exchange import Exchange
from services.migration.rules.by_model import MODEL_BELOW, draft, uncertain
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.manual import NO_DEFINITION
from services.migration.rules.names import NodeIds, column_name, port_name
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps import by_model
from services.migration.rules.steps.context import StepContext
from services.migration.rules.steps.tables import RuleTable
from services.migration.rules.walk import Walked, stamped
from services.pipelines import types
from services.pipelines.severity import Severity

BROKEN_TODO = "Correct the flow, or write this step by hand."


def convert_steps(
    mapping: MappingAST, tool: Tool, table: RuleTable, dialect: str, *, exchange: Exchange | None = None
) -> Walked:
    """Every step of one data flow, in the export's order.

    `exchange` has a language model's answers, and gets the questions that have none.
    """
    return _Walk(mapping, tool, table, dialect, exchange or Exchange()).run()


@dataclass
class _Walk:
    mapping: MappingAST
    tool: Tool
    table: RuleTable
    dialect: str
    exchange: Exchange
    ids: NodeIds = field(default_factory=NodeIds)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    parameters: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps = {step.name: step for step in self.mapping.transformations}
        self.links = [link for link in self.mapping.links if self._is_whole(link)]
        self.arriving: dict[str, list[Link]] = {name: [] for name in self.steps}
        self.leaving: dict[str, list[Link]] = {name: [] for name in self.steps}
        for link in self.links:
            self.arriving[link.to_step].append(link)
            self.leaving[link.from_step].append(link)
        self.parameter_types = {
            item.name: types.canonical(item.datatype, item.precision, item.scale) or "varchar"
            for item in self.mapping.parameters
        }

    def run(self) -> Walked:
        order, cyclic = self._order()
        for name in order:
            self.outcomes[name] = self._convert(self.steps[name], broken=name in cyclic)
        objects = tuple(self._object(step) for step in self.steps.values())
        return Walked(objects, tuple(self.issues), tuple(self.parameters))

    def _is_whole(self, link: Link) -> bool:
        missing = next((name for name in (link.from_step, link.to_step) if name not in self.steps), None)
        if missing is not None:
            self.issues.append(
                Issue(
                    Severity.WARNING,
                    "DANGLING_CONNECTOR",
                    f"The link {link.from_step} → {link.to_step} (line {link.line}) names the step {missing}, which "
                    "the flow does not have; it was left out.",
                    "Export the flow again, or remove the link.",
                    mapping=self.mapping.name,
                    object=link.to_step,
                )
            )
        return missing is None

    def _order(self) -> tuple[list[str], set[str]]:
        """Steps in dataflow order, within that the export's; those of a cycle last, named."""
        before: dict[str, dict[str, None]] = {name: {} for name in self.steps}
        for link in self.links:
            before[link.to_step][link.from_step] = None
        cyclic: set[str] = set()
        while True:
            sorter = TopologicalSorter({name: set(waits) for name, waits in before.items()})
            try:
                sorter.prepare()
            except CycleError as error:
                cyclic.update(error.args[1])
                for name in error.args[1]:
                    before[name] = {}
                continue
            break
        place = {name: index for index, name in enumerate(self.steps)}
        order: list[str] = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready(), key=place.__getitem__)
            order.extend(ready)
            sorter.done(*ready)
        return order, cyclic

    def _convert(self, step: Transformation, *, broken: bool) -> Outcome:
        context = StepContext(
            tool=self.tool,
            mapping=self.mapping,
            step=step,
            dialect=self.dialect,
            ids=self.ids,
            inputs=self._inputs(step.name),
            wanted=frozenset(link.from_port for link in self.leaving[step.name]),
            parameter_types=self.parameter_types,
            exchange=self.exchange,
        )
        if broken:
            return self._by_hand(context, NotConvertible("it stands in a cycle of links", BROKEN_TODO))
        rule = self.table.rules.get(step.type)
        self.ids.begin()
        try:
            if rule is None:
                raise self._without_rule(step)
            outcome = rule.convert(context)
            if context.refusals:
                raise NotConvertible(
                    "; ".join(context.refusals), "Write the expressions named in the reason by hand.", needs_model=True
                )
        except NotConvertible as refused:
            self.ids.give_back()
            return self._by_hand(context, refused)
        ruled = self._finish(context, replace(outcome, confidence=min(outcome.confidence, rule.confidence)))
        return self._second_opinion(context, ruled) if ruled.confidence < MODEL_BELOW else ruled

    def _second_opinion(self, context: StepContext, ruled: Outcome) -> Outcome:
        """An uncertain rule's result, or a model's where that is better founded."""
        if len(ruled.outputs) != 1 or ruled.source is not ConversionSource.RULE_ENGINE:
            return ruled
        ((port, given),) = ruled.outputs.items()
        made = by_model.attempt(context, uncertain(ruled), replace(given, order=()), [port], draft=draft(ruled)).outcome
        if made is None or made.confidence <= ruled.confidence:
            return ruled
        self.ids.give_back(node["id"] for node in made.nodes)
        return replace(made, issues=ruled.issues)

    def _inputs(self, name: str) -> Mapping[str, tuple[Relation, ...]]:
        arriving: dict[str, list[tuple[int, Relation]]] = {}
        for link in self.arriving[name]:
            source = self.outcomes.get(link.from_step)
            if source is None:
                continue
            relation = source.outputs.get(link.from_port)
            if relation is None and len(source.outputs) == 1 and not (link.from_port and next(iter(source.outputs))):
                relation = next(iter(source.outputs.values()))  # one of the two does not name it
            if relation is None:
                self.issues.append(self._unknown_output(link))
                continue
            arriving.setdefault(link.to_port, []).append((link.order, relation))
        return {
            port: tuple(relation for _, relation in sorted(found, key=lambda pair: pair[0]))
            for port, found in arriving.items()
        }

    def _unknown_output(self, link: Link) -> Issue:
        return Issue(
            Severity.ERROR,
            "UNKNOWN_OUTPUT",
            f"The link {link.from_step} → {link.to_step} (line {link.line}) leaves the output '{link.from_port}', "
            f"which {link.from_step} does not give here; no rows come along it.",
            "Check the output's name in the tool.",
            mapping=self.mapping.name,
            object=link.to_step,
        )

    def _without_rule(self, step: Transformation) -> NotConvertible:
        kind = step.type
        if step.attributes.get("refused"):  # the export itself tells why
            return NotConvertible(step.attributes["refused"], step.attributes.get("todo", ""))
        known = self.table.no_rule.get(kind, self.table.unknown)
        if known is None:
            return NotConvertible(
                f"the kind of step '{kind}' is not known", "Write this step by hand.", needs_model=True
            )
        return NotConvertible(known.reason, known.todo, needs_model=kind in self.table.model_kinds)

    def _by_hand(self, context: StepContext, refused: NotConvertible) -> Outcome:
        """The step as a `manual` node: with the columns it declares, else those that arrive."""
        outline = self.table.outline(context) if self.table.outline else Relation("", _declared(context))
        leaving = dict.fromkeys(link.from_port for link in self.leaving[context.name])
        taken: set[str] = set()
        ports = {port: unique(port_name(port), taken) for port in leaving} if len(leaving) > 1 else {}
        reason, source = refused.reason, ConversionSource.UNSUPPORTED
        if refused.needs_model:
            tried = by_model.attempt(context, reason, outline, leaving)
            if tried.outcome is not None:
                return self._finish(context, tried.outcome)
            reason, source = reason + tried.reason, tried.source
        config = {
            "original": context.step.definition or NO_DEFINITION,
            "original_type": context.step.type or "(no type)",
            "reason": reason,
            "todo": refused.todo,
            "columns": [typed(column) for column in outline.columns],
        }
        if ports:
            config["ports"] = list(ports.values())
        node = context.node("manual", config, dict.fromkeys(relation.ref for relation in context.arrivals()))
        outputs = {
            port: replace(outline, ref=f"{node['id']}.{ports[port]}" if ports else node["id"])
            for port in (leaving or [""])
        }
        outcome = Outcome("manual", 0.0, (node,), outputs, source, requires_manual_review=True, warnings=(reason,))
        return self._finish(context, outcome)

    def _finish(self, context: StepContext, outcome: Outcome) -> Outcome:
        self.parameters.update(context.parameters)
        return replace(
            outcome,
            confidence=min(outcome.confidence, context.confidence),
            warnings=tuple(dict.fromkeys((*outcome.warnings, *context.warnings))),
            issues=(*outcome.issues, *context.issues),
        )

    def _object(self, step: Transformation) -> NodeConversion:
        outcome = self.outcomes[step.name]
        return NodeConversion(
            object=step.name,
            source_type=step.type,
            target_type=outcome.target_type,
            nodes=tuple(stamped(outcome.nodes, outcome.confidence, [outcome])),
            confidence=outcome.confidence,
            source=outcome.source,
            requires_manual_review=outcome.requires_manual_review,
            warnings=outcome.warnings,
            issues=tuple(dict.fromkeys(outcome.issues)),
            origin=step.origin,
            model=outcome.model,
        )


def _declared(context: StepContext) -> tuple[Column, ...]:
    """The columns a step says it gives; where it says nothing, every column that arrives."""
    given = [field for field in context.step.fields if field.role.gives_output]
    taken: set[str] = set()
    if given:
        return tuple(
            Column(
                unique(column_name(field.name), taken),
                types.canonical(field.datatype, field.precision, field.scale) or "varchar",
            )
            for field in given
        )
    return tuple(
        column
        for relation in context.arrivals()
        for column in relation.columns
        if column.name.lower() not in taken and not taken.add(column.name.lower())  # type: ignore[func-returns-value]  # add gives None
    )
