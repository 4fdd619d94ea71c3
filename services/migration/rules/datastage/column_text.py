"""Column Import and Column Export: columns out of the text of one column, and back, by a record format.

Source: Parallel Job Developer's Guide, "Column Import stage", "Column Export stage"; Advanced Developer's Guide,
"field_import operator", "field_export operator".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules.context import NotConvertible, Outcome, Scope
from services.migration.rules.datastage.file_formats import options, record_format
from services.migration.rules.datastage.frame import REJECT_LINK, Arriving, Leaving, Stage
from services.migration.rules.datastage.scope import translated
from services.migration.rules.datastage.written_rows import no_rows
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

FIXED = "the record format has no delimiter, and column {} no length"
LENGTHS = "State the lengths of the columns."
MOMENTS = {
    "date": ("Date", "%yyyy-%mm-%dd", "date_format"),
    "time": ("Time", "%hh:%nn:%ss", "time_format"),
    "timestamp": ("Timestamp", "%yyyy-%mm-%dd %hh:%nn:%ss", "timestamp_format"),
}
"""Type → what its conversion is called, its format where none is stated, and the option that states one."""
PART = """If {rest}[1, 1] = '"' Then Field({rest}, '"', 2) Else Field({rest}, "{mark}", 1)"""
USED = """If {rest}[1, 1] = '"' Then Len({part}) + 2 Else Len({part})"""
REST = 'If {rest}[{used} + 1, 1] = "{mark}" Then {rest}[{used} + 2, 32767] Else SetNull()'
UNFIT = "Rows that do not fit the record format go on, with nulls for what they lack; the stage drops or rejects them."
NULLS = "A null is written as an empty text; the stage refuses the row where its format states no null field."


def column_import(context: StepContext) -> Outcome:
    """One text column becomes the columns that the output declares beside those that arrive."""
    stage = Stage(context)
    given = stage.stream()
    leaving = next((one for one in stage.outputs if one.setting.get("LinkType") != REJECT_LINK), None)
    if leaving is None or not leaving.fields:
        raise NotConvertible("which columns it makes is not stated on its output", "State the columns on the link.")
    new = [one for one in leaving.fields if given.column(one.name) is None]
    twice = next((name for name, count in Counter(one.name.lower() for one in new).items() if count > 1), "")
    if twice:
        raise NotConvertible(f"its output declares the column {twice} twice", "Rename one.")
    whole = _text_column(stage, given, {one.name.lower() for one in new})
    told = _format(stage, leaving)
    context.warn(UNFIT, confidence=0.84)
    if told.get("fixed"):
        split, texts = given.relation, _by_places(whole, new)
    else:
        split, texts = _by_delimiter(stage, given.relation, whole, new, told)
    relation = _columns(stage, leaving, split, list(zip(new, texts, strict=True)), told)
    outputs = {
        leaving.name: stage.shaped(relation, replace(leaving, fields=_plain(leaving)), _kept(stage, given, [whole]))
    }
    for other in stage.outputs:
        if other is not leaving:
            outputs[other.name] = no_rows(stage, other, given.relation, "do not fit the record format")
    return stage.done("text_to_columns", 0.84, outputs)


def _kept(stage: Stage, given: Arriving, used: list[Column]) -> Arriving:
    """What may go on undeclared: all but the columns that the stage takes up, unless it is told to keep them."""
    if stage.flag("keepField"):
        return given
    columns = tuple(column for column in given.relation.columns if column not in used)
    return replace(given, relation=replace(given.relation, columns=columns))


def _plain(leaving: Leaving) -> tuple[TransformationField, ...]:
    """The output's columns by their own names: those that are made have no derivation of the input."""
    return tuple(replace(one, expression="") for one in leaving.fields)


def _text_column(stage: Stage, given: Arriving, new: set[str]) -> Column:
    """The column that a property of the stage names; else the only text that arrives."""
    stated = [one.value.strip() for one in stage.settings.one("properties").children if one.value.strip()]
    named = {text.lower(): column for text in stated if (column := given.column(text)) and text.lower() not in new}
    texts = [column for column in given.relation.columns if types.kind(column.type) == "string"]
    found = [column for column in named.values() if types.kind(column.type) == "string"] or texts
    if len(found) != 1:
        raise NotConvertible("which column it takes apart is not stated", "Name the column.")
    return found[0]


def _format(stage: Stage, leaving: Leaving) -> dict[str, Any]:
    stated = options(stage, leaving.setting)
    own = options(stage, stage.settings)
    told = {"delimiter": ",", "quote": '"', **own, **stated}
    if told["quote"] not in ("", '"') or len(told["delimiter"]) != 1:
        raise NotConvertible(
            f"its texts are quoted with {told['quote']} and parted by {told['delimiter']}",
            "Split the text by expressions.",
        )
    return told


def _by_delimiter(
    stage: Stage, relation: Relation, whole: Column, new: list[TransformationField], told: dict[str, Any]
) -> tuple[Relation, list[str]]:
    """The rows with a column for each part, and how derivations name these."""
    taken = relation.names() | {one.name.lower() for one in new}
    parts = [Column(unique(f"part_{place}", taken), "varchar") for place in range(1, len(new) + 1)]
    if told["quote"]:
        node = _quoted(stage, relation, whole, parts, told["delimiter"])
    else:
        config: dict[str, object] = {
            "column": whole.name,
            "delimiters": told["delimiter"],
            "columns": [{"name": part.name, "type": part.type} for part in parts],
            "extra": "drop",
        }
        node = stage.add("text_to_columns", config, [relation.ref])
    texts = [f"given.{part.name}" for part in parts]
    return Relation(node, (*relation.columns, *parts), order=relation.order), texts


def _quoted(stage: Stage, relation: Relation, whole: Column, parts: list[Column], mark: str) -> str:
    """The parts one after the other: each up to the delimiter, or within its quotation marks."""
    scope = Scope({"given.rest": stage.identifier(whole.name)}, {"given.rest": whole.type})
    taken = {*relation.names(), *(part.name for part in parts)}
    variables: list[dict[str, str]] = []

    def held(template: str, name: str, kind: str, alias: str) -> None:
        text = template.format(rest="given.rest", part="given.part", used="given.used", mark=mark)
        found = translated(stage, text, f"Part {part.name} of {whole.name}", scope, target=kind).sql
        variables.append({"name": name, "expression": found, "type": kind})
        scope.references[alias], scope.types[alias] = stage.identifier(name), kind

    for part in parts:
        held(PART, part.name, part.type, "given.part")
        held(USED, unique("used", taken), "integer", "given.used")
        held(REST, unique("rest", taken), "varchar", "given.rest")
    config: dict[str, object] = {
        "variables": variables,
        "columns": [computed(part, stage.identifier(part.name)) for part in parts],
        "passthrough": [column.name for column in relation.columns],
    }
    return stage.add("sql_expression", config, [relation.ref])


def _by_places(whole: Column, new: list[TransformationField]) -> list[str]:
    """The part of the text that fills each column, by the widths of those before it."""
    start, texts = 1, []
    for field in new:
        length = _length(field)
        texts.append(f"given.{whole.name}[{start}, {length}]")
        start += length
    return texts


def _length(field: TransformationField) -> int:
    length = field.precision or int(field.attributes.get("DisplaySize", "0") or 0)
    if length <= 0:
        raise NotConvertible(FIXED.format(field.name), LENGTHS)
    return length


def _columns(
    stage: Stage,
    leaving: Leaving,
    relation: Relation,
    made_of: list[tuple[TransformationField, str]],
    told: dict[str, Any],
) -> Relation:
    """The rows that came in, with the columns that are made of their texts."""
    scope = Scope(
        {f"given.{one.name}": stage.identifier(one.name) for one in relation.columns},
        {f"given.{one.name}": one.type for one in relation.columns},
    )
    made = [computed(one, stage.identifier(one.name)) for one in relation.columns]
    columns = []
    for field, text in made_of:
        column = Column(field.name, stage.type_of(field))
        value = _value(text, column, field, told)
        found = translated(stage, value, f"Column {field.name} of {leaving.name}", scope, target=column.type)
        made.append(computed(column, found.sql))
        columns.append(column)
    node = stage.add("sql_expression", {"columns": made}, [relation.ref], name=f"{stage.context.name} columns")
    return Relation(node, (*relation.columns, *columns), order=relation.order)


def _value(text: str, column: Column, field: TransformationField, told: dict[str, Any]) -> str:
    """The derivation of a column from its text; an empty text is no number and no moment."""
    kind = types.kind(column.type)
    null = told.get("null_value")
    if kind == "string":
        return f'If {text} = "{null}" Then SetNull() Else {text}' if null else text
    plain = f"Trim({text})"
    moment = MOMENTS.get(column.type.partition("(")[0])
    if moment:
        called, usual, option = moment
        form = dict(record_format(field.attributes.get("APTFieldProp", ""))).get(option) or told.get(option) or usual
        converted = f'StringTo{called}({plain}, "{form}")'
    elif kind == "number":
        converted = plain
    else:
        raise NotConvertible(f"it reads column {field.name} of type {column.type} out of a text", "Read it by SQL.")
    return f'If {plain} = "" Or {plain} = "{null or ""}" Then SetNull() Else {converted}'


def column_export(context: StepContext) -> Outcome:
    """Columns become the text of one column, parted by a delimiter, or each in the width of its column."""
    stage = Stage(context)
    given, leaving = stage.stream(), stage.output()
    new = [one for one in leaving.fields if given.column(one.name) is None]
    if len(new) != 1:
        raise NotConvertible("which column it writes its text to is not stated on its output", "State the column.")
    told = _format(stage, leaving)
    stated = [one.value.strip() for one in stage.settings.one("properties").children if one.value.strip()]
    named = [column for text in stated if (column := given.column(text)) is not None]
    columns = list(dict.fromkeys(named)) or list(given.relation.columns)
    context.warn(NULLS, confidence=0.84)
    scope = Scope(
        {f"given.{one.name}": stage.identifier(one.name) for one in columns},
        {f"given.{one.name}": one.type for one in columns},
    )
    parts = [_written(one, given, told) for one in columns]
    text = (" : " if told.get("fixed") else f' : "{told["delimiter"]}" : ').join(parts)
    column = Column(new[0].name, stage.type_of(new[0]))
    found = translated(stage, text, f"Column {column.name}", scope, target=column.type).sql
    kept = [computed(one, stage.identifier(one.name)) for one in given.relation.columns]
    config: dict[str, object] = {"columns": [*kept, computed(column, found)]}
    node = stage.add("sql_expression", config, [given.relation.ref])
    relation = Relation(node, (*given.relation.columns, column), order=given.relation.order)
    beside = _kept(stage, given, columns)
    outputs = {leaving.name: stage.shaped(relation, replace(leaving, fields=_plain(leaving)), beside)}
    return stage.done("sql_expression", 0.84, outputs)


def _written(column: Column, given: Arriving, told: dict[str, Any]) -> str:
    """A column's text as a derivation."""
    name, kind = f"given.{column.name}", column.type.partition("(")[0]
    field = next((one for one in given.fields if one.name.lower() == column.name.lower()), None)
    is_text = types.kind(column.type) == "string"
    if kind in MOMENTS:
        called, usual, option = MOMENTS[kind]
        name = f'{called}ToString({name}, "{told.get(option) or usual}")'
    elif not is_text and not types.is_whole(column.type):
        raise NotConvertible(
            f"it writes column {column.name} of type {column.type} as text, with signs and zeros of the tool's own",
            "Write the text by an expression.",
        )
    text = f"NullToEmpty({name})"
    if told.get("fixed"):
        length = _length(field) if field is not None and is_text else 0
        if not length:
            raise NotConvertible(FIXED.format(column.name), LENGTHS)
        return f"Left({text} : Space({length}), {length})"
    return f"""'"' : {text} : '"'""" if is_text and told["quote"] else text
