"""Pieces of SQL as syntax trees: names, literals, casts, orders, windows. Every name is quoted, so case is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.relation import Relation
from services.pipelines.runner.errors import NotRunnableError

TYPES: dict[str, str] = {
    "string": "TEXT",
    "varchar": "TEXT",
    "char": "TEXT",
    "text": "TEXT",
    "boolean": "BOOLEAN",
    "tinyint": "SMALLINT",
    "smallint": "SMALLINT",
    "integer": "INT",
    "bigint": "BIGINT",
    "decimal": "DECIMAL(38, 10)",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamp_tz": "TIMESTAMPTZ",
    "interval": "INTERVAL",
    "binary": "VARBINARY",
    "json": "JSON",
    "xml": "TEXT",
    "uuid": "UUID",
}
"""Types of the language → sqlglot's. Lengths of texts are not enforced while rows flow.

A decimal without sizes holds 28 digits and 10 places everywhere: by themselves the dialects take anything from (5,0)
to no limit at all.
"""
TEXT_KINDS = ("string", "varchar", "char", "text", "xml")

UNORDERED = exp.Subquery(this=exp.select(exp.null()))
"""What a window is ordered by where no order is meant: some dialects insist on an ORDER BY."""


def name(text: str) -> exp.Identifier:
    return exp.Identifier(this=text, quoted=True)


def column(text: str, table: str = "") -> exp.Column:
    return exp.Column(this=name(text), table=name(table) if table else None)


def alias(tree: exp.Expr, text: str) -> exp.Expr:
    """A value under a name. A tree that stands somewhere already is copied, any other is taken."""
    return exp.Alias(this=tree if tree.parent is None else tree.copy(), alias=name(text))


def table(text: str, as_name: str = "") -> exp.Expr:
    """A relation of the script, under another name where one is given."""
    found = exp.Table(this=name(text))
    return exp.alias_(found, as_name, quoted=True, table=True) if as_name else found


def subquery(query: exp.Query, as_name: str) -> exp.Subquery:
    """A query as something to select from."""
    return exp.Subquery(this=query, alias=exp.TableAlias(this=name(as_name)))


def select(columns: Iterable[exp.Expr | str], source: exp.Expr, where: exp.Expr | None = None) -> exp.Select:
    """Columns of a source, of the rows that meet a condition. The trees are taken, not copied."""
    made = exp.select(*columns).from_(source, copy=False)
    return made if where is None else made.where(where, copy=False)


def create_table(node_id: str, name_of_table: str, relation: Relation, *properties: exp.Expr) -> exp.Create:
    """A table with the columns that a node declares; a column of unknown type holds texts."""
    if not relation.columns:
        raise NotRunnableError(node_id, "it declares no columns, so its table can't be made")
    definitions = [
        exp.ColumnDef(this=name(each.name), kind=data_type(each.type) or exp.DataType.build("TEXT"))
        for each in relation.columns
    ]
    schema = exp.Schema(this=table(name_of_table), expressions=definitions)
    return exp.Create(this=schema, kind="TABLE", properties=exp.Properties(expressions=list(properties)))


def is_text(kind: str) -> bool:
    """Whether a type of the language holds texts."""
    return kind.partition("(")[0] in TEXT_KINDS


def data_type(text: str) -> exp.DataType | None:
    """The SQL type of a type of the language; None for `unknown`."""
    found = _data_type(text)
    if found is None or found.expressions:
        return None if found is None else found.copy()
    return exp.DataType(this=found.this, nested=False)


@lru_cache(maxsize=1024)
def _data_type(text: str) -> exp.DataType | None:
    base, _, rest = text.partition("(")
    known = TYPES.get(base)
    if known is None:
        return None
    return exp.DataType.build(f"DECIMAL({rest}" if base == "decimal" and rest else known)


def cast(tree: exp.Expr, text: str) -> exp.Expr:
    """The value as a type of the language; unchanged where the type is unknown."""
    kind = data_type(text)
    return tree if kind is None else exp.Cast(this=tree, to=kind)


def literal(value: Any) -> exp.Expr:
    """A plain value: text, number, boolean or None."""
    if value is None:
        return exp.null()
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, int | float):
        return exp.Literal.number(str(value)) if value >= 0 else exp.Neg(this=exp.Literal.number(str(-value)))
    return exp.Literal.string(str(value))


def order(
    items: Sequence[Mapping[str, Any]], source: str = "", *, reverse: bool = False, null_ordering: str = ""
) -> list[exp.Expr]:
    """Order items of the language as ORDER BY keys; `source` qualifies the columns.

    Where an item does not say where nulls go, `null_ordering` does, as sqlglot names it: nulls_are_large,
    nulls_are_small, nulls_are_last.
    """
    return [_ordered(item, source, reverse, null_ordering) for item in items]


def by_bytes(keys: Sequence[exp.Expr], given: Relation, dialect: str) -> list[exp.Expr]:
    """The keys, texts ordered by their bytes, as DuckDB and the tools do, and not by the database's collation."""
    for key in keys if dialect == "postgresql" else ():
        if any(is_text(given.type_of(each.name)) for each in key.find_all(exp.Column)):
            key.set("this", exp.Collate(this=key.this, expression=name("C")))
    return list(keys)


def _ordered(item: Mapping[str, Any], source: str, reverse: bool, null_ordering: str) -> exp.Expr:
    key: exp.Expr = column(item["column"], source)
    if not item.get("case_sensitive", True):
        key = exp.Upper(this=key)
    wanted = item.get("direction", "asc") == "desc"
    default = {"nulls_are_last": False, "nulls_are_small": not wanted}.get(null_ordering, wanted)
    first = item["nulls"] == "first" if item.get("nulls") else default
    return exp.Ordered(this=key, desc=wanted != reverse, nulls_first=first != reverse)


def window(function: exp.Expr, partition: Iterable[exp.Expr], keys: Sequence[exp.Expr]) -> exp.Window:
    """A function over a partition in an order."""
    return exp.Window(
        this=function,
        partition_by=list(partition),
        order=exp.Order(expressions=list(keys) or [exp.Ordered(this=UNORDERED.copy(), nulls_first=True)]),
    )


def row_number(partition: Iterable[exp.Expr] = (), keys: Sequence[exp.Expr] = ()) -> exp.Window:
    return window(exp.RowNumber(), partition, keys)


def false_or_null(condition: exp.Expr) -> exp.Expr:
    """True where a condition is false or null, in every dialect."""
    return exp.EQ(this=exp.Case().when(condition, literal(1)).else_(literal(0)), expression=literal(0))


def both(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """All conditions; true where there are none."""
    found = list(conditions)
    return exp.and_(*found) if found else exp.EQ(this=literal(1), expression=literal(1))


def same(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Equal, null being equal to null."""
    return exp.NullSafeEQ(this=left, expression=right)
