"""Whether an expression may stand in a match: one value, of the source's columns, that parses, exists and fits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from services.copilot.schema_match.column import Column, Table
from services.copilot.schema_match.expression import DIALECT, name_sql, sql_type
from services.copilot.sql.calls import is_aggregate
from services.copilot.sql.reading import grammar
from services.copilot.sql.schema_index import SchemaIndex, TableInfo
from services.copilot.sql.validate import validate

MOST_CHARACTERS = 4_000
_WHY = {
    ParseError: "a part is missing or too much",
    TokenError: "a quote or comment is not closed",
    RecursionError: "it is nested too deeply",
}
_OF_THE_SERVER = frozenset(
    {
        "current_setting",
        "set_config",
        "nextval",
        "setval",
        "currval",
        "lastval",
        "version",
        "inet_server_addr",
        "notify",
    }
)
"""Functions of PostgreSQL that read or change the server or the session; those named pg_… are too."""
_REFUSED = (exp.Query, exp.AggFunc, exp.Window, exp.Star, exp.Placeholder, exp.Parameter, exp.DML, exp.DDL, exp.Command)


def all_hold(expressions: Sequence[tuple[str, Column]], source: Table) -> bool:
    """Whether expressions of our own making hold for their targets, all in one statement."""
    aside = [Column(f"t{number}", target.declared) for number, (_, target) in enumerate(expressions)]
    index = SchemaIndex(DIALECT, [_info("source_table", source.columns), _info("target_table", tuple(aside))])
    names, values = ", ".join(each.name for each in aside), ", ".join(sql for sql, _ in expressions)
    statement = f"INSERT INTO target_table ({names}) SELECT {values} FROM source_table"  # noqa: S608 - why: parsed only
    return not validate(statement, DIALECT, index).errors


def problem_of(expression: str, source: Table, target: Column | None = None) -> str:
    """Why `expression` cannot stand; "" where it can. With `target` its value must fit the target's type too."""
    if len(expression) > MOST_CHARACTERS:
        return f"it has {len(expression):,} characters; at most {MOST_CHARACTERS:,} are read"
    value = _one_value(expression)
    if isinstance(value, str):
        return value
    index = SchemaIndex(DIALECT, [_info("source_table", source.columns), *_of_target(target)])
    text = value.sql("postgres")
    wanted = f"INSERT INTO target_table ({name_sql(target.name)}) " if target is not None and _known(target) else ""
    statement = f"{wanted}SELECT {text} FROM source_table"  # noqa: S608 - why: parsed only, never executed
    found = validate(statement, DIALECT, index)
    return " ".join(_message(each.message, each.nearest) for each in found.errors[:3])


def _message(message: str, nearest: tuple[str, ...]) -> str:
    return f"{message} Nearest: {', '.join(nearest)}." if nearest and nearest[0] not in message else message


def _one_value(expression: str) -> exp.Expr | str:
    try:
        statements = grammar(DIALECT).parse(f"SELECT {expression}")
    except (ParseError, TokenError, RecursionError) as error:
        return f"it does not parse as an expression of {DIALECT}: {_WHY[type(error)]}"
    select = statements[0] if len(statements) == 1 else None
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        return "it must be one expression"
    if [name for name, value in select.args.items() if value and name not in ("expressions", "kind")]:
        return "it must be an expression alone, without FROM, WHERE or the like"
    value: exp.Expr = select.expressions[0]
    called = {str(each.name).lower() for each in value.find_all(exp.Anonymous)}
    if called & _OF_THE_SERVER or any(name.startswith("pg_") for name in called):
        return "it calls a function of the server, not of values"
    if any(node.comments for node in value.walk()):
        return "it holds a comment"
    if isinstance(value, exp.Alias) or value.find(*_REFUSED) or _aggregates(value):
        return "it must compute one value from one row: no query, aggregate, window, star, alias or parameter"
    return value


def _aggregates(value: exp.Expr) -> bool:
    return any(is_aggregate(node, DIALECT) for node in value.find_all(exp.Func))


def _known(target: Column) -> bool:
    return target.type != "unknown"


def _of_target(target: Column | None) -> list[TableInfo]:
    return [_info("target_table", (target,))] if target is not None and _known(target) else []


def _info(name: str, columns: tuple[Column, ...]) -> TableInfo:
    """A table as the checks know it: names that need no quotes fold as PostgreSQL folds them."""
    return TableInfo(name, columns=tuple((_stored(each.name), _type(each)) for each in columns))


def _stored(name: str) -> str:
    return name if name_sql(name).startswith('"') else name.lower()


def _type(column: Column) -> str:
    return sql_type(column.type) if column.type != "unknown" else ""
