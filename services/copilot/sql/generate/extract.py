"""The statement in a model's answer, however it was wrapped: fenced, in JSON, bare, with prose around it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import sqlglot
from sqlglot.errors import SqlglotError

MOST_ANSWER = 40_000
MOST_EXPLANATION = 2000
_MOST_STARTS = 20
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[ \t]*([\w+-]*)[ \t]*\r?\n(.*?)(?:\n?```|\Z)", re.DOTALL)
_INLINE = re.compile(r"```(?:sql)?[ \t]*(\S.*?)```", re.DOTALL)
_REFUSAL = re.compile(r"^\W*CANNOT[_ ]ANSWER\W*(.*)", re.DOTALL | re.IGNORECASE | re.MULTILINE)
_BEGIN = (
    "SELECT|SEL|WITH|INSERT|UPDATE|DELETE|MERGE|CREATE|ALTER|DROP|TRUNCATE|REPLACE|UPSERT|GRANT|REVOKE|"
    "CALL|EXEC|EXECUTE|VALUES"
)
_STATEMENT = re.compile(rf"^[ \t>]*(\(*(?:{_BEGIN})\b)", re.IGNORECASE | re.MULTILINE)
_FENCED = f"{_BEGIN}|COPY|UNLOAD|DO|SET|EXPLAIN|SHOW|DESCRIBE|USE|LOCK|VACUUM|DECLARE|BEGIN"  # words of prose as well
_STARTS = re.compile(rf"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*\(*(?:{_FENCED})\b", re.DOTALL | re.IGNORECASE)
_GOES_ON = re.compile(
    r"\s*(?:\)|,|--|(?:FROM|WHERE|GROUP|ORDER|HAVING|UNION|LEFT|JOIN|INNER|LIMIT|AND|QUALIFY|SELECT)\b)"
)
_LABEL = re.compile(r"^\W*(?:explanation|wyja[śs]nienie|sql|query|zapytanie)\W*:\W*", re.IGNORECASE)
_SQL_KEYS = ("sql", "query", "statement", "sql_query")
_TEXT_KEYS = ("explanation", "reason", "error", "message", "answer")


@dataclass(frozen=True)
class Extracted:
    """`refusal`: the model says that it can't, and why; `sql` is then empty. Both empty: there is no SQL in it."""

    sql: str = ""
    explanation: str = ""
    refusal: str = ""


def extract(answer: str) -> Extracted:
    """The first statement that the answer gives as its own; thoughts in tags are left out."""
    text = _THOUGHT.sub("", answer[:MOST_ANSWER]).strip()
    return _json(text) or _fenced(text) or _refused(text) or _bare(text) or Extracted(explanation=_tidy(text))


def _fenced(text: str) -> Extracted | None:
    blocks = [(match[1].lower(), match[2], match.span()) for match in _FENCE.finditer(text)]
    blocks += [("", match[1], match.span()) for match in _INLINE.finditer(text)] if not blocks else []
    chosen = [block for block in blocks if _STARTS.match(block[1])]
    chosen.sort(key=lambda block: "sql" not in block[0])  # stable: the first of those that say they are SQL
    if chosen:
        _, sql, (start, end) = chosen[0]
        return Extracted(_trimmed(sql), _tidy(text[:start] + "\n" + text[end:]))
    return next((found for tag, body, _ in blocks if tag in ("", "json") and (found := _json(body.strip()))), None)


def _json(text: str) -> Extracted | None:
    if not text.startswith(("{", "[{")):
        return None
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except ValueError:
        return None
    value = value[0] if isinstance(value, list) else value
    fields = {str(key).lower(): each for key, each in value.items() if isinstance(each, str)}
    sql = next((fields[key] for key in _SQL_KEYS if fields.get(key, "").strip()), "")
    said = next((fields[key] for key in _TEXT_KEYS if fields.get(key, "").strip()), "")
    if sql:
        inner = _fenced(sql) or Extracted(_trimmed(sql))
        return Extracted(inner.sql, _tidy(said))
    return Extracted(refusal=_tidy(said)) if said else None


def _refused(text: str) -> Extracted | None:
    match = _REFUSAL.search(text)
    return Extracted(refusal=_tidy(match[1]) or "The model gave no reason.") if match else None


def _bare(text: str) -> Extracted | None:
    """From a line that begins like SQL to the last semicolon, else to the first blank line before prose; of several
    such lines the first from which on it can be read as SQL."""
    starts = [match.start(1) for match in _STATEMENT.finditer(text)][:_MOST_STARTS]
    found = [(start, _ended(text[start:])) for start in starts]
    chosen = next(((start, sql) for start, sql in found if _reads(sql)), None)
    if chosen is None:
        chosen = next(((start, sql) for start, sql in found if _looks_like_sql(sql)), None)
    if chosen is None:
        return None
    start, sql = chosen
    return Extracted(_trimmed(sql), _tidy(text[:start] + "\n" + text[start + len(sql) + 1 :]))


def _ended(body: str) -> str:
    end = body.rfind(";")
    return body[:end] if end > 0 and not _STARTS.match(body[end + 1 :]) else _until_prose(body)


def _reads(sql: str) -> bool:
    try:
        return bool(sqlglot.parse(sql))
    except (SqlglotError, RecursionError):
        return False


def _looks_like_sql(body: str) -> bool:
    """`Select the customers who …` is prose: SQL that can't be read has its keyword in capitals."""
    return body.split(None, 1)[0].strip("(").isupper()


def _until_prose(body: str) -> str:
    paragraphs = body.split("\n\n")
    kept = [paragraphs[0]]
    for each in paragraphs[1:]:
        if not _GOES_ON.match(each):
            break
        kept.append(each)
    return "\n\n".join(kept)


def _trimmed(sql: str) -> str:
    return sql.strip().rstrip(";").strip()


def _tidy(text: str) -> str:
    """Prose without labels, fences and ornament, on at most MOST_EXPLANATION characters."""
    lines = (_LABEL.sub("", line.strip().strip("*#").strip()) for line in text.replace("```", "").splitlines())
    return " ".join(line for line in lines if line)[:MOST_EXPLANATION]
