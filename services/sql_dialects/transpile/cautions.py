"""The corners that a caution can name, one row each, and the list that a run of the rules fills."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from services.sql_dialects.transpile.result import Caution

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "approximate": "{what}: an estimate in the source, counted exactly here.",
        "bit_output": "{what}: a BIT shows as 1 or 0 in the source, as true or false here.",
        "catalog": "{what}: the name of another database; the target reads its own only.",
        "collation": "{what}: the source compares text without regard to case and trailing blanks (its default); "
        "the target does not. LIKE is written as ILIKE; other comparisons are left as they stand.",
        "collation_target": "{what}: the target compares text without regard to case (its default); "
        "the source does not.",
        "date_difference": "{what}: counted differently by the target in this unit.",
        "date_first": "{what}: depends on SET DATEFIRST; its default (Sunday is 1) is taken.",
        "division_by_zero": "{what}: an error in the source; the target gives infinity or NULL.",
        "empty_is_null": "{what}: the two dialects differ on whether '' is NULL.",
        "float_text": "{what}: the text of a floating number has other digits.",
        "json_value": "{what}: a value of JSON stays one, text in quotes, until it is cast where it is read.",
        "replaced_table": "{what}: dropped and made anew by the target in two steps.",
        "window_column": "{what}: the value that QUALIFY compares shows as one more column here; list the columns.",
        "variable": "{what}: its value is put in where it is read.",
        "xml_text": "{what}: the source writes &, < and > of the text as &amp;, &lt; and &gt;.",
        "hint": "{what}: left out; it does not change the result.",
        "identifier_case": "{what}: a quoted name; the target compares it letter by letter.",
        "implicit_cast": "{what}: the types are unknown, and the source converts between them by itself.",
        "integer_average": "{what}: of integers this is an integer in the source (the fraction is cut off); "
        "here the fraction is kept.",
        "integer_average_target": "{what}: the type is unknown; of integers the target gives an integer.",
        "integer_division": "{what}: the types are unknown; one dialect divides integers "
        "as integers, the other does not.",
        "merge": "{what}: needs PostgreSQL 15 (NOT MATCHED BY SOURCE and RETURNING: 17).",
        "name_of_day": "{what}: names of days and months are English in the target, in the session's "
        "language in the source.",
        "null_text": "{what}: the two dialects differ when a part is NULL.",
        "numbers_table": "{what}: written as a series of 0 to 2047.",
        "plus": "{what}: the types are unknown; taken as concatenation because of the text in it.",
        "random": "{what}: random in both; no two runs agree.",
        "regular_expression": "{what}: the two dialects' regular expressions differ in detail.",
        "rounding": "{what}: the type is unknown; the source cuts a fraction off, the target rounds.",
        "rounding_target": "{what}: the type is unknown; the source rounds, the target cuts a fraction off.",
        "temporary_table": "{what}: a temporary table of the session, under the name without #.",
        "text_order": "{what}: text is sorted by the collation; the two may differ in case, accents and punctuation.",
        "time_zone": "{what}: the server's clock in the source; the session's time zone counts in the target.",
        "trailing_blanks": "{what}: the target does not count blanks at the end.",
        "type_precision": "{what}: the target's type is wider or narrower.",
        "unknown_function": "{what}: not known as a function of the target; the call is left as it stands.",
        "unordered_limit": "{what}: rows are taken without an order; which ones is up to the engine.",
        "week_start_target": "{what}: the target numbers the days of a week by a setting; "
        "its default begins on Sunday.",
        "week_start": "{what}: a week begins on Sunday in the source when it is counted; written so.",
    }
)
_SHOWN = 80


class Cautions:
    """Cautions in the order in which they arose; each code once, with the first places it was seen."""

    def __init__(self) -> None:
        self._places: dict[str, list[str]] = {}

    def add(self, code: str, where: exp.Expr | str, dialect: str = "") -> None:
        text = where if isinstance(where, str) else where.sql(dialect=dialect)
        text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        places = self._places.setdefault(code, [])
        if text not in places:
            places.append(text)

    def all(self) -> tuple[Caution, ...]:
        return tuple(Caution(code, TEXTS[code].format(what=_listed(places))) for code, places in self._places.items())


def _listed(places: list[str]) -> str:
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    return ", ".join(places[:3]) + more
