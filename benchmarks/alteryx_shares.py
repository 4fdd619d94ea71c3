"""What becomes of every instance of real Alteryx workflows, by kind, and how long parsing and conversion take.

    python benchmarks/alteryx_shares.py                 # the public corpus
    python benchmarks/alteryx_shares.py a.yxmd --reasons

Kinds with a rule are documented data tools; kinds without one (code, models, spatial tools, web services, add-ons,
macros whose file is elsewhere) and what only shows rows are counted apart.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from services.migration.parsers import ExportError  # noqa: E402 - after the path is set
from services.migration.pipeline import convert, deliver, parse_export  # noqa: E402 - after the path is set
from services.migration.rules.alteryx import RULES  # noqa: E402 - after the path is set
from services.runtime.worker_process import settle  # noqa: E402 - after the path is set

CORPUS = ROOT.parent / "shared" / "corpus" / "alteryx"
STAMP = "2026-01-01T00:00:00Z"
DATA, SHOWN, WITHOUT = "data tools with a rule", "shows or tests rows", "no rule by design"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", nargs="*", type=Path)
    options.add_argument("--reasons", action="store_true", help="say why each instance was refused")
    chosen = options.parse_args()
    files = chosen.files or sorted(CORPUS.glob("*.yx*"))
    found: Counter[tuple[str, str, bool]] = Counter()
    seconds, size = Counter[str](), 0
    _one(files[0], Counter(), Counter(), reasons=False)  # loads what a worker has loaded before
    settle()
    for path in files:
        size += path.stat().st_size
        _one(path, found, seconds, reasons=chosen.reasons)
    _print(found)
    million = size / 1e6
    print(f"\n{len(files)} files, {million:.1f} MB; CPU seconds per MB: ", end="")
    print(", ".join(f"{stage} {taken / million:.3f}" for stage, taken in seconds.items()))


def _one(path: Path, found: Counter[tuple[str, str, bool]], seconds: Counter[str], *, reasons: bool) -> None:
    data = path.read_bytes()
    start = time.process_time()
    try:
        ast = parse_export(data, path.name)
    except ExportError as refused:
        print(f"{path.name}: {refused}")
        return
    parsed = time.process_time()
    result = convert(ast, generated_at=STAMP)
    converted = time.process_time()
    list(deliver(result))
    seconds.update({"parse": parsed - start, "convert": converted - parsed, "write": time.process_time() - converted})
    for mapping in result.mappings:
        for item in mapping.objects:
            rule = RULES.get(item.source_type)
            kind = WITHOUT if rule is None else DATA if rule.carries else SHOWN
            by_rule = item.target_type != "manual"
            found[(kind, item.source_type, by_rule)] += 1
            if reasons and not by_rule:
                print(f"{path.name}: {item.object}: {item.warnings[0]}")


def _print(found: Counter[tuple[str, str, bool]]) -> None:
    for group in (DATA, SHOWN, WITHOUT):
        kinds = {kind for each, kind, _ in found if each == group}
        made = sum(found[(group, kind, True)] for kind in kinds)
        total = made + sum(found[(group, kind, False)] for kind in kinds)
        print(f"\n{group}: {made} of {total}")
        for kind in sorted(kinds, key=lambda name: -found[(group, name, True)] - found[(group, name, False)]):
            print(f"  {kind:40} {found[(group, kind, True)]:5} {found[(group, kind, False)]:5} manual")


if __name__ == "__main__":
    main()
