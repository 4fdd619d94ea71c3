"""Every function and every built-in name of the transformation language, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from services.migration.expressions.functions import Function
from services.migration.expressions.kinds import DATE, UNKNOWN, Kind
from services.migration.expressions.powercenter import (
    aggregates,
    conditions,
    conversions,
    dates,
    numbers,
    special,
    text,
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        row.name: row
        for module in (aggregates, conditions, conversions, dates, numbers, special, text)
        for row in module.FUNCTIONS
    }
)

# Constants: what an Update Strategy or a Transaction Control expression evaluates to.
CONSTANTS: Mapping[str, int] = MappingProxyType(
    {
        "DD_INSERT": 0,
        "DD_UPDATE": 1,
        "DD_DELETE": 2,
        "DD_REJECT": 3,
        "TC_CONTINUE_TRANSACTION": 0,
        "TC_COMMIT_BEFORE": 1,
        "TC_COMMIT_AFTER": 2,
        "TC_ROLLBACK_BEFORE": 3,
        "TC_ROLLBACK_AFTER": 4,
    }
)

# Built-in variables: the operation that gives them, or why nothing does.
TIMES: Mapping[str, str] = MappingProxyType(
    {"SYSDATE": "now", "SYSTIMESTAMP": "now", "SESSSTARTTIME": "now", "WORKFLOWSTARTTIME": "now"}
)
UNAVAILABLE: Mapping[str, str] = MappingProxyType(
    {
        "PROC_RESULT": "it takes the result of a stored procedure, which is a call and no expression",
        "SPOUTPUT": "it takes an output of a stored procedure, which is a call and no expression",
    }
)


# Date functions accept dates only, so a field of unknown type that stands there is one: places of the dates.
_DATE_PLACES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "ADD_TO_DATE": (0,),
        "DATE_COMPARE": (0, 1),
        "DATE_DIFF": (0, 1),
        "GET_DATE_PART": (0,),
        "LAST_DAY": (0,),
        "SET_DATE_PART": (0,),
    }
)


def expected_kinds(function: str, count: int, expected: Kind) -> tuple[Kind, ...]:
    """The kind each of a function's arguments has to have, `unknown` where several will do."""
    places = _DATE_PLACES.get(function, ())
    if (function == "TO_CHAR" and count == 2) or (function in ("TRUNC", "ROUND") and expected == DATE):
        places = (0,)
    return tuple(DATE if place in places else UNKNOWN for place in range(count))
