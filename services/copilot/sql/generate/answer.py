"""A question's way to its SQL: glossary, verified queries, schema linking, model, check, repair, confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dataflow.common.v1 import table_schema_pb2
from services.copilot.confidence import Factor
from services.copilot.schemas import KnownTables
from services.copilot.sql.findings import Finding
from services.copilot.sql.generate.asking import Brief, ask
from services.copilot.sql.generate.examine import Examined, examine
from services.copilot.sql.generate.generated import Generated
from services.copilot.sql.generate.glossary import FromGlossary
from services.copilot.sql.generate.linking import Linked, linked
from services.copilot.sql.generate.looking_up import look_up
from services.copilot.sql.generate.retrieved import Retrieved, retrieve
from services.copilot.sql.generate.texts import text
from services.copilot.sql.packed import PackedSchema, Packing, with_schema
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail
from services.runtime.errors import InvalidArgument

MOST_CHARACTERS = 8_000
SECONDS = 30.0
"""For one check in a worker."""
_PACKING = Packing()
NO_SCHEMA = "no_schema"


@dataclass(frozen=True)
class Sources:
    """What a question may be answered from."""

    known: KnownTables
    packed: PackedSchema | None


def checked_question(question: str) -> str:
    """The question; InvalidArgument where there is none or it is too long."""
    if not question.strip():
        raise InvalidArgument("question: is empty; say what you want to know")
    if len(question) > MOST_CHARACTERS:
        raise InvalidArgument(f"question: has {len(question):,} characters; at most {MOST_CHARACTERS:,} are read")
    return question


async def generate(
    around: Surroundings,
    question: str,
    dialect: str,
    tables: Sequence[table_schema_pb2.TableSchema],
    use_semantic_layer: bool,
    tail: Tail,
) -> Generated:
    """SQL for a question in a dialect, over the tables given or the catalog's; the tail gets its source, what it rests
    on and what was missing. Raises ModelUnavailable where only a model could answer and none does."""
    known = await around.schemas.known(tables, dialect=dialect)
    tail.missing(*known.degraded)
    sources = Sources(known, _PACKING.pack(known.tables, known.version))
    first = await look_up(around, question, dialect, known, use_semantic_layer, tail)
    if first.answer is not None:
        return first.answer
    glossary = first.glossary
    if glossary.refused:
        return _abstained(dialect, glossary.refused, tail, Source.rules)
    return await _by_model(around, question, dialect, sources, glossary, tail)


async def _by_model(
    around: Surroundings, question: str, dialect: str, sources: Sources, glossary: FromGlossary, tail: Tail
) -> Generated:
    near = Retrieved() if sources.known.origin == "request" else await retrieve(around.grounding, question)
    tail.missing(near.degraded)
    tail.retrieved += near.refs
    first = (*near.tables, *glossary.tables)
    link = await with_schema(around.workers, sources.packed, linked, SECONDS, question, first)
    if sources.known.origin == "catalog" and not link.matched:
        why = "nothing_linked" if near.searched else "not_searched"
        return _abstained(dialect, text(why, question), tail, Source.rules)
    if sources.packed is None:
        tail.missing(NO_SCHEMA)
    brief = Brief(question, dialect, _blocks(link, near, glossary.hints, sources))

    async def examined(answer: str) -> Examined:
        return await with_schema(around.workers, sources.packed, examine, SECONDS, answer, question, dialect)

    best = await ask(around.model, brief, examined, tail.exchange)
    return _told(best, question, dialect, tail)


def _blocks(link: Linked, near: Retrieved, hints: str, sources: Sources) -> tuple[tuple[str, str], ...]:
    more = f"\n\n({link.left_out} more tables are not shown)" if link.left_out else ""
    if not link.text and not near.text:
        more = "(no tables are known; use the names that the question gives)"
    schema = link.text + more if sources.packed is not None or not near.text else ""
    return ("schema", schema), ("retrieved", near.text if not link.text else ""), ("glossary", hints)


def _told(best: Examined, question: str, dialect: str, tail: Tail) -> Generated:
    """A model's answer as what it is."""
    tail.source = Source.model
    if best.refusal or not best.sql:
        reason = best.refusal or best.explanation or text("no_sql", question)
        return _abstained(dialect, reason, tail, Source.model)
    if best.withheld:
        return _abstained(dialect, text("withheld", question), tail, Source.model).warned(*best.errors)
    tail.factors = best.factors
    return Generated(dialect, best.sql, best.explanation, best.tables, (*best.errors, *best.warnings))


def _abstained(dialect: str, reason: str, tail: Tail, source: int) -> Generated:
    tail.source, tail.factors = source, (Factor("abstained", 0.0, "there is no statement"),)
    fix = "Ask about what the tables hold, or send the tables it needs."
    warning = Finding("CANNOT_ANSWER", reason, "warning", fix=fix)
    return Generated(dialect, explanation=reason, warnings=(warning,))
