"""Directory, Blob Input and Blob Output: files by their names. Source: Designer Help, pages of these names."""

from __future__ import annotations

from typing import Any

from services.migration.rules.alteryx import asked, frame, locations, sources
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column
from services.migration.rules.steps.context import StepContext

ATTRIBUTES = ("Archive", "Compressed", "Encrypted", "Hidden", "Normal", "Offline", "Readonly", "ReparsePoint",
              "SparseFile", "System", "Temporary")  # fmt: skip  # a list of names
LISTED = (
    *(Column(name, "varchar") for name in ("FullPath", "Directory", "FileName", "ShortFileName")),
    *(Column(name, "timestamp") for name in ("CreationTime", "LastAccessTime", "LastWriteTime")),
    Column("Size", "bigint"),
    *(Column(f"Attribute{name}", "boolean") for name in ATTRIBUTES),
)
BLOB = Column("Blob", "binary")


def directory(context: StepContext) -> Outcome:
    """A row for each file of a folder; the folder is looked at when the pipeline runs."""
    settings = context.settings
    place = settings.text("Directory")
    if not place:
        raise NotConvertible("it names no folder", "Name the folder.")
    config: dict[str, Any] = {"path": locations.with_parameters(place, context)}
    pattern = settings.text("FileSpec")
    if pattern and pattern not in ("*", "*.*"):
        config["pattern"] = locations.with_parameters(pattern, context)
    if settings.one("IncludeSubDirs").get("value").lower() == "true":
        config["recursive"] = True
    context.warn("The files of the folder are listed where and when the pipeline runs.", confidence=frame.UNSURE)
    return sources.read(context, "directory", config, asked.last_run(context, LISTED))


def blob_input(context: StepContext) -> Outcome:
    """A file's bytes: the file that is named, or the one that each row names."""
    settings = context.settings
    if settings.one("SplitBlobs").get("value").lower() == "true":
        raise NotConvertible("it parts a file into pieces of a size", "Read the file whole, or part it by hand.")
    (blob,) = asked.last_run(context, [BLOB])
    config: dict[str, Any] = {"path": locations.with_parameters(settings.text("FileName") or "(no file)", context)}
    if not context.arrivals():
        return sources.read(context, "raw_file", config, [blob])
    given, named = context.input(), settings.text("ModifyFilename_Field")
    if not named:
        raise NotConvertible("it reads the same file for every row", "Read the file once and append it.")
    question = asked.Question(given, [blob])
    config["chosen_by"] = _chosen(context, question.key(frame.find(given, named)))
    source = question.source(context, "raw_file", config)
    asked.told(
        context,
        source,
        "reads the bytes of the file that each row names",
        f"Read the files and give the source a row for each: {named} and the file's bytes.",
    )
    return asked.one_answer(context, question, source)


def blob_output(context: StepContext) -> Outcome:
    """A file for each row, with the bytes of a field."""
    settings, given = context.settings, context.input()
    config: dict[str, Any] = {
        "path": locations.with_parameters(settings.text("FileName") or "(no file)", context),
        "mode": "overwrite",
    }
    named = settings.text("ModifyFilename_Field")
    if named:
        config["chosen_by"] = _chosen(context, frame.find(given, named).name)
    bytes_of = [each for each in frame.visible(given) if each.type == "binary"]
    stated = settings.text("BlobField") or settings.text("Field")
    if stated:
        bytes_of = [frame.find(given, stated)]
    if len(bytes_of) != 1:
        raise NotConvertible("it does not say which field holds the bytes", "Name the field.")
    config["columns"] = [typed(bytes_of[0])]
    context.warn("It writes a file for each row.", confidence=frame.UNSURE)
    node = {
        "id": context.ids.new(context.name),
        "type": "sink",
        "connector": "raw_file",
        "depends_on": [given.ref],
        "config": config,
        "origin": context.origin(),
    }
    return Outcome("sink", 1.0, (node,))


def _chosen(context: StepContext, column: str) -> dict[str, str]:
    return locations.chosen_by(column, context.settings.text("ModifyMethod") or "Path")
