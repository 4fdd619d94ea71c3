"""Slowly Changing Dimension: incoming rows are compared with the dimension's current rows and go where they belong.

Source: "Slowly Changing Dimension Transformation": a row may leave by several outputs; one that is new by no other.
"""

from __future__ import annotations

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
COMPARED_IN_DATABASE = 0.85
_KINDS = ((FIXED, "fixed"), (CHANGING, "changing"), (HISTORICAL, "historical"))


def convert(context: StepContext) -> Outcome:
    given = context.input()
    roles = _roles(context)
    if roles.get("inferred") is not None and roles["inferred"].get("port") in context.wanted:
        raise NotConvertible(
            "it tells inferred members apart, which are completed later", "Write the handling of inferred members."
        )
    if context.settings.get("IncomingRowChangeType", DETECT).strip() != DETECT:
        raise NotConvertible(
            "it takes every incoming row as new without a look at the dimension",
            "Lead the rows to where its output of new rows leads, or choose to detect the type of change.",
        )
    compared = _compared(context, given)
    keys = [pair for kind, *pair in compared if kind == KEY]
    if not keys:
        raise NotConvertible("it has no business key", "Choose the business key in the component.")
    reference, dimension = _dimension(context, compared)
    taken = given.names()
    flags = {
        name: Column(unique(f"scd_{name}", taken), "integer") for name in ("new", "fixed", "changing", "historical")
    }
    columns = frame.identity(context, given.columns, "l.")
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


def _dimension(context: StepContext, compared: list[tuple[str, Column, Column]]) -> tuple[Node, Relation]:
    """The dimension's current rows as a source."""
    text = context.settings.get("SqlCommand").strip().rstrip(";")
    if not text:
        raise NotConvertible("it names no dimension", "Choose the dimension table in the component.")
    current = context.settings.get("CurrentRowWhere").strip()
    query = f"SELECT * FROM ({text}) AS dimension WHERE {current}" if current else text  # noqa: S608  # the package's own SQL, never run here
    connector = places.connector(context)
    columns = tuple(right for _, _, right in compared)
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
    return node, Relation(node["id"], columns)


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
    known = f"{names['new']} = 0"
    conditions = {
        "new": f"{names['new']} = 1",
        "fixed": f"{known} AND {names['fixed']} = 1",
        "changing": f"{known} AND {names['changing']} = 1",
        "historical": f"{known} AND {names['historical']} = 1",
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
