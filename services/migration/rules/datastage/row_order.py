"""The order of rows: how the pipeline language writes it, and links whose rows are sorted as they arrive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.migration.ast import Setting
from services.migration.rules.context import Node, NotConvertible
from services.migration.rules.relation import Relation, SortKey
from services.migration.rules.steps.context import StepContext

__all__ = ["order_by", "sorted_link"]

COMPILED = (
    "Rows of the link {} are sorted by {} as they arrive: so says the job's generated code, which is of its last "
    "compilation."
)
BY_HAND = "Put a Sort stage before it."


def order_by(keys: Iterable[SortKey]) -> list[dict[str, Any]]:
    """Keys as the pipeline language writes them."""
    made = []
    for key in keys:
        one: dict[str, Any] = {"column": key.column}
        if key.descending:
            one["direction"] = "desc"
        one["nulls"] = "first" if key.nulls_first else "last"
        if not key.case_sensitive:
            one["case_sensitive"] = False
        made.append(one)
    return made


def sorted_link(context: StepContext, link: str, relation: Relation, stated: Setting) -> tuple[Relation, list[Node]]:
    """The rows of a link as its own sort gives them, by the keys below `stated`; of equal keys one, where it is unique.

    Raises NotConvertible: a key that the link does not have, or one for each key without case.
    """
    keys = tuple(_key(relation, link, one) for one in stated.children)
    context.warn(COMPILED.format(link, ", ".join(key.column for key in keys)), confidence=0.84)
    first = stated.children[0]
    sort = context.node(
        "sql_order_by", {"order_by": order_by(keys)}, [relation.ref], name=f"{context.name} {link} sort"
    )
    is_stable = first.get("nonstable") != "1"
    rest = tuple(key for key in relation.order if key.column not in {one.column for one in keys})
    given = Relation(str(sort["id"]), relation.columns, order=keys + (rest if is_stable else ()))
    if first.get("unique") != "1":
        return given, [sort]
    if not all(key.case_sensitive for key in keys):
        raise NotConvertible(f"the sort of link {link} keeps one row for each key without case", BY_HAND)
    if len(given.order) == len(keys):
        context.warn(f"Which of the rows of link {link} with equal keys is kept is not fixed.", confidence=0.79)
    config = {"columns": [key.column for key in keys], "order_by": order_by(given.order)}
    one = context.node("distinct", config, [given.ref], name=f"{context.name} {link} unique")
    return Relation(str(one["id"]), relation.columns, order=given.order), [sort, one]


def _key(relation: Relation, link: str, stated: Setting) -> SortKey:
    column = next((one for one in relation.columns if one.name.lower() == stated.name.lower()), None)
    if column is None:
        raise NotConvertible(f"link {link} is sorted by {stated.name}, which is not a column of it", BY_HAND)
    if stated.get("ebcdic"):
        raise NotConvertible(f"link {link} is sorted by {column.name} in the order of EBCDIC", BY_HAND)
    return SortKey(
        column.name,
        descending=stated.get("order") == "desc",
        nulls_first=stated.get("nulls") != "last",
        case_sensitive=stated.get("case") != "ci",
    )
