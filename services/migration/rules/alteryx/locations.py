"""Where a File setting reads or writes: files, workbooks, tables; never who signs in.

Format numbers and the `|||` that parts a file or connection from its table: Designer Help, "Input Data".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PureWindowsPath
from typing import Any

from services.migration.ast import Setting
from services.migration.expressions.alteryx.names import PLACEHOLDER, parameter_name
from services.migration.parsers import redact
from services.migration.rules.context import NotConvertible
from services.migration.rules.relation import Column
from services.migration.rules.steps.context import StepContext

PART = "|||"
FORMATS = {
    "0": "csv",
    "19": "yxdb",
    "25": "excel",
    "8": "excel",
    "56": "excel",
    "33": "json",
    "12": "xml",
    "46": "json",
}
"""`FileFormat` numbers met in real workflows; databases have 17 and 23."""
DATABASES = frozenset({"17", "23", "11", "57", "59", "60"})
BY_ENDING = {
    ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".tab": "csv", ".xlsx": "excel", ".xls": "excel", ".xlsm": "excel",
    ".yxdb": "yxdb", ".json": "json", ".xml": "xml", ".avro": "avro", ".mdb": "access", ".accdb": "access",
    ".parquet": "parquet", ".flat": "fixed_width", ".sqlite": "sqlite", ".db": "sqlite",
}  # fmt: skip  # a table
SYSTEMS = (
    ("oci:", "oracle"), ("oracle", "oracle"), ("snowflake", "snowflake"), ("snbl", "snowflake"),
    ("sql server", "mssql"), ("ssvb", "mssql"), ("sqlserver", "mssql"), ("teradata", "teradata"),
    ("postgres", "postgresql"), ("redshift", "redshift"), ("mysql", "mysql"), ("hana", "sap_hana"),
    ("databricks", "databricks"), ("bigquery", "bigquery"), ("hive", "hive"), ("sqlite", "sqlite"), ("db2", "db2"),
    ("access", "access"), ("mongo", "mongodb"), ("oledb", "oledb"),
)  # fmt: skip  # a table
"""What a connection's text holds → connector; the first that is found."""
NAMED = re.compile(r"^(?:aka|odbc):(?:DSN=)?([^;|]+)", re.IGNORECASE)
SAVED = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
"""A connection of the data connection manager, which keeps who signs in outside the workflow."""
DSN = re.compile(r"\b(?:DSN|Data Source|Server)\s*=\s*([^;]+)", re.IGNORECASE)
QUERY = re.compile(r"\s*(?:\(\s*)*(?:select|with|exec|call|show)\b", re.IGNORECASE)
CODE_PAGES = {
    "65001": "utf-8", "1200": "utf-16le", "1201": "utf-16be", "20127": "us-ascii", "437": "cp437", "850": "cp850",
    "852": "cp852", "932": "shift_jis", "936": "gbk", "949": "cp949", "950": "big5", "54936": "gb18030",
}  # fmt: skip  # a table
QUOTES = {"": '"', "doublequotes": '"', "singlequotes": "'", "none": ""}
"""Marks in which delimiters do not count → the quotation mark of the file."""
ODD_FILE = 0.79
ARCHIVES = {".zip": "zip", ".gz": "gzip", ".tgz": "gzip"}
SHEETS = "<list of sheet names>"
"""What stands, in lower case, for a sheet where the names of all are read. Source: Designer Help, "Input Data"."""
SHEET_NAMES = Column("Sheet Names", "varchar(31)")
LINE = Column("Field_1", "varchar")
"""The one field of a text that is read without a delimiter and without names."""
CHANGES = (("suffix", "suffix"), ("prefix", "prefix"), ("path", "path"), ("name", "name"))
"""What a setting holds, in lower case → what a field's value changes of the path or table; the first that is found."""
FILE_NAME = "FileName"
"""The field that holds a file's own name, as Designer calls it whether it is the name or the whole path."""


@dataclass(frozen=True, slots=True)
class Location:
    connector: str
    config: dict[str, Any] = field(default_factory=dict)


def of_file(settings: Setting, context: StepContext) -> Location:
    """The connector and config of an input or output."""
    given = settings.one("File")
    text, number = redact.text(given.value.strip()), given.get("FileFormat")
    place, _, part = text.partition(PART)
    place, part = place.strip(), part.strip()
    is_connection = NAMED.match(place) or SAVED.match(place)
    if number in DATABASES or is_connection or place.lower().startswith(("oci:", "oledb:", "ssvb:", "snbl:")):
        return _database(place, part)
    if not place:
        context.warn("The tool names no file.", confidence=ODD_FILE)
    return _file(place, part, number, settings, context)


def of_input(settings: Setting, context: StepContext) -> Location:
    """That of an input, with what it reads of several files, of a workbook's list of sheets or of an archive."""
    found, given = of_file(settings, context), settings.one("File")
    part = redact.text(given.value).partition(PART)[2].strip()
    config = dict(found.config)
    if part.lower() == SHEETS:
        config = {"path": config["path"], "lists": "sheets"}
    elif part and "path" in config:
        config |= _of_part(part, config)
    if given.get("SearchSubDirs").lower() == "true" and "path" in config:
        config["recursive"] = True
    form = given.get("OutputFileName").strip().lower()
    if form not in ("", "no", "false"):
        config |= {"file_column": FILE_NAME, **({"file_column_holds": "path"} if "path" in form else {})}
    return Location(found.connector, config)


def _of_part(part: str, config: dict[str, Any]) -> dict[str, Any]:
    """What stands behind the file: a query over it, or the name of a file in an archive."""
    if is_query(part):
        options = {key: value for key, value in config.get("options", {}).items() if key != "sheet"}
        return {"query": part, "dialect": "other", **({"options": options} if options else {})}
    packed = ARCHIVES.get(_ending(config["path"]))
    return {"pattern": part, "options": {**config.get("options", {}), "compression": packed}} if packed else {}


def columns(settings: Setting) -> list[Column]:
    """The columns that a file's settings say: the lines of a text, a workbook's list of sheets."""
    given, options = settings.one("File"), settings.one("FormatSpecificOptions")
    if given.value.partition(PART)[2].strip().lower() == SHEETS:
        return [SHEET_NAMES]
    is_lines = given.get("FileFormat") == "0" and options.text("Delimeter") == "\\0"
    return [LINE] if is_lines and not _header(options) else []


def chosen_by(column: str, stated: str) -> dict[str, str]:
    """How a field's value chooses the file or table. Raises NotConvertible for a way that is not known."""
    found = next((change for word, change in CHANGES if word in stated.lower()), "")
    if not found:
        raise NotConvertible(
            f"the way in which the field {column} chooses the file, '{stated}', is not known", "Name the files by hand."
        )
    return {"column": column, "changes": found}


def with_parameters(text: str, context: StepContext) -> str:
    """A path with the constants of the tool and the app, `%User.Folder%`, as parameters, `${User_Folder}`."""

    def named(match: re.Match[str]) -> str:
        name = parameter_name(match[1]) or match[0]
        context.parameters[name] = None
        if name.startswith("Engine_"):
            context.warn(f"{match[0]} is a path of the machine that runs the workflow; give it as {name}.")
        return f"${{{name}}}"

    return PLACEHOLDER.sub(named, text)


def is_query(text: str) -> bool:
    return bool(QUERY.match(text))


def _database(place: str, part: str) -> Location:
    lowered = f"{place} {part[:0]}".lower()
    connector = next((name for mark, name in SYSTEMS if mark in lowered), "odbc")
    named = NAMED.match(place) or DSN.search(place)
    saved = place if SAVED.match(place) else connector
    config: dict[str, Any] = {"connection": (named[1].strip() if named else saved)[:120]}
    if is_query(part):
        return Location(connector, {**config, "query": part, "dialect": "other"})
    schema, _, table = part.rpartition(".")
    if schema and not part.startswith(("`", '"', "[")):
        config["schema"] = schema
    else:
        table = part
    config["table"] = table.strip('`"[]') or "(no table)"
    return Location(connector, config)


def _file(place: str, part: str, number: str, settings: Setting, context: StepContext) -> Location:
    ending = _ending(part if _ending(place) in ARCHIVES and part else place)
    connector = FORMATS.get(number) or BY_ENDING.get(ending)
    if connector is None:
        connector = "raw_file"
        context.warn(
            f"The file format {number or 'without a number'} ('{ending or 'no ending'}') has no connector of its own.",
            confidence=ODD_FILE,
        )
    if "*" in place or "?" in place:
        context.warn("The path is a pattern; every file that fits is read.", confidence=ODD_FILE)
    config: dict[str, Any] = {"path": with_parameters(place, context) or "(no file)"}
    if part and connector != "excel" and not is_query(part) and _ending(place) not in ARCHIVES:
        config["table"] = part.strip('`"[]')
    options = _options(connector, settings.one("FormatSpecificOptions"), part, context)
    return Location(connector, {**config, "options": options} if options else config)


def _ending(path: str) -> str:
    return PureWindowsPath(path.replace("/", "\\")).suffix.lower()


def _options(connector: str, given: Setting, part: str, context: StepContext) -> dict[str, Any]:
    if connector == "excel":
        sheet = part.strip("`'").rstrip("$")
        if is_query(part):
            context.warn("A query chooses what is read of the workbook.", confidence=ODD_FILE)
            sheet = ""
        named = {"sheet": sheet} if sheet else {}
        return {**named, "header": given.text("FirstRowData").lower() != "true", **_skipped(given)}
    if connector != "csv":
        return {}
    options: dict[str, Any] = {"delimiter": _unescaped(given.text("Delimeter") or ","), "header": _header(given)}
    stated = given.text("IgnoreQuotes").lower()
    options["quote"] = QUOTES.get(stated, '"')
    if stated not in QUOTES:
        context.warn(f"In which marks delimiters do not count is '{stated}' there; here it is double quotes.")
    if given.text("IgnoreErrors").lower() == "true":
        context.warn("Lines that do not fit are read as far as they go there; here they may end the run.")
    return {**options, **_skipped(given), **_encoding(given.text("CodePage"), context)}


def _skipped(given: Setting) -> dict[str, int]:
    """The lines before that on which the reading starts."""
    line = given.text("ImportLine")
    return {"skip_rows": int(line) - 1} if line.isdecimal() and int(line) > 1 else {}


def _encoding(page: str, context: StepContext) -> dict[str, str]:
    """A code page by its name: those of Windows and of ISO 8859 by their numbers, some others one by one."""
    if page.isdecimal() and 1250 <= int(page) <= 1258:
        return {"encoding": f"windows-{page}"}
    if page.isdecimal() and 28591 <= int(page) <= 28606:
        return {"encoding": f"iso-8859-{int(page) - 28590}"}
    known = CODE_PAGES.get(page)
    if page and not known:
        context.warn(f"The code page {page} has no name here; set the encoding of the file.", confidence=ODD_FILE)
    return {"encoding": known} if known else {}


def _header(given: Setting) -> bool:
    return given.text("HeaderRow").lower() != "false"


def _unescaped(text: str) -> str:
    named: Mapping[str, str] = {"\\t": "\t", "\\s": " ", "\\0": "\0", "\\n": "\n"}
    return named.get(text, text)
