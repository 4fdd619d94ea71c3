"""What each pattern of the grammar adds to a question. A rule returns False where its words do not hold together."""

from __future__ import annotations

from services.copilot.semantic.asked import Applied, Chosen
from services.copilot.semantic.draft import Draft, Taken

OPERATORS = {"o": ">", ">": ">", "<": "<", "}": ">=", "{": "<="}
_GRAINS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}
_MOST_ROWS = 10_000


def _names(taken: Taken, codes: str) -> list[str]:
    return [reading.meanings[0].name for _, reading in taken if reading.code in codes and reading.meanings]


def _figures(draft: Draft, taken: Taken, metric: str) -> list[float] | None:
    """The numbers of a comparison in the metric's own unit; None where they do not fit it."""
    unit = draft.glossary.metric[metric].unit if metric else ""
    found = []
    for _, reading in taken:
        figure = reading.figure
        if figure is None:
            continue
        if (figure.unit and figure.unit != unit) or (not figure.unit and unit == "ratio" and figure.number >= 1):
            return None
        found.append(figure.number / 100 if figure.unit == "ratio" else figure.number)
    return found


def rank(draft: Draft, taken: Taken, codes: str) -> bool:
    """`top 5 regions`, `bottom 3 tariffs`."""
    if draft.ranked or not _limit(draft, taken):
        return False
    draft.ranked, draft.descending = True, "K" in codes
    draft.group(_names(taken, "D")[0])
    return True


def rank_alone(draft: Draft, taken: Taken, codes: str) -> bool:
    """`top 3` behind one figure and its groups."""
    if draft.ranked or not draft.groups or not _limit(draft, taken):
        return False
    draft.ranked, draft.descending = True, "K" in codes
    return True


def _limit(draft: Draft, taken: Taken) -> bool:
    for _, reading in taken:
        if reading.figure:
            number = reading.figure.number
            if number != int(number) or not 1 <= number <= _MOST_ROWS or reading.figure.unit:
                return False
            draft.limit = int(number)
    return True


def superlative(draft: Draft, taken: Taken, codes: str) -> bool:
    """`which region has the highest revenue`, `5 cities with the lowest ARPU`."""
    metric = _names(taken, "M")[0]
    if draft.begun or draft.ranked or not _limit(draft, taken) or not draft.metric(metric):
        return False
    group = next(reading for _, reading in taken if reading.code == "D")
    if not draft.limit and "Q" in codes and _singular(taken):
        draft.limit = 1
    draft.ranked, draft.descending, draft.order = True, "H" in codes, metric
    draft.group(group.meanings[0].name)
    return True


def _singular(taken: Taken) -> bool:
    """The dimension is named as it is listed, not by another form: `which region`, not `which regions`."""
    return all(reading.meanings[0].exact for _, reading in taken if reading.code == "D")


def by_metric(draft: Draft, taken: Taken, codes: str) -> bool:
    """`by revenue` behind `top 5 regions`."""
    metric = _names(taken, "M")[0]
    if not draft.ranked or draft.order:
        return False
    draft.order = metric
    return metric in draft.metrics or draft.metric(metric)


def group(draft: Draft, taken: Taken, codes: str) -> bool:
    for name in _names(taken, "D"):
        draft.group(name)
    return True


def grain(draft: Draft, taken: Taken, codes: str) -> bool:
    grain = _GRAINS[_names(taken, "E")[0]]
    name = next((each.name for each in draft.glossary.dimensions if each.time_grain == grain), "")
    if name:
        draft.group(name)
    return bool(name)


def head(draft: Draft, taken: Taken, codes: str) -> bool:
    """`regions with` before a comparison."""
    draft.headed = not draft.begun
    return draft.headed and group(draft, taken, codes)


def bound(draft: Draft, taken: Taken, codes: str) -> bool:
    """`revenue above 1000`, `more than 100 activations`, `above 1000` behind one figure and its groups."""
    named = _names(taken, "M")
    comparison = next(reading for _, reading in taken if reading.code in OPERATORS)
    figures = _figures(draft, taken, named[0] if named else draft.only)
    if not figures or (_over_a_year(taken, codes) and not draft.headed):
        return False
    if named and named[0] not in draft.metrics:
        draft.metrics.append(named[0])
    draft.bounds.append((named[0] if named else "", OPERATORS[comparison.code], figures[0]))
    return bool(named) or bool(draft.only)


def _over_a_year(taken: Taken, codes: str) -> bool:
    """`over 2025` may be a period as well as a comparison."""
    return "o" in codes and any(reading.figure and reading.figure.year for _, reading in taken)


def in_range(draft: Draft, taken: Taken, codes: str) -> bool:
    """`revenue between 10 and 20`."""
    metric = _names(taken, "M")[0]
    figures = _figures(draft, taken, metric)
    if not figures or len(figures) != 2:
        return False
    if metric not in draft.metrics:
        draft.metrics.append(metric)
    draft.bounds += [(metric, ">=", figures[0]), (metric, "<=", figures[1])]
    return True


def values(draft: Draft, taken: Taken, codes: str) -> bool:
    """`in Mazowieckie`, `region Mazowieckie`, `in Mazowieckie or Śląskie`: values of one dimension."""
    meanings = [reading.meanings[0] for _, reading in taken if reading.code == "V"]
    homes = {meaning.name for meaning in meanings} | set(_names(taken, "D"))
    if len(homes) != 1:
        return False
    (home,) = homes
    if "A" in codes or ("," in codes and "O" not in codes):
        draft.united.append(home)
    draft.conditions.append(Chosen(home, tuple(dict.fromkeys(meaning.value for meaning in meanings))))
    return True


def open_value(draft: Draft, taken: Taken, codes: str) -> bool:
    """`tariff "Max 40"`: a value of a dimension whose values the glossary does not list."""
    home = _names(taken, "D")[0]
    if draft.glossary.dimension[home].values or draft.glossary.dimension[home].time_grain:
        return False
    draft.conditions.append(Chosen(home, (taken[-1][0].text.strip("\"'„”"),)))
    return True


def filters(draft: Draft, taken: Taken, codes: str) -> bool:
    meanings = [reading.meanings[0] for _, reading in taken if reading.code == "F"]
    draft.conditions.append(Applied(tuple((meaning.name, meaning.arguments) for meaning in meanings)))
    return True


def time(draft: Draft, taken: Taken, codes: str) -> bool:
    found = taken[-1][1].period
    if found is None or draft.periods:
        return False
    draft.periods.append(found)
    return True


def sort(draft: Draft, taken: Taken, codes: str) -> bool:
    names = _names(taken, "MD")
    if (names and draft.order) or (not names and draft.descending is not None):
        return False
    draft.order = names[0] if names else draft.order
    draft.descending = "d" in codes if codes[-1] in "da" else draft.descending
    return True


def figures(draft: Draft, taken: Taken, codes: str) -> bool:
    names = _names(taken, "M")
    if "n" in codes and any(draft.glossary.metric[name].unit != "count" for name in names):
        return False
    return all([draft.metric(name) for name in names])


def between_conditions(draft: Draft, taken: Taken, codes: str) -> bool:
    """Only behind a period or a group. Behind a figure, `and prepaid subscribers` is a second figure; behind another
    condition it may mean both or either."""
    return bool(draft.pieces) and draft.pieces[-1] in ("time", "group")


def nothing(draft: Draft, taken: Taken, codes: str) -> bool:
    return True
