"""What every rule of SSIS shares: columns by lineage id, outputs that pass rows through, error outputs, loose ends.

A column's identity is its lineage id; two columns of one buffer may have one name. A `Relation` here knows, under
`("lineage", id)`, the column that holds it; a name that is taken is qualified by the component that made the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import wraps

from sqlglot import exp

from services.migration.ast import Setting
from services.migration.flow import PortKey
from services.migration.rules import sql
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name, port_name
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps.context import StepContext
from services.migration.rules.steps.rule import StepRule
from services.pipelines import types

LINEAGE = "lineage"
COMPUTED = 0.7
"""Confidence of a step one of whose properties an expression of the task replaces."""
ERRORS_LOST = 0.6
"""Confidence of a step whose error output has readers: a row that fails in SQL stops the run."""
Added = Sequence[tuple[str, Column]]
"""New columns with their lineage ids."""
_OPERATION = re.compile(r"^(?:#\{(?P<path>.*)\}|#?(?P<number>\d+))$", re.DOTALL)


def key(lineage: str) -> PortKey:
    return LINEAGE, lineage


def truth(text: str) -> bool:
    return text.strip().lower() in ("true", "1", "-1")


def number(text: str, default: int = 0) -> int:
    try:
        return int(text)
    except ValueError:
        return default


def bare(reference: str) -> str:
    """`#{Package\\…}` and `#35` → the lineage id."""
    match = _OPERATION.match(reference.strip())
    return (match["path"] or match["number"] or "") if match else reference.strip()


def columns(end: Setting) -> tuple[Setting, ...]:
    return end.all("column")


def input_of(context: StepContext, port: str = "") -> Setting:
    """An input's settings by its port; the first where none is named."""
    return next((s for s in context.settings.all("input") if not port or s.get("port") == port), Setting("input"))


def outputs(context: StepContext) -> tuple[Setting, ...]:
    """The outputs that are no error outputs, in the order of the file."""
    return tuple(s for s in context.settings.all("output") if not truth(s.get("isErrorOut")))


def error_outputs(context: StepContext) -> tuple[Setting, ...]:
    return tuple(s for s in context.settings.all("output") if truth(s.get("isErrorOut")))


def type_of(column: Setting) -> str:
    return (
        types.canonical(column.get("type", "varchar"), number(column.get("digits")), number(column.get("decimals")))
        or "varchar"
    )


def text_length(column: Column) -> int:
    """The most letters that a column of texts holds; 0 where it holds no texts, or any."""
    return types.text_length(column.type) if types.kind(column.type) == "string" else 0


def find(relation: Relation, column: Setting) -> Column:
    """The column that an input column reads. Raises NotConvertible where it does not arrive."""
    return by_lineage(relation, column.get("lineageId"), column.get("cachedName") or column.get("name"))


def by_lineage(relation: Relation, reference: str, name: str = "") -> Column:
    lineage = bare(reference)
    held = relation.ports.get(key(lineage), name or last_name(lineage)).lower()
    for column in relation.columns:
        if column.name.lower() == held:
            return column
    raise NotConvertible(
        f"the column {name or last_name(lineage)} that it reads does not arrive",
        "Open the component in the tool, let it refresh its columns, and save the package again.",
    )


def by_name(context: StepContext, relation: Relation, name: str) -> Column:
    """The column of a name that is given: as the component caches it, else as it arrives."""
    setting = next((s for s in columns(input_of(context)) if (s.get("cachedName") or s.get("name")) == name), None)
    return find(relation, setting) if setting is not None else by_lineage(relation, "", name)


def source_of(context: StepContext, relation: Relation, reference: str, name: str = "") -> Column:
    """The column behind a reference to an input column, by that column's own id or by its lineage id."""
    identity = bare(reference)
    for setting in columns(input_of(context)):
        if setting.get("id") == identity:
            return find(relation, setting)
    return by_lineage(relation, reference, name)


def last_name(lineage: str) -> str:
    """The column's own name at the end of a path; what else it is where it is none."""
    return lineage.rpartition(".Columns[")[2].removesuffix("]")


def named(relation: Relation, name: str, component: str) -> str:
    """A name for a new column: its own, else qualified by the component that makes it."""
    taken = relation.names()
    plain = column_name(name)
    return plain if plain.lower() not in taken else unique(f"{plain}_{component}", taken)


def extended(relation: Relation, ref: str, added: Added) -> Relation:
    """The relation with columns added, its order kept."""
    ports = {**relation.ports, **{key(lineage): column.name for lineage, column in added}}
    return replace(relation, ref=ref, columns=(*relation.columns, *(c for _, c in added)), ports=ports)


def fresh(ref: str, made: Added) -> Relation:
    """The rows of an asynchronous output: the columns that it declares and no other."""
    return Relation(ref, tuple(c for _, c in made), {key(lineage): column.name for lineage, column in made})


def declared(output: Setting) -> list[tuple[Setting, str, Column]]:
    """The columns an output declares: settings, lineage id, and a column of a name of its own."""
    taken: set[str] = set()
    return [
        (s, s.get("lineageId"), Column(unique(column_name(s.get("name")), taken), type_of(s))) for s in columns(output)
    ]


def quoted(context: StepContext, column: Column, alias: str = "") -> str:
    return alias + sql.identifier(column.name, context.dialect)


def node_of(context: StepContext, column: Column, table: str = "") -> exp.Column:
    """A column as a node of a tree, quoted as `quoted` quotes it."""
    is_quoted = sql.identifier(column.name, context.dialect) != column.name
    return exp.column(exp.to_identifier(column.name, quoted=is_quoted), table=table or None)


def identity(context: StepContext, chosen: Iterable[Column], alias: str = "") -> list[dict[str, str]]:
    """Columns as they are, for a configuration that lists expressions."""
    return [{"name": c.name, "expression": quoted(context, c, alias), "type": c.type} for c in chosen]


def port_names(ends: Iterable[Setting]) -> dict[str, str]:
    """Output port → a name of the pipeline language; names in other scripts get numbers."""
    taken: set[str] = set()
    return {end.get("port"): unique(port_name(end.get("port")), taken) for end in ends}


def pass_on(context: StepContext, relation: Relation) -> dict[str, Relation]:
    """Every output of a component that leaves rows as they are."""
    return {output.get("port"): relation for output in outputs(context)}


def sink(context: StepContext, ref: str, connector: str, config: Mapping[str, object], name: str = "") -> Node:
    return {
        "id": context.ids.new(name or context.name),
        "type": "sink",
        "connector": connector,
        "depends_on": [ref],
        "config": dict(config),
        "origin": context.origin(),
    }


def warn_of_computed(context: StepContext, computed: Setting) -> None:
    context.warn(
        f"{computed.get('name')} is computed as the package runs ({computed.value[:400]}); here it is the value that "
        "the package holds.",
        confidence=COMPUTED,
    )


def rule(
    confidence: float, convert: Callable[[StepContext], Outcome], *, carries: bool = True, reads: str = ""
) -> StepRule:
    """A rule whose error outputs and loose ends are seen to. `reads`: a property whose expression it reads itself."""

    @wraps(convert)
    def whole(context: StepContext) -> Outcome:
        for computed in context.settings.all("computed"):
            if computed.get("name") != reads:
                warn_of_computed(context, computed)
        outcome = _with_errors(context, convert(context))
        return _with_end(context, outcome)

    return StepRule(confidence, whole, carries)


def _with_errors(context: StepContext, outcome: Outcome) -> Outcome:
    """Error outputs that something reads: their columns, and no rows, for a value that fails stops SQL."""
    wanted = [e for e in error_outputs(context) if e.get("port") in context.wanted]
    for output in wanted:
        if output.get("port") in outcome.outputs:
            continue
        arrived = context.arrivals()
        given = arrived[0] if arrived else next(iter(outcome.outputs.values()))
        nodes, relation = _no_rows(context, given, output, passes=bool(arrived))
        context.warn(
            f"Rows that fail go to the output '{output.get('name')}' in SSIS; in SQL they can't be told apart: this "
            "output stays empty, and such a row stops the run or is loaded.",
            confidence=ERRORS_LOST,
        )
        outcome = replace(
            outcome, nodes=(*outcome.nodes, *nodes), outputs={**outcome.outputs, output.get("port"): relation}
        )
    return outcome


def _no_rows(
    context: StepContext, given: Relation, output: Setting, *, passes: bool
) -> tuple[tuple[Node, Node], Relation]:
    added: list[tuple[str, Column]] = []
    base = given if passes else Relation(given.ref, ())
    taken = base.names()
    for setting in columns(output):
        name = column_name(setting.get("name"))
        name = name if name.lower() not in taken else f"{name}_{context.name}"
        added.append((setting.get("lineageId"), Column(unique(name, taken), type_of(setting))))
    null = [{"name": c.name, "expression": sql.null(c.type, context.dialect), "type": c.type} for _, c in added]
    config: dict[str, object] = {"columns": null}
    if passes:
        config = {"passthrough": ["*"], **config}
    none = context.node("sql_where", {"condition": "1 = 0"}, [given.ref], name=f"{context.name} errors")
    shaped = context.node("sql_expression", config, [none["id"]], name=f"{context.name} error columns")
    return (none, shaped), extended(base, shaped["id"], added)


def _with_end(context: StepContext, outcome: Outcome) -> Outcome:
    """Rows that lead nowhere are kept, or the pipeline would have no end."""
    if not outcome.outputs or context.wanted or any(node["type"] == "sink" for node in outcome.nodes):
        return outcome
    first = next(iter(outcome.outputs.values()))
    end = sink(context, first.ref, "inline", {"mode": "overwrite"}, f"{context.name} rows")
    return replace(outcome, nodes=(*outcome.nodes, end))


def outline(context: StepContext) -> Relation:
    """What a step that was not converted gives: what it passes through and every column that it declares."""
    arrived = context.arrivals()
    synchronous = any(s.get("synchronousInputId", "0") not in ("", "0") for s in outputs(context))
    given = arrived[0] if arrived and synchronous else Relation("", ())
    taken = given.names()
    added: list[tuple[str, Column]] = []
    held: dict[PortKey, str] = {}
    for output in context.settings.all("output"):
        own = {c.name.lower(): c.name for _, c in added}
        for setting in columns(output):
            name = column_name(setting.get("name"))
            if name.lower() in own:  # the outputs of a step may repeat a column
                held[key(setting.get("lineageId"))] = own[name.lower()]
                continue
            name = name if name.lower() not in taken else f"{name}_{context.name}"
            added.append((setting.get("lineageId"), Column(unique(name, taken), type_of(setting))))
    found = extended(replace(given, order=()), "", added)
    return replace(found, ports={**found.ports, **held})
