"""What an answer says of itself, from the texts of `texts.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from importlib import resources
from string import Template

import yaml

from services.copilot.semantic.asked import Asked, Chosen
from services.copilot.semantic.compiler import Compiled
from services.copilot.semantic.expressions import formula, names
from services.copilot.semantic.model import Described, Glossary
from services.copilot.semantic.refusal import RefusedError
from services.copilot.semantic.resolve import Named


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    content = yaml.safe_load(resources.files(__package__).joinpath("texts.yaml").read_text("utf-8"))
    return {language: content[language] for language in ("en", "pl")}


def text(language: str, key: str, **values: object) -> str:
    """One text, filled in."""
    return Template(_texts()[language][key]).substitute({name: str(value) for name, value in values.items()})


def explanation(asked: Asked, made: Compiled, glossary: Glossary, language: str) -> str:
    """What the statement answers, as it was understood."""
    values = {
        "figures": ", ".join(titled(glossary.metric[name], language) for name in asked.metrics),
        "groups": _listed(language, "groups", (_group_name(glossary, name, language) for name in asked.groups)),
        "conditions": _listed(language, "conditions", _conditions(asked, glossary, language)),
        "period": _period(asked, language),
        "bounds": _listed(language, "bounds", _bounds(asked, glossary, language)),
        "order": _order(asked, glossary, language),
    }
    said = [text(language, "is", **values)]
    said += list(_stocks(asked, glossary, language))
    if len(made.facts) > 1:
        said.append(text(language, "apart", facts=", ".join(made.facts)))
    return " ".join(said)


def _stocks(asked: Asked, glossary: Glossary, language: str) -> Iterator[str]:
    """Figures that are a stock, with when they are looked at; by time each step has its own."""
    if any(glossary.dimension[name].time_grain for name in asked.groups):
        return
    for metric in asked.metrics:
        taken = [glossary.measure[name] for _, name in names(formula(glossary.metric[metric].formula))]
        last = [measure for measure in taken if measure.take == "last"]
        times = [glossary.table[measure.table].time for measure in last]
        if last and times[0]:
            yield text(language, "stock", what=_title(glossary, metric, language), unit=text(language, times[0].grain))


def _bounds(asked: Asked, glossary: Glossary, language: str) -> Iterator[str]:
    for each in asked.bounds:
        yield f"{_title(glossary, each.metric, language)} {each.operator} {each.number:.15g}"


def titled(entry: Described, language: str) -> str:
    """What the entry is called: in Polish by its first Polish synonym, unless its name is an abbreviation."""
    own = entry.synonyms.get("pl", ())
    if language != "pl" or not own or entry.display_name.isupper():
        return entry.display_name
    return own[0][:1].upper() + own[0][1:]


def _title(glossary: Glossary, name: str, language: str) -> str:
    if name in glossary.metric:
        return titled(glossary.metric[name], language)
    return _group_name(glossary, name, language)


def _group_name(glossary: Glossary, name: str, language: str) -> str:
    return titled(glossary.dimension[name], language).lower()


def groupings(glossary: Glossary, language: str) -> str:
    """All that figures can be grouped by."""
    return ", ".join(_group_name(glossary, each.name, language) for each in glossary.dimensions)


def refusal(error: RefusedError, glossary: Glossary, language: str) -> str:
    """Why there is no statement; titles of entries and units of time in the language."""
    entries = (*glossary.metrics, *glossary.dimensions, *glossary.filters)
    told = {each.display_name: titled(each, language) for each in entries}
    told |= {name.lower(): title.lower() for name, title in told.items()}
    values = {
        name: text(language, value)
        if name == "grain"
        else ", ".join(told.get(part, part) for part in value.split(", "))
        for name, value in error.values.items()
    }
    return text(language, error.key, **values)


def _listed(language: str, key: str, names: Iterable[str]) -> str:
    joined = ", ".join(names)
    return text(language, key, names=joined) if joined else ""


def _conditions(asked: Asked, glossary: Glossary, language: str) -> Iterator[str]:
    other = text(language, "or")
    for each in asked.conditions:
        if isinstance(each, Chosen):
            yield f"{_group_name(glossary, each.dimension, language)} = {other.join(each.values)}"
        else:
            yield other.join(_applied(glossary, name, arguments, language) for name, arguments in each.filters)


def _applied(glossary: Glossary, name: str, arguments: Sequence[tuple[str, str]], language: str) -> str:
    phrases = glossary.filter[name].phrases.get("pl", ())
    if language == "pl" and phrases:
        return phrases[0].format(**dict(arguments))
    title = titled(glossary.filter[name], language).lower()
    return " ".join([title, *(value for _, value in arguments)])


def _period(asked: Asked, language: str) -> str:
    period = asked.period
    if period is None:
        return ""
    end = period.end - timedelta(days=1) if period.end else None
    if period.start and end:
        return text(language, "period", start=period.start, end=end)
    return text(language, "since", start=period.start) if period.start else text(language, "before", end=end)


def _order(asked: Asked, glossary: Glossary, language: str) -> str:
    if not asked.order:
        return ""
    direction = text(language, "descending" if asked.descending else "ascending")
    name = _title(glossary, asked.order, language)
    if asked.limit:
        return text(language, "top", limit=asked.limit, name=name, direction=direction)
    return text(language, "sorted", name=name, direction=direction)


def notes(asked: Asked, glossary: Glossary, language: str) -> list[tuple[str, str]]:
    """(code, message) of what the reader should know besides."""
    found = []
    timed = any(glossary.table[each.table].time for each in glossary.measures)
    if asked.period is None and timed:
        found.append(("NO_PERIOD", text(language, "no_period")))
    for value, what in _open_values(asked, glossary, language):
        found.append(("VALUE_NOT_CHECKED", text(language, "open_value", value=value, what=what)))
    return found


def _open_values(asked: Asked, glossary: Glossary, language: str) -> Iterator[tuple[str, str]]:
    for each in asked.conditions:
        if isinstance(each, Chosen):
            if not glossary.dimension[each.dimension].values:
                yield each.values[0], _group_name(glossary, each.dimension, language)
            continue
        for name, arguments in each.filters:
            kinds = {parameter.name: parameter.type for parameter in glossary.filter[name].parameters}
            yield from ((value, argument) for argument, value in arguments if kinds[argument] == "text")


def ambiguity(ambiguous: Sequence[Named], glossary: Glossary, language: str) -> str:
    """The words and what each may mean."""
    return " ".join(
        text(
            language,
            "ambiguous",
            words=text(language, "ambiguous_word", word=each.text),
            choices=text(language, "or").join(_choices(each, glossary, language)),
        )
        for each in ambiguous
    )


def _choices(named: Named, glossary: Glossary, language: str) -> list[str]:
    titles = {
        **{
            entry.name: titled(entry, language)
            for entry in (*glossary.metrics, *glossary.dimensions, *glossary.filters)
        },
    }
    shown = (
        f"{titles[each.name]} ({each.name})" if not each.value else f"{titles[each.name]} = {each.value}"
        for each in named.meanings
        if each.name in titles
    )
    return list(dict.fromkeys(shown))
