"""What the dialects spell differently, one row each; everything else is the same tree for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Syntax:
    """Spelling of one dialect. Texts with `{…}` are filled with SQL of that dialect.

    `catalog`, `of_table`: where column names and types are listed, and how the table's rows are picked there.
    `upper`: unquoted names fold to upper case.
    """

    text: str
    length: str
    number: str
    ago: str
    now: str
    found: str
    full: str
    is_json: str
    catalog: str
    names: tuple[str, str, str, str]  # columns of the catalog: name, position, type, nullable
    of_table: str
    default_schema: str
    upper: bool = False
    backslashes: bool = False
    lookaround: bool = False
    substring: str = "SUBSTRING({text}, {start}, 1)"
    modulo: str = "MOD({left}, {right})"
    log: str = "LN({value})"
    deviation: str = "STDDEV_SAMP({value})"
    variance: str = "VAR_SAMP({value})"
    quantile: str = "PERCENTILE_{kind}({share}) WITHIN GROUP (ORDER BY {value})"
    quantile_is_window: bool = False


_INFORMATION = ("column_name", "ordinal_position", "data_type", "is_nullable")
_IN_INFORMATION = "table_name = {table} AND table_schema = {schema}"

SYNTAX: Mapping[str, Syntax] = {
    "postgresql": Syntax(
        text="TEXT",
        length="LENGTH({text})",
        number="CASE WHEN {text} ~ '^ *[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+) *$' THEN CAST({text} AS DECIMAL) END",
        ago="CURRENT_TIMESTAMP - INTERVAL '{seconds} SECONDS'",
        now="CURRENT_TIMESTAMP",
        found="{text} ~ {pattern}",
        full="{text} ~ {pattern}",
        is_json="{text} IS JSON",
        catalog="information_schema.columns",
        names=_INFORMATION,
        of_table=_IN_INFORMATION,
        default_schema="CURRENT_SCHEMA",
        lookaround=True,
        substring="SUBSTR({text}, {start}, 1)",
    ),
    "duckdb": Syntax(
        text="VARCHAR",
        length="LENGTH({text})",
        number="TRY_CAST({text} AS DOUBLE)",
        ago="CAST(CURRENT_TIMESTAMP AS TIMESTAMP) - INTERVAL '{seconds}' SECOND",
        now="CAST(CURRENT_TIMESTAMP AS TIMESTAMP)",
        found="REGEXP_MATCHES({text}, {pattern})",
        full="REGEXP_MATCHES({text}, {pattern})",
        is_json="JSON_VALID({text})",
        catalog="information_schema.columns",
        names=_INFORMATION,
        of_table=_IN_INFORMATION,
        default_schema="CURRENT_SCHEMA()",
        quantile="QUANTILE_{kind}({value}, {share})",
    ),
    "snowflake": Syntax(
        text="VARCHAR",
        length="LENGTH({text})",
        number="TRY_TO_DOUBLE({text})",
        ago="DATEADD(SECOND, -{seconds}, CURRENT_TIMESTAMP())",
        now="CURRENT_TIMESTAMP()",
        found="REGEXP_INSTR({text}, {pattern}) > 0",
        full="REGEXP_LIKE({text}, {pattern})",
        is_json="CHECK_JSON({text}) IS NULL",
        catalog="INFORMATION_SCHEMA.COLUMNS",
        names=("COLUMN_NAME", "ORDINAL_POSITION", "DATA_TYPE", "IS_NULLABLE"),
        of_table="TABLE_NAME = {table} AND TABLE_SCHEMA = {schema}",
        default_schema="CURRENT_SCHEMA()",
        upper=True,
        backslashes=True,
        substring="SUBSTR({text}, {start}, 1)",
    ),
    "teradata": Syntax(
        text="VARCHAR(1000)",
        length="CHARACTER_LENGTH({text})",
        number="TRYCAST({text} AS FLOAT)",
        ago="CURRENT_TIMESTAMP(0) - INTERVAL '{count}' {unit}",
        now="CURRENT_TIMESTAMP(0)",
        found="REGEXP_INSTR({text}, {pattern}) > 0",
        full="REGEXP_SIMILAR({text}, {pattern}, 'c') = 1",
        is_json="",
        catalog="DBC.ColumnsV",
        names=("ColumnName", "ColumnId", "ColumnType", "Nullable"),
        of_table="TableName = {table} AND DatabaseName = {schema}",
        default_schema="DATABASE",
        lookaround=True,
        substring="SUBSTR({text}, {start}, 1)",
        modulo="{left} MOD {right}",
    ),
    "sap_hana": Syntax(
        text="NVARCHAR(5000)",
        length="LENGTH({text})",
        number="CASE WHEN {text} LIKE_REGEXPR '^ *[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+) *$' THEN TO_DOUBLE({text}) END",
        ago="ADD_SECONDS(CURRENT_TIMESTAMP, -{seconds})",
        now="CURRENT_TIMESTAMP",
        found="{text} LIKE_REGEXPR {pattern}",
        full="{text} LIKE_REGEXPR {pattern}",
        is_json="",
        catalog="SYS.TABLE_COLUMNS",
        names=("COLUMN_NAME", "POSITION", "DATA_TYPE_NAME", "IS_NULLABLE"),
        of_table="TABLE_NAME = {table} AND SCHEMA_NAME = {schema}",
        default_schema="CURRENT_SCHEMA",
        upper=True,
        lookaround=True,
        deviation="STDDEV({value})",
        variance="VAR({value})",
    ),
    "mssql": Syntax(
        text="NVARCHAR(4000)",
        length="LEN({text})",
        number="TRY_CAST({text} AS FLOAT)",
        ago="DATEADD(SECOND, -{seconds}, SYSDATETIME())",
        now="SYSDATETIME()",
        found="",
        full="",
        is_json="ISJSON({text}) = 1",
        catalog="INFORMATION_SCHEMA.COLUMNS",
        names=("COLUMN_NAME", "ORDINAL_POSITION", "DATA_TYPE", "IS_NULLABLE"),
        of_table="TABLE_NAME = {table} AND TABLE_SCHEMA = {schema}",
        default_schema="SCHEMA_NAME()",
        modulo="{left} % {right}",
        log="LOG({value})",
        deviation="STDEV({value})",
        variance="VAR({value})",
        quantile="PERCENTILE_{kind}({share}) WITHIN GROUP (ORDER BY {value}) OVER ()",
        quantile_is_window=True,
    ),
}
