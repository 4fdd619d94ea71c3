"""SCHEMA_MATCH: the columns of a table as the database's catalog lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from services.copilot.quality.compiling.building import Builder, number
from services.copilot.quality.compiling.tables import TableCheck
from services.copilot.quality.compiling.types import Family, family
from services.copilot.quality.rule import RefusedRuleError, Rule

# How the catalogs spell the types of a family.
_SPELLINGS: Mapping[Family, tuple[str, ...]] = {
    "integer": ("INTEGER", "INT", "BIGINT", "SMALLINT", "TINYINT", "HUGEINT", "BYTEINT", "NUMBER"),
    "number": (
        *("NUMERIC", "DECIMAL", "NUMBER", "DOUBLE PRECISION", "DOUBLE", "REAL", "FLOAT", "SMALLDECIMAL", "MONEY"),
    ),
    "text": (
        *("CHARACTER VARYING", "VARCHAR", "NVARCHAR", "TEXT", "CHAR", "CHARACTER", "NCHAR", "STRING", "CLOB", "NCLOB"),
        *("ALPHANUM", "SHORTTEXT"),
    ),
    "date": ("DATE",),
    "timestamp": (
        *("TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_TZ"),
        *("TIMESTAMP_LTZ", "DATETIME", "DATETIME2", "DATETIMEOFFSET", "SMALLDATETIME", "SECONDDATE"),
    ),
    "time": ("TIME", "TIME WITHOUT TIME ZONE", "TIME WITH TIME ZONE"),
    "boolean": ("BOOLEAN", "BIT"),
}
# The codes of Teradata's DBC.ColumnsV.ColumnType.
_CODES: Mapping[Family, tuple[str, ...]] = {
    "integer": ("I", "I1", "I2", "I8"),
    "number": ("D", "F", "N"),
    "text": ("CV", "CF", "CO"),
    "date": ("DA",),
    "timestamp": ("TS", "SZ"),
    "time": ("AT", "TZ"),
}


def schema_match(rule: Rule, build: Builder, _source: exp.Expr) -> TableCheck:
    """`columns` exist; `exact`: and no others; `ordered`: in this order; `types`: of these families; counts."""
    given = rule.parameters
    names = list(given.get("columns") or ([rule.column] if rule.column else ()))
    types = dict(given.get("types") or {})
    shown: list[exp.Expr] = [exp.alias_(exp.Count(this=exp.Star()), "column_count")]
    failing: list[exp.Expr] = []
    if names:
        shown.append(exp.alias_(_sum(_known(build, names, given)), "expected_found"))
        failing.append(exp.LT(this=exp.column("expected_found"), expression=number(len(names))))
    if types:
        shown.append(exp.alias_(_sum(exp.or_(*_typed(build, types))), "types_right"))
        failing.append(exp.LT(this=exp.column("types_right"), expression=number(len(types))))
    least, most = _counts(given, len(names))
    if least is not None:
        failing.append(exp.LT(this=exp.column("column_count"), expression=number(least)))
    if most is not None:
        failing.append(exp.GT(this=exp.column("column_count"), expression=number(most)))
    if not failing and not given:
        raise RefusedRuleError("SCHEMA_MATCH: give `columns`, `types`, `min_count` or `max_count`")
    schema, _, name = build.syntax.catalog.rpartition(".")
    select = exp.select(*shown).from_(exp.table_(name, db=schema))
    return TableCheck(select.where(_of_table(build)), exp.or_(*failing) if failing else None)


def _counts(given: Mapping[str, object], named: int) -> tuple[int | None, int | None]:
    found: list[int | None] = []
    for key in ("min_count", "max_count"):
        value = given.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise RefusedRuleError(f"{key}: {value!r} is not a whole number")
        found.append(value)
    least, most = found
    if given.get("exact") or given.get("ordered"):
        most = named
    return least, most


def _sum(condition: exp.Expr) -> exp.Expr:
    counted = exp.case().when(condition, number(1)).else_(number(0))
    return exp.Coalesce(this=exp.Sum(this=counted), expressions=[number(0)])


def _known(build: Builder, names: Sequence[str], given: Mapping[str, object]) -> exp.Expr:
    name, position, _, _ = (exp.column(each) for each in build.syntax.names)
    stored = [exp.Literal.string(build.stored(each)) for each in names]
    places = {0: given["position"]} if given.get("position") is not None and len(names) == 1 else {}
    if given.get("ordered"):
        places = {at: at + 1 for at in range(len(names))}
    if not places:
        return exp.In(this=name, expressions=stored)
    each_at = (
        exp.and_(
            exp.EQ(this=name.copy(), expression=stored[at]),
            exp.EQ(this=position.copy(), expression=number(int(str(place)))),
        )
        for at, place in places.items()
    )
    return exp.or_(*each_at)


def _typed(build: Builder, types: Mapping[str, object]) -> list[exp.Expr]:
    name, _, kind, _ = (exp.column(each) for each in build.syntax.names)
    found: list[exp.Expr] = []
    for column, wanted in types.items():
        asked = [wanted] if isinstance(wanted, str) else list(wanted) if isinstance(wanted, list | tuple) else []
        spelled = dict.fromkeys(each for one in asked for each in spellings(str(one), build.dialect))
        if not spelled:
            raise RefusedRuleError(f"types: {wanted!r} names no type for {column}")
        written = exp.Upper(this=exp.Trim(this=kind.copy()))
        is_type: exp.Expr = exp.In(this=written, expressions=[exp.Literal.string(each) for each in spelled])
        if build.dialect == "duckdb" and "DECIMAL" in spelled:  # it alone lists precisions with the type
            is_type = exp.or_(is_type, exp.Like(this=written.copy(), expression=exp.Literal.string("DECIMAL(%")))
        found.append(exp.and_(exp.EQ(this=name.copy(), expression=exp.Literal.string(build.stored(column))), is_type))
    return found


def spellings(kind: str, dialect: str) -> tuple[str, ...]:
    """Every spelling of a type's family in a dialect's catalog; the type alone where it has none."""
    if not kind.strip():
        return ()
    table = _CODES if dialect == "teradata" else _SPELLINGS
    return table.get(family(kind), (kind.upper(),))


def _of_table(build: Builder) -> exp.Expr:
    info = build.table_info
    schema = exp.Literal.string(build.stored(info.schema)) if info.schema else build.syntax.default_schema
    return build.fill(build.syntax.of_table, table=exp.Literal.string(build.stored(info.name)), schema=schema)
