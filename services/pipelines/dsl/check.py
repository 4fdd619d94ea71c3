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

LONGEST_NAME = 63
"""Bytes of an identifier that PostgreSQL keeps (NAMEDATALEN - 1)."""


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
        *_cut_names(document, resolution),
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


def _cut_names(document: Document, resolution: Resolution) -> list[Finding]:
    """Columns of one node that PostgreSQL would call the same; each pair where it first stands."""
    if document.data.get("dialect", "postgresql") != "postgresql":
        return []
    found: dict[tuple[str, str], Finding] = {}
    for node_id in resolution.graph.order:
        for relation in resolution.outputs.get(node_id, {}).values():
            kept: dict[bytes, str] = {}
            for name in relation.names:
                if len(name) < LONGEST_NAME and name.isascii():
                    continue
                other = kept.setdefault(name.encode()[:LONGEST_NAME], name)
                if other != name and (other, name) not in found:
                    message = (
                        f"PostgreSQL keeps {LONGEST_NAME} bytes of a name, and '{other}' and '{name}' have the same; "
                        "rename one of them at the source, or run the pipeline on DuckDB"
                    )
                    place = resolution.graph.path(node_id)
                    found[other, name] = document.finding(Severity.WARNING, "NAMES_CUT", message, place)
    return list(found.values())
