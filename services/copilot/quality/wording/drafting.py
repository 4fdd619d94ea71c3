"""Drafts given their columns: rules, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.copilot.confidence import Factor
from services.copilot.quality.compiling.types import family
from services.copilot.quality.rule import Rule
from services.copilot.quality.wording.ages import aged
from services.copilot.quality.wording.mentions import Described
from services.copilot.quality.wording.predicate import Draft
from services.copilot.quality.wording.texts import domain_drafts
from services.copilot.quality.wording.words import folded, split_name

_KINDS = (
    ("calkow", "integer"),
    ("whole", "integer"),
    ("liczb", "numeric"),
    ("number", "numeric"),
    ("dat", "date"),
    ("tekst", "text"),
    ("string", "text"),
    ("logiczn", "boolean"),
)
_FRESH_NAMES = (
    "updated",
    "load",
    "modified",
    "refresh",
    "ingest",
    "inserted",
    "created",
    "aktualiz",
    "zalad",
    "event",
    "ts",
)
_PARTIAL = {
    "part": Factor("column_name", -0.1, "the words are a part of the column's name"),
    "synonym": Factor("column_name", -0.05, "the words are a synonym of the column's name"),
    "description": Factor("column_name", -0.05, "the words are the column's description"),
}


@dataclass
class Drafter:
    """Makes rules of drafts for one table; `problems` are what has no rule."""

    columns: Mapping[str, Described]
    problems: list[str] = field(default_factory=list)

    def rules(
        self, draft: Draft, subjects: Sequence[tuple[str, str]], extra: Mapping[str, Any], said: str
    ) -> Iterator[Rule]:
        """`subjects`: (column, how it was found); `extra`: `where`, `mostly`; `said`: the words."""
        if draft.problem:
            self.problems.append(f"“{said}”: {draft.problem}")
            return
        parameters = dict(draft.parameters or {})
        if ("", "ambiguous") in subjects and not draft.column and draft.about != "table":
            return
        targets = [(draft.column, "name")] if draft.column else list(subjects)
        if draft.type == "AGE":
            yield from self._age(targets, {**parameters, **extra}, said)
        elif draft.about == "table":
            yield Rule(draft.type, "", {**parameters, **extra}, said)
        elif draft.about == "together" and len(targets) > 1:
            names = [name for name, _ in targets]
            yield Rule(draft.type, "", {"columns": names, **parameters, **extra}, said)
        elif draft.type == "FRESHNESS" and not targets:
            yield from self._fresh(parameters, extra, said)
        elif "per" in parameters:
            columns = [*parameters.pop("per"), *(name for name, _ in targets)]
            yield Rule(draft.type, "", {"columns": columns, **parameters, **extra}, said)
        elif not targets:
            self.problems.append(f"“{said}”: it names no column; say which one is meant")
        else:
            for name, how in targets:
                yield from self._one(draft.type, name, how, {**parameters, **extra}, said)

    def _one(self, kind: str, name: str, how: str, parameters: dict[str, Any], said: str) -> Iterator[Rule]:
        factors = (_PARTIAL[how],) if how in _PARTIAL else ()
        if kind == "DOMAIN":
            yield from self._domain(name, parameters, said, factors)
        elif kind == "TYPE":
            asked = parameters["type"]
            wanted = next((plain for word, plain in _KINDS if word in asked), asked)
            yield Rule("SCHEMA_MATCH", "", {"types": {name: wanted}}, said, factors=factors)
        else:
            yield Rule(kind, name, self._fitted(kind, name, parameters), said, factors=factors)

    def _fitted(self, kind: str, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Numbers for a column of text: it is read as a number; a set of texts for one of text."""
        is_text = name in self.columns and family(self.columns[name].type) == "text"
        numeric = any(isinstance(parameters.get(key), int | float) for key in ("min", "max"))
        if kind == "RANGE" and is_text and numeric and "measure" not in parameters:
            return {**parameters, "as": "number"}
        if kind == "NOT_NULL" and parameters.get("blank") and not is_text:
            return {key: value for key, value in parameters.items() if key != "blank"}
        return parameters

    def _domain(self, name: str, parameters: dict[str, Any], said: str, factors: tuple[Factor, ...]) -> Iterator[Rule]:
        words = " ".join(split_name(name))
        described = folded(self.columns[name].description) if name in self.columns else ""
        check = " checksum" if parameters.pop("checksum", False) else ""
        drafts = domain_drafts(words + check) or (domain_drafts(described + check) if described else [])
        if not drafts:
            self.problems.append(f"“{said}”: no format is known for {name}; give a pattern, or name what it holds")
        for draft in drafts:
            yield from self.rules(
                Draft(draft.type, draft.parameters, column=name, problem=draft.problem), (), parameters, said
            )

    def _age(self, targets: Sequence[tuple[str, str]], parameters: dict[str, Any], said: str) -> Iterator[Rule]:
        found = aged(self.columns, targets, parameters)
        if found is None:
            self.problems.append(f"“{said}”: no column tells an age; name one of years, or a date of birth")
            return
        name, how, limits = found
        yield Rule("RANGE", name, limits, said, factors=(_PARTIAL[how],) if how in _PARTIAL else ())

    def _fresh(self, parameters: dict[str, Any], extra: Mapping[str, Any], said: str) -> Iterator[Rule]:
        """Freshness of a table: by its only moment, or the one whose name speaks of loading."""
        moments = [each for each in self.columns.values() if family(each.type) in ("timestamp", "date")]
        speaking = [
            each
            for word in _FRESH_NAMES
            for each in moments
            if any(part.startswith(word) for part in split_name(each.name))
        ]
        chosen = moments[0] if len(moments) == 1 else next(iter(speaking), None)
        if chosen is None:
            listed = ", ".join(each.name for each in moments) or "it has none"
            self.problems.append(f"“{said}”: say by which column of dates the age is told ({listed})")
            return
        guessed = Factor("column_name", -0.1, f"{chosen.name} was chosen: no column was named")
        yield Rule("FRESHNESS", chosen.name, {**parameters, **extra}, said, factors=(guessed,))
