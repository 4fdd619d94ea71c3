"""Dynamic Input: a template's files or tables, read one for each row. Source: Designer Help, "Dynamic Input Tool"."""

from __future__ import annotations

from services.migration.ast import Setting
from services.migration.rules.alteryx import asked, frame, locations, sources
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.steps.context import StepContext

ANY_QUERY = 0.6
WHAT = {
    "path": "reads the file that each row names",
    "name": "reads the file, sheet or table that each row names",
    "prefix": "reads a file or table whose name begins as each row says",
    "suffix": "reads a file or table whose name ends as each row says",
}


def convert(context: StepContext) -> Outcome:
    """In every mode the rows are those read: of the fields that arrive, only those that the tool itself passes on."""
    settings, given = context.settings, context.input()
    template = settings.one("InputConfiguration", "Configuration")
    mode = settings.text("Mode").lower()
    if mode not in ("readlist", "modifysql"):
        raise NotConvertible(f"its way of reading, '{mode}', is not known", "Read the files or tables by hand.")
    place = locations.of_input(template, context)
    stated = sources.known(context.step.fields) or locations.columns(template)
    answers = sources.with_file_column(sources.columns(context, stated), place.config)
    if template.one("File").get("RecordLimit"):
        context.warn(
            "Only the first rows of each file are read in the original; here all are.", confidence=frame.UNSURE
        )
    question = asked.Question(given, answers)
    if mode == "modifysql":
        return _by_query(context, question, place)
    column = frame.find(given, settings.text("ReadList_Field"))
    chosen = locations.chosen_by(question.key(column), settings.text("ReadList_Type"))
    source = question.source(context, place.connector, {**place.config, "chosen_by": chosen})
    asked.told(
        context,
        source,
        WHAT[chosen["changes"]],
        f"Read the files or tables and give their rows to the source, each with the {column.name} that named it.",
    )
    return asked.every_answer(context, question, source)


def _by_query(context: StepContext, question: asked.Question, place: locations.Location) -> Outcome:
    """Rows of a query whose text each row changes: what it gives depends on the fields that the settings name."""
    columns = frame.visible(question.given)
    said = "".join(_texts(each) for each in context.settings.children if each.name != "InputConfiguration").lower()
    chosen = [each for each in columns if f"\n{each.name.lower()}\n" in said or f"[{each.name.lower()}]" in said]
    for column in chosen or columns:
        question.key(column)
    source = question.source(context, place.connector, place.config)
    keys = ", ".join(question.keys.values())
    context.warn("Each row changes the text of the query that stands in the source.", confidence=ANY_QUERY)
    asked.told(
        context,
        source,
        "reads by a query that each row changes",
        f"Read the table whole, join it by the columns that the rows change, or give the source rows for each {keys}.",
    )
    return asked.every_answer(context, question, source)


def _texts(setting: Setting) -> str:
    """Every text and attribute of a setting, a line each."""
    waiting, found = [setting], list[str]()
    for one in waiting:
        waiting.extend(one.children)
        found += [one.value.strip(), *(each.strip() for each in one.attributes.values())]
    return "\n".join(["", *found, ""])


def in_db(context: StepContext) -> Outcome:
    """The In-DB tool of the name: a connection and a query that fields hold."""
    settings, given = context.settings, context.input()
    query = settings.text("QueryField") or settings.text("Query") or "Query"
    question = asked.Question(given, sources.columns(context))
    question.key(frame.find(given, query))
    source = question.source(context, "odbc", {"connection": "in_db", "table": "(the query of each row)"})
    asked.told(
        context,
        source,
        "reads by the query that a field holds",
        "Write the query into the source, or give the source its rows, each with the query that gave it.",
    )
    return asked.every_answer(context, question, source)
