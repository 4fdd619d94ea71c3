"""Dates as text in PostgreSQL's formats, in DuckDB's words.

sqlglot reads a format of PostgreSQL letter by letter (`FMDay` becomes `FM%uay`) and leaves what it does not know, so
that DuckDB would write the names of tokens. Source: PostgreSQL documentation, "Data Type Formatting Functions"; DuckDB
documentation, "Date Format Functions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.time import format_time

PLAIN = {
    "YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d", "DDD": "%j", "HH24": "%H", "HH12": "%I", "HH": "%I", "MI": "%M",
    "SS": "%S", "US": "%f", "MS": "%g", "AM": "%p", "PM": "%p", "Mon": "%b", "FMMonth": "%B", "Dy": "%a", "FMDay": "%A",
    "IW": "%V", "IYYY": "%G", "FMMM": "%-m", "FMDD": "%-d", "FMHH24": "%-H", "FMHH12": "%-I", "FMMI": "%-M",
    "FMSS": "%-S", "FMDDD": "%-j", "TMDay": "%A", "TMDy": "%a", "TMMon": "%b", "TMMonth": "%B",
}  # fmt: skip
WRITTEN = {
    "D": "CAST(DAYOFWEEK({d}) + 1 AS TEXT)",
    "Q": "CAST(QUARTER({d}) AS TEXT)",
    "WW": "LPAD(CAST((DAYOFYEAR({d}) - 1) // 7 + 1 AS TEXT), 2, '0')",
    "W": "CAST((DAY({d}) - 1) // 7 + 1 AS TEXT)",
    "J": "CAST(CAST(JULIAN(CAST({d} AS DATE)) AS BIGINT) AS TEXT)",
    "SSSSS": "CAST(HOUR({d}) * 3600 + MINUTE({d}) * 60 + SECOND({d}) AS TEXT)",
    "SSSS": "CAST(HOUR({d}) * 3600 + MINUTE({d}) * 60 + SECOND({d}) AS TEXT)",
    "YYY": "RIGHT(STRFTIME({d}, '%Y'), 3)",
    "Y": "RIGHT(STRFTIME({d}, '%Y'), 1)",
    "MON": "UPPER(STRFTIME({d}, '%b'))",
    "FMMONTH": "UPPER(STRFTIME({d}, '%B'))",
    "DY": "UPPER(STRFTIME({d}, '%a'))",
    "FMDAY": "UPPER(STRFTIME({d}, '%A'))",
}
"""Tokens that STRFTIME does not have."""
READ = {**PLAIN, "MON": "%b", "MONTH": "%B", "Month": "%B", "DAY": "%A", "Day": "%A", "DY": "%a"}
OF_TIME = frozenset(
    ("HH24", "HH12", "HH", "MI", "SS", "US", "MS", "AM", "PM", "FMHH24", "FMHH12", "FMMI", "FMSS"),
)
DONE = "duckdb_format"
"""Mark of a node whose format is DuckDB's already: a tree may pass here twice."""
_TOKENS = "|".join(re.escape(token) for token in sorted({*READ, *WRITTEN}, key=len, reverse=True))
_PIECE = re.compile(rf'"((?:[^"\\]|\\.)*)"|({_TOKENS})|(.)', re.DOTALL)


def written(node: exp.TimeToStr) -> exp.Expr:
    """TO_CHAR of a date; itself where its format is no constant or has a token that is not known."""
    pieces = _pieces(node)
    if pieces is None:
        return node
    parts: list[exp.Expr] = []
    plain = ""
    for literal, token in pieces:
        if token in WRITTEN:
            parts += _plain(node.this, plain)
            parts.append(_computed(WRITTEN[token], node.this))
            plain = ""
        elif token and token not in PLAIN:
            return node
        else:
            plain += PLAIN[token] if token else literal.replace("%", "%%")
    parts += _plain(node.this, plain)
    return parts[0] if len(parts) == 1 else _joined(parts)


def read(node: exp.StrToTime | exp.StrToDate) -> exp.Expr:
    """TO_TIMESTAMP or TO_DATE with a format that DuckDB reads; itself where it can't."""
    pieces = _pieces(node)
    if pieces is None or any(token and token not in READ for _, token in pieces):
        return node
    formats = [exp.Literal.string("".join(map(_format, taken))) for taken in _shorter(pieces)]
    node.set("format", formats[0] if len(formats) == 1 else exp.Array(expressions=formats))
    node.meta[DONE] = True
    return node


def _format(piece: tuple[str, str]) -> str:
    literal, token = piece
    return READ[token] if token else literal.replace("%", "%%")


def _shorter(pieces: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """The pieces, and then without those of the time at their end: a text may end before its format."""
    yield pieces
    left = pieces
    while any(token in OF_TIME for _, token in left):
        while left and left[-1][1] not in OF_TIME:
            left = left[:-1]
        left = left[:-1]
        while left and not left[-1][1]:
            left = left[:-1]
        if not any(token and token not in OF_TIME for _, token in left):
            return
        yield left


def _pieces(node: exp.Expr) -> list[tuple[str, str]] | None:
    """Literal text or token, one of them "", in their order; None where there is nothing to do."""
    given = node.args.get("format")
    if not isinstance(given, exp.Literal) or node.meta.get(DONE):
        return None
    text = format_time(given.name, Postgres.INVERSE_TIME_MAPPING, Postgres.INVERSE_TIME_TRIE) or given.name
    found = []
    for piece in _PIECE.finditer(text):
        quoted, token, other = piece.groups()
        literal = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else other or ""
        found.append((literal, token or ""))
    return found


def _plain(value: exp.Expr, text: str) -> list[exp.Expr]:
    if not text:
        return []
    made = exp.TimeToStr(this=value.copy(), format=exp.Literal.string(text))
    made.meta[DONE] = True
    return [made]


def _computed(template: str, value: exp.Expr) -> exp.Expr:
    tree = sqlglot.parse_one(template.format(d="__value"), dialect="duckdb")
    for inner in tree.find_all(exp.TimeToStr):
        inner.meta[DONE] = True
    return tree.transform(lambda node: value.copy() if isinstance(node, exp.Column) else node)


def _joined(parts: list[exp.Expr]) -> exp.Expr:
    tree = parts[0]
    for part in parts[1:]:
        tree = exp.DPipe(this=tree, expression=part, safe=True)
    return exp.paren(tree)
