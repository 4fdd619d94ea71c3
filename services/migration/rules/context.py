"""What a rule is given and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.migration.ast import MappingAST, Tool, Transformation, TransformationField
from services.migration.conversion import ConversionSource, Issue, ModelUse, Translation
from services.migration.expressions import translate
from services.migration.expressions.cautions import CAUTIONS
from services.migration.expressions.powercenter.catalogue import FUNCTIONS
from services.migration.expressions.sql.dialects import DIALECTS
from services.migration.fallback.exchange import Exchange
from services.migration.flow import PortKey
from services.migration.rules import date_format
from services.migration.rules.names import NodeIds, column_name
from services.migration.rules.relation import Column, Input, Relation
from services.pipelines import types
from services.pipelines.severity import Severity


class NotConvertible(Exception):  # noqa: N818 - a decision, not an error
    """The instance has no equivalent: it becomes a `manual` node. `needs_model` where a model might try."""

    def __init__(self, reason: str, todo: str, *, needs_model: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.todo = todo
        self.needs_model = needs_model


SYSTEM_DEFAULTS = ("", "NULL", "ERROR('TRANSFORMATION ERROR')")
"""Default values that ports have by themselves, in upper case; anything else was typed by a person. The ERROR stands on
input/output ports too, where it means their output. Source: PowerCenter Transformation Guide, "Default Values for
Ports"."""

NOT_EXECUTED = 0.9
"""The most that SQL may claim in a dialect that no engine here runs; as `translate` has it."""
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one instance: its nodes, and the relation at each of its output groups."""

    target_type: str
    confidence: float
    nodes: tuple[Node, ...] = ()
    outputs: Mapping[str, Relation] = field(default_factory=dict)
    source: ConversionSource = ConversionSource.RULE_ENGINE
    requires_manual_review: bool = False
    warnings: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    model: ModelUse | None = None


@dataclass
class Scope:
    """The SQL by which expressions of one instance reach its ports, and the types they see."""

    references: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


@dataclass
class Context:
    """One instance with its resolved inputs. Collects, while its rule runs, what the translations said."""

    mapping: MappingAST
    transformation: Transformation
    dialect: str
    ids: NodeIds
    inputs: Mapping[str, Input]
    carried: tuple[PortKey, ...] = ()
    feeds: Mapping[str, PortKey] = field(default_factory=dict)  # port → what feeds it
    wanted: frozenset[PortKey] = frozenset()  # output ports that something reads
    keeps_order: bool = False  # something downstream depends on the order of rows
    sources: Mapping[str, Relation] = field(default_factory=dict)  # source instance → its relation
    parameter_types: Mapping[str, str] = field(default_factory=dict)
    confidence: float = 1.0
    warnings: dict[str, None] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    parameters: dict[str, None] = field(default_factory=dict)
    fitted: frozenset[str] = frozenset()  # ports whose columns already hold what the port holds (`fit`)
    attached: dict[str, list[Outcome]] = field(default_factory=dict)  # other instance → what was made for it here
    exchange: Exchange = field(default_factory=Exchange)  # with a language model

    @property
    def name(self) -> str:
        return self.transformation.name

    def input(self, group: str = "") -> Input | None:
        """The input of a group; the only one where no group is named."""
        if group == "" and len(self.inputs) == 1:
            return next(iter(self.inputs.values()))
        return self.inputs.get(group)

    def attribute(self, name: str, default: str = "") -> str:
        """A table attribute; exports of different versions differ in the case of its name."""
        given = self.transformation.attributes
        found = given.get(name)
        if found is None:
            wanted = name.lower()
            found = next((text for key, text in given.items() if key.lower() == wanted), default)
        return found.strip()

    def switch(self, name: str) -> bool:
        return self.attribute(name).upper() in ("YES", "1", "TRUE")

    def warn(self, text: str, *, confidence: float = 1.0) -> None:
        """A named corner in which the result may differ; `confidence` caps the object's.

        The usual caps lie just below a threshold: 0.84 counts as to be reviewed (`report.effort.AUTO_AT_LEAST`), 0.79
        holds the release until a person has looked (`gate.THRESHOLDS`).
        """
        self.warnings[text] = None
        self.confidence = min(self.confidence, confidence)

    def issue(self, severity: Severity, code: str, message: str, remedy: str = "", column: str = "") -> None:
        self.issues.append(
            Issue(
                severity,
                code,
                message,
                remedy,
                mapping=self.mapping.name,
                object=self.name,
                column=column,
                origin=self.transformation.origin,
            )
        )

    def type_of(self, port: TransformationField) -> str:
        found = types.canonical(port.datatype, port.precision, port.scale)
        if found is None:
            self.warn(f"Port {port.name} has the unknown type '{port.datatype}'.", confidence=0.79)
        return found or "varchar"

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
        settled: frozenset[str] = frozenset(),
    ) -> Translation:
        """One expression translated, converted to the type `target` where one is given.

        A refusal is collected, with `place`, and gives empty SQL; so are cautions, but those whose codes the rule has
        settled by what it knows of the rows.
        """
        field_types = {**self.parameter_types, **within.types}
        result = translate(
            text,
            language=Tool.POWERCENTER,
            dialect=self.dialect,
            types=field_types,
            rename=within.references,
            inline=inline,
            aggregate=aggregate,
            condition=condition,
            target=target,
        )
        stated = date_format.of_session(self.mapping) if _takes_default_format(result) else ""
        if stated.upper() == date_format.DEFAULT:
            settled, stated = settled | date_format.DEFAULT_FORMATS, ""
        written = date_format.explicit(text, stated, field_types, target) if stated else text
        if written != text:
            return self.expression(
                written,
                place,
                within,
                inline=inline,
                aggregate=aggregate,
                condition=condition,
                target=target,
                settled=settled,
            )
        if result.refused:
            self.refusals.append(f"{place}: {result.refused}")
            return result
        if any(caution.code in settled for caution in result.warnings):
            result = without(result, settled, self.dialect)
        if stated:
            self.warn(f"{place}: the session writes dates as {stated}; here the default is used.", confidence=0.5)
        self.confidence = min(self.confidence, result.confidence)
        self.parameters.update(dict.fromkeys(result.parameters))
        for caution in result.warnings:
            self.warnings[f"{place}: {caution.message}"] = None
        return result

    def condition(self, text: str, place: str, within: Scope, *, inline: Mapping[str, str] | None = None) -> str:
        """A condition as SQL predicate: the tool takes a number other than 0 as true."""
        return self.expression(text, place, within, inline=inline, condition=True).sql

    def column(self, port: TransformationField) -> Column:
        return Column(column_name(port.name), self.type_of(port))


def _takes_default_format(result: Translation) -> bool:
    return any(caution.code in date_format.DEFAULT_FORMATS for caution in result.warnings)


def without(result: Translation, settled: frozenset[str], dialect: str) -> Translation:
    """A translation as if its cautions of the given codes did not apply."""
    kept = tuple(caution for caution in result.warnings if caution.code not in settled)
    limits = [CAUTIONS[caution.code].confidence for caution in kept]
    limits += [FUNCTIONS[name].confidence for name in result.functions if name in FUNCTIONS]
    known = 1.0 if DIALECTS[dialect].is_executed else NOT_EXECUTED
    return replace(result, warnings=kept, confidence=min([known, *limits]))


def connected(context: Context) -> Input:
    """The single input of an instance. Raises NotConvertible where nothing is connected to it."""
    given = context.input()
    if given is None and context.feeds:
        raise NotConvertible(
            "only a sequence is connected to its input, whose numbers belong to no row", "Connect rows to it as well."
        )
    if given is None:
        raise NotConvertible("nothing is connected to its input", "Connect the object or remove it.")
    return given
