"""Connection managers: which system, server and file they name. Passwords are not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from services.migration.ast import Setting
from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.ssis import types
from services.migration.parsers.ssis.raw import below, each, is_sensitive, number, prop, truth, unescaped

PROVIDERS: tuple[tuple[str, str], ...] = (
    ("sqlncli", "mssql"),
    ("msoledbsql", "mssql"),
    ("sqloledb", "mssql"),
    ("sqlserver", "mssql"),
    ("sqlclient", "mssql"),
    ("oraoledb", "oracle"),
    ("msdaora", "oracle"),
    ("oracle", "oracle"),
    ("db2", "db2"),
    ("tdoledb", "teradata"),
    ("teradata", "teradata"),
    ("snowflake", "snowflake"),
    ("pgnp", "postgresql"),
    ("npgsql", "postgresql"),
    ("postgres", "postgresql"),
    ("mysql", "mysql"),
    ("sybase", "sybase"),
    ("ase", "sybase"),
    ("odbc", "odbc"),
    ("msdasql", "odbc"),
    ("jet.oledb", "access"),
    ("ace.oledb", "access"),
)
"""Part of a provider's name in lower case → the connector."""

BY_TYPE: Mapping[str, str] = {
    "FLATFILE": "csv",
    "MULTIFLATFILE": "csv",
    "EXCEL": "excel",
    "ODBC": "odbc",
    "ORACLE": "oracle",
    "MSORA": "oracle",
    "MSTERA": "teradata",
    "HADOOP": "hdfs",
    "HTTP": "http",
    "FTP": "sftp",
    "CACHE": "raw_file",
    "FILE": "raw_file",
    "MULTIFILE": "raw_file",
    "SAPBI": "sap_bw",
}
"""Type of a connection manager → the connector, where the provider does not say it."""


@dataclass(frozen=True, slots=True)
class Manager:
    """One connection manager, as `setting` hands it to the rules."""

    name: str
    type: str
    line: int
    ids: tuple[str, ...]
    setting: Setting
    expressions: Mapping[str, str] = field(default_factory=dict)


def managers(package: Element) -> list[Manager]:
    """The package's own connection managers, in the order of the file."""
    return [_manager(element) for element in each(package, "ConnectionManagers", "ConnectionManager")]


def manager(element: Element, path: str) -> Manager:
    """A connection manager of the project, from its own file; packages name it by its id or as the project's."""
    found = _manager(element)
    name = found.name or path.rpartition("/")[2].rpartition(".")[0]
    return replace(found, name=name, ids=(*found.ids, f"Project.ConnectionManagers[{name}]"))


def by_id(found: list[Manager]) -> dict[str, Manager]:
    return {identity.lower(): manager for manager in found for identity in manager.ids}


def resolve(known: Mapping[str, Manager], *ids: str) -> Setting:
    """The manager that one of the ids names; one outside the package is known by its name only."""
    for identity in ids:
        bare = identity.removesuffix(":external").removesuffix(":invalid").lower()
        if bare in known:
            return known[bare].setting
    named = next((text for text in ids if text.endswith("]")), "")
    name = named.rpartition("[")[2].rstrip("]") or "connection"
    return Setting("manager", attributes={"name": name, "type": "", "connector": "", "outside": "true"})


def fields_of(text: str) -> dict[str, str]:
    """The keys of a connection string in lower case, without credentials."""
    found = {}
    for part in text.split(";"):
        key, equals, value = part.partition("=")
        if equals and not redact.names_secret(key) and key.strip().lower() not in ("user id", "uid", "user"):
            found[key.strip().lower()] = value.strip().strip("\"'")
    return found


def connector(kind: str, details: Mapping[str, str]) -> str:
    """The system behind a manager: its provider's, else its type's; "" where neither says."""
    given = " ".join((details.get("provider", ""), details.get("driver", ""), kind)).lower()
    found = next((name for part, name in PROVIDERS if part in given), "")
    if kind in BY_TYPE and found in ("", "odbc", "access"):
        return BY_TYPE[kind]
    extended = details.get("extended properties", "").lower()
    return "excel" if found == "access" and "excel" in extended else found


def _manager(element: Element) -> Manager:
    name, kind = prop(element, "ObjectName"), prop(element, "CreationName")
    inner = below(element, "ObjectData", "ConnectionManager") or below(element, "ObjectData", "SmtpConnectionManager")
    text = "" if inner is None or is_sensitive(inner) else prop(inner, "ConnectionString")
    family = kind.partition(":")[0].upper()
    is_file = family in ("FLATFILE", "MULTIFLATFILE", "FILE", "MULTIFILE")
    details = {} if is_file else fields_of(text)
    expressions = {e.get("Name"): e.text for e in element.each("PropertyExpression")}
    path = text if is_file else details.get("data source", "") if family == "EXCEL" else ""
    attributes = {
        "name": name,
        "type": kind.split(",", 1)[0],
        "connector": connector(kind if family != "FLATFILE" else family, details),
        "path": redact.text(path),
        "server": "" if family == "EXCEL" else details.get("data source", details.get("server", "")),
        "database": details.get("initial catalog", details.get("database", "")),
        "header": str(_has_header(details)) if family == "EXCEL" else "",
        "path_expression": expressions.get("ConnectionString", expressions.get("ExcelFilePath", "")),
    }
    columns: tuple[Setting, ...] = ()
    if inner is not None:
        attributes |= _format(inner) if family in ("FLATFILE", "MULTIFLATFILE") else {}
        columns = tuple(_columns(inner))
    ids = tuple(text for text in (prop(element, "refId"), prop(element, "DTSID")) if text)
    setting = Setting("manager", "", attributes, columns, element.line)
    return Manager(name, kind.split(",", 1)[0], element.line, ids, setting, expressions)


def _has_header(details: Mapping[str, str]) -> bool:
    """`HDR` of a sheet's connection, which is YES where nothing is said."""
    said = {key: value for key, value in details.items() if key in ("hdr", "extended properties")}
    return not any("hdr=no" in f"{key}={value}".lower().replace(" ", "") for key, value in said.items())


def _format(inner: Element) -> dict[str, str]:
    qualifier = unescaped(prop(inner, "TextQualifier"))
    return {
        "format": prop(inner, "Format", "Delimited"),
        "header": str(truth(prop(inner, "ColumnNamesInFirstDataRow"))),
        "skip": str(number(prop(inner, "HeaderRowsToSkip"))),
        "skip_data": str(number(prop(inner, "DataRowsToSkip"))),
        "row_delimiter": unescaped(prop(inner, "RowDelimiter")),
        "qualifier": "" if qualifier in ("<none>", "none") else qualifier,
        "unicode": str(truth(prop(inner, "Unicode"))),
        "code_page": prop(inner, "CodePage"),
        "locale": prop(inner, "LocaleID").strip(),
    }


def _columns(inner: Element) -> Iterator[Setting]:
    for wrapper, tag in (("FlatFileColumns", "FlatFileColumn"), ("CacheColumns", "CacheColumn")):
        for column in each(inner, wrapper, tag):
            kind = types.OLE_DB.get(prop(column, "DataType"), "wstr")
            length = number(prop(column, "MaximumWidth") or prop(column, "Length"))
            precision, scale = number(prop(column, "DataPrecision")), number(prop(column, "DataScale"))
            name, digits, decimals = types.parts(kind, length, precision, scale)
            yield Setting(
                "column",
                attributes={
                    "name": prop(column, "ObjectName"),
                    "type": name,
                    "precision": str(digits),
                    "scale": str(decimals),
                    "delimiter": unescaped(prop(column, "ColumnDelimiter")),
                    "width": prop(column, "ColumnWidth"),
                    "index": prop(column, "IndexPosition"),
                },
                line=column.line,
            )
