"""Modify: keeps, drops, renames and converts columns by specifications, one a line. Source: Parallel Job Developer's
Guide, "Modify stage"; Advanced Developer's Guide, "modify operator"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from services.migration.rules import sql
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Arriving, Stage
from services.migration.rules.datastage.modify_functions import BY_TRANSFORMER
from services.migration.rules.datastage.scope import column_scope, translated
from services.migration.rules.datastage.spelling import spelled
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

TYPES = {
    "int8": "integer",
    "int16": "integer",
    "int32": "integer",
    "int64": "bigint",
    "uint8": "integer",
    "uint16": "integer",
    "uint32": "bigint",
    "uint64": "decimal(20,0)",
    "sfloat": "double",
    "dfloat": "double",
    "string": "varchar",
    "ustring": "varchar",
    "date": "date",
    "time": "time",
    "timestamp": "timestamp",
    "raw": "binary",
}
CONVERSIONS = {
    "dfloat_from_decimal": "double",
    "dfloat_from_string": "double",
    "int32_from_string": "integer",
    "int64_from_string": "bigint",
    "string_from_ustring": "varchar",
    "ustring_from_string": "varchar",
    "date_from_timestamp": "date",
    "timestamp_from_date": "timestamp",
}
ROUNDINGS = {
    "": "CASE WHEN {x} < 0 THEN CEIL({x}) ELSE FLOOR({x}) END",
    "trunc_zero": "CASE WHEN {x} < 0 THEN CEIL({x}) ELSE FLOOR({x}) END",
    "ceil": "CEIL({x})",
    "floor": "FLOOR({x})",
    "round_inf": "ROUND({x})",
}
"""How a decimal becomes a whole number; toward zero where nothing is said."""
WHOLE = {"int32_from_decimal": "integer", "int64_from_decimal": "bigint", "int16_from_decimal": "integer"}
CALLS = {
    "handle_null": "COALESCE({x}, {arg})",
    "make_null": "NULLIF({x}, {arg})",
    "uppercase_string": "UPPER({x})",
    "lowercase_string": "LOWER({x})",
    "string_length": "LENGTH({x})",
    "ustring_length": "LENGTH({x})",
    "year_from_date": "EXTRACT(YEAR FROM {x})",
    "month_from_date": "EXTRACT(MONTH FROM {x})",
    "month_day_from_date": "EXTRACT(DAY FROM {x})",
    "hours_from_time": "EXTRACT(HOUR FROM {x})",
}
COUNTED = dict.fromkeys(
    (
        "string_length",
        "ustring_length",
        "year_from_date",
        "month_from_date",
        "month_day_from_date",
        "hours_from_time",
    ),
    "integer",
)
"""Functions that give a number whatever the column holds."""
CHARACTER_SETS = frozenset({"string_from_ustring", "ustring_from_string"})
"""Functions whose option is a character set, which a text of a database does not have of its own."""
MOST_CHARACTERS = 32767
TODO = "Compute the column in a Transformer."
_TARGET = re.compile(
    r"(?P<name>\w+)\s*(?::\s*(?:nullable\s+|not_nullable\s+)?(?P<type>\w+)\s*(?:\[(?P<size>[^\]]*)\])?)?"
)
_CALL = re.compile(
    r"(?P<function>\w+)\s*(?:\[(?P<option>[^\]]*)\])?\s*\(\s*(?P<column>\w+)\s*(?:,\s*(?P<argument>'[^']*'|\"[^\"]*\"|-?[\d.]+)\s*)?\)"
)
_ASSIGNED = re.compile(r"((?:[^=\[]|\[[^\]]*\])*)=(.*)", re.DOTALL)
_NAMES = re.compile(r"(keep|drop)\s+(.+)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Made:
    column: Column
    text: str
    source: str


def modify(context: StepContext) -> Outcome:
    stage = Stage(context)
    given, leaving = stage.stream(), stage.output()
    made: dict[str, Made] = {}
    kept: set[str] | None = None
    dropped: set[str] = set()
    for one in stage.all("modifyspec", "specification"):
        for line in one.value.replace("\r", "\n").replace(";", "\n").split("\n"):
            if not line.strip():
                continue
            named = _NAMES.fullmatch(line.strip())
            if named:
                names = {part.strip().lower() for part in named[2].split(",")}
                if named[1].lower() == "keep":
                    kept = (kept or set()) | names
                else:
                    dropped |= names
                continue
            found = _assigned(stage, given, line.strip())
            made[found.column.name.lower()] = found
    relation = _applied(stage, given, made, kept, dropped)
    made_rows = replace(given, relation=relation)  # what it makes is propagated too
    return stage.done("sql_expression", 0.9, {leaving.name: stage.shaped(relation, leaving, made_rows)})


def _applied(
    stage: Stage, given: Arriving, made: dict[str, Made], kept: set[str] | None, dropped: set[str]
) -> Relation:
    renamed = {one.source.lower() for one in made.values() if one.column.name.lower() != one.source.lower()}
    columns: list[dict[str, str]] = []
    out: list[Column] = []
    for column in given.relation.columns:
        name = column.name.lower()
        if name in dropped or name in renamed or (kept is not None and name not in kept) or name in made:
            continue
        columns.append({"name": column.name, "expression": stage.identifier(column.name), "type": column.type})
        out.append(column)
    for one in made.values():
        columns.append({"name": one.column.name, "expression": one.text, "type": one.column.type})
        out.append(one.column)
    if not columns:
        raise NotConvertible("it keeps no column", "Correct the specification.")
    return Relation(stage.add("sql_expression", {"columns": columns}, [given.relation.ref]), tuple(out))


def _assigned(stage: Stage, given: Arriving, text: str) -> Made:
    assigned = _ASSIGNED.fullmatch(text)
    left, right = assigned.groups() if assigned else ("", "")
    target = _TARGET.fullmatch(left.strip())
    if target is None:
        raise NotConvertible(f"its specification '{text[:80]}' is not read", TODO)
    stated = _type(target["type"] or "", target["size"] or "")
    source = given.column(right.strip())
    if source is not None:
        kind = stated or source.type
        place = f"specification of {target['name']}"
        found = translated(stage, f"{given.name}.{source.name}", place, column_scope(stage, [given]), target=kind)
        return Made(Column(target["name"], kind), found.sql, source.name)
    call = _CALL.fullmatch(right.strip())
    if call is None:
        raise NotConvertible(f"its specification '{text[:80]}' is not read", TODO)
    column = stage.input_column(given, call["column"], "its specification")
    function, argument = call["function"].lower(), call["argument"]
    option = (call["option"] or "").strip().strip("'\"")
    plain = stage.identifier(column.name)
    of_texts = OF_TEXTS.get(function) if argument is None else None
    if of_texts is not None:
        return of_texts(stage, given, column, target["name"], stated, option)
    called = BY_TRANSFORMER.get(function) if argument is None else None
    derivation = (called.with_option if option else called.plain) if called else ""
    if called and derivation:
        text = derivation.format(x=f"{given.name}.{column.name}", o=option)
        place, kind = f"specification of {target['name']}", stated or called.type
        made = translated(stage, text, place, column_scope(stage, [given]), target=kind).sql
        return Made(Column(target["name"], kind), made, column.name)
    if function in WHOLE and argument is None and option in ROUNDINGS:
        kind = stated or WHOLE[function]
        rounded = spelled(ROUNDINGS[option], stage.dialect).format(x=plain)
        return Made(Column(target["name"], kind), sql.cast(rounded, kind, stage.dialect), column.name)
    if option and function not in CHARACTER_SETS:
        raise NotConvertible(f"its specification calls {call['function']} with the option {option[:80]}", TODO)
    if function in CONVERSIONS and argument is None:
        kind = stated or CONVERSIONS[function]
        return Made(Column(target["name"], kind), sql.cast(plain, kind, stage.dialect), column.name)
    if function in CALLS and (("{arg}" in CALLS[function]) == (argument is not None)):
        literal = "'" + argument[1:-1].replace("'", "''") + "'" if argument and argument[0] in "'\"" else argument
        made = spelled(CALLS[function], stage.dialect).format(x=plain, arg=literal)
        return Made(Column(target["name"], stated or COUNTED.get(function, column.type)), made, column.name)
    raise NotConvertible(f"its specification calls {call['function']}, which is not known", TODO)


def _substring(stage: Stage, given: Arriving, column: Column, name: str, stated: str, option: str) -> Made:
    """`substring[start, length](column)`: characters are counted from 0."""
    start, _, length = (part.strip() for part in option.partition(","))
    if not start.isdigit() or not (length.isdigit() or not length):
        raise NotConvertible(f"its specification takes the part [{option[:80]}] of {column.name}", TODO)
    text = f"{given.name}.{column.name}[{int(start) + 1}, {length or MOST_CHARACTERS}]"
    kind = stated or "varchar"
    place = f"specification of {name}"
    return Made(
        Column(name, kind), translated(stage, text, place, column_scope(stage, [given]), target=kind).sql, column.name
    )


def _trimmed(stage: Stage, _given: Arriving, column: Column, name: str, stated: str, option: str) -> Made:
    """`string_trim[character, direction](column)`: the character, the NUL of fixed-length texts where none is named, is
    taken from the end, or the beginning. A text of a database holds no NUL."""
    character, _, direction = (part.strip().strip("'\"") for part in option.partition(","))
    text = stage.identifier(column.name)
    if character and character.upper() != "NULL":
        side = "LEADING" if direction.split(",")[0].strip().lower() == "begin" else "TRAILING"
        literal = "'" + character.replace("'", "''") + "'"
        text = spelled(f"TRIM({side} {{arg}} FROM {{x}})", stage.dialect).format(x=text, arg=literal)
    elif option.strip("'\" ,"):
        text = text if character else spelled("TRIM(TRAILING FROM {x})", stage.dialect).format(x=text)
    return Made(Column(name, stated or column.type), text, column.name)


def _type(name: str, size: str) -> str:
    if name == "decimal":
        return f"decimal({size.replace(' ', '')})" if "," in size else f"decimal({size or 38},0)"
    if name in ("string", "ustring") and (length := re.search(r"\d+", size)):
        return f"varchar({length.group()})"
    if name and name not in TYPES:
        raise NotConvertible(f"its specification names the type {name}, which is not known", TODO)
    return TYPES.get(name, "")


OF_TEXTS: Mapping[str, Callable[[Stage, Arriving, Column, str, str, str], Made]] = {
    "string_trim": _trimmed,
    "substring": _substring,
    "u_substring": _substring,
}
"""Functions of texts whose option says which part of the text is meant."""
