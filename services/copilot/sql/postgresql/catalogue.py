"""Types, casts, operators and functions of PostgreSQL, and its rule for choosing among overloads.

The rule is that of the manual, chapter 10 (Type Conversion). `UNKNOWN` is the type of a quoted literal without a
cast; None stands for a type nobody could tell, which fits everything.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

UNKNOWN = "unknown"
Type = str | None
_Score = Callable[[tuple[str, ...]], int]

_ALIASES = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
    "smallserial": "smallint",
    "decimal": "numeric",
    "dec": "numeric",
    "float": "double precision",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "string": "text",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
}
_PARAMETERS = re.compile(r"\s*\([^()]*\)")


@dataclass(frozen=True)
class Overload:
    kind: str  # f, a (aggregate), w (window)
    takes: tuple[str, ...]
    returns: str
    returns_set: bool = False
    defaults: int = 0
    variadic: bool = False

    def for_count(self, count: int) -> tuple[str, ...] | None:
        """Types of `count` arguments; None where it does not take so many."""
        if len(self.takes) - self.defaults <= count <= len(self.takes):
            return self.takes[:count]
        if self.variadic and count >= len(self.takes) - 1:
            last = self.takes[-1]
            element = "any" if last == "any" else elements().get(last, last.replace("array", "element", 1))
            return (*self.takes[:-1], *[element] * (count - len(self.takes) + 1))
        return None


def _rows(name: str) -> Iterator[list[str]]:
    text = resources.files(__package__).joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    yield from csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)


@cache
def categories() -> dict[str, tuple[str, bool]]:
    """Type → (category letter, preferred in it)."""
    return {name: (category, preferred == "t") for name, _, category, preferred, _ in _rows("types")}


@cache
def elements() -> dict[str, str]:
    """Array type → type of its elements."""
    return {name: element for name, _, _, _, element in _rows("types") if element}


@cache
def casts() -> dict[tuple[str, str], str]:
    """(from, to) → `i` implicit, `a` on assignment, `e` explicit."""
    return {(source, target): context for source, target, context in _rows("casts")}


@cache
def operators() -> dict[str, list[Overload]]:
    found: dict[str, list[Overload]] = defaultdict(list)
    for name, left, right, result in _rows("operators"):
        found[name].append(Overload("f", (left, right) if left else (right,), result))
    return found


@cache
def functions() -> dict[str, list[Overload]]:
    found: dict[str, list[Overload]] = defaultdict(list)
    for name, kind, takes, returns, returns_set, defaults, variadic in _rows("functions"):
        arguments = tuple(takes.split(",")) if takes else ()
        found[name].append(Overload(kind, arguments, returns, returns_set == "t", int(defaults), variadic == "t"))
    return found


@cache
def type_named(text: str) -> Type:
    """The catalogue's name of a type as it is written; None for one it does not have."""
    plain = " ".join(_PARAMETERS.sub("", text.lower().replace('"', "")).split())
    base, brackets, _ = plain.partition("[")
    base = _ALIASES.get(base.strip(), base.strip()).removeprefix("pg_catalog.")
    name = f"{base}[]" if brackets else base
    return name if name in categories() else None


def is_string(kind: Type) -> bool:
    return kind is not None and categories().get(kind, ("", False))[0] == "S"


_ARRAYS = frozenset({"anyarray", "anycompatiblearray"})


def _polymorphic(parameter: str) -> bool:
    return parameter.startswith("any") or parameter == "record"


def _fits_polymorphic(kind: str, parameter: str) -> bool:
    if parameter in _ARRAYS:
        return kind in elements() and categories()[kind][0] == "A"
    if parameter.endswith("multirange"):
        return kind.endswith("multirange")
    if parameter.endswith("range"):
        return kind.endswith("range")
    if parameter.endswith("nonarray"):
        return categories()[kind][0] != "A"
    if parameter == "anyenum":
        return False
    return parameter != "record"


def implicit(kind: Type, parameter: str) -> bool:
    """Whether an argument of a type may be given where `parameter` is wanted."""
    if kind is None or kind in (UNKNOWN, parameter):
        return True
    if _polymorphic(parameter):
        return _fits_polymorphic(kind, parameter)
    if casts().get((kind, parameter)) == "i":
        return True
    both = (elements().get(kind), elements().get(parameter))
    return both[0] is not None and both[1] is not None and categories()[kind][0] == "A" and implicit(both[0], both[1])


def castable(kind: Type, target: Type, *, explicit: bool) -> bool:
    """Whether CAST (explicit) or an assignment takes one type to the other."""
    if kind is None or target is None or kind in (UNKNOWN, target):
        return True
    context = casts().get((kind, target))
    if context is not None:
        return explicit or context in "ia"
    if is_string(target) or (explicit and is_string(kind)):
        return True
    if categories()[kind][0] == categories()[target][0] == "A":
        return castable(elements().get(kind), elements().get(target), explicit=explicit)
    return False


@dataclass(frozen=True)
class Chosen:
    """What a call comes down to: the result's type and the arguments', None where several would do."""

    returns: Type
    takes: tuple[Type, ...]
    kind: str = "f"


def choose(overloads: Sequence[Overload], given: Sequence[Type]) -> Chosen | None:
    """The overload PostgreSQL takes for arguments of these types; None where it would find none."""
    fitting = []
    for overload in overloads:
        takes = overload.for_count(len(given))
        if takes is not None and all(map(implicit, given, takes)) and _consistent(given, takes):
            fitting.append((overload, takes))
    if not fitting:
        return None
    if None not in given:
        fitting = _narrow(fitting, given)
    results = {_result(overload, takes, given) for overload, takes in fitting}
    argument_types = [set(kinds) for kinds in zip(*(takes for _, takes in fitting), strict=True)]
    sure = (next(iter(kinds)) if len(kinds) == 1 else "any" for kinds in argument_types)
    wanted = tuple(None if _polymorphic(kind) else kind for kind in sure)
    return Chosen(results.pop() if len(results) == 1 else None, wanted, fitting[0][0].kind)


_Fitting = list[tuple[Overload, tuple[str, ...]]]


def _consistent(given: Sequence[Type], takes: Sequence[str]) -> bool:
    """`anyelement` twice is one type, and an `anyarray` beside it an array of that type."""
    bound: set[str] = set()
    together: list[Type] = []
    for kind, parameter in zip(given, takes, strict=True):
        if kind in (None, UNKNOWN) or kind is None:
            continue
        if parameter in ("anyelement", "anynonarray"):
            bound.add(kind)
        elif parameter == "anyarray":
            bound.add(elements().get(kind, kind))
        elif parameter in ("anycompatible", "anycompatiblenonarray"):
            together.append(kind)
        elif parameter == "anycompatiblearray":
            together.append(elements().get(kind, kind))
    return len(bound) <= 1 and common_type(together)[0]


def _narrow(fitting: _Fitting, given: Sequence[Type]) -> _Fitting:
    if len(given) == 2 and (given[0] == UNKNOWN) != (given[1] == UNKNOWN):
        known = given[0] if given[1] == UNKNOWN else given[1]
        same = [each for each in fitting if each[1] == (known, known)]
        if same:
            return same
    fitting = _best(fitting, lambda takes: sum(a == b for a, b in zip(given, takes, strict=True)))
    if len(fitting) > 1:
        fitting = _best(fitting, lambda takes: _preferred_count(given, takes))
    if len(fitting) > 1 and UNKNOWN in given:
        fitting = _by_category(fitting, given)
    return fitting


def _best(fitting: _Fitting, score: _Score) -> _Fitting:
    scores = [score(takes) for _, takes in fitting]
    return [each for each, reached in zip(fitting, scores, strict=True) if reached == max(scores)]


def _preferred_count(given: Sequence[Type], takes: Sequence[str]) -> int:
    return sum(
        a == b or (a != UNKNOWN and categories().get(b, ("", False))[1]) for a, b in zip(given, takes, strict=True)
    )


def _by_category(fitting: _Fitting, given: Sequence[Type]) -> _Fitting:
    """For each untyped argument: string where any overload takes one, else the only category; preferred types first."""
    for at, kind in enumerate(given):
        if kind != UNKNOWN:
            continue
        kinds = {categories().get(takes[at], ("", False))[0] for _, takes in fitting}
        wanted = "S" if "S" in kinds else next(iter(kinds)) if len(kinds) == 1 else None
        if wanted is None:
            continue
        fitting = [each for each in fitting if categories().get(each[1][at], ("", False))[0] == wanted]
        preferred = [each for each in fitting if categories().get(each[1][at], ("", False))[1]]
        fitting = preferred or fitting
    return fitting


def _result(overload: Overload, takes: Sequence[str], given: Sequence[Type]) -> Type:
    if not _polymorphic(overload.returns):
        return overload.returns if overload.returns in categories() else None
    for kind, parameter in zip(given, takes, strict=True):
        if kind in (None, UNKNOWN) or not _polymorphic(parameter) or kind is None:
            continue
        is_array, wants_array = parameter in _ARRAYS, overload.returns in _ARRAYS
        if is_array == wants_array:
            return kind if "compatible" not in parameter else None
        return elements().get(kind) if is_array else _array_of(kind)
    return None


def _array_of(kind: str) -> Type:
    return f"{kind}[]" if f"{kind}[]" in categories() else None


def common_type(kinds: Sequence[Type]) -> tuple[bool, Type]:
    """(whether they go together, the type) for CASE, UNION, COALESCE, VALUES and IN, chapter 10.5."""
    if None in kinds:
        return True, None
    known = [kind for kind in kinds if kind is not None and kind != UNKNOWN]
    if not known:
        return True, "text" if kinds else None
    result = known[0]
    for kind in known[1:]:
        if kind == result:
            continue
        if categories()[kind][0] != categories()[result][0]:
            return False, None
        if not categories()[result][1] and implicit(result, kind) and not implicit(kind, result):
            result = kind
        elif not implicit(kind, result):
            return (True, kind) if implicit(result, kind) else (False, None)
    return True, result
