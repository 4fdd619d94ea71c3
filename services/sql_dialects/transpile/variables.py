"""Variables of a script whose values are known where they are used: put in there, as the type they were declared with.

`DECLARE @from DATE = '2024-01-01'; SELECT … WHERE d >= @from` of T-SQL, `SET d = '2024-01-01'; SELECT … $d` of
Snowflake. A script that gives a value in any other way (SELECT @a = …, a loop) stays as it is, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from services.sql_dialects.transpile.work import Work, called

_OF_ONE = (exp.DType.CHAR, exp.DType.NCHAR, exp.DType.VARCHAR, exp.DType.NVARCHAR)
"""Types that hold one character where a variable of T-SQL is declared without a length; in a CAST they hold 30."""
_EACH_TIME_ANOTHER = frozenset(("NEWID", "RAND", "UUID_STRING", "RANDOM"))


def put_in(statements: Sequence[exp.Expr], work: Work) -> list[exp.Expr]:
    """The statements without those that only give values; all of them where one cannot be put in."""
    left = [each for each in statements if not isinstance(each, exp.Declare | exp.Set)]
    if len(left) == len(statements) or not left or any(_assigns(each) for each in left):
        return list(statements)
    known: dict[str, exp.Expr] = {}
    made = []
    for statement in statements:
        copy = statement.copy()
        for place in list(copy.find_all(exp.Parameter)):
            value = known.get(_name(place))
            if value is not None:
                place.replace(value.copy())
                work.caution("variable", f"{_mark(work)}{_name(place)}")
        if not isinstance(copy, exp.Declare | exp.Set):
            made.append(copy)
            continue
        given = dict(_given(copy, statement, known))
        if not given or not all(_lasting(each, len(left)) for each in given.values()):
            return list(statements)
        known |= given
    return made


def _assigns(statement: exp.Expr) -> bool:
    return any(
        isinstance(each, exp.EQ) and isinstance(each.this, exp.Parameter)
        for query in statement.find_all(exp.Select)
        for each in query.selects
    )


def _given(copy: exp.Expr, statement: exp.Expr, known: dict[str, exp.Expr]) -> Iterator[tuple[str, exp.Expr]]:
    """(name, value) of a DECLARE or SET; nothing where it is of another kind. `copy` has earlier values put in."""
    for item, original in zip(copy.expressions, statement.expressions, strict=True):
        if isinstance(item, exp.DeclareItem):
            kind = item.args.get("kind")
            names = original.this if isinstance(original.this, list) else [original.this]
            if not isinstance(kind, exp.DataType) or kind.this == exp.DType.USERDEFINED:
                return
            if kind.is_type(*_OF_ONE) and not kind.expressions:
                kind = exp.DataType.build(f"{kind.this.value}(1)")
            for name in names:
                yield _name(name), _typed(item.args.get("default") or exp.Null(), kind)
        elif isinstance(item, exp.SetItem) and isinstance(item.this, exp.EQ):
            name, value = _name(original.this.this), item.this.expression
            former = known.get(name)
            kind = former.to if isinstance(former, exp.Cast) else None
            yield name, _typed(value, kind) if kind else value
        else:
            return


def _typed(value: exp.Expr, kind: exp.DataType) -> exp.Expr:
    plain = isinstance(value, exp.Literal) and value.is_int and kind.is_type(*exp.DataType.INTEGER_TYPES)
    return value if plain else exp.Cast(this=value, to=kind.copy())


def _lasting(value: exp.Expr, uses: int) -> bool:
    """Whether it is the same wherever it stands: no column, no subquery unless one statement alone reads it."""
    if any(called(each) in _EACH_TIME_ANOTHER or isinstance(each, exp.Rand | exp.Uuid) for each in value.walk()):
        return False
    if value.find(exp.Query):
        return uses == 1
    return not any(isinstance(each, exp.Column | exp.Parameter) and not _is_unit(each) for each in value.walk())


def _is_unit(node: exp.Expr) -> bool:
    """MONTH of DATEADD(MONTH, 1, x), which is read as a name."""
    call = node.parent
    return call is not None and called(call).startswith(("DATE", "TIME")) and call.expressions[0] is node


def _name(node: exp.Expr) -> str:
    return (node.name or node.this.name).lower()


def _mark(work: Work) -> str:
    return "@" if work.read == "mssql" else "$"
