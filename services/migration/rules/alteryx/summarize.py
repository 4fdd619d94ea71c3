"""Summarize, In-DB Summarize and Count Records. Without incoming rows Summarize gives none.

Source: Designer Help, "Summarize".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.migration.ast import Setting
from services.migration.rules.alteryx import frame, select
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types


@dataclass(frozen=True, slots=True)
class Action:
    """`sql` of {x}; `type` of the result, "" where it is the field's; `prefix` of a name nobody gave."""

    sql: str
    type: str = ""
    prefix: str = ""
    confidence: float = 1.0


ACTIONS: dict[str, Action] = {
    "Sum": Action("SUM({x})", "sum"),
    "Count": Action("COUNT(*)", "bigint"),
    "CountNonNull": Action("COUNT({x})", "bigint"),
    "CountNull": Action("COUNT(*) - COUNT({x})", "bigint"),
    "CountDistinct": Action("COUNT(DISTINCT {x}) + MAX(CASE WHEN {x} IS NULL THEN 1 ELSE 0 END)", "bigint"),
    "CountDistinctNonNull": Action("COUNT(DISTINCT {x})", "bigint"),
    "CountBlank": Action("SUM(CASE WHEN {x} IS NULL OR {x} = '' THEN 1 ELSE 0 END)", "bigint"),
    "CountNonBlank": Action("SUM(CASE WHEN {x} IS NULL OR {x} = '' THEN 0 ELSE 1 END)", "bigint"),
    "Min": Action("MIN({x})"),
    "Max": Action("MAX({x})"),
    "Avg": Action("AVG({x})", "double"),
    "StdDev": Action("STDDEV_SAMP({x})", "double"),
    "Variance": Action("VAR_SAMP({x})", "double"),
    "Median": Action("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {x})", "double"),
    "MinString": Action("MIN({x})"),
    "MaxString": Action("MAX({x})"),
}
NO_ZERO = "No0"
"""What stands behind an action that leaves zeros out."""
ACTIONS |= {
    name + NO_ZERO: Action(ACTIONS[name].sql.format(x="NULLIF({x}, 0)"), "double")
    for name in ("Avg", "Median", "StdDev", "Variance")
}
NUMERIC = frozenset(
    {"Sum"} | {name + zeros for name in ("Avg", "StdDev", "Variance", "Median") for zeros in ("", NO_ZERO)}
)
PREFIXES = {"GroupBy": "", "CountDistinctNonNull": "CountDistinctNonNull_", "Concat": "Concat_"}
FIRST_OF = {"First": "FIRST_VALUE", "Last": "LAST_VALUE"}
WHOLE_GROUP = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


@dataclass(slots=True)
class _Work:
    context: StepContext
    given: Relation
    nodes: list[Node]
    groups: list[Column]
    ahead: list[frame.Chosen]  # columns computed over the rows of a group before they are grouped

    def x(self, column: Column) -> str:
        return frame.identifier(self.context, column.name)

    def partition(self, *more: str) -> str:
        listed = [self.x(column) for column in self.groups] + list(more)
        return f"PARTITION BY {', '.join(listed)} " if listed else ""

    def before(self, kind: str, sql: str) -> str:
        """A column computed before grouping; the same in every row of a group."""
        name = f"{frame.PROVEN}_agg{len(self.ahead)}"
        self.ahead.append((Column(name, kind), sql))
        return frame.identifier(self.context, name)


def convert(context: StepContext) -> Outcome:
    given, nodes = context.input(), list[Node]()
    listed = [each for each in context.settings.all("SummarizeFields", "SummarizeField") if each.get("action")]
    if not listed:
        raise NotConvertible("it summarizes nothing", "Name the fields and what is made of them.")
    if frame.reads_order(context.step):
        given = ordered(context, nodes, given, "The first, last or concatenated value of a group")
    groups = [frame.find(given, each.get("field")) for each in listed if each.get("action") == "GroupBy"]
    work = _Work(context, given, nodes, groups, [])
    taken: set[str] = set()
    columns = [_column(work, each, taken) for each in listed]
    ref = given.ref
    if work.ahead:
        kept = frame.kept(context, given.columns)
        node = context.node(
            "sql_expression",
            {"columns": [computed(*each) for each in (*kept, *work.ahead)]},
            [ref],
            name=f"{context.name} rows",
        )
        nodes.append(node)
        ref = node["id"]
    config = {
        "group_by": [work.x(column) for column in groups],
        "columns": [computed(*each) for each in columns],
        "having": "COUNT(*) > 0",
    }
    if not groups:
        del config["group_by"]
    node = context.node("sql_group_by", config, [ref])
    nodes.append(node)
    relation = Relation(node["id"], tuple(column for column, _ in columns))
    if frame.order_is_read(context):
        names = [column.name for column, sql in columns if sql in {work.x(group) for group in groups}]
        number, relation = frame.numbered(context, relation, [frame.key(name) for name in names])
        nodes.append(number)
    return Outcome("sql_group_by", 1.0, tuple(nodes), {"": relation})


def count_records(context: StepContext) -> Outcome:
    given = context.input()
    count = Column("Count", "bigint")
    node = context.node("sql_group_by", {"columns": [computed(count, "COUNT(*)")]}, [given.ref])
    nodes, relation = [node], Relation(node["id"], (count,))
    if frame.order_is_read(context):
        number, relation = frame.numbered(context, relation, [{"column": "Count"}])
        nodes.append(number)
    return Outcome("sql_group_by", 1.0, tuple(nodes), {"": relation})


def weighted_average(context: StepContext) -> Outcome:
    """The macro Weighted Average: of each group, the sum of value times weight by that of the weights."""
    told = frame.answers(context)
    given = context.input()
    value, weight = (
        frame.identifier(context, frame.find(given, told.get(name, "")).name) for name in ("Value", "Weight")
    )
    groups = [frame.find(given, name) for name in frame.listed(told.get("GroupFields", ""))]
    name = unique(
        column_name(told.get("OutputFieldName") or "WeightedAverage"), {column.name.lower() for column in groups}
    )
    sql = f"SUM(CAST({value} AS DOUBLE PRECISION) * {weight}) / NULLIF(SUM(CAST({weight} AS DOUBLE PRECISION)), 0)"
    keys = [(column, frame.identifier(context, column.name)) for column in groups]
    average = (Column(name, "double"), sql)
    config = {"columns": [computed(*each) for each in (*keys, average)], "having": "COUNT(*) > 0"}
    if groups:
        config["group_by"] = [text for _, text in keys]
    context.warn("Weights whose sum is 0 give null.", confidence=frame.UNSURE)
    node = context.node("sql_group_by", config, [given.ref])
    nodes, relation = [node], Relation(node["id"], (*groups, average[0]))
    if frame.order_is_read(context):
        number, relation = frame.numbered(context, relation, [frame.key(column.name) for column in groups])
        nodes.append(number)
    return Outcome("sql_group_by", 1.0, tuple(nodes), {"": relation})


def _column(work: _Work, each: Setting, taken: set[str]) -> frame.Chosen:
    action, field = each.get("action"), each.get("field")
    name = unique(column_name(each.get("rename") or f"{PREFIXES.get(action, action + '_')}{field}"), taken)
    column = frame.find(work.given, field)
    if action == "GroupBy":
        return Column(name, column.type), work.x(column)
    known = ACTIONS.get(action)
    if known is not None:
        x = _number(work, column) if action in NUMERIC else work.x(column)
        is_text = types.kind(column.type) == "string"
        sql = known.sql if is_text or "''" not in known.sql else known.sql.replace(" OR {x} = ''", "")
        if action in ("Min", "Max") and column.type == "boolean":
            sql = f"{'BOOL_AND' if action == 'Min' else 'BOOL_OR'}({{x}})"
        return Column(name, _result(known.type, column.type)), sql.format(x=x)
    special = SPECIAL.get(action)
    if special is None:
        raise NotConvertible(f"the action '{action}' of the field {field} has no rule", "Write the aggregate by hand.")
    kind, sql = special(work, column, each)
    return Column(name, kind), sql


def _number(work: _Work, column: Column) -> str:
    """A field as a number: one whose type is not known here is read as a text, and converted."""
    if types.kind(column.type) == "number":
        return work.x(column)
    work.context.warn(f"The field {column.name} is no number here; it is converted to one.", confidence=0.6)
    return select.converted(work.context, column, work.x(column), "double")


def _result(kind: str, given: str) -> str:
    if kind == "sum":
        if types.is_whole(given):
            return "bigint"
        return f"decimal(38,{types.scale(given) or 0})" if given.startswith("decimal") else "double"
    return kind or given


def _edge(work: _Work, column: Column, each: Setting) -> tuple[str, str]:
    """The value of the group's first or last row, null where that row has none."""
    row = frame.identifier(work.context, frame.order_column(work.given))
    function = FIRST_OF[each.get("action")]
    over = f"{work.partition()}ORDER BY {row} {WHOLE_GROUP}"
    return column.type, f"MAX({work.before(column.type, f'{function}({work.x(column)}) OVER ({over})')})"


def _concat(work: _Work, column: Column, each: Setting) -> tuple[str, str]:
    """Texts of the group joined in order; null is left out."""
    row = frame.identifier(work.context, frame.order_column(work.given))
    between = frame.quoted(separator(each))
    joined = f"STRING_AGG({_text(work, column)}, {between} ORDER BY {row})"
    for place, tag in ((0, "Concat_Start"), (1, "Concat_End")):
        mark = each.one(tag).value
        if mark.strip():
            joined = f"{frame.quoted(mark)} || {joined}" if place == 0 else f"{joined} || {frame.quoted(mark)}"
    return "varchar", joined


def separator(each: Setting) -> str:
    """What stands between texts that are joined: a comma unless it is written."""
    found = each.all("Separator")
    if not found:
        return ","
    return found[0].value.replace("\\n", "\n").replace("\\t", "\t").replace("\\s", " ")


def _text(work: _Work, column: Column) -> str:
    return select.converted(work.context, column, work.x(column), "varchar")


def _by_length(work: _Work, column: Column, each: Setting) -> tuple[str, str]:
    """The longest or shortest text; of several the first in the order of characters."""
    x = work.x(column)
    descending = each.get("action") == "Longest"
    order = f"LENGTH({x}) {'DESC' if descending else 'ASC'}, {x}"
    partition = work.partition(f"CASE WHEN {x} IS NULL THEN 1 ELSE 0 END")
    value = f"FIRST_VALUE({x}) OVER ({partition}ORDER BY {order})"
    return column.type, f"MAX({work.before(column.type, value)})"


def _mode(work: _Work, column: Column, _each: Setting) -> tuple[str, str]:
    work.context.warn("Which of several values that are as frequent is the mode may differ.", confidence=frame.UNSURE)
    return column.type, f"MODE() WITHIN GROUP (ORDER BY {work.x(column)})"


def _percentile(work: _Work, column: Column, each: Setting) -> tuple[str, str]:
    own = [*each.attributes.items()]
    own += [(inner.name, inner.value.strip() or inner.get("value")) for inner in each.children]
    stated = next((text for name, text in own if name.lower() == "percentile"), "")
    if not stated:
        stated = "50"
        work.context.warn("Which percentile it gives is not written; it is taken to be 50.", confidence=frame.UNSURE)
    try:
        share = float(stated) / 100
    except ValueError:
        raise NotConvertible(f"the percentile '{stated}' is no number", "Write the percentile.") from None
    if not 0 <= share <= 1:
        raise NotConvertible(f"the percentile '{stated}' is not from 0 to 100", "Correct the percentile.")
    x = _number(work, column)
    x = f"NULLIF({x}, 0)" if each.get("action").endswith(NO_ZERO) else x
    return "double", f"PERCENTILE_CONT({share:g}) WITHIN GROUP (ORDER BY {x})"


SPECIAL: dict[str, Callable[[_Work, Column, Setting], tuple[str, str]]] = {
    "First": _edge,
    "Last": _edge,
    "Concat": _concat,
    "Longest": _by_length,
    "Shortest": _by_length,
    "Mode": _mode,
    "Percentile": _percentile,
    f"Percentile{NO_ZERO}": _percentile,
}
