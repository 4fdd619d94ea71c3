"""DataFlow YAML: keys and values that the schema of the pipeline language knows at the cursor's place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from services.copilot.suggest.place import Place, Proposal
from services.pipelines.dsl.language import config_definition, connectors, definition, resolved

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KEY = re.compile(r"(?P<indent>\s*)(?P<dash>-\s+)?(?P<key>[A-Za-z_][\w]*)\s*:\s*(?P<value>.*)\Z")
_ID = re.compile(r"^\s*-\s+id:\s*['\"]?([a-z_]\w*)", re.MULTILINE)
_FLOW_REF = re.compile(
    r"[{,]\s*(?:from|to|left|right)\s*:\s*(?P<begun>\w*)\Z|depends_on\s*:\s*\[(?:[^\]]*,)?\s*(?P<item>\w*)\Z"
)
_ITEM = re.compile(r"\s*-\s+(?P<begun>\w*)\Z")
_REFS = frozenset({"from", "to", "left", "right", "input", "dimension", "before", "after"})


@dataclass(frozen=True, slots=True)
class _Level:
    """A mapping that the cursor is inside of: its indent, the key that leads to it, and its scalars so far."""

    indent: int
    key: str
    values: dict[str, str]


def propose(place: Place) -> list[Proposal]:
    """What may stand at the cursor, best first, unchecked."""
    lines = place.prefix.split("\n")
    line = lines[-1]
    levels = _levels(lines[:-1], line)
    in_item = len(levels) > 1 and levels[-2].key == "depends_on"
    if reference := _FLOW_REF.search(line) or (_ITEM.match(line) if in_item else None):
        begun = next(each for each in reference.groups() if each is not None)
        return list(_references(place, line, begun))
    schema = _schema(levels)
    match = _KEY.match(line)
    if match and "#" not in line:
        return list(_values(place, schema, match["key"], match["value"], line))
    if line.strip("- ").strip() and not re.fullmatch(r"\s*(?:-\s+)?\w*", line):
        return []
    return list(_keys(schema, levels, line))


def checker(place: Place) -> Callable[[str], bool]:
    """Whether the whole reads as YAML with a text at the cursor."""
    return lambda text: reads(place.prefix + text + place.suffix)


def reads(text: str) -> bool:
    """Whether a text is YAML. Values are not made: that takes five times as long."""
    try:
        yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    return True


def _levels(lines: list[str], current: str) -> list[_Level]:
    """The mappings around the cursor, outermost first, read by indentation."""
    levels: list[_Level] = [_Level(0, "", {})]
    for line in lines:
        match = _KEY.match(line)
        if match is not None:
            _enter(levels, match)
    stripped = current.lstrip()
    is_item = stripped.startswith("-")
    indent = len(current) - len(stripped) + (len(stripped) - len(stripped[1:].lstrip()) if is_item else 0)
    while len(levels) > 1 and (levels[-1].indent > indent or (is_item and levels[-1].indent >= indent)):
        levels.pop()
    if is_item:
        levels.append(_Level(indent, "-", {}))
    return levels


def _enter(levels: list[_Level], match: re.Match[str]) -> None:
    """What a line `key: value` does to the mappings that are open."""
    own = len(match["indent"]) + len(match["dash"] or "")
    if match["dash"]:
        while len(levels) > 1 and levels[-1].indent >= own:
            levels.pop()
        levels.append(_Level(own, "-", {}))
    while len(levels) > 1 and levels[-1].indent > own:
        levels.pop()
    if levels[-1].indent < own:
        levels.append(_Level(own, "", {}))
    levels[-1].values[match["key"]] = match["value"].strip()
    if not match["value"].strip():
        levels.append(_Level(own + 1, match["key"], {}))


def _schema(levels: list[_Level]) -> Mapping[str, Any]:
    """The schema of the mapping that the cursor is in; {} where it is not known."""
    part: Mapping[str, Any] = resolved(definition("pipelineDocument"))
    above: dict[str, str] = levels[0].values
    for level in levels[1:]:
        if level.key == "-":
            part = resolved(part.get("items", {})) if "items" in part else part
        elif level.key == "config" and "transform" in part.get("properties", {}):
            name = config_definition({key: value.strip("'\"") for key, value in above.items()})
            part = resolved(definition(name)) if name else {}
        elif level.key:
            part = resolved(part.get("properties", {}).get(level.key, {}))
        if level.values:
            above = level.values
    return part


def _keys(schema: Mapping[str, Any], levels: list[_Level], line: str) -> Iterator[Proposal]:
    begun = line.strip().removeprefix("-").strip()
    present = levels[-1].values if levels else {}
    required = set(schema.get("required", ()))
    for rank, (key, part) in enumerate(schema.get("properties", {}).items()):
        if key in present or not key.startswith(begun) or key == begun:
            continue
        shape = resolved(part)
        nested = shape.get("type") in ("array", "object") or "properties" in shape
        text = f"{key[len(begun) :]}:{'' if nested else ' '}"
        yield Proposal(text, "key", 0.85 if key in required else 0.6, rank=rank)


def _values(place: Place, schema: Mapping[str, Any], key: str, begun: str, line: str) -> Iterator[Proposal]:
    lead = "" if line.endswith(" ") or begun else " "
    begun = begun.strip()
    for rank, (value, sure) in enumerate(_choices(place, schema, key)):
        if value.startswith(begun) and value != begun:
            yield Proposal(lead + value[len(begun) :], "value", sure, rank=rank)


def _choices(place: Place, schema: Mapping[str, Any], key: str) -> Iterator[tuple[str, float]]:
    part = resolved(schema.get("properties", {}).get(key, {}))
    if key == "connector":
        yield from ((name, 0.7) for name in connectors())
    elif "enum" in part:
        yield from ((str(each), 0.8) for each in part["enum"])
    elif part.get("type") == "boolean":
        yield from (("true", 0.7), ("false", 0.7))
    elif key in _REFS:
        yield from ((each, 0.75) for each in _ids(place))
    elif key == "table":
        yield from ((table.name, 0.7) for table in place.tables)
    elif key == "schema":
        yield from ((each, 0.7) for each in dict.fromkeys(table.schema for table in place.tables if table.schema))
    elif key in ("name", "column"):
        names = dict.fromkeys(column.name for table in place.tables for column in table.columns)
        yield from ((name, 0.5) for name in names)


def _references(place: Place, line: str, begun: str) -> Iterator[Proposal]:
    """Nodes that an edge or `depends_on` may name: not those it names already, nor the node itself."""
    named = re.findall(r"\w+", re.split(r"[\[{]", line)[-1]) if re.search(r"[\[{]", line) else []
    own = [] if {"from", "to"} & {*named} else _ID.findall(place.prefix)[-1:]
    for rank, name in enumerate(_ids(place)):
        if name.startswith(begun) and name not in (begun, *named, *own):
            yield Proposal(name[len(begun) :], "value", 0.75, rank=rank)


def _ids(place: Place) -> list[str]:
    """The ids of the pipeline's nodes, those behind the cursor too."""
    return list(dict.fromkeys(_ID.findall(f"{place.prefix}\n{place.suffix}\n{place.yaml}")))
