"""One node as the kinds see it: its inputs by field, and its expressions as trees with every name resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.relation import Relation
from services.pipelines.dsl.sqlfacts import is_inner
from services.pipelines.dsl.sqlread import UnreadableSqlError, read
from services.pipelines.dsl.texts import Form
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.adapt import FROM_POSTGRESQL
from services.pipelines.runner.division import kept_whole
from services.pipelines.runner.errors import NotRunnableError
from services.pipelines.runner.oracle import as_standard


@dataclass(frozen=True, slots=True)
class Given:
    """An input: the name of its relation in the script, and its columns."""

    relation: str
    columns: Relation


@dataclass(frozen=True, slots=True)
class Guard:
    """Rows that may not be: where the query gives some, the run stops for this reason."""

    reason: str
    query: exp.Query


MOST_SHOWN = 5
"""Rows of a guard that a message shows."""


@dataclass(slots=True)
class Context:
    """`inputs` has the fields of `columns.Resolution`; `ports` are those that edges use, `target` is the script's
    dialect, `run_number` one that no other script is likely to have. `reads` collects the relations that are used,
    `guards` the rows that may not be.
    """

    node_id: str
    config: Mapping[str, Any]
    inputs: Mapping[str, Given]
    output: Relation
    dialect: str
    parameters: Mapping[str, exp.Expr]
    null_ordering: str = ""
    target: str = ""
    ports: frozenset[str] = frozenset()
    run_number: int = 0
    reads: list[str] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)

    def guard(self, reason: str, query: exp.Select) -> None:
        """Stops the run, for a reason, where the query gives rows."""
        self.guards.append(Guard(reason, query.limit(MOST_SHOWN)))

    def refuse(self, reason: str) -> NotRunnableError:
        return NotRunnableError(self.node_id, reason)

    def given(self, field_name: str = "") -> Given:
        return self.inputs[field_name]

    def table(self, field_name: str = "", as_name: str = "") -> exp.Expr:
        """An input as something to select from."""
        found = self.given(field_name)
        self.reads.append(found.relation)
        return sql.table(found.relation, as_name)

    def names(self, field_name: str = "") -> list[str]:
        """Column names of an input."""
        columns = self.given(field_name).columns
        if not columns.known:
            raise self.refuse("the columns it gets are not known")
        return columns.names

    def columns(self, field_name: str = "", source: str = "") -> list[exp.Expr]:
        """The columns of an input, each under its own name."""
        return [sql.alias(sql.column(text, source), text) for text in self.names(field_name)]

    def named(self, text: str, field_name: str = "", source: str = "") -> exp.Column:
        """A column of an input, spelt as the input spells it."""
        found = self.given(field_name).columns.find(text)
        return sql.column(found.name if found else text, source)

    def order(
        self, key: str = "order_by", field_name: str = "", source: str = "", *, reverse: bool = False
    ) -> list[exp.Expr]:
        """The configured order over an input's columns; [] where none is configured."""
        return self.ordered(self.config.get(key) or (), field_name, source, reverse=reverse)

    def ordered(
        self, listed: Iterable[Mapping[str, Any]], field_name: str = "", source: str = "", *, reverse: bool = False
    ) -> list[exp.Expr]:
        """Order items over an input's columns."""
        items = [{**item, "column": self.named(item["column"], field_name).name} for item in listed]
        keys = sql.order(items, source, reverse=reverse, null_ordering=self.null_ordering)
        return sql.by_bytes(keys, self.given(field_name).columns, self.target)

    def partition(self) -> list[exp.Expr]:
        return [self.named(text) for text in self.config.get("partition_by") or ()]

    def expression(
        self,
        text: str,
        scope: Mapping[str, Relation] | None = None,
        *,
        form: Form = Form.EXPRESSION,
        inner: Mapping[str, exp.Expr] | None = None,
        dialect: str = "",
    ) -> exp.Expr:
        """An expression with its columns resolved in `scope` (qualifier → columns; by default the single input).

        `inner` are names that stand for trees: variables, values of other rows.
        """
        known = {"": self.given().columns} if scope is None else scope
        try:
            (tree,) = read(text, form, dialect or self.dialect)
        except (UnreadableSqlError, ValueError) as error:
            raise self.refuse(f"its expression can't be read: {error}: {text[:80]}") from None
        named = {key.casefold(): value for key, value in (inner or {}).items()}
        resolved = _resolved(tree.copy(), known, named, self.parameters)
        if dialect == "oracle":
            resolved = as_standard(resolved, known)
        return self.adapted(kept_whole(resolved, known, dialect or self.dialect, self.target))

    def adapted(self, tree: exp.Expr) -> exp.Expr:
        """SQL of the document as the script's dialect has to say it, where sqlglot's translation does not run there."""
        make = FROM_POSTGRESQL.get(self.target) if self.dialect == "postgresql" else None
        return make(tree) if make else tree

    def sides(self) -> dict[str, Relation]:
        """The scope of kinds with aliases."""
        return {"l": self.given("left").columns, "r": self.given("right").columns}

    def own(self) -> list[exp.Expr]:
        """The names of the single input's columns, as those of a query over it."""
        return [sql.alias(sql.column(text), text) for text in self.names()]

    def outputs(self) -> list[exp.Expr]:
        """The names of the output columns, as those of a query that has computed them."""
        return [sql.alias(sql.column(text), text) for text in self.output.names]

    def typed(self, text: str, tree: exp.Expr) -> exp.Expr:
        """An output column: the value cast to its declared type, under its name."""
        kind = self.output.type_of(text)
        return sql.alias(sql.cast(tree, kind), text)


def _resolved(
    tree: exp.Expr, scope: Mapping[str, Relation], inner: Mapping[str, exp.Expr], parameters: Mapping[str, exp.Expr]
) -> exp.Expr:
    qualifiers = {key.casefold(): key for key in scope}

    def replace(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder):
            return parameters.get(node.name, node).copy()
        if not isinstance(node, exp.Column) or is_inner(node):
            return node
        key = f"{node.table}.{node.name}".casefold() if node.table else node.name.casefold()
        if key in inner:
            return exp.paren(inner[key].copy())
        qualifier = qualifiers.get(node.table.casefold(), node.table)
        found = scope[qualifier].find(node.name) if qualifier in scope else None
        return sql.column(found.name if found else node.name, qualifier)

    return tree.transform(replace)
