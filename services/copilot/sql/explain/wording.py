"""The explanation in a model's words, kept only where it agrees with the statement."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot.tokenizer_core import Token

from services.copilot.model.client import Model
from services.copilot.model.exchange import Exchange
from services.copilot.model.prompts import DATA_RULE, data, prompt
from services.copilot.sql.explain.explain import Explanation
from services.copilot.sql.spans import read

PURPOSE = "sql_explain"
TEMPERATURE = 0.1
MOST_CHARACTERS = 1_500
_MOST_NOTES = 60
_LANGUAGES = {"en": "English", "pl": "Polish"}
_QUOTED = re.compile(r"`([^`]+)`")
_BARE = re.compile(r"\b[A-Za-z]\w*(?:_\w+|\.\w+)+\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[\w$#@]+")


async def worded(found: Explanation, sql: str, dialect: str, language: str, model: Model, exchange: Exchange) -> str:
    """The model's text, or "" where after all repairs it still says what the statement does not. Raises
    ModelUnavailable."""
    tokens = read(sql, dialect).tokens
    system = prompt("services.copilot.sql.explain", "explain.md").render(
        dialect=dialect,
        language=_LANGUAGES.get(language, "English"),
        data_rule=DATA_RULE,
        statement=data("statement", without_comments(sql, tokens)),
        notes=data("notes", "\n".join(f"{each.kind}: {each.text}" for each in found.clauses[:_MOST_NOTES])),
    )

    async def check(text: str) -> tuple[str, Sequence[str]]:
        return text.strip(), disagreements(text, sql, found)

    answer = await model.checked(system, "Explain it.", check, exchange, purpose=PURPOSE, temperature=TEMPERATURE)
    return answer.value if answer.value and not answer.problems else ""


def disagreements(text: str, sql: str, found: Explanation) -> list[str]:
    """What a wording says that the statement does not bear out."""
    problems = []
    known = {word.lower() for word in _WORD.findall(sql)}
    named = [*_QUOTED.findall(text), *_BARE.findall(_QUOTED.sub(" ", text))]
    strange = [name for name in named if not {word.lower() for word in _WORD.findall(name)} <= known]
    if strange:
        problems.append(f"These names are not in the statement: {', '.join(dict.fromkeys(strange))}.")
    numbers = {each for each in _NUMBER.findall(_QUOTED.sub(" ", text)) if len(each) > 1}
    missing = sorted(numbers - set(_NUMBER.findall(sql)))
    if missing:
        problems.append(f"These numbers are not in the statement: {', '.join(missing)}.")
    spoken = {word.lower() for word in _WORD.findall(text)}
    if found.tables and not any(table.rsplit(".", 1)[-1].lower() in spoken for table in found.tables):
        problems.append(f"It names none of the tables: {', '.join(found.tables[:5])}.")
    if not 20 <= len(text.strip()) <= MOST_CHARACTERS:
        problems.append(f"It must be a text of two to four sentences, at most {MOST_CHARACTERS} characters.")
    if "```" in text:
        problems.append("It must be plain text.")
    return problems


def without_comments(sql: str, tokens: Sequence[Token]) -> str:
    """The statement with what stands between its tokens reduced to blanks, so that comments cannot speak."""
    parts, end = [], 0
    for token in tokens:
        gap = sql[end : token.start]
        parts.append(("\n" if "\n" in gap else " ") if gap else "")
        parts.append(sql[token.start : token.end + 1])
        end = token.end + 1
    return "".join(parts).strip()
