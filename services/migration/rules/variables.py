"""Local variables of an Expression as steps of one `sql_expression`, in an order SQL can evaluate.

A variable that only reads ports and variables above it is a step as it stands. One that reads itself or a variable
below it sees the row before, and becomes window functions (`row_state`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.migration.ast import Role, TransformationField
from services.migration.conversion import Translation
from services.migration.rules import row_state, sql
from services.migration.rules.context import Context, NotConvertible, Scope
from services.migration.rules.lengths import longest
from services.migration.rules.names import column_name
from services.migration.rules.ports import computed_value, cut, cuts
from services.migration.rules.relation import Relation, unique
from services.migration.rules.row_state import REWRITE, Window
from services.migration.rules.window import order_by_clause
from services.pipelines import types
from services.pipelines.severity import Severity


@dataclass
class Variables:
    """Steps in the order of evaluation, and the SQL by which output ports reach each variable's value."""

    steps: list[dict[str, str]] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)


def convert(context: Context, found: Scope, relation: Relation, outputs: set[str]) -> Variables:
    """All variables of the instance. Raises NotConvertible where a row's value has no SQL equivalent."""
    ports = [port for port in context.transformation.fields if port.role is Role.VARIABLE]
    return _Work(context, found, relation, ports, relation.names() | outputs).run()


@dataclass
class _Work:
    context: Context
    found: Scope
    relation: Relation
    ports: list[TransformationField]
    taken: set[str]
    result: Variables = field(default_factory=Variables)
    columns: dict[str, str] = field(default_factory=dict)  # variable → its step's column, as SQL
    reads: dict[str, dict[str, bool]] = field(default_factory=dict)  # variable → variable read → of the row before
    used: dict[str, set[str]] = field(default_factory=dict)  # variable → everything it refers to
    lags: dict[str, str] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)

    def run(self) -> Variables:
        position = {port.name.lower(): index for index, port in enumerate(self.ports)}
        for port in self.ports:
            self.columns[port.name.lower()] = unique(column_name(port.name), self.taken)
            self.found.types[port.name] = self.context.type_of(port)
        names = {port.name: self._sql(port.name) for port in self.ports}
        for index, port in enumerate(self.ports):
            used = self._translate(port, names).references
            self.used[port.name.lower()] = set(used)
            self.reads[port.name.lower()] = {
                name.lower(): position[name.lower()] >= index for name in used if name.lower() in position
            }
        for port in self.ports:
            self._evaluate(port)
        self.result.references = names
        self._note_shadows()
        return self.result

    def _sql(self, name: str) -> str:
        return sql.identifier(self.columns[name.lower()], self.context.dialect)

    def _translate(
        self, port: TransformationField, variables: Mapping[str, str], *, converted: bool = True
    ) -> Translation:
        """`converted`: as the variable's type holds it; else as the expression gives it, whose shape can be read."""
        within = Scope({**self.found.references, **variables}, self.found.types)
        if converted:
            return computed_value(self.context, port, f"Variable {port.name}", within)
        return self.context.expression(port.expression, f"Variable {port.name}", within)

    def _evaluate(self, port: TransformationField) -> None:
        """Emit the steps of one variable, after those it needs."""
        name = port.name.lower()
        if any(step["name"] == self.columns[name] for step in self.result.steps):
            return
        if name in self.running:
            raise NotConvertible(
                f"variables {', '.join(sorted(self.running))} depend on each other across rows",
                REWRITE,
                needs_model=True,
            )
        self.running.add(name)
        references: dict[str, str] = {}
        for read, before in self.reads[name].items():
            other = next(item for item in self.ports if item.name.lower() == read)
            if read == name:
                continue
            self._evaluate(other)
            references[other.name] = self._lag(other) if before else self._sql(other.name)
        if self.reads[name].get(name):
            self._accumulate(port, references)
        else:
            self._step(self.columns[name], self._translate(port, references).sql, self.context.type_of(port))
        self.running.discard(name)

    def _step(self, name: str, expression: str, step_type: str) -> None:
        self.result.steps.append({"name": name, "expression": expression, "type": step_type})

    def _lag(self, port: TransformationField) -> str:
        """A step that holds the variable's value in the row before."""
        if port.name not in self.lags:
            name = unique(f"{column_name(port.name)}_before", self.taken)
            value_type = self.context.type_of(port)
            self._step(name, row_state.lag(self._sql(port.name), value_type, self._window(port)), value_type)
            self.lags[port.name] = sql.identifier(name, self.context.dialect)
        return self.lags[port.name]

    def _accumulate(self, port: TransformationField, references: dict[str, str]) -> None:
        kind = self.context.type_of(port)
        used = {name.lower() for name in self.used[port.name.lower()]}
        read = [field for field in self.context.transformation.fields if field.name.lower() in used]
        if types.is_whole(kind) and any(types.has_fraction(self.context.type_of(field)) for field in read):
            raise NotConvertible(
                f"variable {port.name} is a whole number that is rounded from row to row as it adds fractions",
                REWRITE,
                needs_model=True,
            )
        marker = unique("self_before", set(self.taken))
        text = self._translate(port, {**references, port.name: marker}, converted=False).sql
        if not text:
            return
        stretch = ""
        window = self._window(port)
        for suffix, step, kind in row_state.accumulate(port.name, marker, text, self.context.type_of(port), window):
            name = (
                unique(f"{column_name(port.name)}_{suffix}", self.taken) if suffix else self.columns[port.name.lower()]
            )
            value = step.replace("{stretch}", stretch)
            if not suffix and cuts(longest(port.expression, self.found.types), kind):
                value = cut(self.context, port, value)
            self._step(name, value, kind)
            stretch = stretch or sql.identifier(name, self.context.dialect)

    def _window(self, port: TransformationField) -> Window:
        clause = order_by_clause(self.relation, self.context.dialect)
        if not clause:
            raise NotConvertible(
                f"variable {port.name} keeps a value from row to row, and nothing upstream (a Sorter, sorted ports) "
                "fixes the order of rows",
                "Sort the rows before this object, or state the order they are meant to have.",
            )
        keys = ", ".join(key.column for key in self.relation.order)
        self.context.warn(
            f"Variable {port.name} goes from row to row in the order of {keys}; rows equal in all of them have no "
            "defined order, here or in PowerCenter."
        )
        return Window(clause, sql.sqlglot_name(self.context.dialect))

    def _note_shadows(self) -> None:
        """Point out a variable that only copies a port above the place where it is compared with that port."""
        copies = {port.name.lower(): port.expression.strip() for port in self.ports}
        for port in self.ports:
            for read, before in self.reads[port.name.lower()].items():
                source = copies[read]
                if (
                    before
                    or not self.context.transformation.field(source)
                    or source not in self.used[port.name.lower()]
                ):
                    continue
                self.context.issue(
                    Severity.WARNING,
                    "VARIABLE_READ_AFTER_ASSIGNMENT",
                    f"{port.name} compares {source} with {read}, which is assigned above it and so already holds this "
                    "row's value, not the value of the row before. The result is what PowerCenter gives; it may not "
                    "be what was meant.",
                    f"If the row before was meant, move {read} below {port.name} in the mapping.",
                    column=port.name,
                )
