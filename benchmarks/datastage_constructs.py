"""Every DataStage construct as a small, complete export, and what becomes of each.

python -m benchmarks.datastage_constructs
"""

from __future__ import annotations

import sys
from collections import Counter

from benchmarks import datastage_flows, datastage_palette
from benchmarks.datastage_stages import CONSTRUCTS

__all__ = ["CONSTRUCTS", "datastage_flows", "datastage_palette"]


def main() -> None:
    """What becomes of every construct: kinds, issues, the check's findings."""
    from services.migration.pipeline import migrate

    counts: Counter[tuple[str, bool]] = Counter()
    for name, build in CONSTRUCTS.items():
        done = migrate(build().encode(), f"{name}.dsx")
        manual = {
            item.object: item.warnings
            for one in done.result.mappings
            for item in one.objects
            if item.target_type == "manual"
        }
        for one in done.result.mappings:
            counts.update((item.source_type, item.target_type == "manual") for item in one.objects)
        findings = [f"{finding.severity}: {finding.message}" for finding in done.structure.findings if not manual]
        sys.stdout.write(f"{name}: {done.release.outcome.value} {manual or ''} {findings or ''}\n")
    for (kind, is_manual), count in sorted(counts.items()):
        sys.stdout.write(f"{kind}\t{'manual' if is_manual else 'rule'}\t{count}\n")


if __name__ == "__main__":
    main()
