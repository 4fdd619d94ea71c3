"""Text that must be cleaned, recoded, split or joined to look as the target's does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from services.copilot.schema_match.codes import equal_codes, plain
from services.copilot.schema_match.column import Column, Table
from services.copilot.schema_match.expression import Made, case_of, column_sql, literal
from services.copilot.schema_match.kinds import family
from services.copilot.schema_match.vocabulary import told

_PHONE = re.compile(r"\+?[\d ()-]{7,20}\Z")
_FULL, _FIRST, _LAST = {"full", "name"}, {"first", "name"}, {"last", "name"}


def coded(source: Column, target: Column) -> Made | None:
    """Codes of the source in the target's: by their meaning, where the samples of both are known."""
    mine = source.samples or (("true", "false") if family(source.type) == "boolean" else ())
    arms = equal_codes(mine, target.samples)
    if not arms or (all(code == value for code, value in arms.items()) and set(mine) <= set(target.samples)):
        return None
    column = column_sql(source)
    if family(source.type) == "boolean":
        column = f"CAST({column} AS VARCHAR)"
    written = {code: sorted({each.strip().upper() for each in mine if plain(each) == code}) for code in arms}
    sql = case_of(column, [(written[code], literal(value)) for code, value in arms.items()])
    told_ = ", ".join(f"{code} is {value}" for code, value in arms.items())
    return Made(sql, f"codes of the same meaning: {told_}; any other becomes null", computed=True)


def cleaned(source: Column, target: Column) -> Made | None:
    """Part of a name, a phone number's digits, spaces, the case: what the names or the sample values show."""
    column = column_sql(source)
    return _part_of_name(source, target, column) or _phone(source, target, column) or _spaces(source, target, column)


def _part_of_name(source: Column, target: Column, column: str) -> Made | None:
    mine, theirs = set(told(source.name)), set(told(target.name))
    if not mine >= _FULL or theirs >= _FULL:
        return None
    if theirs >= _FIRST:
        return Made(f"SPLIT_PART(TRIM({column}), ' ', 1)", "the first word of the full name", True, 0.05)
    if theirs >= _LAST:
        sql = f"REGEXP_REPLACE(TRIM({column}), '^\\S+\\s+', '')"
        return Made(sql, "the full name without its first word", True, 0.05)
    return None


def _phone(source: Column, target: Column, column: str) -> Made | None:
    mine, theirs = ([each.strip() for each in side.samples if each.strip()] for side in (source, target))
    if not mine or not theirs or not all(map(_PHONE.match, mine)) or not all(each.isdigit() for each in theirs):
        return None
    if len({len(each) for each in theirs}) != 1:
        return None
    bare = f"REGEXP_REPLACE({column}, '[^0-9]', '', 'g')"
    lengths, wanted = {sum(map(str.isdigit, each)) for each in mine}, len(theirs[0])
    prefixes = {each[:2] for each in theirs}
    if lengths == {wanted}:
        done = all(each.isdigit() for each in mine)
        return None if done else Made(bare, "the digits of the number alone", computed=True)
    if lengths == {wanted - 2} and len(prefixes) == 1:
        prefix = prefixes.pop()
        return Made(f"CONCAT({literal(prefix)}, {bare})", f"the digits with the prefix {prefix}", computed=True)
    if lengths == {wanted + 2}:
        return Made(f"RIGHT({bare}, {wanted})", f"the last {wanted} digits", True, 0.05)
    return None


def _spaces(source: Column, target: Column, column: str) -> Made | None:
    text, why = column, []
    padded = source.type.startswith("char(") and not target.type.startswith("char(")
    if padded or _differ(source.samples, target.samples, lambda each: each == each.strip()):
        text, why = f"TRIM({text})", ["spaces around it are cut off"]
    letters = [each for each in target.samples if any(map(str.isalpha, each))]
    for name, of in (("UPPER", str.upper), ("LOWER", str.lower)):
        if len(letters) > 1 and _differ(source.samples, letters, partial(_is, of)):
            text, why = f"{name}({text})", [*why, f"letters as in the target: {name.lower()} case"]
            break
    return Made(text, "; ".join(why), computed=True) if why else None


def _is(of: Callable[[str], str], value: str) -> bool:
    return value == of(value)


def _differ(mine: Sequence[str], theirs: Sequence[str], has: Callable[[str], bool]) -> bool:
    """Whether some of the source's values lack what all of the target's have, or are not known to lack."""
    return bool(mine and theirs) and not all(map(has, mine)) and all(map(has, theirs))


def joined(source: Table, target: Column) -> tuple[tuple[str, str], Made] | None:
    """First and last name of the source for a full name: their columns, and the expression."""
    if not set(told(target.name)) >= _FULL:
        return None
    first = next((each for each in source.columns if set(told(each.name)) >= _FIRST), None)
    last = next((each for each in source.columns if set(told(each.name)) >= _LAST), None)
    if first is None or last is None:
        return None
    sql = f"TRIM(CONCAT_WS(' ', {column_sql(first)}, {column_sql(last)}))"
    return (first.name, last.name), Made(sql, "first and last name put together", computed=True)
