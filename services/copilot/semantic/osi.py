"""Semantic models in the form of the Open Semantic Interchange (core spec 1.0), as a glossary.

Datasets become tables, relationships joins, fields with a dimension dimensions, and every aggregate in a metric's
expression a measure, so that each is computed over its own table and never over joined rows. What has no counterpart is
left out and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlglot
import yaml
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.copilot.semantic.expressions import READ
from services.copilot.semantic.reading import GlossaryError, read
from services.copilot.semantic.words import fold

_DIALECT = "ANSI_SQL"
_AGGREGATES: Mapping[type[exp.Expr], str] = {
    exp.Sum: "sum",
    exp.Count: "count",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
}
_GRAINS = ("day", "month", "quarter", "year")
Content = dict[str, Any]


class _LeftOutError(Exception):
    """Why a metric cannot be had."""


@dataclass
class Imported:
    """`content`: a glossary's YAML content; `left_out`: what has no counterpart, one line each."""

    content: Content
    left_out: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The glossary file. Raises GlossaryError where the model contradicts itself."""
        head = "".join(f"# left out: {line}\n" for line in self.left_out)
        body = yaml.safe_dump(self.content, sort_keys=False, allow_unicode=True, width=120)
        read(body, str(self.content["name"]))
        return head + body


def imported(text: str, file: str, model: str = "") -> Imported:
    """The glossary of an OSI file. `model`: which one, where it holds several. Raises GlossaryError."""
    chosen = _model(text, file, model)
    made = Imported(
        {"name": _name(str(chosen.get("name", "imported"))), "description": str(chosen.get("description", ""))}
    )
    datasets = {str(each["name"]): each for each in chosen.get("datasets") or []}
    relations = [each for each in chosen.get("relationships") or [] if _known(each, datasets, made)]
    made.content["tables"] = [_table(each, relations, datasets) for each in datasets.values() if _is_table(each, made)]
    made.content["joins"] = [_join(each) for each in relations]
    made.content["measures"], made.content["metrics"] = [], []
    for metric in chosen.get("metrics") or []:
        _metric(metric, made, datasets, file)
    made.content["dimensions"] = list(_dimensions(datasets, relations, file))
    _calendar(made.content, file)
    return made


def _model(text: str, file: str, wanted: str) -> Content:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise GlossaryError(file, ["is not YAML; export the model again"]) from error
    models = content.get("semantic_model") if isinstance(content, dict) else None
    if not isinstance(models, list) or not all(isinstance(each, dict) for each in models) or not models:
        raise GlossaryError(file, ["holds no semantic_model; give a file of the Open Semantic Interchange"])
    names = [str(each.get("name")) for each in models]
    found = [each for each, name in zip(models, names, strict=True) if not wanted or name == wanted]
    if len(found) != 1:
        raise GlossaryError(file, [f"name one of its models: {', '.join(names)}"])
    chosen: Content = found[0]
    return chosen


def _name(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")
    return plain if plain[:1].isalpha() else f"x_{plain}"


def _expression(entry: Content) -> str:
    dialects = (entry.get("expression") or {}).get("dialects") or []
    texts = {str(each.get("dialect", _DIALECT)): str(each.get("expression", "")) for each in dialects}
    return texts.get(_DIALECT) or next(iter(texts.values()), "")


def _synonyms(entry: Content) -> dict[str, list[str]]:
    context = entry.get("ai_context")
    listed = context.get("synonyms") if isinstance(context, dict) else None
    return {"en": [str(each) for each in listed]} if listed else {}


def _is_table(dataset: Content, made: Imported) -> bool:
    source = str(dataset.get("source", ""))
    if re.fullmatch(r"[\w.\"]+", source):
        return True
    made.left_out.append(f"dataset {dataset['name']}: its source is a query; make it a view")
    return False


def _known(relation: Content, datasets: Mapping[str, Content], made: Imported) -> bool:
    if relation.get("from") in datasets and relation.get("to") in datasets:
        return True
    made.left_out.append(f"relationship {relation.get('name')}: it leads to a dataset that is not there")
    return False


def _keys(dataset: Content) -> list[list[str]]:
    return [each if isinstance(each, list) else [each] for each in dataset.get("unique_keys") or []]


def _column_of(text: str) -> str:
    """The column that a field's expression is; "" where it computes something."""
    try:
        tree = sqlglot.parse_one(text, read=READ)
    except SqlglotError:
        return ""
    return tree.name if isinstance(tree, exp.Column) else ""


def _table(dataset: Content, relations: Sequence[Content], datasets: Mapping[str, Content]) -> Content:
    parts = str(dataset["source"]).replace('"', "").split(".")
    database, schema, name = ["", "", *parts][-3:]
    table: Content = {"name": str(dataset["name"])}
    if name != table["name"]:
        table["physical"] = name
    table.update({"schema": schema, "database": database, "description": str(dataset.get("description", ""))})
    table["primary_key"] = list(dataset.get("primary_key") or [])
    table["unique_keys"] = _keys(dataset)
    table["columns"] = [{"name": each} for each in _columns(dataset, relations)]
    time = _time(dataset, relations, datasets)
    if time:
        table["time"] = {"column": time}
    return table


def _columns(dataset: Content, relations: Sequence[Content]) -> list[str]:
    found = [name for each in dataset.get("fields") or [] for name in _names(_expression(each))]
    for keys in (dataset.get("primary_key") or [], *_keys(dataset)):
        found += keys
    for each in relations:
        for side, columns in (("from", "from_columns"), ("to", "to_columns")):
            found += each[columns] if each[side] == dataset["name"] else []
    return list(dict.fromkeys(map(str, found)))


def _names(text: str) -> list[str]:
    try:
        return [column.name for column in sqlglot.parse_one(text, read=READ).find_all(exp.Column)]
    except SqlglotError:
        return []


def _time(dataset: Content, relations: Sequence[Content], datasets: Mapping[str, Content]) -> str:
    """The date of its rows: a time field of its own, else the only one that a relationship leads to."""
    own = _date_field(dataset)
    if own:
        return own
    targets = [str(each["to"]) for each in relations if each["from"] == dataset["name"]]
    dated = [(target, found) for target in targets if (found := _date_field(datasets[target]))]
    return f"{dated[0][0]}.{dated[0][1]}" if len(dated) == 1 else ""


def _date_field(dataset: Content) -> str:
    for each in dataset.get("fields") or []:
        words = " ".join([str(each["name"]), *_synonyms(each).get("en", [])]).lower()
        if (each.get("dimension") or {}).get("is_time") and "date" in words:
            return _column_of(_expression(each))
    return ""


def _join(relation: Content) -> Content:
    return {
        "name": _name(str(relation["name"])),
        "from": relation["from"],
        "columns": list(relation["from_columns"]),
        "to": relation["to"],
        "to_columns": list(relation["to_columns"]),
    }


def _described(entry: Content, name: str, file: str) -> Content:
    return {
        "name": name,
        "display_name": name.replace("_", " ").capitalize(),
        "origin": file,
        "description": str(entry.get("description", "")),
        "synonyms": _synonyms(entry),
    }


def _metric(metric: Content, made: Imported, datasets: Mapping[str, Content], file: str) -> None:
    name = _name(str(metric["name"]))
    try:
        formula, measures = _measures(_expression(metric), name, datasets)
    except (_LeftOutError, SqlglotError) as error:
        made.left_out.append(f"metric {metric['name']}: {str(error).splitlines()[0]}")
        return
    made.content["measures"] += measures
    made.content["metrics"].append({**_described(metric, name, file), "formula": formula})


def _measures(text: str, name: str, datasets: Mapping[str, Content]) -> tuple[str, list[Content]]:
    """The formula over measures, and the measures: one for each aggregate."""
    holder = exp.Paren(this=sqlglot.parse_one(text, read=READ))
    measures: list[Content] = []
    for node in list(holder.find_all(exp.AggFunc)):
        measure = _measure(node, f"{name}_{len(measures) + 1}", datasets)
        measures.append(measure)
        node.replace(exp.column(measure["name"]))
    for guard in list(holder.find_all(exp.Nullif)):  # divisions are null-safe of themselves
        guard.replace(guard.this)
    alien = holder.find(exp.Func, exp.Query, exp.Case, exp.Window)
    if alien is not None or not measures:
        raise _LeftOutError("its expression is more than arithmetic over aggregates")
    return holder.this.sql(READ), measures


def _measure(node: exp.AggFunc, name: str, datasets: Mapping[str, Content]) -> Content:
    kind = _AGGREGATES.get(type(node))
    homes = {column.table for column in node.find_all(exp.Column)}
    if kind is None or isinstance(node.parent, exp.Filter | exp.Window):
        raise _LeftOutError(f"{node.sql(READ)} is not one of sum, count, avg, min, max")
    if len(homes) != 1 or not homes <= set(datasets):
        raise _LeftOutError(f"{node.sql(READ)} is not over the columns of one dataset")
    value = node.this
    if isinstance(value, exp.Distinct):
        if kind != "count" or len(value.expressions) != 1:
            raise _LeftOutError(f"{node.sql(READ)} has a DISTINCT that is not of a count")
        kind, value = "count_distinct", value.expressions[0]
    plain = value.transform(lambda each: exp.column(each.name) if isinstance(each, exp.Column) else each)
    return {"name": name, "table": homes.pop(), "aggregate": kind, "value": plain.sql(READ)}


def _dimensions(datasets: Mapping[str, Content], relations: Sequence[Content], file: str) -> Iterator[Content]:
    taken: set[str] = set()
    for dataset in datasets.values():
        keys = set(dataset.get("primary_key") or [])
        keys |= {name for each in relations if each["from"] == dataset["name"] for name in each["from_columns"]}
        for each in dataset.get("fields") or []:
            text = _expression(each)
            if "dimension" not in each or not text or _column_of(text) in keys:
                continue
            name = _name(str(each["name"]))
            name = name if name not in taken else f"{_name(str(dataset['name']))}_{name}"
            taken.add(name)
            column = _column_of(text)
            where = (
                {"column": f"{dataset['name']}.{column}"} if column else {"table": dataset["name"], "expression": text}
            )
            yield {**_described(each, name, file), **where}


def _calendar(content: Content, file: str) -> None:
    """Units of the calendar, but those that the model has words for."""
    if not any("time" in table for table in content["tables"]):
        return
    words = {fold(word) for each in content["dimensions"] for word in (each["name"], *each["synonyms"].get("en", []))}
    for grain in _GRAINS:
        if grain not in words:
            content["dimensions"].append({**_described({}, grain, file), "time_grain": grain})
