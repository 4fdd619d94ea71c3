"""A setting wherever a stage keeps it: its record, its properties, or its connector's XML, whose depth differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.migration.ast import Setting
from services.migration.rules.datastage.frame import Stage

__all__ = ["stated"]


def stated(stage: Stage, names: Iterable[str], *pins: Setting) -> str:
    """The first setting of these names that holds something: of the pins, then of the stage; "" where there is none."""
    wanted = tuple(names)
    for place in (*pins, stage.settings):
        for one in _walk(place.one("connector")):
            if one.name in wanted and one.value.strip():
                return one.value.strip()
        for name in wanted:
            found = place.get(name).strip() or stage.text(name, of=place)
            if found:
                return found
    return ""


def _walk(tree: Setting) -> Iterator[Setting]:
    waiting = [tree]
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting = [*one.children, *waiting]
