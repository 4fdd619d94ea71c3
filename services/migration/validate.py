"""The two validation suites: the structural one of stage 3, and the richer one of `/validate`, which embeds it.

    validate_structure(text)            is the text a pipeline at all, and could it run?
    with_execution(structure)           does it run?
    validate_conversion(text, result)   is the conversion good enough to be used?

Both take the YAML as it will be released, so what is checked is what is delivered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from services.migration.conversion import ConversionResult, ConversionSource, Issue, Severity
from services.migration.dsl.check import check_document
from services.migration.dsl.document import Document, load_all
from services.migration.dsl.errors import DocumentError
from services.migration.dsl.finding import Finding
from services.migration.dsl.sqlcheck import SAFETY_CODES
from services.migration.runner.check import CODES as EXECUTION_CODES
from services.migration.runner.check import NOT_EXECUTED, SECONDS, execute_check

COVERAGE_AT_LEAST = 0.50  # reference: validate_output, transform coverage
CONFIDENCE_AT_LEAST = 0.60  # reference: validate_output, confidence

STRUCTURAL_CHECKS = {
    "yaml_syntax": "The text is well-formed YAML",
    "required_keys": "Every pipeline has a name and nodes",
    "node_schema": "Every node meets the schema, and every name in it resolves",
    "edge_references": "Every edge joins two nodes that exist",
    "dependencies": "Nodes do not wait for each other in a circle",
    "dangerous_sql": "No SQL that destroys data, changes rights or can't be looked into",
}
"""The six checks of stage 3, in order."""

EXECUTES = "executes"
"""The seventh: every pipeline runs over made-up rows."""
EXECUTION_SECONDS = 120.0
"""Bound on the runs of all pipelines of one text."""

_CHECK_OF_CODE = {
    **dict.fromkeys(("YAML_SYNTAX",), "yaml_syntax"),
    **dict.fromkeys(("REQUIRED_KEY",), "required_keys"),
    **dict.fromkeys(("UNKNOWN_NODE",), "edge_references"),
    **dict.fromkeys(("DEPENDENCY", "CYCLE"), "dependencies"),
    **dict.fromkeys(SAFETY_CODES, "dangerous_sql"),
    **dict.fromkeys(EXECUTION_CODES, EXECUTES),
}
"""Finding code → structural check; every other code is `node_schema`."""


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """Outcome of the structural checks. `is_valid` is false where there is an ERROR; warnings do not count."""

    findings: tuple[Finding, ...] = ()
    documents: tuple[Document, ...] = ()
    sound: tuple[Document, ...] = ()  # the pipelines without errors
    executed: int = 0  # how many of them were run

    @property
    def is_valid(self) -> bool:
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == Severity.WARNING)

    @property
    def issues(self) -> tuple[str, ...]:
        """One line each, beginning with `ERROR:` or `WARNING:`."""
        return tuple(str(finding) for finding in self.findings)

    def of_check(self, name: str) -> tuple[Finding, ...]:
        """The findings of one of the STRUCTURAL_CHECKS, or of EXECUTES."""
        return tuple(finding for finding in self.findings if check_of(finding) == name)


@dataclass(frozen=True, slots=True)
class ValidationCheck:
    """One check of the richer suite, as `/validate` returns it."""

    name: str
    passed: bool
    severity: Severity
    message: str
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Validation:
    """The richer suite: valid where every check of severity `error` passed."""

    checks: tuple[ValidationCheck, ...]

    @property
    def is_valid(self) -> bool:
        return all(check.passed for check in self.checks if check.severity == Severity.ERROR)


def check_of(finding: Finding) -> str:
    """Name of the structural check that a finding belongs to."""
    return _CHECK_OF_CODE.get(finding.code, "node_schema")


def validate_structure(text: str | bytes) -> ValidationResult:
    """The six structural checks on a YAML stream of pipelines and orchestrations. Never raises for bad input."""
    try:
        documents = load_all(text)
    except DocumentError as error:
        finding = Finding(Severity.ERROR, "YAML_SYNTAX", error.message, line=error.line, column=error.column)
        return ValidationResult((finding,))
    each = [check_document(document) for document in documents]
    sound = tuple(
        document
        for document, found in zip(documents, each, strict=True)
        if not document.is_orchestration and all(finding.severity != Severity.ERROR for finding in found)
    )
    return ValidationResult((*(finding for found in each for finding in found), *_names(documents)), documents, sound)


def _names(documents: Iterable[Document]) -> list[Finding]:
    seen: dict[str, int] = {}
    found = []
    for index, document in enumerate(documents):
        if document.name and document.name in seen:
            message = f"the name '{document.name}' is also that of document {seen[document.name] + 1}; rename one"
            found.append(document.finding(Severity.ERROR, "DUPLICATE_NAME", message, ("name",)))
        seen.setdefault(document.name, index)
    return found


def with_execution(structure: ValidationResult, seconds: float = EXECUTION_SECONDS) -> ValidationResult:
    """The result with what a run of every pipeline that has no errors shows; `seconds` bounds them all together."""
    until = time.monotonic() + seconds
    found: list[Finding] = []
    executed = 0
    for document in structure.sound:
        shown = execute_check(document, checked=True, seconds=min(SECONDS, max(0.0, until - time.monotonic())))
        executed += all(finding.code != NOT_EXECUTED for finding in shown)
        found += shown
    return replace(structure, findings=(*structure.findings, *found), executed=executed)


def validate_conversion(text: str | bytes, result: ConversionResult) -> Validation:
    """The checks of `/validate` on the released YAML and the conversion it came from."""
    structure = with_execution(validate_structure(text))
    return Validation(tuple(check(structure, result) for check in CHECKS))


def _syntax(structure: ValidationResult, _result: ConversionResult) -> ValidationCheck:
    findings = [finding for finding in structure.findings if check_of(finding) not in ("dangerous_sql", EXECUTES)]
    errors = [finding for finding in findings if finding.severity == Severity.ERROR]
    message = f"{len(errors)} structural errors" if errors else "The YAML is well-formed and every reference resolves"
    return ValidationCheck("yaml_syntax", not errors, Severity.ERROR, message, _lines(findings))


def _safety(structure: ValidationResult, _result: ConversionResult) -> ValidationCheck:
    findings = structure.of_check("dangerous_sql")
    errors = [finding for finding in findings if finding.severity == Severity.ERROR]
    message = f"{len(errors)} pieces of dangerous SQL" if errors else "No dangerous SQL was introduced"
    return ValidationCheck("sql_safety", not errors, Severity.ERROR, message, _lines(findings))


def _coverage(_structure: ValidationResult, result: ConversionResult) -> ValidationCheck:
    objects = [item for mapping in result.mappings for item in mapping.objects]
    left = [item for item in objects if item.target_type == "manual" or item.source in _NOT_CONVERTED]
    share = 1 - len(left) / len(objects) if objects else 1.0
    message = f"{len(objects) - len(left)} of {len(objects)} objects are converted ({share:.0%})"
    issues = tuple(f"WARNING: {item.object} ({item.source_type}) is not converted" for item in left)
    return ValidationCheck("transform_coverage", share >= COVERAGE_AT_LEAST, Severity.ERROR, message, issues)


_NOT_CONVERTED = (ConversionSource.UNSUPPORTED, ConversionSource.LLM_UNAVAILABLE)


def _confidence(_structure: ValidationResult, result: ConversionResult) -> ValidationCheck:
    value = overall_confidence(result)
    passed = value >= CONFIDENCE_AT_LEAST or not any(mapping.objects for mapping in result.mappings)
    message = f"Overall confidence is {value:.2f}, at least {CONFIDENCE_AT_LEAST:.2f} is needed"
    return ValidationCheck("confidence", passed, Severity.ERROR, message)


def _completeness(structure: ValidationResult, result: ConversionResult) -> ValidationCheck:
    issues = tuple(
        f"ERROR: pipeline '{document.name}' has no {kind}"
        for document in structure.documents
        if not document.is_orchestration
        for kind in ("source", "sink")
        if not any(node.get("type") == kind for node in document.nodes())
    )
    if not structure.documents and result.mappings:
        issues = ("ERROR: no pipeline could be read",)
    message = f"{len(issues)} pipelines lack an end" if issues else "Every pipeline has a source and a sink"
    return ValidationCheck("node_completeness", not issues, Severity.ERROR, message, issues)


def _mapping_issues(_structure: ValidationResult, result: ConversionResult) -> ValidationCheck:
    issues = [issue for issue in all_issues(result) if issue.severity != Severity.INFO]
    errors = [issue for issue in issues if issue.severity == Severity.ERROR]
    message = f"{len(errors)} errors and {len(issues) - len(errors)} warnings from the conversion"
    lines = tuple(f"{issue.severity.upper()}: {_where(issue)}: {issue.message}" for issue in issues)
    return ValidationCheck("mapping_issues", not errors, Severity.ERROR, message, lines)


def _executes(structure: ValidationResult, _result: ConversionResult) -> ValidationCheck:
    findings = structure.of_check(EXECUTES)
    failed = [finding for finding in findings if finding.severity == Severity.ERROR]
    count = sum(not document.is_orchestration for document in structure.documents)
    message = f"{structure.executed} of {count} pipelines ran over made-up rows"
    message += f"; {len(failed)} of them failed" if failed else ""
    return ValidationCheck(EXECUTES, not failed, Severity.ERROR, message, _lines(findings))


def all_issues(result: ConversionResult) -> list[Issue]:
    """Every issue of a conversion: of the export, of its mappings, of their objects; each once."""
    listed = [
        *result.issues,
        *(issue for mapping in result.mappings for issue in mapping.issues),
        *(issue for mapping in result.mappings for item in mapping.objects for issue in item.issues),
    ]
    return list(dict.fromkeys(listed))


def overall_confidence(result: ConversionResult) -> float:
    """Mean confidence, 0 to 1, over the objects that carry data: all that stand in mappings. 0 where none does."""
    values = [item.confidence for mapping in result.mappings for item in mapping.objects]
    return fmean(values) if values else 0.0


def _where(issue: Issue) -> str:
    return ", ".join(part for part in (issue.mapping, issue.object, issue.column) if part) or "export"


def _lines(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(str(finding) for finding in findings)


CHECKS: tuple[Callable[[ValidationResult, ConversionResult], ValidationCheck], ...] = (
    _syntax,
    _safety,
    _coverage,
    _confidence,
    _completeness,
    _mapping_issues,
    _executes,
)
"""The checks of `/validate`: the six of the reference in its order, and that every pipeline executes."""


def as_dict(validation: Validation) -> Mapping[str, Any]:
    """The reply of `/validate` as plain data."""
    return {
        "is_valid": validation.is_valid,
        "checks": [
            {
                "name": check.name,
                "passed": check.passed,
                "severity": check.severity.value,
                "message": check.message,
                "issues": list(check.issues),
            }
            for check in validation.checks
        ],
    }
