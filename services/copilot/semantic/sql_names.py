"""Names in the statements that the glossary writes: bare where every dialect takes them so, else quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from sqlglot import exp

from services.copilot.semantic.model import Table

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@cache
def _reserved() -> frozenset[str]:
    """Words reserved in one dialect at least: PostgreSQL 18, Teradata 17, SAP HANA 2, SQL Server 2022, Snowflake."""
    return frozenset(resources.files(__package__).joinpath("reserved_words.txt").read_text("utf-8").split())


def identifier(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=not _PLAIN.fullmatch(name) or name.lower() in _reserved())


def column(table: str, name: str) -> exp.Column:
    return exp.Column(this=identifier(name), table=identifier(table))


def table_of(table: Table, alias: str, written: Mapping[str, str]) -> exp.Table:
    """The table as it is qualified: by the glossary, or by `written`; with its alias where that is another name."""
    parts = written.get(table.name, table.qualified).split(".")
    database, schema, name = ["", "", *parts][-3:]
    return exp.Table(
        this=identifier(name),
        db=identifier(schema) if schema else None,
        catalog=identifier(database) if database else None,
        alias=exp.TableAlias(this=identifier(alias)),
    )
