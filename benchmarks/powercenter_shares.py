"""What becomes of every instance of PowerCenter exports, by kind: by rule, by model, manual, and with what confidence.

    python benchmarks/powercenter_shares.py                      # the public corpus and an export per construct
    python benchmarks/powercenter_shares.py a.xml --reasons      # other exports, with reasons and low confidences

Real exports, other people's imitations and generated ones are counted apart. An instance carries data where rows pass
through it on the way from a source to a target; sources and targets themselves are copied and not counted in the share.
Every pipeline is checked in every dialect (its SQL parses, names resolve) and, where nothing in it is `manual`, run
over made-up rows.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from benchmarks.generate_powercenter import constructs  # noqa: E402 - after the path is set
from benchmarks.powercenter_variants import variants  # noqa: E402 - after the path is set
from services.migration import parsers  # noqa: E402 - after the path is set
from services.migration.conversion import ConversionSource, MappingConversion, NodeConversion  # noqa: E402 - as above
from services.migration.pipeline import convert, parse_export  # noqa: E402 - after the path is set
from services.pipelines.dsl.document import dump  # noqa: E402 - after the path is set
from services.pipelines.dsl.language import dialects  # noqa: E402 - after the path is set
from services.pipelines.structure import validate_structure, with_execution  # noqa: E402 - after the path is set

CORPUS = ROOT.parent / "shared" / "corpus" / "powercenter"
REAL, IMITATED, GENERATED, GIVEN = "real", "imitated", "generated", "given"
COPIED = ("Source Definition", "Target Definition")
STAMP = "2026-01-01T00:00:00Z"


@dataclass
class Kind:
    """Instances of one kind in one class of files."""

    instances: int = 0
    carrying: int = 0
    by_rule: int = 0  # of those that carry data
    by_model: int = 0
    manual: int = 0
    confidences: list[float] = field(default_factory=list)  # of those converted by rule


@dataclass
class Shares:
    """What was found in one class of files."""

    files: int = 0
    refused: dict[str, str] = field(default_factory=dict)  # file → why it was not read
    kinds: dict[str, Kind] = field(default_factory=lambda: defaultdict(Kind))
    reasons: list[str] = field(default_factory=list)
    low: list[tuple[float, str]] = field(default_factory=list)  # below 0.8 and not manual
    checked: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # dialect → pipelines
    failures: list[str] = field(default_factory=list)
    whole: int = 0  # pipelines without `manual`
    executed: int = 0

    @property
    def share(self) -> float:
        """Of the transformations that carry data, the part converted by rule."""
        counted = [kind for name, kind in self.kinds.items() if name not in COPIED]
        carrying = sum(kind.carrying for kind in counted)
        return sum(kind.by_rule for kind in counted) / carrying if carrying else 1.0


def corpus() -> Iterator[tuple[str, str, bytes]]:
    """Class, name and bytes of every file of the public corpus."""
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8", newline="") as listed:
        for row in csv.DictReader(listed, delimiter="\t"):
            kind = REAL if row["class"] == "real" else IMITATED
            yield kind, row["file"], (CORPUS / row["file"]).read_bytes()


def generated() -> Iterator[tuple[str, str, bytes]]:
    for name, data in {**constructs(), **variants()}.items():
        yield GENERATED, f"{name}.xml", data


def measure(files: Iterable[tuple[str, str, bytes]]) -> dict[str, Shares]:
    """Class of files → what became of them."""
    found: dict[str, Shares] = defaultdict(Shares)
    for kind, name, data in files:
        _add(found[kind], name, data)
    return found


def _add(shares: Shares, name: str, data: bytes) -> None:
    shares.files += 1
    try:
        ast = parse_export(data, name)
    except parsers.ExportError as error:
        shares.refused[name] = str(error)
        return
    for dialect in dialects():
        result = convert(ast, dialect=dialect, generated_at=STAMP)
        for mapping in result.mappings:
            if dialect == "duckdb":
                _count(shares, name, mapping)
            _check(shares, name, mapping, dialect)


def _count(shares: Shares, name: str, mapping: MappingConversion) -> None:
    carrying = _carrying(mapping)
    for item in mapping.objects:
        kind = shares.kinds[item.source_type]
        kind.instances += 1
        where = f"{name} {mapping.mapping} {item.source_type} {item.object}"
        if item.confidence < 0.8 and not _is_manual(item):
            shares.low.append((item.confidence, f"{where}: {'; '.join(item.warnings)}"))
        if _is_manual(item):
            shares.reasons.append(f"{where}: {'; '.join(item.warnings)}")
        if not {node["id"] for node in item.nodes} & carrying:
            continue
        kind.carrying += 1
        if _is_manual(item):
            kind.manual += 1
        elif item.source is ConversionSource.LLM:
            kind.by_model += 1
        else:
            kind.by_rule += 1
            kind.confidences.append(item.confidence)


def _is_manual(item: NodeConversion) -> bool:
    return any(node.get("transform") == "manual" for node in item.nodes)


def _carrying(mapping: MappingConversion) -> set[str]:
    """Ids of the nodes on a way from a source to a sink."""
    nodes = {node["id"]: node for node in mapping.pipeline["nodes"]}
    forward: dict[str, list[str]] = defaultdict(list)
    backward: dict[str, list[str]] = defaultdict(list)
    for edge in mapping.pipeline["edges"]:
        forward[edge["from"]].append(edge["to"])
        backward[edge["to"]].append(edge["from"])
    after = _reached([name for name, node in nodes.items() if node["type"] == "source"], forward)
    return after & _reached([name for name, node in nodes.items() if node["type"] == "sink"], backward)


def _reached(starts: list[str], edges: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    while starts:
        name = starts.pop()
        if name not in found:
            found.add(name)
            starts.extend(edges[name])
    return found


def _check(shares: Shares, name: str, mapping: MappingConversion, dialect: str) -> None:
    structure = validate_structure(dump(mapping.pipeline))
    shares.checked[dialect] += 1
    where = f"{name} {mapping.mapping} [{dialect}]"
    shares.failures += [f"{where}: {finding}" for finding in structure.errors]
    if dialect != "duckdb" or any(_is_manual(item) for item in mapping.objects):
        return
    shares.whole += 1
    ran = with_execution(structure)
    shares.executed += ran.executed
    shares.failures += [f"{where}: {finding}" for finding in ran.of_check("executes")]


def report(name: str, shares: Shares, *, reasons: bool) -> None:
    """Print one class of files."""
    print(f"\n{name}: {shares.files} files, {len(shares.refused)} refused")
    print(f"{'kind':<32} {'instances':>9} {'carrying':>9} {'rule':>6} {'model':>6} {'manual':>6}  confidence")
    for kind, count in sorted(shares.kinds.items(), key=lambda item: -item[1].instances):
        values = sorted(count.confidences)
        span = f"{values[0]:.2f} … {values[len(values) // 2]:.2f} … {values[-1]:.2f}" if values else ""
        print(
            f"{kind:<32} {count.instances:>9} {count.carrying:>9} {count.by_rule:>6} {count.by_model:>6} "
            f"{count.manual:>6}  {span}"
        )
    print(f"transformations that carry data, by rule: {shares.share:.1%}")
    print(f"checked: {', '.join(f'{dialect} {count}' for dialect, count in shares.checked.items())} pipelines")
    print(f"without manual: {shares.whole} pipelines, {shares.executed} executed; {len(shares.failures)} failures")
    for line in shares.failures:
        print(f"  FAILED {line}")
    for file, reason in shares.refused.items():
        print(f"  REFUSED {file}: {reason}")
    if reasons:
        for line in shares.reasons:
            print(f"  MANUAL {line}")
        for confidence, line in sorted(shares.low):
            print(f"  {confidence:.2f} {line}")


def print_shares(paths: Sequence[Path], *, reasons: bool) -> None:
    """Measure and print the given exports, or the public corpus and the generated ones where none is given."""
    files = [(GIVEN, path.name, path.read_bytes()) for path in paths]
    for name, shares in measure(files or [*(corpus() if CORPUS.is_dir() else ()), *generated()]).items():
        report(name, shares, reasons=reasons)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--reasons", action="store_true", help="print why objects are manual or doubted")
    options = parser.parse_args()
    print_shares(options.files, reasons=options.reasons)


if __name__ == "__main__":
    main()
