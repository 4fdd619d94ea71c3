"""A workspace's verdicts as test cases, in YAML: what an object was converted to, and what people say it should be.

`python -m services.migration.server.review_cases --workspace NAME [--job ID]` with DATABASE_URL set. A case of `accept`
expects what was there, one of `edit` the edit, one of `mark_wrong` anything else.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping
from typing import Any

import asyncpg
import yaml

from services.migration.server.app import APP
from services.migration.server.review_store import QUERIES
from services.migration.server.store import SCHEMA
from services.runtime.database import Database
from services.runtime.errors import ServiceError
from services.runtime.settings import SettingsError, load_settings


def case(row: Mapping[str, Any]) -> dict[str, Any]:
    """One case as plain data; `expected` is missing where only what is wrong is known."""
    found: dict[str, Any] = {
        "job": str(row["job_id"]),
        "file": row["filename"],
        "sha256": row["sha256"],
        "tool": row["migration_type"],
        "dialect": row["dialect"],
        "mapping": row["mapping"],
        "object": row["object"],
        "verdict": row["action"],
        "comment": row["comment"],
        "author": row["author"],
        "at": row["created_at"].isoformat(timespec="milliseconds"),
        "original": _nodes(row["original"]),
    }
    expected = {"accept": row["original"], "edit": row["yaml"]}.get(row["action"])
    return found | ({"expected": _nodes(expected)} if expected is not None else {})


async def cases(database: Database, workspace: str, job: str = "") -> list[dict[str, Any]]:
    """The last verdict on each object, by job; `job` is "" for all jobs of the workspace."""
    async with database.connection() as connection:
        return [case(row) for row in await connection.fetch(QUERIES["list_cases"], workspace, job)]


def text(found: list[dict[str, Any]]) -> str:
    return yaml.safe_dump({"cases": found}, sort_keys=False, allow_unicode=True, width=120)


def _nodes(document: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = yaml.safe_load(document)["nodes"]
    return nodes


async def _printed(workspace: str, job: str) -> str:
    database = Database.from_settings(load_settings(APP.settings, os.environ), application="dataflow-review-cases")
    database.add_schema(SCHEMA)
    try:
        return text(await cases(database, workspace, job))
    finally:
        await database.close()


def main() -> int:
    """Exit code 0, or 1 with a sentence where the database is not to be had."""
    parser = argparse.ArgumentParser(prog="dataflow-ai review-cases", description=__doc__)
    parser.add_argument("--workspace", default="default")
    parser.add_argument("--job", default="")
    options = parser.parse_args()
    try:
        sys.stdout.write(asyncio.run(_printed(options.workspace, options.job)))
    except (ServiceError, SettingsError, OSError, asyncpg.PostgresError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
