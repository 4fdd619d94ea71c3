"""The texts of a request. What they say of dialects and types comes from the tables that the conversion itself uses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from string import Template

from sqlglot import exp

from services.migration.ast import Tool
from services.migration.expressions.sql.dialects import DIALECTS as GRAMMARS
from services.migration.fallback.answer import one_line
from services.migration.fallback.request import ModelRequest, RequestColumn, RequestInput
from services.migration.parsers import redact

CHARACTERS_PER_TOKEN = 3.5
"""For SQL, XML and English; measured values lie between 3.2 and 4.5, so this counts rather too many tokens."""
SYSTEM_TOKENS = 1_800
"""Most tokens of a system prompt."""
LONGEST_DEFINITION = 60_000
"""Most characters of an original definition, about 17,000 tokens; a longer one is not asked for: code that is cut
would be converted as if it were whole."""
LONGEST_DRAFT = 6_000
SHOWN_TYPES = ("varchar", "decimal(18,2)", "integer", "bigint", "double", "date", "timestamp", "boolean", "binary")
DIALECTS = {
    "postgresql": ("PostgreSQL", "casts as CAST(x AS type), text concatenation ||, CURRENT_TIMESTAMP"),
    "snowflake": ("Snowflake", "IFF and DECODE exist, text concatenation ||, CURRENT_TIMESTAMP"),
    "teradata": ("Teradata", "no LIMIT and no boolean columns, text concatenation ||, SUBSTR, OREPLACE"),
    "sap_hana": ("SAP HANA", "no boolean columns, text concatenation ||, ADD_DAYS, DAYS_BETWEEN"),
    "mssql": ("SQL Server (T-SQL)", "text concatenation by CONCAT or +, TOP, DATEADD, no boolean columns"),
    "duckdb": ("DuckDB", "casts as CAST(x AS type), text concatenation ||"),
}
"""Dialect → its name, and what a writer of standard SQL should know of it."""


def with_prompt(request: ModelRequest) -> ModelRequest:
    """The request with its texts. The same request always gets the same texts."""
    definition = redact.xml(request.definition)
    fence = f"EXPORT-{hashlib.sha256(definition.encode()).hexdigest()[:16]}"
    return replace(request, system=_system(request, fence), user=_user(request, definition, fence))


def repair(problems: Iterable[str]) -> str:
    """What is said of an answer that does not pass."""
    return template("repair").substitute(problems="\n".join(f"- {text}" for text in problems))


TITLES = {
    Tool.POWERCENTER: "Informatica PowerCenter",
    Tool.ALTERYX: "Alteryx",
    Tool.SSIS: "SSIS",
    Tool.DATASTAGE: "IBM DataStage",
}


def tokens(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


@cache
def template(name: str) -> Template:
    return Template(resources.files("services.migration.prompts").joinpath(f"{name}.txt").read_text("utf-8"))


def _system(request: ModelRequest, fence: str) -> str:
    name, hint = DIALECTS[request.dialect]
    contract = template("contract").substitute(
        dialect=name,
        dialect_hint=hint,
        fence=fence,
        type_table=", ".join(f"{text} = {_type_name(text, request.dialect)}" for text in SHOWN_TYPES),
    )
    return template(request.prompt.value).substitute(
        tool=TITLES[request.tool], contract=contract.rstrip(), facts=template(f"facts_{request.tool}").template.rstrip()
    )


@lru_cache(maxsize=1024)
def _type_name(text: str, dialect: str) -> str:
    return exp.DataType.build(text, dialect="duckdb").sql(GRAMMARS[dialect].sqlglot)


def _user(request: ModelRequest, definition: str, fence: str) -> str:
    rows = "exactly one output row for each row of the input." if request.passive else "as the original gives them."
    return template("request").substitute(
        type=request.type,
        rows=rows,
        reason=one_line(request.reason),
        inputs="\n".join(_input(given) for given in request.inputs),
        outputs="\n".join(f"- {_column(column)}" for column in request.outputs),
        parameters=", ".join(f":{name} {kind}" for name, kind in request.parameters) or "none",
        translated=_section(
            "Expressions of the original that are translated already",
            "\n".join(f"- {name} = {sql}" for name, sql in request.translated),
        ),
        draft=_section("What a rule made of it, with little certainty", request.draft[:LONGEST_DRAFT]),
        fence=fence,
        definition=definition,
    )


def _section(title: str, text: str) -> str:
    return f"\n{title}:\n{text}\n" if text else ""


def _input(given: RequestInput) -> str:
    order = f", sorted by {', '.join(given.order)}" if given.order else ", in no known order"
    return f"- {given.name}({', '.join(_column(column) for column in given.columns)}){order}"


def _column(column: RequestColumn) -> str:
    others = [port for port in column.ports if port.casefold() != column.name.casefold()]
    return f'"{column.name}" {column.type}' + (f" [{', '.join(others)}]" if others else "")
