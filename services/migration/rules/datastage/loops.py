"""A Transformer's loop: each row comes out once for every iteration, while the loop's condition holds.

Rows are joined with the numbers from 1, which stand for @ITERATION, and kept where the condition is true. That is the
loop as long as a condition that is false once stays false: it compares @ITERATION with what does not change within
the loop. Loop variables are computed for each iteration; one that reads itself or a later one keeps what the iteration
before left, and is refused, as are rows saved for a later loop otherwise than group by group.
Source: Parallel Job Developer's Guide, "Loop variables", "Loop condition".
"""

from __future__ import annotations

import re

from services.migration.ast import Setting
from services.migration.rules.context import NotConvertible, Scope
from services.migration.rules.datastage.frame import Stage
from services.migration.rules.datastage.saved_rows import GET, count_saved, expand, saves
from services.migration.rules.datastage.scope import translated
from services.migration.rules.datastage.stage_variables import declared_type, of_links, words
from services.migration.rules.relation import Column, Relation, SortKey, unique

MOST = 1000  # iterations: the digits of three places
TODO = "Write the loop as a join with a list of numbers."
ITERATION = "@ITERATION"
SAVED = re.compile(r"\b(SaveInputRecord|GetSavedInputRecord)\s*\(", re.IGNORECASE)
_BOUNDED = re.compile(r"\s*@ITERATION\s*(<=|<|=)\s*(.+?)\s*", re.IGNORECASE | re.DOTALL)
_CONNECTIVE = re.compile(r"\b(and|or|not)\b|[&!]", re.IGNORECASE)


def condition_of(stage: Stage) -> str:
    """The loop's condition; "" where the stage has no loop."""
    listed = [one.get("Expression") for one in stage.settings.all("loop_condition") for one in one.children]
    stated = [*listed, stage.settings.get("LoopCondition"), stage.settings.get("LoopWhile"), stage.text("LoopWhile")]
    return next((text.strip() for text in stated if text.strip()), "")


def variables_of(stage: Stage) -> list[Setting]:
    return [one for group in stage.settings.all("loop_variables") for one in group.children if one.name]


def saved(stage: Stage, relation: Relation, scope: Scope) -> Relation:
    """The rows with their numbers within their groups, where the stage saves them for its loop."""
    saving = saves(stage, condition_of(stage), variables_of(stage))
    return count_saved(stage, relation, saving, scope) if saving is not None else relation


def unroll(stage: Stage, relation: Relation, scope: Scope) -> Relation:
    """The rows, one for each iteration, with the loop variables; `scope` learns them. Unchanged without a loop."""
    condition, variables = condition_of(stage), variables_of(stage)
    if not condition:
        return relation
    saving = saves(stage, condition, variables)
    if saving is not None:
        others = [one for one in variables if not GET.fullmatch(one.get("Expression"))]
        for one in variables:
            if one not in others:
                scope.references[one.name], scope.types[one.name] = scope.references[ITERATION], scope.types[ITERATION]
        return _with_variables(stage, expand(stage, relation, saving, scope), others, scope)
    _refuse(stage, condition, variables)
    taken = relation.names()
    column = Column(unique("iteration", taken), "integer")
    numbered = _numbered(stage, relation, column)
    scope.references[ITERATION] = stage.identifier(column.name)
    scope.types[ITERATION] = "integer"
    text = translated(stage, condition, "Loop condition", scope, condition=True).sql
    kept = stage.add("sql_where", {"condition": text}, [numbered.ref], name=f"{stage.context.name} loop")
    order = (*relation.order, SortKey(column.name)) if relation.order else ()
    return _with_variables(stage, Relation(kept, numbered.columns, order=order), variables, scope)


def _refuse(stage: Stage, condition: str, variables: list[Setting]) -> None:
    texts = [condition, *(one.get("Expression") for one in variables), *of_links(stage)]
    texts += [one.get("Expression") for group in stage.settings.all("stage_variables") for one in group.children]
    if saved := next((found[1] for text in texts if (found := SAVED.search(text))), ""):
        raise NotConvertible(f"its loop goes through rows that {saved} kept from rows before ({condition})", TODO)
    bounded = _BOUNDED.fullmatch(condition)
    names = {one.name.lower() for one in variables}
    if bounded is None or _CONNECTIVE.search(bounded[2]) or words(bounded[2]) & {*names, ITERATION.lower()}:
        raise NotConvertible(
            f"its loop ends by a condition other than @ITERATION below what a row holds ({condition})", TODO
        )
    if bounded[1] == "=" and bounded[2] != "1":
        raise NotConvertible(f"its loop's condition ({condition}) is false at once or true only once", TODO)
    later = set(names)
    for one in variables:
        if words(one.get("Expression")) & later:
            raise NotConvertible(
                f"its loop variable {one.name} keeps what the iteration before left ({condition})", TODO
            )
        later.discard(one.name.lower())


def _numbered(stage: Stage, relation: Relation, column: Column) -> Relation:
    """Every row with the numbers 1 to 1000, made of the digits of three places."""
    stage.context.warn(f"A row goes through its loop {MOST} times at most.", confidence=0.84)
    digits = {
        "id": stage.context.ids.new(f"{stage.context.name} digits"),
        "type": "source",
        "connector": "inline",
        "config": {"rows": [[digit] for digit in range(10)]},
        "columns": [{"name": "digit", "type": "integer"}],
        "origin": stage.context.origin(),
    }
    stage.nodes.append(digits)
    own = [stage.identifier(one.name) for one in relation.columns]
    wanted = ", ".join([*(f"r.{name}" for name in own), f"1 + a.digit + 10 * b.digit + 100 * c.digit AS {column.name}"])
    config: dict[str, object] = {
        "inputs": [{"ref": relation.ref, "name": "r"}, {"ref": digits["id"], "name": "d"}],
        "query": f"SELECT {wanted}\nFROM r CROSS JOIN d AS a CROSS JOIN d AS b CROSS JOIN d AS c",
        "columns": [{"name": one.name, "type": one.type} for one in (*relation.columns, column)],
    }
    name = f"{stage.context.name} iterations"
    node = stage.add("sql_query", config, [relation.ref, str(digits["id"])], name=name)
    return Relation(node, (*relation.columns, column))


def _with_variables(stage: Stage, relation: Relation, variables: list[Setting], scope: Scope) -> Relation:
    if not variables:
        return relation
    taken = relation.names()
    made = []
    columns = []
    for one in variables:
        column = Column(unique(one.name, taken), declared_type(one))
        place = f"Loop variable {one.name}"
        text = translated(stage, one.get("Expression"), place, scope, target=column.type).sql
        scope.references[one.name] = stage.identifier(column.name)
        scope.types[one.name] = column.type
        made.append({"name": column.name, "expression": text, "type": column.type})
        columns.append(column)
    config: dict[str, object] = {
        "variables": [dict(one) for one in made],
        "columns": [{**one, "expression": stage.identifier(one["name"])} for one in made],
        "passthrough": [column.name for column in relation.columns],
    }
    node = stage.add("sql_expression", config, [relation.ref], name=f"{stage.context.name} loop variables")
    return Relation(node, (*relation.columns, *columns), order=relation.order)
