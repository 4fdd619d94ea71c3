"""The query of an `sql_query` node: it reads its inputs alone, every name in it resolves, it gives what is declared.

Names are compared without case: query and columns are folded before they meet. The runner folds in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from services.pipelines import types
from services.pipelines.dsl.columns import Resolution
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.finding import Finding, did_you_mean
from services.pipelines.dsl.relation import Relation
from services.pipelines.dsl.sqlread import GRAMMARS, UnreadableSqlError, read
from services.pipelines.dsl.texts import Form
from services.pipelines.severity import Severity

CODE = "QUERY"
MOST_NODES = 10_000
DEEPEST = 250
"""Bounds on the tree of a query; beyond them the optimizer takes seconds, and recursive readers fail."""
NOT_REPEATABLE = (exp.Rand, exp.Randn, exp.Uuid, exp.NextValueFor)
OF_THE_SESSION = (exp.CurrentUser, exp.SessionUser, exp.CurrentSchema, exp.CurrentDatabase, exp.CurrentCatalog)
HARMLESS: dict[str, frozenset[str]] = {
    "postgresql": frozenset({"make_date", "age", "gcd", "octet_length", "pg_input_is_valid"}),
    "duckdb": frozenset({"make_date", "age", "gcd", "octet_length"}),
    "snowflake": frozenset({"btrim"}),
    "teradata": frozenset({"zeroifnull", "nullifzero", "oreplace", "otranslate", "index", "octet_length"}),
    "mssql": frozenset({"datetimefromparts", "quotename", "parsename", "choose", "replicate", "patindex"}),
    "sap_hana": frozenset({"days_between", "seconds_between", "add_days", "add_seconds", "to_decimal", "to_nvarchar",
                           "to_varchar", "to_dats", "to_integer", "hash_md5"}),
}  # fmt: skip  # one line a dialect
"""Functions that the grammar of a dialect does not know, and that only compute. Any other unknown one is refused."""
KINDS: tuple[tuple[str, frozenset[exp.DType]], ...] = (
    ("string", frozenset(exp.DataType.TEXT_TYPES)),
    ("number", frozenset(exp.DataType.NUMERIC_TYPES)),
    ("date", frozenset(exp.DataType.TEMPORAL_TYPES)),
    ("boolean", frozenset({exp.DType.BOOLEAN})),
)


def check_queries(document: Document, resolution: Resolution) -> list[Finding]:
    """A finding for everything that is wrong with the query of an `sql_query` node."""
    found: list[Finding] = []
    dialect = str(document.data.get("dialect") or "postgresql")
    listed = document.data.get("parameters")
    declared = [str(item.get("name")) for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    for node_id in resolution.graph.order:
        node = resolution.graph.nodes[node_id]
        if node_id in resolution.trusted and node.get("transform") == "sql_query":
            given = relations(node["config"], resolution.inputs[node_id])
            place = resolution.graph.path(node_id, "config", "query")
            said = problems(node["config"], given, dialect, declared)
            found.extend(document.finding(Severity.ERROR, CODE, message, place) for message in said)
    return found


def relations(config: Mapping[str, Any], inputs: Mapping[str, Relation]) -> dict[str, Relation]:
    """The inputs by the names that the query reads them by."""
    return {item["name"]: inputs.get(item["ref"], Relation(known=False)) for item in config["inputs"]}


def folded(tree: exp.Expr) -> exp.Expr:
    """A copy in which every name is in lower case and quoted, and every table that has no alias is its own.

    sqlglot gives a table without one an alias that it does not quote, and in dialects that fold names upwards finds
    no column under it.
    """
    made = tree.copy()
    for name in made.find_all(exp.Identifier):
        name.set("this", name.this.casefold())
        name.set("quoted", True)
    for table in made.find_all(exp.Table):
        if not table.alias and isinstance(table.this, exp.Identifier):
            table.set("alias", exp.TableAlias(this=table.this.copy()))
    return made


def problems(
    config: Mapping[str, Any], given: Mapping[str, Relation], dialect: str, parameters: Sequence[str] = ()
) -> list[str]:
    """What is wrong with a query, each with what to do; [] where it is sound."""
    if not all(relation.known for relation in given.values()):
        return []  # said where the input's own columns are checked
    try:
        trees = read(config["query"], Form.QUERY, dialect)
    except UnreadableSqlError:
        return []  # said by the check of all SQL
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        return ["must be one SELECT"]
    too_large = _size(trees[0])
    if too_large:
        return [too_large]
    tree = folded(trees[0])
    said = [*_shape(tree, given), *_functions(tree, dialect), *_parameters(tree, parameters)]
    return list(dict.fromkeys(said)) or list(_columns(tree, config["columns"], given, dialect))


def _size(tree: exp.Expr) -> str:
    """What is wrong with a query that takes long to be understood; "" where nothing is.

    A WITH part counts as often as it is read, since it is written there: parts that read each other twice double it.
    """
    depths = {id(tree): 0}
    for node in tree.bfs():
        if node.parent is not None and node is not tree:
            depths[id(node)] = depths[id(node.parent)] + 1
    if max(depths.values()) > DEEPEST:
        return "is nested too deeply; write it with fewer levels or shorter chains of operators"
    parts: dict[str, int] = {}
    for cte in tree.find_all(exp.CTE):
        parts.setdefault(cte.alias.casefold(), 0)
        parts[cte.alias.casefold()] = _written(cte.this, parts)
    if len(depths) > MOST_NODES or _written(tree, parts) > MOST_NODES:
        return (
            f"is too large: over {MOST_NODES} names, values and operators, WITH parts counted each time they are read"
        )
    return ""


def _written(tree: exp.Expr, parts: Mapping[str, int]) -> int:
    return sum(1 + (parts.get(n.name.casefold(), 0) if isinstance(n, exp.Table) else 0) for n in tree.bfs())


def _shape(tree: exp.Expr, given: Mapping[str, Relation]) -> Iterator[str]:
    ctes = [cte.alias for cte in tree.find_all(exp.CTE)]
    yield from _with(tree, ctes, given)
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            yield f"reads from a function, {table.this.sql()[:60]}; only its inputs can be read: {', '.join(given)}"
        elif table.db or table.name not in {*given, *ctes}:
            written = f"{table.db}.{table.name}" if table.db else table.name
            yield f"reads '{written}', which is no input; only these are: {', '.join(given)}"
    if any(not isinstance(node.parent, exp.Count) for node in tree.find_all(exp.Star)):
        yield "holds '*'; name the columns"
    yield from (f"holds {what}; take it out" for kind, what in _PARTS.items() if tree.find(kind))


def _with(tree: exp.Expr, ctes: Sequence[str], given: Mapping[str, Relation]) -> Iterator[str]:
    for name in dict.fromkeys(ctes):
        if name in given:
            yield f"the name '{name}' of a WITH part is that of an input; rename it"
        if ctes.count(name) > 1:
            yield f"the name '{name}' stands twice in WITH; rename one"
    for part in tree.find_all(exp.With):
        if part.recursive:
            yield "WITH RECURSIVE has no place here"
        if part.parent is not tree:
            yield "has WITH inside; put it before the SELECT"


_PARTS: dict[type[exp.Expr], str] = {
    exp.Lock: "a lock (FOR UPDATE)",
    exp.Into: "INTO",
    exp.Lateral: "LATERAL",
    exp.Unnest: "UNNEST",
    exp.TableSample: "TABLESAMPLE, which gives other rows each time",
    exp.Hint: "a hint",
    exp.Command: "a command",
    exp.SessionParameter: "a parameter of the session",
    exp.Parameter: "a variable of the session",
}


def _functions(tree: exp.Expr, dialect: str) -> Iterator[str]:
    for node in tree.find_all(exp.Func):
        name = node.name if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc) else node.sql_name()
        unknown = isinstance(node, exp.Anonymous | exp.AnonymousAggFunc)
        if isinstance(node, NOT_REPEATABLE):
            yield f"the function {name} gives other values each time"
        elif isinstance(node, OF_THE_SESSION):
            yield f"the function {name} tells of the session, not of the rows"
        elif unknown and name.casefold() not in HARMLESS.get(dialect, frozenset()):
            yield f"the function {name} is not known in {dialect}; use one that is"


def _parameters(tree: exp.Expr, declared: Sequence[str]) -> Iterator[str]:
    for node in tree.find_all(exp.Placeholder):
        if node.name not in declared:
            yield f"the parameter ':{node.name}' is not declared.{did_you_mean(node.name, declared)}"


def _columns(
    tree: exp.Expr, columns: Sequence[Mapping[str, Any]], given: Mapping[str, Relation], dialect: str
) -> Iterator[str]:
    schema = _schema(given)
    try:
        tree = annotate_types(_qualified(tree, schema, dialect), schema, dialect=GRAMMARS[dialect])
    except (SqlglotError, RecursionError) as error:
        yield _said(error, given)
        return
    if not isinstance(tree, exp.Query):
        yield "must be one SELECT"
        return
    wanted = [str(item["name"]).casefold() for item in columns]
    named = [select.alias_or_name.casefold() for select in tree.selects]
    if named != wanted:
        shown = [f"{item['name']} {item.get('type', '')}".strip() for item in columns]
        yield f"gives the columns ({', '.join(named)}), but must give, in this order: ({', '.join(shown)})"
        return
    for item, select in zip(columns, tree.selects, strict=True):
        expected, is_ = types.kind(str(item.get("type", "unknown"))), _kind(select)
        if is_ and expected not in (is_, "unknown", "binary"):
            yield f"gives {item['name']} as a {is_}, but it is declared {item['type']}; convert it explicitly"


def _schema(given: Mapping[str, Relation]) -> dict[str, object]:
    """The inputs as sqlglot knows tables. Its names are quoted, as `folded` quotes those of the query."""
    return {
        f'"{name}"': {f'"{column.name.casefold()}"': _type(column.type) for column in relation.columns}
        for name, relation in given.items()
    }


def _qualified(tree: exp.Expr, schema: dict[str, object], dialect: str) -> exp.Expr:
    return qualify(tree, schema=schema, dialect=GRAMMARS[dialect], identify=True, expand_stars=False)


def sources(
    config: Mapping[str, Any], given: Mapping[str, Relation], dialect: str
) -> list[list[tuple[str, str, bool]]]:
    """For each output column the input columns in it: name of the input, column, and whether it is merely copied.

    [] where the query can't be read. A WITH part or subquery stands for the columns that its own column is made of.
    """
    try:
        (tree,) = read(config["query"], Form.QUERY, dialect)
        nodes = lineage(None, folded(tree), _schema(given), dialect=GRAMMARS[dialect])
    except (SqlglotError, UnreadableSqlError, ValueError, RecursionError):
        return []
    return [list(dict.fromkeys(_leaves(node, given))) for node in nodes.values()]


def _leaves(node: Node, given: Mapping[str, Relation], copied: bool = True) -> Iterator[tuple[str, str, bool]]:
    copied = copied and isinstance(node.expression.unalias(), exp.Column | exp.Table | exp.Query)
    if not node.downstream and isinstance(node.expression, exp.Table) and node.expression.name in given:
        column = given[node.expression.name].find(node.name.rpartition(".")[2].strip('"'))
        if column:
            yield node.expression.name, column.name, copied
    for part in node.downstream:
        yield from _leaves(part, given, copied)


def _type(text: str) -> str:
    """A type of the language as sqlglot's schema takes it."""
    base = text.partition("(")[0]
    return {"string": "text", "timestamp_tz": "timestamptz", "unknown": "unknown", "xml": "text"}.get(base, text)


def _kind(select: exp.Expr) -> str:
    """The kind of value that an output column has; "" where it is not known."""
    of = select.type.this if isinstance(select.type, exp.DataType) else None
    return next((name for name, members in KINDS if of in members), "")


def _said(error: Exception, given: Mapping[str, Relation]) -> str:
    if isinstance(error, RecursionError):
        return "is nested too deeply"
    text = str(error).splitlines()[0].split(" Line:", 1)[0].rstrip(".")
    shown = "; ".join(f"{name}({', '.join(relation.names[:60])})" for name, relation in given.items())
    return f"{text}. The inputs: {shown}"
