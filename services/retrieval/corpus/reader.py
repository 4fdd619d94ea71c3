"""The built-in documents and templates as entities.

A document is cut at its second-level headings, one entity a section, each short enough for the model's 256 tokens;
its id is `<file>#<heading>` in lower case with hyphens, so it stays when the text changes. A template is one entity:
what it does comes first and is what the model sees, the whole pipeline follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import yaml

from services.retrieval.entities import Entity

SERVICE = "built-in"
"""metadata["service"] of the corpus; no catalog service may have this name."""
DOCUMENT, TEMPLATE = "document", "template"

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_TEMPLATE_PREFIX = "template_"


@cache
def corpus() -> tuple[Entity, ...]:
    """Every section of every document, then every template. Raises ValueError naming a file that is wrong."""
    folder = files(__package__)
    sections = (entity for file in _sorted(folder / "documents", ".md") for entity in _sections(file))
    return (*sections, *(_template(file) for file in _sorted(folder / "templates", ".yaml")))


def _sorted(folder: Traversable, ending: str) -> list[Traversable]:
    return sorted((file for file in folder.iterdir() if file.name.endswith(ending)), key=lambda file: file.name)


def _sections(file: Traversable) -> Iterator[Entity]:
    title, *parts = re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    title = title.strip()
    if not title.startswith("# ") or "\n" in title or not parts:
        raise ValueError(f"{file.name}: a document is one line '# Title' and sections that begin with '## Heading'")
    for part in parts:
        heading, _, body = part.partition("\n")
        yield _section(file.name.removesuffix(".md"), title[2:], heading.strip(), body.strip())


def _section(file: str, title: str, heading: str, body: str) -> Entity:
    return Entity(
        DOCUMENT,
        f"{file}#{_slug(heading)}",
        f"{title}: {heading}",
        f"{title}: {heading}\n\n{body}",
        {"service": SERVICE, "title": title, "heading": heading},
    )


def _slug(heading: str) -> str:
    return _NOT_WORD.sub("-", heading.lower()).strip("-")


def _template(file: Traversable) -> Entity:
    text = file.read_text(encoding="utf-8")
    pipeline = yaml.safe_load(text)
    title = pipeline["name"].removeprefix(_TEMPLATE_PREFIX).replace("_", " ").capitalize()
    steps = [node.get("transform") or f"{node['connector']} {node['type']}" for node in pipeline["nodes"]]
    about = f"Pipeline template: {title}. {pipeline['description']}\nSteps: {', '.join(steps)}."
    return Entity(
        TEMPLATE,
        file.name.removesuffix(".yaml"),
        title,
        f"{about}\n\n{text}",
        {
            "service": SERVICE,
            "title": title,
            "connectors": sorted({n["connector"] for n in pipeline["nodes"] if "connector" in n}),
        },
    )
