"""Commands: `docs` writes the reference page, `check` checks documents.

python -m services.pipelines.dsl docs [--check] [FILE]     default docs/dsl.md
python -m services.pipelines.dsl check FILE…
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from services.pipelines.dsl.docs import page
from services.pipelines.structure import validate_structure

REFERENCE = Path("docs/dsl.md")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 where all is well, 1 where there are errors or the page is not fresh."""
    parser = argparse.ArgumentParser(prog="python -m services.pipelines.dsl", description="The pipeline language.")
    commands = parser.add_subparsers(dest="command", required=True)
    docs = commands.add_parser("docs", help="write the reference page")
    docs.add_argument("file", nargs="?", type=Path, default=REFERENCE)
    docs.add_argument("--check", action="store_true", help="write nothing; fail where the page is not fresh")
    check = commands.add_parser("check", help="check documents")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    return _docs(given.file, given.check) if given.command == "docs" else _check(given.files)


def _docs(file: Path, only_check: bool) -> int:
    text = page()
    if not only_check:
        file.write_text(text, "utf-8")
        return 0
    if file.is_file() and file.read_text("utf-8") == text:
        return 0
    sys.stderr.write(f"{file} is not fresh: run `python -m services.pipelines.dsl docs`\n")
    return 1


def _check(files: list[Path]) -> int:
    failed = False
    for file in files:
        try:
            data = file.read_bytes()
        except OSError as error:
            sys.stderr.write(f"{file}: can't be read: {error.strerror}\n")
            failed = True
            continue
        result = validate_structure(data)
        sys.stdout.writelines(f"{file}: {issue}\n" for issue in result.issues)
        failed = failed or not result.is_valid
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
