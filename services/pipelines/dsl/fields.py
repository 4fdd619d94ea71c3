"""Which fields of a node's config name inputs and columns: one table for checks, lineage and runner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.pipelines.dsl.finding import Path

INPUT_FIELDS: dict[str, tuple[str, ...]] = {
    "sql_join": ("left", "right"),
    "sql_join_pushdown": ("left", "right"),
    "append": ("left", "right"),
    "find_replace": ("left", "right"),
    "change_capture": ("before", "after"),
    "scd": ("input", "dimension"),
}
"""Kinds with two inputs → the config fields that hold their refs."""

ALIASED = frozenset({"sql_join", "sql_join_pushdown", "append"})
"""Kinds whose expressions name columns as `l.x` and `r.x`."""

ORDER = ("order_by.*.column", ("",))
PARTITION = ("partition_by.*", ("",))

COLUMN_FIELDS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "sql_join_pushdown": (("order_by.*.column", ("right",)),),
    "sql_group_by": (ORDER,),
    "sql_order_by": (ORDER,),
    "sequence_generator": (ORDER, PARTITION),
    "sql_rank": (ORDER, PARTITION),
    "normalizer": (
        ("passthrough.*", ("",)),
        ("columns.*.from.*", ("",)),
        ("generated_key.order_by.*.column", ("",)),
    ),
    "distinct": (ORDER, ("columns.*", ("",))),
    "sample": (ORDER, PARTITION),
    "limit": (ORDER, PARTITION),
    "pivot": (("group_by.*", ("",)), ("key", ("",)), ("columns.*.value", ("",))),
    "unpivot": (("passthrough.*", ("",)), ("columns.*.column", ("",))),
    "window": (ORDER, PARTITION),
    "multi_row_formula": (ORDER, PARTITION),
    "change_capture": (("keys.*", ("before", "after")), ("values.*", ("before", "after"))),
    "scd": (
        ("business_keys.*", ("input", "dimension")),
        ("type1.*", ("input", "dimension")),
        ("type2.*", ("input", "dimension")),
        ("fixed.*", ("input", "dimension")),
        ("surrogate_key", ("dimension",)),
        ("effective_from", ("dimension",)),
        ("effective_to", ("dimension",)),
        ("current_flag", ("dimension",)),
    ),
    "find_replace": (
        ("column", ("left",)),
        ("find", ("right",)),
        ("replace", ("right",)),
        ("append.*", ("right",)),
        ("order_by.*.column", ("right",)),
    ),
    "text_to_columns": (("column", ("",)),),
    "json_parse": (("column", ("",)),),
    "xml_parse": (("column", ("",)),),
    "sink": (("chosen_by.column", ("",)),),
}
"""Kind → (where column names stand in its config, the inputs that must have them). "" is the single input."""

PORTS: dict[str, tuple[str, ...]] = {
    "sql_join": ("joined", "left_only", "right_only"),
    "sql_join_pushdown": ("match", "no_match"),
    "distinct": ("unique", "duplicates"),
    "sample": ("selected", "rest"),
}
"""Kinds with fixed named outputs, the default one first."""


def values(config: Mapping[str, Any], pattern: str) -> Iterator[tuple[Path, Any]]:
    """Every value that a pattern such as `order_by.*.column` finds, with its path; `*` goes over a list."""
    yield from _walk(config, tuple(pattern.split(".")), ())


def _walk(value: Any, steps: tuple[str, ...], path: Path) -> Iterator[tuple[Path, Any]]:
    if not steps:
        yield path, value
    elif steps[0] == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _walk(item, steps[1:], (*path, index))
    elif isinstance(value, Mapping) and steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:], (*path, steps[0]))
