"""How long each stage of a migration takes, in processor seconds and in seconds per MB of the export.

    python benchmarks/convert_powercenter.py               # the FLOWLINE export where present, and a generated one
    python benchmarks/convert_powercenter.py --megabytes 50 a.xml b.xml
    python benchmarks/convert_powercenter.py --kinds       # what becomes of each kind instead

Every file is measured in a process of its own, which has converted one small export before, as a server has: tables and
schema are loaded, but no text of the measured export has been seen. `--runs` processes are made; the fastest counts.
`execute` is the run of every pipeline over made-up rows, which the total leaves out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from benchmarks.generate_powercenter import constructs, generate  # noqa: E402 - after the path is set
from benchmarks.powercenter_shares import print_shares  # noqa: E402 - after the path is set
from services.migration import gate  # noqa: E402 - after the path is set
from services.migration.pipeline import convert, deliver, migrate, parse_export  # noqa: E402 - after the path is set
from services.migration.report import build_report  # noqa: E402 - after the path is set
from services.migration.validate import CHECKS  # noqa: E402 - after the path is set
from services.pipelines.structure import ValidationResult, validate_structure, with_execution  # noqa: E402 - after the path is set

CORPUS = ROOT.parent / "shared" / "corpus" / "powercenter"
STAGES = ("parse", "convert", "dump", "validate", "gate", "report")
STAMP = "2026-01-01T00:00:00Z"
T = TypeVar("T")


def measure(path: Path, *, execute: bool) -> dict[str, float]:
    """Processor seconds of each stage, and `execute` if asked for, in wall-clock seconds too as `execute_wall`."""
    for name in ("expression", "joiner_inner", "lookup", "aggregator"):
        migrate(constructs()[name], name, generated_at=STAMP)
    data = path.read_bytes()
    spent: dict[str, float] = {}

    def timed(stage: str, action: Callable[[], T]) -> T:
        start, wall = time.process_time(), time.perf_counter()
        result = action()
        spent[stage] = time.process_time() - start
        spent[f"{stage}_wall"] = time.perf_counter() - wall
        return result

    ast = timed("parse", lambda: parse_export(data, path.name))
    result = timed("convert", lambda: convert(ast, generated_at=STAMP))
    documents = timed("dump", lambda: tuple(deliver(result)))
    each = timed("validate", lambda: [validate_structure(document.yaml) for document in documents])
    structure = ValidationResult(tuple(finding for one in each for finding in one.findings))
    timed("gate", lambda: ([check(structure, result) for check in CHECKS], gate.decide(result, structure)))
    timed("report", lambda: build_report(result, filename=path.name, generated_at=STAMP, workflow=ast))
    if execute:
        ran = timed("execute", lambda: [with_execution(one) for one in each])
        spent["executed"] = sum(one.executed for one in ran)
    spent["pipelines"] = len(result.mappings)
    return spent


def fastest(path: Path, runs: int, *, execute: bool) -> dict[str, float]:
    """The figures of the process with the least total."""
    command = [sys.executable, str(Path(__file__).resolve()), "--measure", str(path)]
    made = []
    for number in range(runs):
        asked = [*command, "--execute"] if execute and number == 0 else command
        made.append(json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout))
    best = min(made, key=lambda spent: sum(spent[stage] for stage in STAGES))
    return {**made[0], **best}


def print_table(paths: list[Path], runs: int, *, execute: bool) -> None:
    print(f"{'file':<40} {'MB':>6} {'maps':>5}", *(f"{stage:>9}" for stage in (*STAGES, "total", "execute")))
    for path in paths:
        size = path.stat().st_size / 1_000_000
        spent = fastest(path, runs, execute=execute)
        spent["total"] = sum(spent[stage] for stage in STAGES)
        name = path.name if len(path.name) <= 40 else f"…{path.name[-39:]}"
        shown = [spent[stage] for stage in (*STAGES, "total", "execute") if stage in spent]
        print(f"{name:<40} {size:>6.2f} {spent['pipelines']:>5.0f}", *(f"{value:>9.3f}" for value in shown), "s")
        print(f"{'':<53}", *(f"{value / size:>9.3f}" for value in shown), "s/MB")
        if "executed" in spent:
            wall = spent["execute_wall"]
            print(f"{'':<53} {spent['executed']:.0f} pipelines executed in {wall:.2f} s of wall-clock time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--megabytes", type=float, default=10.0, help="size of the generated export")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-execute", action="store_true", help="leave the runs of the pipelines out")
    parser.add_argument("--kinds", action="store_true", help="per kind: by rule, by model, manual; with the reasons")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--execute", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.kinds:
        print_shares(options.files, reasons=True)
    elif options.measure:
        print(json.dumps(measure(options.measure, execute=options.execute)))
    elif options.files:
        print_table(options.files, options.runs, execute=not options.no_execute)
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / f"generated-{options.megabytes:g}MB.xml"
            made.write_bytes(generate(megabytes=options.megabytes))
            paths = [*sorted(CORPUS.glob("*FLOWLINE*.xml")), made]
            print_table(paths, options.runs, execute=not options.no_execute)


if __name__ == "__main__":
    main()
