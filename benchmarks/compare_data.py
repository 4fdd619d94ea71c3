"""Data comparison: differences found, time and memory.

    python -m benchmarks.compare_data [--rows 5000000] [--kind csv|parquet|csv-parquet]

tests/parity/planted.py makes two files, the right one shuffled and with 100 differences (and 20 values that differ
within the tolerance or are written otherwise). `dataflow-ai compare` runs as a process of its own; its peak memory and
its processor time are what the kernel has counted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from tests.parity import planted

KINDS = {"csv": ("csv", "csv"), "parquet": ("parquet", "parquet"), "csv-parquet": ("csv", "parquet")}


# A small process in between: a child's largest resident set counts that of the process it was forked from.
_MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """The result, the exit code, seconds by the clock and of processors, and MiB of the largest resident set."""

    found: dict
    code: int
    seconds: float
    processor: float
    memory: float


def compared(left: Path, right: Path, *options: str) -> Compared:
    """Raises RuntimeError with what the command says where it gives no result."""
    command = [sys.executable, "-m", "services.cli.main", "compare", str(left), str(right), "--json", *options]
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _MEASURED, *command], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode not in (0, 1) or not done.stdout:
        raise RuntimeError(done.stderr)
    processor, memory = map(float, done.stderr.split()[-2:])
    return Compared(json.loads(done.stdout), done.returncode, seconds, processor, memory / 1024)


def measured(rows: int, kind: str) -> str:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        suffixes = KINDS[kind]
        made = planted.plant(folder, rows, suffixes[0])
        right = made.right
        if suffixes[0] != suffixes[1]:
            right = planted.plant(folder, rows, suffixes[1]).right
        options = ("--keys", "id", "--tolerance", str(planted.TOLERANCE), "--max-samples", "1000")
        ran = compared(made.left, right, *options)
        sizes = f"{made.left.stat().st_size / 2**20:.0f} + {right.stat().st_size / 2**20:.0f} MiB"
    found = ran.found
    got = planted.reported(found)
    wanted = made.by_kind
    hit = sum(len(got.get(name, set()) & ids) for name, ids in wanted.items() if name != "duplicate_key")
    total = sum(len(ids) for name, ids in wanted.items() if name != "duplicate_key")
    invented = sum(len(ids - wanted.get(name, set())) for name, ids in got.items())
    counted = found["only_left"] + found["only_right"] + found["differing"]
    return (
        f"| {kind} | {rows:,} | {sizes} | {hit} of {total} | {invented} | {counted} | {ran.code} | "
        f"{ran.seconds:.1f} | {ran.processor:.1f} | {ran.memory:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--kind", choices=KINDS, action="append")
    arguments = parser.parse_args()
    print(f"{machine.described()}; load {os.getloadavg()[0]:.1f} before")
    print("| Files | Rows | Size | Found | Invented | Counted | Exit code | Seconds | Processor s | Peak RSS, MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for kind in arguments.kind or KINDS:
        print(measured(arguments.rows, kind), flush=True)


if __name__ == "__main__":
    main()
