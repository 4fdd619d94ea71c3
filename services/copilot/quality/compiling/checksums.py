"""Check digits: weighted sums by a modulus, and Luhn's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from services.copilot.quality.compiling.building import Builder, added, number
from services.copilot.quality.rule import RefusedRuleError


def wrong_checksum(build: Builder, text: exp.Expr, good: exp.Expr, checksum: Any) -> exp.Expr:
    """Texts that don't match, or whose check digit is wrong.

    `checksum`: `{weights, modulus, equals}` (the weighted sum of the first digits modulo `modulus` is `equals`) or with
    `digit` the position whose digit the remainder, modulo 10, must be, `offset` added first; `{luhn: length}`.
    `skip`: characters before the first digit.
    """
    if not isinstance(checksum, Mapping) or not ({"weights", "luhn"} & set(checksum)):
        raise RefusedRuleError("checksum: give {weights, modulus, equals} or {luhn}")
    wrong = _luhn(build, text, int(checksum["luhn"])) if "luhn" in checksum else _weighted(build, text, checksum)
    tested = exp.case().when(exp.Not(this=exp.paren(good)), number(1)).when(wrong, number(1)).else_(number(0))
    return exp.EQ(this=tested, expression=number(1))


def _weighted(build: Builder, text: exp.Expr, checksum: Mapping[str, Any]) -> exp.Expr:
    skip = int(checksum.get("skip", 0))
    terms: list[exp.Expr] = [
        exp.Mul(this=number(int(weight)), expression=build.digit(text, at + skip))
        for at, weight in enumerate(checksum["weights"], 1)
        if weight
    ]
    if checksum.get("offset"):
        terms.append(number(int(checksum["offset"])))
    rest = _modulo(build, added(terms), int(checksum["modulus"]))
    if "digit" not in checksum:
        return exp.NEQ(this=rest, expression=number(int(checksum.get("equals", 0))))
    if checksum.get("ten_is_zero"):
        rest = _modulo(build, rest, 10)
    return exp.NEQ(this=rest, expression=build.digit(text, int(checksum["digit"]) + skip))


def _luhn(build: Builder, text: exp.Expr, length: int) -> exp.Expr:
    terms: list[exp.Expr] = []
    for at in range(1, length + 1):
        digit = build.digit(text, at)
        if (length - at) % 2 == 0:
            terms.append(digit)
            continue
        large = exp.case().when(exp.GT(this=digit.copy(), expression=number(4)), number(9)).else_(number(0))
        terms.append(exp.paren(exp.Sub(this=exp.Mul(this=number(2), expression=digit), expression=large)))
    return exp.NEQ(this=_modulo(build, added(terms), 10), expression=number(0))


def _modulo(build: Builder, value: exp.Expr, by: int) -> exp.Expr:
    return build.fill(build.syntax.modulo, left=exp.paren(value), right=number(by))
