"""Tables written for the tests: a Polish billing system and the warehouse it moves to. Not taken from any data set."""

from __future__ import annotations

from dataflow.common.v1 import table_schema_pb2

Column = table_schema_pb2.Column


def table(name, *columns, schema="", key=(), description=""):
    """Columns as (name, type, description, samples), shorter where nothing is known."""
    made = []
    for given in columns:
        column, type_, about, samples = (*given, "", "", "", ())[:4] if len(given) < 4 else given
        made.append(Column(name=column, type=type_, description=about, sample_values=samples or ()))
    return table_schema_pb2.TableSchema(
        name=name, schema=schema, columns=made, primary_key=list(key), description=description
    )


KLIENT = table(
    "KLIENT",
    ("KLIENT_ID", "NUMBER(10)"),
    ("IMIE", "VARCHAR2(50)"),
    ("NAZWISKO", "VARCHAR2(80)"),
    ("PLEC", "CHAR(1)", "", ("K", "M")),
    ("DATA_URODZENIA", "VARCHAR2(10)", "", ("31.12.1990", "01.02.2000")),
    ("NR_TEL", "VARCHAR2(20)", "", ("+48 601 234 567", "+48 602 000 111")),
    ("KOD_POCZTOWY", "VARCHAR2(6)", "", ("00-950",)),
    ("CZY_AKTYWNY", "CHAR(1)", "", ("T", "N")),
    ("SALDO", "VARCHAR2(20)", "", ("1 234,50", "-12,00")),
    ("DT_ZMIANY", "DATE"),
    ("UWAGI", "VARCHAR2(400)"),
    schema="BILLING",
    key=("KLIENT_ID",),
)
CUSTOMER = table(
    "dim_customer",
    ("customer_id", "bigint"),
    ("full_name", "varchar(200)"),
    ("gender", "varchar(1)", "", ("F", "M")),
    ("birth_date", "date"),
    ("msisdn", "varchar(11)", "", ("48601234567", "48602000111")),
    ("postal_code", "varchar(6)"),
    ("is_active", "boolean"),
    ("balance", "decimal(12,2)"),
    ("updated_at", "timestamp"),
    ("loyalty_tier", "varchar(10)"),
    schema="dm",
    key=("customer_id",),
)
