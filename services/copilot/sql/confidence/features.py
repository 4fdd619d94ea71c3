"""Numbers that tell a statement likely to answer its question from one that only runs; of question, SQL, schema.

Each is 0 where nothing is amiss and grows to 1, so that a weight says what the fault costs. Nothing here knows which
question, model or answer it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from services.copilot.sql.confidence.asked import AGGREGATE_WORDS, Asked, asked
from services.copilot.sql.confidence.fan_out import fan_out
from services.copilot.sql.confidence.known import Known
from services.copilot.sql.confidence.selects import AGGREGATES, Select, outermost, selects
from services.copilot.words import Stems, content, folded, stem, stems

# Names of columns say little by themselves.
_PLAIN = frozenset(map(stem, ("id", "identifier", "key", "code", "number", "name", "value", "date", "type", "no")))


@dataclass(frozen=True)
class Subject:
    """A statement, parsed in its dialect, beside its question and what is known of the tables."""

    question: str
    statement: exp.Expr
    known: Known

    @cached_property
    def asked(self) -> Asked:
        return asked(self.question)

    @cached_property
    def selects(self) -> list[Select]:
        return selects(self.statement, self.known.tables)

    @cached_property
    def tables(self) -> list[str]:
        """Base tables, each once."""
        names = (each.table for select in self.selects for each in select.relations.values())
        return list(dict.fromkeys(name for name in names if name))

    @cached_property
    def outputs(self) -> list[exp.Expr]:
        top = outermost(self.statement)
        return list(top.expressions) if top is not None else []

    @cached_property
    def aggregates(self) -> frozenset[str]:
        found = {AGGREGATES[type(each)] for select in self.selects for each in select.aggregates}
        divided = any(True for _ in self.statement.find_all(exp.Div))
        return frozenset(found | ({"avg"} if divided and found & {"sum", "count"} else set()))

    @cached_property
    def grouped(self) -> list[exp.Expr]:
        """Group keys of the first SELECT, from outside in, that groups or aggregates."""
        for select in self.selects:
            if select.group or select.aggregates:
                return select.group
        return []

    @cached_property
    def named(self) -> Stems:
        """Stems of everything the statement names: tables, columns, aliases, values."""
        parts = [each.name for each in self.statement.find_all(exp.Identifier)]
        parts += [each.name for each in self.statement.find_all(exp.Literal)]
        return Stems(each for part in parts for each in stems(part))


def _unresolved(subject: Subject) -> float:
    """Share of the question's words that nothing in the statement stands for."""
    words = [each for each in content(subject.question) if not _is_aggregate(each)]
    missing = [each for each in words if stem(each) not in subject.named]
    return len(missing) / len(words) if words else 0.0


def _is_aggregate(word: str) -> bool:
    return any(pattern.fullmatch(folded(word)) for pattern in AGGREGATE_WORDS.values())


def _off_topic(subject: Subject) -> float:
    """Share of the tables of which, name and description, the question says no word."""
    wanted = Stems(stems(subject.question))
    about = {each: [*stems(each), *subject.known.about(each)] for each in subject.tables}
    unsaid = [each for each, said in about.items() if not any(part in wanted for part in said)]
    return len(unsaid) / len(subject.tables) if subject.tables else 0.0


def _joins(subject: Subject) -> float:
    return min(1.0, sum(max(0, len(each.relations) - 1) for each in subject.selects) / 6)


def _unkeyed(subject: Subject) -> float:
    """Share of the joins between base tables that follow no known key, nor columns of one name; 0 where no key is
    known."""
    if not subject.known.keys:
        return 0.0
    pairs = [
        ((left.table, edge[1]), (right.table, edge[3]))
        for select in subject.selects
        for edge in select.edges
        if (left := select.relations[edge[0]]).table and (right := select.relations[edge[2]]).table
    ]
    bad = [pair for pair in pairs if frozenset(pair) not in subject.known.keys and pair[0][1] != pair[1][1]]
    return len(bad) / len(pairs) if pairs else 0.0


def _unjoined(subject: Subject) -> float:
    """1 where a SELECT reads several tables and nothing joins some of them."""
    for select in subject.selects:
        tables = [alias for alias, each in select.relations.items() if each.table]
        joined = {edge[0] for edge in select.edges} | {edge[2] for edge in select.edges}
        if len(tables) > 1 and set(tables) - joined:
            return 1.0
    return 0.0


def _fan_out(subject: Subject) -> float:
    return max((fan_out(each) for each in subject.selects), default=0.0)


def _aggregate_missing(subject: Subject) -> float:
    wanted = subject.asked.aggregates & {"count", "sum", "avg"}
    return len(wanted - subject.aggregates) / len(wanted) if wanted else 0.0


def _aggregate_unasked(subject: Subject) -> float:
    """1 where it adds up or counts and the question asks for no figure."""
    made = subject.aggregates & {"count", "sum", "avg"}
    return float(bool(made) and not subject.asked.aggregates)


def _grain_missing(subject: Subject) -> float:
    """Share of the `by …` of the question that no group key or output names."""
    shown = Stems(each for node in [*subject.grouped, *subject.outputs] for each in stems(node.sql()))
    wanted = subject.asked.grain
    missing = [group for group in wanted if not any(word in shown for word in group)]
    return len(missing) / len(wanted) if wanted else 0.0


def _grain_finer(subject: Subject) -> float:
    """Group keys beyond the `by …` of the question, of three."""
    return min(1.0, max(0, len(subject.grouped) - len(subject.asked.grain)) / 3)


def _outputs_unasked(subject: Subject) -> float:
    """Columns returned beyond the figures and the `by …` asked for, of four; a star is four."""
    if any(each.is_star for each in subject.outputs):
        return 1.0
    wanted = max(1, len(subject.asked.aggregates)) + len(subject.asked.grain)
    return min(1.0, max(0, len(subject.outputs) - wanted) / 4)


def _values_unasked(subject: Subject) -> float:
    """Text compared with that neither the question nor the schema has, of two: guessed codes as a rule."""
    said = folded(subject.question).lower()
    guessed = {
        text
        for clause in subject.statement.find_all(exp.Where, exp.Join, exp.Having, exp.Case)
        for literal in clause.find_all(exp.Literal)
        if literal.is_string and (text := folded(literal.name).lower().strip("% ")) and not literal.name.isdigit()
        and text not in said and text not in subject.known.values and not isinstance(literal.parent, exp.Interval)
    }  # fmt: skip
    return min(1.0, len(guessed) / 2)


def _filtered(subject: Subject) -> float:
    """Conditions in WHERE, of four; the question's own are among them."""
    conditions = [each for where in subject.statement.find_all(exp.Where) for each in _parts(where.this)]
    return min(1.0, len(conditions) / 4)


def _parts(condition: exp.Expr) -> Sequence[exp.Expr]:
    return list(condition.flatten()) if isinstance(condition, exp.And | exp.Or) else [condition]


def _limit_unasked(subject: Subject) -> float:
    return float(subject.statement.args.get("limit") is not None and not subject.asked.top)


def _nested(subject: Subject) -> float:
    return min(1.0, max(0, len(subject.selects) - 1) / 4)


def _bridged(subject: Subject) -> float:
    """Share of the tables of which nothing is returned, added up, grouped by or filtered: they only connect."""
    used: set[str] = set()
    for select in subject.selects:
        if len(select.relations) == 1:
            used |= {each.table for each in select.relations.values()}
        joining = {id(column) for join in select.node.args.get("joins") or () for column in join.find_all(exp.Column)}
        for column in select.node.find_all(exp.Column):
            owner = select.owner(column)
            if id(column) not in joining and owner is not None:
                used.add(owner.table)
    return len([each for each in subject.tables if each not in used]) / len(subject.tables) if subject.tables else 0.0


def _rare_columns(subject: Subject) -> float:
    """Share of the telling parts of output columns of which the question says no word."""
    wanted = Stems(stems(subject.question))
    columns = {each.name for node in [*subject.outputs, *subject.grouped] for each in node.find_all(exp.Column)}
    parts = [stem(word) for name in columns for word in content(name)]
    telling = [part for part in parts if part not in _PLAIN]
    return len([part for part in telling if part not in wanted]) / len(telling) if telling else 0.0


def _outer(subject: Subject) -> float:
    joins = list(subject.statement.find_all(exp.Join))
    return len([each for each in joins if each.side in ("LEFT", "RIGHT", "FULL")]) / len(joins) if joins else 0.0


FEATURES: Mapping[str, tuple[Callable[[Subject], float], str]] = {
    "unresolved": (_unresolved, "words of the question that nothing in the SQL stands for"),
    "off_topic": (_off_topic, "tables of which the question says no word"),
    "joins": (_joins, "joins"),
    "unkeyed_join": (_unkeyed, "joins that follow no known key"),
    "unjoined": (_unjoined, "tables that nothing joins"),
    "fan_out": (_fan_out, "a join repeats the rows that are added up"),
    "aggregate_missing": (_aggregate_missing, "a figure asked for is not computed"),
    "aggregate_unasked": (_aggregate_unasked, "a figure is computed that was not asked for"),
    "grain_missing": (_grain_missing, "what the question groups by is neither grouped by nor returned"),
    "grain_finer": (_grain_finer, "it groups by more than was asked"),
    "outputs_unasked": (_outputs_unasked, "columns that were not asked for"),
    "values_unasked": (_values_unasked, "values that neither the question nor the schema has"),
    "filtered": (_filtered, "conditions"),
    "limit_unasked": (_limit_unasked, "a limit that was not asked for"),
    "nested": (_nested, "queries within queries"),
    "bridged": (_bridged, "tables that only connect others"),
    "rare_columns": (_rare_columns, "output columns of which the question says no word"),
    "outer": (_outer, "outer joins"),
}
"""Name → (its computation, what it means in words). The order is that of weights and tables."""


def features(subject: Subject) -> dict[str, float]:
    """All of them, 0 to 1."""
    return {name: round(compute(subject), 4) for name, (compute, _) in FEATURES.items()}
