"""The operators of a parallel job's generated code, by the names of its stages.

A stage is a comment, `#### STAGE: Name`, with the operator and its options up to `## General options`. A link that is
sorted as it arrives is an operator of its own, `#### STAGE: Stage.Link_Sort`, a tsort whose options are those of the
Sort stage. Source: Parallel Job Advanced Developer's Guide, "tsort operator"; "Parallel Job Developer's Guide",
"Viewing generated OSH code".
"""

from __future__ import annotations

import re

from services.migration.parsers.datastage.model import Properties

__all__ = ["link_sorts"]

SORT = "tsort"
_SORTED_LINK = re.compile(r"^#### STAGE: (\S.*)\.(\S+)_Sort[ \t\r]*$", re.MULTILINE)
_END = re.compile(r"^(?:## General options|####|\[|;|[01]<)", re.MULTILINE)
_TOKEN = re.compile(r"'((?:[^'\\]|\\.)*)'|\"([^\"]*)\"|([^\s'\"]+)")
OF_A_KEY = {
    "-asc": ("order", "asc"),
    "-desc": ("order", "desc"),
    "-ci": ("case", "ci"),
    "-cs": ("case", "cs"),
    "-ebcdic": ("ebcdic", "ebcdic"),
}


def link_sorts(code: str) -> dict[tuple[str, str], list[Properties]]:
    """(stage, link) → the keys of its sort in order; the first also tells whether it is `unique` or not `stable`."""
    found = {}
    for match in _SORTED_LINK.finditer(code):
        words = _words(code, match.end())
        if words[:1] == [SORT]:
            found[match[1], match[2]] = _keys(words[1:])
    return found


def _words(code: str, start: int) -> list[str]:
    """The words of an operator and its options, without the titles above them."""
    end = _END.search(code, start)
    lines = code[start : end.start() if end else len(code)].split("\n")
    text = "\n".join(line for line in lines if not line.startswith("## "))
    return ["".join(parts) for parts in _TOKEN.findall(text)]


def _keys(words: list[str]) -> list[Properties]:
    keys: list[Properties] = []
    whole: Properties = {}
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "-key":
            keys.append({"Name": following})
        elif word == "-nulls" and keys:
            keys[-1]["nulls"] = following
        elif word in OF_A_KEY and keys:
            name, value = OF_A_KEY[word]
            keys[-1][name] = value
        elif word in ("-unique", "-nonStable"):
            whole[word.lstrip("-").lower()] = "1"
    if keys:
        keys[0].update(whole)
    return keys
