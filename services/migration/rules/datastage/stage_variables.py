"""Stage variables: top to bottom for each row; one that is read at or above its own place still holds the row before.

Rows then depend on each other: such variables become a formula over rows in a proven order, with their initial values
in the first. Where nothing before the stage fixes the order they are refused by name. Variables that no link reads are
left out.
"""

from __future__ import annotations

import re
from typing import Any

from services.migration.ast import Setting
from services.migration.parsers.datastage.types import SQL_TYPES
from services.migration.rules import sql
from services.migration.rules.context import NotConvertible, Scope
from services.migration.rules.datastage.frame import Stage
from services.migration.rules.datastage.row_order import order_by
from services.migration.rules.datastage.scope import translated
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.pipelines import types

_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_WORD = re.compile(r"[\w.$@]+")
_COUNTER = re.compile(r"\s*(?:(\w+)\s*\+\s*\d+|\d+\s*\+\s*(\w+))\s*")
COUNTED = "Rows are counted in the order they come in, which nothing before fixes."
TODO = "Sort the rows by a key that leaves no ties before the stage, or write the running value as a window function."


def compute(stage: Stage, relation: Relation, scope: Scope) -> Relation:
    """The rows with a column for each stage variable that is read; `scope` learns the variables."""
    variables = _variables(stage)
    wanted = _reachable(stage, variables)
    used = {name: one for name, one in variables.items() if name in wanted}
    relation = _numbered(stage, relation, used, scope)
    if not used:
        return relation
    taken = relation.names()
    columns = {name: Column(unique(one.name, taken), declared_type(one)) for name, one in used.items()}
    for name, one in used.items():
        scope.references[one.name] = stage.identifier(columns[name].name)
        scope.types[one.name] = columns[name].type
    if _looks_back(used):
        return _row_by_row(stage, relation, used, columns, scope)
    made = [
        {"name": columns[name].name, "expression": _text(stage, one, columns[name], scope), "type": columns[name].type}
        for name, one in used.items()
    ]
    config: dict[str, Any] = {
        "variables": [dict(one) for one in made],
        "columns": [{**one, "expression": stage.identifier(str(one["name"]))} for one in made],
        "passthrough": [column.name for column in relation.columns],
    }
    node = stage.add("sql_expression", config, [relation.ref], name=f"{stage.context.name} variables")
    return Relation(node, (*relation.columns, *columns.values()), order=relation.order)


def _variables(stage: Stage) -> dict[str, Setting]:
    return {
        one.name.lower(): one for group in stage.settings.all("stage_variables") for one in group.children if one.name
    }


def of_links(stage: Stage) -> list[str]:
    """The constraints and derivations of every output, and what the loop reads."""
    texts = [leaving.setting.get("Constraint") for leaving in stage.outputs]
    texts += [field.expression for leaving in stage.outputs for field in leaving.fields]
    groups = [*stage.settings.all("loop_condition"), *stage.settings.all("loop_variables")]
    texts += [one.get("Expression") for group in groups for one in group.children]
    return [*texts, stage.settings.get("LoopCondition"), stage.settings.get("LoopWhile"), stage.text("LoopWhile")]


def every_text(stage: Stage) -> list[str]:
    """Every expression of the stage."""
    groups = stage.settings.all("stage_variables")
    return [*of_links(stage), *(one.get("Expression") for group in groups for one in group.children)]


def words(text: str) -> set[str]:
    """The names and numbers of an expression in lower case, without its string literals."""
    return {word.lower() for word in _WORD.findall(_STRING.sub(" ", text))}


def _reachable(stage: Stage, variables: dict[str, Setting]) -> set[str]:
    """Names of the variables that a constraint or derivation reads, themselves or through others."""
    waiting = [name for name in variables for text in of_links(stage) if name in words(text)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += [other for other in variables if other in words(variables[name].get("Expression"))]
    return found


def _looks_back(used: dict[str, Setting]) -> bool:
    names = list(used)
    return any(words(used[name].get("Expression")) & set(names[place:]) for place, name in enumerate(names))


def _counts_alone(used: dict[str, Setting]) -> bool:
    """True where every variable that keeps what the row before left only counts rows: in any order it counts all."""
    names = list(used)
    for place, name in enumerate(names):
        text = used[name].get("Expression")
        if not words(text) & set(names[place:]):
            continue
        found = _COUNTER.fullmatch(text)
        if found is None or (found[1] or found[2]).lower() != name:
            return False
    return True


def declared_type(one: Setting) -> str:
    """The type a stage or loop variable is declared with."""
    code = one.get("SqlType", "12")
    precision, scale = one.get("Precision", "0"), one.get("ColScale") or one.get("Scale", "0")
    digits = (int(text) if text.isdigit() else 0 for text in (precision, scale))
    return types.canonical(SQL_TYPES.get(code, ""), *digits) or "varchar"


def _text(stage: Stage, one: Setting, column: Column, scope: Scope, before: dict[str, str] | None = None) -> str:
    text = one.get("Expression").strip()
    if text:
        place = f"Stage variable {one.name}"
        return translated(stage, text, place, scope, target=column.type, inline=before).sql
    return _initial(stage, one, column, scope)


def _initial(stage: Stage, one: Setting, column: Column, scope: Scope) -> str:
    """What a variable holds before the first row: its initial value; else null, as an uninitialised one does."""
    text = one.get("InitialValue").strip()
    if text:
        place = f"Initial value of stage variable {one.name}"
        return translated(stage, text, place, scope, target=column.type).sql
    empty = {"string": "''", "number": "0"}.get(types.kind(column.type))
    return empty or sql.null(column.type, stage.dialect)


def _numbered(stage: Stage, relation: Relation, used: dict[str, Setting], scope: Scope) -> Relation:
    """@INROWNUM as a column, where an expression reads it."""
    texts = [*(one.get("Expression") for one in used.values()), *of_links(stage)]
    if not any("@inrownum" in words(text) for text in texts):
        return relation
    return numbered_as(stage, relation, "@INROWNUM", scope)


def numbered_as(stage: Stage, relation: Relation, variable: str, scope: Scope) -> Relation:
    """The rows with their numbers, which a system variable stands for; `scope` learns it."""
    stage.context.warn("Rows are numbered over all partitions.", confidence=0.84)
    if not relation.order:
        stage.context.warn(
            f"{variable} numbers rows in the order they come in, which nothing before fixes.", confidence=0.75
        )
    out, name = numbered_rows(stage, relation, variable.strip("@").lower())
    scope.references[variable] = stage.identifier(name)
    scope.types[variable] = "bigint"
    return out


def numbered_rows(stage: Stage, relation: Relation, wanted: str) -> tuple[Relation, str]:
    """The rows with their numbers from 1, in their order where they have one; and the name of that column."""
    name = unique(wanted, relation.names())
    config: dict[str, Any] = {"columns": [{"name": name, "expression": "row_number()", "type": "bigint"}]}
    if relation.order:
        config["order_by"] = order_by(relation.order)
    node = stage.add("window", config, [relation.ref], name=f"{stage.context.name} {wanted}")
    return Relation(node, (*relation.columns, Column(name, "bigint")), order=relation.order), name


def _row_by_row(
    stage: Stage, relation: Relation, used: dict[str, Setting], columns: dict[str, Column], scope: Scope
) -> Relation:
    if not relation.order and _counts_alone(used):
        stage.context.warn(COUNTED, confidence=0.75)
    elif not relation.order:
        listed = ", ".join(one.name for one in used.values())
        raise NotConvertible(
            f"its stage variables ({listed}) keep values of the row before, and nothing before fixes the order of rows",
            TODO,
        )
    keyed = {
        field.name.lower() for given in stage.inputs if not given.is_reference for field in given.fields if field.key
    }
    if not keyed or not keyed <= {key.column.lower() for key in relation.order}:
        stage.context.warn(
            "Stage variables keep values of the row before; rows with equal sort keys may stand in another order.",
            confidence=0.79,
        )
    numbered, number = numbered_rows(stage, relation, "row_of_all")
    first = f"{stage.identifier(number)} = 1"
    made: list[dict[str, Any]] = []
    before: dict[str, str] = {}
    for name, one in used.items():
        column = columns[name]
        start = sql.cast(_initial(stage, one, column, scope), column.type, stage.dialect)
        before[name] = f"CASE WHEN {first} THEN {start} ELSE prev1.{stage.identifier(column.name)} END"
    names = list(used)
    for place, name in enumerate(names):
        text = words(used[name].get("Expression"))
        held = {used[later].name: before[later] for later in names[place:] if later in text}
        formula = _text(stage, used[name], columns[name], scope, held)
        made.append({"name": columns[name].name, "expression": formula, "type": columns[name].type})
    config: dict[str, Any] = {"columns": made, "order_by": order_by((SortKey(number),))}
    node = stage.add("multi_row_formula", config, [numbered.ref], name=f"{stage.context.name} variables")
    return Relation(node, (*numbered.columns, *columns.values()), order=relation.order)
