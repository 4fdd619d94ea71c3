"""Writing export XML as Repository Manager does: a blank before `=`, attributes by name, line breaks as entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_ENTITIES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&apos;",
        "\r": "&#xD;",
        "\n": "&#xA;",
        "\t": "&#x9;",
        "\\": "&#x5c;",
    }
)
# Type of a database column → type of the port that carries it.
PORT_TYPES = {
    "varchar2": "string",
    "nvarchar2": "nstring",
    "char": "string",
    "number": "double",
    "number(p,s)": "decimal",
    "integer": "integer",
    "bigint": "bigint",
    "date": "date/time",
    "string": "string",
}


class Column(NamedTuple):
    """A column; `datatype` is the database's."""

    name: str
    datatype: str = "varchar2"
    precision: int = 40
    scale: int = 0
    key: bool = False

    @property
    def port_type(self) -> str:
        return PORT_TYPES.get(self.datatype, self.datatype)


@dataclass(frozen=True)
class Table:
    """A source or target definition."""

    name: str
    columns: tuple[Column, ...]
    database_type: str = "Oracle"
    database: str = "ORA_SALES"
    owner: str = "SALES"


@dataclass
class Element:
    """One XML element to write."""

    tag: str
    attributes: Mapping[str, object] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)

    def lines(self, depth: int) -> Iterable[str]:
        pad = "    " * depth
        attributes = "".join(
            f' {name} ="{str(value).translate(_ENTITIES)}"' for name, value in sorted(self.attributes.items())
        )
        if not self.children:
            yield f"{pad}<{self.tag}{attributes}/>"
            return
        yield f"{pad}<{self.tag}{attributes}>"
        for child in self.children:
            yield from child.lines(depth + 1)
        yield f"{pad}</{self.tag}>"


@dataclass
class Folder:
    """A FOLDER with its objects in the order they are written."""

    name: str
    elements: list[Element] = field(default_factory=list)
    shared: bool = False


def document(
    folders: Sequence[Folder],
    *,
    encoding: str = "UTF-8",
    codepage: str = "UTF-8",
    newline: str = "\n",
    version: str = "188.97",
) -> bytes:
    """A whole export in the encoding it declares."""
    lines = [
        f'<?xml version="1.0" encoding="{encoding}"?>',
        '<!DOCTYPE POWERMART SYSTEM "powrmart.dtd">',
        f'<POWERMART CREATION_DATE="03/14/2024 09:26:53" REPOSITORY_VERSION="{version}">',
        f'<REPOSITORY NAME="REP_DEMO" VERSION="{version.partition(".")[0]}" CODEPAGE="{codepage}" '
        'DATABASETYPE="Oracle">',
    ]
    for folder in folders:
        shared = "SHARED" if folder.shared else "NOTSHARED"
        name = folder.name.translate(_ENTITIES)
        lines.append(
            f'<FOLDER NAME="{name}" GROUP="" OWNER="Administrator" SHARED="{shared}" DESCRIPTION="" '
            'PERMISSIONS="rwx---r--" UUID="00000000-0000-4000-8000-000000000000">'
        )
        for element in folder.elements:
            lines.extend(element.lines(1))
        lines.append("</FOLDER>")
    lines += ["</REPOSITORY>", "</POWERMART>", ""]
    return newline.join(lines).encode(encoding)


def source(table: Table) -> Element:
    children = [_flat_file()] if table.database_type == "Flat File" else []
    for number, column in enumerate(table.columns, 1):
        children.append(
            Element(
                "SOURCEFIELD",
                {
                    "BUSINESSNAME": "",
                    "DATATYPE": column.datatype,
                    "DESCRIPTION": "",
                    "FIELDNUMBER": number,
                    "FIELDPROPERTY": 0,
                    "FIELDTYPE": "ELEMITEM",
                    "HIDDEN": "NO",
                    "KEYTYPE": "PRIMARY KEY" if column.key else "NOT A KEY",
                    "LENGTH": column.precision,
                    "LEVEL": 0,
                    "NAME": column.name,
                    "NULLABLE": "NOTNULL" if column.key else "NULL",
                    "OCCURS": 0,
                    "OFFSET": 0,
                    "PHYSICALLENGTH": column.precision,
                    "PHYSICALOFFSET": 0,
                    "PICTURETEXT": "",
                    "PRECISION": column.precision,
                    "SCALE": column.scale,
                    "USAGE_FLAGS": "",
                },
            )
        )
    return Element(
        "SOURCE",
        {
            "BUSINESSNAME": "",
            "DATABASETYPE": table.database_type,
            "DBDNAME": table.database,
            "DESCRIPTION": "",
            "NAME": table.name,
            "OBJECTVERSION": 1,
            "OWNERNAME": table.owner,
            "VERSIONNUMBER": 1,
        },
        children,
    )


def target(table: Table) -> Element:
    children = [_flat_file()] if table.database_type == "Flat File" else []
    for number, column in enumerate(table.columns, 1):
        children.append(
            Element(
                "TARGETFIELD",
                {
                    "BUSINESSNAME": "",
                    "DATATYPE": column.datatype,
                    "DESCRIPTION": "",
                    "FIELDNUMBER": number,
                    "KEYTYPE": "PRIMARY KEY" if column.key else "NOT A KEY",
                    "NAME": column.name,
                    "NULLABLE": "NOTNULL" if column.key else "NULL",
                    "PICTURETEXT": "",
                    "PRECISION": column.precision,
                    "SCALE": column.scale,
                },
            )
        )
    return Element(
        "TARGET",
        {
            "BUSINESSNAME": "",
            "CONSTRAINT": "",
            "DATABASETYPE": table.database_type,
            "DESCRIPTION": "",
            "NAME": table.name,
            "OBJECTVERSION": 1,
            "TABLEOPTIONS": "",
            "VERSIONNUMBER": 1,
        },
        children,
    )


def _flat_file() -> Element:
    return Element(
        "FLATFILE",
        {
            "CODEPAGE": "UTF-8",
            "CONSECDELIMITERSASONE": "NO",
            "DELIMITED": "YES",
            "DELIMITERS": ";",
            "ESCAPE_CHARACTER": "",
            "KEEPESCAPECHAR": "NO",
            "LINESEQUENTIAL": "NO",
            "MULTIDELIMITERSASAND": "NO",
            "NULLCHARTYPE": "ASCII",
            "NULL_CHARACTER": "*",
            "PADBYTES": 1,
            "QUOTE_CHARACTER": "DOUBLE",
            "REPEATABLE": "NO",
            "ROWDELIMITER": 0,
            "SKIPROWS": 1,
            "STRIPTRAILINGBLANKS": "NO",
        },
    )


def port(
    column: Column,
    port_type: str,
    *,
    name: str = "",
    expression: str | None = None,
    kind: str = "GENERAL",
    default: str = "",
    **more: object,
) -> Element:
    """A TRANSFORMFIELD; `name` replaces the column's, `more` are further attributes."""
    attributes: dict[str, object] = {
        "DATATYPE": column.port_type,
        "DEFAULTVALUE": default,
        "DESCRIPTION": "",
        "NAME": name or column.name,
        "PICTURETEXT": "",
        "PORTTYPE": port_type,
        "PRECISION": column.precision,
        "SCALE": column.scale,
        **more,
    }
    if expression is not None:
        attributes |= {"EXPRESSION": expression, "EXPRESSIONTYPE": kind}
    return Element("TRANSFORMFIELD", attributes)


def table_attributes(values: Mapping[str, str]) -> list[Element]:
    return [Element("TABLEATTRIBUTE", {"NAME": name, "VALUE": value}) for name, value in values.items()]


def attributes(values: Mapping[str, str]) -> list[Element]:
    return [Element("ATTRIBUTE", {"NAME": name, "VALUE": value}) for name, value in values.items()]
