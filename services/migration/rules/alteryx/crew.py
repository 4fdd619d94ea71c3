"""Macros of the public CReW collection that pass, add to, cut or test rows.

Source: the macros' own descriptions and files, github.com/AdRiley/ChaosReignsWithin-Alteryx-Macros.
"""

from __future__ import annotations

from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import frame
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types
from services.pipelines.severity import Severity

FAILED = Column(f"{frame.PROVEN}_failed", "bigint")
TEST, COUNT = "Text Box (4)", "Numeric Up Down (11)"


def ensure_fields(context: StepContext) -> Outcome:
    """The fields of a list come first: those that arrive as they are, the others as null. The rest follows."""
    told, given = frame.answers(context), context.input()
    names = [name.strip() for name in told.get("Fields", "").splitlines() if name.strip()]
    kind = types.canonical(*declared(told.get("FieldType", ""), "")) or ""
    if not names or not kind:
        raise NotConvertible("it does not say which fields, or of which type", "Name the fields and their type.")
    visible = frame.visible(given)
    there = {column.name.lower(): column for column in visible}
    other = [name for name in names if name.lower() in there and not _alike(there[name.lower()].type, kind)]
    if other:
        context.warn(
            f"The field {other[0]} arrives with another type than {told['FieldType']}; it keeps its own here.",
            confidence=frame.UNSURE,
        )
    taken: set[str] = set()
    listed = [there.get(name.lower()) or Column(unique(column_name(name), taken), kind) for name in names]
    columns = [*dict.fromkeys(listed), *(column for column in visible if column not in listed)]
    chosen = [(each, frame.identifier(context, each.name) if each in visible else "NULL") for each in columns]
    node, relation = frame.project(context, given, chosen)
    return Outcome("sql_expression", 1.0, (node,), {"": relation})


def _alike(first: str, second: str) -> bool:
    return types.kind(first) == types.kind(second)


def blocking_test(context: StepContext) -> Outcome:
    """All rows where each passes a test; none, and an error, where one does not."""
    given = context.input()
    text = frame.answers(context).get(TEST, "")
    if not text:
        raise NotConvertible("it has no test", "Write the test, or remove the tool.")
    failed = context.expression(f"!({text})", "Test", context.scope(given), condition=True).sql
    shown = frame.kept(context, frame.visible(given))
    count = f"SUM(CASE WHEN {failed} THEN 1 ELSE 0 END) OVER ()"
    counted, relation = frame.project(context, given, [*shown, (FAILED, count)], name=f"{context.name} tested")
    test = {"condition": f"{frame.identifier(context, FAILED.name)} = 0"}
    kept, relation = frame.same_rows(context, "sql_where", test, relation)
    node, relation = frame.project(context, relation, shown)
    context.warn(
        "The original stops with an error where a row fails its test; here no rows are given then, and the run goes "
        "on.",
        confidence=frame.UNSURE,
    )
    context.issue(
        Severity.INFO, "EXPECTATION", f"Every row has to pass the test {text}.", "Add a quality check for it."
    )
    return Outcome("sql_where", 1.0, (counted, kept, node), {"": relation})


def skip_last(context: StepContext) -> Outcome:
    """All rows but the last."""
    count, nodes = frame.answers(context).get(COUNT, ""), list[Node]()
    if not count.isdecimal():
        raise NotConvertible(f"the number of rows, '{count}', is no number", "Write the number of rows.")
    given = ordered(context, nodes, context.input(), "Which rows are the last")
    order = [{"column": frame.order_column(given), "direction": "desc"}]
    config = {"method": "skip", "rows": int(count), "order_by": order}
    node, relation = frame.same_rows(context, "limit", config, given)
    return Outcome("limit", 1.0, (*nodes, node), {"": relation})


def parallel(context: StepContext) -> Outcome:
    """Each output gives the rows of the input of its number, when all rows of all inputs have come."""
    outputs = {}
    for port in sorted(context.wanted) or ["Output1"]:
        outputs[port] = context.input(f"Input{port.removeprefix('Output')}")
    return Outcome("sql_expression", 1.0, (), outputs)
