"""Time to parse DataStage exports, per megabyte of the file and of its design, beside compiled noise.

    python -m benchmarks.parse_datastage [FOLDER]

Prints one line for each file of FOLDER, then generated exports of growing size with and without noise. Best of five.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.datastage_dsx import Job, columns, compiled, export, keys
from services.migration import parsers
from services.migration.pipeline import migrate

COLUMNS = " ".join(f"C{number}:s" for number in range(40))
RUNS = 5


def generated(jobs: int, noise_kilobytes: int = 0) -> str:
    """An export of `jobs` jobs of four stages with forty columns each."""
    sections = []
    for number in range(jobs):
        job = Job(f"job_{number}")
        job.read("source", "a", COLUMNS)
        job.stage("sorted", "PxSort", ["a"], {"b": columns(COLUMNS)}, {"key": keys("C0", "C1")})
        job.stage("copied", "PxCopy", ["b"], {"c": columns(COLUMNS)})
        job.write("target", "c")
        sections.append(job.text())
    return export(*sections, *([compiled(noise_kilobytes)] if noise_kilobytes else []))


def best(data: bytes, *, convert: bool = False) -> float:
    times = []
    for _ in range(RUNS if not convert else 1):
        start = time.perf_counter()
        migrate(data, "x.dsx") if convert else parsers.parse(data, "x.dsx")
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    for path in sorted(Path(sys.argv[1]).glob("*.dsx")) if len(sys.argv) > 1 else ():
        data = path.read_bytes()
        seconds = best(data)
        sys.stdout.write(f"{path.name}\t{len(data)} B\t{seconds:.4f} s\t{seconds / len(data) * 1e6:.3f} s/MB\n")
    for jobs, noise in ((10, 0), (100, 0), (10, 10_000), (1, 30_000)):
        design, data = len(generated(jobs)), generated(jobs, noise).encode()
        seconds = best(data)
        sys.stdout.write(
            f"{jobs} jobs\t{len(data) / 1e6:.2f} MB\tdesign {design / 1e6:.2f} MB\t{seconds:.3f} s\t"
            f"{seconds / design * 1e6:.3f} s/MB of design\n"
        )
    data = generated(10).encode()
    sys.stdout.write(f"10 jobs converted, checked and run\t{best(data, convert=True) / len(data) * 1e6:.3f} s/MB\n")


if __name__ == "__main__":
    main()
