"""Rows of a Lookup that do not meet the condition of a reference link.

Where they are dealt with otherwise than rows for which nothing is found, they are set aside before the lookup, and go
on, are dropped, or go to the reject link.

Source: Parallel Job Developer's Guide, "Lookup stage", "Specifying a condition".
"""

from __future__ import annotations

from dataclasses import dataclass

from services.migration.rules import sql
from services.migration.rules.datastage.frame import Arriving, Stage
from services.migration.rules.datastage.joined import Chain
from services.migration.rules.datastage.scope import column_scope, translated
from services.migration.rules.nodes import computed, typed
from services.migration.rules.relation import Column, Relation

__all__ = ["Aside", "condition_of", "go_on", "set_aside"]

CONDITIONS = ("Condition", "LookupCondition")
MET, UNMET = "met", "unmet"


@dataclass(frozen=True, slots=True)
class Aside:
    """The rows that are not looked up, and what becomes of them: continue, drop, reject or fail."""

    ref: str
    policy: str

    @property
    def goes_on(self) -> bool:
        """True where they go on, or end the job, beside the rows that are looked up."""
        return self.policy in ("continue", "fail")

    @property
    def is_rejected(self) -> bool:
        return self.policy == "reject"


def condition_of(given: Arriving) -> str:
    """The condition of a reference link; "" where every row is looked up."""
    return next((found for name in CONDITIONS if (found := given.setting.get(name).strip())), "")


def _unmet(given: Arriving) -> str:
    return given.setting.get("ConditionNotMet", "fail").strip().lower() or "fail"


def set_aside(stage: Stage, chain: Chain, given: Arriving, failed: str) -> Aside | None:
    """Parts the rows by the link's condition; the chain goes on with those that meet it. None where none need be."""
    text, unmet = condition_of(given), _unmet(given)
    if not text or unmet == failed:
        return None
    scope = column_scope(stage, chain.inputs, chain)
    condition = translated(stage, text, f"Condition of {given.name}", scope, condition=True).sql
    config: dict[str, object] = {
        "match": "first",
        "branches": [{"port": MET, "condition": condition}],
        "default": UNMET,
    }
    rows = chain.relation
    node = stage.add("conditional_branch", config, [rows.ref], name=f"{stage.context.name} {given.name} condition")
    chain.relation = Relation(f"{node}.{MET}", rows.columns, order=rows.order)
    return Aside(f"{node}.{UNMET}", unmet)


def go_on(stage: Stage, chain: Chain, given: Arriving, aside: Aside) -> None:
    """Adds the rows that were set aside to those that were looked up, with nulls for what the link would have given; a
    lookup of them that finds nothing where they end the job."""
    held = {chain.held[given.name, column.name]: column.name for column in given.relation.columns}
    columns = chain.relation.columns
    place = f"{stage.context.name} {given.name}"
    if aside.policy == "fail":
        config: dict[str, object] = {
            "left": aside.ref,
            "right": given.relation.ref,
            "condition": "1 = 0",
            "policy": "any",
            "on_no_match": "error",
            "columns": [computed(one, _of_side(stage, one, held)) for one in columns],
        }
        kept = stage.add("sql_join_pushdown", config, [aside.ref, given.relation.ref], name=f"{place} not met")
    else:
        made = [
            computed(one, sql.null(one.type, stage.dialect) if one.name in held else stage.identifier(one.name))
            for one in columns
        ]
        kept = stage.add("sql_expression", {"columns": made}, [aside.ref], name=f"{place} not looked up")
    names = [column.name for column in columns]
    all_rows: dict[str, object] = {
        "columns": [typed(column) for column in columns],
        "inputs": [{"ref": ref, "columns": names} for ref in (chain.relation.ref, kept)],
    }
    node = stage.add("sql_union_all", all_rows, [chain.relation.ref, kept], name=f"{place} all")
    chain.relation = Relation(node, columns)


def _of_side(stage: Stage, column: Column, held: dict[str, str]) -> str:
    if column.name in held:
        return f"r.{stage.identifier(held[column.name])}"
    return f"l.{stage.identifier(column.name)}"
