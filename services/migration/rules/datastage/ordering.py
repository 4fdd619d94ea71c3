"""Sort keys with their options, and the stages that depend on order: Sort, Remove Duplicates.

Nulls come first by default, descending or not; text is compared with case unless the key says `ci`. Source: Parallel
Job Developer's Guide, "Sort stage", "Remove Duplicates stage"; Parallel Job Advanced Developer's Guide, "tsort".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Stage, option
from services.migration.rules.datastage.row_order import order_by
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.migration.rules.steps.context import StepContext


def sort_keys(stage: Stage, columns: Sequence[Column]) -> tuple[SortKey, ...]:
    """The keys of a sort in order."""
    found = []
    for key in stage.named_keys():
        name = key.value.strip()
        column = next((one for one in columns if one.name.lower() == name.lower()), None)
        if column is None:
            raise NotConvertible(f"its key {name} is not a column of its input", "Correct the key.")
        if option(key, "ebcdic", "collationsequence") in ("ebcdic", "yes"):
            stage.context.warn(f"Key {name} is sorted as EBCDIC; here as the database does.", confidence=0.75)
        found.append(
            SortKey(
                column.name,
                descending=option(key, "asc\\desc", "asc_desc", "order", "sortorder").startswith("desc"),
                nulls_first=option(key, "nulls", "nulls_position", "nullsposition") != "last",
                case_sensitive=option(key, "ci\\cs", "ci-cs", "ci_cs", "case") not in ("ci", "insensitive"),
            )
        )
    return tuple(found)


def sort(context: StepContext) -> Outcome:
    stage = Stage(context)
    given = stage.stream()
    relation = given.relation
    keys = sort_keys(stage, relation.columns)
    relation = _sorted(stage, relation, keys)
    if stage.flag("unique") or stage.text("allowdups", "allow_dups").lower() in ("false", "no"):
        relation = _one_for_each_key(stage, relation, keys)
    if stage.flag("flagKey", "keyChange", "createKeyChangeColumn"):
        relation = _key_change(stage, relation, keys, "keyChange")
    if stage.flag("flagCluster", "clusterKeyChange", "createClusterKeyChangeColumn"):
        relation = _key_change(stage, relation, _grouped(stage, keys), "clusterKeyChange")
    outputs = {one.name: stage.shaped(relation, one, given) for one in stage.outputs}
    return stage.done("sql_order_by", 0.98, outputs)


def _sorted(stage: Stage, relation: Relation, keys: tuple[SortKey, ...]) -> Relation:
    node = stage.add("sql_order_by", {"order_by": order_by(keys)}, [relation.ref])
    rest = tuple(key for key in relation.order if key.column not in {one.column for one in keys})
    is_stable = stage.text("stable", default="stable").lower() not in ("no", "false", "nonstable")
    return Relation(node, relation.columns, order=keys + (rest if is_stable else ()))


def _grouped(stage: Stage, keys: tuple[SortKey, ...]) -> tuple[SortKey, ...]:
    """The keys by which rows already stand together (sort key mode Don't Sort); the groups of clusterKeyChange."""
    pairs = zip(keys, stage.named_keys(), strict=True)
    found = tuple(key for key, stated in pairs if option(stated, "sorted\\clustered") in ("sorted", "clustered"))
    if not found:
        raise NotConvertible(
            "it flags the groups of rows that already stand together, and no key says by which columns they do",
            "Set the sort key mode of those keys to Don't Sort, or flag key changes instead.",
        )
    return found


def _one_for_each_key(stage: Stage, relation: Relation, keys: tuple[SortKey, ...]) -> Relation:
    config: dict[str, object] = {"columns": [key.column for key in keys], "order_by": order_by(relation.order)}
    _refuse_case(keys)
    if len(relation.order) == len(keys):
        stage.context.warn("Which of the rows with equal keys is kept is not fixed.", confidence=0.79)
    node = stage.add("distinct", config, [relation.ref], name=f"{stage.context.name} unique")
    return Relation(node, relation.columns, order=relation.order)


def _key_change(stage: Stage, relation: Relation, keys: tuple[SortKey, ...], name: str) -> Relation:
    """1 in the first row of each group of equal keys, else 0."""
    taken = relation.names()
    place = unique("row_of_key", taken)
    window = {
        "columns": [{"name": place, "expression": "row_number()", "type": "bigint"}],
        "partition_by": [key.column for key in keys],
        "order_by": order_by(relation.order),
    }
    _refuse_case(keys)
    numbered = stage.add("window", window, [relation.ref], name=f"{stage.context.name} key change")
    column = Column(unique(name, taken), "integer")
    made = {
        "columns": [
            {
                "name": column.name,
                "expression": f"CASE WHEN {stage.identifier(place)} = 1 THEN 1 ELSE 0 END",
                "type": "integer",
            }
        ],
        "passthrough": [one.name for one in relation.columns],
    }
    node = stage.add("sql_expression", made, [numbered], name=f"{stage.context.name} {name}")
    return Relation(node, (*relation.columns, column), order=relation.order)


def remove_duplicates(context: StepContext) -> Outcome:
    """One row for each key, the first or last of rows that stand together."""
    stage = Stage(context)
    given = stage.stream()
    relation = given.relation
    keys = sort_keys(stage, relation.columns)
    _refuse_case(keys)
    last = stage.text("keep", default="first").lower().endswith("last")
    names = [key.column for key in keys]
    sorted_by = [key.column for key in relation.order[: len(names)]]
    rest = relation.order[len(names) :] if set(sorted_by) == set(names) else ()
    if set(sorted_by) != set(names) or not rest:
        context.warn(
            f"Which of the rows with equal keys ({', '.join(names)}) is kept depends on the order of rows, which "
            "nothing before the stage fixes.",
            confidence=0.79,
        )
    if set(sorted_by) != set(names):
        context.warn("The stage compares rows that stand together; here rows of equal keys need not.", confidence=0.79)
    config: dict[str, object] = {"columns": names}
    if rest:
        config["order_by"] = order_by(
            SortKey(k.column, k.descending != last, k.nulls_first != last, k.case_sensitive) for k in rest
        )
    node = stage.add("distinct", config, [relation.ref])
    out = Relation(node, relation.columns, order=relation.order)
    outputs = {one.name: stage.shaped(out, one, given) for one in stage.outputs}
    return stage.done("distinct", 0.95, outputs)


def _refuse_case(keys: Iterable[SortKey]) -> None:
    blind = next((key.column for key in keys if not key.case_sensitive), None)
    if blind:
        raise NotConvertible(
            f"its key {blind} is compared without case", "Add a column in upper case and use it as the key."
        )
