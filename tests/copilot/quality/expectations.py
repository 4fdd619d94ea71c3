"""Great Expectations' core expectations as rules of the ten types: the mapping that the verdicts are taken with.

The names and keys are that project's; the rules are ours. A row of MAPPED turns the keyword arguments of a definition
file into a rule; EXCLUDED says why an expectation is none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.copilot.quality.rule import RefusedRuleError, Rule

Kwargs = Mapping[str, Any]
ORDER_COLUMN = "pk_index"
MOMENTS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y", "%b %d %Y %H:%M:%S", "%b %d %Y")
_OFFSETS = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z")
_IGNORED = {
    "both_values_are_missing": "all",
    "all_values_are_missing": "all",
    "either_value_is_missing": "any",
    "any_value_is_missing": "any",
    "never": "none",
    "neither": "none",
}


def moment(text: str) -> datetime | None:
    """A date as the definition files write them, else None."""
    for form in MOMENTS + _OFFSETS:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        return found.replace(tzinfo=None)
    return None


def _bound(value: Any) -> Any:
    """A bound as our rules take it: dates in ISO form, `$PARAMETER` expressions worked out."""
    if isinstance(value, Mapping):
        return _parameter(str(next(iter(value.values()))))
    found = moment(value) if isinstance(value, str) else None
    return found.isoformat() if found else value


def _parameter(text: str) -> Any:
    made = re.fullmatch(r"datetime\(([\d, ]+)\)", text)
    if made:
        return datetime(*(int(each) for each in made[1].split(","))).isoformat()
    past = re.fullmatch(r"now\(\)(?: - timedelta\((\w+)=([\d* ]+)\))?", text)
    if not past:
        raise RefusedRuleError(f"no expression that is known: {text}")
    hours = {"weeks": 168, "days": 24, "hours": 1, "minutes": 1 / 60}.get(past[1] or "hours", 0)
    return {"now_minus_hours": hours * math.prod(int(each) for each in (past[2] or "0").split("*"))}


def _given(**parameters: Any) -> dict[str, Any]:
    return {key: value for key, value in parameters.items() if value is not None}


def _common(kwargs: Kwargs) -> dict[str, Any]:
    found = _given(mostly=kwargs.get("mostly"))
    if kwargs.get("row_condition"):
        found["where"] = _condition(str(kwargs["row_condition"]))
    return found


def _condition(text: str) -> str:
    """The conditions of Great Expectations' own parser: `col("x") > 1`, `.notNull()`; `==` of the others."""
    text = re.sub(r'col\("([^"]+)"\)', r"\1", text)
    text = text.replace(".notNull()", " IS NOT NULL").replace("==", "=").replace("!=", "<>")
    return re.sub(r'"([^"]*)"', r"'\1'", text).replace("&", "AND").replace("|", "OR")


def _limits(kwargs: Kwargs) -> dict[str, Any]:
    limits = {"min": _bound(kwargs.get("min_value")), "max": _bound(kwargs.get("max_value"))}
    return _given(**limits, strict_min=kwargs.get("strict_min"), strict_max=kwargs.get("strict_max"))


def _rule(kind: str, **fixed: Any) -> Callable[[Kwargs], Rule]:
    """A rule about the column with bounds from the arguments and parameters of its own."""
    return lambda kwargs: Rule(kind, str(kwargs["column"]), {**_common(kwargs), **_limits(kwargs), **fixed})


def _needed(inner: Callable[[Kwargs], Rule]) -> Callable[[Kwargs], Rule]:
    """As `inner`, but without bounds it is an error, as the definition files have it for this expectation."""

    def build(kwargs: Kwargs) -> Rule:
        if not {"min", "max"} & set(_limits(kwargs)):
            raise RefusedRuleError("min_value and max_value cannot both be missing")
        return inner(kwargs)

    return build


def _with(kind: str, take: Callable[[Kwargs], dict[str, Any]], **fixed: Any) -> Callable[[Kwargs], Rule]:
    return lambda kwargs: Rule(kind, str(kwargs.get("column") or ""), {**_common(kwargs), **take(kwargs), **fixed})


def _set(key: str, *, dates: bool = True) -> Callable[[Kwargs], dict[str, Any]]:
    def take(kwargs: Kwargs) -> dict[str, Any]:
        values = kwargs.get("value_set")
        if values is None:
            raise RefusedRuleError("value_set is missing")
        return {key: [_bound(each) if dates else each for each in values]}

    return take


def _patterns(kwargs: Kwargs) -> dict[str, Any]:
    one, several = kwargs.get("regex"), kwargs.get("regex_list")
    return {"patterns": [one] if several is None else list(several), "match": kwargs.get("match_on") or "any"}


def _likes(kwargs: Kwargs) -> dict[str, Any]:
    one, several = kwargs.get("like_pattern"), kwargs.get("like_pattern_list")
    return {"like": [one] if several is None else list(several), "match": kwargs.get("match_on") or "any"}


def _filled(kwargs: Kwargs) -> Rule:
    mostly = kwargs.get("mostly", 1)
    if isinstance(mostly, bool) or not isinstance(mostly, int | float):
        raise RefusedRuleError("mostly is no share")
    where = {key: value for key, value in _common(kwargs).items() if key == "where"}
    return Rule("COMPLETENESS", str(kwargs["column"]), {"max": round(1 - mostly, 12), **where})


def _pair(operator: str) -> Callable[[Kwargs], Rule]:
    def build(kwargs: Kwargs) -> Rule:
        sign = ">=" if kwargs.get("or_equal") else operator
        ignore = _IGNORED[kwargs.get("ignore_row_if") or "both_values_are_missing"]
        compared = {"left": kwargs["column_A"], "operator": sign, "right": kwargs["column_B"], "ignore_nulls": ignore}
        return Rule("CUSTOM_SQL", "", {**_common(kwargs), **compared})

    return build


def _pairs_in_set(kwargs: Kwargs) -> Rule:
    ignore = _IGNORED[kwargs.get("ignore_row_if") or "both_values_are_missing"]
    told = {"columns": [kwargs["column_A"], kwargs["column_B"]], "pairs": kwargs["value_pairs_set"]}
    return Rule("CUSTOM_SQL", "", {**_common(kwargs), **told, "ignore_nulls": ignore})


def _several(kwargs: Kwargs) -> dict[str, Any]:
    return {
        "columns": list(kwargs["column_list"]),
        "ignore_nulls": _IGNORED[kwargs.get("ignore_row_if") or "all_values_are_missing"],
    }


def _order(direction: str) -> Callable[[Kwargs], dict[str, Any]]:
    return lambda kwargs: {"order": direction, "order_by": ORDER_COLUMN, "strict": bool(kwargs.get("strictly"))}


def _column_exists(kwargs: Kwargs) -> dict[str, Any]:
    index = kwargs.get("column_index")
    return {"columns": [kwargs["column"]], **_given(position=None if index is None else index + 1)}


def _column_set(kwargs: Kwargs) -> Rule:
    exact = kwargs.get("exact_match", True)
    return Rule("SCHEMA_MATCH", "", {"columns": list(kwargs.get("column_set") or []), "exact": exact is not False})


def _column_list(kwargs: Kwargs) -> Rule:
    return Rule("SCHEMA_MATCH", "", {"columns": list(kwargs.get("column_list") or []), "ordered": True})


def _column_count(kwargs: Kwargs) -> Rule:
    low, high = kwargs.get("min_value", kwargs.get("value")), kwargs.get("max_value", kwargs.get("value"))
    return Rule("SCHEMA_MATCH", "", {"columns": [], **_given(min_count=low, max_count=high)})


def _typed(kwargs: Kwargs) -> Rule:
    kinds = kwargs.get("type_list") or [kwargs["type_"]]
    return Rule("SCHEMA_MATCH", "", {"types": {kwargs["column"]: list(kinds)}})


def _row_count(kwargs: Kwargs) -> Rule:
    if kwargs.get("value") is not None:
        return Rule("ROW_COUNT", "", {**_common(kwargs), "min": kwargs["value"], "max": kwargs["value"]})
    return Rule("ROW_COUNT", "", {**_common(kwargs), **_limits(kwargs)})


def _same_count(kwargs: Kwargs) -> Rule:
    factor = kwargs.get("other_table_multiplier")
    return Rule("ROW_COUNT", "", {"other_table": kwargs["other_table_name"], **_given(factor=factor)})


def _quantiles(kwargs: Kwargs) -> list[Rule]:
    """One rule a quantile: the expectation holds where all do."""
    ranges = kwargs["quantile_ranges"]
    return [
        Rule(
            "STATISTICAL",
            str(kwargs["column"]),
            {
                "measure": "quantile",
                "quantile": at,
                "interpolation": "nearest",
                **_given(min=_bound(low), max=_bound(high)),
            },
        )
        for at, (low, high) in zip(ranges["quantiles"], ranges["value_ranges"], strict=True)
    ]


def _holdouts(kwargs: Kwargs) -> tuple[float, float]:
    inner, tail = kwargs.get("internal_weight_holdout") or 0, kwargs.get("tail_weight_holdout") or 0
    if not 0 <= inner <= 1 or not 0 <= tail <= 1:
        raise RefusedRuleError("a holdout is a share")
    return inner, tail


def _divergence(kwargs: Kwargs) -> Rule:
    inner, tail = _holdouts(kwargs)
    threshold, parts = kwargs.get("threshold"), kwargs.get("partition_object")
    if parts is None and threshold is None:
        return Rule("STATISTICAL", str(kwargs["column"]), {"measure": "distinct_count"})
    parts = parts or {}
    limit = {"measure": "kl_divergence", **_given(max=threshold)}
    if "values" in parts and inner:
        raise RefusedRuleError("an internal holdout is for bins alone")
    if "values" in parts:
        weights = [each * (1 - tail) for each in parts["weights"]]
        return Rule(
            "STATISTICAL",
            str(kwargs["column"]),
            {**limit, "values": parts["values"], "weights": weights, "unseen": tail},
        )
    if "bins" not in parts:
        raise RefusedRuleError("a partition has values or bins")
    return Rule("STATISTICAL", str(kwargs["column"]), {**limit, **_binned(parts, inner, tail)})


def _binned(parts: Kwargs, inner: float, tail: float) -> dict[str, Any]:
    """Bins that reach to both infinities, with the weights of the tails and the holdouts given their places."""
    edges, weights = [float(each) for each in parts["bins"]], [float(each) for each in parts["weights"]]
    open_low, open_high = math.isinf(edges[0]), math.isinf(edges[-1])
    tails = parts.get("tail_weights")
    if tail and (tails or (open_low and open_high)):
        raise RefusedRuleError("a tail holdout needs a tail that has no weight")
    weights = [each * (1 - inner - tail) for each in weights]
    empty = [at for at, each in enumerate(weights) if not each]
    for at in empty if inner else ():
        weights[at] = inner / len(empty)
    low, high = tails or ((tail / 2, tail / 2) if not (open_low or open_high) else (tail, tail))
    if not open_low:
        edges, weights = [-math.inf, *edges], [low, *weights]
    if not open_high:
        edges, weights = [*edges, math.inf], [*weights, high]
    total = sum(weights)
    return {"bins": edges, "weights": [each / total for each in weights]}


def _chi_square(kwargs: Kwargs) -> Rule:
    parts, (_, tail) = kwargs["partition_object"], _holdouts(kwargs)
    if "values" not in parts:
        raise RefusedRuleError("the chi-square test is for values, not for bins")
    weights = [each * (1 - tail) for each in parts["weights"]]
    told = {"values": parts["values"], "weights": weights, "unseen": tail, "p_value": kwargs["p"]}
    return Rule("STATISTICAL", str(kwargs["column"]), {"measure": "chi_square", **told})


def _distinct_in_set(kwargs: Kwargs) -> Rule:
    """Without a set it holds always."""
    if kwargs.get("value_set") is None:
        return Rule("STATISTICAL", str(kwargs["column"]), {"measure": "distinct_count"})
    return _with("RANGE", _set("values"))(kwargs)


def _query(kwargs: Kwargs) -> Rule:
    return Rule("CUSTOM_SQL", "", {"query": str(kwargs["unexpected_rows_query"])})


def _statistic(measure: str) -> Callable[[Kwargs], Rule]:
    return _rule("STATISTICAL", measure=measure)


Mapped = Callable[[Kwargs], Rule | list[Rule]]
MAPPED: dict[str, Mapped] = {
    "expect_column_values_to_not_be_null": _with("NOT_NULL", lambda _: {}),
    "expect_column_values_to_be_null": _filled,
    "expect_column_proportion_of_non_null_values_to_be_between": _rule("COMPLETENESS"),
    "expect_column_values_to_be_unique": _with("UNIQUE", lambda _: {}),
    "expect_compound_columns_to_be_unique": _with("UNIQUE", _several),
    "expect_multicolumn_values_to_be_unique": _with("UNIQUE", _several, within_row=True),
    "expect_select_column_values_to_be_unique_within_record": _with("UNIQUE", _several, within_row=True),
    "expect_column_values_to_be_between": _rule("RANGE"),
    "expect_column_values_to_be_in_set": _with("RANGE", _set("values")),
    "expect_column_values_to_not_be_in_set": _with("RANGE", _set("not_values")),
    "expect_column_value_lengths_to_be_between": _rule("RANGE", measure="length"),
    "expect_column_value_lengths_to_equal": _with(
        "RANGE", lambda kwargs: {"min": kwargs["value"], "max": kwargs["value"], "measure": "length"}
    ),
    "expect_column_values_to_match_regex": _with("REGEX", _patterns),
    "expect_column_values_to_not_match_regex": _with("REGEX", _patterns, negate=True),
    "expect_column_values_to_match_regex_list": _with("REGEX", _patterns),
    "expect_column_values_to_not_match_regex_list": _with("REGEX", _patterns, negate=True),
    "expect_column_values_to_match_like_pattern": _with("REGEX", _likes),
    "expect_column_values_to_not_match_like_pattern": _with("REGEX", _likes, negate=True),
    "expect_column_values_to_match_like_pattern_list": _with("REGEX", _likes),
    "expect_column_values_to_not_match_like_pattern_list": _with("REGEX", _likes, negate=True),
    "expect_column_values_to_match_strftime_format": _with(
        "REGEX", lambda kwargs: {"format": kwargs["strftime_format"]}
    ),
    "expect_column_values_to_be_dateutil_parseable": _with("REGEX", lambda _: {}, format="any_date"),
    "expect_column_values_to_be_json_parseable": _with("REGEX", lambda _: {}, json=True),
    "expect_column_values_to_match_json_schema": _with(
        "CUSTOM_SQL", lambda kwargs: {"json_schema": kwargs["json_schema"]}
    ),
    "expect_column_values_to_be_increasing": _with("CUSTOM_SQL", _order("increasing")),
    "expect_column_values_to_be_decreasing": _with("CUSTOM_SQL", _order("decreasing")),
    "expect_column_pair_values_to_be_equal": _pair("="),
    "expect_column_pair_values_a_to_be_greater_than_b": _pair(">"),
    "expect_column_pair_values_to_be_in_set": _pairs_in_set,
    "expect_multicolumn_sum_to_equal": _with(
        "CUSTOM_SQL", lambda kwargs: {**_several(kwargs), "sum": kwargs["sum_total"]}
    ),
    "unexpected_rows_expectation": _query,
    "expect_table_row_count_to_be_between": _row_count,
    "expect_table_row_count_to_equal": _row_count,
    "expect_table_row_count_to_equal_other_table": _same_count,
    "expect_column_to_exist": _with("SCHEMA_MATCH", _column_exists),
    "expect_table_columns_to_match_set": _column_set,
    "expect_table_columns_to_match_ordered_list": _column_list,
    "expect_table_column_count_to_equal": _column_count,
    "expect_table_column_count_to_be_between": _column_count,
    "expect_column_values_to_be_of_type": _typed,
    "expect_column_values_to_be_in_type_list": _typed,
    "expect_column_mean_to_be_between": _statistic("mean"),
    "expect_column_median_to_be_between": _statistic("median"),
    "expect_column_stdev_to_be_between": _statistic("stddev"),
    "expect_column_min_to_be_between": _needed(_statistic("min")),
    "expect_column_max_to_be_between": _needed(_statistic("max")),
    "expect_column_sum_to_be_between": _needed(_statistic("sum")),
    "expect_column_unique_value_count_to_be_between": _statistic("distinct_count"),
    "expect_column_proportion_of_unique_values_to_be_between": _statistic("distinct_share"),
    "expect_column_quantile_values_to_be_between": _quantiles,
    "expect_column_distinct_values_to_be_in_set": _distinct_in_set,
    "expect_column_distinct_values_to_contain_set": _with("STATISTICAL", _set("values"), measure="value_set"),
    "expect_column_distinct_values_to_equal_set": _with(
        "STATISTICAL", _set("values"), measure="value_set", others=False
    ),
    "expect_column_most_common_value_to_be_in_set": _with(
        "STATISTICAL",
        lambda kwargs: {**_set("values")(kwargs), "ties": bool(kwargs.get("ties_okay"))},
        measure="most_common",
    ),
    "expect_column_value_z_scores_to_be_less_than": _with(
        "STATISTICAL",
        lambda kwargs: {"threshold": kwargs["threshold"], "double_sided": bool(kwargs.get("double_sided"))},
        measure="z_score",
    ),
    "expect_column_kl_divergence_to_be_less_than": _divergence,
    "expect_column_chisquare_test_p_value_to_be_greater_than": _chi_square,
}

_NO_FUNCTION = (
    "the Kolmogorov-Smirnov p-value needs the distribution functions of the normal, beta, gamma and chi-square "
    "distributions, which none of the dialects has"
)
EXCLUDED: dict[str, str] = {
    "expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than": _NO_FUNCTION,
    "expect_column_bootstrapped_ks_test_p_value_to_be_greater_than": "the verdict rests on random resampling",
    "expect_column_pair_cramers_phi_value_to_be_less_than": "the number of cells depends on the data: a contingency "
    "table of two columns whose values are not known beforehand",
    "expect_file_hash_to_equal": "about a file, not a table",
    "expect_file_size_to_be_between": "about a file, not a table",
}


def name_of(expectation: str) -> str:
    """The name as MAPPED has it: both spellings, `expect_column_pair_values_A_…` and the class's CamelCase."""
    if "_" in expectation:
        return expectation.lower()
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", expectation).lower()
