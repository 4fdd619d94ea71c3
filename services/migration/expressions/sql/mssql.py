"""SQL Server 2022 and later, by its documentation; nothing here has been executed by this project."""

from __future__ import annotations

OPERATIONS: dict[str, str] = {
    # text
    "length": "LEN({s} + 'x') - 1",  # LEN leaves trailing blanks out
    "ascii": "UNICODE({s})",
    "chr": "NCHAR({n})",
    "reverse": "REVERSE({s})",
    "soundex": "SOUNDEX({s})",
    "position": "CHARINDEX({x}, {s} COLLATE Latin1_General_BIN2)",
    "position_from": "CHARINDEX({x}, {s} COLLATE Latin1_General_BIN2, {n})",
    "replace": "REPLACE({s} COLLATE Latin1_General_BIN2, {x}, {y})",
    "substring_rest": "SUBSTRING({s}, {n}, 2147483647)",
    "substring_anywhere": (
        "CASE WHEN {n} >= 0 THEN SUBSTRING({s}, CASE WHEN {n} = 0 THEN 1 ELSE {n} END, {m}) "
        "ELSE LEFT(RIGHT({s}, -{n}), {m}) END"
    ),
    "substring_anywhere_rest": (
        "CASE WHEN {n} >= 0 THEN SUBSTRING({s}, CASE WHEN {n} = 0 THEN 1 ELSE {n} END, 2147483647) "
        "ELSE RIGHT({s}, -{n}) END"
    ),
    # LEN is safe inside: the text of a pad that is too long ends in x
    "lpad": (
        "CASE WHEN {n} < LEN({s} + 'x') - 1 THEN LEFT({s}, {n}) "
        "ELSE LEFT(REPLICATE({x}, {n}), {n} - (LEN({s} + 'x') - 1)) + {s} END"
    ),
    "rpad": "LEFT({s} + REPLICATE({x}, {n}), {n})",
    "join_text": "{s} + {t}",
    "to_position": "CAST(ROUND({n}, 0) AS INT)",
    "narrow": "CAST({n} AS INT)",
    # numbers
    "ceil": "CEILING({n})",
    "exact": "CAST({n} AS DECIMAL(38, 10))",
    "exact_double": "CAST({n} AS FLOAT)",
    "modulo": "CAST({n} AS DECIMAL(38, 10)) % CAST({m} AS DECIMAL(38, 10))",  # % takes no FLOAT
    "modulo_integer": "{n} % {m}",
    "trunc_number": "ROUND({n}, {m}, 1)",
    "round_to_integer": "CAST(ROUND({n}, 0) AS BIGINT)",
    "truncate_to_integer": "CAST(ROUND({n}, 0, 1) AS BIGINT)",
    "ln": "LOG({n})",
    "log_base": "LOG({n}, {m})",
    "power": "POWER(CAST({n} AS FLOAT), {m})",
    "power_any": "POWER(CAST({n} AS FLOAT), CASE WHEN {n} < 0 THEN ROUND({m}, 0) ELSE {m} END)",
    # conversions
    "integer_to_text": "CAST({n} AS VARCHAR(20))",
    "is_spaces": (
        "CASE WHEN {s} IS NULL THEN NULL WHEN LEN({s} + 'x') > 1 AND LEN(TRANSLATE({s}, "
        "CONCAT(CHAR(9), CHAR(10), CHAR(11), CHAR(12), CHAR(13)), '     ')) = 0 THEN 1 ELSE 0 END = 1"
    ),
    "write_date": "FORMAT({d}, {f}, 'en-US')",
    "write_D": "CAST((DATEPART(WEEKDAY, {d}) + @@DATEFIRST - 1) % 7 + 1 AS VARCHAR(1))",
    "write_Q": "CAST(DATEPART(QUARTER, {d}) AS VARCHAR(1))",
    "write_DDD": "RIGHT('00' + CAST(DATEPART(DAYOFYEAR, {d}) AS VARCHAR(3)), 3)",
    "date_to_default_text": "FORMAT({d}, 'MM/dd/yyyy HH:mm:ss.ffffff', 'en-US')",
    "any_to_text": "CAST({n} AS VARCHAR(4000))",
    # dates
    "now": "SYSDATETIME()",
    "to_timestamp_type": "CAST({d} AS DATETIME2)",
    **{
        f"add_{u}s": f"DATEADD({u}, {{n}}, {{d}})"
        for u in ("year", "month", "day", "hour", "minute", "second", "millisecond", "microsecond", "nanosecond")
    },
    **{
        f"truncate_{u}": f"DATETRUNC({u}, {{d}})"
        for u in ("year", "month", "day", "hour", "minute", "second", "millisecond", "microsecond")
    },
    "truncate_nanosecond": "{d}",
    "round_year": "DATETRUNC(year, DATEADD(month, 6, {d}))",
    "round_month": "DATETRUNC(month, CASE WHEN DAY({d}) >= 16 THEN DATEADD(day, 16, {d}) ELSE {d} END)",
    "round_day": "DATETRUNC(day, DATEADD(hour, 12, {d}))",
    "round_hour": "DATETRUNC(hour, DATEADD(minute, 30, {d}))",
    "round_minute": "DATETRUNC(minute, DATEADD(second, 30, {d}))",
    "round_second": "DATETRUNC(second, DATEADD(millisecond, 500, {d}))",
    **{
        f"get_{u}": f"DATEPART({u}, {{d}})"
        for u in ("year", "month", "day", "hour", "minute", "second", "millisecond", "microsecond")
    },
    "seconds_between": "DATEDIFF_BIG(microsecond, {e}, {d}) / 1000000.0",
    "whole_days_between": "DATEDIFF(day, {e}, {d})",
    "make_timestamp": "DATETIME2FROMPARTS({y}, {m}, {d}, {h}, {i}, {s}, 0, 6)",
    "last_day": "CAST(EOMONTH({d}) AS DATETIME2)",
    # the rest
    "md5": "LOWER(CONVERT(VARCHAR(32), HASHBYTES('MD5', CAST({s} AS VARCHAR(MAX))), 2))",
    "avg": "AVG(CAST({n} AS FLOAT))",
    "stddev": "STDEV({n})",
    "variance": "VAR({n})",
}

WRITE_FORMATS = {
    "YYYY": "yyyy", "YY": "yy", "RR": "yy", "MM": "MM", "MON": "MMM", "MONTH": "MMMM", "DD": "dd", "DAY": "dddd",
    "DY": "ddd", "HH24": "HH", "HH12": "hh", "HH": "hh", "MI": "mm", "SS": "ss", "AM": "tt", "PM": "tt", "MS": "fff",
    "US": "ffffff",
}  # fmt: skip
READ_FORMATS: dict[str, str] = {}


def format_literal(text: str) -> str:
    """Anything FORMAT could take for a field or a separator of the culture is escaped."""
    return "".join(c if c in " -_" else f"\\{c}" for c in text)
