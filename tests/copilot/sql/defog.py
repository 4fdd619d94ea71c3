"""The defog set: schemas with real types and keys, gold SQL, as PostgreSQL takes them."""

from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path

import asyncpg

from services.copilot.sql.schema_index import SchemaIndex, TableInfo

FOLDER = Path(__file__).parents[4] / "shared/testsets/defog"
FILES = ("questions_gen_postgres.csv", "instruct_basic_postgres.csv", "instruct_advanced_postgres.csv")
_CHOICE = re.compile(r"\{([^{}]*)\}")
_COLUMNS = """
SELECT n.nspname AS schema, c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type,
       EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY(i.indkey)) AS key
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 1, 2, a.attnum
"""


def databases() -> list[str]:
    return sorted(file.stem for file in (FOLDER / "databases").glob("*.sql"))


def gold() -> dict[str, list[str]]:
    """Database → its statements, each once; choices in braces are taken whole."""
    found: dict[str, dict[str, None]] = {}
    for name in FILES:
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                sql = _CHOICE.sub(lambda choice: choice[1].strip() or "1", row["query"])
                for each in sql.split(";"):
                    if each.strip():
                        found.setdefault(row["db_name"], {})[each.strip()] = None
    return {database: list(queries) for database, queries in found.items()}


async def load(connection: asyncpg.Connection, database: str) -> SchemaIndex:
    """The database's DDL executed, and its schema as the server's catalogue then has it."""
    text = (FOLDER / "databases" / f"{database}.sql").read_text(encoding="utf-8")
    await connection.execute(text)
    await connection.execute("RESET ALL")
    return await described(connection)


async def described(connection: asyncpg.Connection) -> SchemaIndex:
    """The schema as the server's catalogue has it."""
    rows = await connection.fetch(_COLUMNS)
    tables = []
    for (schema, table), columns in itertools.groupby(rows, key=lambda row: (row["schema"], row["table"])):
        listed = list(columns)
        key = tuple(row["column"] for row in listed if row["key"])
        tables.append(TableInfo(table, schema, "", tuple((row["column"], row["type"]) for row in listed), key))
    return SchemaIndex("postgresql", tables)


async def rejected(connection: asyncpg.Connection, sql: str) -> str:
    """SQLSTATE with which the server refuses to plan a statement; empty where it takes it."""
    try:
        await connection.execute(f"EXPLAIN {sql}")
    except asyncpg.PostgresError as error:
        return str(error.sqlstate)
    return ""


def asked() -> list[tuple[str, str, str]]:
    """(database, question, statement), each question once; of choices in braces the first column."""
    found: dict[tuple[str, str], str] = {}
    for name in FILES:
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                sql = _CHOICE.sub(lambda choice: choice[1].split(",")[0].strip() or "1", row["query"])
                first = next(each.strip() for each in sql.split(";") if each.strip())
                found.setdefault((row["db_name"], row["question"]), first)
    return [(database, question, sql) for (database, question), sql in found.items()]
