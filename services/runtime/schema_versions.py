"""Versioned schema: `NNN_name.sql` files applied in order, once, whatever number of servers start together.

One table records what was applied with its checksum. An applied file that changed afterwards is an error:
write a new one instead. All pending files of a schema run in one transaction, so a failure leaves nothing
half done.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import asyncpg

from services.runtime.database_errors import SchemaMismatch
from services.runtime.logs import get_logger

log = get_logger("schema")

_FILE = re.compile(r"(\d{3,})_([a-z0-9_]+)\.sql\Z")
_LOCK = 0x64666C77  # "dflw": one lock for all our schemas, since they share a database
_SECONDS = 600.0

_TABLE = """
CREATE TABLE IF NOT EXISTS public.dataflow_schema_versions (
    namespace text NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, version)
)
"""
_APPLIED = "SELECT version, name, checksum FROM public.dataflow_schema_versions WHERE namespace = $1"
_RECORD = """
INSERT INTO public.dataflow_schema_versions (namespace, version, name, checksum) VALUES ($1, $2, $3, $4)
"""


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.replace("\r\n", "\n").encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Schema:
    """The versions of one namespace ("migration"), ascending."""

    namespace: str
    versions: tuple[Version, ...]


def load_schema(namespace: str, folder: Traversable | Path) -> Schema:
    """The schema in `folder` (`importlib.resources.files(package) / "schema"`).

    ValueError names a file that is not NNN_name.sql, or a number that is used twice.
    """
    versions = []
    for file in folder.iterdir():
        if file.name.endswith(".sql"):
            matched = _FILE.match(file.name)
            if matched is None:
                raise ValueError(f"{file.name}: schema files are named NNN_name.sql")
            versions.append(Version(int(matched[1]), matched[2], file.read_text(encoding="utf-8")))
    versions.sort(key=lambda version: version.number)
    numbers = [version.number for version in versions]
    twice = {number for number in numbers if numbers.count(number) > 1}
    if twice:
        raise ValueError(f"{namespace}: version {min(twice)} is there twice")
    return Schema(namespace, tuple(versions))


async def migrate(connection: Any, schema: Schema) -> list[int]:
    """Apply what is missing of `schema`; the numbers applied. Raises SchemaMismatch, saying which file is
    wrong."""
    async with connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = 0")
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK, timeout=_SECONDS)
        if await connection.fetchval("SHOW server_encoding") != "UTF8":
            raise SchemaMismatch("the database is not UTF8; make it with ENCODING 'UTF8'")
        await connection.execute(_TABLE)
        rows = await connection.fetch(_APPLIED, schema.namespace)
        applied = {row["version"]: row for row in rows}
        _check(schema, applied)
        done = []
        for version in schema.versions:
            if version.number not in applied:
                await _apply(connection, schema.namespace, version)
                done.append(version.number)
    if done:
        log.info("schema brought up to date", namespace=schema.namespace, versions=done)
    return done


def _check(schema: Schema, applied: dict[int, Any]) -> None:
    known = {version.number: version for version in schema.versions}
    for number, row in sorted(applied.items()):
        label = f"{schema.namespace} {number:03}_{row['name']}"
        if number not in known:
            raise SchemaMismatch(f"the database has schema {label}, which this version does not know; use a newer one")
        if known[number].checksum != row["checksum"]:
            raise SchemaMismatch(f"schema file {label}.sql changed after it was applied; restore it, add a new one")


async def _apply(connection: Any, namespace: str, version: Version) -> None:
    label = f"{namespace} {version.number:03}_{version.name}.sql"
    try:
        await connection.execute(version.sql, timeout=_SECONDS)
    except asyncpg.PostgresError as error:
        if isinstance(error, asyncpg.PostgresConnectionError):
            raise
        raise SchemaMismatch(f"schema file {label} failed: {error}") from error
    await connection.execute(_RECORD, namespace, version.number, version.name, version.checksum)
