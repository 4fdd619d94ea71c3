"""CompareData: the message read, the work given to the pool, the result as a message."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from google.protobuf import json_format

from dataflow.migration.v1 import compare_pb2
from services.migration.server.convert import made
from services.migration.server.errors import BadValue, NotComparable
from services.migration.server.settings import MigrationSettings
from services.parity import (
    MOST_SAMPLES,
    SAMPLES,
    Connection,
    CsvSource,
    ParityError,
    QuerySource,
    Request,
    RowsSource,
    Rules,
    Source,
    compare,
    connection_named,
    parse_connections,
)
from services.runtime.app import Runtime
from services.runtime.server import StartError
from services.runtime.workers import Workers

SIDES = ("left", "right")
PREFIX = "compare-"
STALE_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Comparing:
    """What comparisons need of the server: its pool, where work files go, the connections, and memory for each."""

    workers: Workers
    folder: Path
    connections: Mapping[str, Connection]
    memory_mb: int

    @classmethod
    def of(cls, runtime: Runtime[MigrationSettings]) -> Self:
        """Raises StartError for an entry of COMPARE_CONNECTIONS that is none."""
        settings = runtime.settings
        try:
            connections = parse_connections(settings.compare_connections.get_secret_value())
        except ParityError as error:
            raise StartError(str(error)) from error
        _sweep(settings.upload_dir)
        return cls(runtime.workers, settings.upload_dir, connections, settings.compare_memory_mb)

    async def answer(self, request: compare_pb2.CompareDataRequest, workspace: str) -> compare_pb2.CompareDataResponse:
        """Raises BadValue for a request that is wrong in itself, NotComparable for data that cannot be compared."""
        with await asyncio.to_thread(self._home) as home:
            asked = await asyncio.to_thread(self._request, request, workspace, Path(home))
            try:
                found = await self.workers.run_cpu(in_process, asked, home)
            except ParityError as error:
                raise NotComparable(str(error)) from error
        return await asyncio.to_thread(_message, found)

    def _home(self) -> tempfile.TemporaryDirectory[str]:
        """A folder that goes with the call, also where the process that works in it is ended."""
        return tempfile.TemporaryDirectory(prefix=PREFIX, dir=made(self.folder), ignore_cleanup_errors=True)

    def _request(self, request: Any, workspace: str, home: Path) -> Request:
        if not 0 <= request.max_samples <= MOST_SAMPLES:
            raise BadValue(f"max_samples: {request.max_samples} is not between 0 and {MOST_SAMPLES}")
        if not 0 <= request.tolerance < float("inf"):
            raise BadValue("tolerance: has to be a number of 0 or more")
        left, right = (self._source(getattr(request, side), side, workspace, home) for side in SIDES)
        return Request(
            left=left,
            right=right,
            keys=tuple(request.keys),
            rules=Rules(
                tolerance=request.tolerance,
                trim=request.ignore_trailing_blanks,
                nulls_as_empty=request.null_equals_empty,
            ),
            ignored=tuple(request.ignore_columns),
            samples=request.max_samples or SAMPLES,
            memory_mb=self.memory_mb,
        )

    def _source(self, given: Any, side: str, workspace: str, home: Path) -> Source:
        ways = [given.HasField("csv"), bool(given.rows), bool(given.connection or given.query)]
        if sum(ways) != 1:
            raise BadValue(f"{side}: give exactly one of csv, rows, and connection with query")
        if ways[0]:
            path = home / f"{side}.csv"
            path.write_text(given.csv, encoding="utf-8", newline="")
            return CsvSource(path, side, encoding="utf-8")
        if ways[1]:
            return RowsSource([json_format.MessageToDict(row) for row in given.rows], side)
        if not (given.connection and given.query):
            raise BadValue(f"{side}: a connection and a query go together")
        try:
            return QuerySource(connection_named(self.connections, given.connection, workspace), side, given.query)
        except ParityError as error:
            raise BadValue(f"{side}: {error}") from error


def _sweep(folder: Path) -> None:
    """Removes what servers that were killed long ago left."""
    for home in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):  # another server was faster, or it is another user's
            if time.time() - home.stat().st_mtime > STALE_S:
                shutil.rmtree(home, ignore_errors=True)


def in_process(request: Request, home: str) -> dict[str, Any]:
    """Run in a process of the pool."""
    return compare(request, folder=Path(home)).as_dict()


def _message(found: dict[str, Any]) -> compare_pb2.CompareDataResponse:
    """Fields that the contract does not have stay behind."""
    return json_format.ParseDict(found, compare_pb2.CompareDataResponse(), ignore_unknown_fields=True)
