"""ValidateSql over gRPC, on the real server."""

from __future__ import annotations

import grpc
import pytest

from dataflow.common.v1 import dialect_pb2, reply_pb2, table_schema_pb2
from dataflow.copilot.v1 import sql_pb2, sql_pb2_grpc
from services.copilot.app import APP
from services.copilot.sql.servicer import dialect_of
from services.runtime.server import running

CUSTOMERS = table_schema_pb2.TableSchema(
    name="customers",
    columns=[
        table_schema_pb2.Column(name="id", type="integer"),
        table_schema_pb2.Column(name="name", type="varchar(20)"),
    ],
    primary_key=["id"],
)


@pytest.fixture(scope="session")
async def stub():
    settings = APP.settings(grpc_port=0, metrics_port=None, drain_seconds=0, process_pool_size=1, catalog_attempts=1)
    async with running(APP, settings) as server, grpc.aio.insecure_channel(server.address) as channel:
        yield sql_pb2_grpc.SqlServiceStub(channel)


async def test_a_wrong_column_is_named_with_its_place_and_the_nearest(stub):
    request = sql_pb2.ValidateSqlRequest(sql="SELECT id,\n  nme FROM customers", tables=[CUSTOMERS])
    reply = await stub.ValidateSql(request)
    (error,) = reply.errors
    assert not reply.is_valid
    assert (error.code, list(error.nearest)) == ("UNKNOWN_COLUMN", ["name"])
    assert (error.line, error.column, error.start, error.end) == (2, 3, 13, 16)
    assert list(reply.tables_referenced) == ["customers"]
    assert (reply.statement_kind, reply.is_read_only) == ("select", True)
    assert reply.source == reply_pb2.Source.rules
    factors = reply.provenance.confidence_factors
    assert reply.confidence == pytest.approx(sum(factor.effect for factor in factors))
    assert reply.provenance.server.startswith("copilot ")


async def test_without_a_schema_it_says_what_it_could_not_check(stub):
    reply = await stub.ValidateSql(sql_pb2.ValidateSqlRequest(sql="SELECT nme FROM anything"))
    assert reply.is_valid
    assert list(reply.degraded_reasons) == ["catalog_unavailable", "no_schema"]
    assert "checked_against: nothing" in reply.provenance.rules
    assert reply.confidence < 0.6


async def test_a_long_statement_is_checked_and_a_bottomless_one_is_not_called_valid(stub):
    long = " UNION ALL ".join(["SELECT id FROM customers"] * 600)
    assert (await stub.ValidateSql(sql_pb2.ValidateSqlRequest(sql=long, tables=[CUSTOMERS]))).is_valid
    bottomless = f"SELECT {'(' * 20_000}1{')' * 20_000}"
    reply = await stub.ValidateSql(sql_pb2.ValidateSqlRequest(sql=bottomless, tables=[CUSTOMERS]))
    assert (reply.is_valid, [each.code for each in reply.errors]) == (False, ["NOT_CHECKED_TO_THE_END"])
    assert reply.confidence == 0


@pytest.mark.parametrize("sql", ["", "  \n", "x" * 100_001])
async def test_what_cannot_be_checked_is_refused(stub, sql):
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await stub.ValidateSql(sql_pb2.ValidateSqlRequest(sql=sql))
    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "sql:" in raised.value.details()


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        ("SELECT GETDATE()", "mssql"),
        ("SELECT [a] FROM t", "mssql"),
        ("SEL a FROM t", "teradata"),
        ("SELECT ADD_DAYS(d, 1) FROM DUMMY", "sap_hana"),
        ("SELECT IFF(a, 1, 2) FROM t", "snowflake"),
        ("SELECT 'GETDATE()' FROM t", "postgresql"),
        ("SELECT a FROM t -- DUMMY FROM DUMMY", "postgresql"),
    ],
)
def test_the_dialect_is_told_from_the_text(sql, dialect):
    assert dialect_of(0, sql) == dialect
    assert dialect_of(dialect_pb2.SqlDialect.teradata, sql) == "teradata"
