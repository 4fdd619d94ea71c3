"""A connection's configuration, in YAML or JSON: keys of its connector, usual ports, references for secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from services.copilot.suggest.place import Place, Proposal
from services.copilot.suggest.yaml_text import reads

_YAML_LINE = re.compile(r"\s*(?P<key>[A-Za-z_]\w*)?(?P<colon>\s*:\s*)?(?P<value>[^#]*)\Z")
_JSON_VALUE = re.compile(r"\"(?P<key>\w+)\"\s*:\s*(?P<value>[^,{}\[\]]*)\Z")
_JSON_KEY = re.compile(r"[{,]\s*(?P<quote>\"?)(?P<begun>\w*)\Z")


@cache
def _known() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load(
        resources.files(__package__).joinpath("connections.yaml").read_text("utf-8")
    )
    return table


def propose(place: Place) -> list[Proposal]:
    """What may stand at the cursor, best first, unchecked."""
    whole = place.prefix + place.suffix
    named = re.search(r"[\"']?\b(?:connector|type)[\"']?\s*:\s*[\"']?(\w+)", whole)
    settings: Mapping[str, Any] = _known()["connectors"].get(named[1], {}) if named else {}
    present = set(re.findall(r"[\"']?(\w+)[\"']?\s*:", whole))
    if "type" in present:  # the other word for it
        present.add("connector")
    reader = _json if place.prefix.lstrip().startswith("{") else _yaml
    return list(reader(place, settings, present))


def checker(place: Place) -> Callable[[str], bool]:
    """Whether the configuration reads with a text at the cursor; JSON that is still open is closed."""
    read = _reads_json if place.prefix.lstrip().startswith("{") else reads
    return lambda text: read(place.prefix + text + place.suffix)


def _reads_json(text: str) -> bool:
    for closing in ("", "}", ' ""}', '"}', ' "": ""}'):
        try:
            json.loads(text + closing)
        except (ValueError, RecursionError):
            continue
        return True
    return False


def _keys(settings: Mapping[str, Any], present: set[str]) -> list[str]:
    return [key for key in (*_known()["common"], *settings) if key not in present]


def _values(key: str, settings: Mapping[str, Any]) -> list[str]:
    if key in ("connector", "type"):
        return list(_known()["connectors"])
    value = settings.get(key, "")
    return [str(value)] if value != "" else []


def _yaml(place: Place, settings: Mapping[str, Any], present: set[str]) -> Iterator[Proposal]:
    line = place.prefix.rsplit("\n", 1)[-1]
    match = _YAML_LINE.match(line)
    if match is None:
        return
    if match["colon"]:
        lead = "" if line.endswith(" ") or match["value"] else " "
        begun = match["value"].strip().strip("\"'")
        for rank, value in enumerate(_values(match["key"] or "", settings)):
            if value.startswith(begun) and value != begun:
                yield Proposal(lead + value[len(begun) :], "value", 0.8, rank=rank)
        return
    begun = match["key"] or ""
    for rank, key in enumerate(_keys(settings, present - {begun})):
        if key.startswith(begun) and key != begun:
            yield Proposal(f"{key[len(begun) :]}: ", "key", 0.75, rank=rank)


def _json(place: Place, settings: Mapping[str, Any], present: set[str]) -> Iterator[Proposal]:
    if match := _JSON_VALUE.search(place.prefix):
        begun = match["value"].strip().strip('"')
        opened = match["value"].strip().startswith('"')
        for rank, value in enumerate(_values(match["key"], settings)):
            if value.startswith(begun) and value != begun:
                yield Proposal(
                    (value[len(begun) :] if opened else json.dumps(value)) + ('"' if opened else ""),
                    "value",
                    0.8,
                    rank=rank,
                )
    elif match := _JSON_KEY.search(place.prefix):
        begun = match["begun"]
        for rank, key in enumerate(_keys(settings, present)):
            if key.startswith(begun) and key != begun:
                opening = "" if match["quote"] else '"'
                yield Proposal(f'{opening}{key[len(begun) :]}": ', "key", 0.75, rank=rank)
