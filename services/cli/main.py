"""The `dataflow-ai` command: run the stack, convert exports, work with the jobs of a server."""

from __future__ import annotations

import sys

import typer

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
    "run, but a quality check of severity error failed; 130 stopped by Ctrl-C, what was done is kept.",
)


@app.command()
def up() -> None:
    """Start PostgreSQL, the four servers and Envoy, and stay until Ctrl-C (as `make run`)."""
    from services.stack.__main__ import main as stack  # why here: gRPC and psutil, which no other command needs

    raise typer.Exit(stack(["up"]))


app.command()(keys.keys)
app.command()(assess.assess)
app.command()(convert.convert)
app.command(context_settings={"ignore_unknown_options": True})(translate.translate)  # `-A` is an expression
app.command()(conformance.conformance)
app.command()(run.run)
app.command("compare")(compare.compare_command)
app.command()(jobs.upload)
app.command()(jobs.jobs)
app.command()(report.report)
app.command()(lineage.lineage)
app.command()(jobs.download)
app.command()(worker.worker)
app.command()(worker_cases.review_cases)


def main() -> None:
    """Entry point: a failure is a sentence, never a traceback."""
    try:
        app()
    except CliError as error:
        make_console(error=True).print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(Exit.FAILED)
    except BrokenPipeError:  # `| head` has seen enough
        sys.stderr.close()
        sys.exit(Exit.DONE)


if __name__ == "__main__":
    main()
