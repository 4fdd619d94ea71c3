"""What each column of a Slowly Changing Dimension stage's dimension is for.

An export holds the purpose code of a column as a number (`SCDPurpose`) whose meaning is not documented. It serves to
group columns; what a group is for is told by what else the export shows: the surrogate key is derived by
NextSurrogateKey, business keys are the keys of the lookup. A Type 2 column needs a current indicator or an expiration
date beside it, and with Type 1 columns alone neither is allowed (Parallel Job Developer's Guide, "Selecting purpose
codes"): so a single further group holds Type 1 columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.migration.ast import TransformationField
from services.migration.rules.context import NotConvertible
from services.migration.rules.datastage.frame import Arriving, Leaving, Stage
from services.migration.rules.relation import Column
from services.pipelines import types

CODE = "SCDPurpose"
BY_HAND = "Write it as a node of kind scd, with its business keys, type 1 and type 2 columns and validity."
_NEXT = re.compile(r"\s*NextSurrogateKey\s*\(\s*\)\s*", re.IGNORECASE)
_CALLED = "nextsurrogatekey"


@dataclass(frozen=True, slots=True)
class Purposes:
    """Pairs are (column of the dimension, column of the stream that fills it)."""

    surrogate: Column
    business: list[tuple[Column, Column]]
    type1: list[tuple[Column, Column]]

    @property
    def filled(self) -> list[tuple[Column, Column]]:
        return [*self.business, *self.type1]


def purposes(stage: Stage, stream: Arriving, reference: Arriving) -> tuple[Leaving, Purposes]:
    """The output that updates the dimension, and the columns by purpose.

    Raises NotConvertible, naming the column, where what the export shows of one does not fit its code.
    """
    update, made = _surrogate(stage)
    told = _told(reference, update)
    codes = {name: one[CODE] for name, one in told.items() if one.get(CODE, "0") != "0"}
    keys = {name: one["KeyExpression"] for name, one in told.items() if one.get("KeyExpression")}
    if not keys:
        raise NotConvertible(f"no key of the reference link {reference.name} is stated", "State the business key.")
    surrogate = made.name.lower()
    rest = [name for name in codes if name != surrogate and name not in keys]
    _check(codes, surrogate, list(keys), rest)
    _refuse_expiring(told)
    fields = {one.name.lower(): one for one in update.fields}
    for name, field in fields.items():
        if name not in codes:
            raise NotConvertible(
                f"column {field.name} of link {update.name} has no purpose code: of a member that is there already it "
                "keeps its value, which the kind scd can't say",
                BY_HAND,
            )
    business = [_pair(stream, reference, fields.get(name), name) for name in keys]
    for (_, theirs), (name, text) in zip(business, keys.items(), strict=True):
        if _plain(stream, text) != theirs:
            raise NotConvertible(
                f"column {name} is looked up by {text} but filled with {fields[name].expression}", BY_HAND
            )
    key = _ours(reference, made.name)
    if types.kind(key.type) != "number":
        raise NotConvertible(f"its surrogate key {key.name} is no number", BY_HAND)
    return update, Purposes(key, business, [_pair(stream, reference, fields.get(name), name) for name in rest])


def _surrogate(stage: Stage) -> tuple[Leaving, TransformationField]:
    found = [(one, field) for one in stage.outputs for field in one.fields if _CALLED in field.expression.lower()]
    if len(found) != 1:
        names = ", ".join(field.name for _, field in found) or "no column"
        raise NotConvertible(
            f"one column is needed whose derivation is NextSurrogateKey(), which tells the surrogate key; here it is "
            f"{names}",
            BY_HAND,
        )
    if not _NEXT.fullmatch(found[0][1].expression):
        raise NotConvertible(f"its surrogate key is derived by {found[0][1].expression[:200]}", BY_HAND)
    return found[0]


def _told(reference: Arriving, update: Leaving) -> dict[str, dict[str, str]]:
    """What the export holds of each dimension column, from all places; by its name in lower case."""
    found: dict[str, dict[str, str]] = {}
    for name, attributes in _stated(reference, update):
        one = found.setdefault(name.lower(), {})
        code = attributes.get(CODE, "0")
        if code != "0" and one.get(CODE, "0") not in ("0", code):
            raise NotConvertible(f"column {name} has the purpose codes {one[CODE]} and {code}", BY_HAND)
        one.update({key: text for key, text in attributes.items() if key != CODE or text != "0"})
    return found


def _stated(reference: Arriving, update: Leaving) -> Iterator[tuple[str, Mapping[str, str]]]:
    declared = reference.setting.all("columns")
    for cell in declared[0].children if declared else ():
        yield cell.name, cell.attributes
    for field in reference.fields:
        yield field.name, field.attributes
    for field in update.fields:
        yield field.name, field.attributes


def _check(codes: Mapping[str, str], surrogate: str, keys: list[str], rest: list[str]) -> None:
    """Each purpose is one code that no other has."""
    for name in (surrogate, *keys):
        if name not in codes:
            raise NotConvertible(f"column {name} is a key by its derivation and has no purpose code", BY_HAND)
    for name in keys:
        if codes[name] != codes[keys[0]]:
            raise NotConvertible(
                f"the lookup's keys {keys[0]} and {name} have different purpose codes "
                f"({codes[keys[0]]} and {codes[name]})",
                BY_HAND,
            )
    for name in (*keys, *rest):
        if codes[name] == codes[surrogate]:
            raise NotConvertible(
                f"column {name} has the purpose code {codes[name]} of the surrogate key {surrogate}", BY_HAND
            )
    for name in rest:
        if codes[name] == codes[keys[0]]:
            raise NotConvertible(
                f"column {name} has the purpose code {codes[name]} of a business key and is no key of the lookup",
                BY_HAND,
            )
    if len({codes[name] for name in rest}) > 1:
        listed = ", ".join(f"{name} {codes[name]}" for name in rest)
        raise NotConvertible(
            f"its columns have several further purpose codes ({listed}), of which Type 2 columns, dates and indicators "
            "are some; which is which is not documented",
            BY_HAND,
        )


def _refuse_expiring(told: Mapping[str, Mapping[str, str]]) -> None:
    for name, one in told.items():
        if any("expire" in key.lower() and text.strip() for key, text in one.items()):
            raise NotConvertible(f"column {name} has an expression for expired rows, as Type 2 has", BY_HAND)


def _pair(stream: Arriving, reference: Arriving, field: TransformationField | None, name: str) -> tuple[Column, Column]:
    """A dimension column with the stream's column that fills it."""
    if field is None:
        raise NotConvertible(f"column {name} has a purpose and is not on the link that updates the dimension", BY_HAND)
    theirs = _plain(stream, field.expression)
    if theirs is None:
        raise NotConvertible(
            f"column {field.name} is filled by '{field.expression[:200]}', which is no column of the stream", BY_HAND
        )
    return _ours(reference, field.name), theirs


def _plain(stream: Arriving, text: str) -> Column | None:
    link, _, name = text.strip().rpartition(".")
    return stream.column(name) if link.lower() == stream.name.lower() and name else None


def _ours(reference: Arriving, name: str) -> Column:
    found = reference.column(name)
    if found is None:
        raise NotConvertible(f"column {name} is no column of the dimension {reference.name}", BY_HAND)
    return found
