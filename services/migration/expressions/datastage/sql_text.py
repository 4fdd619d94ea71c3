"""SQL of the string functions for DuckDB and PostgreSQL; see `sql.py`."""

from __future__ import annotations

from collections.abc import Mapping

_D_PARTS, _P_PARTS = "STRING_SPLIT({s}, {x})", "(STRING_TO_ARRAY({s}, {x}))"
_P_ENOUGH = "(STRING_TO_ARRAY({s} || REPEAT({x}, {n}), {x}))"  # no fewer than {n}, empty ones last
_P_ONE_MORE = "(STRING_TO_ARRAY({s} || {x}, {x}))"  # an empty one last, so that an empty text has one field
_OVERLAPPING = "LIST_FILTER(RANGE(1, LENGTH({s}) + 1), LAMBDA _i : SUBSTRING({s}, _i, LENGTH({x})) = {x})"


def _everywhere_replaced(text: str) -> str:
    return f"REGEXP_REPLACE({{s}}, {text}, 'g')"


TEXT: Mapping[str, str | Mapping[str, str]] = {
    "replace_pattern": _everywhere_replaced("{p}, {r}"),
    # no GREATEST, which passes NULL over
    "at_least": "CASE WHEN {n} < {m} THEN {m} ELSE {n} END",
    "from_left": "LEFT({s}, CASE WHEN {n} < 0 THEN 0 ELSE {n} END)",
    "from_right": "RIGHT({s}, CASE WHEN {n} < 0 THEN 0 ELSE {n} END)",
    "slice": "SUBSTRING({s}, CASE WHEN {n} < 1 THEN 1 ELSE {n} END, CASE WHEN {m} < 0 THEN 0 ELSE {m} END)",
    "repeat": "REPEAT({s}, {n})",
    "pad_by": "{s} || REPEAT({x}, {n})",
    "starts_with": "STARTS_WITH({s}, {x})",
    "ends_with": "RIGHT({s}, LENGTH({x})) = {x}",
    "contains": "STRPOS({s}, {x}) > 0",
    "code_point": {
        "duckdb": "CASE WHEN {s} <> '' THEN UNICODE({s}) END",
        "postgresql": "CASE WHEN {s} <> '' THEN ASCII({s}) END",
    },
    "compare": {
        "duckdb": "CASE WHEN {s} < {t} THEN -1 WHEN {s} = {t} THEN 0 WHEN {s} > {t} THEN 1 END",
        "postgresql": (
            'CASE WHEN {s} COLLATE "C" < {t} THEN -1 WHEN {s} COLLATE "C" = {t} THEN 0 '
            'WHEN {s} COLLATE "C" > {t} THEN 1 END'
        ),
    },
    "align_right": "LPAD({s}, CAST(GREATEST(LENGTH({s}), LENGTH({t})) AS INTEGER), ' ')",
    "whole_count": {
        "duckdb": "(LENGTH({s}) - LENGTH(REPLACE({s}, {x}, ''))) // LENGTH({x})",
        "postgresql": "(LENGTH({s}) - LENGTH(REPLACE({s}, {x}, ''))) / LENGTH({x})",
    },
    "count_overlapping": {
        "duckdb": "CASE WHEN NOT {x} IS NULL THEN LEN(" + _OVERLAPPING + ") END",
        "postgresql": (
            "CASE WHEN NOT {s} IS NULL AND NOT {x} IS NULL THEN (SELECT COUNT(*) FROM GENERATE_SERIES(1, LENGTH({s})) "
            "AS _g(_i) WHERE SUBSTRING({s}, _i, LENGTH({x})) = {x}) END"
        ),
    },
    "count_fields": {
        "duckdb": "CASE WHEN {s} = '' THEN 0 WHEN NOT {x} IS NULL THEN LEN(" + _D_PARTS + ") END",
        "postgresql": "CASE WHEN {s} = '' THEN 0 WHEN NOT {x} IS NULL THEN CARDINALITY(" + _P_PARTS + ") END",
    },
    "fields": {
        "duckdb": f"ARRAY_TO_STRING(({_D_PARTS})[{{n}} : {{m}}], {{x}})",
        "postgresql": f"ARRAY_TO_STRING({_P_PARTS}[{{n}} : {{m}}], {{x}})",
    },
    "field_by_any": {
        "duckdb": (
            f"CASE WHEN NOT {{s}} IS NULL AND NOT {{x}} IS NULL AND NOT {{n}} IS NULL "
            f"THEN COALESCE(LIST_EXTRACT({_D_PARTS}, {{n}}), '') END"
        ),
        "postgresql": "SPLIT_PART({s}, {x}, {n})",
    },
    # of the occurrences of x those after the first {n} - 1 and before number {m} + 1 become y
    "replace_some": {
        # joined by reduction, for ARRAY_TO_STRING takes constants alone
        "duckdb": (
            f"CASE WHEN {{y}} IS NULL THEN NULL WHEN LEN({_D_PARTS}) <= {{n}} THEN {{s}} "
            f"ELSE LIST_REDUCE(LIST_CONCAT(LIST_APPEND(({_D_PARTS})[1 : {{n}} - 1], "
            f"LIST_REDUCE(({_D_PARTS})[{{n}} : {{m}} + 1], LAMBDA _a, _b : _a || {{y}} || _b)), "
            f"({_D_PARTS})[{{m}} + 2 : LEN({_D_PARTS})]), LAMBDA _c, _d : _c || {{x}} || _d) END"
        ),
        "postgresql": (
            f"CASE WHEN {{y}} IS NULL THEN NULL WHEN CARDINALITY({_P_PARTS}) <= {{n}} THEN {{s}} "
            f"WHEN NOT {{s}} IS NULL THEN ARRAY_TO_STRING(ARRAY_CAT(ARRAY_APPEND({_P_PARTS}[1 : {{n}} - 1], "
            f"REPLACE(ARRAY_TO_STRING({_P_PARTS}[{{n}} : {{m}} + 1], {{x}}), {{x}}, {{y}})), "
            f"{_P_PARTS}[{{m}} + 2 : CARDINALITY({_P_PARTS})]), {{x}}) END"
        ),
    },
    # fields before the {n}th, made up where they are missing; the new ones; fields from {m} on
    "store_fields": {
        "duckdb": (
            f"CASE WHEN NOT {{s}} IS NULL AND NOT {{t}} IS NULL THEN "
            f"ARRAY_TO_STRING(LIST_CONCAT(LIST_CONCAT(LIST_RESIZE({_D_PARTS}, {{n}} - 1, ''), {{y}}), "
            f"({_D_PARTS})[{{m}} : LEN({_D_PARTS})]), {{x}}) END"
        ),
        "postgresql": (
            f"CASE WHEN NOT {{s}} IS NULL AND NOT {{t}} IS NULL THEN "
            f"ARRAY_TO_STRING(ARRAY_CAT(ARRAY_CAT({_P_ENOUGH}[1 : {{n}} - 1], {{y}}), "
            f"{_P_ONE_MORE}[{{m}} : CARDINALITY({_P_ONE_MORE}) - 1]), {{x}}) END"
        ),
    },
    "all_fields": {  # one empty field of an empty text
        "duckdb": _D_PARTS,
        "postgresql": f"{_P_ONE_MORE}[1 : CARDINALITY({_P_ONE_MORE}) - 1]",
    },
    "so_many_fields": {"duckdb": f"LIST_RESIZE({_D_PARTS}, {{n}}, '')", "postgresql": f"{_P_ENOUGH}[1 : {{n}}]"},
    "hexadecimal_text": {"duckdb": "HEX(ENCODE({s}))", "postgresql": "UPPER(ENCODE(CONVERT_TO({s}, 'UTF8'), 'hex'))"},
    "is_like": {"duckdb": "REGEXP_FULL_MATCH({s}, {p})", "postgresql": "{s} ~ ('^(?:' || {p} || ')$')"},
    "match_part": {
        "duckdb": (
            "CASE WHEN REGEXP_FULL_MATCH({s}, {p}) THEN REGEXP_EXTRACT({s}, {p}, 1) WHEN NOT {s} IS NULL THEN '' END"
        ),
        "postgresql": "CASE WHEN {s} ~ {p} THEN REGEXP_REPLACE({s}, {p}, '\\1') WHEN NOT {s} IS NULL THEN '' END",
    },
}
