"""Texts made up for columns that a pipeline parses as JSON or XML, of the shape that its configuration expects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

JSON_TEXTS = (
    {"name": "Zoë", "list": [1, 2.5, {"inner": True}], "nothing": None, "none": [], "a.b": {"c": "1"}},
    [{"id": 1}, {"id": 9007199254740993}],
    "1",
)
STEP = re.compile(r"(?:xml\()?(?P<child>[^@\[/().]+)?(?:\[(?P<place>\d+)\])?/?(?:@(?P<attribute>[^)]+))?")
MOST_CHILDREN = 9


def json_texts(_config: Mapping[str, Any]) -> Iterator[str]:
    for value in JSON_TEXTS:
        yield json.dumps(value, ensure_ascii=False)


def xml_texts(config: Mapping[str, Any]) -> Iterator[str]:
    """An element with all that the first path of every column names, and one with nothing."""
    own: dict[str, None] = {}
    children: dict[str, tuple[int, dict[str, None]]] = {}
    for path in (item["paths"][0] for item in config["columns"]):
        match = STEP.match(path)
        child, place, attribute = match.groups() if match else (None, None, None)
        if child:
            count, attributes = children.setdefault(child, (1, {}))
            children[child] = (max(count, min(int(place or 1), MOST_CHILDREN)), attributes)
        if attribute:
            (children[child][1] if child else own)[attribute] = None
    inner = "".join(
        f"<{name}{_attributes(attributes)}>1</{name}>" * count for name, (count, attributes) in children.items()
    )
    name = config.get("element")
    tag = name or "made_up"
    element = f"<{tag}{_attributes(own)}>{inner or '1'}</{tag}>"
    yield f"<made_up>{element}<{tag}/></made_up>" if name else element
    yield "<made_up/>"


def _attributes(names: Mapping[str, None]) -> str:
    return "".join(f' {name}="1"' for name in names)


TEXTS: dict[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {"json_parse": json_texts, "xml_parse": xml_texts}
