"""Runs the targets in turn until the time is over; exit code 1 if a case failed."""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.fuzz import alteryx, exports, expressions

TARGETS: dict[str, ModuleType] = {"expressions": expressions, "alteryx": alteryx, "exports": exports}
SECONDS_A_CASE = {"expressions": 20.0, "alteryx": 20.0, "exports": 20.0}
KEPT_A_KIND = 3  # cases kept of failures that end in the same place


class SlowError(Exception):
    """A case took longer than its target may."""


def run_case(name: str, case: Any) -> str:
    """What went wrong with a case, as a traceback; "" where nothing did."""

    def stop(*_: object) -> None:
        raise SlowError(f"more than {SECONDS_A_CASE[name]:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS_A_CASE[name])
    try:
        TARGETS[name].check(case)
    except Exception:  # noqa: BLE001 - why: whatever escapes is the finding
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return ""


def _place(trace: str) -> str:
    """Failures of one kind: the last own line of the traceback and the exception's class."""
    lines = [line.strip() for line in trace.splitlines() if "/services/" in line and line.strip().startswith("File")]
    return f"{lines[-1] if lines else '?'} {trace.splitlines()[-1].split(':')[0]}"


def _keep(folder: Path, name: str, number: int, case: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{number}{'.xml' if isinstance(case, bytes) else '.txt'}"
    path.write_bytes(case if isinstance(case, bytes) else case.encode("utf-8", "surrogatepass"))
    return path


def fuzz(names: list[str], seconds: float, seed: int, folder: Path) -> int:
    """Number of cases that failed. Targets take turns of equal time."""
    end = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    spent = dict.fromkeys(names, 0.0)
    slowest = dict.fromkeys(names, 0.0)
    kinds: Counter[str] = Counter()
    while time.monotonic() < end:
        name = min(names, key=lambda n: spent[n])
        case = TARGETS[name].make(random.Random(f"{seed}-{name}-{counts[name]}"))
        began = time.monotonic()
        trace = run_case(name, case)
        took = time.monotonic() - began
        spent[name] += took
        slowest[name] = max(slowest[name], took)
        counts[name] += 1
        if trace:
            kinds[_place(trace)] += 1
            if kinds[_place(trace)] <= KEPT_A_KIND:
                print(f"{_keep(folder, name, counts[name] - 1, case)}\n{trace}", flush=True)
    for name in names:
        print(f"{name}: {counts[name]} cases, slowest {slowest[name]:.2f} s")
    for kind, number in kinds.most_common():
        print(f"{number} failed: {kind}")
    return kinds.total()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=None, help="by default another one each time; it is printed")
    parser.add_argument("--only", choices=TARGETS)
    parser.add_argument("--keep", type=Path, help="folder of the cases that failed; by default a new temporary one")
    parser.add_argument("--replay", nargs="+", type=Path, metavar="FILE", help="run kept cases again, nothing else")
    options = parser.parse_args()
    if options.replay:
        failed = 0
        for path in options.replay:
            name = "exports" if path.suffix == ".xml" else path.name.partition("-")[0]
            name = name if name in TARGETS else "expressions"
            content = path.read_bytes()
            trace = run_case(name, content if name == "exports" else content.decode("utf-8", "surrogatepass"))
            failed += bool(trace)
            print(f"{path}: {trace or 'holds'}")
        sys.exit(1 if failed else 0)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    folder = options.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    print(f"seed {seed}", flush=True)
    failed = fuzz([options.only] if options.only else list(TARGETS), options.seconds, seed, folder)
    if not failed:
        print("nothing failed")
        if not options.keep:
            folder.rmdir()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
