"""Operations that are the same SQL in every dialect that does not say otherwise."""

from __future__ import annotations

OPERATIONS: dict[str, str] = {
    "upper": "UPPER({s})",
    "lower": "LOWER({s})",
    "ltrim": "LTRIM({s})",
    "rtrim": "RTRIM({s})",
    "ltrim_set": "LTRIM({s}, {x})",
    "rtrim_set": "RTRIM({s}, {x})",
    "replace": "REPLACE({s}, {x}, {y})",
    "substring": "SUBSTRING({s}, {n}, {m})",
    "substring_rest": "SUBSTRING({s}, {n})",
    "left": "LEFT({s}, {n})",
    "right": "RIGHT({s}, {n})",
    "lpad": "LPAD({s}, {n}, {x})",
    "rpad": "RPAD({s}, {n}, {x})",
    "join_text": "{s} || {t}",
    "abs": "ABS({n})",
    "ceil": "CEIL({n})",
    "floor": "FLOOR({n})",
    "sign": "SIGN({n})",
    "exp": "EXP({n})",
    "ln": "LN({n})",
    "sqrt": "SQRT({n})",
    "power": "POWER({n}, {m})",
    "cos": "COS({n})",
    "sin": "SIN({n})",
    "tan": "TAN({n})",
    "cosh": "(EXP({n}) + EXP(-{n})) / 2.0",
    "sinh": "(EXP({n}) - EXP(-{n})) / 2.0",
    "tanh": "(EXP({n}) - EXP(-{n})) / (EXP({n}) + EXP(-{n}))",
    "modulo": "MOD({n}, {m})",
    "modulo_integer": "MOD({n}, {m})",
    "power_any": "POWER({n}, CASE WHEN {n} < 0 THEN ROUND({m}, 0) ELSE {m} END)",
    "exact": "CAST({n} AS DECIMAL(38, 10))",
    "exact_double": "CAST({n} AS DOUBLE PRECISION)",
    "round_number": "ROUND({n}, {m})",
    "to_timestamp_type": "CAST({d} AS TIMESTAMP)",
    "now": "CURRENT_TIMESTAMP",
    "integer_to_text": "CAST({n} AS VARCHAR(20))",
    # r: rate, a: number of periods, b: payment, c: present value, t: 1 where payments come first
    "future_value": (
        "CASE WHEN {r} = 0 THEN -({c} + {b} * {a}) "
        "ELSE -({c} * POWER(1 + {r}, {a}) + {b} * (1 + {r} * {t}) * (POWER(1 + {r}, {a}) - 1) / {r}) END"
    ),
    # c: future value
    "present_value": (
        "CASE WHEN {r} = 0 THEN -({c} + {b} * {a}) "
        "ELSE -({c} + {b} * (1 + {r} * {t}) * (POWER(1 + {r}, {a}) - 1) / {r}) / POWER(1 + {r}, {a}) END"
    ),
    # a: number of periods, b: present value, c: future value
    "payment": (
        "CASE WHEN {r} = 0 THEN -({b} + {c}) / {a} "
        "ELSE -({b} * POWER(1 + {r}, {a}) + {c}) * {r} / ((1 + {r} * {t}) * (POWER(1 + {r}, {a}) - 1)) END"
    ),
    # a: present value, b: payment, c: future value
    "periods": (
        "CASE WHEN {r} = 0 THEN -({a} + {c}) / {b} "
        "ELSE LN(({b} * (1 + {r} * {t}) - {c} * {r}) / ({b} * (1 + {r} * {t}) + {a} * {r})) / LN(1 + {r}) END"
    ),
    "sum": "SUM({n})",
    "avg": "AVG({n})",
    "min": "MIN({n})",
    "max": "MAX({n})",
    "count": "COUNT({n})",
    "count_rows": "COUNT(*)",
}
