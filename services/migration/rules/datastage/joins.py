"""Join and Merge. Source: Parallel Job Developer's Guide, "Join stage", "Merge stage"."""

from __future__ import annotations

from services.migration.ast import Setting
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage.frame import Arriving, Stage, option
from services.migration.rules.datastage.joined import Chain
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

TYPES = {"innerjoin": "inner", "leftouterjoin": "left", "rightouterjoin": "right", "fullouterjoin": "full"}
LEFT_PREFIX, RIGHT_PREFIX = "leftrec_", "rightrec_"
NULL_KEYS = "Key {key} may be null on both sides; here null joins nothing."
TWO = 2


def join(context: StepContext) -> Outcome:
    stage = Stage(context)
    leaving = stage.output()
    kind = TYPES.get(stage.text("operator", "joinType", default="innerjoin").lower())
    if kind is None or len(stage.inputs) < TWO:
        raise NotConvertible(
            "it has no known join type or fewer than two inputs", "Connect the inputs and name the type."
        )
    if kind == "full" and len(stage.inputs) > TWO:
        raise NotConvertible("a full outer join takes two inputs", "Join them in two stages.")
    keys = stage.named_keys()
    chain = Chain.begin(stage, stage.inputs[0])
    special: dict[str, str] = {}
    for given in stage.inputs[1:]:
        sides = [_sides(stage, chain, given, key, last=kind == "right") for key in keys]
        condition = " AND ".join(_equal(stage, chain, key, pair) for key, pair in zip(keys, sides, strict=True))
        columns, relation_columns = chain.columns_with(given)
        config: dict[str, object] = {
            "type": kind,
            "left": chain.relation.ref,
            "right": given.relation.ref,
            "condition": condition,
            "columns": columns,
        }
        name = "" if given is stage.inputs[1] else f"{context.name} {given.name}"
        node = stage.add("sql_join", config, [chain.relation.ref, given.relation.ref], name=name)
        chain.relation = Relation(node, relation_columns)
        chain.outer |= {given.name} if kind in ("left", "full") else set()
        chain.outer |= {one.name for one in chain.inputs[:-1]} if kind in ("right", "full") else set()
        special.update(_key_columns(chain, given, sides, kind))
    return stage.done("sql_join", 0.95, {leaving.name: chain.outputs(leaving, special)})


def _sides(
    stage: Stage, chain: Chain, given: Arriving, key: Setting, *, last: bool = False
) -> tuple[Arriving, Column, Column]:
    """The key on both sides. `last`: of several inputs on the left the last holds it, as in a right outer join."""
    name = key.value.strip()
    before = reversed(chain.inputs) if last else chain.inputs
    mine = next(((one, column) for one in before if (column := one.column(name))), None)
    theirs = given.column(name)
    if mine is None or theirs is None:
        raise NotConvertible(f"its key {name} is not a column of both inputs", "Give both inputs the key.")
    if mine[0].nullable(mine[1].name) and given.nullable(theirs.name):
        stage.context.warn(NULL_KEYS.format(key=name), confidence=0.79)
    return mine[0], mine[1], theirs


def _equal(stage: Stage, chain: Chain, key: Setting, pair: tuple[Arriving, Column, Column]) -> str:
    left, right = chain.left(pair[0], pair[1]), "r." + stage.identifier(pair[2].name)
    if option(key, "ci\\cs", "ci-cs", "ci_cs", "case") in ("ci", "insensitive"):
        return f"UPPER({left}) = UPPER({right})"
    return f"{left} = {right}"


def _key_columns(
    chain: Chain, given: Arriving, sides: list[tuple[Arriving, Column, Column]], kind: str
) -> dict[str, str]:
    """Key columns come out once: from the right side of a right outer join; both in a full outer join, as leftRec_ and
    rightRec_."""
    found: dict[str, str] = {}
    for owner, left, right in sides:
        if kind == "full":
            found[LEFT_PREFIX + left.name.lower()] = chain.held_or_default(owner, left)
            found[RIGHT_PREFIX + right.name.lower()] = chain.held_or_default(given, right)
        else:
            side = (given, right) if kind == "right" else (owner, left)
            found[left.name.lower()] = chain.held_or_default(*side)
    return found


def merge(context: StepContext) -> Outcome:
    """Master rows, each with the columns that matching update rows add; unmatched masters are kept or dropped."""
    stage = Stage(context)
    if len(stage.inputs) < TWO or not stage.outputs:
        raise NotConvertible("it needs a master, an update and an output", "Connect them.")
    master, updates = stage.inputs[0], stage.inputs[1:]
    keys = stage.named_keys()
    drops = stage.text("dropBadMasters\\keepBadMasters", "dropBadMasters", "unmatchedmasters", default="keep").lower()
    is_dropping = "drop" in drops
    context.warn(
        "Each update row matches one master; rows that repeat a key are joined with each other here.", confidence=0.84
    )
    chain = Chain.begin(stage, master)
    rejected: list[Relation] = []
    found: list[str] = []
    for given in updates:
        sides = [_sides(stage, chain, given, key) for key in keys]
        condition = " AND ".join(_equal(stage, chain, key, pair) for key, pair in zip(keys, sides, strict=True))
        columns, relation_columns = chain.columns_with(given)
        config: dict[str, object] = {
            "type": "left",
            "left": chain.relation.ref,
            "right": given.relation.ref,
            "condition": condition,
            "columns": columns,
        }
        node = stage.add(
            "sql_join", config, [chain.relation.ref, given.relation.ref], name=f"{context.name} {given.name}"
        )
        chain.relation = Relation(node, relation_columns)
        chain.outer.add(given.name)
        rejected.append(Relation(f"{node}.right_only", given.relation.columns))
        found += [stage.identifier(chain.held[given.name, pair[2].name]) for pair in sides[:1]]
    if is_dropping:
        condition = " OR ".join(f"{text} IS NOT NULL" for text in found)
        node = stage.add("sql_where", {"condition": condition}, [chain.relation.ref], name=f"{context.name} matched")
        chain.relation = Relation(node, chain.relation.columns)
    outputs = {stage.outputs[0].name: chain.outputs(stage.outputs[0], {})}
    for leaving, rows, given in zip(stage.outputs[1:], rejected, updates, strict=False):
        outputs[leaving.name] = stage.shaped(rows, leaving, given)
    return stage.done("sql_join", 0.9, outputs)
