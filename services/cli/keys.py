"""`dataflow-ai keys`: an API key and the entry by which the servers know it."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.output import CliError
from services.runtime.keys import make_key


def keys(
    name: Annotated[str, typer.Argument(help="Whose key it is")] = "admin",
    role: Annotated[list[str] | None, typer.Option(help="viewer, editor, approver or admin; may be repeated")] = None,
    workspace: Annotated[list[str] | None, typer.Option(help="A workspace, '*' is any; may be repeated")] = None,
) -> None:
    """Make an API key. It is shown once and kept nowhere; the servers are given its hash."""
    try:
        key, entry = make_key(name, tuple(role or ("admin",)), tuple(workspace or ("*",)))
    except ValueError as error:
        raise CliError(f"{error}.") from error
    typer.echo(f"Key, for the caller (Authorization: Bearer …):\n  {key}\n")
    typer.echo(f"Entry, for the servers; several are separated by spaces:\n  DATAFLOW_API_KEYS='{entry}'")
