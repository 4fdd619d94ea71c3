"""Names of rules: lower snake case, unique in a reply."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from services.copilot.quality.rule import Rule
from services.copilot.quality.wording.words import split_name

_ENDINGS = {
    "NOT_NULL": "not_null",
    "UNIQUE": "unique",
    "RANGE": "range",
    "REGEX": "format",
    "ROW_COUNT": "row_count",
    "CUSTOM_SQL": "check",
    "FRESHNESS": "freshness",
    "COMPLETENESS": "completeness",
    "SCHEMA_MATCH": "schema",
    "STATISTICAL": "statistics",
}
_MOST = 60


def named(rules: Iterable[Rule]) -> list[Rule]:
    """The rules with names: the columns and the kind; `_2` and so on where one is taken."""
    seen: Counter[str] = Counter()
    found = []
    for rule in rules:
        name = rule.name or _name(rule)
        seen[name] += 1
        found.append(replace(rule, name=name if seen[name] == 1 else f"{name}_{seen[name]}"))
    return found


def _name(rule: Rule) -> str:
    ending = _ENDINGS[rule.type]
    if "values" in rule.parameters and rule.type == "RANGE":
        ending = "values"
    if rule.parameters.get("measure") and rule.type == "STATISTICAL":
        ending = str(rule.parameters["measure"])
    words = [word for column in (rule.columns() or ("table",)) for word in split_name(column)]
    plain = re.sub(r"[^0-9a-z_]", "", "_".join(words))[:_MOST].strip("_") or "column"
    return f"{plain}_{ending}"
