"""Rules that a model writes: its answer parsed tolerantly, each rule checked against the table, faults sent back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.copilot.model.prompts import DATA_RULE, Rendered, data, prompt
from services.copilot.quality.checking import MODEL, checked
from services.copilot.quality.rule import RULE_TYPES, Rule
from services.copilot.quality.trying import try_rules
from services.copilot.quality.wording.mentions import Described
from services.copilot.quality.wording.words import domains
from services.copilot.sql.schema_index import TableInfo

MOST_RULES = 50
_MOST_COLUMNS = 400
_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Proposed:
    """What of a model's answer holds: rules with statements; what it could not read; warnings about columns."""

    rules: list[Rule] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def system_prompt(table: TableInfo, columns: Sequence[Described], dialect: str) -> Rendered:
    lines = [f"table {table.name}"]
    lines += [
        f"{each.name} {each.type}{f' -- {each.description[:200]}' if each.description else ''}" for each in columns
    ]
    known = "; ".join(f"{row['name']} {row['pattern']}" for row in domains() if "pattern" in row)
    return prompt("services.copilot.quality", "rules.md").render(
        data_rule=DATA_RULE,
        dialect=dialect,
        domains=known,
        schema=data("schema", "\n".join(lines[: _MOST_COLUMNS + 1])),
    )


def user_turn(clauses: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> str:
    """The clauses that the grammar could not read, and a few sample rows, both fenced."""
    told = data("description", "\n".join(clauses))
    rows = "\n".join(json.dumps(row, ensure_ascii=False, default=str)[:500] for row in sample[:5])
    return f"{told}\n{data('sample_rows', rows)}" if rows else told


def proposed(
    text: str, table: TableInfo, dialect: str, rows: Sequence[Mapping[str, Any]]
) -> tuple[Proposed | None, list[str]]:
    """The rules in an answer that hold, and what is wrong with the rest. None where it is no JSON of the form."""
    answer = _parsed(text)
    if answer is None:
        return None, ['The answer is no JSON object of the form {"rules": [...], "unread": [...]}.']
    found, problems = Proposed(unread=[str(each)[:500] for each in _list(answer.get("unread"))]), []
    for number, item in enumerate(_list(answer.get("rules"))[:MOST_RULES], 1):
        rule, problem = _rule(item)
        if rule is None:
            problems.append(f"rule {number}: {problem}")
            continue
        result = checked(rule, table, dialect, MODEL)
        problem = result.refusal or "; ".join(result.warnings) or _fails_to_run(result.rule, table, dialect, rows)
        if problem:
            problems.append(f"rule {number} ({rule.type} {rule.column}): {problem}")
        if result.rule is not None and not (problem and not result.warnings):
            found.rules.append(result.rule)
            found.warnings.extend(result.warnings)
    return found, problems


def _fails_to_run(rule: Rule | None, table: TableInfo, dialect: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Why a rule with SQL of the model's own does not run on the sample; "" where it does or there is none."""
    if rule is None or not rows or not {"condition", "query", "where"} & set(rule.parameters):
        return ""
    (tried,) = try_rules([rule], table, dialect, rows)
    return tried.error


def _parsed(text: str) -> Mapping[str, Any] | None:
    """The first JSON object or list of rules in a text, in a fence or bare, with commas too many overlooked."""
    fenced = _FENCE.search(text)
    body = fenced[1] if fenced else text
    starts = [at for at in (body.find("{"), body.find("[")) if at >= 0]
    if not starts:
        return None
    body = re.sub(r",(\s*[}\]])", r"\1", body[min(starts) :])
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, list):
        return {"rules": found}
    return found if isinstance(found, dict) and ("rules" in found or "unread" in found) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _rule(item: Any) -> tuple[Rule | None, str]:
    if not isinstance(item, dict):
        return None, "it is no object"
    kind, column, parameters = str(item.get("type", "")).upper(), item.get("column") or "", item.get("parameters") or {}
    if kind not in RULE_TYPES:
        return None, f"type {item.get('type')!r} is none of {', '.join(RULE_TYPES)}"
    if not isinstance(column, str) or not isinstance(parameters, dict):
        return None, "column is a text, parameters are an object"
    severity = "warning" if item.get("severity") == "warning" else "error"
    return Rule(kind, column, parameters, str(item.get("description", ""))[:500], severity), ""
