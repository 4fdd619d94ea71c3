"""The migration of one export, on one page: parse → convert → validate → gate.

Every stage is a pure function of what it is given; `migrate` runs them all. What they hand on can be pickled, so a
whole migration can run in a worker process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from services.migration import emit, gate, parsers
from services.migration.ast import MappingAST, Orchestration, Problem, Tool, UserFunction, WorkflowAST
from services.migration.conversion import ConversionResult, Issue, MappingConversion
from services.migration.fallback import ModelAnswer
from services.migration.fallback.exchange import Exchange
from services.migration.report import MigrationReport, build_report
from services.migration.rules import control_flow, convert_mapping
from services.migration.rules.steps.tables import TABLES
from services.migration.rules.steps.walk import convert_steps
from services.migration.rules.tasks_by_hand import tasks_by_hand
from services.migration.validate import CHECKS, Validation
from services.pipelines.dsl.document import dump
from services.pipelines.severity import Severity
from services.pipelines.structure import ValidationResult, validate_structure, with_execution

OnStage = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Output:
    """One document as it is delivered."""

    name: str
    folder: str
    kind: str  # `pipeline` or `orchestration`
    yaml: str


@dataclass(frozen=True, slots=True)
class Migration:
    """All that came of one export."""

    tool: Tool
    filename: str
    generated_at: str
    documents: tuple[Output, ...]
    result: ConversionResult
    structure: ValidationResult  # the six structural checks, documents left out
    validation: Validation  # the checks of `/validate`
    release: gate.Release
    report: MigrationReport

    @property
    def text(self) -> str:
        """Every document as one YAML stream."""
        return "---\n".join(document.yaml for document in self.documents)


@dataclass(frozen=True, slots=True)
class Draft:
    """An export that is converted, and not yet validated. `result.requests` are what a language model may be asked."""

    ast: WorkflowAST
    filename: str
    generated_at: str
    result: ConversionResult


def migrate(
    data: bytes,
    filename: str,
    *,
    tool: Tool | None = None,
    dialect: str = "postgresql",
    on_stage: OnStage | None = None,
    generated_at: str = "",
    answers: Mapping[str, ModelAnswer] | None = None,
) -> Migration:
    """Convert one export. `on_stage` is told each status as it is entered; the last is the gate's outcome.

    `generated_at` is RFC 3339 in UTC, by default now. `answers` as for `convert`. Raises ExportError where the file
    cannot be read.
    """
    drawn = draft(
        data, filename, tool=tool, dialect=dialect, on_stage=on_stage, generated_at=generated_at, answers=answers
    )
    return complete(drawn, on_stage=on_stage)


def draft(
    data: bytes,
    filename: str,
    *,
    tool: Tool | None = None,
    dialect: str = "postgresql",
    on_stage: OnStage | None = None,
    generated_at: str = "",
    answers: Mapping[str, ModelAnswer] | None = None,
) -> Draft:
    """The first half of `migrate`: parse and convert."""
    enter = on_stage or (lambda _stage: None)
    stamp = generated_at or datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    enter("parsing")
    ast = parse_export(data, filename, tool)
    enter("parsed")
    enter("converting")
    return Draft(ast, filename, stamp, convert(ast, dialect=dialect, generated_at=stamp, answers=answers))


def complete(drawn: Draft, *, on_stage: OnStage | None = None) -> Migration:
    """The second half of `migrate`: validate, decide, report."""
    enter = on_stage or (lambda _stage: None)
    result, filename, stamp = drawn.result, drawn.filename, drawn.generated_at
    documents = tuple(deliver(result))
    enter("validating")
    structure, validation = validate_result(documents, result)
    enter("validated")
    release = gate.decide(result, structure)
    report = build_report(
        result,
        filename=filename,
        generated_at=stamp,
        noticed=(*release.blocking, *release.warnings),
        workflow=drawn.ast,
    )
    enter(release.outcome.value)
    return Migration(drawn.ast.tool, filename, stamp, documents, result, structure, validation, release, report)


def parse_export(data: bytes, filename: str, tool: Tool | None = None) -> WorkflowAST:
    """The syntax of an export, or of an archive of them. Raises ExportError: what is wrong and what to do."""
    return parsers.parse(data, filename, tool)


def convert(
    ast: WorkflowAST,
    *,
    dialect: str = "postgresql",
    generated_at: str,
    answers: Mapping[str, ModelAnswer] | None = None,
) -> ConversionResult:
    """Every mapping as a pipeline and every workflow as an orchestration. The same input gives the same result.

    `answers` are a language model's, by the key of their request; what has none stands in the result's `requests`.
    """
    exchange = Exchange(answers or {})
    names = _unique_names(ast.mappings)
    mappings = tuple(
        _convert(mapping, name, ast, dialect, generated_at, exchange)
        for mapping, name in zip(ast.mappings, names, strict=True)
    )
    flows = tuple(
        control_flow.document(
            _renamed(flow, ast.mappings, names),
            tool=ast.tool.value,
            file=flow.origin.file,
            generated_at=generated_at,
            generator=emit.GENERATOR,
        )
        for flow in ast.orchestrations
    )
    metadata: dict[str, Any] = {
        "source_tool": ast.tool.value,
        "source_file": ast.file,
        "dialect": dialect,
        "generated_at": generated_at,
    }
    issues = (*(_issue(problem) for problem in ast.problems), *(each for flow in flows for each in tasks_by_hand(flow)))
    return ConversionResult(mappings, flows, issues, metadata, tuple(exchange.requests.values()))


def _convert(
    mapping: MappingAST, name: str, ast: WorkflowAST, dialect: str, generated_at: str, exchange: Exchange
) -> MappingConversion:
    table = TABLES.get(ast.tool)
    walked = (
        convert_steps(mapping, ast.tool, table, dialect, exchange=exchange)
        if table
        else convert_mapping(mapping, dialect, functions=_functions(ast, mapping), exchange=exchange)
    )
    pipeline = emit.pipeline(
        replace(mapping, name=name, definition_name=mapping.definition_name or mapping.name),
        walked.objects,
        walked.parameters,
        dialect=dialect,
        generated_at=generated_at,
        tool=ast.tool,
    )
    return MappingConversion(name, mapping.folder, pipeline, walked.objects, walked.issues, mapping.origin)


def _functions(ast: WorkflowAST, mapping: MappingAST) -> tuple[UserFunction, ...]:
    """The functions of the mapping's own file: others of an archive may have some of the same names."""
    return tuple(each for each in ast.functions if each.origin.file == mapping.origin.file)


def _unique_names(mappings: Iterable[MappingAST]) -> list[str]:
    """Pipeline names: the mapping's, with its folder before it where two have one of that name.

    A number tells those of one folder and name apart.
    """
    listed = list(mappings)
    times = Counter(mapping.name for mapping in listed)
    names = [mapping.name if times[mapping.name] == 1 else f"{mapping.folder}.{mapping.name}" for mapping in listed]
    met = Counter[str]()
    found = []
    for name in names:
        met[name] += 1
        found.append(name if met[name] == 1 else f"{name} {met[name]}")
    return found


def _renamed(flow: Orchestration, mappings: Iterable[MappingAST], names: Iterable[str]) -> Orchestration:
    """The flow with its sessions naming pipelines as they are called here."""
    called = {m.name: name for m, name in zip(mappings, names, strict=True) if m.folder == flow.folder}
    return replace(
        flow, tasks=tuple(replace(task, reference=called.get(task.reference, task.reference)) for task in flow.tasks)
    )


def deliver(result: ConversionResult) -> Iterable[Output]:
    """The documents as text: pipelines in the export's order, then orchestrations."""
    for mapping in result.mappings:
        yield Output(mapping.mapping, mapping.folder, "pipeline", dump(mapping.pipeline))
    for flow in result.orchestrations:
        yield Output(flow["name"], flow["metadata"]["source_folder"], "orchestration", dump(flow))


def validate_result(documents: Iterable[Output], result: ConversionResult) -> tuple[ValidationResult, Validation]:
    """The structural checks on the delivered texts and a run of each, and the richer suite that embeds them."""
    each = [with_execution(validate_structure(document.yaml)) for document in documents]
    structure = ValidationResult(
        tuple(finding for one in each for finding in one.findings),
        tuple(document for one in each for document in one.documents),
        executed=sum(one.executed for one in each),
    )
    validation = Validation(tuple(check(structure, result) for check in CHECKS))
    return replace(structure, documents=()), validation


def _issue(problem: Problem) -> Issue:
    return Issue(
        Severity(problem.severity),
        problem.code,
        problem.message,
        object=problem.origin.element,
        origin=problem.origin,
    )
