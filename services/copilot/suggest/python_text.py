"""Python: names that are defined, columns of data frames, imports that data work begins with."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import warnings
from collections.abc import Callable, Iterator

from services.copilot.suggest.place import Place, Proposal

_WORD = re.compile(r"[A-Za-z_]\w*\Z")
_SUBSCRIPT = re.compile(r"\w+\[(?P<quote>['\"])(?P<begun>[^'\"\]]*)\Z")
_BARE_SUBSCRIPT = re.compile(r"[A-Za-z_]\w*\[\Z")
_IMPORT = re.compile(r"^\s*(?:import|from)\s+(?P<begun>[\w.]*)\Z")
_DEFINED = re.compile(
    r"^\s*(?:def|class)\s+(\w+)|^\s*([A-Za-z_]\w*)\s*(?::[^=\n]+)?=(?!=)|\bfor\s+(\w+)\s+in\b|\bas\s+(\w+)",
    re.MULTILINE,
)
_IMPORTED = re.compile(r"^\s*(?:from\s+[\w.]+\s+)?import\s+\(?([\w., ]+)", re.MULTILINE)
_STATEMENT = re.compile(r"^(?!(?:el(?:se|if)|except|finally)\b)[A-Za-z_]", re.MULTILINE)
_ENDINGS = ("", ":\n pass", "\n pass")
_MODULES = ("pandas as pd", "duckdb", "sqlalchemy", "json", "datetime", "pathlib", "pyspark.sql", "numpy as np")
_KEYWORDS = tuple(name for name in keyword.kwlist if name.islower())
_LEAST_BEGUN = 2
"""Letters of a keyword that must be there before the rest is proposed."""
_BUILTINS = tuple(name for name in dir(builtins) if name.islower() and not name.startswith("_"))


def propose(place: Place) -> list[Proposal]:
    """What may stand at the cursor, best first, unchecked."""
    line = place.prefix.rsplit("\n", 1)[-1]
    if subscript := _SUBSCRIPT.search(line):
        return list(_columns(place, subscript["begun"], subscript["quote"]))
    if _BARE_SUBSCRIPT.search(line) and place.tables:
        return list(_columns(place, "", '"', opened=False))
    if started := _IMPORT.match(line):
        begun = started["begun"]
        return [
            Proposal(name[len(begun) :], "value", 0.5, rank=rank)
            for rank, name in enumerate(_MODULES)
            if name.startswith(begun) and name != begun
        ]
    return list(_names(place, line))


def checker(place: Place) -> Callable[[str], bool]:
    """Whether the code parses with a text at the cursor; brackets and blocks that nothing follows may still be open."""
    begins = _last_statement(place.prefix)
    last_good = ""

    def stands(text: str) -> bool:
        nonlocal last_good
        before = place.prefix[begins:] + text
        closing = _closing(before)
        rests = (place.suffix, closing + place.suffix) if place.suffix.strip() else (closing,)
        for ending in dict.fromkeys((last_good, *_ENDINGS)):
            if any(_parses(before + rest + ending) for rest in dict.fromkeys(rests)):
                last_good = ending
                return True
        return False

    return stands


def _last_statement(code: str) -> int:
    """Where the last statement of the module begins, if what stands before it parses: it need not be parsed again."""
    begins = max((found.start() for found in _STATEMENT.finditer(code)), default=0)
    return begins if begins and _parses(code[:begins]) else 0


def _parses(code: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the user's code, such as "\\d"
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _closing(text: str) -> str:
    """The brackets that are open at the end of a text."""
    quiet = re.sub(r"#[^\n]*|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"", "", text)
    pairs = {"(": ")", "[": "]", "{": "}"}
    found: list[str] = []
    for char in quiet:
        if char in pairs:
            found.append(pairs[char])
        elif found and char == found[-1]:
            found.pop()
    return "".join(reversed(found))


def _columns(place: Place, begun: str, quote: str, *, opened: bool = True) -> Iterator[Proposal]:
    closing = "" if place.suffix.startswith(quote) else quote if place.suffix.startswith("]") else f"{quote}]"
    opening = "" if opened else quote
    names = dict.fromkeys(column.name for table in place.tables for column in table.columns)
    for rank, name in enumerate(names):
        if name.lower().startswith(begun.lower()) and quote not in name:
            yield Proposal(opening + name[len(begun) :] + closing, "column", 0.75, rank=rank)


def _names(place: Place, line: str) -> Iterator[Proposal]:
    word = _WORD.search(line)
    begun = word[0] if word else ""
    if line[: len(line) - len(begun)].endswith("."):
        return
    above = place.prefix[: len(place.prefix) - len(line)]
    words = _KEYWORDS if len(begun) >= _LEAST_BEGUN else ()
    choices = [
        *((name, 0.8) for name in dict.fromkeys(_defined(above)) if not keyword.iskeyword(name)),
        *((name, 0.5) for name in words),
        *((name, 0.45) for name in _BUILTINS if begun),
    ]
    for rank, (name, sure) in enumerate(choices):
        if name.startswith(begun) and name != begun:
            yield Proposal(name[len(begun) :], "completion", sure, rank=rank)


def _defined(code: str) -> Iterator[str]:
    """Names that stand for something below the code, the imported ones first."""
    for names in _IMPORTED.findall(code):
        yield from (name.split()[-1].split(".")[0] for name in names.split(",") if name.strip())
    yield from (name for found in _DEFINED.findall(code) for name in found if name)
