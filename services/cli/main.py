"""The `dataflow-ai` command: run the stack, convert exports, work with the jobs of a server."""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import cleandoc
from typing import Any

import typer
from typer.core import TyperCommand

from services.cli import (
    assess,
    compare,
    conformance,
    convert,
    jobs,
    keys,
    lineage,
    report,
    run,
    translate,
    validate,
    worker,
    worker_cases,
)
from services.cli.output import CliError, Exit, make_console

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="Legacy ETL out, runnable DataFlow pipelines in. Exit codes: 0 done; 1 failed, with a sentence on standard "
    "error; 2 wrong arguments; 3 converted, but objects have to be finished by hand before release, or refused; or "
    "run, but a quality check of severity error failed; 130 stopped by Ctrl-C, what was done is kept. assess, convert "
    "and compare take --server; report, lineage and validate take the id of a server's job; run, translate and "
    "conformance work on this machine alone.",
)


def serve() -> None:
    """Start PostgreSQL, the four servers and Envoy on this machine, and stay until Ctrl-C (as `make run`).

    Ports, folders and keys come from the environment (docs/settings.md). The address of the Migration Engine, which is
    printed, is what `--server` of the other commands takes. Exit code 0: stopped; 1: it cannot start or go on, with a
    sentence on standard error; 2: wrong settings.
    """
    from services.stack.__main__ import main as stack  # why here: gRPC and psutil, which no other command needs

    raise typer.Exit(stack(["up"]))


HERE = "An estate, on this machine or with --server"
DATA = "Pipelines and expressions"
SERVERS = "Servers and their jobs"
COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("assess", assess.assess, HERE),
    ("convert", convert.convert, HERE),
    ("report", report.report, HERE),
    ("lineage", lineage.lineage, HERE),
    ("validate", validate.validate, DATA),
    ("run", run.run, DATA),
    ("compare", compare.compare_command, DATA),
    ("translate", translate.translate, DATA),
    ("conformance", conformance.conformance, DATA),
    ("serve", serve, SERVERS),
    ("worker", worker.worker, SERVERS),
    ("keys", keys.keys, SERVERS),
    ("upload", jobs.upload, SERVERS),
    ("jobs", jobs.jobs, SERVERS),
    ("download", jobs.download, SERVERS),
    ("review-cases", worker_cases.review_cases, SERVERS),
)
"""Name, function, heading under which `--help` lists it."""
DASHED = {"translate": {"ignore_unknown_options": True}}  # `-A` is an expression


class Command(TyperCommand):
    """Says what is wrong with an argument without the words of the library that checks it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ").removeprefix("Input ")
            raise


def _flowing(text: str) -> str:
    """A docstring as terminals wrap it: one line for each paragraph."""
    return "\n\n".join(" ".join(part.split()) for part in cleandoc(text).split("\n\n"))


for _name, _function, _heading in COMMANDS:
    app.command(
        _name,
        cls=Command,
        help=_flowing(_function.__doc__ or ""),
        rich_help_panel=_heading,
        context_settings=DASHED.get(_name),
    )(_function)
app.command("up", help="Another name of serve.", hidden=True)(serve)


def main() -> None:
    """Entry point: a failure is a sentence, never a traceback."""
    try:
        app(prog_name="dataflow-ai")  # however it was started: help, errors and completion go by it
    except CliError as error:
        make_console(error=True).print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(Exit.FAILED)
    except BrokenPipeError:  # `| head` has seen enough
        sys.stderr.close()
        sys.exit(Exit.DONE)


if __name__ == "__main__":
    main()
