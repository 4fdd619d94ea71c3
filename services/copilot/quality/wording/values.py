"""Numbers, dates, spans of time and lists of values as sentences write them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

NUMBER = r"-?\d+(?:[ \u00a0]\d{3}(?!\d))*(?:[.,]\d+)*(?: ?(?:k\b|tys\.?|mln|thousand|million))?"
DATE = r"(?:\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2})?)?|\d{1,2}[./]\d{1,2}[./]\d{4})"
UNIT = (
    r"(?:seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|months?|years?|sekund\w*|minut\w*|godzin\w*|godz"
    r"|dni|dzien|dnia|dob\w*|tygodni\w*|tydzien|miesi\w+|rok\w*|lat\w*)"
)
SPAN = rf"(?:(?P<many>\d+(?:[.,]\d+)?|an?|one|two|three|jed\w+|dwoch|dwa|trzech|trzy)? ?(?P<unit>{UNIT})\b)"
_TIMES = {"k": 1_000, "tys": 1_000, "tys.": 1_000, "thousand": 1_000, "mln": 1_000_000, "million": 1_000_000}
_HOURS = (
    (r"s$|sec|sek", 1 / 3600),
    (r"min", 1 / 60),
    (r"h", 1),
    (r"godz", 1),
    (r"d", 24),
    (r"week|tygod|tydz", 168),
    (r"month|mies", 730),
    (r"year|rok|lat", 8760),
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "dwoch": 2, "dwa": 2, "trzech": 3, "trzy": 3}


def number(text: str) -> int | float:
    """`1 000`, `1,000` (thousands), `0,5` (Polish decimals), `2 mln`. Raises ValueError."""
    found = re.fullmatch(r"(-?[\d \u00a0.,]*\d) ?([a-z.]+)?", text.strip().lower())
    if not found:
        raise ValueError(text)
    plain = re.sub(r"[ \u00a0]", "", found[1])
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3}){2,}(,\d+)?", plain):
        plain = plain.replace(".", "")
    value = float(plain.replace(",", ".")) * _TIMES.get(found[2] or "", 1)
    return int(value) if value == int(value) and "e" not in plain else value


def iso(text: str) -> str:
    """A date in ISO form; 31.12.2025 and 31/12/2025 are days first. Raises ValueError."""
    parts = re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text.strip())
    if parts:
        return date(int(parts[3]), int(parts[2]), int(parts[1])).isoformat()
    plain = text.strip().upper()
    date.fromisoformat(plain[:10])
    return plain.replace(" ", "T")


def hours(many: str | None, unit: str) -> float:
    """A span in hours; a month counts as 730, a year as 8,760."""
    count = _COUNTS.get(many or "a", 1) if not (many or "")[:1].isdigit() else number(str(many))
    size = next(size for pattern, size in _HOURS if re.match(pattern, unit))
    total = count * size
    return int(total) if total == int(total) else round(total, 6)


def listed(text: str) -> list[Any]:
    """`'A', 'B' or C` as values; numbers where all are numbers."""
    quoted = [each[0] or each[1] or each[2] for each in re.findall(r"'([^']*)'|\"([^\"]*)\"|„([^”]*)”", text)]
    if quoted:
        return list(dict.fromkeys(quoted))
    plain = text.strip().strip("()[]{}.: ")
    parts = re.split(r"\s*[,/|]\s*(?:(?:and|or|oraz|lub|i|albo|a)\s+)?|\s+(?:and|or|oraz|lub|i|albo)\s+", plain)
    found = [part.strip().strip("'\"`„” ") for part in parts]
    found = [part for part in dict.fromkeys(found) if part]
    try:
        return [number(part) for part in found]
    except ValueError:
        return list(found)
