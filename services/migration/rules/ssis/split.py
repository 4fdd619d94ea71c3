"""Components that send rows different ways: Conditional Split, Multicast, Balanced Data Distributor, samplings."""

from __future__ import annotations

from services.migration.ast import Setting
from services.migration.rules import sql
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Relation
from services.migration.rules.ssis import frame, texts
from services.migration.rules.steps.context import StepContext

NULL_FAILS = 0.88


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
    found = {e.get("port"): _at(node["id"], ports[e.get("port")], given) for e in outputs}
    if nulls and frame.error_outputs(context)[0].get("port") in context.wanted:
        return _with_error_columns(context, node, found)
    return Outcome("conditional_branch", 1.0, (node,), found)


def _null_conditions(context: StepContext, conditions: list[tuple[Setting, str]]) -> str:
    """The rows that a null condition sends to the error output; "" where they go elsewhere."""
    dispositions = {end.get("errorRowDisposition", "FailComponent") for end, _ in conditions}
    if dispositions == {"RedirectRow"} and frame.error_outputs(context):
        earlier: list[str] = []
        found = []
        for _, condition in conditions:
            found.append(" AND ".join([*earlier, f"({condition}) IS NULL"]))
            earlier.append(f"NOT ({condition})")
        return " OR ".join(found)
    if "FailComponent" in dispositions or "RedirectRow" in dispositions:
        context.warn(
            "A condition that is null fails the component in SSIS; here the row goes on to the next condition.",
            confidence=NULL_FAILS,
        )
    return ""


def _with_error_columns(context: StepContext, node: Node, found: dict[str, Relation]) -> Outcome:
    """The error output has two columns more; what fails a condition has no other cause here than null."""
    error = frame.error_outputs(context)[0]
    given = found[error.get("port")]
    made = [
        {"name": c.name, "expression": sql.null(c.type, context.dialect), "type": c.type}
        for _, _, c in frame.declared(context, error)
    ]
    if not made:
        return Outcome("conditional_branch", 1.0, (node,), found)
    shaped = context.node(
        "sql_expression", {"passthrough": ["*"], "columns": made}, [given.ref], name=f"{context.name} error columns"
    )
    added = [(lineage, column) for _, lineage, column in frame.declared(context, error)]
    relation = frame.extended(given, shaped["id"], added)
    return Outcome("conditional_branch", 1.0, (node, shaped), {**found, error.get("port"): relation})


def _at(node: str, port: str, given: Relation) -> Relation:
    return Relation(f"{node}.{port}", given.columns, given.ports, given.order)


def multicast(context: StepContext) -> Outcome:
    """Every output gives every row: what reads it reads what arrives here."""
    given = context.input()
    node = context.node("sql_expression", {"passthrough": ["*"], "columns": []}, [given.ref])
    relation = frame.extended(given, node["id"], ())
    return Outcome("sql_expression", 1.0, (node,), frame.pass_on(context, relation))


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
    found = {end.get("port"): _at(node["id"], ports[end.get("port")], given) for end in ends}
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
        at = _at(node["id"], "selected" if chosen else "rest", given)
        ports = {
            frame.key(column.get("lineageId")): frame.source_of(context, given, column.get("InputColumnLineageID")).name
            for column in frame.columns(end)
            if column.get("InputColumnLineageID")
        }
        found[end.get("port")] = Relation(at.ref, given.columns, {**given.ports, **ports})
    return Outcome("sample", 1.0, (node,), found)
