"""CatalogService. Only translates."""

from __future__ import annotations

from typing import Any

from dataflow.copilot.v1 import catalog_pb2, catalog_pb2_grpc
from services.catalog.client import Catalog
from services.catalog.errors import CatalogEntityNotFound
from services.catalog.names import parts
from services.catalog.results import Asset as LineageNode
from services.catalog.results import Lineage
from services.catalog.table import Column, ForeignKey, Table
from services.copilot.catalog_answers.ask import answered
from services.copilot.catalog_answers.describe import Description, Facts, described
from services.copilot.catalog_answers.wording import Answer
from services.copilot.language import LANGUAGES
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail, finished
from services.runtime.context import current_workspace
from services.runtime.errors import InvalidArgument, NotFound, ServiceError

MOST_CHARACTERS = 8_000
ASSET_TYPES = ("table", "topic", "dashboard", "pipeline")


class AssetNotFound(NotFound):
    reason = "ASSET_NOT_FOUND"


class CatalogServicer(catalog_pb2_grpc.CatalogServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def DescribeAsset(self, request: Any, context: Any) -> catalog_pb2.DescribeAssetResponse:
        checked(request)
        tail = Tail()
        facts = await self._facts(request, tail)
        return describe_reply(await described(self._around, facts, request.language or "en", tail), tail)

    async def AskCatalog(self, request: Any, context: Any) -> catalog_pb2.AskCatalogResponse:
        if not request.question.strip():
            raise InvalidArgument("question: is empty; say what you want to know of the catalog")
        if len(request.question) > MOST_CHARACTERS:
            raise InvalidArgument(f"question: has {len(request.question):,} characters; at most {MOST_CHARACTERS:,}")
        tail = Tail()
        return ask_reply(await answered(self._around, request.question, tail), tail)

    async def _facts(self, request: Any, tail: Tail) -> Facts:
        """What is known of the asset: as given, else as the catalog has it, else its name alone."""
        if request.HasField("table"):
            return Facts(given(request))
        name, kind = request.fully_qualified_name.strip(), request.asset_type or "table"
        bare = Facts(Table(name=(parts(name) or (name,))[-1], qualified_name=name, kind=kind))
        try:
            async with Catalog(self._around.settings, {"X-Workspace-Id": current_workspace()}) as catalog:
                asset = await catalog.get_asset(kind, name)
                lineage = await _lineage(catalog, kind, name, tail)
        except CatalogEntityNotFound:
            raise AssetNotFound(f"the catalog has no {kind} {name[:200]!r}; check the name{_OR[kind]}") from None
        except ServiceError:
            tail.missing("catalog_unavailable")
            return bare
        own = lineage.asset.qualified_name
        fed_by = [start for start, end in lineage.edges if end == own]
        return Facts(asset, fed_by, [end for start, end in lineage.edges if start == own])


_OR = dict.fromkeys(ASSET_TYPES, " and asset_type") | {"table": ", or send `table`"}


async def _lineage(catalog: Catalog, kind: str, name: str, tail: Tail) -> Lineage:
    """None that is known where the catalog has the asset and cannot tell its lineage; said where it fails to."""
    try:
        return await catalog.get_lineage(name, up=1, down=1, kind=kind)
    except CatalogEntityNotFound:
        pass
    except ServiceError:
        tail.missing("catalog_unavailable")
    return Lineage(LineageNode("", kind, "", ""), (), ())


def checked(request: Any) -> None:
    """InvalidArgument names the field and what to send."""
    if request.language and request.language not in LANGUAGES:
        raise InvalidArgument(f"language: is {request.language[:20]!r}; send {' or '.join(LANGUAGES)}, or leave it out")
    if request.asset_type and request.asset_type not in ASSET_TYPES:
        raise InvalidArgument(f"asset_type: is {request.asset_type[:40]!r}; send one of {', '.join(ASSET_TYPES)}")
    if not request.HasField("table") and not request.fully_qualified_name.strip():
        raise InvalidArgument("fully_qualified_name: is empty; send service.database.schema.table, or `table`")
    if request.HasField("table") and not request.table.name.strip():
        raise InvalidArgument("table.name: is empty")


def given(request: Any) -> Table:
    """The table of the request as the catalog would have it."""
    table = request.table
    qualified = request.fully_qualified_name or ".".join(p for p in (table.database, table.schema, table.name) if p)
    return Table(
        name=table.name,
        qualified_name=qualified,
        description=table.description,
        database=table.database,
        schema=table.schema,
        columns=tuple(Column(each.name, each.type, each.description) for each in table.columns),
        primary_key=tuple(table.primary_key),
        foreign_keys=tuple(
            ForeignKey(tuple(key.columns), key.references_table, tuple(key.references_columns))
            for key in table.foreign_keys
        ),
    )


def describe_reply(found: Description, tail: Tail) -> catalog_pb2.DescribeAssetResponse:
    response = catalog_pb2.DescribeAssetResponse(
        description=found.text,
        column_descriptions=[
            catalog_pb2.ColumnDescription(name=each.name, description=each.text, confidence=each.confidence)
            for each in found.columns
        ],
        tags=found.tags,
        existing_description=found.existing,
    )
    return finished(response, tail)


def ask_reply(answer: Answer, tail: Tail) -> catalog_pb2.AskCatalogResponse:
    response = catalog_pb2.AskCatalogResponse(
        answer=answer.text,
        citations=[
            catalog_pb2.Citation(entity_id=entity, entity_name=name, quote=quote)
            for entity, name, quote in answer.cited
        ],
        truncated=answer.truncated,
        shown=answer.shown,
        total=answer.total,
    )
    response.counts.update(answer.counts)
    return finished(response, tail)
