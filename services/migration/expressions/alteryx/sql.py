"""SQL of operations that this language alone has: by operation, by dialect; "" stands for every other dialect."""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.expressions.alteryx import add_on_sql, sql_values
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.kinds import Kind, Value
from services.migration.expressions.operations import of_table

_NO_BOOLEAN = ("mssql", "teradata", "sap_hana")
_SAME = "{a} = {b} OR ({a} IS NULL AND {b} IS NULL)"
_WORDS = {
    "duckdb": r"LIST_FILTER(REGEXP_SPLIT_TO_ARRAY({s}, '[ \t\n\v\f\r]+'), LAMBDA _w : _w <> '')",
    "postgresql": r"ARRAY_REMOVE(REGEXP_SPLIT_TO_ARRAY({s}, '[ \t\n\v\f\r]+'), '')",
}
_PLACES = "LIST_FILTER(RANGE(1, LENGTH({s}) + 1), LAMBDA _i : SUBSTRING({s}, _i, LENGTH({x})) = {x})"
_MASKED = "TRANSLATE({s}, {x}, REPEAT(LEFT({x}, 1), LENGTH({x})))"
_LATIN = "REPLACE(REPLACE(REPLACE(REPLACE(LOWER({s}), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'ø', 'o')"

TEMPLATES: Mapping[str, Mapping[str, str]] = {
    # logic
    "true_only": {
        **dict.fromkeys(_NO_BOOLEAN, "CASE WHEN {c} THEN 1 ELSE 0 END = 1"),
        "": "COALESCE({c}, FALSE)",
    },
    "same": {
        **dict.fromkeys(_NO_BOOLEAN, f"CASE WHEN {_SAME} THEN 1 ELSE 0 END = 1"),
        "": "{a} IS NOT DISTINCT FROM {b}",
    },
    "distinct": {
        **dict.fromkeys(_NO_BOOLEAN, f"CASE WHEN {_SAME} THEN 1 ELSE 0 END = 0"),
        "": "{a} IS DISTINCT FROM {b}",
    },
    # text
    "length": {"mssql": "LEN({s} + 'x') - 1", "duckdb": "LENGTH({s})", "postgresql": "LENGTH({s})", "": "LENGTH({s})"},
    "contains": {
        "duckdb": "CONTAINS({s}, {x})",
        "postgresql": "STRPOS({s}, {x}) > 0",
        "snowflake": "CONTAINS({s}, {x})",
    },
    "starts_with": {
        "duckdb": "STARTS_WITH({s}, {x})",
        "postgresql": "STARTS_WITH({s}, {x})",
        "snowflake": "STARTSWITH({s}, {x})",
    },
    "ends_with": {
        "duckdb": "ENDS_WITH({s}, {x})",
        "postgresql": "(RIGHT({s}, LENGTH({x})) = {x} OR {x} = '')",
        "snowflake": "ENDSWITH({s}, {x})",
    },
    "find_nth": {
        "duckdb": f"CASE WHEN {{k}} < 1 THEN -1 ELSE COALESCE(LIST_EXTRACT({_PLACES}, {{k}}), 0) - 1 END",
        "postgresql": (
            "CASE WHEN {k} < 1 OR {x} = '' OR CARDINALITY(STRING_TO_ARRAY({s}, {x})) <= {k} THEN -1 "
            "ELSE LENGTH(ARRAY_TO_STRING((STRING_TO_ARRAY({s}, {x}))[1 : {k}], {x})) END"
        ),
    },
    "cut_start": {"": "CASE WHEN {n} < 0 THEN {s} ELSE LEFT({s}, {n}) END"},
    "cut_end": {"": "CASE WHEN {n} < 0 THEN {s} ELSE RIGHT({s}, {n}) END"},
    "slice": {
        "": (
            "CASE WHEN {m} < 0 THEN '' WHEN {n} >= 0 THEN SUBSTRING({s}, {n} + 1, {m}) "
            "WHEN {m} + {n} > 0 THEN LEFT({s}, {m} + {n}) ELSE '' END"
        )
    },
    "slice_rest": {"": "CASE WHEN {n} < 0 THEN {s} ELSE SUBSTRING({s}, {n} + 1) END"},
    "pad_left": {
        "mssql": "CASE WHEN LEN({s} + 'x') > {n} THEN {s} ELSE REPLICATE({x}, {n} - LEN({s} + 'x') + 1) + {s} END",
        "": "CASE WHEN LENGTH({s}) >= {n} THEN {s} ELSE LPAD({s}, {n}, {x}) END",
    },
    "pad_right": {
        "mssql": "CASE WHEN LEN({s} + 'x') > {n} THEN {s} ELSE {s} + REPLICATE({x}, {n} - LEN({s} + 'x') + 1) END",
        "": "CASE WHEN LENGTH({s}) >= {n} THEN {s} ELSE RPAD({s}, {n}, {x}) END",
    },
    "trim_set": {
        "duckdb": "TRIM({s}, {x})",
        "postgresql": "BTRIM({s}, {x})",
        "snowflake": "TRIM({s}, {x})",
        "": "RTRIM(LTRIM({s}, {x}), {x})",
    },
    "word_count": {"duckdb": f"LENGTH({_WORDS['duckdb']})", "postgresql": f"CARDINALITY({_WORDS['postgresql']})"},
    "word": {
        "duckdb": f"LIST_EXTRACT({_WORDS['duckdb']}, CASE WHEN {{n}} >= 0 THEN {{n}} + 1 END)",
        "postgresql": f"({_WORDS['postgresql']})[{{n}} + 1]",
    },
    "first_of": {  # place of the first character of a set, 0 where there is none
        "duckdb": f"STRPOS({_MASKED}, LEFT({{x}}, 1))",
        "postgresql": f"STRPOS({_MASKED}, LEFT({{x}}, 1))",
    },
    "set_to": {
        "duckdb": "TRANSLATE({s}, {x}, REPEAT(LEFT({y}, 1), LENGTH({x})))",
        "postgresql": "TRANSLATE({s}, {x}, REPEAT(LEFT({y}, 1), LENGTH({x})))",
    },
    "span": {"": "LENGTH({s}) - LENGTH(LTRIM({s}, {x}))"},
    "part_at": {
        "duckdb": f"LIST_EXTRACT(STRING_SPLIT({_MASKED}, LEFT({{x}}, 1)), CASE WHEN {{n}} >= 0 THEN {{n}} + 1 END)",
        "postgresql": f"(STRING_TO_ARRAY({_MASKED}, LEFT({{x}}, 1)))[{{n}} + 1]",
    },
    "replace_first": {
        "duckdb": (
            "CASE WHEN STRPOS({s}, {x}) = 0 OR {x} = '' THEN {s} "
            "ELSE LEFT({s}, STRPOS({s}, {x}) - 1) || {y} || SUBSTRING({s}, STRPOS({s}, {x}) + LENGTH({x})) END"
        ),
        "postgresql": (
            "CASE WHEN STRPOS({s}, {x}) = 0 OR {x} = '' THEN {s} "
            "ELSE LEFT({s}, STRPOS({s}, {x}) - 1) || {y} || SUBSTRING({s}, STRPOS({s}, {x}) + LENGTH({x})) END"
        ),
    },
    "unquoted": {
        "": (
            "CASE WHEN LENGTH({s}) >= 2 AND LEFT({s}, 1) = RIGHT({s}, 1) AND LEFT({s}, 1) IN ('''', '\"') "
            "THEN SUBSTRING({s}, 2, LENGTH({s}) - 2) ELSE {s} END"
        )
    },
    "unaccented": {
        "duckdb": f"STRIP_ACCENTS({_LATIN})",
        "postgresql": f"REGEXP_REPLACE(NORMALIZE({_LATIN}, NFD), '[\u0300-\u036f]', '', 'g')",
    },
    "url_encoded": {"duckdb": "URL_ENCODE({s})"},
    "digits_only": {
        "duckdb": "REGEXP_REPLACE({s}, '[^0-9]', '', 'g')",
        "postgresql": "REGEXP_REPLACE({s}, '[^0-9]', '', 'g')",
    },
    "joined_paths": {
        "mssql": "RTRIM({s}, {b}) + {b} + LTRIM({x}, {b})",
        "": "RTRIM({s}, {b}) || {b} || LTRIM({x}, {b})",
    },
    "path_folder": {
        "duckdb": r"REGEXP_EXTRACT({s}, '^(.*)[\\/][^\\/]*$', 1)",
        "postgresql": r"CASE WHEN NOT {s} IS NULL THEN COALESCE(SUBSTRING({s}, '^(.*)[\\/][^\\/]*$'), '') END",
    },
    "path_extension": {
        "duckdb": r"REGEXP_EXTRACT({s}, '\.[^.\\/]*$')",
        "postgresql": r"CASE WHEN NOT {s} IS NULL THEN COALESCE(SUBSTRING({s}, '\.[^.\\/]*$'), '') END",
    },
    "path_file": {
        "duckdb": r"REGEXP_REPLACE(REGEXP_EXTRACT({s}, '[^\\/]*$'), '\.[^.]*$', '')",
        "postgresql": r"REGEXP_REPLACE(SUBSTRING({s}, '[^\\/]*$'), '\.[^.]*$', '')",
    },
    # regular expressions
    "regex_whole": {"duckdb": "REGEXP_FULL_MATCH({s}, {x}, {o})", "postgresql": "REGEXP_LIKE({s}, {x}, {o})"},
    "regex_replace": {
        "duckdb": "REGEXP_REPLACE({s}, {x}, {y}, {o})",
        "postgresql": "REGEXP_REPLACE({s}, {x}, {y}, {o})",
    },
    "regex_count": {
        "duckdb": "LENGTH(REGEXP_EXTRACT_ALL({s}, {x}, 0, {o}))",
        "postgresql": "REGEXP_COUNT({s}, {x}, 1, {o})",
    },
    **sql_values.TEMPLATES,
    **add_on_sql.TEMPLATES,
}


def own(b: SqlBuilder, operation: str, kind: Kind, /, **values: Value) -> Value:
    """An operation of this language's table, else of the dialect's. Raises Refused where the dialect has neither."""
    return of_table(TEMPLATES, b, operation, kind, **values)
