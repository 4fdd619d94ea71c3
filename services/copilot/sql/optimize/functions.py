"""Functions that rewrites must be careful with, from `functions.yaml`."""

from __future__ import annotations

from importlib import resources

import yaml

_LISTED = yaml.safe_load(resources.files(__package__).joinpath("functions.yaml").read_text("utf-8"))


def _names(kind: str) -> frozenset[str]:
    return frozenset(name for row in _LISTED[kind] for name in row)


VOLATILE = _names("volatile")
ROWS = _names("rows")
ORDERED = _names("ordered")
