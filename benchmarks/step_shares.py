"""What becomes of every step of real SSIS packages and DataStage jobs: by rule or by hand, and whether pipelines run.

    python -m benchmarks.step_shares                 # the public corpus
    python -m benchmarks.step_shares a.dtsx b.dsx

Steps that only show or count rows (PxPeek, RowCount) stand apart from those that carry data. A pipeline counts as
executed where nothing in it is left to a person and the check ran it on rows that it made up.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import described
from services.migration.parsers import ExportError
from services.migration.pipeline import migrate
from services.migration.rules.steps.tables import TABLES

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
FILES = {"ssis": "*.dtsx", "datastage": "*.dsx"}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", nargs="*", type=Path)
    chosen = options.parse_args()
    print(described())
    if chosen.files:
        shares("given", chosen.files)
        return
    for tool, pattern in FILES.items():
        shares(tool, sorted((CORPUS / tool).glob(pattern)))


def shares(title: str, files: Sequence[Path]) -> None:
    """One table: kind of step, how many of it, how many by rule."""
    steps, made, flows, carries = Counter[str](), Counter[str](), Counter[str](), Counter[bool]()
    for path in files:
        try:
            done = migrate(path.read_bytes(), path.name, dialect="duckdb")
        except ExportError as error:
            print(error)
            continue
        flows["executed"] += done.structure.executed
        for mapping in done.result.mappings:
            flows["whole"] += all(item.target_type != "manual" for item in mapping.objects)
            for item in mapping.objects:
                rule = TABLES[done.tool].rules.get(item.source_type)
                carries[item.target_type != "manual"] += rule is None or rule.carries
                steps[item.source_type] += 1
                made[item.source_type] += item.target_type != "manual"
    print(f"\n{title}: {len(files)} files, {steps.total()} steps, {made.total()} by rule")
    share = carries[True] / max(carries.total(), 1)
    print(f"steps that carry data: {carries.total()}, {carries[True]} by rule ({share:.1%})")
    print(f"pipelines without manual: {flows['whole']}, executed {flows['executed']}")
    for kind, count in steps.most_common():
        print(f"  {kind:40} {count:5} {made[kind]:5}")


if __name__ == "__main__":
    main()
