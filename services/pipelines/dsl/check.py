"""Every structural check of one document."""

from __future__ import annotations

from services.pipelines.dsl.columns import Resolution, resolve
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.finding import Finding
from services.pipelines.dsl.queries import check_queries
from services.pipelines.dsl.schema import validate as meets_schema
from services.pipelines.dsl.semantics import check_semantics
from services.pipelines.dsl.sqlcheck import check_sql
from services.pipelines.dsl.tasks import check_tasks
from services.pipelines.severity import Severity


def check_document(document: Document) -> list[Finding]:
    """Every structural finding of one document that was read: schema, references, columns, SQL."""
    schema = [_required(finding) for finding in meets_schema(document)]
    if document.is_orchestration:
        return [*schema, *check_tasks(document), *([] if schema else check_sql(document, None))]
    if not document.nodes():
        return schema
    broken = {finding.node for finding in schema if finding.node}
    resolution = resolve(document, broken)
    return [
        *schema,
        *resolution.graph.findings,
        *resolution.findings,
        *check_semantics(document, resolution),
        *check_queries(document, resolution),
        *_ends(document, resolution),
        *check_sql(document, resolution),
    ]


def _required(finding: Finding) -> Finding:
    """Missing `name` and `nodes` are a check of their own."""
    if finding.path == () and finding.message.startswith(("`name`", "`nodes`")):
        return Finding(finding.severity, "REQUIRED_KEY", finding.message, (), "", finding.line, finding.column)
    return finding


def _ends(document: Document, resolution: Resolution) -> list[Finding]:
    """Nodes whose rows go nowhere: most often a lost link."""
    fed = {edge.source for edge in resolution.graph.edges}
    return [
        document.finding(
            Severity.WARNING,
            "UNUSED_NODE",
            "nothing reads its rows; link it or take it out",
            resolution.graph.path(node_id),
        )
        for node_id, node in resolution.graph.nodes.items()
        if node.get("type") != "sink" and node.get("transform") != "manual" and node_id not in fed
    ]
