"""How assessing and converting an estate scales with workers, and what memory it takes.

    python benchmarks/estate.py                      # 1,000 exports, one worker and two
    python benchmarks/estate.py --files 200 --workers 1 2 4

The estate is generated PowerCenter exports of one mapping each, of another seed, and every construct of that generator
with the exports of ../shared/corpus where present, repeated under other names to make up the number. Every run is a
process of its own into an empty folder. Memory is the largest sum of the private pages (RSS less what is shared) of the
command and its workers, sampled ten times a second, for a tenth of the files and for all.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from benchmarks.generate_powercenter import constructs, generate  # noqa: E402 - after the path is set
from benchmarks.machine import described  # noqa: E402 - after the path is set

CORPUS = ROOT.parent / "shared" / "corpus"
ENDINGS = (".xml", ".yxmd", ".dtsx", ".dsx")
GENERATED_SHARE = 0.5  # of the files


def exports(count: int) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of `count` exports, the same for the same count."""
    generated = int(count * GENERATED_SHARE)
    for number in range(generated):
        yield f"generated/g{number:04}.xml", generate(mappings=1, columns=4, seed=number + 1)
    real = [(path.name, path.read_bytes()) for path in sorted(CORPUS.rglob("*")) if path.suffix in ENDINGS]
    real += [(f"{name}.xml", data) for name, data in constructs().items()]
    for number in range(count - generated):
        name, data = real[number % len(real)]
        yield f"copy{number // len(real):02}/{name}", data


def fill(folder: Path, count: int) -> int:
    """Write the exports; their bytes."""
    total = 0
    for name, data in islice(exports(count), count):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        total += len(data)
    return total


def run(command: str, folder: Path, workers: int) -> tuple[float, float, float]:
    """(seconds, processor seconds, MB at most) of one run."""
    with tempfile.TemporaryDirectory() as out:
        arguments = [sys.executable, "-m", "services.cli.main", command, str(folder), "--workers", str(workers)]
        arguments += ["-o", out] if command == "convert" else []
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began, most = time.perf_counter(), 0.0
        process = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            most = max(most, _private(process.pid))
            time.sleep(0.1)
        if process.returncode not in (0, 1, 3):
            raise SystemExit(f"{command} ended with code {process.returncode}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return time.perf_counter() - began, spent, most


def _private(pid: int) -> float:
    total = 0
    try:
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            info = process.memory_info()
            total += info.rss - info.shared
    except psutil.Error:  # one of them has just ended
        return 0.0
    return total / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--commands", nargs="+", default=["assess", "convert"])
    options = parser.parse_args()
    print(described())
    with tempfile.TemporaryDirectory() as name:
        for count in (options.files // 10, options.files):
            folder = Path(name) / str(count)
            size = fill(folder, count)
            print(f"{count} exports, {size / 1e6:.1f} MB")
            for command in options.commands:
                first = 0.0
                for workers in options.workers:
                    seconds, spent, most = run(command, folder, workers)
                    first = first or seconds
                    print(
                        f"  {command:8} {workers} workers: {seconds:7.1f} s ({first / seconds:.2f} x), "
                        f"{spent:7.1f} processor s ({spent / seconds:.2f} cores), {most:6.0f} MB"
                    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
