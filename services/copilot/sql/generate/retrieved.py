"""What Retrieval finds for a question: names of tables for schema linking, and their text where there is no schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dataflow.common.v1 import source_ref_pb2
from services.copilot.grounding import Grounding

MOST = 15
"""Results: five lose 15 to 20 % of the tables a query needs."""
_MOST_TEXT = 12_000


@dataclass(frozen=True)
class Retrieved:
    """`tables`: names as the catalog has them, best first; `degraded`: "" or why there is nothing; `searched`: whether
    there was anything to search in."""

    tables: Sequence[str] = ()
    text: str = ""
    refs: list[source_ref_pb2.SourceRef] = field(default_factory=list)
    degraded: str = ""
    searched: bool = False


async def retrieve(grounding: Grounding, question: str) -> Retrieved:
    """Tables and columns near the question, and the tables that foreign keys of these lead to."""
    grounds = await grounding.search(question, entity_types=("table", "column"), limit=MOST, neighbours=True)
    names: dict[str, None] = {}
    for each in grounds.results:
        entity = each.entity
        name = entity.entity_name
        names[name if entity.entity_type == "table" else name.rpartition(".")[0]] = None
    text = "\n".join(f"{each.entity.entity_name}: {each.entity.content}" for each in grounds.results)
    searched = bool(grounds.results) or grounds.reason == "below_threshold"
    return Retrieved(tuple(names), text[:_MOST_TEXT], grounds.refs, grounds.degraded, searched)
