"""How fast and in how much memory PowerCenter exports are parsed, beside a bare `lxml.etree.parse` of the same file.

    python benchmarks/parse_powercenter.py                  # a generated 50 MB export, and the corpus where present
    python benchmarks/parse_powercenter.py a.xml b.xml

Each figure is the best of several runs; peak memory is that of a process of its own, over that of a bare interpreter
with the same modules loaded.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from lxml import etree  # noqa: E402 - after the path is set for running as a script

from benchmarks.generate_powercenter import generate  # noqa: E402 - after the path is set for running as a script
from services.migration.parsers import parse  # noqa: E402 - after the path is set for running as a script

CORPUS = ROOT.parent / "shared" / "corpus" / "powercenter"


def best(action: Callable[[], object], runs: int) -> float:
    """Processor seconds of the fastest run."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times)


def measure(path: Path) -> tuple[float, float]:
    """Seconds to parse the file: (ours, bare lxml)."""
    runs = 3 if path.stat().st_size > 5_000_000 else 15
    data = path.read_bytes()
    return best(lambda: parse(data, path.name), runs), best(lambda: etree.parse(str(path)), runs)


def peak_megabytes(path: Path) -> float:
    """What a process of its own needs to hold the file and its tree."""
    command = [sys.executable, str(Path(__file__).resolve()), "--peak", str(path)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(output)


def print_peak(path: Path) -> None:
    before = _resident_peak()
    tree = parse(path.read_bytes(), path.name)
    after = _resident_peak()
    assert tree.mappings or tree.problems
    print((after - before) / 1024)


def _resident_peak() -> int:
    """kB; Linux only. getrusage will not do: it starts from the parent's peak."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def print_table(paths: list[Path]) -> None:
    print(f"{'file':<44} {'MB':>7} {'parse s':>9} {'lxml s':>8} {'ratio':>6} {'s/MB':>7} {'peak MB':>8}")
    for path in paths:
        size = path.stat().st_size / 1_000_000
        ours, bare = measure(path)
        name = path.name if len(path.name) <= 44 else f"…{path.name[-43:]}"
        peak = peak_megabytes(path)
        print(f"{name:<44} {size:>7.2f} {ours:>9.3f} {bare:>8.3f} {ours / bare:>6.1f} {ours / size:>7.3f} {peak:>8.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--megabytes", type=float, default=50.0, help="size of the generated export")
    parser.add_argument("--peak", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        print_peak(options.peak)
    elif options.files:
        print_table(options.files)
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / f"generated-{options.megabytes:g}MB.xml"
            made.write_bytes(generate(megabytes=options.megabytes))
            print_table([*sorted(p for p in CORPUS.glob("*FLOWLINE*.xml")), made])


if __name__ == "__main__":
    main()
