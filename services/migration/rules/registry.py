"""The PowerCenter kinds: one row each.

The confidences are the documented ones of the reference's table; where it gives a range the top stands here and the
rule lowers it. What is not in the first table is in the second, with the reason why no rule exists; what is in neither
is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.migration.rules import (
    aggregator,
    expression,
    filter,
    joiner,
    lookup,
    multi_group,
    normalizer,
    passing,
    procedure,
    rank,
    router,
    sequence,
    sorter,
    source_qualifier,
    union,
    update_strategy,
)
from services.migration.rules.context import Context, Outcome


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind is converted: the pipeline kind it becomes, the highest confidence, the function."""

    target: str
    confidence: float
    convert: Callable[[Context], Outcome]


@dataclass(frozen=True, slots=True)
class NoRule:
    """Why a kind has no rule and what a person has to do."""

    reason: str
    todo: str


RULES: dict[str, Rule] = {
    "Source Qualifier": Rule("source_connector_sql_pushdown", 0.95, source_qualifier.convert),
    "Application Source Qualifier": Rule("source_connector_sql_pushdown", 0.80, source_qualifier.convert),
    "XML Source Qualifier": Rule("source_connector_sql_pushdown", 0.80, multi_group.convert),
    "App Multi-Group Source Qualifier": Rule("source_connector_sql_pushdown", 0.80, multi_group.convert),
    "Expression": Rule("sql_expression", 0.85, expression.convert),
    "Lookup Procedure": Rule("sql_join_pushdown", 0.85, lookup.convert),
    "Aggregator": Rule("sql_group_by", 0.95, aggregator.convert),
    "Filter": Rule("sql_where", 0.98, filter.convert),
    "Joiner": Rule("sql_join", 0.90, joiner.convert),
    "Sorter": Rule("sql_order_by", 0.98, sorter.convert),
    "Router": Rule("conditional_branch", 0.85, router.convert),
    "Sequence": Rule("sequence_generator", 0.90, sequence.convert),
    "Update Strategy": Rule("upsert_strategy", 0.80, update_strategy.convert),
    "Union Transformation": Rule("sql_union_all", 0.95, union.convert),
    "Rank": Rule("sql_rank", 0.85, rank.convert),
    "Normalizer": Rule("normalizer", 0.70, normalizer.convert),
    "Transaction Control": Rule("sql_expression", 0.79, passing.transaction_control),
    "Stored Procedure": Rule("manual", 0.0, procedure.convert),
    "Input Transformation": Rule("sql_expression", 0.95, passing.convert),
    "Output Transformation": Rule("sql_expression", 0.95, passing.convert),
}

NO_RULE: dict[str, NoRule] = {
    "SQL Transform": NoRule(
        "it runs SQL of its own for each row, which may change data and give any number of rows",
        "Rewrite the statement as a join or lookup, or as a task of the orchestration.",
    ),
    "Java Transformation": NoRule(
        "it holds Java code, which may keep state, call out and give any number of rows",
        "Rewrite the code as SQL.",
    ),
    "Http Transformation": NoRule(
        "it calls a web service for each row",
        "Fetch the data in a step of its own, by the base URL and ports of the definition kept here, and join it.",
    ),
    "External Procedure": NoRule("it calls a library outside PowerCenter", "Rewrite the procedure as SQL."),
    "Custom Transformation": NoRule("it runs code outside PowerCenter", "Rewrite the code as SQL."),
    "XML Parser": NoRule("it splits XML values into groups of rows", "Parse the XML in a step of its own."),
    "XML Generator": NoRule("it builds XML from rows", "Build the XML in a step of its own."),
    "Data Masking": NoRule(
        "it masks values by a technique, seed and dictionaries for each port, whose algorithm is the tool's own",
        "Choose a masking function of the target system for each masked port; the definition kept here names the "
        "technique. Values will differ from PowerCenter's, so mask all copies of a key in one run.",
    ),
    "Web Services Consumer": NoRule(
        "it calls a web service for each row, whose description lies outside the export",
        "Fetch the answers in a step of its own, keyed by what is asked, and join them.",
    ),
    "Unstructured Data": NoRule(
        "it hands documents to a Data Transformation service, which lies outside the export",
        "Turn the documents into rows in a step of its own, and read those.",
    ),
    "Mapplet": NoRule("its mapplet is not in the export", "Export the mapping again with its mapplets."),
    "Unresolved": NoRule("its definition is not in the export", "Export the mapping again with all that it refers to."),
}
MODEL_KINDS = frozenset(
    {"Stored Procedure", "SQL Transform", "Java Transformation", "Custom Transformation", "External Procedure"}
)
"""Kinds of the second table that a language model might convert."""
