"""Rows as Alteryx hands them on: columns in order, and the order of rows where a later tool depends on it.

Alteryx rows have an order, relations have none. Where a tool further on reads it, a column that numbers the rows is
carried along, hidden from the tools: `dataflow_row…` where the order is proven, `dataflow_read…` where it is that in
which a file or table happens to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from services.migration.ast import Transformation
from services.migration.rules import sql
from services.migration.rules.context import Node, NotConvertible
from services.migration.rules.names import NodeIds
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.migration.rules.steps.context import StepContext

PROVEN, AS_READ = "dataflow_row", "dataflow_read"
HIDDEN = (PROVEN, AS_READ)
ROW_TYPE = "bigint"
UNSURE = 0.79
"""Confidence of a step that depends on an order of rows which nothing proves: a person has to look."""
READERS = frozenset(
    {
        "RecordID", "Sample", "MultiRowFormula", "Unique", "Summarize", "RunningTotal", "Tile", "FindReplace",
        "CrossTab", "JoinMultiple", "Join", "SelectRecords.yxmc", "DynamicRename", "MakeColumns",
        "CReW_OnlyUnique.yxmc", "RandomSample.yxmc", "CReW_SkipLastN.yxmc", "GroupedRecordID",
        "SelectRecords", "Rank",
    }
)  # fmt: skip  # a list of names
"""Kinds whose result depends on the order of the rows that arrive."""
BY_SETTING = {
    "Summarize": ("First", "Last", "Concat"),
    "CrossTab": ("First", "Last", "Concat"),
}
Chosen = tuple[Column, str]
"""A column with the SQL that gives it."""

_waiting: WeakKeyDictionary[NodeIds, frozenset[str]] = WeakKeyDictionary()


def visible(relation: Relation) -> tuple[Column, ...]:
    """The columns that tools see."""
    return tuple([column for column in relation.columns if not column.name.startswith(HIDDEN)])


def order_column(relation: Relation) -> str:
    """The hidden column that numbers the rows; "" where there is none."""
    return relation.order[0].column if relation.order else ""


def find(relation: Relation, name: str) -> Column:
    """The visible column of a name, compared without case. Raises NotConvertible where there is none."""
    wanted = name.strip().lower()
    found = next((column for column in relation.columns if column.name.lower() == wanted), None)
    if found is None or found.name.startswith(HIDDEN):
        raise NotConvertible(
            f"the field '{name}' does not arrive at the tool", "Check the field's name in the tool before it."
        )
    return found


def answers(context: StepContext) -> dict[str, str]:
    """What a macro's caller answered to its questions, by their names."""
    return {each.get("name"): each.value.strip() for each in context.settings.all("Value")}


def is_on(answers: Mapping[str, str], name: str) -> bool:
    """True for a box that is ticked."""
    return answers.get(name, "").strip().lower() == "true"


def listed(text: str) -> list[str]:
    """How macros keep a choice of fields: `<Field field="A"/><Field field="B"/>`, `"A","B"`, or a name."""
    found = [part.partition('"')[0] for part in text.split('field="')[1:]]
    return found or [name.strip().strip('"') for name in text.split('","') if name.strip()]


def identifier(context: StepContext, name: str, alias: str = "") -> str:
    return alias + sql.identifier(name, context.dialect)


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def project(
    context: StepContext, given: Relation, columns: Sequence[Chosen], *, name: str = ""
) -> tuple[Node, Relation]:
    """A node that gives these columns, and the one that numbers the rows."""
    row = order_column(given)
    passed = _unchanged(context, given, columns)
    rest = columns[len(passed) :]
    config: dict[str, Any] = {"columns": [computed(*each) for each in rest]}
    through = [*passed, *([Column(row, ROW_TYPE)] if row else [])]
    if through:
        config["passthrough"] = [column.name for column in through]
    node = context.node("sql_expression", config, [given.ref], name=name)
    return node, Relation(node["id"], (*through, *(column for column, _ in rest)), order=given.order)


def _unchanged(context: StepContext, given: Relation, columns: Sequence[Chosen]) -> list[Column]:
    """The first columns, as far as they stay as they are; never all of them, as a node computes at least one."""
    known = {column.name: column.type for column in given.columns}
    found: list[Column] = []
    for column, text in columns[:-1]:
        if known.get(column.name) != column.type or text != identifier(context, column.name):
            break
        found.append(column)
    return found


def kept(context: StepContext, columns: Iterable[Column], alias: str = "") -> list[Chosen]:
    """Columns that stay as they are."""
    return [(column, identifier(context, column.name, alias)) for column in columns]


def same_rows(context: StepContext, transform: str, config: dict[str, Any], given: Relation) -> tuple[Node, Relation]:
    """A node that keeps its input's columns and their order."""
    node = context.node(transform, config, [given.ref])
    return node, Relation(node["id"], given.columns, order=given.order)


def numbered(
    context: StepContext,
    given: Relation,
    keys: Sequence[dict[str, str]],
    *,
    proven: bool = True,
) -> tuple[Node, Relation]:
    """The rows with a number that says their order by `keys`."""
    taken = {column.name.lower() for column in given.columns}
    name = unique(PROVEN if proven else AS_READ, taken)
    config: dict[str, Any] = {"columns": [{"name": name, "property": "nextval", "type": ROW_TYPE}]}
    if keys:
        config["order_by"] = list(keys)
    node = context.node("sequence_generator", config, [given.ref], name=f"{context.name} order")
    return node, Relation(node["id"], (*given.columns, Column(name, ROW_TYPE)), order=(SortKey(name),))


def hidden(given: Relation, what: str, *more: Column) -> str:
    """The name of a column that tools do not see, other than those that come with the rows and those of `more`."""
    return unique(f"{PROVEN}_{what}", {column.name.lower() for column in (*given.columns, *more)})


def is_proven(relation: Relation) -> bool:
    return order_column(relation).startswith(PROVEN)


def by_row(context: StepContext, given: Relation, what: str) -> list[dict[str, str]]:
    """The key of the order in which rows arrive; a warning where nothing proves it. `what` depends on it."""
    row = order_column(given)
    if not row:
        context.warn(f"{what} depends on the order of rows, which is not known here.", confidence=UNSURE)
        return []
    if not is_proven(given):
        context.warn(
            f"{what} depends on the order in which a file or table is read, which nothing promises.", confidence=UNSURE
        )
    return [{"column": row}]


def key(column: str, *, descending: bool = False) -> dict[str, str]:
    """A sort key by the tool's rule: null is less than all else."""
    return {"column": column, "direction": "desc" if descending else "asc", "nulls": "last" if descending else "first"}


def order_is_read(context: StepContext) -> bool:
    """True where a tool further on depends on the order of this tool's rows."""
    known = _waiting.get(context.ids)
    if known is None:
        known = _waiting[context.ids] = _with_order(context)
    return context.name in known


def with_source_order(context: StepContext, nodes: list[Node], given: Relation) -> Relation:
    """A source's rows, numbered as they are read where something depends on it; adds to `nodes`."""
    if not order_is_read(context):
        return given
    node, relation = numbered(context, given, (), proven=False)
    nodes.append(node)
    return relation


def _with_order(context: StepContext) -> frozenset[str]:
    """Every step whose rows something reads in order, at once or further on."""
    before: dict[str, list[str]] = {}
    for link in context.mapping.links:
        before.setdefault(link.to_step, []).append(link.from_step)
    waiting = [step.name for step in context.mapping.transformations if reads_order(step)]
    found: set[str] = set()
    while waiting:
        for name in before.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


def reads_order(step: Transformation) -> bool:
    if step.type not in READERS:
        return False
    if step.type == "Summarize":
        return any(
            each.get("action") in BY_SETTING["Summarize"]
            for each in step.settings.all("SummarizeFields", "SummarizeField")
        )
    if step.type == "CrossTab":
        return any(each.get("method") in BY_SETTING["CrossTab"] for each in step.settings.all("Methods", "Method"))
    if step.type == "Join":
        return step.settings.get("joinByRecordPos").lower() == "true"
    return True
