"""The table of settings, from the classes themselves: text for `--help`, Markdown for docs/settings.md."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from services.runtime.settings import Settings, meaning, variable


class Row(NamedTuple):
    name: str
    default: str
    meaning: str
    servers: tuple[str, ...]


def _shown(value: Any) -> str:
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return ",".join(map(str, value))
    return str(getattr(value, "value", value))


def rows_of(cls: type[Settings]) -> list[Row]:
    """One row for each field, in the order of the class. ValueError names a field without a description."""
    rows = []
    for name, field in cls.model_fields.items():
        about = meaning(cls, name)
        if not about:
            raise ValueError(f"{cls.__name__}.{name} has no description")
        default = field.get_default(call_default_factory=True, validated_data={})
        rows.append(Row(variable(name), _shown(default), about, (cls.service,)))
    return rows


def merged_rows(classes: Iterable[type[Settings]]) -> list[Row]:
    """Rows of several servers; a variable with the same default and meaning in several is one row naming
    them."""
    merged: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for cls in classes:
        for row in rows_of(cls):
            key = (row.name, row.default, row.meaning)
            merged[key] = merged.get(key, ()) + row.servers
    return [Row(*key, servers=servers) for key, servers in merged.items()]


def help_text(cls: type[Settings], title: str, version: str) -> str:
    """What `python -m services.<name> --help` prints."""
    prefix = cls.service.upper()
    lines = [
        f"{title} {version}",
        "",
        f"Usage: python -m services.{cls.service} [--help | --version]",
        "",
        f"Everything is set by environment variables; {prefix}_NAME wins over NAME.",
        "",
    ]
    for row in rows_of(cls):
        lines.append(f"  {row.name}" + (f"  [{row.default}]" if row.default else ""))
        lines.extend(textwrap.wrap(row.meaning, 96, initial_indent="      ", subsequent_indent="      "))
    return "\n".join(lines)


def markdown_table(classes: Iterable[type[Settings]]) -> str:
    """The Markdown table of docs/settings.md: variable, default, meaning, which servers read it."""
    classes = tuple(classes)
    everyone = tuple(cls.service for cls in classes)
    lines = ["| Variable | Default | Meaning | Read by |", "|---|---|---|---|"]
    for row in merged_rows(classes):
        default = f"`{row.default}`" if row.default else ""
        servers = "every server" if row.servers == everyone else ", ".join(row.servers)
        meaning = row.meaning.replace("|", "\\|")
        lines.append(f"| `{row.name}` | {default} | {meaning} | {servers} |")
    return "\n".join(lines) + "\n"
