"""The first look at a question, before any model: the glossary, then the verified queries, over the tables known.

Whichever dialect is asked for, the catalog's tables that these two stand on count, whatever service they lie in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from services.copilot.confidence import Factor
from services.copilot.schemas import KnownTables
from services.copilot.semantic.layer import layer
from services.copilot.sql.generate.examine import weigh
from services.copilot.sql.generate.generated import Generated
from services.copilot.sql.generate.glossary import FromGlossary, by_glossary
from services.copilot.sql.generate.trusted import Trusted, by_library
from services.copilot.sql.generate.verified import library
from services.copilot.sql.packed import Held, Packing, with_schema
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail

SECONDS = 30.0
UNCHECKED = Factor("no_schema", -0.1, "no schema was at hand to check it against")
_PACKING = Packing()


@dataclass(frozen=True)
class Files:
    """Where glossary and verified queries stand; None: the built-in ones. `semantic`: the glossary is asked at all."""

    glossary: Path | None = None
    queries: Path | None = None
    semantic: bool = True

    @property
    def tables(self) -> list[str]:
        """Every table that a statement of theirs may read."""
        glossary = (each.physical or each.name for each in layer(self.glossary).glossary.tables)
        queries = (name for each in library(self.queries) for name in each.tables)
        return list(dict.fromkeys([*glossary, *queries]))


@dataclass(frozen=True)
class Looked:
    """`answer`: a statement that holds, resting on `rules` and `factors`; without one, what the glossary says."""

    glossary: FromGlossary
    answer: Generated | None = None
    rules: tuple[str, ...] = ()
    factors: Sequence[Factor] = ()


async def look_up(
    around: Surroundings, question: str, dialect: str, known: KnownTables, semantic: bool, tail: Tail
) -> Looked:
    """In a worker process. The tail gets source, rules and factors of a statement that was found."""
    files = Files(around.settings.glossary_file, around.settings.verified_queries_file, semantic)
    if known.origin == "catalog":
        known = replace(known, tables=(await around.schemas.found(files.tables)).tables, version="")
    if known.origin == "catalog" and not known.tables:
        return Looked(FromGlossary())
    packed = _PACKING.pack(known.tables, known.version)
    found = await with_schema(around.workers, packed, looked_up, SECONDS, question, dialect, files)
    if found.answer is not None:
        tail.source = Source.verified
        tail.rules += found.rules
        tail.factors = found.factors
    return found


def looked_up(held: Held | None, question: str, dialect: str, files: Files) -> Looked:
    """The first trusted statement that holds against the schema at hand. `held`: None where no table is known."""
    tables = held.tables if held is not None else ()
    glossary = by_glossary(question, dialect, tables, files.glossary) if files.semantic else FromGlossary()
    names = {each.name.lower() for each in tables}
    for trusted in (glossary.answer, by_library(question, dialect, names, files.queries)):
        made = trusted and _checked(trusted, held, question, dialect)
        if trusted and made:
            factors = (*trusted.factors, *((UNCHECKED,) if held is None else ()))
            return Looked(glossary, made, trusted.rules, factors)
    return Looked(glossary)


def _checked(trusted: Trusted, held: Held | None, question: str, dialect: str) -> Generated | None:
    """The statement with what its check says; None where it does not hold."""
    found = weigh(held, trusted.sql, question, dialect)
    if found.errors:
        return None
    warnings = (*trusted.warnings, *found.warnings)
    return Generated(
        dialect, trusted.sql, trusted.explanation, found.tables, warnings, trusted.metrics_used, verified=True
    )
