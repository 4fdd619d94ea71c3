"""Resolving one column name, and saying what is wrong with it."""

from __future__ import annotations

from sqlglot import exp

from services.copilot.sql.findings import Findings
from services.copilot.sql.nearest import nearest
from services.copilot.sql.reading import Traits, name_of
from services.copilot.sql.scopes import Bound, Relation, Scope


class Resolver:
    """Finds columns and reports those it cannot find. `bound` has what every column node came down to."""

    def __init__(self, traits: Traits, findings: Findings) -> None:
        self._traits = traits
        self._findings = findings
        self.bound: dict[int, Bound] = {}

    def column(self, node: exp.Column, scope: Scope) -> None:
        qualifier = node.args.get("table")
        if qualifier is not None:
            self._qualified(node, scope)
        elif not isinstance(node.this, exp.Star):
            self._bare(node, scope)

    def bind(self, node: exp.Expr, scope: Scope, relation: Relation, name: str) -> None:
        self.bound[id(node)] = Bound(scope, relation, name, relation.types.get(name))

    def _qualified(self, node: exp.Column, scope: Scope) -> None:
        qualifier = name_of(node.args["table"], self._traits)
        schema = name_of(node.args["db"], self._traits) if node.args.get("db") else ""
        relation = scope.relation(qualifier, schema)
        if relation is None:
            if not self._names_a_value(qualifier, scope):
                self._unknown_alias(node, qualifier, scope)
            return
        if isinstance(node.this, exp.Star):
            return
        name = name_of(node.this, self._traits)
        if relation.has(name) or relation.output.is_open:
            self.bind(node, scope.owner(relation), relation, name)
            return
        known = list(relation.types)
        self._findings.add(
            "UNKNOWN_COLUMN",
            f"{relation.shown or relation.name} has no column {node.this.name}.",
            node,
            nearest=nearest(name, known),
            fix=self._case_fix(node.this.name, known) or f"Its columns: {_listed(known)}.",
        )

    def _names_a_value(self, qualifier: str, scope: Scope) -> bool:
        """`payload.field`, where payload is a column of a composite or JSON type, or nobody knows."""
        return any(each.holders(qualifier) for each in scope.upwards()) and self._traits.aliases_everywhere

    def _unknown_alias(self, node: exp.Column, qualifier: str, scope: Scope) -> None:
        relations = [relation for each in scope.upwards() for relation in each.relations]
        renamed = next((each for each in relations if each.table == qualifier and each.name != qualifier), None)
        names = [each.name for each in relations]
        fix = f"Write {renamed.name}.{node.this.name or '*'}." if renamed else f"In reach here: {_listed(names)}."
        why = f" It is called {renamed.name} here." if renamed else ""
        self._findings.add(
            "UNKNOWN_ALIAS",
            f"No table or alias {node.args['table'].name} is in reach here.{why}",
            node,
            nearest=[renamed.name] if renamed else nearest(qualifier, names),
            fix=fix,
        )

    def _bare(self, node: exp.Column, scope: Scope) -> None:
        name = name_of(node.this, self._traits)
        for level in scope.upwards():
            holders = level.holders(name)
            if holders:
                self.bind(node, level, holders[0], name)
                if len(holders) > 1:
                    self._ambiguous(node, holders)
                return
            if self._traits.aliases_everywhere and name in level.aliases:
                return
            if level.is_open():
                if len(level.relations) == 1:
                    self.bind(node, level, level.relations[0], name)
                return
        if not node.this.args.get("quoted") and node.name.lower() in self._traits.bare:
            return
        whole = scope.relation(name)
        if whole is None:
            self._unknown_column(node, name, scope)

    def _ambiguous(self, node: exp.Column, holders: list[Relation]) -> None:
        choices = [f"{each.name}.{node.name}" for each in holders]
        self._findings.add(
            "AMBIGUOUS_COLUMN",
            f"Column {node.name} is in {' and '.join(each.shown or each.name for each in holders)}.",
            node,
            nearest=choices[:3],
            fix=f"Say which: {' or '.join(choices)}.",
        )

    def _unknown_column(self, node: exp.Column, name: str, scope: Scope) -> None:
        known = [column for level in scope.upwards() for each in level.relations for column in each.types]
        where = [each.shown or each.name for each in scope.relations]
        self._findings.add(
            "UNKNOWN_COLUMN",
            f"No column {node.name} in {_listed([each or 'the subquery' for each in where])}."
            if where
            else f"Column {node.name} needs a FROM.",
            node,
            nearest=nearest(name, known),
            fix=self._case_fix(node.name, known),
        )

    def _case_fix(self, written: str, known: list[str]) -> str:
        same = next((each for each in known if each.lower() == written.lower()), None)
        return f'The database keeps it as {same}; write "{same}".' if same else ""


def _listed(names: list[str], most: int = 12) -> str:
    names = list(dict.fromkeys(names))
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "nothing") + more
