"""The rows of a read-only statement, from PostgreSQL or a DuckDB file, streamed into the work database."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import asyncpg
import duckdb

from services.parity.csv_text import CsvText
from services.parity.errors import ParityError, said
from services.parity.families import family_of
from services.parity.load_files import read_csv, read_typed
from services.parity.sources import Column, QuerySource, Side
from services.parity.workbench import MEMORY_MB, Workbench, literal, named, quoted

CONNECT_SECONDS = 15.0
SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "default_transaction_read_only": "on",
    "lock_timeout": "30s",
    "client_connection_check_interval": "5s",  # a statement ends soon after its client has
}


def load_query(bench: Workbench, table: str, source: QuerySource) -> Side:
    """Raises ParityError, without the address, where the database or the statement cannot be used."""
    statement = source.query.strip().rstrip(";").strip() or _whole(source.table)
    if not statement:
        raise ParityError(f"{source.label}: give a query, or the name of a table.")
    loader = _from_postgresql if source.connection.kind == "postgresql" else _from_duckdb
    return loader(bench, table, source, statement)


def _whole(table: str) -> str:
    return f"SELECT * FROM {'.'.join(map(quoted, table.split('.')))}" if table else ""  # noqa: S608  # names are quoted


def _from_postgresql(bench: Workbench, table: str, source: QuerySource, statement: str) -> Side:
    """By COPY, in a read-only transaction, into a file: no more than a buffer of it is in memory."""
    path = bench.folder / f"{table}.csv"
    columns = _ended(source.label, _copied(source.connection.address, statement, path))
    _require_distinct(source.label, [name for name, _ in columns])
    names = [name for name, _ in columns]
    side = read_csv(bench, table, CsvText(path, ",", names, ()), source.label)
    path.unlink()
    kinds = tuple(
        Column(each.name, each.ref, kind, family_of(kind), as_text=True)
        for each, (_, kind) in zip(side.columns, columns, strict=True)
    )
    return Side(table, source.label, kinds, side.rows)


def _ended(label: str, work: Coroutine[Any, Any, list[tuple[str, str]]]) -> list[tuple[str, str]]:
    try:
        return asyncio.run(work)
    except asyncpg.ReadOnlySQLTransactionError:
        raise ParityError(f"{label}: the statement would change something; only reading is allowed.") from None
    except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        raise ParityError(
            f"{label}: the PostgreSQL server cannot be used ({type(error).__name__}). Check its entry in "
            "COMPARE_CONNECTIONS and that the server runs."
        ) from None
    except asyncpg.PostgresError as error:
        at = f" at character {error.position}" if error.position else ""
        hint = f" {error.hint}" if error.hint else ""
        raise ParityError(f"{label}: PostgreSQL refuses the statement{at}: {said(error)}.{hint}") from None
    except ValueError as error:  # an address that is none
        raise ParityError(
            f"{label}: its entry in COMPARE_CONNECTIONS is no address ({type(error).__name__})."
        ) from None


async def _copied(address: str, statement: str, path: Path) -> list[tuple[str, str]]:
    """The columns of the statement and their types; the rows are in the file.

    Only what the server prepares, so one whole statement, gets between the parentheses of COPY: asyncpg sends that in
    a way that several statements could travel.
    """
    connection = await asyncpg.connect(address, timeout=CONNECT_SECONDS, server_settings=SETTINGS)
    try:
        async with connection.transaction(readonly=True, isolation="repeatable_read"):
            prepared = await connection.prepare(statement)
            columns = [(each.name, each.type.name) for each in prepared.get_attributes()]
            if not columns:
                raise ParityError("the statement gives no rows; write a SELECT.")
            await connection.copy_from_query(
                f"{statement}\n", output=str(path), format="csv", header=True, force_quote=True, encoding="utf-8"
            )
    finally:
        connection.terminate() if connection.is_in_transaction() else await connection.close()
    return columns


def _from_duckdb(bench: Workbench, table: str, source: QuerySource, statement: str) -> Side:
    """The file is opened for reading, and the statement reaches nothing but it; the rows pass through Parquet."""
    path = Path(source.connection.address)
    if not path.is_file():
        raise ParityError(f"{source.label}: there is no such DuckDB file.")
    target = bench.folder / f"{table}.parquet"
    try:
        with named(), duckdb.connect(str(path), read_only=True) as connection:
            _lock(connection, bench.folder)
            _require_query(source.label, connection, statement)
            described = connection.execute(f"DESCRIBE {statement}").fetchall()
            _require_distinct(source.label, [row[0] for row in described])
            connection.execute(f"COPY ({statement}\n) TO {literal(str(target))} (FORMAT parquet)")
    except duckdb.IOException as error:
        raise ParityError(f"{source.label}: the DuckDB file cannot be opened ({said(error)}).") from None
    except duckdb.Error as error:
        raise ParityError(f"{source.label}: DuckDB refuses the statement: {said(error)}.") from None
    side = read_typed(bench, table, f"read_parquet({literal(str(target))})", source.label)
    target.unlink()
    return side


def _lock(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Files other than those in `folder`, the network and further settings are out of the statement's reach."""
    for setting in (
        f"allowed_directories = [{literal(f'{folder}/')}]",
        f"temp_directory = {literal(str(folder / 'reading'))}",
        f"memory_limit = '{MEMORY_MB}MB'",
        "threads = 2",
        "TimeZone = 'UTC'",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")


def _require_query(label: str, connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    found = connection.extract_statements(statement)
    if len(found) != 1 or found[0].type != duckdb.StatementType.SELECT:
        raise ParityError(f"{label}: give one SELECT; only reading is allowed.")


def _require_distinct(label: str, names: list[str]) -> None:
    double = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if double is not None:
        raise ParityError(f"{label}: two columns of the query are named {double!r}; give each a name with AS.")
