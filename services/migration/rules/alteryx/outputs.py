"""Outputs, macro outputs and whatever ends a flow → `sink` nodes."""

from __future__ import annotations

from typing import Any

from services.migration.rules.alteryx import frame, locations, passing
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines.severity import Severity

MODES = {
    "append": "append",
    "append existing": "append",
    "overwrite": "overwrite",
    "delete": "overwrite",
    "create": "overwrite",
    "update": "update",
    "updateinsert": "upsert",
    "insertupdate": "upsert",
}
"""Output options by their beginning, in lower case. Source: Designer Help, "Output Data"."""
CREATION = ("CreateMode", "CreationMode", "OutputMode", "WriteMode", "TableMode")
"""Settings of In-DB tools that say what becomes of the table."""
CHANGES_ROWS = ("update", "merge", "delete rows", "deleterows")
REPORTED = 0.79


def file_output(context: StepContext) -> Outcome:
    given = context.input()
    found = locations.of_file(context.settings, context)
    mode = _mode(context)
    config: dict[str, Any] = {**found.config, "mode": mode}
    options = context.settings.one("FormatSpecificOptions")
    for key, name in (("pre_sql", "PreSQL"), ("post_sql", "PostSQL")):
        text = options.text(name)
        if text:
            config[key] = text
            config.setdefault("dialect", "other")
    if mode in ("update", "upsert"):
        raise NotConvertible(
            "it updates rows by the primary key of its table, which the workflow does not hold",
            "Name the key columns in the sink.",
        )
    left_out = ""
    if context.settings.one("MultiFile").get("value").lower() == "true":
        field = frame.find(given, context.settings.text("MultiFileField")).name
        config["chosen_by"] = locations.chosen_by(field, context.settings.text("MultiFileType"))
        left_out = "" if context.settings.one("KeepField").get("value").lower() == "true" else field
        context.warn(f"It writes a file or table for each value of {field}.", confidence=REPORTED)
    return sink(context, given, found.connector, config, left_out=left_out)


def _mode(context: StepContext) -> str:
    stated = context.settings.text("FormatSpecificOptions", "OutputOption").lower().replace(":", " ")
    if not stated:
        return "overwrite"
    for beginning, mode in MODES.items():
        if stated.replace(" ", "").startswith(beginning.replace(" ", "")):
            return mode
    return "append" if "append" in stated else "overwrite"


def in_db_write(context: StepContext) -> Outcome:
    given = context.input()
    table = context.settings.text("TableName") or context.settings.text("Table") or "(no table)"
    connection = context.settings.text("Connection") or "in_db"
    stated = next((found for tag in CREATION if (found := context.settings.text(tag).lower())), "")
    if any(word in stated for word in CHANGES_ROWS):
        raise NotConvertible(
            "it changes the rows of a table by conditions of its own", "Name the key columns and the mode in the sink."
        )
    mode = "append" if "append" in stated else "overwrite"
    outcome = sink(context, given, "odbc", {"connection": connection, "table": table, "mode": mode})
    return Outcome("sink", 1.0, outcome.nodes, dict.fromkeys(context.wanted, given))


def shown(context: StepContext) -> Outcome:
    """What only looks at rows: a sink that holds them."""
    return sink(context, context.input(), "inline", {"mode": "overwrite"})


def shown_or_passed(context: StepContext) -> Outcome:
    """A Browse or Message in the middle of a flow hands its rows on."""
    return passing.convert(context) if context.wanted else shown(context)


def called_for(context: StepContext) -> Outcome:
    """Rows that are handed to the program that started the workflow."""
    context.warn("The original hands these rows to the program that starts it; here they are given as they are.")
    return shown(context)


def reported(context: StepContext) -> Outcome:
    if context.wanted:
        raise NotConvertible(
            "it makes a report, which later tools take as rows", "Make the report with the reporting tool at hand."
        )
    context.warn("The original makes a report of the rows; here the rows themselves are given.", confidence=REPORTED)
    nodes: list[Node] = []
    first: Outcome | None = None
    for given in context.arrivals():
        outcome = sink(context, given, "inline", {"mode": "overwrite"})
        nodes += outcome.nodes
        first = outcome
    if first is None:
        raise NotConvertible("nothing is connected to its input", "Connect the step or remove it.")
    return Outcome("sink", first.confidence, tuple(nodes))


def expect_equal(context: StepContext) -> Outcome:
    """A test's two inputs, each as a sink of its own: the rows have to be the same."""
    context.issue(
        Severity.INFO,
        "EXPECTATION",
        "The workflow is a test: the rows of the two sinks of this tool, Actual and Expected, have to be equal.",
        "Compare them after a run.",
    )
    nodes: list[Node] = []
    for port, relations in context.inputs.items():
        name = f"{context.name} {port or 'rows'}"
        nodes.extend(_node(context, given, "inline", {"mode": "overwrite"}, name) for given in relations)
    if not nodes:
        raise NotConvertible("nothing is connected to its input", "Connect the step or remove it.")
    return Outcome("sink", 1.0, tuple(nodes))


def expect_none(context: StepContext) -> Outcome:
    context.issue(
        Severity.INFO, "EXPECTATION", "The workflow is a test: no row may arrive here.", "Look at the sink after a run."
    )
    return sink(context, context.input(), "inline", {"mode": "overwrite"})


def tested(context: StepContext) -> Outcome:
    """The Test tool: its tests are told, its rows kept."""
    for test in context.settings.all("Tests", "Test"):
        told = ", ".join(f"{each.name} {each.value.strip()}" for each in test.children if each.value.strip())
        context.issue(
            Severity.INFO, "EXPECTATION", f"The workflow tests its rows here: {told}.", "Add a quality check for it."
        )
    outcome = expect_equal(context)
    context.issues.pop()
    return outcome


def sink(
    context: StepContext, given: Relation, connector: str, config: dict[str, Any], *, left_out: str = ""
) -> Outcome:
    """All that arrives is written, without the column that is left out."""
    return Outcome("sink", 1.0, (_node(context, given, connector, config, context.name, left_out),))


def _node(
    context: StepContext, given: Relation, connector: str, config: dict[str, Any], name: str, left_out: str = ""
) -> Node:
    columns = [typed(column) for column in frame.visible(given) if column.name != left_out]
    return {
        "id": context.ids.new(name),
        "type": "sink",
        "connector": connector,
        "depends_on": [given.ref],
        "config": {**config, **({"columns": columns} if columns else {})},
        "origin": context.origin(),
    }
