"""OLE DB Command: a statement for each row. One that writes rows by plain columns becomes a sink for all of them."""

from __future__ import annotations

from sqlglot import exp

from services.migration.rules import sql
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.ssis import frame, missing, places, statements
from services.migration.rules.ssis.row_values import Constant
from services.migration.rules.ssis.statements import Statement
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

ROW_BY_ROW = 0.85
COLLATED = 0.79
"""Confidence where texts find the rows: the database compares them by its collation, often without case."""
FIRST_COUNTS = 0.84


def convert(context: StepContext) -> Outcome:
    """Source: "OLE DB Command Transformation"."""
    given = context.input()
    columns = _parameters(context, given)
    first = {column.name: place for place, column in sorted(columns.items(), reverse=True)}
    alike = {place: first[column.name] for place, column in columns.items()}
    found = statements.read(context.settings.get("SqlCommand"), alike)
    nodes: list[Node] = []
    for place, statement in enumerate(found):
        label = f"{context.name} {place + 1}" if len(found) > 1 else context.name
        order = place + 1 if len(found) > 1 or context.wanted else 0
        nodes += _written(context, given, statement, columns, label, order)
    context.warn("The statement runs for each row in SSIS; here the rows are written together.", confidence=ROW_BY_ROW)
    passed = Relation(given.ref, given.columns, given.ports, given.order)
    return Outcome("sink", 1.0, tuple(nodes), frame.pass_on(context, passed))


def _written(
    context: StepContext, given: Relation, statement: Statement, columns: dict[int, Column], label: str, order: int
) -> list[Node]:
    """The sink of one statement, after a step that computes its values.

    `order` is its place in the load, for a row is written before it goes on; 0 where nothing comes before or after.
    """
    written: list[dict[str, str]] = []
    computed: list[dict[str, str]] = []
    taken = given.names()
    for target, value in statement.values.items():
        entry = {"name": column_name(target)}
        number = statements.place(value)
        if number is None:
            name = unique(f"set_{column_name(target)}", taken)
            computed.append({"name": name, "expression": _expression(context, value, columns)})
            written.append({**entry, "from": name})
            continue
        source = _column(columns, number)
        written.append({**entry, "from": source.name, "type": source.type})
    _told(context, statement, columns)
    nodes: list[Node] = []
    ref = given.ref
    if statement.unless:
        nodes, ref = missing.rows_missing(context, given, statement, columns, label)
    if computed:
        config = {"passthrough": ["*"], "columns": computed}
        nodes.append(context.node("sql_expression", config, [ref], name=f"{label} values"))
        ref = nodes[-1]["id"]
    config = {
        **places.connection(context),
        **places.table(statement.target),
        "mode": statement.mode,
        **({"keys": [column_name(key) for key in statement.keys]} if statement.keys else {}),
        **({"only": _only(statement)} if statement.only and not statement.unless else {}),
        "columns": written,
        **({"load_order": order} if order else {}),
    }
    return [*nodes, frame.sink(context, ref, places.connector(context), config, label)]


def _told(context: StepContext, statement: Statement, columns: dict[int, Column]) -> None:
    """What finds the table's rows in another way than in the database."""
    found = {**statement.unless, **{key: statement.values[key] for key in statement.keys}}
    texts = [name for name, value in found.items() if _is_text(value, columns)]
    texts += [name for name, value in statement.only.items() if isinstance(value, str)]
    for target in dict.fromkeys(texts):
        context.warn(f"The database compares {target} by its own collation; here case counts.", confidence=COLLATED)
    written = {name.lower() for name in statement.values}
    held = [name for name in statement.only if name.lower() in written]
    if statement.mode == "update" and held:
        context.warn(
            f"It changes {', '.join(held)}, by which it chooses rows: of several rows of one key the first counts in "
            "SSIS, not here.",
            confidence=FIRST_COUNTS,
        )


def _is_text(value: exp.Expr, columns: dict[int, Column]) -> bool:
    number = statements.place(value)
    return value.is_string if number is None else types.kind(_column(columns, number).type) == "string"


def _only(statement: Statement) -> dict[str, Constant]:
    return {column_name(name): value for name, value in statement.only.items()}


def _column(columns: dict[int, Column], place: int) -> Column:
    if place not in columns:
        raise NotConvertible(f"its parameter {place + 1} has no column", "Map the parameter to a column.")
    return columns[place]


def _expression(context: StepContext, value: exp.Expr, columns: dict[int, Column]) -> str:
    """A computed value in the dialect of the pipeline, the columns in place of the parameters."""

    def named(node: exp.Expr) -> exp.Expr:
        number = statements.place(node)
        return node if number is None else frame.node_of(context, _column(columns, number))

    return value.transform(named).sql(sql.sqlglot_name(context.dialect))


def _parameters(context: StepContext, given: Relation) -> dict[int, Column]:
    """Place of the `?` → the column: external columns stand in the order of the parameters."""
    end = frame.input_of(context)
    order = {external.get("id"): place for place, external in enumerate(end.all("external"))}
    return {
        order.get(s.get("externalMetadataColumnId"), place): frame.find(given, s)
        for place, s in enumerate(frame.columns(end))
    }
