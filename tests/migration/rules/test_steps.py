"""Flows joined step by step: order, anchors, what is refused, what is broken. The rules here are the test's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.migration.ast import Link, MappingAST, Origin, Setting, Tool, Transformation, TransformationField
from services.migration.conversion import ConversionSource
from services.migration.emit import pipeline
from services.migration.fallback import ModelAnswer
from services.migration.fallback.answer import Reply
from services.migration.fallback.exchange import Exchange
from services.migration.rules import Walked
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.nodes import typed
from services.migration.rules.registry import NoRule
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.migration.rules.steps.tables import RuleTable, StepRule
from services.migration.rules.steps.walk import convert_steps
from services.pipelines.structure import validate_structure
from tests.migration.rules.build import HERE

COLUMNS = (Column("id", "integer"), Column("First Name", "varchar(20)"))


def read(context: StepContext) -> Outcome:
    node = {
        "id": context.ids.new(context.name),
        "type": "source",
        "connector": "csv",
        "config": {"path": "rows.csv"},
        "columns": [typed(column) for column in COLUMNS],
        "origin": context.origin(),
    }
    return Outcome("source", 1.0, (node,), {"": Relation(node["id"], COLUMNS)})


def split(context: StepContext) -> Outcome:
    given = context.input()
    condition = context.attribute("condition")
    branch = {"match": "first", "branches": [{"port": "yes", "condition": condition}], "default": "no"}
    node = context.node("conditional_branch", branch, [given.ref])
    outputs = {port: Relation(f"{node['id']}.{port}", given.columns) for port in ("yes", "no")}
    return Outcome("conditional_branch", 0.99, (node,), outputs)


def stack(context: StepContext) -> Outcome:
    arriving = context.arrivals()
    columns = arriving[0].columns
    inputs = [{"ref": each.ref, "columns": [column.name for column in each.columns]} for each in arriving]
    config = {"columns": [typed(column) for column in columns], "inputs": inputs}
    node = context.node("sql_union_all", config, [each.ref for each in arriving])
    return Outcome("sql_union_all", 0.95, (node,), {"": Relation(node["id"], columns)})


def only(context: StepContext) -> Outcome:
    """One output, which has a name."""
    made = stack(context)
    return replace(made, outputs={"only": made.outputs[""]})


def write(context: StepContext) -> Outcome:
    given = context.input()
    node = {
        "id": context.ids.new(context.name),
        "type": "sink",
        "connector": "csv",
        "depends_on": [given.ref],
        "config": {"path": "out.csv", "mode": "overwrite", "columns": [typed(column) for column in given.columns]},
        "origin": context.origin(),
    }
    return Outcome("sink", 1.0, (node,))


def refuse(context: StepContext) -> Outcome:
    context.ids.new(context.name)  # an id that has to be given back
    raise NotConvertible("it cannot be", "Do it by hand.", needs_model=context.attribute("model") == "yes")


RULES = {"only": only, "read": read, "split": split, "stack": stack, "write": write, "refuse": refuse}
TABLE = RuleTable(
    {kind: StepRule(0.97, function) for kind, function in RULES.items()},
    {"code": NoRule("it runs code", "Rewrite the code.")},
    frozenset({"code"}),
)


def step(name: str, kind: str, *fields: TransformationField, **attributes: str) -> Transformation:
    return Transformation(name, kind, HERE, fields, attributes=attributes, definition=f"<{kind}>")


def walk(steps: list[Transformation], links: list[str]) -> Walked:
    """`links`: `a.True>b.Left`, the ports left out where there is one."""
    found = []
    for number, text in enumerate(links):
        (source, _, out), (target, _, into) = (end.partition(".") for end in text.split(">"))
        found.append(Link(source, target, out, into, order=-number, line=number))
    mapping = MappingAST("flow", "", Origin("f", 1, "FLOW"), transformations=tuple(steps), links=tuple(found))
    return convert_steps(mapping, Tool.ALTERYX, TABLE, "duckdb")


def nodes(walked: Walked) -> dict[str, dict]:
    return {node["id"]: node for item in walked.objects for node in item.nodes}


def test_a_flow_with_two_outputs_and_a_union_becomes_a_valid_pipeline() -> None:
    steps = [
        step("out", "write"),
        step("all", "stack"),
        step("Split 1", "split", condition="id > 1"),
        step("in", "read"),
    ]
    links = ["in>Split 1", "Split 1.yes>all.#1", "Split 1.no>all.#1", "all>out"]
    walked = walk(steps, links)
    mapping = MappingAST("flow", "", Origin("flow.yxmd", 1, "FLOW"))
    document = pipeline(
        mapping, walked.objects, (), dialect="duckdb", generated_at="2026-01-01T00:00:00Z", tool=Tool.ALTERYX
    )
    assert [f.message for f in validate_structure_of(document)] == []
    assert document["metadata"]["source_tool"] == "alteryx"
    found = nodes(walked)
    assert found["split_1"]["origin"]["tool"] == "alteryx"
    assert found["all"]["depends_on"] == ["split_1.no", "split_1.yes"]  # by the order the links have
    assert [item.object for item in walked.objects] == ["out", "all", "Split 1", "in"]
    assert {item.confidence for item in walked.objects} == {0.95, 0.97}


def validate_structure_of(document: dict) -> list:
    from services.pipelines.dsl.document import dump

    return [finding for finding in validate_structure(dump(document)).findings if finding.severity == "error"]


@pytest.mark.parametrize(
    ("kind", "attributes", "source", "reason"),
    [
        ("refuse", {}, ConversionSource.UNSUPPORTED, "it cannot be"),
        ("refuse", {"model": "yes"}, ConversionSource.LLM_UNAVAILABLE, "it cannot be; no language model was asked"),
        ("code", {}, ConversionSource.LLM_UNAVAILABLE, "it runs code; no language model was asked"),
        ("unheard of", {}, ConversionSource.LLM_UNAVAILABLE, "the kind of step 'unheard of' is not known"),
    ],
)
def test_what_is_refused_is_manual_and_the_flow_goes_on(
    kind: str, attributes: dict[str, str], source: ConversionSource, reason: str
) -> None:
    walked = walk([step("in", "read"), step("x", kind, **attributes), step("out", "write")], ["in>x", "x>out"])
    item = walked.objects[1]
    assert (item.target_type, item.source, item.confidence) == ("manual", source, 0.0)
    assert item.requires_manual_review
    config = nodes(walked)["x"]["config"]
    assert config["reason"].startswith(reason)
    assert [column["name"] for column in config["columns"]] == ["id", "First Name"]
    assert nodes(walked)["out"]["depends_on"] == ["x"]


def test_a_manual_step_gives_the_columns_it_declares_at_each_of_its_outputs() -> None:
    declared = TransformationField("n", "integer")
    links = ["in>x", "x.True>a", "x.False>b"]
    walked = walk([step("in", "read"), step("x", "code", declared), step("a", "write"), step("b", "write")], links)
    assert nodes(walked)["x"]["config"]["ports"] == ["True", "False"]
    assert nodes(walked)["a"]["depends_on"] == ["x.True"]
    assert nodes(walked)["a"]["config"]["columns"] == [{"name": "n", "type": "integer"}]


def test_refused_expressions_make_the_step_manual_with_their_place() -> None:
    def computing(context: StepContext) -> Outcome:
        context.refusals.append("Field x: no function of that name")
        return split(context)

    table = RuleTable({**TABLE.rules, "compute": StepRule(0.9, computing)}, {})
    mapping = MappingAST(
        "f",
        "",
        HERE,
        transformations=(step("in", "read"), step("c", "compute", condition="1")),
        links=(Link("in", "c"),),
    )
    item = convert_steps(mapping, Tool.ALTERYX, table, "duckdb").objects[1]
    assert item.target_type == "manual"
    assert item.warnings[0].startswith("Field x: no function of that name")


@pytest.mark.parametrize(
    ("links", "code"),
    [
        (["in>out", "in>gone"], "DANGLING_CONNECTOR"),
        (["in>s", "s.maybe>out"], "UNKNOWN_OUTPUT"),
        (["in>one", "one.maybe>out"], "UNKNOWN_OUTPUT"),
    ],
)
def test_links_that_lead_nowhere_are_named(links: list[str], code: str) -> None:
    named = {end.partition(".")[0] for link in links for end in link.split(">")} | {"in", "out"}
    steps = [step("in", "read"), step("s", "split", condition="TRUE"), step("one", "only"), step("out", "write")]
    walked = walk([one for one in steps if one.name in named], links)
    assert code in {issue.code for issue in walked.issues}


def test_a_cycle_is_broken_where_it_stands_and_said() -> None:
    walked = walk(
        [step("in", "read"), step("a", "stack"), step("b", "stack"), step("o", "write")], ["in>a", "a>b", "b>a", "b>o"]
    )
    reasons = {item.object: item.warnings for item in walked.objects if item.target_type == "manual"}
    assert set(reasons) == {"a", "b"}
    assert all("cycle" in text for texts in reasons.values() for text in texts)


@pytest.mark.parametrize(("links", "message"), [([], "nothing is connected"), (["in>out", "in>out"], "2 links arrive")])
def test_an_input_that_is_missing_or_crowded_is_refused(links: list[str], message: str) -> None:
    item = walk([step("in", "read"), step("out", "write")], links).objects[1]
    assert item.target_type == "manual"
    assert message in item.warnings[0]


def test_settings_are_reached_by_path() -> None:
    tree = Setting(
        "C", children=(Setting("F", children=(Setting("f", " a ", {"n": "1"}), Setting("f", "b"))), Setting("M", "x"))
    )
    assert [one.value for one in tree.all("F", "f")] == [" a ", "b"]
    assert tree.text("F", "f") == "a"
    assert tree.one("F", "f").get("n") == "1"
    assert (tree.text("none", "there"), tree.one("none").name) == ("", "none")


def test_a_model_is_asked_for_a_step_and_its_checked_query_stands_for_it() -> None:
    steps = (step("in", "read"), step("x", "code"), step("out", "write"))
    mapping = MappingAST("flow", "", HERE, transformations=steps, links=(Link("in", "x"), Link("x", "out")))
    asked = Exchange()
    convert_steps(mapping, Tool.ALTERYX, TABLE, "duckdb", exchange=asked)
    (request,) = asked.requests.values()
    assert "(Alteryx)" in request.system
    assert "Positions count from 0" in request.system
    assert (request.object, request.type, [c.name for c in request.outputs]) == ("x", "code", ["id", "First Name"])
    good = Reply('SELECT id, "First Name" FROM input WHERE id > 1', "keeps some")
    answer = ModelAnswer(good, rounds=1, model="m-1", provider="scripted")
    walked = convert_steps(mapping, Tool.ALTERYX, TABLE, "duckdb", exchange=Exchange({request.key: answer}))
    item = walked.objects[1]
    assert (item.target_type, item.source, item.requires_manual_review) == ("sql_query", ConversionSource.LLM, True)
    assert (item.nodes[0]["origin"]["tool"], item.model.model) == ("alteryx", "m-1")
    assert nodes(walked)["out"]["depends_on"] == ["x"]


@pytest.mark.parametrize(
    ("reply", "kind", "confidence"),
    [
        (Reply('SELECT id, "First Name" FROM input WHERE id > 1'), "sql_query", 0.75),
        (Reply('SELECT id, "First Name" FROM input WHERE id > 1', confidence=0.3), "sql_union_all", 0.55),
        (Reply("", "no"), "sql_union_all", 0.55),
    ],
    ids=["better founded", "less sure of itself", "declined"],
)
def test_of_an_uncertain_rule_and_a_model_the_better_founded_is_kept(
    reply: Reply, kind: str, confidence: float
) -> None:
    table = RuleTable({**TABLE.rules, "stack": StepRule(0.55, stack)}, {})
    steps = (step("in", "read"), step("x", "stack"), step("out", "write"))
    mapping = MappingAST("flow", "", HERE, transformations=steps, links=(Link("in", "x"), Link("x", "out")))
    asked = Exchange()
    unanswered = convert_steps(mapping, Tool.ALTERYX, table, "duckdb", exchange=asked)
    assert unanswered.objects[1].target_type == "sql_union_all"
    (request,) = asked.requests.values()
    assert "inputs" in request.draft
    answer = ModelAnswer(reply, rounds=1, model="m-1", provider="scripted")
    walked = convert_steps(mapping, Tool.ALTERYX, table, "duckdb", exchange=Exchange({request.key: answer}))
    item = walked.objects[1]
    assert (item.target_type, item.confidence) == (kind, confidence)
    assert nodes(walked)["out"]["depends_on"] == [item.nodes[-1]["id"]]


def test_a_step_with_several_outputs_is_not_put_to_a_model() -> None:
    steps = (step("in", "read"), step("x", "code"), step("a", "write"), step("b", "write"))
    links = (Link("in", "x"), Link("x", "a", "L"), Link("x", "b", "R"))
    asked = Exchange()
    walked = convert_steps(
        MappingAST("flow", "", HERE, transformations=steps, links=links), Tool.ALTERYX, TABLE, "duckdb", exchange=asked
    )
    assert not asked.requests
    assert "several outputs" in walked.objects[1].warnings[0]
