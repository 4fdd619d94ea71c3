"""The structural validation of a text of pipelines: is it a pipeline at all, could it run, does it run?

validate_structure(text)      the six checks of the reference's stage 3
with_execution(structure)     and every pipeline runs over made-up rows
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.pipelines.dsl.check import check_document
from services.pipelines.dsl.document import Document, load_all
from services.pipelines.dsl.errors import DocumentError
from services.pipelines.dsl.finding import Finding
from services.pipelines.dsl.sqlcheck import SAFETY_CODES
from services.pipelines.runner.check import CODES as EXECUTION_CODES
from services.pipelines.runner.check import NOT_EXECUTED, SECONDS, execute_check
from services.pipelines.severity import Severity

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
