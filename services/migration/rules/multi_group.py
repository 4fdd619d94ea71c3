"""XML and application qualifiers with several groups of ports: one group is a table, several are a document.

Where all that is read belongs to one group, its rows are read like a table's; the reader of the document has to give
one row for each of its occurrences. Source: PowerCenter XML Guide, "XML Source Qualifier Transformation".
"""

from __future__ import annotations

from dataclasses import replace

from services.migration.rules import source_qualifier
from services.migration.rules.context import Context, NotConvertible, Outcome

FLATTENED = 0.70
"""Confidence where the shape of the rows depends on how the document is read."""


def convert(context: Context) -> Outcome:
    item = context.transformation
    read = [port for port in item.fields if (context.name, port.name) in context.wanted]
    groups = list(dict.fromkeys(port.group for port in read))
    if len(groups) > 1:
        raise NotConvertible(
            f"it gives the rows of several groups ({', '.join(groups)}), tied by keys that the reader generates",
            "Read each group with a source of its own, with the keys that tie them.",
        )
    if not groups:
        raise NotConvertible("nothing reads its ports", "Connect its ports or remove it.")
    named = [group.name for group in item.groups if group.kind in ("output", "default")]
    ports = tuple(port for port in item.fields if port.group == groups[0])
    context.transformation = replace(item, fields=ports, groups=())
    outcome = source_qualifier.convert(context)
    what = f"group {groups[0]}" if groups[0] else "its ports"
    context.warn(f"The document is read as a table: one row for each occurrence of {what}.", confidence=FLATTENED)
    stream = groups[0] if len(named) > 1 else ""
    return replace(outcome, outputs={stream: outcome.outputs[""]})
