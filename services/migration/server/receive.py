"""An upload's message stream, either form: multipart as a browser sends it, or the bytes themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dataflow.common.v1 import dialect_pb2
from dataflow.migration.v1 import batch_pb2, job_pb2, upload_pb2
from services.migration.ast import Tool
from services.migration.server.convert import made
from services.migration.server.enums import name_of, number_of
from services.migration.server.errors import BadUpload
from services.migration.server.upload import RawReader, Upload, UploadReader

MULTIPART = "multipart/form-data"
DEFAULT_DIALECT = "postgresql"


@dataclass(frozen=True, slots=True)
class Limits:
    max_bytes: int
    spool_dir: Path


@dataclass(frozen=True, slots=True)
class Received:
    """A complete upload; `tool` is None where it is to be told from the content."""

    filename: str
    content: bytes
    tool: Tool | None
    dialect: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A complete archive in a file; `tool` is None where it is to be told from each member."""

    filename: str
    path: Path
    tool: Tool | None
    dialect: str


class Reader(Protocol):
    def feed(self, chunk: bytes) -> None: ...
    def finish(self) -> Upload: ...
    def save(self, path: Path) -> Upload: ...
    def close(self) -> None: ...


async def upload(requests: AsyncIterator[upload_pb2.UploadExportRequest], limits: Limits) -> Received:
    """Reads the stream to its end. Raises BadUpload, BadValue or FileTooLarge."""
    first = await anext(aiter(requests), None)
    if first is None:
        raise BadUpload("the upload is empty; for example: curl -F file=@export.xml", reason="NO_FILE_PART")
    spool = str(await asyncio.to_thread(made, limits.spool_dir))
    with closing(_reader(first, limits.max_bytes, spool)) as reader:
        reader.feed(first.body.data)
        async for request in requests:
            reader.feed(request.body.data)
        return _received(reader.finish(), first)


async def archive(requests: AsyncIterator[batch_pb2.CreateBatchRequest], limits: Limits, path: Path) -> Saved:
    """Reads the stream into a file. Raises BadUpload, BadValue or FileTooLarge."""
    first = await anext(aiter(requests), None)
    if first is None:
        raise BadUpload("the upload is empty; for example: curl -F file=@exports.zip", reason="NO_FILE_PART")
    spool = str(limits.spool_dir)
    is_form = first.body.content_type.startswith(MULTIPART)
    reader: Reader = (
        UploadReader(first.body.content_type, max_bytes=limits.max_bytes, spool_dir=spool)
        if is_form
        else RawReader(first.filename or "batch.zip", max_bytes=limits.max_bytes, spool_dir=spool)
    )
    with closing(reader):
        reader.feed(first.body.data)
        async for request in requests:
            reader.feed(request.body.data)
        sent = await asyncio.to_thread(reader.save, path)
    return Saved(sent.filename, path, *_options(sent, first))


async def export(requests: AsyncIterator[upload_pb2.ConvertExportRequest], limits: Limits) -> Received:
    """Reads a header and the chunks after it. Raises BadUpload, BadValue or FileTooLarge."""
    first = await anext(aiter(requests), None)
    if first is None or first.WhichOneof("part") != "header" or not first.header.filename:
        raise BadUpload("the first message is the header, with the file's name", reason="NO_HEADER")
    spool = str(await asyncio.to_thread(made, limits.spool_dir))
    reader = RawReader(first.header.filename, max_bytes=limits.max_bytes, spool_dir=spool)
    with closing(reader):
        async for request in requests:
            if request.WhichOneof("part") != "chunk":
                raise BadUpload("after the header come chunks of the file", reason="SECOND_HEADER")
            reader.feed(request.chunk)
        return _received(reader.finish(), first.header)


def _reader(first: upload_pb2.UploadExportRequest, max_bytes: int, spool: str) -> Reader:
    content_type = first.body.content_type
    if first.filename and not content_type.startswith(MULTIPART):
        return RawReader(first.filename, max_bytes=max_bytes, spool_dir=spool)
    return UploadReader(content_type, max_bytes=max_bytes, spool_dir=spool)


def _received(sent: Upload, first: upload_pb2.UploadExportRequest | upload_pb2.ExportHeader) -> Received:
    return Received(sent.filename, sent.content, *_options(sent, first))


def _options(
    sent: Upload, first: upload_pb2.UploadExportRequest | upload_pb2.ExportHeader | batch_pb2.CreateBatchRequest
) -> tuple[Tool | None, str]:
    """Tool and dialect: the form's, else those beside the body."""
    tool = sent.fields.get("migration_type", "") or name_of(
        job_pb2.MigrationType.Value, first.migration_type, "migration_type"
    )
    dialect = sent.fields.get("dialect", "") or name_of(dialect_pb2.SqlDialect.Value, first.dialect, "dialect")
    if tool:
        number_of(job_pb2.MigrationType.Value, tool, "migration_type")
    if dialect:
        number_of(dialect_pb2.SqlDialect.Value, dialect, "dialect")
    return Tool(tool) if tool else None, dialect or DEFAULT_DIALECT
