"""The tables that the optimiser's tests speak of."""

from __future__ import annotations

from services.copilot.sql.optimize.optimize import Optimized, optimize
from services.copilot.sql.schema_index import SchemaIndex, TableInfo

COLUMNS = {
    "customers": "id integer, name varchar(20), city varchar(20), vip boolean",
    "orders": "id integer, customer_id integer, amount integer, status varchar(10), created $moment, day date",
    "items": "order_id integer, line integer, price numeric(10,2), code varchar(10)",
    "events": "customer_id integer, kind varchar(10), amount integer, day date",
}
KEYS = {"customers": ("id",), "orders": ("id",), "items": ("order_id", "line")}
MOMENT = {"mssql": "datetime2", "snowflake": "timestamp_ntz"}
BOOLEAN = {"mssql": "bit", "teradata": "byteint"}


def tables(dialect: str) -> list[TableInfo]:
    found = []
    for name, listed in COLUMNS.items():
        text = listed.replace("$moment", MOMENT.get(dialect, "timestamp"))
        text = text.replace("boolean", BOOLEAN.get(dialect, "boolean")).replace("10,2", "10;2")
        pairs = (each.replace(";", ",").split(" ", 1) for each in text.split(", "))
        found.append(TableInfo(name, "", "", tuple((pair[0], pair[1]) for pair in pairs), KEYS.get(name, ())))
    return found


def improved(sql: str, dialect: str = "postgresql", known: bool = True) -> Optimized:
    return optimize(sql, dialect, SchemaIndex(dialect, tables(dialect)) if known else None)
