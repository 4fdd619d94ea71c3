"""One mapping's instances, in dataflow order, through their rules.

Each instance gets its inputs as relations, is converted, and gives relations to those after it. Nothing is dropped:
what a rule refuses becomes a `manual` node that declares the same columns, so that all after it can still be converted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.migration import graph as dataflow
from services.migration.ast import MappingAST, SourceDefinition, Transformation, UserFunction
from services.migration.conversion import ConversionSource, Issue, NodeConversion
from services.migration.fallback.exchange import Exchange
from services.migration.flow import PortKey, Stream, reads_sources
from services.migration.graph import Graph
from services.migration.rules import (
    attributes,
    by_model,
    calls,
    load_order,
    parameter_texts,
    sequence,
    source,
    target,
    update_strategy,
)
from services.migration.rules.context import Context, Node, NotConvertible, Outcome
from services.migration.rules.manual import by_model_or_hand, declared, manual
from services.migration.rules.names import NodeIds
from services.migration.rules.order import order_readers
from services.migration.rules.registry import MODEL_KINDS, NO_RULE, RULES, Rule
from services.migration.rules.relation import Input, Relation
from services.pipelines import types


@dataclass(frozen=True, slots=True)
class Walked:
    """The outcome for every instance, in the export's order, and what the parameters are."""

    objects: tuple[NodeConversion, ...]
    issues: tuple[Issue, ...]
    parameters: tuple[str, ...]


def convert_mapping(
    mapping: MappingAST, dialect: str, *, functions: Iterable[UserFunction] = (), exchange: Exchange | None = None
) -> Walked:
    """Every instance of one mapping. `functions` are the export's user-defined ones, of the mapping's folder first.

    `exchange` has a language model's answers, and gets the questions that have none.
    """
    own = sorted(functions, key=lambda function: function.folder == mapping.folder)
    named = {function.name.upper(): function for function in own}
    return _Walk(mapping, dialect, named, exchange or Exchange()).run()


@dataclass
class _Walk:
    mapping: MappingAST
    dialect: str
    functions: Mapping[str, UserFunction]
    exchange: Exchange
    graph: Graph = field(init=False)
    ids: NodeIds = field(default_factory=NodeIds)
    relations: dict[Stream, Relation] = field(default_factory=dict)
    sources: dict[str, Relation] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    attached: dict[str, list[Outcome]] = field(default_factory=dict)  # sequences and lookups, made at their readers
    parameters: dict[str, None] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)  # instance → connected ports that no column reaches

    def __post_init__(self) -> None:
        self.parameter_types = {
            item.name: types.canonical(item.datatype, item.precision, item.scale) or "varchar"
            for item in self.mapping.parameters
        }
        self.graph = dataflow.build(self.mapping)
        self.read = frozenset(
            key for groups in self.graph.feeds.values() for ports in groups.values() for key in ports.values()
        )
        self.keep_order = order_readers(self.graph)
        self.places = load_order.places(self.mapping, self.graph)

    def run(self) -> Walked:
        for name in self.graph.order:
            outcome = self._convert(self.graph.instances[name])
            self.outcomes[name] = outcome
            for group, relation in outcome.outputs.items():
                self.relations[(name, group)] = relation
            if outcome.target_type == "source":
                self.sources[name] = outcome.outputs[""]
        for name in self.graph.order:
            if not self.outcomes[name].nodes and name not in self.attached:
                self.outcomes[name] = self._unused(name)
        load_order.note(self.outcomes, self.attached)
        objects = tuple(self._object(name) for name in self.graph.instances)
        return Walked(objects, (*self.graph.issues, *attributes.of_session(self.mapping)), tuple(self.parameters))

    def _convert(self, instance: SourceDefinition | Transformation) -> Outcome:
        if isinstance(instance, SourceDefinition):
            made = source.convert(instance, self.ids) if instance.role == "source" else self._target(instance)
            return self._with_attributes(instance, made)
        context = self._context(instance)
        return self._guarded(context, RULES.get(instance.type))

    def _with_attributes(self, item: SourceDefinition, made: Outcome) -> Outcome:
        """The outcome with what its attributes and its file's format say that nothing here honours."""
        found = attributes.of_table(item)
        lost = self.lost.get(item.name, [])
        told = [one.message for one in found if one.code == attributes.NOT_HONOURED] + lost
        return replace(
            made,
            confidence=min([made.confidence, COLUMN_LOST if lost else 1.0, *(one.confidence for one in found)]),
            warnings=(*made.warnings, *told),
            issues=(*made.issues, *attributes.issues(found, self.mapping, item)),
        )

    def _context(self, item: Transformation) -> Context:
        feeds = {p: k for ports in self.graph.feeds[item.name].values() for p, k in ports.items()}
        item, unknown = parameter_texts.expanded(item, self.mapping)
        context = Context(
            mapping=self.mapping,
            transformation=item,
            dialect=self.dialect,
            ids=self.ids,
            inputs={} if reads_sources(item) else self._inputs(item.name),
            feeds=feeds,
            parameter_types=self.parameter_types,
            carried=self.graph.carried.get(item.name, ()),
            wanted=self.read,
            keeps_order=item.name in self.keep_order,
            sources=self.sources,
            exchange=self.exchange,
            refusals=list(unknown),
        )
        attributes.note(context)
        for text in self.lost.get(item.name, ()):
            context.warn(text, confidence=COLUMN_LOST)
        return context

    def _guarded(self, context: Context, rule: Rule | None) -> Outcome:
        """A rule's outcome, or the manual node that stands for what it refused."""
        item = context.transformation
        if item.name in self.graph.broken:
            reason = self.graph.broken[item.name]
            return self._finish(
                context,
                manual(
                    context, reason, "Correct the mapping, or write this step by hand.", ConversionSource.UNSUPPORTED
                ),
            )
        self.ids.begin()
        inputs = None
        try:
            if rule is None:
                return self._finish(context, self._without_rule(context))
            calls.make_explicit(context, self.functions, self._lookup)
            inputs = context.inputs
            outcome = rule.convert(context)
            update_strategy.note_lost_flags(context, outcome)
            if context.refusals:
                raise NotConvertible(
                    "; ".join(context.refusals), "Write the expressions named in the reason by hand.", needs_model=True
                )
        except NotConvertible as refused:
            if inputs is not None:
                context.inputs = inputs  # without the nodes that the refused rule put before its own
            made = (node["id"] for outcomes in context.attached.values() for part in outcomes for node in part.nodes)
            self.ids.give_back(made)
            return self._finish(context, self._refused(context, refused))
        ruled = self._finish(context, replace(outcome, confidence=min(outcome.confidence, rule.confidence)))
        return self._second_opinion(context, ruled) if ruled.confidence < by_model.MODEL_BELOW else ruled

    def _refused(self, context: Context, refused: NotConvertible) -> Outcome:
        if refused.needs_model:
            return by_model_or_hand(context, refused.reason, refused.todo)
        return manual(context, refused.reason, refused.todo, ConversionSource.UNSUPPORTED)

    def _second_opinion(self, context: Context, ruled: Outcome) -> Outcome:
        """An uncertain rule's result, or a model's where that is better founded."""
        plain = len(ruled.outputs) == 1 and not any(relation.action for relation in ruled.outputs.values())
        if not plain or context.attached or ruled.source is not ConversionSource.RULE_ENGINE:
            return ruled
        columns, ports = declared(context)
        places = {key: name for key, (name, _) in ports.items()}
        reason, definition = by_model.uncertain(ruled), context.transformation.definition
        task = by_model.Task(reason, context.inputs, columns, places, definition, draft=by_model.draft(ruled))
        made = by_model.attempt(context, task).outcome
        if made is None or made.confidence <= ruled.confidence:
            return ruled
        self.ids.give_back(node["id"] for node in made.nodes)
        return replace(made, issues=ruled.issues)

    def _without_rule(self, context: Context) -> Outcome:
        kind = context.transformation.type
        known = NO_RULE.get(kind)
        if known is None:
            reason = f"the transformation type '{kind}' is not known"
            raise NotConvertible(reason, "Write this step by hand.", needs_model=True)
        raise NotConvertible(known.reason, known.todo, needs_model=kind in MODEL_KINDS)

    def _finish(self, context: Context, outcome: Outcome) -> Outcome:
        self.parameters.update(context.parameters)
        for name, outcomes in context.attached.items():
            asked = self._called(name)
            self.attached.setdefault(asked.name if asked else name, []).extend(outcomes)
        return replace(
            outcome,
            confidence=min(outcome.confidence, context.confidence),
            warnings=tuple(dict.fromkeys((*outcome.warnings, *context.warnings))),
            issues=(*outcome.issues, *context.issues),
        )

    def _inputs(self, name: str) -> dict[str, Input]:
        """Every input group that has a relation. Sequences that feed it are put into its rows here."""
        found: dict[str, Input] = {}
        for group, ports in self.graph.feeds[name].items():
            parent = self.graph.parents.get((name, group))
            relation = self.relations.get(parent) if parent else None
            if relation is None:
                continue
            for generator in self.graph.generators.get((name, group), ()):
                relation = self._numbered(generator, relation, name)
            reached = {port: self._column(relation, key) for port, key in ports.items()}
            found[group] = Input(relation, {port: column for port, column in reached.items() if column})
            self.lost.setdefault(name, []).extend(
                f"Port {port} is connected to {'.'.join(ports[port])}, which gives no such column here; it is null."
                for port, column in reached.items()
                if column is None and not self._is_unfed(ports[port])
            )
        return found

    def _is_unfed(self, key: PortKey) -> bool:
        """True for a port that hands on what nothing is connected to: null in the tool too."""
        instance = self.graph.instances[key[0]]
        declared = instance.field(key[1]) if isinstance(instance, Transformation) else None
        fed = any(key[1] in ports for ports in self.graph.feeds[key[0]].values())
        return declared is not None and declared.role.takes_input and not fed

    def _column(self, relation: Relation, key: PortKey) -> Any:
        name = relation.ports.get(key)
        return relation.column(name) if name else None

    def _numbered(self, name: str, relation: Relation, reader: str) -> Relation:
        item = self.graph.instances[name]
        assert isinstance(item, Transformation)
        context = self._context(item)
        readers = sum(name in names for names in self.graph.generators.values())
        outcome, numbered = sequence.attach(context, relation, reader, readers=readers)
        rule = RULES["Sequence"]
        self.attached.setdefault(name, []).append(
            self._finish(context, replace(outcome, confidence=min(outcome.confidence, rule.confidence)))
        )
        return numbered

    def _target(self, item: SourceDefinition) -> Outcome:
        place = self.places[item.name]
        inputs = self._inputs(item.name)
        try:
            reason = self.graph.broken.get(item.name, "")
            target.refuse_nested(item, reason)
            if reason:
                raise NotConvertible(reason, "Correct the mapping, or write this step by hand.")
            given = inputs.get("")
            if given is None:
                raise NotConvertible("nothing is connected to it", "Connect the target or remove it.")
            return target.convert(item, given, self.mapping, self.ids, place, self.dialect)
        except NotConvertible as refused:
            return target.by_hand(item, inputs, self.ids, place, refused)

    def _unused(self, name: str) -> Outcome:
        """A sequence nothing draws from, a lookup nothing calls: kept, so that nothing is lost."""
        item = self.graph.instances[name]
        assert isinstance(item, Transformation)
        reason = "nothing is connected to it and nothing calls it, so it has no part in any row"
        todo = "Remove it, or connect it."
        callers = [other.name for other in self.mapping.transformations if calls.asks(other, item)]
        if callers:
            reason = f"it is joined where it is called, and what calls it was not converted ({', '.join(callers)})"
            todo = f"Write {', '.join(callers)} with this lookup."
        return manual(self._context(item), reason, todo, ConversionSource.UNSUPPORTED)

    def _lookup(self, name: str) -> Context | None:
        """The unconnected lookup of a name, to be joined where it is called."""
        item = self._called(name)
        return self._context(item) if item else None

    def _called(self, name: str) -> Transformation | None:
        """The lookup that expressions call by a name: its own, or else its definition's."""
        found = [item for item in self.mapping.transformations if item.type == "Lookup Procedure"]
        own = next((item for item in found if item.name.upper() == name.upper()), None)
        return own or next((item for item in found if item.definition_name.upper() == name.upper()), None)

    def _object(self, name: str) -> NodeConversion:
        """The report's line for an instance: its own outcome and the nodes made for it at its readers."""
        instance, outcome = self.graph.instances[name], self.outcomes[name]
        parts = [outcome, *self.attached.get(name, ())]
        nodes = [node for part in parts for node in part.nodes]
        kind = f"{instance.role.capitalize()} Definition" if isinstance(instance, SourceDefinition) else instance.type
        confidence = min(part.confidence for part in parts)
        return NodeConversion(
            object=name,
            source_type=kind,
            target_type=outcome.target_type,
            nodes=tuple(stamped(nodes, confidence, parts)),
            confidence=confidence,
            source=outcome.source,
            requires_manual_review=any(part.requires_manual_review for part in parts),
            warnings=tuple(dict.fromkeys(text for part in parts for text in part.warnings)),
            issues=tuple(dict.fromkeys(issue for part in parts for issue in part.issues)),
            origin=instance.origin,
            model=outcome.model,
        )


COLUMN_LOST = 0.5
"""Confidence where a connected port is null because the object before it gives no such column."""


def stamped(nodes: Iterable[Node], confidence: float, parts: list[Outcome]) -> Iterable[Node]:
    """Nodes with their object's confidence, warnings (on the last) and who made them."""
    nodes = list(nodes)
    warnings = list(dict.fromkeys(text for part in parts for text in part.warnings))
    for index, node in enumerate(nodes):
        stamped = {**node, "confidence": round(confidence, 4)}
        if parts[0].requires_manual_review:
            stamped["requires_manual_review"] = True
        if warnings and index == len(nodes) - 1:
            stamped["warnings"] = warnings
        stamped["origin"] = {**node["origin"], "source": parts[0].source.value}
        yield stamped
