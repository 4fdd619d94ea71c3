"""SQL that people typed into an export, in the source database's dialect: names resolved, parameters marked.

Filters and joins name `TABLE.COLUMN`; the pipeline language wants `<source id>.<column>`. They are parsed in the
source's dialect, never edited as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

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
PARAMETER = re.compile(r"\$\$((?i:\$SessStartTime)|[A-Za-z_]\w*)|\$(PM[A-Za-z_]\w*|Param[A-Za-z_]\w*)")
PLACES = re.compile(rf"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|{PARAMETER.pattern}", re.DOTALL)
"""Comments, texts and parameters: what a parameter means depends on what it stands in."""
DATE_AS_TEXT = {
    "mssql": "FORMAT(CAST({} AS DATETIME2), 'MM/dd/yyyy HH:mm:ss')",
    "sybase": "FORMAT(CAST({} AS DATETIME2), 'MM/dd/yyyy HH:mm:ss')",
}
DATE_AS_TEXT_ELSE = "TO_CHAR(CAST({} AS TIMESTAMP), 'MM/DD/YYYY HH24:MI:SS')"
"""How a date parameter between quotes is written into SQL. Source: PowerCenter Designer Guide, "Mapping Parameters and
Variables": the default date format of a query."""
JOINED_TEXTS = {"mssql": "+", "sybase": "+"}
PSEUDO_COLUMNS = {"oracle": frozenset({"ROWNUM", "ROWID", "USER", "LEVEL", "ORA_ROWSCN"})}
PIECE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:[\w\"]+\.)?:(\w+)|(?<![\w:]):(\w+)\s*\.", re.IGNORECASE)
"""A parameter where a query names a table or schema."""
GLUED = re.compile(
    r"(?<=[\w.@\[\"])(?:\$\$|\$(?=P(?:M|aram)))(\w+)|\bTABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?\$+(\w+)", re.IGNORECASE
)
"""A parameter that is a part of a name, or the name of a table, as the tool writes it."""
LISTED = re.compile(r"\bIN\s*\(\s*(\$\$[A-Za-z_]\w*)\s*\)", re.IGNORECASE)
"""A parameter that is the whole list of values."""


def parameters(text: str) -> tuple[str, ...]:
    """Names of the parameters in a text but its comments, as the tool writes them: `$$LOAD_DATE`, `$PMFolderName`."""
    outside = (m.group(0) for m in PLACES.finditer(text) if not m.group(0).startswith(("--", "/*")))
    found = (m.group(0) for part in outside for m in PARAMETER.finditer(part))
    return tuple(dict.fromkeys(name for name in found if not name.startswith("$$$")))


def with_parameters(text: str, dialect: str = "", types: Mapping[str, str] | None = None) -> str:
    """`'$$CODE'` and `$$CODE` → `:CODE`; `'A$$CODE'` → `('A' || :CODE)`; comments stay as they are.

    `$$$SessStartTime` is the present time as text. A parameter that `types` (by the tool's name) calls a date is a text
    between quotes, as the tool puts it there.
    """

    def replaced(found: re.Match[str]) -> str:
        whole = found.group(0)
        if whole.startswith("'"):
            return _text(whole, dialect, types or {})
        return whole if whole.startswith(("--", "/*")) else _bound(found, dialect)

    return PLACES.sub(replaced, text)


def whole(query: str) -> str:
    """A query without the `--` at its end by which a Lookup is kept from adding an ORDER BY of its own."""
    return re.sub(r"\s*--[ \t]*\Z", "", query.strip())


def _bound(found: re.Match[str], dialect: str) -> str:
    name = found.group(1) or found.group(2)
    return f":{name}" if not name.startswith("$") else _date_as_text("CURRENT_TIMESTAMP", dialect)


def _date_as_text(value: str, dialect: str) -> str:
    return DATE_AS_TEXT.get(dialect, DATE_AS_TEXT_ELSE).format(value)


def _text(literal: str, dialect: str, types: Mapping[str, str]) -> str:
    """A text between quotes with its parameters taken out of it."""
    parts: list[str] = []
    end = 1
    for found in PARAMETER.finditer(literal):
        parts += _quoted(literal[end : found.start()])
        value = _bound(found, dialect)
        is_date = types.get(found.group(0), "").startswith(("timestamp", "date"))
        parts.append(_date_as_text(value, dialect) if is_date else value)
        end = found.end()
    if end == 1:
        return literal
    parts += _quoted(literal[end:-1])
    joined = f" {JOINED_TEXTS.get(dialect, '||')} ".join(parts)
    return joined if len(parts) == 1 else f"({joined})"


def _quoted(text: str) -> list[str]:
    return [f"'{text}'"] if text else []


def parse(text: str, dialect: str, place: str, types: Mapping[str, str] | None = None) -> exp.Expr:
    """A condition or query as a tree. Raises NotConvertible with the parser's own words."""
    try:
        tree = sqlglot.parse_one(with_parameters(text, dialect, types), dialect=SQLGLOT_SYSTEMS.get(dialect))
    except (SqlglotError, RecursionError) as error:
        said = str(error).split("\n", 1)[0].split(". Line", 1)[0]
        raise NotConvertible(
            f"{place} cannot be read as SQL of {dialect or 'the source'}: {said}", f"Rewrite the {place} by hand."
        ) from None
    return tree


def pieces(query: str) -> list[str]:
    """Parameters of SQL that stand for a table, schema or column, or a part of its name: no value to be bound."""
    outside = PLACES.sub(lambda found: found[0] if found[0].startswith("$") else " ", query)
    matches = (*PIECE.finditer(with_parameters(query)), *GLUED.finditer(outside))
    return list(dict.fromkeys(match.group(1) or match.group(2) for match in matches))


def _refuse_pieces(tree: exp.Expr, place: str) -> None:
    """Raises NotConvertible where a parameter stands for a condition: its text is a part of the statement."""
    for holder in tree.find_all(exp.Placeholder):
        whole: exp.Expr = holder
        while whole is not tree and isinstance(whole.parent, exp.Paren | exp.Not):
            whole = whole.parent
        if whole is tree or isinstance(whole.parent, exp.Connector | exp.Where):
            raise NotConvertible(
                f"{place} takes a condition from the parameter {holder.name}, whose text is not in the export",
                "Write the condition that the parameter file gives.",
            )


def needs_query(text: str, dialect: str) -> str:
    """What makes a condition mean something only inside a whole query of its source; "" where nothing does.

    Oracle's `A.ID = B.ID (+)` makes its join an outer one, ROWNUM counts the rows of a query, a subquery reads tables
    of its own.
    """
    try:
        tree = parse(text, dialect, "condition")
    except NotConvertible:
        return ""
    columns = list(tree.find_all(exp.Column))
    if any(column.args.get("join_mark") for column in columns):
        return "outer join"
    if tree.find(exp.Query):
        return "subquery"
    pseudo = PSEUDO_COLUMNS.get(dialect, frozenset())
    return next((c.name.upper() for c in columns if not c.table and c.name.upper() in pseudo), "")


def qualified(
    text: str, dialect: str, place: str, sources: Mapping[str, Relation], types: Mapping[str, str] | None = None
) -> str:
    """A condition with every column as `<source id>.<column>`.

    `sources`: table or instance name → relation; `types`: parameter → type.
    """
    tree = parse(text, dialect, place, types)
    _refuse_pieces(tree, place)
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
    names = output_names(text, dialect)
    return None if names is None else len(names)


def output_names(text: str, dialect: str) -> list[str] | None:
    """The names of a query's columns, or None where they cannot be told (`*`, SQL that does not parse)."""
    try:
        tree = sqlglot.parse_one(with_parameters(text), dialect=SQLGLOT_SYSTEMS.get(dialect))
    except (SqlglotError, RecursionError):
        return None
    if not isinstance(tree, exp.Query) or tree.is_star:
        return None
    return list(tree.named_selects)


@dataclass(frozen=True, slots=True)
class OrderedBy:
    """One key of a query's ORDER BY; `column` is "" where the key is no column of the result."""

    column: str
    descending: bool = False
    nulls_first: bool = False


def order_of(text: str, dialect: str) -> list[OrderedBy]:
    """The ORDER BY of a query, one key each; a place (`ORDER BY 2`) stands for the column there."""
    try:
        tree = sqlglot.parse_one(with_parameters(text), dialect=SQLGLOT_SYSTEMS.get(dialect))
    except (SqlglotError, RecursionError):
        return [OrderedBy("")] if re.search(r"\border\s+by\b", text, re.IGNORECASE) else []
    order = tree.args.get("order")
    selected = tree.selects if isinstance(tree, exp.Query) and not tree.is_star else []
    return [_ordered_by(item, selected) for item in (order.expressions if order else ())]


def _ordered_by(item: exp.Ordered, selected: list[exp.Expr]) -> OrderedBy:
    key = item.this
    found = ""
    if isinstance(key, exp.Literal) and key.is_int and 0 < int(key.name) <= len(selected):
        found = selected[int(key.name) - 1].alias_or_name
    elif isinstance(key, exp.Column):
        found = next(
            (column.alias_or_name for column in selected if _is_key(column, key)), "" if selected else key.name
        )
    return OrderedBy(found, bool(item.args.get("desc")), bool(item.args.get("nulls_first")))


def _is_key(column: exp.Expr, key: exp.Column) -> bool:
    """True where a key of ORDER BY means this column of the result: by its alias, or by the table's column it is."""
    if not key.table and column.alias_or_name.lower() == key.name.lower():
        return True
    inner = column.unalias()
    if not isinstance(inner, exp.Column) or inner.name.lower() != key.name.lower():
        return False
    return not inner.table or not key.table or inner.table.lower() == key.table.lower()
