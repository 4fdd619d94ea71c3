"""Prepared schemas, for when nobody can be asked. They are an example: whoever shows them says so."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from services.catalog.table import Column, Table


@cache
def canned() -> tuple[Table, ...]:
    """Call records and billing, from canned.yaml."""
    content = yaml.safe_load(files(__package__).joinpath("canned.yaml").read_text("utf-8"))
    return tuple(_table(each) for each in content["tables"])


def _table(given: dict[str, Any]) -> Table:
    names = [given[key] for key in ("service", "database", "schema", "name")]
    return Table(
        name=given["name"],
        qualified_name=".".join(names),
        description=given["description"],
        service=given["service"],
        service_type="postgres",
        database=given["database"],
        schema=given["schema"],
        columns=tuple(Column(name, kind) for name, kind in given["columns"].items()),
        primary_key=tuple(given["primary_key"]),
    )
