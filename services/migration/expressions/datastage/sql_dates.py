"""SQL of dates and times, for DuckDB and PostgreSQL; see `sql.py`."""

from __future__ import annotations

from collections.abc import Mapping

DATES: Mapping[str, str | Mapping[str, str]] = {
    "date_text": {
        "duckdb": "STRFTIME({d}, '%Y-%m-%d')",
        "postgresql": "TO_CHAR({d}, 'YYYY-MM-DD')",
    },
    "timestamp_text": {
        "duckdb": "STRFTIME({d}, '%Y-%m-%d %H:%M:%S')",
        "postgresql": "TO_CHAR({d}, 'YYYY-MM-DD HH24:MI:SS')",
    },
    "time_text": {
        "duckdb": "LEFT(CAST({t} AS VARCHAR), 8)",
        "postgresql": "LEFT(CAST({t} AS TEXT), 8)",
    },
    "time_as_timestamp": "DATE '2000-01-01' + {t}",
    "days_after": "{d} + CAST({n} AS INTEGER)",
    "days_between": "CAST({d} - {e} AS BIGINT)",
    "julian_day": "CAST({d} - DATE '2000-01-01' AS BIGINT) + 2451545",
    "from_julian_day": "DATE '2000-01-01' + CAST({n} - 2451545 AS INTEGER)",
    "make_date": {
        "duckdb": "MAKE_DATE(CAST({y} AS BIGINT), CAST({m} AS BIGINT), CAST({d} AS BIGINT))",
        "postgresql": "MAKE_DATE(CAST({y} AS INT), CAST({m} AS INT), CAST({d} AS INT))",
    },
    "make_time": {
        "duckdb": "MAKE_TIME(CAST({h} AS BIGINT), CAST({m} AS BIGINT), {s} + {u} / 1000000.0)",
        "postgresql": (
            "MAKE_TIME(CAST({h} AS INT), CAST({m} AS INT), CAST({s} + {u} / 1000000.0 AS DOUBLE PRECISION))"
        ),
    },
    "offset_date": {
        "duckdb": ("CAST({d} + TO_MONTHS(CAST(12 * {y} + {m} AS INTEGER)) + TO_DAYS(CAST({n} AS INTEGER)) AS DATE)"),
        "postgresql": ("CAST({d} + MAKE_INTERVAL(CAST({y} AS INT), CAST({m} AS INT), 0, CAST({n} AS INT)) AS DATE)"),
    },
    "offset_timestamp": {
        "duckdb": ("{d} + TO_MONTHS(CAST(12 * {y} + {m} AS INTEGER)) + TO_DAYS(CAST({n} AS INTEGER))"),
        "postgresql": "{d} + MAKE_INTERVAL(CAST({y} AS INT), CAST({m} AS INT), 0, CAST({n} AS INT))",
    },
    "seconds_after": {
        "duckdb": "{d} + TO_MICROSECONDS(CAST(ROUND(CAST({n} AS DOUBLE) * 1000000) AS BIGINT))",
        "postgresql": "{d} + {n} * INTERVAL '1 SECOND'",
    },
    "seconds_between": {
        "duckdb": "(EPOCH_US({d}) - EPOCH_US({e})) / 1000000.0",
        "postgresql": "EXTRACT(EPOCH FROM {d} - {e})",
    },
    "days_in_month": {
        "duckdb": "DAY(LAST_DAY({d}))",
        "postgresql": (
            "CAST(EXTRACT(DAY FROM DATE_TRUNC('month', {d}) + INTERVAL '1 MONTH' - INTERVAL '1 DAY') AS INT)"
        ),
    },
    "days_in_year": {
        "duckdb": "DAYOFYEAR(MAKE_DATE(YEAR({d}), 12, 31))",
        "postgresql": "CAST(EXTRACT(DOY FROM MAKE_DATE(CAST(EXTRACT(YEAR FROM {d}) AS INT), 12, 31)) AS INT)",
    },
    "weekday": {
        "duckdb": "DAYOFWEEK({d})",
        "postgresql": "CAST(EXTRACT(DOW FROM {d}) AS INT)",
    },
    "weekday_from": {
        "duckdb": "(DAYOFWEEK({d}) + {n}) % 7",
        "postgresql": "MOD(CAST(EXTRACT(DOW FROM {d}) AS INT) + {n}, 7)",
    },
    "year_day": {
        "duckdb": "DAYOFYEAR({d})",
        "postgresql": "CAST(EXTRACT(DOY FROM {d}) AS INT)",
    },
    "year_week": {
        "duckdb": "(DAYOFYEAR({d}) + 6) // 7",
        "postgresql": "(CAST(EXTRACT(DOY FROM {d}) AS INT) + 6) / 7",
    },
    "next_weekday": {
        "duckdb": "{d} + CAST(({n} - DAYOFWEEK({d}) + 7) % 7 AS INTEGER)",
        "postgresql": "{d} + MOD({n} - CAST(EXTRACT(DOW FROM {d}) AS INT) + 7, 7)",
    },
    "previous_weekday": {
        "duckdb": "{d} - CAST((DAYOFWEEK({d}) - {n} + 7) % 7 AS INTEGER)",
        "postgresql": "{d} - MOD(CAST(EXTRACT(DOW FROM {d}) AS INT) - {n} + 7, 7)",
    },
    "year": {
        "duckdb": "YEAR({d})",
        "postgresql": "CAST(EXTRACT(YEAR FROM {d}) AS INT)",
    },
    "month": {
        "duckdb": "MONTH({d})",
        "postgresql": "CAST(EXTRACT(MONTH FROM {d}) AS INT)",
    },
    "month_day": {
        "duckdb": "DAY({d})",
        "postgresql": "CAST(EXTRACT(DAY FROM {d}) AS INT)",
    },
    "hours": {
        "duckdb": "HOUR({t})",
        "postgresql": "CAST(EXTRACT(HOUR FROM {t}) AS INT)",
    },
    "minutes": {
        "duckdb": "MINUTE({t})",
        "postgresql": "CAST(EXTRACT(MINUTE FROM {t}) AS INT)",
    },
    "seconds": {
        "duckdb": "MICROSECOND({t}) / 1000000.0",
        "postgresql": "CAST(MOD(CAST(EXTRACT(EPOCH FROM {t}) AS DECIMAL(18, 6)), 60) AS DOUBLE PRECISION)",
    },
    "microseconds": {
        "duckdb": "MICROSECOND({t}) % 1000000",
        "postgresql": "MOD(CAST(EXTRACT(MICROSECONDS FROM {t}) AS INT), 1000000)",
    },
    "midnight_seconds": (
        "CAST(EXTRACT(HOUR FROM {t}) * 3600 + EXTRACT(MINUTE FROM {t}) * 60 + FLOOR(EXTRACT(SECOND FROM {t})) "
        "AS BIGINT)"
    ),
    "midnight_seconds_exactly": {
        "duckdb": "EXTRACT(HOUR FROM {t}) * 3600 + EXTRACT(MINUTE FROM {t}) * 60 + MICROSECOND({t}) / 1000000.0",
        "postgresql": "CAST(EXTRACT(EPOCH FROM {t}) AS DOUBLE PRECISION)",
    },
    "from_midnight": {
        "duckdb": "TIME '00:00:00' + TO_MICROSECONDS(CAST(ROUND(CAST({n} AS DOUBLE) * 1000000) AS BIGINT))",
        "postgresql": "TIME '00:00:00' + {n} * INTERVAL '1 SECOND'",
    },
    "time_after": {
        "duckdb": "{t} + TO_MICROSECONDS(CAST(ROUND(CAST({n} AS DOUBLE) * 1000000) AS BIGINT))",
        "postgresql": "{t} + {n} * INTERVAL '1 SECOND'",
    },
    "date_and_time": "{d} + {t}",
    "epoch_seconds": {
        "duckdb": "CAST(FLOOR(EPOCH({d})) AS BIGINT)",
        "postgresql": "CAST(FLOOR(EXTRACT(EPOCH FROM {d})) AS BIGINT)",
    },
    "today": "CAST(LOCALTIMESTAMP AS DATE)",
    "time_now": "CAST(DATE_TRUNC('second', LOCALTIMESTAMP) AS TIME)",
    "time_now_exactly": "CAST(LOCALTIMESTAMP AS TIME)",
    "timestamp_now": "DATE_TRUNC('second', LOCALTIMESTAMP)",
    "time_and_date": {
        "duckdb": "STRFTIME(LOCALTIMESTAMP, '%H:%M:%S %d %b %Y')",
        "postgresql": "TO_CHAR(LOCALTIMESTAMP, 'HH24:MI:SS DD Mon YYYY')",
    },
    "internal_date": "CAST({d} - DATE '1967-12-31' AS BIGINT)",
    "from_internal_date": "DATE '1967-12-31' + CAST({n} AS INTEGER)",
}
