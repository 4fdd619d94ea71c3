"""Expectations of the core beside those of the definition files: the mapping's verdicts on DuckDB."""

from __future__ import annotations

import duckdb
import pytest

from tests.copilot.quality.expectations import name_of
from tests.copilot.quality.verdicts import Case, on_duckdb, tables, verdict

DATASET = {
    "data": {
        "x": [1, 2, 3, 4, 4],
        "y": [1, 2, 3, 4, None],
        "s": ["a", "b", "a", None, "c"],
        "d": ["2018-01-01", "2018-01-02", "2018-01-03", "2018-01-03", None],
        "j": ['{"a":1}', '{"b":2}', "nope", None, "1"],
        "f": [1.5, 2.5, 3.5, 4.5, 5.5],
    },
    "schemas": {"postgresql": {"d": "DATE"}},
}
CASES = [
    ("expect_column_max_to_be_between", {"column": "x", "min_value": 4, "max_value": 4}, True),
    (
        "expect_column_max_to_be_between",
        {"column": "d", "min_value": "2018-01-03", "parse_strings_as_datetimes": True},
        True,
    ),
    ("expect_column_stdev_to_be_between", {"column": "x", "min_value": 1, "max_value": 1.5}, True),
    ("expect_column_values_to_be_in_set", {"column": "s", "value_set": ["a", "b"]}, False),
    (
        "expect_column_values_to_be_in_set",
        {"column": "d", "value_set": ["2018-01-01", "2018-01-02", "2018-01-03"], "parse_strings_as_datetimes": True},
        True,
    ),
    (
        "expect_column_values_to_be_in_set",
        {
            "column": "x",
            "value_set": [],
        },
        False,
    ),
    ("expect_column_values_to_be_in_set", {"column": "s", "value_set": ["a", "b"], "mostly": 0.75}, True),
    ("expect_compound_columns_to_be_unique", {"column_list": ["x", "y"]}, True),
    ("expect_select_column_values_to_be_unique_within_record", {"column_list": ["x", "f"]}, True),
    ("expect_multicolumn_values_to_be_unique", {"column_list": ["x", "y"]}, False),
    (
        "expect_column_quantile_values_to_be_between",
        {"column": "x", "quantile_ranges": {"quantiles": [0, 0.5, 1], "value_ranges": [[1, 1], [3, 3], [4, None]]}},
        True,
    ),
    (
        "expect_column_quantile_values_to_be_between",
        {"column": "x", "quantile_ranges": {"quantiles": [0.0, 0.5], "value_ranges": [[2, 3], [3, 3]]}},
        False,
    ),
    ("expect_column_most_common_value_to_be_in_set", {"column": "s", "value_set": ["a"]}, True),
    ("expect_column_most_common_value_to_be_in_set", {"column": "y", "value_set": [1], "ties_okay": True}, True),
    ("expect_column_most_common_value_to_be_in_set", {"column": "y", "value_set": [1]}, False),
    ("expect_column_unique_value_count_to_be_between", {"column": "s", "min_value": 3, "max_value": 3}, True),
    ("expect_column_values_to_be_of_type", {"column": "x", "type_": "INTEGER"}, True),
    ("expect_column_values_to_be_of_type", {"column": "s", "type_": "TEXT"}, True),
    ("expect_column_values_to_be_of_type", {"column": "x", "type_": "VARCHAR"}, False),
    ("expect_column_values_to_be_in_type_list", {"column": "f", "type_list": ["FLOAT", "DOUBLE_PRECISION"]}, True),
    ("expect_column_values_to_be_in_type_list", {"column": "f", "type_list": ["DATE"]}, False),
    ("expect_table_columns_to_match_ordered_list", {"column_list": ["x", "y", "s", "d", "j", "f"]}, True),
    ("expect_table_columns_to_match_ordered_list", {"column_list": ["y", "x", "s", "d", "j", "f"]}, False),
    ("expect_table_column_count_to_be_between", {"min_value": 5, "max_value": 6}, True),
    ("expect_table_column_count_to_be_between", {}, True),
    (
        "expect_column_pair_values_A_to_be_greater_than_B",
        {"column_A": "f", "column_B": "x", "ignore_row_if": "either_value_is_missing"},
        True,
    ),
    ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "x", "column_B": "y"}, False),
    (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "x", "column_B": "y", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
        True,
    ),
    ("expect_column_values_to_be_json_parseable", {"column": "j"}, False),
    ("expect_column_values_to_be_json_parseable", {"column": "j", "mostly": 0.75}, True),
    ("expect_column_values_to_match_regex", {"column": "s", "regex": "^[abc]$"}, True),
    ("expect_column_values_to_not_match_regex_list", {"column": "s", "regex_list": ["x", "y"]}, True),
    ("expect_column_values_to_not_match_regex_list", {"column": "s", "regex_list": ["x", "a"]}, False),
    (
        "expect_column_values_to_match_like_pattern_list",
        {"column": "s", "like_pattern_list": ["a%", "b%"], "match_on": "any"},
        False,
    ),
    ("expect_column_values_to_match_like_pattern_list", {"column": "s", "like_pattern_list": ["a%", "b%", "c%"]}, True),
    ("expect_column_distinct_values_to_be_in_set", {"column": "s", "value_set": ["a", "b", "c", "d"]}, True),
    ("expect_column_distinct_values_to_be_in_set", {"column": "s", "value_set": None}, True),
    ("expect_column_values_to_be_in_set", {"column": "x", "value_set": None}, None),
    (
        "expect_column_proportion_of_non_null_values_to_be_between",
        {"column": "y", "min_value": 0.8, "max_value": 0.8},
        True,
    ),
]


@pytest.mark.parametrize(("expectation", "kwargs", "expected"), CASES)
async def test_an_expectation_of_the_core_has_its_verdict(expectation, kwargs, expected):
    data = tables(DATASET, "t_0", ordered=False)
    case = Case("", name_of(expectation), "", kwargs, expected, data)
    with duckdb.connect() as connection:
        assert await verdict(case, "duckdb", on_duckdb(connection, data)) is expected
