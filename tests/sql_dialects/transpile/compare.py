"""Results of two queries compared as the defog set compares them, and its questions.

The rules follow the set's own evaluation (defog-ai/sql-eval, `compare_df` and `subset_df`): a question has several
accepted queries (`;` between them, `{a, b}` for any of the columns); duplicates and the order of the columns do not
count; a result with more columns than the accepted one is right when those of the accepted one are in it. Where that
program leans on pandas this says it: numbers are equal within 1e-5 of each other, a date equals that midnight, true
equals 1; where an order is asked for, each column that is sorted in the accepted result must run the same way.
"""

from __future__ import annotations

import csv
import datetime
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

FOLDER = Path(__file__).parents[4] / "shared/testsets/defog"
SETS = ("questions_gen", "instruct_advanced", "instruct_basic")
_ASKS_ORDER = re.compile(r"\b(order|sort|arrange)", re.IGNORECASE)
_DIGITS = 5  # significant, of a number; pandas' rtol is 1e-5

Row = tuple[object, ...]


@dataclass(frozen=True)
class Question:
    database: str
    text: str
    ordered: bool
    given: tuple[str, ...]  # accepted queries in the dialect to transpile from
    accepted: tuple[str, ...]  # accepted queries in PostgreSQL's


def variants(query: str) -> list[str]:
    """The queries that a gold entry stands for."""
    found = []
    for each in filter(str.strip, query.split(";")):
        begin, end = each.find("{"), each.find("}", each.find("{") + 1)
        if begin < 0 or end < 0:
            found.append(each.strip())
            continue
        options = each[begin + 1 : end].split(",")
        for size in range(1, len(options) + 1):
            for chosen in itertools.combinations(options, size):
                columns = ", ".join(chosen)
                after = each[end + 1 :].replace("GROUP BY {}", f"GROUP BY {columns}")
                found.append((each[:begin] + columns + after).strip())
    return found


def questions(dialect: str) -> list[Question]:
    """Questions with gold SQL in PostgreSQL and in another dialect (tsql or snowflake)."""
    found = []
    for name in SETS:
        other = FOLDER / f"{name}_{dialect}.csv"
        if not other.exists():
            continue
        with other.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with (FOLDER / f"{name}_postgres.csv").open(encoding="utf-8", newline="") as file:
            gold = list(csv.DictReader(file))
        by_text = {(row["db_name"], row["question"]): row for row in gold}
        for row in rows:
            match = by_text.get((row["db_name"], row["question"]))
            if match is None:
                continue
            assert match["db_name"] == row["db_name"], (row["question"], match["question"])
            ordered = row["query_category"] == "order_by" or bool(_ASKS_ORDER.search(row["question"]))
            given, accepted = variants(row["query"]), variants(match["query"])
            found.append(Question(row["db_name"], row["question"], ordered, tuple(given), tuple(accepted)))
    return found


def _value(value: object) -> object:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float | Decimal):
        return float(f"{float(value):.{_DIGITS}g}")
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day).isoformat()
    return value


def _key(row: Row) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, str(value)) for value in row)


def _sorted_columns(rows: Sequence[Row]) -> list[int]:
    """Columns whose values (absent ones aside) only rise or only fall, and are not all the same."""
    found = []
    for at in range(len(rows[0]) if rows else 0):
        values = [row[at] for row in rows if row[at] is not None]
        pairs = list(itertools.pairwise(values))
        rises = all(first <= second for first, second in pairs)  # type: ignore[operator]  # one column, one type
        falls = all(first >= second for first, second in pairs)  # type: ignore[operator]  # as above
        if (rises or falls) and len(set(values)) > 1:
            found.append(at)
    return found


def equal(got: Sequence[Row], accepted: Sequence[Row], ordered: bool = False) -> bool:
    """Whether the result is the accepted one, its columns in any order and more of them allowed."""
    mine = list(dict.fromkeys(tuple(map(_value, row)) for row in got))
    theirs = list(dict.fromkeys(tuple(map(_value, row)) for row in accepted))
    if not theirs or not mine:
        return not theirs and not mine
    if len(theirs[0]) > len(mine[0]):
        return False
    wanted = [sorted(map(_key, ((row[at],) for row in accepted_rows(accepted)))) for at in range(len(theirs[0]))]
    have = [sorted(map(_key, ((row[at],) for row in accepted_rows(got)))) for at in range(len(mine[0]))]
    fits = [[at for at, column in enumerate(have) if column == each] for each in wanted]
    for picked in itertools.islice(itertools.product(*fits), 200):
        if len(set(picked)) == len(picked) and _same(mine, theirs, picked, ordered):
            return True
    return False


def accepted_rows(rows: Sequence[Row]) -> list[Row]:
    return list(dict.fromkeys(tuple(map(_value, row)) for row in rows))


def _same(mine: list[Row], theirs: list[Row], picked: Sequence[int], ordered: bool) -> bool:
    chosen = [tuple(row[at] for at in picked) for row in mine]
    if sorted(map(_key, chosen)) != sorted(map(_key, theirs)):
        return False
    if not ordered:
        return True
    return all([row[at] for row in chosen] == [row[at] for row in theirs] for at in _sorted_columns(theirs))
