"""SqlType codes of columns and ParamType codes of job parameters. Source: ODBC's SQL type numbers; DataStage Designer
Guide, "Job parameters"."""

from __future__ import annotations

SQL_TYPES = {
    "1": "char",
    "2": "numeric",
    "3": "decimal",
    "4": "integer",
    "5": "smallint",
    "6": "float",
    "7": "real",
    "8": "double",
    "9": "date",
    "10": "time",
    "11": "timestamp",
    "12": "varchar",
    "91": "date",
    "92": "time",
    "93": "timestamp",
    "-1": "long varchar",
    "-2": "binary",
    "-3": "varbinary",
    "-4": "blob",
    "-5": "bigint",
    "-6": "tinyint",
    "-7": "boolean",
    "-8": "nchar",
    "-9": "nvarchar",
    "-10": "nclob",
    "-95": "nchar",
    "-96": "nvarchar",
    "-97": "nclob",
}
PARAMETER_TYPES = {
    "0": "string",
    "1": "string",
    "2": "bigint",
    "3": "double",
    "4": "string",
    "5": "string",
    "6": "date",
    "7": "time",
}
ENCRYPTED = "1"
SET_OF_PARAMETERS = "13"
