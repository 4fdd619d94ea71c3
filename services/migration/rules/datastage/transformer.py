"""Transformer, of parallel and server jobs: stage variables, derivations, constraints, outputs, reference links.

Stage variables are computed top to bottom for each row, then each link whose constraint is true gets a row. An
otherwise link gets the rows that no link above it got. Source: Parallel Job Developer's Guide, "Transformer stage";
Server Job Developer's Guide, "Transformer stages".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules import sql
from services.migration.rules.context import NotConvertible, Outcome, Scope
from services.migration.rules.datastage import last_rows, loops, stage_variables
from services.migration.rules.datastage.frame import UNSET, Leaving, Stage
from services.migration.rules.datastage.joined import Chain
from services.migration.rules.datastage.lookups import look_up
from services.migration.rules.datastage.scope import column_scope, translated
from services.migration.rules.names import port_name
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Relation, unique
from services.migration.rules.steps.context import StepContext

EVERY, SOME, OTHERWISE, FAILED = "every", "some", "otherwise", "failed"
OUT = "@outrownum"
OLD_NULLS = "OldNullHandling"
OLD = (
    "The stage handles nulls as versions before 8.5 do (legacy null processing): a row in which an expression meets a "
    "null is dropped or rejected; here the expression is null."
)
NEVER = "1 = 0"
REJECTED = "REJECTED"  # server jobs: true as long as no link has taken the row
REJECTS = "A reject link takes rows whose derivations fail; here none fail, and it gets no rows."


def transformer(context: StepContext) -> Outcome:
    stage = Stage(context)
    if not stage.outputs:
        raise NotConvertible("it has no output", "Connect an output link.")
    if (
        stage.settings.get(OLD_NULLS).lower() not in UNSET
        or stage.settings.text("meta", OLD_NULLS).lower() not in UNSET
    ):
        context.warn(OLD, confidence=0.75)
    chain = _with_references(stage)
    scope = column_scope(stage, chain.inputs, chain)
    relation = loops.saved(stage, last_rows.mark(stage, chain.relation, scope), scope)
    relation = loops.unroll(stage, stage_variables.compute(stage, relation, scope), scope)
    outputs: dict[str, Relation] = {}
    for leaving, rows in _constrained(stage, relation, scope).items():
        pin = next(one for one in stage.outputs if one.name == leaving)
        outputs[leaving] = _derived(stage, pin, rows, scope)
    return stage.done("sql_expression", 0.95, outputs)


def _with_references(stage: Stage) -> Chain:
    streams = [one for one in stage.inputs if not one.is_reference]
    if len(streams) != 1:
        raise NotConvertible(f"it has {len(streams)} stream inputs", "Connect one stream link.")
    chain = Chain.begin(stage, streams[0])
    for given in stage.inputs:
        if given.is_reference:
            look_up(stage, chain, given, streams[0], "nulls")
    return chain


def _constrained(stage: Stage, relation: Relation, scope: Scope) -> dict[str, Relation]:
    """Output link → the rows its constraint lets through."""
    kinds = {one.name: _kind(stage, one) for one in stage.outputs}
    found = {name: relation for name, kind in kinds.items() if kind == EVERY}
    conditions = {}
    for one in stage.outputs:
        if kinds[one.name] in (SOME, FAILED):
            conditions[one.name] = _condition(stage, one, scope)
        # server jobs: true in the constraints below where the link has not taken the row
        refused = f"CASE WHEN {conditions[one.name]} THEN 0 ELSE 1 END" if one.name in conditions else "0"
        scope.references[f"{one.name}.{REJECTED}"], scope.types[f"{one.name}.{REJECTED}"] = f"({refused})", "integer"
    otherwise = [name for name, kind in kinds.items() if kind == OTHERWISE]
    if len(otherwise) > 1:
        raise NotConvertible("it has several otherwise links", "Give all but one a constraint.")
    if otherwise and found:  # a link without a constraint takes every row
        conditions[otherwise.pop()] = NEVER
    if otherwise and not conditions:
        return {otherwise[0]: relation}
    if len(conditions) == 1 and not otherwise:
        ((name, text),) = conditions.items()
        node = stage.add("sql_where", {"condition": text}, [relation.ref], name=f"{stage.context.name} {name} rows")
        return {**found, name: replace(relation, ref=node)}
    if conditions:
        found.update(_branched(stage, relation, conditions, otherwise))
    return found


def _kind(stage: Stage, leaving: Leaving) -> str:
    if leaving.setting.get("RowLimit", "0").strip() not in ("", "0"):
        stage.context.warn(f"Link {leaving.name} ends the job after a number of rows.", confidence=0.79)
    if leaving.setting.get("ErrorPin") == "1":
        stage.context.warn(REJECTS, confidence=0.84)
        return FAILED
    stated = leaving.setting.get("Constraint").strip()
    if stated.upper() == REJECTED or (not stated and leaving.setting.get("Reject") == "1"):
        return OTHERWISE
    return SOME if stated else EVERY


def _condition(stage: Stage, leaving: Leaving, scope: Scope) -> str:
    text = leaving.setting.get("Constraint").strip()
    if OUT in stage_variables.words(text):
        raise NotConvertible(
            f"the constraint of {leaving.name} counts the rows that itself lets through (@OUTROWNUM)",
            "Take the first rows after the stage.",
        )
    if leaving.setting.get("ErrorPin") == "1":
        return NEVER
    return translated(stage, text, f"Constraint of {leaving.name}", scope, condition=True).sql


def _branched(
    stage: Stage, relation: Relation, conditions: dict[str, str], otherwise: list[str]
) -> dict[str, Relation]:
    taken: set[str] = set()
    ports = {name: unique(port_name(name), taken) for name in (*conditions, *otherwise)}
    config: dict[str, Any] = {
        "match": "all",
        "branches": [{"port": ports[name], "condition": text} for name, text in conditions.items()],
    }
    if otherwise:
        config["default"] = ports[otherwise[0]]
    node = stage.add("conditional_branch", config, [relation.ref], name=f"{stage.context.name} links")
    return {name: replace(relation, ref=f"{node}.{port}") for name, port in ports.items()}


def _derived(stage: Stage, leaving: Leaving, rows: Relation, scope: Scope) -> Relation:
    columns = stage.columns(leaving.fields)
    if not columns and not leaving.propagates:
        raise NotConvertible(f"link {leaving.name} declares no columns", "Load its table definition.")
    if any(OUT in stage_variables.words(field.expression) for field in leaving.fields):
        scope = Scope(dict(scope.references), dict(scope.types))
        rows = stage_variables.numbered_as(stage, rows, OUT.upper(), scope)
    made = [
        {
            "name": column.name,
            "expression": _derivation(stage, leaving, field, column.type, scope),
            "type": column.type,
        }
        for column, field in zip(columns, leaving.fields, strict=True)
    ]
    arrived = next(one.relation.columns for one in stage.inputs if not one.is_reference)
    more = stage.propagated(leaving, arrived, (column.name for column in columns))
    made += [computed(column, stage.identifier(column.name)) for column in more]
    columns = (*columns, *more)
    name = stage.context.name if len(stage.outputs) == 1 else f"{stage.context.name} {leaving.name}"
    node = stage.add("sql_expression", {"columns": made}, [rows.ref], name=name)
    return Relation(node, columns, order=_order(made, rows, stage))


def _derivation(stage: Stage, leaving: Leaving, field: TransformationField, target: str, scope: Scope) -> str:
    if not field.expression.strip():
        if leaving.setting.get("ErrorPin") != "1":  # no rows go there
            stage.context.warn(
                f"Column {field.name} of link {leaving.name} has no derivation; it is null.", confidence=0.79
            )
        return sql.null(target, stage.dialect)
    place = f"Column {field.name} of {leaving.name}"
    return translated(stage, field.expression, place, scope, target=target).sql


def _order(made: list[dict[str, str]], rows: Relation, stage: Stage) -> tuple[Any, ...]:
    """The leading keys of the rows' order that come out as they are."""
    plain = {one["expression"]: one["name"] for one in made}
    kept = []
    for key in rows.order:
        name = plain.get(stage.identifier(key.column))
        if name is None:
            break
        kept.append(replace(key, column=name))
    return tuple(kept)
