"""Values that fail: null where that is ignored, a row of the error output where it is redirected.

Where the dialect has casts that give null, any expression can be tried; on PostgreSQL a cast of one column is asked
first whether it will fail. Source: "Error Handling in Data".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import sqlglot
from sqlglot import exp

from services.migration.ast import Setting
from services.migration.rules import sql
from services.migration.rules.context import Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.ssis import columns, frame, split, validity
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

_GIVES_NULL = "duckdb"
"""The dialect whose casts can give null for a value of any type that fails."""
_ASKED_FIRST = "postgresql"
"""The dialect of which it is known when its casts fail."""
_KNOWN = frozenset({_GIVES_NULL, _ASKED_FIRST})
_OVERFLOW = (exp.Add, exp.Sub, exp.Mul)
"""What fails where its result is too large for its type."""
IGNORE, REDIRECT = "IgnoreFailure", "RedirectRow"
_READS_NULL = re.compile(r"\b(?:ISNULL|REPLACENULL|NULL)\s*\(|\?|&&|\|\|", re.IGNORECASE)
"""What of an expression may give a value for a null, or a null without one."""
_CAST = re.compile(
    r"\s*\(\s*DT_(?P<type>\w+)\s*(?P<options>(?:,\s*\d+\s*)*)\)\s*(?:#\{.*\}|#\d+|\[[^\]]+\]|[A-Za-z_]\w*)\s*\Z",
    re.DOTALL,
)
"""A cast of one column and nothing else."""


@dataclass
class Failures:
    """What is known of the failures of one component's columns. What could not be translated stays the empty text."""

    conditions: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)  # ids of columns whose failures do not stop the run
    lost: bool = False  # True where a row that is to be redirected stops it

    def cast(self, context: StepContext, setting: Setting, source: Column, made: str, column: Column) -> str:
        """A conversion of one column, null where it fails."""
        if not made or not _is_asked(context, setting):
            return made
        value = frame.quoted(context, source)
        if context.dialect == _GIVES_NULL:
            made = _null_where_it_fails(made)
            return self._put(setting, made, f"{value} IS NOT NULL AND {made} IS NULL")
        failure = validity.fails(value, source, setting) if context.dialect == _ASKED_FIRST else None
        if not failure:
            return made if failure is None else self._put(setting, made, "")
        is_other, text = validity.month_first(value, source, setting)
        moment = sql.cast(sql.cast(text, "timestamp", context.dialect), column.type, context.dialect)
        other = f"WHEN {is_other} THEN {moment} " if is_other else ""
        return self._put(setting, f"CASE WHEN {failure} THEN NULL {other}ELSE {made} END", failure)

    def expression(self, context: StepContext, setting: Setting, given: Relation, made: str, column: Column) -> str:
        """An expression, null where it fails: one that is null only where a column of it is."""
        text = setting.get("Expression") or setting.get("FriendlyExpression")
        is_known = bool(made) and context.dialect in _KNOWN
        if not is_known or not _is_asked(context, setting) or _READS_NULL.search(text):
            return made
        tree = sqlglot.parse_one(made, dialect=sql.sqlglot_name(context.dialect))
        named = {node.name.lower() for node in tree.find_all(exp.Column)}
        read = [one for one in given.columns if one.name.lower() in named]
        if context.dialect == _GIVES_NULL and read:
            made = _null_where_it_fails(made)
            held = [f"{frame.quoted(context, one)} IS NOT NULL" for one in read]
            return self._put(setting, made, " AND ".join([*held, f"{made} IS NULL"]))
        match = _CAST.match(text)
        if match is None or len(read) != 1:
            return made
        return self.cast(context, _of_cast(match, setting), read[0], made, column)

    def too_long(self, context: StepContext, setting: Setting, value: str, source_type: str, column: Column) -> None:
        """Rows of which a text is longer than its column; `value` is null where it fails."""
        length = frame.text_length(column)
        is_asked = setting.get("truncationRowDisposition") == REDIRECT and bool(frame.error_outputs(context))
        if is_asked and length and types.kind(source_type) == "string" and context.dialect in _KNOWN:
            self.conditions.append(f"LENGTH({value}) > {length}")

    def tell(self, context: StepContext, setting: Setting, place: str) -> None:
        """Says what becomes of a failure that stops the run."""
        if setting.get("lineageId") not in self.known:
            self.lost |= setting.get("errorRowDisposition") == REDIRECT
            columns.dispositions(context, setting, place)

    def outcome(self, context: StepContext, made: Outcome) -> Outcome:
        if not self.conditions:
            return made
        if self.lost:
            context.warn(
                "Rows of some of its columns that fail go to its error output in SSIS; here they stop the run.",
                confidence=frame.ERRORS_LOST,
            )
        return _redirected(context, made, self.conditions)

    def _put(self, setting: Setting, made: str, failure: str) -> str:
        self.known.add(setting.get("lineageId"))
        if setting.get("errorRowDisposition") == REDIRECT and failure:
            self.conditions.append(f"({failure})")
        return made


def _is_asked(context: StepContext, setting: Setting) -> bool:
    given = setting.get("errorRowDisposition")
    return given == IGNORE or (given == REDIRECT and bool(frame.error_outputs(context)))


def _of_cast(match: re.Match[str], setting: Setting) -> Setting:
    """The settings of a column that holds what a cast gives, before it becomes the column's own type."""
    options = [number.strip() for number in match["options"].split(",") if number.strip()]
    digits, decimals = [*options, "0", "0"][:2] if match["type"].upper() == "NUMERIC" else ["28", [*options, "0"][0]]
    held = {"dataType": match["type"].lower(), "digits": digits, "decimals": decimals}
    return replace(setting, attributes={**setting.attributes, **held})


def _null_where_it_fails(text: str) -> str:
    """A value with null in place of each failure: what is inside is replaced first."""
    root = exp.Paren(this=sqlglot.parse_one(text, dialect=_GIVES_NULL))
    for node in reversed(list(root.walk())):
        found = _lenient(node)
        if found is not node:
            node.replace(found)
    made = exp.Try(this=root.this) if root.find(*_OVERFLOW) else root.this
    return str(made.sql(_GIVES_NULL))


def _lenient(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name.upper() == "ERROR":
        return exp.null()
    if isinstance(node, exp.Anonymous) and node.name.upper() == "STRPTIME":
        return exp.Anonymous(this="TRY_STRPTIME", expressions=node.expressions)
    if isinstance(node, exp.StrToTime):
        return exp.Anonymous(this="TRY_STRPTIME", expressions=[node.this, node.args["format"]])
    return exp.TryCast(this=node.this, to=node.args["to"]) if type(node) is exp.Cast else node


def _redirected(context: StepContext, outcome: Outcome, failures: list[str]) -> Outcome:
    """Rows of which a value fails leave by the error output, before the others are converted."""
    (node,) = outcome.nodes
    given = context.input()
    error = frame.error_outputs(context)[0]
    ports = frame.port_names((*frame.outputs(context), error))
    failed, passed = ports[error.get("port")], ports[frame.outputs(context)[0].get("port")]
    config = {"match": "first", "branches": [{"port": failed, "condition": " OR ".join(failures)}], "default": passed}
    branch = context.node("conditional_branch", config, [given.ref], name=f"{context.name} failures")
    node["depends_on"] = [f"{branch['id']}.{passed}"]
    nodes = [branch, node]
    found = dict(outcome.outputs)
    if error.get("port") in context.wanted:
        shaped, relation = split.with_error_columns(context, error, split.at(branch["id"], failed, given))
        nodes += [shaped] if shaped else []
        found[error.get("port")] = relation
    return Outcome(outcome.target_type, outcome.confidence, tuple(nodes), found)
