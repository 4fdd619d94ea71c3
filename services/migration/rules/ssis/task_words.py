"""What is said of tasks: of those that have no counterpart, and of properties that change how any of them runs."""

from __future__ import annotations

from collections.abc import Mapping

REASONS = {
    "CdcControlTask": "It keeps the positions (LSN) of change data capture in a variable, between which sources read.",
    "FileSystemTask": "It copies, moves, renames or deletes files where the package runs.",
    "FtpTask": "It moves files from or to a server.",
    "BulkInsertTask": "It has the server load a file into a table, as a source and a sink of a pipeline do.",
    "ScriptTask": "It runs C# or Visual Basic, which stands in the original where the package holds it.",
    "WebServiceTask": "It calls a web service and keeps what that answers.",
    "XMLTask": "It changes, checks or reads a document by XSLT, XPath or a schema.",
    "DataProfilingTask": "It computes profiles of tables and writes them to a file.",
    "MessageQueueTask": "It sends or takes messages of a queue, or waits for them.",
    "DTSProcessingTask": "It processes objects of Analysis Services.",
    "ASExecuteDDLTask": "It runs a script of Analysis Services.",
    "TransferSqlServerObjectsTask": "It copies objects of a database to another server.",
}
"""What a task does that has no counterpart."""
TOLD = {
    ("TransactionOption", "2"): "In SSIS all of it is one transaction.",
    ("ForceExecutionResult", "0"): "In SSIS it counts as successful whatever happens.",
    ("ForceExecutionResult", "1"): "In SSIS it counts as failed whatever happens.",
    ("ForceExecutionResult", "2"): "In SSIS it counts as completed whatever happens.",
}
"""What properties of every task say of how it runs."""
MOST_ERRORS = "MaxErrorCount"
"""How many errors within it fail a container: 1 unless it is changed, 0 for any number. Source: "DtsContainer"."""


def said(attributes: Mapping[str, str], *, holds_tasks: bool) -> list[str]:
    """What a task's properties change of how it runs."""
    found = [text for (name, value), text in TOLD.items() if attributes.get(name) == value]
    if holds_tasks and MOST_ERRORS in attributes:
        count = attributes[MOST_ERRORS]
        found.append(f"In SSIS {'any number of errors' if count == '0' else f'fewer than {count} errors'} in it pass.")
    return found
