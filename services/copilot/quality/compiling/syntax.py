"""What the dialects spell differently, one row of syntax.yaml each; everything else is the same tree for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Syntax:
    """Spelling of one dialect. Texts with `{…}` are filled with SQL of that dialect.

    `catalog`, `of_table`: where column names and types are listed, and how the table's rows are picked there.
    `upper`: unquoted names fold to upper case.
    """

    text: str
    number: str
    ago: str
    found: str
    full: str
    default_schema: str
    length: str = "LENGTH({text})"
    now: str = "CURRENT_TIMESTAMP"
    is_json: str = ""
    catalog: str = "information_schema.columns"
    names: tuple[str, str, str, str] = ("column_name", "ordinal_position", "data_type", "is_nullable")
    """Columns of the catalog: name, position, type, nullable."""
    of_table: str = "table_name = {table} AND table_schema = {schema}"
    upper: bool = False
    backslashes: bool = False
    lookaround: bool = False
    substring: str = "SUBSTRING({text}, {start}, 1)"
    modulo: str = "MOD({left}, {right})"
    log: str = "LN({value})"
    deviation: str = "STDDEV_SAMP({value})"
    variance: str = "VAR_SAMP({value})"
    quantile: str = "PERCENTILE_{kind}({share}) WITHIN GROUP (ORDER BY {value})"
    quantile_is_window: bool = False


def _read() -> Mapping[str, Syntax]:
    text = resources.files(__package__).joinpath("syntax.yaml").read_text("utf-8")
    rows: Mapping[str, dict[str, Any]] = yaml.safe_load(text)["dialects"]
    made = {}
    for dialect, row in rows.items():
        fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        made[dialect] = Syntax(**fields)
    return made


SYNTAX: Mapping[str, Syntax] = _read()
