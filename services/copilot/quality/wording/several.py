"""Predicates between columns, and with other tables."""

from __future__ import annotations

import re
from typing import Any

from services.copilot.quality.wording.predicate import BE, CS, C, Draft, Found, N, predicate
from services.copilot.quality.wording.values import number

_MAY = re.compile(r"(?<![0-9a-z])(?:can|may|moze)(?![0-9a-z])")
_NOT = r"(?:not|never|cannot|can't|mustn't|shouldn't|isn't|aren't)(?: be| come| occur)?"
_SIGNS = (
    (
        ">=",
        rf"(?:>=|≥|greater than or equal(?: to)?|at least|{_NOT} (?:less|lower|smaller|earlier) than"
        rf"|no (?:less|earlier) than|{_NOT} (?:before|precedes?)|on or after"
        r"|nie (?:moze byc )?(?:mniejsz\w+|nizsz\w+|wczesniejsz\w+|wczesniej) (?:niz|od)|co najmniej|"
        r"wieksz\w+ lub rown\w+(?: niz)?|nie (?:moze byc )?przed)",
    ),
    (
        "<=",
        rf"(?:<=|≤|less than or equal(?: to)?|at most|{_NOT} (?:greater|higher|more|later|larger|bigger) than"
        rf"|no (?:more|later) than|{_NOT} exceeds?|{_NOT} after|on or before|up to"
        r"|nie (?:moze byc )?(?:wieksz\w+|wyzsz\w+|pozniejsz\w+|pozniej) (?:niz|od)|najwyzej|nie "
        r"(?:moze )?przekracza\w*|mniejsz\w+ lub rown\w+(?: niz)?|nie (?:moze byc )?po)",
    ),
    (
        "<>",
        rf"(?:<>|!=|different from|differ\w* from|{_NOT} (?:equal to|equals?|the same as|match(?:es)?)"
        r"|rozn\w+ od|inn\w+ niz)",
    ),
    (
        ">",
        r"(?:>|greater than|more than|larger than|bigger than|higher than|later than|after|exceeds?|wieksz\w+ "
        r"(?:niz|od)|wyzsz\w+ (?:niz|od)|pozniejsz\w+ (?:niz|od)|pozniej niz|po|przekracza\w*)",
    ),
    (
        "<",
        r"(?:<|less than|smaller than|lower than|earlier than|before|precedes?|mniejsz\w+ (?:niz|od)|"
        r"nizsz\w+ (?:niz|od)|wczesniejsz\w+ (?:niz|od)|wczesniej niz|przed)",
    ),
    (
        "=",
        r"(?:==?|equals?(?: to)?|equal to|the same as|match(?:es)?|rown\w+(?: sie)?|tak\w+ sam\w+ jak|"
        r"zgadza\w* sie z)",
    ),
)


def _compared(sign: str) -> Any:
    def build(found: Found) -> list[Draft]:
        (left,), (right,) = found.named("left"), found.named("right")
        if sign in ("<", "=", ">") and _MAY.search(found.match.group()):
            return [Draft(problem="it says what may be, and not what must")]
        factor = {"factor": number(found["factor"])} if found["factor"] else {}
        if found["share"]:
            factor = {"factor": round(number(found["share"]) / 100, 12)}
        return [Draft("CUSTOM_SQL", {"left": left, "operator": sign, "right": right, **factor}, "table")]

    return build


def _alike(found: Found) -> list[Draft]:
    """Two columns that must, or must not, be the same."""
    words = found.match.group()
    differ = any(word in words for word in ("differ", "roz", "roznic"))
    negated = any(f" {word} " in words for word in ("not", "never", "cannot", "can't", "nie"))
    (left,), (right,) = found.named("left"), found.named("right")
    operator = "=" if differ == negated else "<>"
    return [Draft("CUSTOM_SQL", {"left": left, "operator": operator, "right": right}, "table")]


def _one_filled(found: Found) -> list[Draft]:
    """One of several columns has a value."""
    empty = [{"column": name, "operator": "IS NULL"} for name in found.named("columns")]
    return [Draft("CUSTOM_SQL", {"forbidden": {"all": empty}}, "table")] if len(empty) > 1 else []


def _sum(found: Found) -> list[Draft]:
    columns = found.named("columns") or [*found.named("first"), *found.named("second")]
    total: dict[str, Any] = {"sum_of": found.named("total")[0]} if found["total"] else {"sum": number(found["number"])}
    return [Draft("CUSTOM_SQL", {"columns": columns, **total}, "table")]


def _referenced(found: Found) -> list[Draft]:
    *schema, column = found.said("other").split(".") if "." in found.said("other") else [found.said("other"), ""]
    other = {"table": ".".join(schema), **({"column": column} if column else {})}
    if not column and len(own := found.named("other")) == 1:
        return [Draft(problem=f"{own[0]} is a column of this table: name the table that has the values")]
    return [Draft("CUSTOM_SQL", {"references": other})]


def _ordered(found: Found) -> list[Draft]:
    falling = any(word in found.match.group() for word in ("decreas", "descend", "malej"))
    strict = any(word in found.match.group() for word in ("strict", "scisle"))
    by = found.named("by")
    if not by:
        return [Draft(problem="a table has no order: say by which column, `increasing by created_at`")]
    order = {
        "order": "decreasing" if falling else "increasing",
        "order_by": by[0],
        **({"strict": True} if strict else {}),
    }
    return [Draft("CUSTOM_SQL", order)]


_FILLED = (
    r"(?:filled|present|given|provided|set|not null|not empty|populated|available|required|mandatory|"
    r"wypelnion\w+|podan\w+|uzupelnion\w+|wymagan\w+|obowiazkow\w+)"
)
PREDICATES = (
    predicate(
        "one_filled",
        r"(?:at least one of|either|one of|co najmniej jed\w+ z|przynajmniej jed\w+ z|jed\w+ z) "
        rf"(?:the )?(?:columns |pol |kolumn )?(?P<columns>{CS}(?: (?:lub|albo) {C})*)"
        rf" (?:(?:must|should|has to|is|be|musi|powin\w+|byc|jest) )+{_FILLED}",
        _one_filled,
    ),
    predicate(
        "not_both_empty",
        rf"(?P<columns>{CS}) (?:must|should|can|may|nie moga) ?(?:not|never)? (?:both|all|be both|be "
        r"all|byc jednoczesnie|jednoczesnie byc|obie byc|oba byc) (?:be )?(?:null|empty|missing|"
        r"pust\w+)",
        _one_filled,
    ),
    predicate(
        "different",
        rf"(?P<left>{C}) (?:and|i|oraz|a) (?P<right>{C}) (?:(?:must|should|can|may|cannot|can't|musza|"
        r"moga|powinny|nie) )*"
        r"(?:(?:be|byc) )?(?:different|differ\w*|(?:not |never )?(?:be )?(?:the )?(?:same|equal|"
        r"identical)|rozn\w+(?: sie)?|roznic sie|tak\w+ sam\w+|identyczn\w+|rown\w+)",
        _alike,
    ),
    predicate(
        "sum_of_columns",
        rf"(?:sum of|total of|sum\w) (?:kolumn |columns |pol )?(?P<columns>{CS}) {BE}(?:be |byc "
        r")?(?:equals?(?: to)?|equal to|=|==|rown\w+(?: sie)?|wynosi\w*|give|match(?:es)?|is|be|"
        rf"dawac) ?(?:(?P<total>{C})|(?P<number>{N}))",
        _sum,
    ),
    predicate(
        "plus",
        rf"(?P<first>{C})(?P<second>(?: ?(?:\+|plus) ?{C})+) {BE}(?:be |byc )?(?:equals?(?: to)?|equal "
        rf"to|=|==|rown\w+(?: sie)?|wynosi\w*|is|must be|musi byc) ?(?:(?P<total>{C})|(?P<number>{N}))",
        _sum,
    ),
    predicate(
        "ordered",
        r"(?:monotonically |monotonicznie |strictly |scisle )*(?:increas\w+|ascending|decreas\w+|"
        r"descending|rosnac\w+|malejac\w+|rosn\w+|malej\w+)(?: order)?(?: (?:by|over|with|wedlug|wg|"
        rf"wzgledem|po|in order of|ordered by|along)(?: kolumny| the)? (?P<by>{C}))?",
        _ordered,
    ),
    predicate(
        "references",
        r"(?:(?:must|should|musi|musza|powin\w+) )?(?:references?|exists? in|exist in|be found in|"
        r"found in|be present in|present in|istnie\w+ w|wystepowa\w+ w|wystepuje w|znajdowac sie w|"
        r"odwolywac sie do|referuje do|foreign key (?:to|of|into)|klucz\w* obc\w+ do)(?: the)?(?: "
        r"table| tabel\w+| column| kolumnie| slowniku)? (?P<other>[a-zA-Z_\ue000-\uf8ff][\w.\ue000-\uf8ff]*)",
        _referenced,
    ),
    *(
        predicate(
            f"compared_{at}",
            rf"(?P<left>{C}) ?(?:(?:must|should|shall|will|can|may|has to|is|are|musi|moze|powin\w+|jest) "
            rf")?(?:always |zawsze )?(?:be |byc |come |occur |lie )?{words} ?(?:or equal to |lub rown\w+ "
            rf")?(?:the |kolumn\w+ )?(?:(?P<factor>{N}) ?(?:times|\*|x|razy) |(?P<share>{N}) ?% (?:of|z) "
            rf"(?:the )?)?(?P<right>{C})(?! ?\+)",
            _compared(sign),
        )
        for at, (sign, words) in enumerate(_SIGNS)
    ),
)

KEPT = PREDICATES[:3]
"""Predicates whose lists of columns are not cut."""
