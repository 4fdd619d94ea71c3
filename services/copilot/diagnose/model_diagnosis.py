"""A model's diagnosis of what the catalogue does not know, checked against the log and the SQL parser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.copilot.confidence import Factor
from services.copilot.diagnose.catalogue import CATEGORIES, catalogue
from services.copilot.diagnose.diagnosis import Diagnosis, Question
from services.copilot.diagnose.secrets import without_secrets
from services.copilot.diagnose.wording import Remedy
from services.copilot.language import LANGUAGES
from services.copilot.model.client import Checked
from services.copilot.model.exchange import Exchange
from services.copilot.model.json_text import first_json
from services.copilot.model.prompts import DATA_RULE, data, prompt
from services.copilot.sql.validate import validate
from services.copilot.surroundings import Surroundings

TEMPERATURE = 0.1
SECONDS = 60.0
MOST_FIXES = 5
MOST_YAML = 8000
_DIALECTS = ("snowflake", "teradata", "postgresql", "sap_hana", "mssql")
_WARNED = {"en": "Look twice, this changes or removes data: ", "pl": "Uwaga, to zmienia lub usuwa dane: "}


async def ask_model(around: Surroundings, question: Question, known: Diagnosis, exchange: Exchange) -> Diagnosis | None:
    """The model's diagnosis; None where its answer cannot be read. Raises ModelUnavailable."""
    system = catalogue().systems.get(known.system)
    dialect = system.dialect if system and system.dialect in _DIALECTS else ""
    rendered = prompt(__package__, "diagnosis.md").render(
        language=LANGUAGES[question.language],
        data_rule=DATA_RULE,
        categories=", ".join(CATEGORIES),
        dialect=dialect or "plain SQL",
    )
    excerpt = f"{without_secrets(question.message[:4000])}\n{known.excerpt}".strip()

    async def check(text: str) -> tuple[dict[str, Any] | None, Sequence[str]]:
        row = first_json(text, dict)
        if row is None:
            return None, ["the answer is no JSON object"]
        return row, await around.workers.run_cpu(problems, row, excerpt, dialect)

    asked = data("log", excerpt)
    if question.yaml:
        asked += "\n" + data("pipeline", without_secrets(question.yaml[:MOST_YAML]))
    answer = await around.model.checked(
        rendered, asked, check, exchange, purpose="diagnose", temperature=TEMPERATURE, seconds=SECONDS
    )
    if not answer.value or not str(answer.value.get("root_cause", "")).strip():
        return None
    return await around.workers.run_cpu(worded, answer, known, excerpt, dialect, question.language)


def problems(row: dict[str, Any], excerpt: str, dialect: str) -> list[str]:
    """What is wrong with an answer, as sentences to send back."""
    found = []
    if row.get("category") not in CATEGORIES:
        found.append(f"category must be one of {', '.join(CATEGORIES)}")
    if not str(row.get("root_cause", "")).strip():
        found.append("root_cause is missing")
    concerned = str(row.get("object") or "")
    if concerned.lower() not in excerpt.lower():
        found.append("object does not stand in the log")
    fixes = row.get("fixes")
    if not isinstance(fixes, list) or not all(isinstance(fix, dict) and fix.get("title") for fix in fixes):
        return [*found, "fixes must be an array of objects with a title"]
    for number, fix in enumerate(fixes, 1):
        wrong = _wrong(str(fix.get("sql") or ""), dialect, marked=fix.get("destructive") is True)
        found += [f"fix {number}: {wrong}"] if wrong else []
    return found


def _wrong(sql: str, dialect: str, *, marked: bool) -> str:
    """Why the SQL of a fix is not passed on; "" where it is."""
    if not sql.strip():
        return ""
    checked = validate(sql, dialect or "postgresql", None)
    if any(finding.code == "SYNTAX_ERROR" for finding in checked.errors):
        return "its SQL does not parse"
    return "" if checked.is_read_only or marked else "its SQL changes something and is not marked destructive"


def worded(answer: Checked[dict[str, Any]], known: Diagnosis, excerpt: str, dialect: str, language: str) -> Diagnosis:
    """The answer as a diagnosis: without an object that the log lacks, without SQL that fails its check."""
    row = answer.value or {}
    category = row.get("category") if row.get("category") in CATEGORIES else known.category
    concerned = str(row.get("object") or "")
    fixes = (
        [fix for fix in row.get("fixes") or () if isinstance(fix, dict)] if isinstance(row.get("fixes"), list) else []
    )
    sure = 0.6 if not answer.problems else 0.3
    factors = [Factor("model", 0.6, "a model's reading of the log")]
    if answer.problems:
        factors.append(Factor("unchecked", -0.3, "; ".join(answer.problems)[:300]))
    return replace(
        known,
        category=str(category),
        root_cause=without_secrets(str(row.get("root_cause", "")).strip()[:500]),
        explanation=without_secrets(str(row.get("explanation") or "").strip()[:3000]),
        object=concerned[:300] if concerned.lower() in excerpt.lower() else "",
        remedies=[_remedy(fix, dialect, language, sure) for fix in fixes[:MOST_FIXES] if fix.get("title")],
        factors=factors,
    )


def _remedy(fix: dict[str, Any], dialect: str, language: str, sure: float) -> Remedy:
    marked = fix.get("destructive") is True
    sql = str(fix.get("sql") or "").strip()
    if _wrong(sql, dialect, marked=marked):
        sql = ""
    steps = fix.get("steps") or ""
    listed = (
        "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)) if isinstance(steps, list) else steps
    )
    title = " ".join(str(fix["title"]).split())[:200]
    shown = f"{_WARNED[language]}{title}" if marked and sql else title
    return Remedy(without_secrets(shown), without_secrets(str(listed)[:3000]), without_secrets(sql), sure)
