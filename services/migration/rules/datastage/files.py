"""Files: sequential files, data sets, file sets, server jobs' sequential and hashed files.

Source: DataStage Parallel Job Developer's Guide, "Sequential File stage", "Data Set stage"; Server Job Developer's
Guide, "Sequential File stages", "Hashed File stages".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.migration.ast import Setting
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.datastage import parameters
from services.migration.rules.datastage.file_formats import FORMATS, options, record_format
from services.migration.rules.datastage.frame import REJECT_LINK, Arriving, Leaving, Stage
from services.migration.rules.datastage.written_rows import no_rows, read_back
from services.migration.rules.nodes import typed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext

FILE = ("file", "dataset", "fileset", "filepattern", "filename", "file_name", "FileName")
MODES = ("append\\overwrite", "datasetmode", "filemode", "mode")
REFUSED = (
    (
        ("filter", "filtercommand"),
        "its rows pass through the command '{}', which is not run here",
        "Do in a step of the pipeline what the command does.",
    ),
    (
        ("recordnumberfield", "recordnumbercolumn", "rownumbercolumn"),
        "it numbers the lines of the file in the column {}",
        "Number the rows after the source.",
    ),
    (
        ("schemafile",),
        "its columns stand in the schema file {}, which is not in the export",
        "Load the schema onto the link.",
    ),
)
SOURCE_NAME = ("sourcenamefield", "sourcenamecolumn", "filenamecolumn")
KEYLESS = "Rows of equal keys overwrite each other in a hashed file; here the keys of the columns do that."


def sequential_file(context: StepContext) -> Outcome:
    return _file(context, "csv")


def data_set(context: StepContext) -> Outcome:
    return _file(context, "raw_file")


def lookup_file_set(context: StepContext) -> Outcome:
    """A table kept for lookups. Written without `allow_dups`, it holds one row for each key."""
    stage = Stage(context)
    if stage.text("range", of=stage.inputs[0].setting if stage.inputs else None).lower() == "range":
        raise NotConvertible(
            "it keeps ranges of keys for a range lookup", "Read the table it was made from, and join by the range."
        )
    if stage.inputs and not stage.flag("allow_dups", of=stage.inputs[0].setting):
        context.warn("Of rows with equal keys the stage keeps one; here all are kept.", confidence=0.79)
    return _file(context, "raw_file")


def server_file(context: StepContext) -> Outcome:
    return _file(context, "csv")


def hashed_file(context: StepContext) -> Outcome:
    """A hashed file holds one row for each key: writing replaces the row of the same key."""
    return _file(context, "raw_file", keyed=True)


def _file(context: StepContext, connector: str, *, keyed: bool = False) -> Outcome:
    stage = Stage(context)
    outputs: dict[str, Relation] = {}
    refused = [one for one in stage.outputs if one.setting.get("LinkType") == REJECT_LINK]
    for leaving in stage.outputs:
        written = _written(stage, leaving)
        if written is not None:
            outputs[leaving.name] = _of_written(stage, leaving, written, keyed=keyed)
        elif leaving not in refused:
            outputs[leaving.name] = _read(stage, leaving, connector, second=bool(outputs))
    for leaving in refused if outputs else ():
        outputs[leaving.name] = no_rows(stage, leaving, next(iter(outputs.values())), "do not fit the file's format")
    for given in stage.inputs:
        _write(stage, given, connector, keyed=keyed)
    if not stage.nodes:
        raise NotConvertible("it has no links", "Connect it or remove it.")
    return stage.done("sink" if stage.inputs else "source", 1.0, outputs)


def _written(stage: Stage, leaving: Leaving) -> Arriving | None:
    """The input link that writes the file of an output; None where that is another file."""
    found = [
        one for one in stage.inputs if _paths(stage, leaving.setting, stage.inputs[0]) == _paths(stage, one.setting)
    ]
    if len(found) > 1:
        links = ", ".join(one.name for one in found)
        raise NotConvertible(f"link {leaving.name} reads a file that the links {links} write", "Write it by one link.")
    return found[0] if found else None


def _of_written(stage: Stage, leaving: Leaving, given: Arriving, *, keyed: bool) -> Relation:
    """An output of a stage that writes: what the file's format refuses; in server jobs the rows of the file."""
    if stage.context.mapping.session_attributes.get("job_type") == "server":
        return read_back(stage, leaving if keyed else _by_place(leaving, given), given, _keys(given) if keyed else [])
    return no_rows(stage, leaving, given.relation, "the file's format refuses")


def _by_place(leaving: Leaving, given: Arriving) -> Leaving:
    """A text file holds no names: what is read is what was written at the same place."""
    written = given.declared
    if len(leaving.fields) > len(written):
        raise NotConvertible(
            f"link {leaving.name} reads {len(leaving.fields)} columns of a file that is written with {len(written)}",
            "Give both links the same columns.",
        )
    fields = (replace(one, expression=behind.name) for one, behind in zip(leaving.fields, written, strict=False))
    return replace(leaving, fields=tuple(fields))


def _keys(given: Arriving) -> list[str]:
    fields = {one.name.lower(): one for one in given.fields}
    return [column.name for column in given.relation.columns if (f := fields.get(column.name.lower())) and f.key]


def _refuse_additions(stage: Stage, pin: Setting) -> None:
    """Options by which a file's rows are others than those that stand in it."""
    for names, reason, todo in REFUSED:
        stated = stage.text(*names, of=pin)
        if stated:
            raise NotConvertible(reason.format(stated[:200]), todo)


def _first_rows(stage: Stage, leaving: Leaving, relation: Relation) -> Relation:
    count = stage.text("first", "readfirstrows", "read_first_rows", of=leaving.setting)
    if not count.isdigit():
        return relation
    stage.context.warn(f"It reads the first {count} rows of each file; here of all rows.", confidence=0.84)
    config: dict[str, object] = {"method": "first", "rows": int(count)}
    node = stage.add("limit", config, [relation.ref], name=f"{stage.context.name} first rows")
    return Relation(node, relation.columns)


def _paths(stage: Stage, pin: Setting, written: Arriving | None = None) -> list[str]:
    """The files a link names, in order; those of `written` where it names none."""
    files = stage.all(*FILE, of=pin) or stage.all(*FILE)
    stated = [parameters.in_path(one.value) for one in files if one.value.strip()]
    stated += [parameters.in_path(pin.get(name)) for name in ("FileName", "File") if pin.get(name)]
    if not stated and written is not None:
        return _paths(stage, written.setting)
    if not stated:
        raise NotConvertible("it names no file", "Name the file.")
    return list(dict.fromkeys(stated))


def _read(stage: Stage, leaving: Leaving, connector: str, *, second: bool) -> Relation:
    """A source for each file, their rows one after the other."""
    if not leaving.fields:
        raise NotConvertible(
            "it declares no columns (runtime column propagation)", "Load the table definition onto the link."
        )
    _refuse_additions(stage, leaving.setting)
    columns = stage.columns(leaving.fields)
    named = _name_of_file(stage, leaving, columns)
    told = options(stage, leaving.setting)
    written = _connector(connector, told)
    if stage.text("readmethod", "selection", of=leaving.setting) == "filepattern" or stage.all(
        "filepattern", of=leaving.setting
    ):
        stage.context.warn("It reads every file that the pattern names.", confidence=0.84)
    relations: list[Relation] = []
    for path in _paths(stage, leaving.setting):
        is_first = not second and not relations
        node: dict[str, Any] = {
            "id": stage.context.ids.new(stage.context.name if is_first else f"{stage.context.name} {leaving.name}"),
            "type": "source",
            "connector": written,
            "config": {"path": path, **({"options": told} if told else {}), **named},
            "columns": [_declared(leaving, column, place) for place, column in enumerate(columns)],
            "origin": stage.context.origin(),
        }
        _place(written, node["columns"], leaving)
        stage.nodes.append(node)
        relations.append(Relation(str(node["id"]), columns))
    if len(relations) == 1:
        return _first_rows(stage, leaving, relations[0])
    names = [column.name for column in columns]
    config: dict[str, object] = {
        "columns": [typed(column) for column in columns],
        "inputs": [{"ref": one.ref, "columns": names} for one in relations],
    }
    node_id = stage.add("sql_union_all", config, [one.ref for one in relations], name=f"{stage.context.name} files")
    return _first_rows(stage, leaving, Relation(node_id, columns))


def _name_of_file(stage: Stage, leaving: Leaving, columns: tuple[Column, ...]) -> dict[str, str]:
    """The option that fills a column with the path of a row's file. Raises NotConvertible: no column holds it."""
    stated = stage.text(*SOURCE_NAME, of=leaving.setting)
    if not stated:
        return {}
    column = next((one for one in columns if one.name.lower() == stated.lower()), None)
    if column is None:
        raise NotConvertible(f"it adds the file's name as the column {stated}, which its link lacks", "Add the column.")
    return {"file_column": column.name, "file_column_holds": "path"}


def _declared(leaving: Leaving, column: Column, place: int) -> dict[str, Any]:
    field = leaving.fields[place]
    made: dict[str, Any] = {**typed(column)}
    if not field.nullable:
        made["nullable"] = False
    if field.key:
        made["key"] = "primary"
    stated = dict(record_format(field.attributes.get("APTFieldProp", "")))
    if form := next((stated[name] for name in FORMATS if stated.get(name)), ""):
        made["format"] = form
    return made


def _write(stage: Stage, given: Arriving, connector: str, *, keyed: bool) -> None:
    _refuse_additions(stage, given.setting)
    told = options(stage, given.setting)
    written = _connector(connector, told)
    paths = _paths(stage, given.setting)
    if len(paths) > 1:
        raise NotConvertible(f"it spreads its rows over {len(paths)} files", "Write one file.")
    config: dict[str, Any] = {"path": paths[0]}
    if told:
        config["options"] = told
    keys = _keys(given)
    config["mode"] = _mode(stage, given, keys if keyed else [])
    if keyed and keys:
        config["keys"] = keys
    elif keyed:
        stage.context.warn(KEYLESS, confidence=0.79)
    columns = given.relation.columns if written == "raw_file" else given.declared
    config["columns"] = [typed(column) for column in columns]
    stage.nodes.append(
        {
            "id": stage.context.ids.new(
                stage.context.name if len(stage.inputs) == 1 else f"{stage.context.name} {given.name}"
            ),
            "type": "sink",
            "connector": written,
            "depends_on": [given.relation.ref],
            "config": config,
            "origin": stage.context.origin(),
        }
    )
    _place(written, config["columns"], given)


def _mode(stage: Stage, given: Arriving, keys: list[str]) -> str:
    if keys:
        return "upsert"
    below = [one.value for each in stage.all(*FILE, of=given.setting) for one in each.children]
    stated = [stage.text(*MODES, of=given.setting), stage.text(*MODES), *below]
    appends = any(text.strip().lower() == "append" or text.startswith(">>") for text in stated)
    return "append" if appends else "overwrite"


def _place(connector: str, columns: list[dict[str, Any]], pin: Arriving | Leaving) -> None:
    """Where the columns of a fixed-width file stand."""
    if connector != "fixed_width":
        return
    start = 1
    for column, field in zip(columns, pin.fields, strict=False):
        length = field.precision or int(field.attributes.get("DisplaySize", "0") or 0)
        if length <= 0:
            raise NotConvertible(
                f"the file has no delimiter, and column {field.name} no length", "State the lengths of the columns."
            )
        column.update({"start": start, "length": length})
        start += length


def _connector(connector: str, told: dict[str, Any]) -> str:
    return "fixed_width" if connector == "csv" and told.pop("fixed", False) else connector
