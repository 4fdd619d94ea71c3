"""Two large files of the same rows, one shuffled and with differences of known kinds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

COLUMNS = "id, city, amount, rate, moment, note, code"
MADE = """
    SELECT i AS id,
        ['Zürich', 'Genève', 'Olten', 'Chur', 'Thun'][1 + (hash(i) % 5)::INT] || ' ' || (hash(i + 7) % 100000) AS city,
        ((hash(i + 1) % 100000000)::BIGINT / 100)::DECIMAL(14,2) AS amount,
        (hash(i + 2) % 1000000007)::DOUBLE / 1000003 AS rate,
        strftime(TIMESTAMP '2020-01-01' + INTERVAL (hash(i + 3) % 100000000) SECOND, '%Y-%m-%dT%H:%M:%SZ') AS moment,
        CASE WHEN i % 11 = 0 THEN NULL WHEN i % 11 = 1 THEN '' ELSE 'note ' || (hash(i + 4) % 1000) END AS note,
        lpad((hash(i + 5) % 10000)::VARCHAR, 6, '0') AS code
    FROM range({rows}) AS t(i)
"""
TOLERANCE = 1e-9
# kind → how many, and the change of the rows; 0.5 is far from the ends of what MADE gives
CHANGES = {
    "value": (15, "SET city = city || 'x'"),
    "null_vs_empty": (10, "SET note = ''"),
    "trailing_blanks": (10, "SET city = city || '  '"),
    "unicode_normalisation": (10, "SET city = 'Zu' || chr(776) || 'rich'"),
    "number": (15, "SET rate = rate + 1e-7"),
    "time_zone": (10, "SET moment = strftime(moment::TIMESTAMP + INTERVAL 1 HOUR, '%Y-%m-%dT%H:%M:%SZ')"),
    # these do not count
    "within": (10, "SET rate = rate + 1e-13"),
    "other_offset": (10, "SET moment = strftime(moment::TIMESTAMP + INTERVAL 2 HOUR, '%Y-%m-%dT%H:%M:%S+02:00')"),
}
LEFT_ALONE, RIGHT_ALONE, REPEATED = 10, 10, 10
COUNTED = ("value", "null_vs_empty", "trailing_blanks", "unicode_normalisation", "number", "time_zone")


@dataclass(frozen=True)
class Planted:
    left: Path
    right: Path
    by_kind: dict[str, set[str]]
    """Reason of a difference → the ids; only_left, only_right and duplicate_key too."""


def plant(folder: Path, rows: int, suffix: str = "csv") -> Planted:
    """Needs at least 10,000 rows."""
    with duckdb.connect(str(folder / "made.duckdb"), config={"memory_limit": "600MB", "threads": "2"}) as bench:
        bench.execute("SET TimeZone = 'UTC'")
        bench.execute(f"CREATE TABLE made AS {MADE.format(rows=rows)}")
        kinds = [kind for kind, (count, _) in CHANGES.items() for _ in range(count)]
        step = rows // (len(kinds) + LEFT_ALONE + REPEATED + 1) // 11 * 11  # ids whose note is null
        ids = [(at + 1) * step for at in range(len(kinds) + LEFT_ALONE + REPEATED)]
        of = {kind: {i for i, k in zip(ids, kinds, strict=False) if k == kind} for kind in CHANGES}
        marked = ", ".join(map(str, of["unicode_normalisation"]))
        bench.execute(f"UPDATE made SET city = 'Zürich' WHERE id IN ({marked})")
        _write(bench, "made", folder / f"left.{suffix}", "id")
        gone, twice = ids[len(kinds) :][:LEFT_ALONE], ids[len(kinds) + LEFT_ALONE :]
        for kind, (_, change) in CHANGES.items():
            bench.execute(f"UPDATE made {change} WHERE id IN ({', '.join(map(str, of[kind]))})")
        bench.execute(f"DELETE FROM made WHERE id IN ({', '.join(map(str, gone))})")
        bench.execute(f"INSERT INTO made FROM made WHERE id IN ({', '.join(map(str, twice))})")
        new = [rows + at for at in range(RIGHT_ALONE)]
        bench.execute(f"INSERT INTO made {MADE.format(rows=rows + RIGHT_ALONE)} WHERE i >= {rows}")
        _write(bench, "made", folder / f"right.{suffix}", "hash(id)")
    (folder / "made.duckdb").unlink()
    found = {kind: _texts(of[kind]) for kind in COUNTED}
    found |= {"only_left": _texts(gone), "only_right": _texts([*new, *twice]), "duplicate_key": _texts(twice)}
    return Planted(folder / f"left.{suffix}", folder / f"right.{suffix}", found)


def _texts(ids) -> set[str]:
    return {str(each) for each in ids}


def _write(bench: duckdb.DuckDBPyConnection, table: str, path: Path, order: str) -> None:
    how = "FORMAT csv, HEADER, FORCE_QUOTE (city, note)" if path.suffix == ".csv" else "FORMAT parquet"
    columns = COLUMNS if path.suffix == ".csv" else COLUMNS.replace("moment", "moment::TIMESTAMPTZ AS moment")
    bench.execute(f"COPY (SELECT {columns} FROM {table} ORDER BY {order}) TO '{path}' ({how})")


def reported(found: dict) -> dict[str, set[str]]:
    """The ids of a comparison's samples by reason or kind, as in `Planted.by_kind`."""
    ids: dict[str, set[str]] = {}
    for sample in found["samples"]:
        for kind in sample.get("why", {}).values() if sample["kind"] == "differing" else [sample["kind"]]:
            ids.setdefault(kind, set()).add(sample["key"]["id"])
    return ids
