"""Rows against rows: the table `found` gets what is not plainly equal.

What is on both sides as it is (services.parity.alike) is not looked at here. Its columns: `kind` (d: differing, e:
equal but written otherwise or within a tolerance, l and r: on one side alone), `ln` and `rn` the row numbers of the
loaded tables, `times` how many rows it stands for, `d0`, `d1`, … the codes of the values (services.parity.verdicts).
Rows whose keys occur more than once on a side, and all rows where there are no keys, are compared as a multiset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.parity.alike import set_alike_aside
from services.parity.pairing import pair_within_tolerance
from services.parity.plan import Plan, Rules
from services.parity.verdicts import DIFFERENT, EQUAL, code
from services.parity.workbench import Workbench

SIDES = (("l", "v_l"), ("r", "v_r"))
VALUE = 40  # bytes of memory, at least, for a value
TIMES_STORED = 3  # as much memory as storage: the text, the value, and what is made of both


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows. `duplicates`: rows of both sides whose key occurs more than once on their side."""

    only_left: int
    only_right: int
    differing: int
    duplicates: int
    duplicate_keys: int


def match(bench: Workbench, keys: Sequence[Plan], values: Sequence[Plan], rules: Rules, rows: int) -> Counts:
    """Fills `found`, and for keyed data `repeated` with the keys that occur more than once.

    `rows` are those of both sides; they are worked on in parts, by a hash of what has to be equal.
    """
    stored = bench.stored
    rest = set_alike_aside(bench, keys, values, rows)
    _views(bench, keys, values)
    codes = "".join(f", d{at} UTINYINT" for at in range(len(values)))
    bench.run(f"CREATE TABLE found (kind VARCHAR, ln BIGINT, rn BIGINT, times BIGINT{codes})")
    parts = bench.parts(max(rest * VALUE * (len(keys) + len(values)), TIMES_STORED * stored * rest / max(1, rows)))
    duplicates, repeated = _repeated(bench, keys, parts) if keys else (0, 0)
    if keys:
        for part in range(parts):
            _keyed(bench, keys, values, rules, _part(parts, part), repeated=repeated > 0)
    if not keys or repeated:
        few = keys and duplicates <= rest // parts  # one look at both sides is enough
        for part in range(1 if few else parts):
            _bags(bench, keys, values, 1 if few else parts, part)
        pair_within_tolerance(bench, keys, values, rules)
    counts = dict(bench.rows("SELECT kind, sum(times) FROM found GROUP BY kind"))
    return Counts(
        int(counts.get("l", 0)), int(counts.get("r", 0)), int(counts.get("d", 0)), int(duplicates), int(repeated)
    )


def _views(bench: Workbench, keys: Sequence[Plan], values: Sequence[Plan]) -> None:
    for side, (table, view) in enumerate(SIDES):
        columns = [f"{plan.canonical(side)} AS k{at}" for at, plan in enumerate(keys)]
        columns += [f"{plan.canonical(side)} AS b{at}" for at, plan in enumerate(values)]
        for at, plan in enumerate(values):
            columns.append(f"{plan.texts[side]} AS t{at}")
            if plan.values is not None:
                columns.append(f"{plan.values[side]} AS v{at}")
        chosen = "".join(f", {column}" for column in columns)
        bench.run(f"CREATE VIEW {view} AS SELECT n, g{chosen} FROM rest_{table}")  # noqa: S608  # names of our own


def _names(keys: Sequence[Plan]) -> str:
    return ", ".join(f"k{at}" for at in range(len(keys)))


def same_keys(left: str, right: str, count: int) -> str:
    return " AND ".join(f"{left}.k{at} IS NOT DISTINCT FROM {right}.k{at}" for at in range(count))


def _part(parts: int, part: int) -> str:
    """The condition that a row s is in a part; all rows of a key, or of the same values, are in the same."""
    return "true" if parts == 1 else f"s.g % {parts} = {part}"


def _repeated(bench: Workbench, keys: Sequence[Plan], parts: int) -> tuple[int, int]:
    """Rows whose key occurs more than once on their side, and how many such keys there are."""
    names = _names(keys)
    kinds = ", ".join(f"CAST(NULL AS BIGINT) AS {side}" for side in ("lefts", "rights"))
    bench.run(f"CREATE TABLE repeated AS SELECT {names}, {kinds} FROM v_l LIMIT 0")  # noqa: S608  # names of our own
    for part in range(parts):
        here = _part(parts, part)
        counted = " UNION ALL ".join(
            f"SELECT {names}, {('count(*) AS l, 0 AS r', '0 AS l, count(*) AS r')[at]} FROM {view} AS s WHERE {here} "  # noqa: S608  # names of our own
            f"GROUP BY {names} HAVING count(*) > 1"
            for at, (_, view) in enumerate(SIDES)
        )
        bench.run(f"INSERT INTO repeated SELECT {names}, sum(l), sum(r) FROM ({counted}) GROUP BY {names}")  # noqa: S608  # names of our own
    found = bench.row("SELECT coalesce(sum(lefts + rights), 0), count(*) FROM repeated")
    return int(found[0]), int(found[1])


def _keyed(
    bench: Workbench, keys: Sequence[Plan], values: Sequence[Plan], rules: Rules, part: str, *, repeated: bool
) -> None:
    unique = f"AND NOT EXISTS (FROM repeated AS p WHERE {same_keys('p', 's', len(keys))})" if repeated else ""
    left, right = (f"(SELECT * FROM {view} AS s WHERE {part} {unique})" for _, view in SIDES)  # noqa: S608  # names of our own
    codes = "".join(
        f", CASE WHEN l.n IS NULL OR r.n IS NULL THEN 0 ELSE {code(p, at, rules)} END AS d{at}"
        for at, p in enumerate(values)
    )
    worst = "".join(f", d{at}" for at in range(len(values)))
    differs = " OR ".join(f"d{at} BETWEEN 1 AND {DIFFERENT}" for at in range(len(values))) or "false"
    notable = " OR ".join(f"d{at} <> {EQUAL}" for at in range(len(values))) or "false"
    bench.run(
        f"""
        INSERT INTO found
        SELECT CASE WHEN rn IS NULL THEN 'l' WHEN ln IS NULL THEN 'r' WHEN {differs} THEN 'd' ELSE 'e' END,
            ln, rn, 1{worst}
        FROM (
            SELECT l.n AS ln, r.n AS rn{codes}
            FROM {left} AS l FULL JOIN {right} AS r ON {same_keys("l", "r", len(keys))}
        )
        WHERE ln IS NULL OR rn IS NULL OR {notable}
        """  # noqa: S608  # names of our own
    )


def _bags(bench: Workbench, keys: Sequence[Plan], values: Sequence[Plan], parts: int, part: int) -> None:
    """One row of `found` for each kind of row that one side has more often."""
    every = [f"k{at}" for at in range(len(keys))] + [f"b{at}" for at in range(len(values))]
    names = ", ".join(every)
    only = f"SEMI JOIN repeated AS p ON {same_keys('p', 's', len(keys))}" if keys else ""
    here = _part(parts, part)
    rows = " UNION ALL ".join(
        f"SELECT {names}, {('n AS ln, NULL AS rn', 'NULL AS ln, n AS rn')[at]} FROM {view} AS s {only} WHERE {here}"  # noqa: S608  # names of our own
        for at, (_, view) in enumerate(SIDES)
    )
    codes = ", 0" * len(values)
    bench.run(
        f"""
        INSERT INTO found
        SELECT CASE WHEN more > 0 THEN 'l' ELSE 'r' END, CASE WHEN more > 0 THEN ln END, CASE WHEN more < 0 THEN rn END,
            abs(more){codes}
        FROM (
            SELECT count(ln) - count(rn) AS more, min(ln) AS ln, min(rn) AS rn FROM ({rows}) GROUP BY {names}
        )
        WHERE more <> 0
        """  # noqa: S608  # names of our own
    )
