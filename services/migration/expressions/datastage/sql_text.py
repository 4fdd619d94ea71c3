"""SQL of the string functions for DuckDB and PostgreSQL; see `sql.py`."""

from __future__ import annotations

from collections.abc import Mapping

_D_PARTS, _P_PARTS = "STRING_SPLIT({s}, {x})", "(STRING_TO_ARRAY({s}, {x}))"
_OVERLAPPING = "LIST_FILTER(RANGE(1, LENGTH({s}) + 1), LAMBDA _i : SUBSTRING({s}, _i, LENGTH({x})) = {x})"


def _everywhere_replaced(text: str) -> str:
    return f"REGEXP_REPLACE({{s}}, {text}, 'g')"


TEXT: Mapping[str, str | Mapping[str, str]] = {
    "replace_pattern": _everywhere_replaced("{p}, {r}"),
    "from_left": "LEFT({s}, GREATEST({n}, 0))",
    "from_right": "RIGHT({s}, GREATEST({n}, 0))",
    "slice": "SUBSTRING({s}, GREATEST({n}, 1), GREATEST({m}, 0))",
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
        "duckdb": (
            f"CASE WHEN LEN({_D_PARTS}) <= {{n}} THEN {{s}} ELSE ARRAY_TO_STRING(LIST_CONCAT(LIST_APPEND("
            f"({_D_PARTS})[1 : {{n}} - 1], ARRAY_TO_STRING(({_D_PARTS})[{{n}} : {{m}} + 1], {{y}})), "
            f"({_D_PARTS})[{{m}} + 2 : LEN({_D_PARTS})]), {{x}}) END"
        ),
        "postgresql": (
            f"CASE WHEN CARDINALITY({_P_PARTS}) <= {{n}} THEN {{s}} ELSE ARRAY_TO_STRING(ARRAY_CAT(ARRAY_APPEND("
            f"{_P_PARTS}[1 : {{n}} - 1], ARRAY_TO_STRING({_P_PARTS}[{{n}} : {{m}} + 1], {{y}})), "
            f"{_P_PARTS}[{{m}} + 2 : CARDINALITY({_P_PARTS})]), {{x}}) END"
        ),
    },
    # fields before the {n}th, made up where they are missing; the new ones; fields from {m} on
    "store_fields": {
        "duckdb": (
            f"ARRAY_TO_STRING(LIST_CONCAT(LIST_CONCAT(LIST_RESIZE({_D_PARTS}, {{n}} - 1, ''), {{y}}), "
            f"({_D_PARTS})[{{m}} : LEN({_D_PARTS})]), {{x}})"
        ),
        "postgresql": (
            f"ARRAY_TO_STRING(ARRAY_CAT(ARRAY_CAT({_P_PARTS}[1 : {{n}} - 1] || ARRAY_FILL(CAST('' AS TEXT), "
            f"ARRAY[GREATEST({{n}} - 1 - CARDINALITY({_P_PARTS}), 0)]), {{y}}), "
            f"{_P_PARTS}[{{m}} : CARDINALITY({_P_PARTS})]), {{x}})"
        ),
    },
    "all_fields": {"duckdb": _D_PARTS, "postgresql": _P_PARTS},
    "so_many_fields": {
        "duckdb": f"LIST_RESIZE({_D_PARTS}, {{n}}, '')",
        "postgresql": (
            f"({_P_PARTS} || ARRAY_FILL(CAST('' AS TEXT), "
            f"ARRAY[GREATEST({{n}} - CARDINALITY({_P_PARTS}), 0)]))[1 : {{n}}]"
        ),
    },
    "hexadecimal_text": {"duckdb": "HEX(ENCODE({s}))", "postgresql": "UPPER(ENCODE(CONVERT_TO({s}, 'UTF8'), 'hex'))"},
    "is_like": {"duckdb": "REGEXP_FULL_MATCH({s}, {p})", "postgresql": "{s} ~ ('^(?:' || {p} || ')$')"},
    "match_part": {
        "duckdb": "CASE WHEN REGEXP_FULL_MATCH({s}, {p}) THEN REGEXP_EXTRACT({s}, {p}, 1) ELSE '' END",
        "postgresql": "COALESCE((REGEXP_MATCH({s}, {p}))[1], '')",
    },
}
