"""The suite of `/validate`: is the conversion good enough to be used? It embeds the structural checks.

It takes the YAML as it will be released, so what is checked is what is delivered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from services.migration.conversion import ConversionResult, ConversionSource, Issue
from services.migration.wording import counted
from services.pipelines.dsl.finding import Finding
from services.pipelines.severity import Severity
from services.pipelines.structure import EXECUTES, ValidationResult, check_of, validate_structure, with_execution

COVERAGE_AT_LEAST = 0.50  # reference: validate_output, transform coverage
CONFIDENCE_AT_LEAST = 0.60  # reference: validate_output, confidence


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
    left = [
        item
        for item in objects
        if not item.is_edited and (item.target_type == "manual" or item.source in _NOT_CONVERTED)
    ]
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
    message = (
        f"Without an end: {counted(len(issues), 'pipeline')}" if issues else "Every pipeline has a source and a sink"
    )
    return ValidationCheck("node_completeness", not issues, Severity.ERROR, message, issues)


def _mapping_issues(_structure: ValidationResult, result: ConversionResult) -> ValidationCheck:
    issues = [issue for issue in all_issues(result) if issue.severity != Severity.INFO]
    errors = [issue for issue in issues if issue.severity == Severity.ERROR]
    message = f"{counted(len(errors), 'error')} and {counted(len(issues) - len(errors), 'warning')} from the conversion"
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
