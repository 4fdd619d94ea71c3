"""What a pipeline may be built from: tables of the catalog and templates that resemble what is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dataflow.common.v1 import source_ref_pb2
from services.catalog.table import Table
from services.copilot.pipeline.data_types import data_type
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail
from services.copilot.words import Stems, stems

MOST_TABLES = 12
MOST_COLUMNS = 60
MOST_TEMPLATES = 2
TEMPLATE_THRESHOLD = 0.3
MOST_NAMED = 50
_DOTTED = re.compile(r"(?<![\w$#-])[\w$#-]+(?:\.[\w$#-]+)+")  # from its beginning: else a long word takes long
_NAME, _COLUMN, _ABOUT = 3.0, 1.0, 0.5  # what a word is worth by where it stands

CONNECTORS = {
    "teradata": "teradata",
    "saphana": "sap_hana",
    "snowflake": "snowflake",
    "databricks": "databricks",
    "oracle": "oracle",
    "mssql": "mssql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "db2": "db2",
    "redshift": "redshift",
    "bigquery": "bigquery",
    "hive": "hive",
}
"""OpenMetadata's type of a database service, lower case → connector of the pipeline language."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """`tables`: the likeliest first. `templates`: (name, YAML). `listed`: all tables that may be named. `places`: a
    service, lower case → one of its tables. `wanted`: the services asked for, lower case; none: any. `target`: the one
    to write to."""

    tables: Sequence[Table] = ()
    templates: Sequence[tuple[str, str]] = ()
    refs: Sequence[source_ref_pb2.SourceRef] = ()
    listed: Sequence[Table] = ()
    places: Mapping[str, Table] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()
    target: str = ""

    def naming(self, text: str) -> Grounds:
        """The grounds of an answer: with the listed tables that it names beside the likeliest, and no others."""
        said = {name.lower() for name in _DOTTED.findall(text.replace('"', "").replace("'", ""))}
        have = {table.qualified_name for table in self.tables}
        more = [t for t in self.listed if t.qualified_name not in have and not said.isdisjoint(_names(t))][:MOST_NAMED]
        refs = [*self.refs, *map(_ref, more)]
        return replace(self, tables=[*self.tables, *more], refs=refs, listed=())

    def table(self, name: str) -> Table | None:
        """The table of a name, however much of its qualified name is given; None where none or several fit."""
        parts = name.lower().replace('"', "").split(".")
        found = [t for t in self.tables if t.qualified_name.lower().split(".")[-len(parts) :] == parts]
        return found[0] if len(found) == 1 else None


async def gather(around: Surroundings, prompt: str, services: Sequence[str], target: str, tail: Tail) -> Grounds:
    """The tables of `services` (all where none is named) and of `target` that the prompt is about, and templates."""
    listed, degraded = await around.schemas.listed()
    tail.missing(*degraded)
    wanted = {name.lower() for name in (*services, target) if name}
    mine = [t for t in listed if not wanted or t.service.lower() in wanted] if services else list(listed)
    tables = likeliest(prompt, mine)
    found = await around.grounding.search(
        prompt, entity_types=("template",), limit=MOST_TEMPLATES, threshold=TEMPLATE_THRESHOLD
    )
    tail.missing(found.degraded)
    tail.retrieved += found.refs
    refs = [_ref(table) for table in tables]
    templates = [(each.entity.entity_name, each.entity.content) for each in found.results]
    places = {table.service.lower(): table for table in listed if table.service}
    asked = frozenset(wanted if services else ())
    return Grounds(tables, templates, [*found.refs, *refs], listed, places, asked, target.lower())


def _names(table: Table) -> list[str]:
    """A table's qualified name and the ends of it that still have a dot, lower case."""
    parts = table.qualified_name.lower().split(".")
    return [".".join(parts[start:]) for start in range(max(1, len(parts) - 1))]


def likeliest(prompt: str, tables: Sequence[Table]) -> list[Table]:
    """Those that share words with the prompt, the more and the rarer the better."""
    asked = stems(prompt)
    words = [_words(table) for table in tables]
    spread = {stem: sum(stem in each for each in words) for stem in asked}
    scores = []
    for number, each in enumerate(words):
        score = sum(each.get(stem, 0.0) / spread[stem] for stem in asked if spread[stem])
        if tables[number].name.lower() in prompt.lower():
            score += 10
        if score > 0:
            scores.append((score, -number))
    return [tables[-number] for _, number in sorted(scores, reverse=True)[:MOST_TABLES]]


def _words(table: Table) -> dict[str, float]:
    """Every stem of a table with its worth; a stem of the prompt finds the forms of its word."""
    found: dict[str, float] = _Forms()
    for worth, texts in (
        (_ABOUT, [table.description, *(column.description for column in table.columns)]),
        (_COLUMN, [column.name for column in table.columns]),
        (_NAME, [table.name, table.display_name]),
    ):
        for text in texts:
            for stem in stems(text) if text else ():
                found[stem] = max(worth, dict.get(found, stem, 0.0))
    return found


class _Forms(dict[str, float]):
    """Looks a stem up by any form of its word."""

    def get(self, wanted: str, default: float = 0.0) -> float:  # type: ignore[override]  # one kind of value
        return max((self[form] for form in Stems(self).matching(wanted)), default=default)


def shown(tables: Iterable[Table]) -> str:
    """Tables as a prompt has them: name, connector, columns with types, keys."""
    return "\n".join(map(_shown, tables))


def connector_of(table: Table) -> str:
    return CONNECTORS.get(table.service_type.lower(), "jdbc")


def _shown(table: Table) -> str:
    columns = [column for column in table.columns if not column.nested][:MOST_COLUMNS]
    listed = ", ".join(f"{column.name} {data_type(column.data_type)}" for column in columns)
    keys = f" primary key ({', '.join(table.primary_key)})" if table.primary_key else ""
    links = "".join(f" ({', '.join(key.columns)}) -> {key.references}" for key in table.foreign_keys)
    about = f" -- {' '.join(table.description.split())[:160]}" if table.description else ""
    return f"{table.qualified_name} [{connector_of(table)}] ({listed}){keys}{links}{about}"


def _ref(table: Table) -> source_ref_pb2.SourceRef:
    return source_ref_pb2.SourceRef(
        entity_type="table", entity_id=table.entity_id or table.qualified_name, entity_name=table.qualified_name
    )
