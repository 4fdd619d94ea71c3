"""What becomes of every instance of real Alteryx workflows, by kind, and how long parsing and conversion take.

    python benchmarks/alteryx_shares.py                 # the public corpus
    python benchmarks/alteryx_shares.py a.yxmd --reasons

What only shows rows is counted apart from data tools. Of these, what is left to a person is told by its reason: code,
spatial tools, models, loops and runs of other workflows; macros and add-ons that the upload does not hold; the rest.
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
DATA, SHOWN = "data tools", "shows or tests rows"
BY_RULE, REST = "by rule", "other"
CLASSES = {
    "code": ("it runs Python", "it runs R", "it runs C#", "it runs code", "it runs a command"),
    "spatial": ("spatial", "'Spatial"),
    "model": ("statistical model",),
    "batch or iterative macro": ("batch or iterative",),
    "another workflow": ("it runs another workflow", "reads the log of a run"),
    "macro's file missing": ("the macro's file is not in the upload",),
    "add-on": ("it is an add-on tool", "belongs to an add-in"),
}
"""What is left to a person → words of the reason that the converter gives."""
BY_HAND, ABSENT = tuple(CLASSES)[:5], tuple(CLASSES)[5:]
"""What the design leaves to a person, and what no conversion could know."""
ALL = (BY_RULE, *CLASSES, REST)
Found = tuple[str, str, str]
"""Group, kind of tool, what became of it."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", nargs="*", type=Path)
    options.add_argument("--reasons", action="store_true", help="say why each instance was refused")
    chosen = options.parse_args()
    files = chosen.files or sorted(CORPUS.glob("*.yx*"))
    found: Counter[Found] = Counter()
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


def _one(path: Path, found: Counter[Found], seconds: Counter[str], *, reasons: bool) -> None:
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
            group = SHOWN if rule and not rule.carries else DATA
            by_rule = item.target_type != "manual"
            found[(group, item.source_type, BY_RULE if by_rule else _why(item.warnings[0]))] += 1
            if reasons and not by_rule:
                print(f"{path.name}: {item.object}: {item.warnings[0]}")


def _why(reason: str) -> str:
    return next((name for name, words in CLASSES.items() if any(word in reason for word in words)), REST)


def _print(found: Counter[Found]) -> None:
    for group in (DATA, SHOWN):
        kinds = Counter[str]()
        for (each, kind, _), count in found.items():
            kinds[kind] += count if each == group else 0
        classes = {name: sum(n for (each, _, own), n in found.items() if (each, own) == (group, name)) for name in ALL}
        print(f"\n{group}: {classes[BY_RULE]} by rule of {kinds.total()}")
        for kind, count in kinds.most_common():
            made = {name: found[(group, kind, name)] for name in ALL if found[(group, kind, name)]}
            if count:
                print(f"  {kind:48} {made.pop(BY_RULE, 0):5}  {', '.join(f'{n} {why}' for why, n in made.items())}")
        if group == DATA:
            _print_shares(classes)


def _print_shares(classes: dict[str, int]) -> None:
    print(f"\n{DATA} by what becomes of them")
    for name, count in classes.items():
        print(f"  {name:48} {count:5}")
    left = sum(classes.values())
    print(f"  by rule, of all {left}: {classes[BY_RULE] / left:.1%}")
    for said, names in (
        ("code, spatial, models, loops, runs of others", BY_HAND),
        ("what the upload does not hold", ABSENT),
    ):
        left -= sum(classes[name] for name in names)
        print(f"  by rule, of the {left} without {said}: {classes[BY_RULE] / left:.1%}")


if __name__ == "__main__":
    main()
