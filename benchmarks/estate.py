"""How assessing and converting an estate scales with workers, and what memory it takes.

    python benchmarks/estate.py                      # 1,000 exports, one worker and two
    python benchmarks/estate.py --files 200 --workers 1 2 4

Every other export is a generated PowerCenter one of one mapping, of a seed of its own; between them are the exports of
../shared/corpus, where present, and every construct of the generator, repeated under other names. Every run is a
process of its own into an empty folder. Memory is the most of private pages (RSS less what is shared), sampled ten
times a second, in the first and in the last fifth of the run's time, from the tenth second on: of the command, and of
its largest worker.

Where other programs run, the clock tells little of workers. The second ratio is of processor time: that of the command
and of its workers, over that of the command and of its busiest worker's share. It counts nothing of the command as done
while workers work, and its processors as free.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
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
FIFTH = 0.2
STARTED = 10.0  # seconds until all processes have imported what they need


def exports(count: int) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of `count` exports, the same for the same count; a hundred to a folder."""
    real = [(path.name, path.read_bytes()) for path in sorted(CORPUS.rglob("*")) if path.suffix in ENDINGS]
    real += [(f"{name}.xml", data) for name, data in constructs().items()]
    for number in range(count):
        name, data = real[number // 2 % len(real)]
        if number % 2 == 0:
            name, data = "generated.xml", generate(mappings=1, columns=4, seed=number + 1)
        yield f"{number // 100:02}/{number:04}-{name}", data


def fill(folder: Path, count: int) -> int:
    """Write the exports; their bytes."""
    total = 0
    for name, data in islice(exports(count), count):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        total += len(data)
    return total


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds since the start; MB of private pages; the command's own processor seconds."""

    at: float
    command: float
    worker: float
    processor: float


@dataclass(frozen=True, slots=True)
class Run:
    """A run's seconds, all its processor seconds, and what was seen of it meanwhile."""

    workers: int
    seconds: float
    processor: float
    samples: tuple[Sample, ...]

    @property
    def least(self) -> float:
        """Seconds on processors that are free, where nothing of the command is done while workers work."""
        command = max(each.processor for each in self.samples)
        return command + (self.processor - command) / self.workers

    def most(self, name: str, first: float, last: float) -> float:
        """MB at most between two shares of the time."""
        begin = min(STARTED, self.seconds * FIFTH / 2)
        span = self.seconds - begin
        inside = [getattr(s, name) for s in self.samples if first * span <= s.at - begin <= last * span]
        return max(inside, default=0.0)


def run(command: str, folder: Path, files: int, workers: int) -> Run:
    with tempfile.TemporaryDirectory() as out:
        arguments = [sys.executable, "-m", "services.cli.main", command, str(folder), "--workers", str(workers)]
        arguments += ["--json", *(["-o", f"{out}/results"] if command == "convert" else [])]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began, samples = time.perf_counter(), []
        with Path(out, "said.json").open("w") as said:
            process = subprocess.Popen(arguments, cwd=ROOT, stdout=said, stderr=subprocess.PIPE, text=True)
        while process.poll() is None:
            if sample := _sampled(process.pid, time.perf_counter() - began):
                samples.append(sample)
            time.sleep(0.1)
        ended = time.perf_counter()
        _require_all(command, Path(out, "said.json").read_text(), process.communicate()[1], files)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Run(workers, ended - began, spent, tuple(samples))


def _require_all(command: str, said: str, error: str, files: int) -> None:
    """That each file is in the result, read or not."""
    told = json.loads(said) if said else {}
    counted = (told.get("total") or told.get("totals") or {}).get("files")
    if counted != files:
        raise SystemExit(f"{command}: {counted} of {files} files are in its result\n{error}")


def _sampled(pid: int, at: float) -> Sample | None:
    try:
        parent = psutil.Process(pid)
        times = parent.cpu_times()
        largest = max((_private(each) for each in parent.children(recursive=True)), default=0.0)
        return Sample(at, _private(parent), largest, times.user + times.system)
    except psutil.Error:  # one of them has just ended
        return None


def _private(process: psutil.Process) -> float:
    info = process.memory_info()
    return float(info.rss - info.shared) / 1e6


def told(command: str, one: Run, first: Run) -> str:
    memory = ", ".join(
        f"{name} {one.most(name, 0, FIFTH):.0f} then {one.most(name, 1 - FIFTH, 1):.0f} MB"
        for name in ("command", "worker")
    )
    return (
        f"  {command:8} {one.workers} workers: {one.seconds:6.1f} s ({first.seconds / one.seconds:.2f} x), processor "
        f"{one.processor:6.1f} s ({first.least / one.least:.2f} x), of the command "
        f"{max(each.processor for each in one.samples):.1f} s; {memory}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--commands", nargs="+", default=["assess", "convert"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = fill(folder, options.files)
        print(f"{described()}; load {os.getloadavg()[0]:.1f} before; {options.files} exports, {size / 1e6:.1f} MB")
        for command in options.commands:
            runs: list[Run] = []
            for workers in options.workers:
                runs.append(run(command, folder, options.files, workers))
                print(told(command, runs[-1], runs[0]), flush=True)
        print(f"load {os.getloadavg()[0]:.1f} after")
    return 0


if __name__ == "__main__":
    sys.exit(main())
