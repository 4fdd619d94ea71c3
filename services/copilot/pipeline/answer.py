"""From words to a pipeline: grounds → plan by the model → document by code → validator and runner → bounded repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dataflow.common.v1 import source_ref_pb2
from services.catalog.table import Table
from services.copilot.confidence import Factor
from services.copilot.knowledge import dsl
from services.copilot.knowledge.landscape import landscape_block
from services.copilot.language import LANGUAGES, detect
from services.copilot.model.prompts import DATA_RULE, Rendered, data, prompt
from services.copilot.pipeline.emitter import Emitted, emit
from services.copilot.pipeline.grounds import Grounds, gather, shown
from services.copilot.pipeline.plan import NoPlanError, read_plan
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail
from services.pipelines.dsl.document import dump
from services.pipelines.dsl.errors import DocumentError
from services.pipelines.structure import ValidationResult, validate_structure, with_execution

TEMPERATURE = 0.1
MAX_TOKENS = 6_000
SECONDS = 100.0
CHECK_SECONDS = 40.0
RUN_SECONDS = 15.0
MOST_TEMPLATE_CHARACTERS = 6_000
NO_TABLES = "(the catalog is away, or has none that fit)"


@dataclass
class Built:
    """What a request came to. `text` is "" where no plan could be read; `validation` then says why."""

    text: str = ""
    document: dict[str, Any] = field(default_factory=dict)
    validation: ValidationResult = field(default_factory=ValidationResult)
    warnings: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    unread: str = ""
    """Why the answer could not be read as a plan; "" where it could."""

    @property
    def problems(self) -> list[str]:
        """What keeps it from being used."""
        if self.unread:
            return [self.unread]
        return [str(finding) for finding in self.validation.errors]


@dataclass(frozen=True)
class Asked:
    prompt: str
    services: Sequence[str]
    target: str
    dialect: str


async def build(around: Surroundings, asked: Asked, tail: Tail) -> tuple[Built, Grounds]:
    """The pipeline, valid and run over made-up rows, or as it is with what is wrong. Raises ModelUnavailable."""
    grounds = await gather(around, asked.prompt, asked.services, asked.target, tail)
    tail.source = Source.model
    language = detect(asked.prompt)

    tried: list[tuple[Built, Grounds]] = []

    async def check(text: str) -> tuple[Built | None, Sequence[str]]:
        used = grounds.naming(text)
        built = await around.workers.run_cpu(built_from, text, used, asked.dialect, timeout=CHECK_SECONDS)
        tried.append((built, used))
        return built, built.problems

    await around.model.checked(
        _system(grounds, asked.dialect, language),
        _user(asked),
        check,
        tail.exchange,
        purpose="generate_pipeline",
        temperature=TEMPERATURE,
        max_tokens=MAX_TOKENS,
        seconds=SECONDS,
    )
    built, used = best_of(tried)
    tail.factors = factors(built, used)
    return built, used


def best_of(tried: Sequence[tuple[Built, Grounds]]) -> tuple[Built, Grounds]:
    """The answer with the fewest problems, of equals the last: a repair may be worse than what it repairs."""
    return min(reversed(tried), key=lambda each: (bool(each[0].unread), len(each[0].problems)))


def built_from(text: str, grounds: Grounds, dialect: str) -> Built:
    """Runs in a worker process: a model's answer to a checked pipeline."""
    try:
        emitted = emit(read_plan(text), grounds, dialect)
        document = dump(emitted.document)
    except (NoPlanError, DocumentError) as error:
        return Built(unread=str(error))
    validation = with_execution(validate_structure(document), RUN_SECONDS)
    return Built(document, emitted.document, validation, _warnings(emitted, validation), emitted.tables)


def _warnings(emitted: Emitted, validation: ValidationResult) -> list[str]:
    return [*emitted.warnings, *(str(finding) for finding in validation.warnings)]


def factors(built: Built, grounds: Grounds) -> list[Factor]:
    """The project's own weights, on what was checked."""
    if not built.text:
        return [Factor("no_plan", 0.0, built.unread)]
    found = [Factor("base", 0.4, "a plan by the model, emitted by code")]
    if built.validation.is_valid:
        found.append(Factor("validation", 0.2, "the validator finds no error"))
    else:
        found.append(Factor("validation", -0.2, f"the validator finds {len(built.validation.errors)} errors"))
    if built.validation.executed and built.validation.is_valid:
        found.append(Factor("execution", 0.15, "it runs over made-up rows"))
    tables = _tables_named(built.document)
    if tables:
        known = len({table.qualified_name for table in built.tables})
        share = min(1.0, known / tables)
        found.append(Factor("schema_coverage", round(0.15 * share, 3), f"{known} of {tables} tables are the catalog's"))
    if grounds.templates:
        found.append(Factor("template", 0.03, "a template resembles the request"))
    return found


def _tables_named(document: Mapping[str, Any]) -> int:
    return sum(1 for node in document.get("nodes", ()) if node.get("config", {}).get("table"))


def cited(built: Built, grounds: Grounds) -> list[source_ref_pb2.SourceRef]:
    """The templates that stood before the model, and the catalog's tables that the pipeline uses."""
    used = {table.qualified_name for table in built.tables}
    return [ref for ref in grounds.refs if ref.entity_type == "template" or ref.entity_name in used]


def _system(grounds: Grounds, dialect: str, language: str) -> Rendered:
    templates = "\n".join(
        data("template", f"{name}\n{text}", MOST_TEMPLATE_CHARACTERS) for name, text in grounds.templates
    )
    return prompt(__package__, "pipeline.md").render(
        language=LANGUAGES[language],
        reference=dsl.reference(),
        dialect=dialect,
        data_rule=DATA_RULE,
        landscape=landscape_block(),
        tables=data("tables", shown(grounds.tables)) if grounds.tables else NO_TABLES,
        templates=templates or "(none)",
    )


def _user(asked: Asked) -> str:
    lines = [asked.prompt]
    if asked.services:
        lines.append(f"Read from: {', '.join(asked.services)}")
    if asked.target:
        lines.append(f"Write to: {asked.target}")
    return "\n".join(lines)
