"""Parsing and converting PowerCenter exports beside two converters from PyPI, in one run on one machine.

    python3 -m venv /tmp/others
    /tmp/others/bin/pip install informatica-python informatica-sparker
    .venv/bin/python -m benchmarks.against_others /tmp/others              # the FLOWLINE export and a generated one
    .venv/bin/python -m benchmarks.against_others /tmp/others a.xml b.xml

The others stay in that environment of their own.
Ours: `convert` is parsing, rules, expressions and documents; `migrate` adds the checks
(with the execution of every pipeline over made-up rows) and the report. Theirs: parsing and writing their code files.
Every turn is a process of its own, which first converts something else, so that modules are loaded and nothing of the
file is remembered; ours then sets its collector as a server's worker does after its first task. The tools take turns;
each figure is the best turn, in processor seconds.
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

from lxml import etree

from benchmarks.generate_powercenter import constructs, generate
from benchmarks.machine import described
from services.migration.parsers import parse
from services.migration.pipeline import convert, deliver, migrate, parse_export
from services.runtime.worker_process import settle

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus" / "powercenter"
STAMP = "2000-01-01T00:00:00Z"
CHILD_SECONDS = 600
WARMING = ("expression", "joiner_inner", "lookup", "aggregator")

_CHILD = """
import contextlib, io, json, logging, sys, tempfile, time
from importlib.metadata import version
logging.disable(logging.CRITICAL)
name, *files = sys.argv[1:]
if name == "informatica-python":
    from informatica_python import InformaticaConverter
    work = lambda file, out: InformaticaConverter().convert(file, output_dir=out)
else:
    from informatica_sparker import ConversionService
    work = lambda file, out: ConversionService().convert_file(file, output_dir=out)
failed = ""
for file in files:
    with tempfile.TemporaryDirectory() as out, contextlib.redirect_stdout(io.StringIO()):
        began = time.process_time()
        try:
            work(file, out)
        except Exception as error:  # why: whatever it raises is its result
            failed = f"{type(error).__name__}: {error}"[:200]
        spent = time.process_time() - began
print(json.dumps({"version": version(name), "seconds": spent, "failed": failed}))
"""
OTHERS = ("informatica-python", "informatica-sparker")


def seconds_of(action: Callable[[], object]) -> float:
    began = time.process_time()
    action()
    return time.process_time() - began


def measure_ours(path: Path) -> None:
    """Prints the seconds of each stage as JSON, in a process that has converted other files."""
    for name in WARMING:
        migrate(constructs()[name], name, generated_at=STAMP)
    settle()
    data = path.read_bytes()

    def whole() -> None:
        tuple(deliver(convert(parse_export(data, path.name), generated_at=STAMP)))

    found = {
        "lxml.etree.parse": seconds_of(lambda: etree.parse(str(path))),
        "ours: parse": seconds_of(lambda: parse(data, path.name)),
        "ours: convert": seconds_of(whole),
        "ours: migrate": seconds_of(lambda: migrate(data, path.name, generated_at=STAMP)),
    }
    print(json.dumps(found))


def ours(path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.against_others", "--measure", str(path.resolve()), "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def other(python: Path, name: str, warming: Path, path: Path) -> dict[str, object]:
    command = [str(python), "-c", _CHILD, name, *map(str, warming), str(path.resolve())]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=CHILD_SECONDS, cwd=tempfile.gettempdir()
        )
    except subprocess.TimeoutExpired:
        return {"version": "?", "seconds": None, "failed": f"more than {CHILD_SECONDS} s"}
    if done.returncode != 0:
        return {"version": "?", "seconds": None, "failed": (done.stderr.strip().splitlines() or ["no word"])[-1]}
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(path: Path, python: Path, turns: int, warming: list[Path]) -> None:
    """A table for one file: the tools take turns, so that what else the machine does meets all of them."""
    best: dict[str, float] = {}
    notes: dict[str, str] = {}
    for _ in range(turns):
        found = ours(path)
        for name in OTHERS:
            told = other(python, name, warming, path)
            notes[name] = f"{told['version']}{', failed: ' + str(told['failed']) if told['failed'] else ''}"
            if isinstance(told["seconds"], float):
                found[name] = told["seconds"]
        best |= {name: min(seconds, best.get(name, seconds)) for name, seconds in found.items()}
    size = path.stat().st_size / 1_000_000
    print(f"\n{path.name}, {size:.2f} MB, best of {turns} turns\n")
    print("| | seconds | seconds per MB | times ours: convert |\n|---|---|---|---|")
    for name, seconds in best.items():
        label = f"{name} {notes[name]}" if name in notes else name
        print(f"| {label} | {seconds:.3f} | {seconds / size:.3f} | {seconds / best['ours: convert']:.2f} |")
    for name in OTHERS:
        if name not in best:
            print(f"| {name} {notes[name]} | none | | |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", type=Path, help="a virtual environment that has the two others")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--megabytes", type=float, default=3.0, help="size of the generated export")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure_ours(options.measure)
        return
    python = options.environment / "bin" / "python"
    if not python.exists():
        sys.exit(f"{python} is not there: make the environment as `--help` shows.")
    print(described())
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / f"generated-{options.megabytes:g}MB.xml"
        if not options.files:
            made.write_bytes(generate(megabytes=options.megabytes))
        warming = [Path(folder) / f"{name}.xml" for name in WARMING]
        for path in warming:
            path.write_bytes(constructs()[path.stem])
        for path in options.files or [*sorted(CORPUS.glob("*FLOWLINE*.xml")), made]:
            compare(path, python, options.turns, warming)


if __name__ == "__main__":
    main()
