"""Union: rows put together by the names of their fields, by their places, or as a person laid them out.

Source: Designer Help, "Union".
"""

from __future__ import annotations

from collections.abc import Sequence

from services.migration.rules.alteryx import frame, select
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.nodes import computed, typed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

INPUT = f"{frame.PROVEN}_input"
PLACE = f"{frame.PROVEN}_place"
SHARED = frozenset({"subset", "common", "intersection"})
"""Of the fields only those that every input has."""
Layout = list[tuple[str, list[Column | None]]]
"""Output columns by name, each with what the inputs give for it."""


def convert(context: StepContext) -> Outcome:
    inputs = context.arrivals()
    if not inputs:
        raise NotConvertible("nothing is connected to its input", "Connect the step or remove it.")
    return together(context, inputs, _layout(context, context.settings.text("Mode") or "ByName", inputs))


def together(
    context: StepContext, inputs: tuple[Relation, ...], layout: Layout, by: tuple[str, str] = (INPUT, PLACE)
) -> Outcome:
    """The rows of all inputs; `by`: where a later tool reads their order, what they are ordered by."""
    columns = [Column(name, _common(context, name, [each for each in held if each])) for name, held in layout]
    nodes: list[Node] = []
    inputs = tuple(
        select.as_texts(context, nodes, given, _told(columns, layout, index), f"input {index + 1} texts")
        for index, given in enumerate(inputs)
    )
    ordered = frame.order_is_read(context)
    if ordered:
        places = _places(context, len(inputs))
        inputs = tuple(_with_place(context, nodes, given, place) for place, given in zip(places, inputs, strict=True))
    extra = [Column(INPUT, "integer"), Column(PLACE, frame.ROW_TYPE)] if ordered else []
    config = {
        "columns": [typed(column) for column in (*columns, *extra)],
        "inputs": [
            {
                "ref": given.ref,
                "columns": [*(_named(held[index]) for _, held in layout), *(column.name for column in extra)],
            }
            for index, given in enumerate(inputs)
        ],
    }
    node = context.node("sql_union_all", config, list(dict.fromkeys(given.ref for given in inputs)))
    nodes.append(node)
    relation = Relation(node["id"], (*columns, *extra))
    if ordered:
        proven = all(frame.is_proven(given) for given in inputs)
        number, relation = frame.numbered(context, relation, [{"column": name} for name in by], proven=proven)
        nodes.append(number)
    return Outcome("sql_union_all", 1.0, tuple(nodes), {"": relation})


def _told(columns: Sequence[Column], layout: Layout, index: int) -> list[Column]:
    """The fields of an input that are texts in the output."""
    mine = [(column.type, held[index]) for column, (_, held) in zip(columns, layout, strict=True)]
    return [own for kind, own in mine if own and types.kind(kind) == "string"]


def _places(context: StepContext, count: int) -> list[int]:
    """The place of each input in the output: as they arrive, unless the tool sets an order of its own."""
    settings = context.settings
    stated = [each.value.strip() or each.get("name") for each in settings.one("OutputOrder").children]
    into = [link for link in context.mapping.links if link.to_step == context.name]
    names = [link.name for link in sorted(into, key=lambda link: link.order)]
    if settings.one("SetOutputOrder").get("value").lower() != "true" or len(names) != count:
        return list(range(count))
    found = {name: place for place, name in enumerate(stated)}
    return [found.get(name, len(stated) + place) for place, name in enumerate(names)]


def _named(column: Column | None) -> str | None:
    return column.name if column else None


def _with_place(context: StepContext, nodes: list[Node], given: Relation, number: int) -> Relation:
    """The rows with the number of their input and their place in it."""
    row = frame.order_column(given)
    shown = frame.visible(given)
    value = frame.identifier(context, row) if row else "0"
    extra = [(Column(INPUT, "integer"), str(number)), (Column(PLACE, frame.ROW_TYPE), value)]
    columns = [*frame.kept(context, shown), *extra]
    node = context.node(
        "sql_expression",
        {"columns": [computed(*each) for each in columns]},
        [given.ref],
        name=f"{context.name} input {number + 1}",
    )
    nodes.append(node)
    return Relation(node["id"], tuple(column for column, _ in columns), order=given.order)


def _layout(context: StepContext, mode: str, inputs: Sequence[Relation]) -> Layout:
    shared = context.settings.text("ByName_OutputMode").lower() in SHARED
    _tell_of_differences(context, mode, inputs)
    if mode == "ByPos":
        return _by_place([list(frame.visible(given)) for given in inputs], shared=shared)
    if mode.startswith("Manual"):
        return _by_hand(context, inputs)
    if mode == "ByName":
        return _by_name(inputs, shared=shared)
    raise NotConvertible(f"the mode '{mode}' is not known", "Write the union by hand.")


def _tell_of_differences(context: StepContext, mode: str, inputs: Sequence[Relation]) -> None:
    """A run of the original ends where its inputs differ and it is told to stop at that."""
    if context.settings.text("ByName_ErrorMode").lower() != "error" or mode.startswith("Manual"):
        return
    shown = [frame.visible(given) for given in inputs]
    found = {len(each) if mode == "ByPos" else frozenset(column.name.lower() for column in each) for each in shown}
    if len(found) > 1:
        context.warn(
            "Its inputs have different fields, at which the original stops with an error; here their rows are put "
            "together.",
            confidence=frame.UNSURE,
        )


def _by_name(inputs: Sequence[Relation], *, shared: bool) -> Layout:
    """All fields, in the order in which they first come; or those that every input has."""
    found: dict[str, tuple[str, list[Column | None]]] = {}
    for index, given in enumerate(inputs):
        for column in frame.visible(given):
            _, held = found.setdefault(column.name.lower(), (column.name, [None] * len(inputs)))
            held[index] = column
    layout = list(found.values())
    if shared:
        layout = [(name, held) for name, held in layout if all(held)]
    if not layout:
        raise NotConvertible("its inputs have no field in common", "Check the names of the fields.")
    return layout


def _by_place(columns: Sequence[Sequence[Column]], *, shared: bool) -> Layout:
    """Field by field; the first input gives the names, those of longer ones follow, unless only `shared` places do."""
    layout: Layout = []
    taken: set[str] = set()
    for place in range((min if shared else max)(map(len, columns))):
        held = [each[place] if place < len(each) else None for each in columns]
        name = next(column.name for column in held if column)
        layout.append((unique(name, taken), held))
    return layout


def _by_hand(context: StepContext, inputs: Sequence[Relation]) -> Layout:
    """As `MultiMetaInfo` lays the fields of each input out: those of one column number belong together."""
    described = {each.get("name"): each for each in context.settings.all("MultiMetaInfo", "MetaInfo")}
    into = [link for link in context.mapping.links if link.to_step == context.name]
    names = [link.name for link in sorted(into, key=lambda link: link.order)]
    placed: dict[int, list[Column | None]] = {}
    for index, given in enumerate(inputs):
        info = described.get(names[index]) if index < len(names) else None
        if info is None:
            raise NotConvertible("the layout by hand does not speak of every input", "Write the union by hand.")
        known = {column.name.lower(): column for column in frame.visible(given)}
        for number, each in enumerate(info.all("RecordInfo", "Field"), 1):
            place = each.get("column") if each.get("column").lstrip("-").isdecimal() else str(number)
            column = known.get(each.get("name").lower())
            if column and int(place) > 0:
                placed.setdefault(int(place), [None] * len(inputs))[index] = column
    taken: set[str] = set()
    layout: Layout = []
    for number in sorted(placed):
        held = placed[number]
        layout.append((unique(next(column.name for column in held if column), taken), held))
    if not layout:
        raise NotConvertible("its layout by hand names no field that arrives", "Write the union by hand.")
    return layout


def _common(context: StepContext, name: str, held: Sequence[Column]) -> str:
    """The type that holds the values of all inputs."""
    kinds = {types.kind(column.type) for column in held}
    if len({column.type for column in held}) == 1:
        return held[0].type
    if kinds == {"string"}:
        lengths = [types.text_length(column.type) for column in held]
        return f"varchar({max(lengths)})" if all(lengths) else "varchar"
    if kinds == {"number"}:
        return _number([column.type for column in held])
    if kinds == {"date"}:
        return "timestamp" if "time" not in {column.type for column in held} else held[0].type
    context.warn(
        f"The field {name} has different types in the inputs ({', '.join(sorted({c.type for c in held}))}); "
        "it becomes a text.",
        confidence=frame.UNSURE,
    )
    return "varchar"


def _number(given: Sequence[str]) -> str:
    if "double" in given:
        return "double"
    whole = [each for each in given if types.is_whole(each)]
    if len(whole) == len(given):
        return "bigint" if "bigint" in given else "integer"
    scale = max(types.scale(each) or 0 for each in given)
    before = max(types.digits(each) - (types.scale(each) or 0) for each in given)
    return f"decimal({min(38, before + scale)},{scale})"
