"""A question answered from the glossary alone, or why not. Pure: no model, no network, no clock but the date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.copilot.confidence import Factor
from services.copilot.semantic import wording
from services.copilot.semantic.allowed import Allowed, NotGivenError
from services.copilot.semantic.compiler import Compiled, compiled
from services.copilot.semantic.facts import Setting
from services.copilot.semantic.layer import Layer, layer
from services.copilot.semantic.refusal import RefusedError
from services.copilot.semantic.resolve import Named, Resolved, resolve
from services.copilot.semantic.words import language_of

# The project's own weights; see docs for what was measured of covered questions.
FORMULA = Factor("glossary", 0.9, "every figure is a formula of the glossary")
COVERED = Factor("coverage", 0.07, "every word of the question was understood")
NO_PERIOD = Factor("period", -0.05, "no period was named")
UNCHECKED_VALUE = Factor("values", -0.15, "a value was taken as it is written")
_EFFECTS = {"NO_PERIOD": NO_PERIOD, "VALUE_NOT_CHECKED": UNCHECKED_VALUE}


@dataclass(frozen=True)
class Term:
    """An entry that the question names. `kind`: metric, dimension or filter; `formula`: its SQL."""

    text: str
    name: str
    kind: str
    formula: str


@dataclass(frozen=True)
class GlossaryAnswer:
    """`covered`: `sql` answers the question. Else `refused_reason` says what is ambiguous or would count rows twice,
    and nobody should guess; or, where it is empty, the question goes beyond the glossary and `explanation` says how.
    `warnings`: (code, message).
    """

    covered: bool
    sql: str = ""
    explanation: str = ""
    metrics_used: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    unresolved: tuple[str, ...] = ()
    refused_reason: str = ""
    factors: tuple[Factor, ...] = ()
    tables: tuple[str, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    language: str = "en"


def from_glossary(
    question: str,
    dialect: str,
    tables: Sequence[Any] | None = None,
    glossary: Layer | None = None,
    today: date | None = None,
) -> GlossaryAnswer:
    """Answers in a dialect (postgresql, snowflake, teradata, sap_hana, mssql, duckdb). `tables`: TableSchema messages
    that may be used; none: the glossary's. `glossary`: the built-in one. `today`: what `last month` counts from."""
    used = glossary or layer()
    language = language_of(question)
    found = resolve(question, used.glossary, used.lexicon, today or date.today())
    terms = tuple(_terms(found.named, used))
    if found.ambiguous and not found.unresolved:
        reason = wording.ambiguity(found.ambiguous, used.glossary, language)
        return GlossaryAnswer(False, explanation=reason, terms=terms, refused_reason=reason, language=language)
    if found.asked is None:
        reason = _beyond(found, used, language)
        return GlossaryAnswer(False, "", reason, (), terms, found.unresolved, language=language)
    allowed = Allowed(tables or ())
    try:
        made = compiled(found.asked, Setting(used.glossary, used.ways, dialect, allowed.written(used.glossary)))
        allowed.check(made.columns)
    except RefusedError as error:
        reason = wording.refusal(error, used.glossary, language)
        return GlossaryAnswer(False, "", reason, (), terms, refused_reason=reason, language=language)
    except NotGivenError as error:
        reason = wording.text(language, "not_given", table=error.args[0])
        return GlossaryAnswer(False, "", reason, (), terms, language=language)
    return _covered(found, made, terms, used, language)


def _covered(found: Resolved, made: Compiled, terms: tuple[Term, ...], used: Layer, language: str) -> GlossaryAnswer:
    asked = found.asked
    if asked is None:
        raise ValueError("only a question that was understood has an answer")
    warnings = tuple(wording.notes(asked, used.glossary, language))
    return GlossaryAnswer(
        True,
        made.sql,
        wording.explanation(asked, made, used.glossary, language),
        asked.metrics,
        terms,
        factors=(FORMULA, COVERED, *(_EFFECTS[code] for code in dict(warnings))),
        tables=made.tables,
        warnings=warnings,
        language=language,
    )


def _beyond(found: Resolved, used: Layer, language: str) -> str:
    groups = wording.groupings(used.glossary, language)
    return wording.text(language, found.why or "unresolved", words=", ".join(found.unresolved), groups=groups)


def _terms(named: Sequence[Named], used: Layer) -> list[Term]:
    """Every entry that was named; a dimension's value counts as a filter on it."""
    found = []
    for each in named:
        for meaning in each.meanings:
            if meaning.kind == "keyword":
                continue
            kind = "filter" if meaning.kind == "value" else meaning.kind
            formula = used.formula_of(meaning.kind, meaning.name, meaning.value)
            found.append(Term(each.text, meaning.name, kind, formula))
    return list(dict.fromkeys(found))
