"""XML Source: an output for each repeated element of a document. Source: "XML Source"."""

from __future__ import annotations

from services.migration.rules.context import Outcome
from services.migration.rules.ssis import frame, places, sources
from services.migration.rules.steps.context import StepContext

NUMBERED = 0.6
"""Confidence of a source whose key columns the document does not hold."""


def source(context: StepContext) -> Outcome:
    """Each output that something reads as a source of its own: the elements that it repeats for."""
    name = context.settings.get("XMLDataVariable")
    given = context.settings.get("XMLData")
    path = places.variable(name) if name else given or "file.xml"
    ends = frame.outputs(context)
    read = [end for end in ends if end.get("port") in context.wanted] or [sources.first_output(context)]
    numbered = {f"{end.get('name')}_id".lower() for end in ends}
    found = []
    for end in read:
        keys = [one.get("name") for one in frame.columns(end) if one.get("name").lower() in numbered]
        if keys:
            context.warn(
                f"{', '.join(keys)} of {end.get('name')} are numbers that SSIS gives the elements of the document; the "
                "document does not hold them, so they come to nothing here.",
                confidence=NUMBERED,
            )
        record = end.get("RowsetID") or end.get("name")
        name = context.name if len(read) == 1 else f"{context.name} {end.get('name')}"
        config = {"path": path, "options": {"record_path": record}}
        found.append(sources.described(context, "xml", config, end, name=name))
    nodes = tuple(node for outcome in found for node in outcome.nodes)
    return Outcome("source", 1.0, nodes, {port: given for one in found for port, given in one.outputs.items()})
