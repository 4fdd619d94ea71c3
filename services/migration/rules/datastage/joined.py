"""Several inputs beside each other, one joined after the other: which column of which input stands where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules.context import NotConvertible
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage
from services.migration.rules.relation import Column, Relation, unique
from services.pipelines import types

DEFAULTS = {"string": "''", "number": "0"}
SIDES = ("leftRec_", "rightRec_")
"""What stands before the keys of a full outer join."""
FILLED = "Where nothing matches, columns of {link} that may not be null hold 0 or an empty text."


@dataclass
class Chain:
    """The inputs joined so far. `held`: (input, column) → the column that holds it now."""

    stage: Stage
    relation: Relation
    held: dict[tuple[str, str], str] = field(default_factory=dict)
    inputs: list[Arriving] = field(default_factory=list)
    outer: set[str] = field(default_factory=set)  # inputs of an outer join that need not match
    missing: dict[str, str] = field(default_factory=dict)  # input → SQL that is true where none of its rows matched

    @classmethod
    def begin(cls, stage: Stage, first: Arriving) -> Chain:
        held = {(first.name, column.name): column.name for column in first.relation.columns}
        return cls(stage, first.relation, held, [first])

    def left(self, given: Arriving, column: Column) -> str:
        """How a join names a column that is already there."""
        return "l." + self.stage.identifier(self.held[given.name, column.name])

    def columns_with(self, given: Arriving) -> tuple[list[dict[str, Any]], tuple[Column, ...]]:
        """All columns so far and those of the next input, for a join that is not the last."""
        taken: set[str] = set()
        made: list[dict[str, Any]] = []
        columns: list[Column] = []
        for column in self.relation.columns:
            name = unique(column.name, taken)
            made.append({"name": name, "expression": "l." + self.stage.identifier(column.name), "type": column.type})
            columns.append(Column(name, column.type))
        for column in given.relation.columns:
            name = unique(column.name, taken)
            self.held[given.name, column.name] = name
            made.append({"name": name, "expression": "r." + self.stage.identifier(column.name), "type": column.type})
            columns.append(Column(name, column.type))
        self.inputs.append(given)
        return made, tuple(columns)

    def outputs(self, leaving: Leaving, special: dict[str, str], filled: frozenset[str] = frozenset()) -> Relation:
        """The declared columns out of what is joined. `special`: output column → SQL that fills it.

        `filled`: inputs whose columns, where nothing was found, hold 0 or an empty text unless they may be null.
        """
        stage = self.stage
        made, wanted = [], list(stage.columns(leaving.fields))
        for column, declared in zip(wanted, leaving.fields, strict=True):
            text = special.get(declared.name.lower()) or self._behind(declared, leaving, column, filled, special)
            made.append({"name": column.name, "expression": text, "type": column.type})
        for column, text in self._propagated(leaving, special, filled, {one.name for one in wanted}):
            made.append({"name": column.name, "expression": text, "type": column.type})
            wanted.append(column)
        name = f"{stage.context.name} {leaving.name}"
        return Relation(stage.add("sql_expression", {"columns": made}, [self.relation.ref], name=name), tuple(wanted))

    def _propagated(
        self, leaving: Leaving, special: dict[str, str], filled: frozenset[str], taken: set[str]
    ) -> Iterator[tuple[Column, str]]:
        """Columns of the inputs that go on undeclared, the first of each name; both keys of a full outer join."""
        for given in self.inputs:
            columns = []
            for column in given.relation.columns:
                side = next((one for one in SIDES if f"{one}{column.name}".lower() in special), "")
                name = f"{SIDES[given is not self.inputs[0]]}{column.name}" if side else column.name
                columns.append((Column(name, column.type), column))
            for mine in self.stage.propagated(leaving, (one for one, _ in columns), taken):
                theirs = next(column for one, column in columns if one == mine)
                is_filled = given.name in filled and not given.nullable(theirs.name)
                held = self.held_or_default(given, theirs, is_filled=is_filled)
                taken.add(mine.name)
                yield mine, special.get(mine.name.lower(), held)

    def _behind(
        self,
        declared: TransformationField,
        leaving: Leaving,
        mine: Column,
        filled: frozenset[str],
        special: dict[str, str],
    ) -> str:
        found = self.stage.source_of(declared, self.inputs)
        if found is None:
            raise NotConvertible(
                f"column {declared.name} of link {leaving.name} comes from no input column",
                "Map the column or remove it.",
            )
        text = special.get(found[1].name.lower(), "")  # of a join's keys there is but one, whichever side is named
        text = text or self.held_or_default(*found, is_filled=found[0].name in filled and not declared.nullable)
        return self.stage.narrowed(text, found[1], mine, leaving)

    def held_or_default(self, given: Arriving, column: Column, *, is_filled: bool = False) -> str:
        """A column as it is held; where an outer join found nothing and it may not be null, 0 or an empty text."""
        text = self.stage.identifier(self.held[given.name, column.name])
        default = DEFAULTS.get(types.kind(column.type))
        if is_filled and default:
            return f"COALESCE({text}, {default})"
        if given.name not in self.outer or given.nullable(column.name):
            return text
        self.stage.context.warn(FILLED.format(link=given.name), confidence=0.84)
        return f"COALESCE({text}, {default})" if default else text
