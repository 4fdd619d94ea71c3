"""SQL that people typed into an export, in the source database's dialect: names resolved, parameters marked.

Filters and joins name `TABLE.COLUMN`; the pipeline language wants `<source id>.<column>`. They are parsed in the
source's dialect, never edited as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.rules.context import NotConvertible
from services.migration.rules.relation import Relation

SQLGLOT_SYSTEMS = {
    "oracle": "oracle",
    "mssql": "tsql",
    "sybase": "tsql",
    "teradata": "teradata",
    "db2": "postgres",
    "postgresql": "postgres",
    "mysql": "mysql",
    "snowflake": "snowflake",
    "hive": "hive",
    "sap_hana": "postgres",
}
PARAMETER = re.compile(r"'\$\$([A-Za-z_]\w*)'|\$\$([A-Za-z_]\w*)|\$(PM[A-Za-z_]\w*)")


def parameters(text: str) -> tuple[str, ...]:
    """Names of the parameters in a text, as the tool writes them: `$$LOAD_DATE`, `$PMFolderName`."""
    found = (f"${m.group(3)}" if m.group(3) else f"$${m.group(1) or m.group(2)}" for m in PARAMETER.finditer(text))
    return tuple(dict.fromkeys(found))


def with_parameters(text: str) -> str:
    """`'$$LOAD_DATE'` and `$$LOAD_DATE` → `:LOAD_DATE`."""
    return PARAMETER.sub(lambda m: ":" + (m.group(1) or m.group(2) or m.group(3)), text)


def parse(text: str, dialect: str, place: str) -> exp.Expr:
    """A condition or query as a tree. Raises NotConvertible with the parser's own words."""
    try:
        tree = sqlglot.parse_one(with_parameters(text), dialect=SQLGLOT_SYSTEMS.get(dialect))
    except (SqlglotError, RecursionError) as error:
        said = str(error).split("\n", 1)[0].split(". Line", 1)[0]
        raise NotConvertible(
            f"{place} cannot be read as SQL of {dialect or 'the source'}: {said}", f"Rewrite the {place} by hand."
        ) from None
    return tree


def qualified(text: str, dialect: str, place: str, sources: Mapping[str, Relation]) -> str:
    """A condition with every column as `<source id>.<column>`. `sources`: table or instance name → relation."""
    tree = parse(text, dialect, place)
    relations = {name.lower(): relation for name, relation in sources.items()}
    for column in tree.find_all(exp.Column):
        owner, name = _owner(column, relations, place)
        column.set("table", exp.to_identifier(owner.ref))
        column.set("db", None)
        column.set("catalog", None)
        column.set("this", exp.to_identifier(name, quoted=not re.fullmatch(r"[A-Za-z_]\w*", name)))
    return tree.sql(SQLGLOT_SYSTEMS.get(dialect))


def _owner(column: exp.Column, relations: Mapping[str, Relation], place: str) -> tuple[Relation, str]:
    named = relations.get(column.table.lower()) if column.table else None
    candidates = [named] if named else list({id(r): r for r in relations.values()}.values())
    if column.table and not named:
        raise NotConvertible(
            f"{place} names the table {column.table}, which is not one of its sources", f"Correct the {place}."
        )
    found = [
        (relation, item.name)
        for relation in candidates
        for item in relation.columns
        if item.name.lower() == column.name.lower()
    ]
    if len(found) != 1:
        what = "several of its sources have" if found else "none of its sources has"
        raise NotConvertible(f"{place} names the column {column.name}, which {what}", f"Correct the {place}.")
    return found[0]


def output_count(text: str, dialect: str) -> int | None:
    """How many columns a query gives, or None where that cannot be told (`*`, SQL that does not parse)."""
    try:
        tree = sqlglot.parse_one(with_parameters(text), dialect=SQLGLOT_SYSTEMS.get(dialect))
    except (SqlglotError, RecursionError):
        return None
    if not isinstance(tree, exp.Query) or tree.is_star:
        return None
    return len(tree.named_selects)


def order_of(text: str, dialect: str) -> list[tuple[str, bool]]:
    """The ORDER BY of a query as (column, descending), one key each; a key that is no column has the name ""."""
    try:
        tree = sqlglot.parse_one(with_parameters(text), dialect=SQLGLOT_SYSTEMS.get(dialect))
    except (SqlglotError, RecursionError):
        return [("", False)] if re.search(r"\border\s+by\b", text, re.IGNORECASE) else []
    order = tree.args.get("order")
    return [
        (item.this.name if isinstance(item.this, exp.Column) else "", bool(item.args.get("desc")))
        for item in (order.expressions if order else ())
    ]
