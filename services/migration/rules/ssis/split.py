"""Components that send rows different ways: Conditional Split, CDC Splitter, Multicast, distributor, samplings."""

from __future__ import annotations

import re

from services.migration.ast import Setting
from services.migration.rules import sql
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Relation
from services.migration.rules.ssis import frame, texts
from services.migration.rules.steps.context import StepContext

NULL_FAILS = 0.88
_NEVER_NULL = re.compile(
    r"[\s!(]*ISNULL\s*\([^()]*\)(?:\s*(?:&&|\|\|)\s*!?\s*ISNULL\s*\([^()]*\))*[\s)]*\Z", re.IGNORECASE
)
OPERATION = "__$operation"
_CHANGES = {"insert": "2", "update": "3, 4, 5", "delete": "1"}
"""What an output of CDC Splitter is called by → the operations of its rows."""


def conditional(context: StepContext) -> Outcome:
    """First match in `EvaluationOrder`, then the default. A condition that is null is an error of the row.

    Source: "Conditional Split Transformation".
    """
    given = context.input()
    ends = frame.outputs(context)
    cases = sorted(
        (end for end in ends if not frame.truth(end.get("IsDefaultOut"))),
        key=lambda end: frame.number(end.get("EvaluationOrder")),
    )
    ports = frame.port_names((*ends, *frame.error_outputs(context)))
    conditions = [
        (end, texts.expression(context, end, given, f"Output {end.get('name')}", condition=True).sql) for end in cases
    ]
    if context.refusals:
        return Outcome("conditional_branch", 0.0)
    if not conditions:
        return Outcome("conditional_branch", 1.0, (), frame.pass_on(context, given))
    branches = [{"port": ports[end.get("port")], "condition": condition} for end, condition in conditions]
    outputs = [*ends]
    nulls = _null_conditions(context, conditions)
    if nulls:
        error = frame.error_outputs(context)[0]
        branches.insert(0, {"port": ports[error.get("port")], "condition": nulls})
        outputs.append(error)
    config: dict[str, object] = {"match": "first", "branches": branches}
    default = next((end for end in ends if frame.truth(end.get("IsDefaultOut"))), None)
    if default is not None:
        config["default"] = ports[default.get("port")]
    node = context.node("conditional_branch", config, [given.ref])
    found = {e.get("port"): at(node["id"], ports[e.get("port")], given) for e in outputs}
    return _erring(context, node, found)


def _null_conditions(context: StepContext, conditions: list[tuple[Setting, str]]) -> str:
    """The rows that a null condition sends to the error output; "" where they go elsewhere.

    Each output says what a null of its own condition is: false (IgnoreFailure), an error of the row, or of the run.
    """
    earlier: list[str] = []
    found = []
    fails = False
    for end, condition in conditions:
        disposition = end.get("errorRowDisposition", "FailComponent")
        redirects = disposition == "RedirectRow" and bool(frame.error_outputs(context))
        if redirects:
            found.append(" AND ".join([*earlier, f"({condition}) IS NULL"]))
        can_be_null = not _NEVER_NULL.match(end.get("FriendlyExpression") or end.get("Expression"))
        fails |= can_be_null and not redirects and disposition != "IgnoreFailure"
        earlier.append(f"NOT ({condition})" if redirects else f"(({condition}) IS NULL OR NOT ({condition}))")
    if fails:
        context.warn(
            "A condition that is null fails the component in SSIS; here the row goes on to the next condition.",
            confidence=NULL_FAILS,
        )
    return " OR ".join(found)


def with_error_columns(context: StepContext, error: Setting, given: Relation) -> tuple[Node | None, Relation]:
    """The rows with the two columns that an error output has more; what they say is not known here: null."""
    added = [(lineage, column) for _, lineage, column in frame.declared(error)]
    if not added:
        return None, given
    null = [{"name": c.name, "expression": sql.null(c.type, context.dialect), "type": c.type} for _, c in added]
    config = {"passthrough": ["*"], "columns": null}
    shaped = context.node("sql_expression", config, [given.ref], name=f"{context.name} error columns")
    return shaped, frame.extended(given, shaped["id"], added)


def _erring(context: StepContext, node: Node, found: dict[str, Relation]) -> Outcome:
    """The branches, with the columns of the error output where something reads it."""
    error = next(iter(frame.error_outputs(context)), Setting("output"))
    port = error.get("port")
    if port not in found or port not in context.wanted:
        return Outcome("conditional_branch", 1.0, (node,), found)
    shaped, relation = with_error_columns(context, error, found[port])
    return Outcome("conditional_branch", 1.0, (node, shaped) if shaped else (node,), {**found, port: relation})


def at(node: str, port: str, given: Relation) -> Relation:
    return Relation(f"{node}.{port}", given.columns, given.ports, given.order)


def multicast(context: StepContext) -> Outcome:
    """Every output gives every row: what reads it reads what arrives here."""
    given = context.input()
    node = context.node("sql_expression", {"passthrough": ["*"], "columns": []}, [given.ref])
    relation = frame.extended(given, node["id"], ())
    return Outcome("sql_expression", 1.0, (node,), frame.pass_on(context, relation))


def changes(context: StepContext) -> Outcome:
    """Changes by what they do, which their column `__$operation` says. Source: "CDC Splitter"."""
    given = context.input()
    operation = frame.quoted(context, frame.by_name(context, given, OPERATION))
    ends = {role: end for end in frame.outputs(context) for role in _CHANGES if role in end.get("name").lower()}
    if len(ends) != len(frame.outputs(context)) or not ends:
        raise NotConvertible(
            "its outputs have other names than those of inserts, updates and deletes",
            f"Split the rows by their column {OPERATION}: 1 is a delete, 2 an insert, 3 to 5 are updates.",
        )
    chosen = [(end, f"{operation} IN ({_CHANGES[role]})") for role, end in ends.items()]
    error = next(iter(frame.error_outputs(context)), None)
    if error is not None and frame.input_of(context).get("errorRowDisposition") == "RedirectRow":
        chosen.append((error, f"{operation} IS NULL OR {operation} NOT IN (1, 2, 3, 4, 5)"))
    else:
        context.warn("A row whose operation is none of 1 to 5 fails in SSIS; here it goes nowhere.", confidence=0.9)
    ports = frame.port_names([end for end, _ in chosen])
    branches = [{"port": ports[end.get("port")], "condition": condition} for end, condition in chosen]
    node = context.node("conditional_branch", {"match": "first", "branches": branches}, [given.ref])
    found = {end.get("port"): at(node["id"], ports[end.get("port")], given) for end, _ in chosen}
    return _erring(context, node, found)


def distributed(context: StepContext) -> Outcome:
    """The Balanced Data Distributor gives each row to some output, whichever is free: here all to the first."""
    given = context.input()
    ends = [end for end in frame.outputs(context) if end.get("port") in context.wanted]
    if len(ends) < 2:
        return Outcome("sql_expression", 1.0, (), frame.pass_on(context, given))
    ports = frame.port_names(ends)
    branches = [
        {"port": ports[end.get("port")], "condition": "1 = 1" if place == 0 else "1 = 0"}
        for place, end in enumerate(ends)
    ]
    node = context.node("conditional_branch", {"match": "first", "branches": branches}, [given.ref])
    context.warn("Which output a row takes is open in SSIS; here all rows take the first.")
    found = {end.get("port"): at(node["id"], ports[end.get("port")], given) for end in ends}
    return Outcome("conditional_branch", 1.0, (node,), found)


def row_sampling(context: StepContext) -> Outcome:
    return _sampled(
        context, {"method": "random_rows", "rows": frame.number(context.settings.get("SamplingValue"), 100)}
    )


def percentage_sampling(context: StepContext) -> Outcome:
    value = frame.number(context.settings.get("SamplingValue"), 10)
    return _sampled(context, {"method": "random_percent", "percent": value})


def _sampled(context: StepContext, config: dict[str, object]) -> Outcome:
    """Source: "Row Sampling Transformation" and "Percentage Sampling Transformation"."""
    given = context.input()
    seed = frame.number(context.settings.get("SamplingSeed"))
    if seed:
        config["seed"] = seed
        context.warn("The rows that a seed picks are not those that it picks in SSIS.")
    ends = frame.outputs(context)
    if len(ends) > 2:
        raise NotConvertible("it has more than two outputs", "Write the sample by hand.")
    node = context.node("sample", config, [given.ref])
    found: dict[str, Relation] = {}
    for place, end in enumerate(ends):
        chosen = frame.truth(end.get("Selected", "true" if place == 0 else "false"))
        sampled = at(node["id"], "selected" if chosen else "rest", given)
        ports = {
            frame.key(column.get("lineageId")): frame.source_of(context, given, column.get("InputColumnLineageID")).name
            for column in frame.columns(end)
            if column.get("InputColumnLineageID")
        }
        found[end.get("port")] = Relation(sampled.ref, given.columns, {**given.ports, **ports})
    return Outcome("sample", 1.0, (node,), found)
