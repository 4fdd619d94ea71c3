"""SAP HANA 2.0, by its documentation; nothing here has been executed by this project."""

from __future__ import annotations

OPERATIONS: dict[str, str] = {
    # text
    "length": "LENGTH({s})",
    "ascii": "UNICODE({s})",
    "chr": "NCHAR({n})",
    "reverse": "REVERSE({s})",
    "soundex": "SOUNDEX({s})",
    "position": "LOCATE({s}, {x})",
    "position_from": "LOCATE({s}, {x}, {n})",
    "position_nth": "LOCATE({s}, {x}, {n}, {k})",
    "substring": "SUBSTRING({s}, {n}, {m})",
    "to_position": "TO_INTEGER(ROUND({n}))",
    "narrow": "TO_INTEGER({n})",
    # numbers
    "exact": "CAST({n} AS DECIMAL(38, 10))",
    "exact_double": "TO_DOUBLE({n})",
    "round_to_integer": "TO_BIGINT(ROUND({n}))",
    "log_base": "LOG({m}, {n})",
    "cosh": "COSH({n})",
    "sinh": "SINH({n})",
    "tanh": "TANH({n})",
    # conversions
    "integer_to_text": "TO_NVARCHAR({n})",
    "any_to_text": "TO_NVARCHAR({n})",
    "date_to_default_text": "TO_NVARCHAR({d}, 'MM/DD/YYYY HH24:MI:SS.FF6')",
    "write_date": "TO_NVARCHAR({d}, {f})",
    "write_MON": "INITCAP(TO_NVARCHAR({d}, 'MON'))",
    "write_D": "TO_NVARCHAR(MOD(WEEKDAY({d}) + 1, 7) + 1)",
    "read_date": "TO_TIMESTAMP({s}, {f})",
    "read_day": "TO_TIMESTAMP({s}, {f})",
    "read_own": "TO_TIMESTAMP({s}, {f})",
    "is_spaces": "{s} LIKE_REGEXPR '^\\s+$'",
    "is_number": "{s} LIKE_REGEXPR '^\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*$'",
    # dates
    "now": "CURRENT_TIMESTAMP",
    "to_timestamp_type": "TO_TIMESTAMP({d})",
    **{f"add_{u}": f"ADD_{u.upper()}({{d}}, {{n}})" for u in ("years", "months", "days", "seconds")},
    "add_hours": "ADD_SECONDS({d}, 3600 * {n})",
    "add_minutes": "ADD_SECONDS({d}, 60 * {n})",
    "truncate_day": "TO_TIMESTAMP(TO_DATE({d}))",
    "truncate_month": "SERIES_ROUND({d}, 'INTERVAL 1 MONTH', ROUND_DOWN)",
    "truncate_year": "SERIES_ROUND({d}, 'INTERVAL 1 YEAR', ROUND_DOWN)",
    "truncate_hour": "SERIES_ROUND({d}, 'INTERVAL 1 HOUR', ROUND_DOWN)",
    "truncate_minute": "SERIES_ROUND({d}, 'INTERVAL 1 MINUTE', ROUND_DOWN)",
    **{f"get_{u}": f"{u.upper()}({{d}})" for u in ("year", "month", "hour", "minute")},
    "get_day": "DAYOFMONTH({d})",
    "get_second": "TO_INTEGER(FLOOR(SECOND({d})))",
    "seconds_between": "NANO100_BETWEEN({e}, {d}) / 10000000.0",
    "whole_days_between": "DAYS_BETWEEN(TO_DATE({e}), TO_DATE({d}))",
    "last_day": "TO_TIMESTAMP(LAST_DAY({d}))",
    # the rest
    "md5": "LOWER(BINTOHEX(HASH_MD5(TO_BINARY({s}))))",
    "stddev": "STDDEV_SAMP({n})",
    "variance": "VAR_SAMP({n})",
    "median": "MEDIAN({n})",
}

WRITE_FORMATS = {
    "YYYY": "YYYY", "YY": "YY", "RR": "YY",
    "MM": "MM", "DD": "DD", "DDD": "DDD", "HH24": "HH24", "HH12": "HH12", "HH": "HH12",
    "MI": "MI", "SS": "SS", "AM": "AM", "PM": "AM", "US": "FF6", "MS": "FF3", "Q": "Q", "SSSSS": "SSSSS",
}  # fmt: skip
READ_FORMATS = {field: written for field, written in WRITE_FORMATS.items() if field not in ("YY", "RR", "Q", "SSSSS")}
READ_FORMATS["MON"] = "MON"


def format_literal(text: str) -> str:
    return text
