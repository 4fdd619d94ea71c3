"""`python -m services.copilot.semantic`: checks glossaries, imports them, and shows how a question is answered."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from services.copilot.semantic.answer import from_glossary
from services.copilot.semantic.layer import layer
from services.copilot.semantic.osi import imported
from services.copilot.semantic.reading import GlossaryError, load
from services.sql_dialects import DIALECT_NAMES


def main(given: Sequence[str]) -> int:
    """0; 1 where there is no answer, or the file cannot be used; 2 for wrong arguments."""
    arguments = _parser().parse_args(given)
    try:
        return int(arguments.run(arguments))
    except (GlossaryError, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.copilot.semantic", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    check = commands.add_parser("check", help="check a glossary file")
    check.add_argument("file", type=Path)
    check.set_defaults(run=_check)
    osi = commands.add_parser("import-osi", help="write an Open Semantic Interchange model as a glossary")
    osi.add_argument("file", type=Path)
    osi.add_argument("--model", default="", help="which model, where the file holds several")
    osi.set_defaults(run=_import)
    ask = commands.add_parser("ask", help="show the statement for a question")
    ask.add_argument("question")
    ask.add_argument("--dialect", choices=sorted(DIALECT_NAMES), default="postgresql")
    ask.add_argument("--glossary", type=Path, help="glossary file; the built-in one without it")
    ask.set_defaults(run=_ask)
    return parser


def _check(arguments: argparse.Namespace) -> int:
    found = load(arguments.file)
    counts = f"{len(found.metrics)} metrics, {len(found.dimensions)} dimensions, {len(found.filters)} filters"
    print(f"{arguments.file}: {counts}")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    file: Path = arguments.file
    made = imported(file.read_text("utf-8"), file.name, arguments.model)
    print(made.text(), end="")
    for line in made.left_out:
        print(f"left out: {line}", file=sys.stderr)
    return 0


def _ask(arguments: argparse.Namespace) -> int:
    answer = from_glossary(arguments.question, arguments.dialect, glossary=layer(arguments.glossary))
    print(answer.sql or answer.explanation)
    return 0 if answer.covered else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
