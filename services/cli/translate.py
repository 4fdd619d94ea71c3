"""`dataflow-ai translate`: one expression of a tool's language as SQL, with what is known about it."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.markup import escape

from services.cli.output import CliError, Exit, make_console
from services.migration.ast import Tool
from services.migration.conversion import Translation
from services.migration.expressions import translate as to_sql


class ExpressionDialect(StrEnum):
    """Dialects expressions are written in: those of pipelines, and the engine that runs them here."""

    DUCKDB = "duckdb"
    POSTGRESQL = "postgresql"
    SNOWFLAKE = "snowflake"
    TERADATA = "teradata"
    SAP_HANA = "sap_hana"
    MSSQL = "mssql"


def translate(
    expression: Annotated[str, typer.Argument(help="The expression, as one argument", show_default=False)],
    language: Annotated[Tool, typer.Option(help="The tool whose language it is")] = Tool.POWERCENTER,
    dialect: Annotated[ExpressionDialect, typer.Option(help="SQL dialect")] = ExpressionDialect.DUCKDB,
    types: Annotated[
        str,
        typer.Option(
            help='Fields and their types as JSON, {"PRICE": "decimal(10,2)"}; given, no other field is known',
            show_default=False,
        ),
    ] = "",
    aggregate: Annotated[bool, typer.Option("--aggregate", help="Allow aggregate functions")] = False,
    condition: Annotated[bool, typer.Option("--condition", help="Give a predicate, as WHERE wants it")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object")] = False,
) -> None:
    """Translate one expression to SQL, on this machine.

    Prints the SQL with its confidence from 0 to 1, the corners in which it may differ, or why there is none. Exit
    code 0: translated; 1: --types is not what it has to be; 2: wrong arguments; 3: refused, and no SQL is given.
    """
    translation = to_sql(
        expression,
        language=language,
        dialect=dialect.value,
        types=_types(types),
        aggregate=aggregate,
        condition=condition,
    )
    if as_json:
        typer.echo(json.dumps(as_dict(translation), ensure_ascii=False))
    else:
        _tell(translation)
    raise typer.Exit(Exit.BLOCKED if translation.refused else Exit.DONE)


def as_dict(translation: Translation) -> dict[str, object]:
    """What --json prints."""
    return {
        "sql": translation.sql,
        "type": translation.type,
        "confidence": translation.confidence,
        "warnings": [{"code": caution.code, "message": caution.message} for caution in translation.warnings],
        "refused": translation.refused,
        "references": list(translation.references),
        "parameters": list(translation.parameters),
        "functions": list(translation.functions),
    }


def _types(text: str) -> dict[str, str] | None:
    if not text:
        return None
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        reason = f"{error.msg}, character {error.pos}" if isinstance(error, json.JSONDecodeError) else "too deep"
        raise CliError(f"--types is no JSON ({reason}).") from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise CliError('--types has to be a JSON object of names and types, as {"PRICE": "decimal(10,2)"}.')
    return found


def _tell(translation: Translation) -> None:
    console = make_console()
    if translation.refused:
        console.print(f"[red]refused[/red]: {escape(translation.refused)}", soft_wrap=True)
    else:
        console.print(translation.sql, markup=False, soft_wrap=True)
        console.print(f"{translation.type}, confidence {translation.confidence:.2f}")
    for caution in translation.warnings:
        console.print(f"[yellow]{escape(caution.code)}[/yellow]: {escape(caution.message)}", soft_wrap=True)
    for head in ("references", "parameters", "functions"):
        names = getattr(translation, head)
        if names:
            console.print(f"{head}: {', '.join(map(escape, names))}", soft_wrap=True)
