"""Small exports written by hand, and what tests ask of a parsed one."""

from __future__ import annotations

from pathlib import Path

from services.migration.ast import MappingAST, Problem, Tool, WorkflowAST
from services.migration.parsers import parse

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "powercenter"

SOURCE = """<SOURCE NAME ="S" DBDNAME ="DB" DATABASETYPE ="Oracle" OWNERNAME ="OWN">
  <SOURCEFIELD NAME ="A" DATATYPE ="varchar2" PRECISION ="10" SCALE ="0" NULLABLE ="NOTNULL" KEYTYPE ="PRIMARY KEY"/>
  <SOURCEFIELD NAME ="B" DATATYPE ="number" PRECISION ="15" SCALE ="0" NULLABLE ="NULL" KEYTYPE ="NOT A KEY"/>
</SOURCE>"""
TARGET = """<TARGET NAME ="T" DATABASETYPE ="Oracle">
  <TARGETFIELD NAME ="A" DATATYPE ="varchar2" PRECISION ="10" SCALE ="0" NULLABLE ="NULL" KEYTYPE ="NOT A KEY"/>
</TARGET>"""
QUALIFIER = """<TRANSFORMATION NAME ="SQ" TYPE ="Source Qualifier">
  <TRANSFORMFIELD NAME ="A" DATATYPE ="string" PORTTYPE ="INPUT/OUTPUT" PRECISION ="10" SCALE ="0"/>
  <TRANSFORMFIELD NAME ="B" DATATYPE ="double" PORTTYPE ="INPUT/OUTPUT" PRECISION ="15" SCALE ="0"/>
  <TABLEATTRIBUTE NAME ="Source Filter" VALUE ="B &gt; 0"/>
</TRANSFORMATION>"""


def instance(name: str, kind: str, of: str = "", inner: str = "") -> str:
    types = {"Source Definition": "SOURCE", "Target Definition": "TARGET", "Mapplet": "MAPPLET"}
    return (
        f'<INSTANCE NAME ="{name}" TRANSFORMATION_NAME ="{of or name}" TRANSFORMATION_TYPE ="{kind}" '
        f'TYPE ="{types.get(kind, "TRANSFORMATION")}">{inner}</INSTANCE>'
    )


def connector(start: str, end: str) -> str:
    """`S.A`, `SQ.A` → a CONNECTOR."""
    from_instance, from_field = start.rsplit(".", 1)
    to_instance, to_field = end.rsplit(".", 1)
    return (
        f'<CONNECTOR FROMINSTANCE ="{from_instance}" FROMFIELD ="{from_field}" '
        f'TOINSTANCE ="{to_instance}" TOFIELD ="{to_field}"/>'
    )


def transformation(name: str, kind: str, *ports: tuple[str, str], inner: str = "") -> str:
    """`ports` are (name, port type)."""
    fields = "".join(f'<TRANSFORMFIELD NAME ="{n}" DATATYPE ="string" PORTTYPE ="{p}"/>' for n, p in ports)
    return f'<TRANSFORMATION NAME ="{name}" TYPE ="{kind}">{fields}{inner}</TRANSFORMATION>'


def mapping(*parts: str, name: str = "m", tag: str = "MAPPING") -> str:
    return f'<{tag} NAME ="{name}" ISVALID ="YES">\n' + "\n".join(parts) + f"\n</{tag}>"


SIMPLE = mapping(
    QUALIFIER,
    instance("S", "Source Definition"),
    instance("SQ", "Source Qualifier"),
    instance("T", "Target Definition"),
    connector("S.A", "SQ.A"),
    connector("S.B", "SQ.B"),
    connector("SQ.A", "T.A"),
)


def folder(*parts: str, name: str = "F") -> str:
    return f'<FOLDER NAME="{name}" OWNER="jane.doe">\n' + "\n".join(parts) + "\n</FOLDER>"


def export(*folders: str, encoding: str = "UTF-8") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE POWERMART SYSTEM "powrmart.dtd">\n'
        '<POWERMART CREATION_DATE="01/02/2024 03:04:05" REPOSITORY_VERSION="188.97">\n<REPOSITORY NAME="R">\n'
        + "\n".join(folders)
        + "\n</REPOSITORY>\n</POWERMART>\n"
    )
    return text.encode(encoding)


def read(data: bytes) -> WorkflowAST:
    return parse(data, "x.xml", Tool.POWERCENTER)


def only_mapping(data: bytes) -> MappingAST:
    (found,) = read(data).mappings
    return found


def problems(tree: WorkflowAST, *severities: str) -> list[Problem]:
    return [problem for problem in tree.problems if problem.severity in (severities or ("error", "warning", "info"))]


def codes(tree: WorkflowAST, *severities: str) -> list[str]:
    return [problem.code for problem in problems(tree, *severities)]


def edges(found: MappingAST) -> set[str]:
    return {f"{c.from_instance}.{c.from_field}>{c.to_instance}.{c.to_field}" for c in found.connectors}
