"""Regular expressions as LIKE conditions, for SQL Server, which has no regular expressions before 2025.

Read are literals, classes, groups, alternatives and repetitions. What repeats without end must be `.`, or a class at
the end of the pattern; anything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from services.copilot.quality.compiling.building import Builder
from services.copilot.quality.rule import RefusedRuleError

_MOST = 64
_MOST_REPEATED = 200
_CLASSES = {"d": "0-9", "w": "a-zA-Z0-9_", "s": " \t\r\n"}
_TOKEN = re.compile(
    r"(?P<escape>\\.)|(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<group>\((?:\?:)?)|(?P<end>\))|(?P<or>\|)"
    r"|(?P<repeat>[*+?]\??|\{\d*,?\d*\}\??)|(?P<anchor>[\^$])|(?P<any>\.)|(?P<literal>.)",
    re.DOTALL,
)
_COLLATION = "Latin1_General_BIN2"  # ranges such as [a-z] by code, case told apart


@dataclass(frozen=True)
class _Piece:
    """`like`: what stands for one character in LIKE; `inside`: the class without brackets, "" for any character."""

    like: str
    inside: str = ""
    endless: bool = False


_Sequence = tuple[_Piece, ...]
_START, _END = _Piece("^"), _Piece("$")


class _Reader:
    """Turns a pattern into all sequences of pieces that it stands for, at most _MOST."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.tokens = [(str(match.lastgroup), match.group()) for match in _TOKEN.finditer(pattern)]
        self.at = 0

    def refuse(self, what: str) -> RefusedRuleError:
        return RefusedRuleError(
            f"mssql has no regular expressions, and {self.pattern!r} cannot be said by LIKE: {what}; "
            "simplify the pattern"
        )

    def alternatives(self) -> list[_Sequence]:
        found: list[_Sequence] = []
        current: list[_Sequence] = [()]
        while self.at < len(self.tokens) and self.tokens[self.at][0] != "end":
            kind, text = self.tokens[self.at]
            self.at += 1
            if kind == "or":
                found, current = found + current, [()]
                continue
            options = self.repeated(self.one(kind, text))
            current = [left + right for left in current for right in options]
            if len(current) + len(found) > _MOST:
                raise self.refuse("it stands for too many forms")
        return found + current

    def one(self, kind: str, text: str) -> list[_Sequence]:
        if kind == "group":
            inner = self.alternatives()
            self.at += 1
            return inner
        if kind == "repeat":
            raise self.refuse(f"{text} repeats nothing")
        return [(self.piece(kind, text),)]

    def piece(self, kind: str, text: str) -> _Piece:
        if kind == "anchor":
            return _START if text == "^" else _END
        if kind == "any":
            return _Piece("_")
        if kind == "class":
            return self.class_(text[1:-1])
        if kind == "escape" and text[1].isalnum():
            if text[1] not in _CLASSES:
                raise self.refuse(f"{text} has no counterpart")
            return _Piece(f"[{_CLASSES[text[1]]}]", _CLASSES[text[1]])
        literal = text[-1]
        return _Piece(f"[{literal}]" if literal in "%_[" else literal, literal)

    def class_(self, inside: str) -> _Piece:
        inside = re.sub(r"\\([dws])", lambda match: _CLASSES[match[1]], inside)
        inside = re.sub(r"\\(.)", r"\1", inside)
        if "]" in inside:
            raise self.refuse("] in a class")
        return _Piece(f"[{inside}]", inside)

    def repeated(self, options: list[_Sequence]) -> list[_Sequence]:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "repeat":
            return options
        least, most = _times(self.tokens[self.at][1])
        self.at += 1
        if least > _MOST_REPEATED or (most or 0) > _MOST_REPEATED:
            raise self.refuse("it repeats too often")
        if len(options) > 1 and (least, most) not in ((0, 1), (1, 1)):
            raise self.refuse("alternatives that repeat")
        unit = options[0]
        if most is None:
            if len(unit) != 1 or unit[0] in (_START, _END):
                raise self.refuse("a group that repeats without end")
            return [unit * least + (_Piece(unit[0].like, unit[0].inside, endless=True),)]
        if (least, most) == (0, 1):
            return [(), *options]
        if most - least > _MOST:
            raise self.refuse("it stands for too many forms")
        return [unit * times for times in range(least, most + 1)]


def _times(text: str) -> tuple[int, int | None]:
    text = text.rstrip("?") if len(text) > 1 else text
    if text in "*+?":
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[text]
    least, comma, most = text[1:-1].partition(",")
    return int(least or 0), (int(most) if most else None) if comma else int(least)


def like_conditions(builder: Builder, text: exp.Expr, pattern: str) -> exp.Expr:
    """The condition under which a text matches, by LIKE. Raises RefusedRuleError."""
    reader = _Reader(pattern)
    sequences = reader.alternatives()
    if reader.at < len(reader.tokens):
        raise reader.refuse("a ) too many")
    value = builder.sql(text)
    said = dict.fromkeys(" AND ".join(_conditions(value, sequence, reader)) for sequence in sequences)
    return exp.paren(builder.read(" OR ".join(f"({each})" if len(said) > 1 else each for each in said)))


def _conditions(value: str, sequence: _Sequence, reader: _Reader) -> Iterator[str]:
    starts, ends = sequence[:1] == (_START,), sequence[-1:] == (_END,)
    pieces = sequence[1 if starts else 0 : len(sequence) - (1 if ends else 0)]
    if _START in pieces or _END in pieces:
        raise reader.refuse("^ or $ in the middle")
    tail = pieces[-1] if pieces and pieces[-1].endless and pieces[-1].inside else None
    if tail is not None and not ends:
        tail, pieces = None, pieces[:-1]  # what follows may be anything, so any number of them is there
    head = pieces[:-1] if tail is not None else pieces
    if any(piece.endless and piece.inside for piece in head) or (tail and any(piece.endless for piece in head)):
        raise reader.refuse("a class that repeats without end before the end of the pattern")
    if tail is not None and not starts:
        raise reader.refuse("a class that repeats without end and no ^")
    like = "".join("%" if piece.endless else piece.like for piece in head)
    like = ("" if starts else "%") + like + ("" if ends and tail is None else "%")
    yield f"{value} COLLATE {_COLLATION} LIKE {_quoted(like)}"
    if tail is not None:
        inside = tail.inside[1:] if tail.inside.startswith("^") else f"^{tail.inside}"
        rest = f"SUBSTRING({value}, {len(head) + 1}, 4000)" if head else value
        yield f"{rest} COLLATE {_COLLATION} NOT LIKE {_quoted(f'%[{inside}]%')}"
    elif ends and not any(piece.endless for piece in head):
        yield f"LEN({value} + 'x') = {len(head) + 1}"  # LIKE overlooks trailing blanks


def _quoted(text: str) -> str:
    return "N'" + text.replace("'", "''") + "'" if not text.isascii() else "'" + text.replace("'", "''") + "'"
