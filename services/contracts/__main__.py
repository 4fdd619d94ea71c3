"""`python -m services.contracts generate | check | lint | breaking`."""

from __future__ import annotations

import argparse
import sys

from services.contracts import buf, freshness
from services.contracts.protoc import ProtocError


def generate() -> int:
    """Brings gen/ up to date with proto/."""
    changes = freshness.update()
    print("\n".join(changes) if changes else "gen/ is up to date")
    return 0


def check() -> int:
    """Fails where gen/ is not what proto/ makes, naming the files."""
    differing = freshness.differences()
    if differing:
        print("\n".join(differing))
        print("gen/ is not what proto/ makes: run `python -m services.contracts generate` and commit the result")
    return 1 if differing else 0


def lint() -> int:
    """buf lint and buf format; exceptions stand in buf.yaml or on the line, each with its reason."""
    findings = [*buf.lint(), *buf.unformatted()]
    print("\n".join(findings) if findings else "buf lint and format: no finding")
    return 1 if findings else 0


def breaking() -> int:
    """buf breaking (FILE, WIRE_JSON) against the last release tag; passes where there is none yet."""
    tag = buf.last_release()
    if tag is None:
        print("buf breaking: no release tag yet, nothing to compare with")
        return 0
    findings = buf.breaking(tag)
    print("\n".join(findings) if findings else f"buf breaking: compatible with {tag}")
    return 1 if findings else 0


COMMANDS = {command.__name__: command for command in (generate, check, lint, breaking)}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m services.contracts", description="The contract's tools.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__)
    chosen = parser.parse_args(arguments).command
    try:
        return COMMANDS[chosen]()
    except (ProtocError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
