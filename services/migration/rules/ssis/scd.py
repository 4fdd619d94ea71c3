"""Slowly Changing Dimension: incoming rows are compared with the dimension's current rows and go where they belong.

Source: "Slowly Changing Dimension Transformation": a row may leave by several outputs; one that is new by no other.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.ast import Setting
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.ssis import compare, frame, places
from services.migration.rules.steps.context import StepContext

KEY, CHANGING, HISTORICAL, FIXED = "1", "2", "3", "4"
"""`ColumnType` of an input column; 0 is compared with nothing."""
DETECT = "1"
"""`IncomingRowChangeType`: what kind of change a row is has to be found out."""
OUTPUTS = ("unchanged", "new", "fixed", "changing", "historical", "inferred")
"""The outputs in the order in which the product writes them; their names are in the author's language."""
_WORDS = {
    "unchanged": "unchanged",
    "new": "new ",
    "fixed": "fixed",
    "changing": "changing",
    "historical": "historical",
    "inferred": "inferred",
}
COMPARED_IN_DATABASE = 0.84
INFERRED_ALONE = 0.79
_KINDS = ((FIXED, "fixed"), (CHANGING, "changing"), (HISTORICAL, "historical"))


def convert(context: StepContext) -> Outcome:
    given = context.input()
    roles = _roles(context)
    if context.settings.get("IncomingRowChangeType", DETECT).strip() != DETECT:
        raise NotConvertible(
            "it takes every incoming row as new without a look at the dimension",
            "Lead the rows to where its output of new rows leads, or choose to detect the type of change.",
        )
    compared = _compared(context, given)
    keys = [pair for kind, *pair in compared if kind == KEY]
    if not keys:
        raise NotConvertible("it has no business key", "Choose the business key in the component.")
    reference, dimension, inferred = _dimension(context, compared)
    taken = given.names()
    flags = {name: Column(unique(f"scd_{name}", taken), "integer") for name in OUTPUTS if name != "unchanged"}
    columns = frame.identity(context, given.columns, "l.")
    columns.append(_flag(flags["inferred"], inferred))
    columns.append(_flag(flags["new"], f"{frame.quoted(context, keys[0][1], 'r.')} IS NULL"))
    for code, name in _KINDS:
        changes = [compare.differ(context, left, right) for kind, left, right in compared if kind == code]
        columns.append(_flag(flags[name], " OR ".join(changes) or "1 = 0"))
    condition = " AND ".join(compare.equal(context, left, right, nulls_match=False) for left, right in keys)
    joined = context.node(
        "sql_join_pushdown",
        {
            "left": given.ref,
            "right": dimension.ref,
            "condition": condition,
            "policy": "any",
            "on_no_match": "nulls",
            "columns": columns,
        },
        [given.ref, dimension.ref],
        name=f"{context.name} comparison",
    )
    context.warn(
        "Rows are compared with the dimension as it is before the load; SSIS compares by the database's collation.",
        confidence=COMPARED_IN_DATABASE,
    )
    return _outputs(context, given, flags, roles, reference, joined)


def _roles(context: StepContext) -> dict[str, Setting]:
    """Each output by what it means: by its English name, else by its place."""
    ends = frame.outputs(context)
    found: dict[str, Setting] = {}
    for place, end in enumerate(ends):
        name = end.get("name").lower()
        role = next((role for role, word in _WORDS.items() if name.startswith(word)), "")
        role = role or (OUTPUTS[place] if place < len(OUTPUTS) else "")
        found.setdefault(role, end)
    return found


def _compared(context: StepContext, given: Relation) -> list[tuple[str, Column, Column]]:
    end = frame.input_of(context)
    externals = {s.get("id"): s for s in end.all("external")}
    found = []
    taken: set[str] = set()
    for setting in frame.columns(end):
        kind = setting.get("ColumnType", "0")
        if kind not in (KEY, CHANGING, HISTORICAL, FIXED):
            continue
        column = frame.find(given, setting)
        external = externals.get(setting.get("externalMetadataColumnId"))
        name = external.get("name") if external is not None else column.name
        right = frame.type_of(external) if external is not None and external.get("type") else column.type
        found.append((kind, column, Column(unique(column_name(name), taken), right)))
    return found


def _dimension(context: StepContext, compared: list[tuple[str, Column, Column]]) -> tuple[Node, Relation, str]:
    """The dimension's current rows as a source, and the condition under which one of them is an inferred member."""
    text = context.settings.get("SqlCommand").strip().rstrip(";")
    if not text:
        raise NotConvertible("it names no dimension", "Choose the dimension table in the component.")
    columns = [right for _, _, right in compared]
    inferred = "1 = 0"
    indicator = ""
    if frame.truth(context.settings.get("EnableInferredMember")):
        context.warn(
            "Rows of inferred members go to their own output only, as they do in SSIS.", confidence=INFERRED_ALONE
        )
        indicator = context.settings.get("InferredMemberIndicator").strip().strip("[]")
        flag = Column(unique(column_name(indicator or "inferred"), {c.name.lower() for c in columns}), "integer")
        empty = [f"{frame.quoted(context, right, 'r.')} IS NULL" for kind, _, right in compared if kind != KEY]
        inferred = f"{frame.quoted(context, flag, 'r.')} = 1" if indicator else " AND ".join(empty)
        columns += [flag] if indicator else []
        key = next(right for kind, _, right in compared if kind == KEY)
        inferred = f"{frame.quoted(context, key, 'r.')} IS NOT NULL AND ({inferred or '1 = 0'})"
    query = current_rows(text, context.settings.get("CurrentRowWhere").strip(), indicator)
    connector = places.connector(context)
    node: Node = {
        "id": context.ids.new(f"{context.name} dimension"),
        "type": "source",
        "connector": connector,
        "config": {
            **places.connection(context),
            "query": query,
            "dialect": places.dialect(context, connector, query),
        },
        "columns": [{"name": c.name, "type": c.type} for c in columns],
        "origin": context.origin(),
    }
    return node, Relation(node["id"], tuple(columns)), inferred


def current_rows(text: str, current: str, indicator: str = "") -> str:
    """The statement with the condition of current rows, which may name columns that it does not choose.

    Raises NotConvertible where the condition has no place in the statement.
    """
    if not current and not indicator:
        return text
    try:
        tree: exp.Expr | None = sqlglot.parse_one(text, dialect="tsql")
        condition = sqlglot.condition(current, dialect="tsql") if current else None
    except (SqlglotError, RecursionError):
        tree = condition = None
    if not isinstance(tree, exp.Select):
        raise NotConvertible(
            "its statement for the dimension could not be read", "Write a statement that chooses the current rows."
        )
    if indicator and indicator.lower() not in {name.lower() for name in tree.named_selects} and not tree.is_star:
        tree = tree.select(exp.column(exp.to_identifier(indicator, quoted=True)))
    return (tree.where(condition) if condition is not None else tree).sql("tsql")


def _flag(column: Column, condition: str) -> dict[str, str]:
    return {"name": column.name, "expression": f"CASE WHEN {condition} THEN 1 ELSE 0 END", "type": column.type}


def _outputs(
    context: StepContext,
    given: Relation,
    flags: dict[str, Column],
    roles: dict[str, Setting],
    reference: Node,
    joined: Node,
) -> Outcome:
    names = {role: frame.quoted(context, column) for role, column in flags.items()}
    known = f"{names['new']} = 0 AND {names['inferred']} = 0"
    conditions = {
        "new": f"{names['new']} = 1",
        "fixed": f"{known} AND {names['fixed']} = 1",
        "changing": f"{known} AND {names['changing']} = 1",
        "historical": f"{known} AND {names['historical']} = 1",
        "inferred": f"{names['inferred']} = 1",
        "unchanged": f"{known} AND {names['fixed']} = 0 AND {names['changing']} = 0 AND {names['historical']} = 0",
    }
    if frame.truth(context.settings.get("FailOnFixedAttributeChange")):
        context.warn(
            "A change of a fixed attribute fails the component in SSIS; here the row goes to its output.",
            confidence=0.79,
        )
    branches = [{"port": role, "condition": conditions[role]} for role in conditions if role in roles]
    node = context.node("conditional_branch", {"match": "all", "branches": branches}, [joined["id"]])
    columns = (*given.columns, *flags.values())
    found = {
        roles[role].get("port"): Relation(f"{node['id']}.{role}", columns, given.ports)
        for role in conditions
        if role in roles
    }
    return Outcome("conditional_branch", 1.0, (reference, joined, node), found)
