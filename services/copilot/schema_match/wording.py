"""Why a match is proposed, in words, from the parts of its score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.copilot.schema_match.column import Column
from services.copilot.schema_match.expression import Made
from services.copilot.schema_match.vocabulary import told
from services.copilot.words import content

_STRONG, _SOME = 0.75, 0.45


def reasoning(
    source: Column, target: Column, parts: Mapping[str, float], made: Made, rivals: Sequence[str] = ()
) -> str:
    """One or two sentences. `rivals`: target columns that are as good."""
    said = list(filter(None, (_names(source, target), _meaning(parts), _samples(parts), _keys(source, target))))
    first = "; ".join(said) or "it is the best of weak candidates"
    sentences = [first[0].upper() + first[1:], _typed(source, target, made)]
    if rivals:
        sentences.append(f"{', '.join(rivals)} would fit as well")
    return " ".join(f"{each}." for each in sentences if each)


def _names(source: Column, target: Column) -> str:
    if source.name == target.name:
        return "the names are the same"
    if source.plain == target.plain:
        return "the names differ only in case and separators"
    shared = [word for word in told(source.name) if word in told(target.name)]
    if shared:
        return f"both names say {', '.join(shared)}"
    return _described(source, target) or _described(target, source)


def _described(one: Column, other: Column) -> str:
    """Where the description of the one has words of the other's name."""
    words = {each for word in content(one.told) for each in told(word)}
    shared = [word for word in told(other.name) if word in words]
    return f"the description of {one.name} says {', '.join(shared)}" if shared else ""


def _meaning(parts: Mapping[str, float]) -> str:
    near = parts.get("meaning", 0.0)
    if near >= _STRONG:
        return f"name and description mean nearly the same ({near:.2f})"
    if near >= _SOME:
        return f"name and description are related ({near:.2f})"
    return "the descriptions share words" if parts.get("descriptions", 0.0) >= _SOME else ""


def _samples(parts: Mapping[str, float]) -> str:
    return "the sample values look alike" if parts.get("samples", 0.0) >= _STRONG else ""


def _keys(source: Column, target: Column) -> str:
    if source.key and target.key:
        return "both are of the primary key"
    if source.refers and source.refers.lower() == target.refers.lower():
        return f"both refer to {source.refers}"
    return ""


def _typed(source: Column, target: Column, made: Made) -> str:
    if made.why:
        return made.why[0].upper() + made.why[1:]
    if "unknown" in (source.type, target.type):
        return "Types are not known on both sides and were not compared"
    return f"The type is {source.type} in both" if source.type == target.type else f"{target.type} holds {source.type}"
