"""What a pipeline's own text tells of the values it expects: date formats, values compared with, columns that meet.

Columns that are copies of each other, or are joined on, form one family; what is known of one is known of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from services.pipelines.dsl.columns import Resolution
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.sqlread import UnreadableSqlError, read
from services.pipelines.dsl.texts import Form, SqlText, texts
from services.pipelines.runner.sample_texts import TEXTS

Key = tuple[str, str]  # node id and folded column name
PARSERS = (exp.StrToTime, exp.StrToDate, exp.TsOrDsToDate, exp.TsOrDsToTimestamp, exp.StrToUnix)
"""What reads a text as a date by a format."""
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ)
MOST_LITERALS = 40


@dataclass(slots=True)
class Hint:
    """Of one family of columns: `formats` as strftime writes them, `literals` as the text has them, `parsed` texts of
    the shape that is taken apart.
    """

    formats: dict[str, None] = field(default_factory=dict)
    literals: dict[str, None] = field(default_factory=dict)
    parsed: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Hints:
    """Hints by family; `family` gives a column's."""

    parents: dict[Key, Key] = field(default_factory=dict)
    known: dict[Key, Hint] = field(default_factory=dict)

    def family(self, node_id: str, column: str) -> Key:
        key = (node_id, column.casefold())
        while key in self.parents:
            key = self.parents[key]
        return key

    def join(self, one: Key, other: Key) -> None:
        first, second = self.family(*one), self.family(*other)
        if first != second:
            self.parents[second] = first

    def of(self, node_id: str, column: str) -> Hint:
        """The hint of a column; empty where the text tells nothing."""
        return self.known.get(self.family(node_id, column), _NONE)


_NONE = Hint()


def hints(document: Document, found: Resolution) -> Hints:
    """The hints in a pipeline whose names resolve."""
    made = Hints()
    for node_id in found.graph.order:
        _passed(made, found, node_id)
    noted: list[tuple[Key, str, str]] = []
    for text in texts(document, found):
        if text.path[0] == "nodes" and text.form not in (Form.QUERY, Form.SCRIPT, Form.ORDERING):
            noted.extend(_read(made, found, text))
    for node_id in found.graph.order:
        noted.extend(_parsed(found, node_id))
    for key, kind, value in noted:
        hint = made.known.setdefault(made.family(*key), Hint())
        values = {"format": hint.formats, "literal": hint.literals, "parsed": hint.parsed}[kind]
        if len(values) < MOST_LITERALS:
            values[value] = None
    return made


def _passed(made: Hints, found: Resolution, node_id: str) -> None:
    """Output columns that have the name of an input column, and those a configuration says are copies."""
    names = {name.casefold() for relation in found.outputs[node_id].values() for name in relation.names}
    computed = {str(item.get("name", "")).casefold() for item in _columns(found, node_id)}
    for edge in found.graph.inputs(node_id):
        for name in found.output(edge.ref).names:
            if name.casefold() in names - computed:
                made.join((edge.source, name), (node_id, name))
    for item in _columns(found, node_id):
        source, _, name = (
            str(item.get("from", "")).partition(".") if isinstance(item.get("from"), str) else ("", "", "")
        )
        if name and source in found.graph.nodes:
            made.join((source, name), (node_id, str(item["name"])))
    _united(made, found, node_id)


def _parsed(found: Resolution, node_id: str) -> Iterator[tuple[Key, str, str]]:
    node = found.graph.nodes[node_id]
    make = TEXTS.get(str(node.get("transform")))
    for text in make(node["config"]) if make else ():
        yield (found.graph.inputs(node_id)[0].source, node["config"]["column"]), "parsed", text


def _columns(found: Resolution, node_id: str) -> list[Mapping[str, object]]:
    listed = found.graph.nodes[node_id]["config"].get("columns") or []
    return [item for item in listed if isinstance(item, dict)]


def _united(made: Hints, found: Resolution, node_id: str) -> None:
    node = found.graph.nodes[node_id]
    if node.get("transform") != "sql_union_all":
        return
    for item in node["config"]["inputs"]:
        for column, name in zip(node["config"]["columns"], item["columns"], strict=False):
            if name:
                made.join((item["ref"].partition(".")[0], name), (node_id, column["name"]))


def _read(made: Hints, found: Resolution, text: SqlText) -> Iterator[tuple[Key, str, str]]:
    node_id = str(found.document.data["nodes"][text.path[1]]["id"])
    try:
        (tree,) = read(text.text, text.form, text.dialect)
    except (UnreadableSqlError, ValueError):
        return
    if isinstance(tree, exp.Column):
        _copied(made, found, node_id, text, tree)
    for node in tree.walk():
        if isinstance(node, PARSERS):
            yield from _formats(found, node_id, node)
        elif isinstance(node, COMPARISONS):
            yield from _compared(made, found, node_id, node.left, node.right)
        elif isinstance(node, exp.In):
            for item in node.expressions:
                yield from _compared(made, found, node_id, node.this, item)


def _copied(made: Hints, found: Resolution, node_id: str, text: SqlText, tree: exp.Column) -> None:
    source = _key(found, node_id, tree)
    if source and text.path[3:4] in (("columns",), ("variables",)):
        index = text.path[4]
        name = found.document.data["nodes"][text.path[1]]["config"][text.path[3]][index]["name"]
        made.join(source, (node_id, name))


def _key(found: Resolution, node_id: str, column: exp.Column) -> Key | None:
    """The column of an upstream node that a column in one of a node's expressions names."""
    config = found.graph.nodes[node_id]["config"]
    side = {"l": "left", "r": "right"}.get(column.table.lower(), "")
    wanted = config.get(side) if side else column.table
    for edge in found.graph.inputs(node_id):
        if (not wanted or edge.ref.casefold() == str(wanted).casefold()) and found.output(edge.ref).find(column.name):
            return edge.source, column.name
    declared = {str(item.get("name", "")).casefold() for item in config.get("variables") or ()}
    return (node_id, column.name) if column.name.casefold() in declared else None


def _only_key(found: Resolution, node_id: str, tree: exp.Expr) -> Key | None:
    columns = [tree] if isinstance(tree, exp.Column) else list(tree.find_all(exp.Column))
    return _key(found, node_id, columns[0]) if len({column.name for column in columns}) == 1 else None


def _formats(found: Resolution, node_id: str, node: exp.Expr) -> Iterator[tuple[Key, str, str]]:
    key = _only_key(found, node_id, node.this)
    given = node.args.get("format")
    listed = given.expressions if isinstance(given, exp.Array) else [given]
    for item in listed:
        if key and isinstance(item, exp.Literal) and item.is_string:
            yield key, "format", item.name


def _compared(
    made: Hints, found: Resolution, node_id: str, left: exp.Expr, right: exp.Expr
) -> Iterator[tuple[Key, str, str]]:
    sides = [_only_key(found, node_id, side) for side in (left, right)]
    if isinstance(left, exp.Column) and isinstance(right, exp.Column) and sides[0] and sides[1]:
        made.join(sides[0], sides[1])
    for key, other in ((sides[0], right), (sides[1], left)):
        literal = other.this if isinstance(other, exp.Neg) else other
        if key and isinstance(literal, exp.Literal):
            yield key, "literal", f"-{literal.name}" if isinstance(other, exp.Neg) else literal.name
