"""Rows that a multiset leaves over, paired where their numbers lie within the tolerance.

Among the rows of a group that agree in everything else, the most pairs possible are made (augmenting paths, as in
Kuhn's algorithm), so that no order of rows hides one. Groups are read one at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from services.parity.plan import NUMERIC, Plan, Rules
from services.parity.workbench import Workbench

LARGEST_GROUP = 500
"""Half the rows of a group that is paired; the rows of a larger one stay on one side alone."""
LEFT, RIGHT = 0, 1


def pair_within_tolerance(bench: Workbench, keys: Sequence[Plan], values: Sequence[Plan], rules: Rules) -> None:
    """Takes out of `found` what pairs; a row of kind e stands for each pair."""
    near = [at for at, plan in enumerate(values) if plan.kind in NUMERIC]
    if not near or not (rules.tolerance or rules.relative):
        return
    _groups(bench, keys, values, near)
    pairs = []
    for _, rows in groupby(bench.stream("FROM leftover ORDER BY grp, side, n"), key=lambda row: row[0]):
        pairs += _paired(list(rows), rules)
    _take(bench, pairs, len(values))


def _groups(bench: Workbench, keys: Sequence[Plan], values: Sequence[Plan], near: list[int]) -> None:
    """`leftover`: grp, side, n, times and the numbers, of groups with rows on both sides that are not too large."""
    exact = [f"k{at}" for at in range(len(keys))]
    exact += [f"b{at}" for at in range(len(values)) if at not in near]
    exact += [f"v{at} IS NULL" for at in near]  # null is near to nothing but null
    numbers = "".join(f", v{at}" for at in near)
    grouped = ", ".join(exact)
    rows = " UNION ALL ".join(
        f"SELECT {side} AS side, f.{n} AS n, f.times, s.* EXCLUDE (n) FROM found AS f "  # noqa: S608  # names of our own
        f"JOIN {view} AS s ON s.n = f.{n} WHERE f.kind = '{kind}'"
        for side, n, view, kind in ((LEFT, "ln", "v_l", "l"), (RIGHT, "rn", "v_r", "r"))
    )
    bench.run(
        f"""
        CREATE TABLE leftover AS
        SELECT grp, side, n, times{numbers} FROM (
            SELECT dense_rank() OVER (ORDER BY {grouped}) AS grp, side, n, times{numbers} FROM ({rows})
        )
        """  # noqa: S608  # names of our own
    )
    bench.run(
        f"""
        DELETE FROM leftover WHERE grp IN (
            SELECT grp FROM leftover GROUP BY grp
            HAVING count(DISTINCT side) = 1 OR max(side) = 0 OR sum(times) > {2 * LARGEST_GROUP}
        )
        """  # noqa: S608  # names of our own
    )


def _paired(rows: list[tuple[object, ...]], rules: Rules) -> list[tuple[int, int]]:
    """Row numbers (left, right) of one group, each as often as it is paired."""
    sides: tuple[list[tuple[int, tuple[object, ...]]], ...] = ([], [])
    for _, side, number, times, *numbers in rows:
        sides[int(str(side))].extend([(int(str(number)), tuple(numbers))] * int(str(times)))
    left, right = sides
    near = [[at for at, (_, theirs) in enumerate(right) if _close(ours, theirs, rules)] for _, ours in left]
    taken: dict[int, int] = {}
    for at in range(len(left)):
        _augment(at, near, taken, set())
    return [(left[ours][0], right[theirs][0]) for theirs, ours in taken.items()]


def _augment(at: int, near: list[list[int]], taken: dict[int, int], seen: set[int]) -> bool:
    for each in near[at]:
        if each not in seen:
            seen.add(each)
            if each not in taken or _augment(taken[each], near, taken, seen):
                taken[each] = at
                return True
    return False


def _close(ours: Sequence[object], theirs: Sequence[object], rules: Rules) -> bool:
    return all(_near(left, right, rules) for left, right in zip(ours, theirs, strict=True))


def _near(left: object, right: object, rules: Rules) -> bool:
    if left is None or right is None or left == right:
        return left is right or left == right
    apart = float(abs(left - right))  # type: ignore[operator]  # both int, both Decimal or both float
    largest = max(abs(float(str(left))), abs(float(str(right))))
    return apart <= rules.tolerance or (largest != float("inf") and apart <= rules.relative * largest)


def _take(bench: Workbench, pairs: list[tuple[int, int]], count: int) -> None:
    if not pairs:
        return
    bench.run("CREATE TABLE paired (ln BIGINT, rn BIGINT)")
    bench.run("INSERT INTO paired SELECT unnest(?), unnest(?)", [[p[0] for p in pairs], [p[1] for p in pairs]])
    for kind, name in (("l", "ln"), ("r", "rn")):
        taken = f"SELECT {name}, count(*) AS times FROM paired GROUP BY {name}"  # noqa: S608  # names of our own
        of_kind = f"found.kind = '{kind}' AND found.{name} = p.{name}"
        bench.run(f"UPDATE found SET times = found.times - p.times FROM ({taken}) AS p WHERE {of_kind}")  # noqa: S608  # the same
    bench.run("DELETE FROM found WHERE times <= 0")
    bench.run(f"INSERT INTO found SELECT 'e', ln, rn, 1{', 0' * count} FROM paired")  # noqa: S608  # names of our own
