"""The MIMIC–OMOP test set: pairs of tables with documented columns, true matches and the scores of string measures.

The set lies beside the checkout (../shared/testsets/schema_match_mimic_omop), is MIT by UHasselt DSI, and is never
copied. Types and sample values are not part of it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from services.copilot.schema_match.column import Column, Table

FOLDER = Path(__file__).parents[2] / "shared/testsets/schema_match_mimic_omop"
MEASURES = ("jaro-winkler", "levenshtein", "monge-elkan", "n-gram")


@dataclass
class Pair:
    """A source and a target table; `truth`: source column → its target columns; `baselines`: measure → (source,
    target) → score."""

    source: Table
    target: Table
    truth: dict[str, set[str]] = field(default_factory=dict)
    baselines: dict[str, dict[tuple[str, str], float]] = field(default_factory=dict)


def pairs() -> Iterator[Pair]:
    """The nine pairs of tables that the results file scores."""
    with (FOLDER / "results/baseline_results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts = {each.stem.lower(): each for each in (FOLDER / "schema_documentations").glob("*.txt")}

    def told(side: str, table: str, column: str) -> str:
        file = texts.get(f"{side}_{table}_{column}".lower())
        return file.read_text(encoding="utf-8") if file else ""

    by_tables: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_tables[row["source_relation"], row["target_relation"]].append(row)
    for (source, target), mine in by_tables.items():
        sides = []
        for side, table, field_ in (("mimic", source, "source_attribute"), ("omop", target, "target_attribute")):
            columns = [
                Column(name, description=told(side, table, name)) for name in dict.fromkeys(r[field_] for r in mine)
            ]
            sides.append(Table(table.lower(), tuple(columns), description=told(side, "table", table)))
        pair = Pair(*sides)
        for row in mine:
            key = (row["source_attribute"], row["target_attribute"])
            if row["benchmark"] == "True":
                pair.truth.setdefault(key[0], set()).add(key[1])
            for measure in MEASURES:
                pair.baselines.setdefault(measure, {})[key] = float(row[measure] or 0)
        yield pair
