"""JSON Parse and XML Parse. Source: Designer Help, pages of these names and "Reading XML"; saved results of real
workflows, from which the names of an XML element's fields follow, and that a record without the element stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from services.migration.rules.alteryx import frame, known_settings, named_later
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.xml_fields import XML_NAME, XmlFields
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

SINGLE = (("JSON_Name", "name", "varchar"), ("JSON_ValueString", "value", "varchar"))
TYPED = (
    ("JSON_Name", "name", "varchar"),
    ("JSON_ValueString", "string", "varchar"),
    ("JSON_ValueInt", "integer", "bigint"),
    ("JSON_ValueFloat", "float", "double"),
    ("JSON_ValueBool", "boolean", "boolean"),
)
"""Fields of JSON Parse, what each holds, and its type."""
JSON_SETTINGS = frozenset({"JSON_Field", "IncludeInOutput", "SingleField"})
FROM_LAST_RUN, FROM_LATER, UNTOLD = 0.79, 0.6, 0.6
RUN_IN = ("duckdb", "postgresql")
RUN_IT = "Run the workflow once in Designer and save it, so that it holds the tool's fields; or name the element."


def json_parse(context: StepContext) -> Outcome:
    settings, given = context.settings, context.input()
    for other in settings.children:
        if other.name not in JSON_SETTINGS and known_settings.says(other):
            raise NotConvertible(
                f"how its option {other.name} names and splits fields is not documented", "Write the fields by hand."
            )
    text = frame.find(given, settings.text("JSON_Field"))
    is_single = settings.one("SingleField").get("value", "True").lower() != "false"
    kept = _keeps(context, default="False")
    taken = {column.name.lower() for column in _left(given, text, kept)}
    named = [(unique(name, taken), holds, kind) for name, holds, kind in (SINGLE if is_single else TYPED)]
    config = {"column": text.name, "columns": [{"name": name, "holds": holds} for name, holds, _ in named]}
    context.warn(
        "A text that is not JSON stops the run. A null or empty text, and an empty object or list, give no row; "
        "the documentation does not say what the tool gives."
    )
    return _parsed(context, "json_parse", config, text, kept, [Column(name, kind) for name, _, kind in named])


def xml_parse(context: StepContext) -> Outcome:
    settings, given = context.settings, context.input()
    text = frame.find(given, settings.text("XMLField"))
    kept = _keeps(context, default="True")
    is_root = _is_set(context, "ParseRoot")
    element = "" if is_root else settings.text("XMLElement").rpartition(":")[2]  # the tool strips namespaces
    left = {column.name.lower() for column in _left(given, text, kept)}
    names = _fields(context, left, element, is_root)
    if not element and not is_root:
        element = names[0]
        context.warn(
            f"The tool finds the element by itself; it is {element}, as in the last run.", confidence=FROM_LAST_RUN
        )
    _require_name(element)
    taken = set(left)
    made = [Column(unique(column_name(name), taken), "varchar") for name in names]
    own = element or (names[0] if context.step.fields else "")
    config: dict[str, Any] = {"column": text.name, **({"element": element} if element else {})}
    config["columns"] = [
        {"name": column.name, "paths": listed}
        for column, listed in zip(made, _paths(context, names, own, left), strict=True)
    ]
    if _is_set(context, "IgnoreErrors"):
        config["on_error"] = "null"
        context.warn("A text that is not well-formed gives a record with nulls.", confidence=frame.UNSURE)
    return _parsed(context, "xml_parse", config, text, kept, made)


def _keeps(context: StepContext, *, default: str) -> bool:
    return context.settings.one("IncludeInOutput").get("value", default).lower() == "true"


def _is_set(context: StepContext, name: str, default: str = "False") -> bool:
    return context.settings.one(name).get("value", default).lower() == "true"


def _left(given: Relation, text: Column, kept: bool) -> list[Column]:
    return [column for column in given.columns if kept or column.name != text.name]


def _parsed(
    context: StepContext, kind: str, config: dict[str, Any], text: Column, kept: bool, made: Sequence[Column]
) -> Outcome:
    """The node, and the number of every row where a later tool reads their order."""
    given = context.input()
    if context.dialect not in RUN_IN:
        context.warn(f"There is no SQL of it for {context.dialect}: parse the text there by hand.", confidence=UNTOLD)
    if not kept:
        config["keep"] = False
    columns = [*_left(given, text, kept), *made]
    in_order = frame.order_is_read(context)
    place = Column(f"{frame.PROVEN}_parsed", frame.ROW_TYPE)
    if in_order:
        place = Column(unique(place.name, {column.name.lower() for column in columns}), frame.ROW_TYPE)
        config["position_column"] = place.name
        columns.append(place)
    node = context.node(kind, config, [given.ref])
    nodes: list[Node] = [node]
    relation = Relation(node["id"], tuple(columns), order=given.order)
    if in_order:
        row = frame.order_column(given)
        keys = [{"column": name} for name in (row, place.name) if name]
        number, relation = frame.numbered(context, relation, keys, proven=frame.is_proven(given) if row else False)
        nodes.append(number)
    return Outcome(kind, 1.0, tuple(nodes), {"": relation})


def _fields(context: StepContext, left: Collection[str], element: str, is_root: bool) -> list[str]:
    """The fields that the tool makes: the element's own first. Raises NotConvertible where nothing tells them."""
    known = set(left)
    last = _of_last_run(context, known, element)
    if last:
        context.warn("The fields are those of the last run; other texts may have others.", confidence=FROM_LAST_RUN)
        return last
    if not element and not is_root:
        raise NotConvertible("which element it takes depends on the texts, which the workflow does not hold", RUN_IT)
    later = [each.name for each in named_later.columns(context) if each.name.lower() not in known]
    if element and element.lower() not in {name.lower() for name in later}:
        later.insert(0, element)
    if not later:
        raise NotConvertible("its fields are made of the texts, which the workflow does not hold", RUN_IT)
    context.warn("The fields are those that later tools name; there may be more.", confidence=FROM_LATER)
    return later


def _of_last_run(context: StepContext, known: set[str], element: str) -> list[str]:
    """The fields after those that the tool passed on: from the element's own on, where its name is known."""
    names = [each.name for each in context.step.fields]
    own = max((place for place, name in enumerate(names) if name == element), default=0)
    return [name for name in names[own:] if column_name(name).lower() not in known]


def _paths(context: StepContext, names: Sequence[str], own: str, taken: Collection[str]) -> Iterator[list[str]]:
    """Where the value of each field may stand."""
    fields = XmlFields(own, taken, names, _is_set(context, "ChildValues", "True"), _is_set(context, "OuterXML"))
    for name in names:
        found = fields.paths(name)
        if not found:
            raise NotConvertible(f"no part of an XML text can have given its field '{name}'", "Write it by hand.")
        if any("[" in path for path in found):
            context.warn(f"The field '{name}' is taken for a later child of its name.", confidence=UNTOLD)
        yield found


def _require_name(element: str) -> None:
    if element and not XML_NAME.fullmatch(element):
        raise NotConvertible(f"'{element}' is no name of an element", "Name the element.")
