"""Data Conversion: casts of input columns. What becomes of a value that fails is said for each column.

A cast of a value that is there is null only where it fails, so where the dialect has a cast that gives null, failures
are ignored, or lead to the error output, as in SSIS. Source: "Data Conversion Transformation", "Error Handling".
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from services.migration.ast import Setting
from services.migration.rules.context import Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.ssis import columns, frame, split, texts
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

_CASTS = {
    "str": "DT_STR,{length},{code_page}",
    "wstr": "DT_WSTR,{length}",
    "text": "DT_TEXT,{code_page}",
    "numeric": "DT_NUMERIC,{precision},{scale}",
    "decimal": "DT_DECIMAL,{scale}",
    "bytes": "DT_BYTES,{length}",
    "dbtime2": "DT_DBTIME2,{scale}",
    "dbtimestamp2": "DT_DBTIMESTAMP2,{scale}",
    "dbtimestampoffset": "DT_DBTIMESTAMPOFFSET,{scale}",
}
"""Types with options, as a cast of the expression language writes them."""
_GIVES_NULL = "duckdb"
"""The dialect whose casts can give null for a value of any type that fails."""
IGNORE, REDIRECT = "IgnoreFailure", "RedirectRow"


def convert(context: StepContext) -> Outcome:
    failures: list[str] = []

    def write(context: StepContext, setting: Setting, given: Relation, place: str, column: Column) -> str:
        source = frame.source_of(context, given, setting.get("SourceInputColumnLineageID"))
        within = context.scope(given)
        text = f"({_cast(setting)}){texts.bracketed(context, within, source)}"
        made = context.expression(text, place, within).sql
        if not _is_lenient(context, setting):
            return made
        value = frame.quoted(context, source)
        made = _null_where_it_fails(made)
        if setting.get("errorRowDisposition") == REDIRECT:
            failures.append(f"({value} IS NOT NULL AND {made} IS NULL)")
        length = types.text_length(column.type)
        if setting.get("truncationRowDisposition") == REDIRECT and types.kind(source.type) == "string" and length:
            failures.append(f"LENGTH({value}) > {length}")
        return made

    outcome = columns.computed(context, write, lambda _setting: False, told=_told)
    return _redirected(context, outcome, failures) if failures else outcome


def _is_lenient(context: StepContext, setting: Setting) -> bool:
    """True where a value that fails does not stop the run here either."""
    given = {setting.get("errorRowDisposition"), setting.get("truncationRowDisposition")}
    return context.dialect == _GIVES_NULL and bool(given & {IGNORE, REDIRECT}) and _can_redirect(context, given)


def _can_redirect(context: StepContext, given: set[str]) -> bool:
    return REDIRECT not in given or bool(frame.error_outputs(context))


def _told(context: StepContext, setting: Setting, place: str) -> None:
    if not _is_lenient(context, setting):
        columns.dispositions(context, setting, place)


def _null_where_it_fails(text: str) -> str:
    """A conversion with null in place of each failure: what is inside is replaced first."""
    root = exp.Paren(this=sqlglot.parse_one(text, dialect=_GIVES_NULL))
    for node in reversed(list(root.walk())):
        found = _lenient(node)
        if found is not node:
            node.replace(found)
    return str(root.this.sql(_GIVES_NULL))


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


def _cast(setting: Setting) -> str:
    name = setting.get("dataType")
    options = _CASTS.get(name.lower())
    if options is None:
        return f"DT_{name.upper()}"
    return options.format(
        length=setting.get("length", "0"),
        code_page=setting.get("codePage", "1252"),
        precision=setting.get("precision", "18"),
        scale=setting.get("scale", "0"),
    )
