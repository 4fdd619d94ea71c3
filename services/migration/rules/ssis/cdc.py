"""CDC Source: the changes between two positions that a CDC Control Task keeps in a state variable.

Source: "CDC Source", which says what it reads as a query: the functions of change data capture, between the positions
CS and CE of the state.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.migration.ast import Setting
from services.migration.expressions.ssis.names import parameter_name
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.ssis import frame, places, sources
from services.migration.rules.steps.context import StepContext

MODES: Mapping[str, tuple[str, str]] = {
    "all": ("all", "all"),
    "allwitholdvalues": ("all", "all update old"),
    "net": ("net", "all"),
    "netwithupdatemask": ("net", "all with mask"),
    "netwithmerge": ("net", "all with merge"),
}
"""`CdcProcessingMode` → the function, and which rows it gives."""
OF_STATE = 0.79
_CHANGED = re.compile(r"__\$(.+)__Changed\Z")
_REPROCESSED = "__$reprocessing"
_SPACE = re.compile(r"[\s_]+")


def source(context: StepContext) -> Outcome:
    settings = context.settings
    state, instance = settings.get("StateVariable").strip(), settings.get("CaptureInstance").strip()
    if not state or not instance:
        missing = "capture instance" if state else "variable for its state"
        raise NotConvertible(f"it names no {missing}", "Choose it in the component.")
    function, rows = _mode(settings.get("CdcProcessingMode", "0"))
    output = sources.first_output(context)
    chosen = ", ".join(dict.fromkeys(_column(one, instance) for one in frame.columns(output)))
    name = parameter_name(state)
    first, last = (_position(name, mark) for mark in ("CS", "CE"))
    called = f"cdc.[fn_cdc_get_{function}_changes_{instance.replace(']', ']]')}]"
    changes = f"{called}(sys.fn_cdc_increment_lsn({first}), {last}, N'{rows}')"
    query = " ".join(("SELECT", chosen, "FROM", changes))
    context.parameters[name] = None
    context.warn(
        f"It reads the changes between the positions CS and CE of {state}, which a CDC Control Task sets: keep that "
        "state where the pipeline runs, and hand it over as a parameter.",
        confidence=OF_STATE,
    )
    config: dict[str, Any] = {**places.connection(context), "query": query, "dialect": "mssql"}
    return sources.described(context, places.connector(context, "mssql"), config, output)


def _mode(text: str) -> tuple[str, str]:
    """The mode by its name, or by its place in the list of them."""
    listed = list(MODES)
    number = frame.number(text, -1)
    name = listed[number] if 0 <= number < len(listed) else _SPACE.sub("", text.lower())
    if name not in MODES:
        raise NotConvertible(f"its mode {text} is not known", "Choose its mode in the component.")
    return MODES[name]


def _column(setting: Setting, instance: str) -> str:
    name = setting.get("name")
    if name.lower() == _REPROCESSED:
        raise NotConvertible(
            f"its column {name} compares the positions with those of the first load",
            "Leave the column out, or compute it from the state.",
        )
    changed = _CHANGED.match(name)
    quoted = f"[{name.replace(']', ']]')}]"
    if changed is None:
        return quoted
    of = "', N'".join(part.replace("'", "''") for part in (instance, changed[1]))
    return f"sys.fn_cdc_is_bit_set(sys.fn_cdc_get_column_ordinal(N'{of}'), [__$update_mask]) AS {quoted}"


def _position(name: str, mark: str) -> str:
    """A position of the state, `…/CS/0x…/…`, as a number of the log."""
    start = f"CHARINDEX('/{mark}/', :{name}) + {len(mark) + 2}"
    return f"CONVERT(binary(10), '0x' + LEFT(REPLACE(SUBSTRING(:{name}, {start}, 22), '0x', ''), 20), 1)"
