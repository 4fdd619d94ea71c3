"""`docs/functions.md`: what becomes of every function of every language, from the tables that do it.

For each dialect a call of each function is emitted, with fields, numbers and texts as arguments, until one is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

from services.migration.expressions.emitter import Emitter, Scope
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Function
from services.migration.expressions.language import Language
from services.migration.expressions.languages import LANGUAGES
from services.migration.expressions.nodes import Call, Name, Node, Number, Text
from services.migration.expressions.sql.dialects import DIALECTS, SqlDialect

ARGUMENTS: tuple[Node, ...] = (
    Name(0, 0, "A"),
    Number(0, 0, "1"),
    Text(0, 0, "YYYY-MM-DD"),
    Text(0, 0, "%Y-%m-%d"),
    Text(0, 0, "%yyyy-%mm-%dd"),
    Text(0, 0, "Monday"),
    Text(0, 0, "D"),
    Number(0, 0, "16"),
)
MOST_VARIED = 3  # arguments of which each is tried in every form; calls of more have all of one form
MORE = 2  # arguments beyond the least number that are tried
YES, NO, DEPENDS = "yes", "no", "some"
INTRO = """\
# Functions

Generated from the function tables of `services/migration/expressions`; `make check` fails where this page is stale.
`dataflow-ai translate` says of one expression what becomes of it, with its confidence and the corners in which it may
differ; `dataflow-ai conformance` executes a file of documented results.

*Arguments* is how many a call has. *Confidence* is the most that the evidence for the function allows; a call may get
less, never more, and at most 0.90 in a dialect that nothing here executes (all but duckdb and postgresql). *yes*: plain
fields and literals as arguments have SQL; *some*: it depends on the arguments, such as a type or a literal of a given
form; *no*: the dialect has no equal. What has no SQL is refused, never guessed, and becomes a node for a person or a
model. PowerCenter's CUME, MOVINGSUM and MOVINGAVG count as refused here: they have no SQL alone, but an Expression
whose rows have a proven order gets windows for them.
"""


def functions_page() -> str:
    """The whole page."""
    parts = [INTRO, *_summary()]
    for tool, language in LANGUAGES.items():
        parts += _language(tool.value, language)
    return "\n".join(parts)


def support(language: Language, name: str, row: Function, dialect: SqlDialect) -> str:
    """YES, NO or DEPENDS: whether the function has SQL in the dialect."""
    refusals = []
    for arguments in _tried(row):
        scope = Scope(None, {}, {}, aggregate=True)
        emitter = Emitter(language.builder(dialect), scope, language)
        try:
            emitter.emit(Call(0, 0, name, arguments))
        except Refused as refusal:
            refusals.append(str(refusal))
        else:
            return YES
    return NO if any("has no equal of" in refusal for refusal in refusals) else DEPENDS


def _tried(row: Function) -> Iterator[tuple[Node, ...]]:
    most = row.least + MORE if row.most == -1 else min(row.most, row.least + MORE)
    for count in range(row.least, most + 1):
        if count <= MOST_VARIED:
            yield from product(ARGUMENTS, repeat=count)
        else:
            yield from ((argument,) * count for argument in ARGUMENTS)


def _summary() -> Iterator[str]:
    yield "| Language | Functions | Converted | Refused |"
    yield "|---|---|---|---|"
    for tool, language in LANGUAGES.items():
        refused = sum(row.build is None for row in language.functions.values())
        count = len(language.functions)
        yield f"| [{language.title}](#{tool.value}) | {count} | {count - refused} | {refused} |"
    yield ""


def _language(tool: str, language: Language) -> Iterator[str]:
    yield f'<a id="{tool}"></a>\n\n## {language.title}\n'
    heads = ("Function", "Category", "Arguments", "Confidence", *DIALECTS)
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    refused: defaultdict[str, list[str]] = defaultdict(list)
    for name, row in sorted(language.functions.items()):
        if row.build is None:
            refused[row.refused].append(name)
            continue
        found: Mapping[str, str] = {key: support(language, name, row, each) for key, each in DIALECTS.items()}
        aggregate = ", aggregate" if row.aggregate and row.category != "aggregate" else ""
        cells = (f"`{name}`", row.category + aggregate, _count(row), f"{row.confidence:.2f}", *found.values())
        yield f"| {' | '.join(cells)} |"
    yield ""
    if refused:
        yield "| No SQL, because | Functions |"
        yield "|---|---|"
        for why, names in sorted(refused.items(), key=lambda pair: (-len(pair[1]), pair[0])):
            yield f"| {why} | {', '.join(f'`{name}`' for name in names)} |"
        yield ""


def _count(row: Function) -> str:
    if row.most == row.least:
        return str(row.least)
    return f"{row.least} or more" if row.most == -1 else f"{row.least} to {row.most}"
