"""A compiled rule held against the table: its names, its statement, and what its confidence rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.copilot.confidence import Factor
from services.copilot.quality.compiling.compile import compiled
from services.copilot.quality.rule import RefusedRuleError, Rule
from services.copilot.sql.nearest import nearest
from services.copilot.sql.schema_index import SchemaIndex, TableInfo
from services.copilot.sql.validate import validate

_OTHER_TABLES = frozenset({"UNKNOWN_TABLE", "UNKNOWN_SCHEMA"})
GRAMMAR = Factor("grammar", 0.6, "the sentence was read by rules")
MODEL = Factor("model", 0.45, "a model wrote the rule")
KNOWN = Factor("schema_coverage", 0.25, "its columns are in the table")
UNKNOWN = Factor("schema_coverage", -0.35, "a column is not in the table")
NO_SCHEMA = Factor("schema_coverage", 0.0, "no columns were given: names were not checked")
PARSES = Factor("validation", 0.1, "its statement parses, and its names and types hold")


@dataclass(frozen=True, slots=True)
class Checked:
    """The rule with its statement, or None with the `refusal`; `warnings`: unknown columns with the nearest names."""

    rule: Rule | None
    warnings: tuple[str, ...] = ()
    refusal: str = ""


def checked(rule: Rule, table: TableInfo, dialect: str, by: Factor = GRAMMAR) -> Checked:
    """Compiles and checks one rule. The order of factors: who read it, the names, the statement."""
    warnings, unknown = _unknown(rule, table)
    try:
        made = compiled(rule, table, dialect)
    except RefusedRuleError as error:
        return Checked(None, tuple(warnings), str(error))
    factors = [by, *rule.factors, UNKNOWN if unknown else KNOWN if table.columns else NO_SCHEMA]
    problems = [] if unknown else _problems(made.sql, table, dialect)
    if problems:
        return Checked(None, tuple(warnings), problems[0])
    if not unknown:
        factors.append(PARSES)
    filled = replace(rule, sql=made.sql, about_table=made.about_table, factors=tuple(factors))
    return Checked(filled, tuple(warnings))


def _unknown(rule: Rule, table: TableInfo) -> tuple[list[str], bool]:
    """Columns that the table has not; those of a SCHEMA_MATCH rule are what it checks, and none of them is."""
    known = [name for name, _ in table.columns]
    missing = [name for name in rule.columns() if known and name not in known]
    return [unknown_column(name, table) for name in missing], bool(missing)


def unknown_column(name: str, table: TableInfo) -> str:
    """The warning that a column is not in the table; nothing is put in its place."""
    known = [each for each, _ in table.columns]
    near = nearest(name, known)
    hint = f"; nearest: {', '.join(near)}" if near else f"; it has {', '.join(known[:10])}"
    return f"column {name} is not in {table.name}{hint}"


def _problems(sql: str, table: TableInfo, dialect: str) -> list[str]:
    """Errors of the statement; of other tables than the one given nothing is known, so they are no error."""
    index = SchemaIndex(dialect, [table]) if table.columns else None
    found = validate(sql, dialect, index).errors
    return [error.message for error in found if error.code not in _OTHER_TABLES]
