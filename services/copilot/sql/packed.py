"""Tables on their way to a worker process, which keeps what it made of them: a large schema is sent to each once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from dataflow.common.v1 import table_schema_pb2
from dataflow.copilot.v1 import sql_pb2
from services.copilot.sql.schema_index import SchemaIndex, TableInfo
from services.runtime.workers import Workers

P = ParamSpec("P")
T = TypeVar("T")

SENT_AT_ONCE = 256 * 1024
"""Bytes of a schema that go with every call; of a larger one its digest is tried first."""
_KEPT = 8
_HELD: OrderedDict[bytes, Held] = OrderedDict()


@dataclass(frozen=True)
class PackedSchema:
    """`content`: a ValidateSqlRequest that holds tables alone."""

    content: bytes
    digest: bytes


@dataclass
class Held:
    """The tables of a schema, with what was made of them when it was first wanted."""

    tables: Sequence[table_schema_pb2.TableSchema]
    _made: dict[Any, Any] = field(default_factory=dict)

    def index(self, dialect: str) -> SchemaIndex:
        """The index of their names in a dialect."""
        return self.once(("index", dialect), lambda _: SchemaIndex(dialect, self.infos))

    @property
    def infos(self) -> Sequence[TableInfo]:
        """The tables as names and columns alone."""
        return self.once("infos", lambda tables: [_table(each) for each in tables])

    def once(self, key: object, make: Callable[[Sequence[table_schema_pb2.TableSchema]], T]) -> T:
        """What `make` makes of the tables, kept under `key`."""
        if key not in self._made:
            self._made[key] = make(self.tables)
        return cast(T, self._made[key])


class _NotHeld:
    """A worker's answer where it has not seen the schema yet, or no longer has it."""


class Packing:
    """Packs tables; those of a catalog once for each `version`, which names their content."""

    def __init__(self) -> None:
        self._packed: OrderedDict[str, PackedSchema] = OrderedDict()

    def pack(self, tables: Sequence[table_schema_pb2.TableSchema], version: str = "") -> PackedSchema | None:
        """None where there are no tables."""
        if not tables:
            return None
        if version not in self._packed:
            content = sql_pb2.ValidateSqlRequest(tables=tables).SerializeToString(deterministic=True)
            packed = PackedSchema(content, hashlib.blake2b(content, digest_size=16).digest())
            if not version:
                return packed
            self._packed[version] = packed
            while len(self._packed) > _KEPT:
                self._packed.popitem(last=False)
        self._packed.move_to_end(version)
        return self._packed[version]


def index_of(tables: Sequence[table_schema_pb2.TableSchema], dialect: str) -> SchemaIndex:
    """The names of tables as validation looks them up."""
    return SchemaIndex(dialect, [_table(each) for each in tables])


async def with_schema(
    workers: Workers,
    schema: PackedSchema | None,
    work: Callable[Concatenate[Held | None, P], T],
    seconds: float,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """`work(held, *args)` in a worker process, `held` None where there is no schema. `work` is a module's function."""
    if schema is None:
        return cast(T, await workers.run_cpu(_call, work, b"", b"", args, kwargs, timeout=seconds))
    small = len(schema.content) <= SENT_AT_ONCE
    content = schema.content if small else b""
    found = await workers.run_cpu(_call, work, schema.digest, content, args, kwargs, timeout=seconds)
    if isinstance(found, _NotHeld):
        found = await workers.run_cpu(_call, work, schema.digest, schema.content, args, kwargs, timeout=seconds)
    return cast(T, found)


def _call(work: Callable[..., Any], digest: bytes, content: bytes, args: Any, kwargs: Any) -> Any:
    held = _held(digest, content) if digest else None
    return _NotHeld() if digest and held is None else work(held, *args, **kwargs)


def _held(digest: bytes, content: bytes) -> Held | None:
    if digest not in _HELD:
        if not content:
            return None
        _HELD[digest] = Held(sql_pb2.ValidateSqlRequest.FromString(content).tables)
        while len(_HELD) > _KEPT:
            _HELD.popitem(last=False)
    _HELD.move_to_end(digest)
    return _HELD[digest]


def _table(table: table_schema_pb2.TableSchema) -> TableInfo:
    columns = tuple((column.name, column.type) for column in table.columns)
    return TableInfo(table.name, table.schema, table.database, columns, tuple(table.primary_key))
