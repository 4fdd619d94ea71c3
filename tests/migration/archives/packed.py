"""Archives built in the test, and Alteryx macros as text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from benchmarks.alteryx_workflow import tool, workflow
from services.migration.pipeline import Migration, migrate

STAMP = "2026-01-01T00:00:00Z"


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of files by path, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def migrated(files: Mapping[str, bytes], name: str = "upload.zip", **more: Any) -> Migration:
    return migrate(packed(files), name, generated_at=STAMP, **more)


def codes(made: Migration) -> list[str]:
    """Codes of the issues of the upload itself."""
    return [issue.code for issue in made.result.issues]


def call(number: int, path: str, answers: Mapping[str, str] | None = None) -> str:
    """A node that is a macro, with its caller's answers."""
    given = "".join(f"<Value name={quoteattr(name)}>{escape(text)}</Value>" for name, text in (answers or {}).items())
    return tool(number, path, given)


def macro_input(number: int, name: str, *columns: str, mapped: bool = False) -> str:
    fields = "".join(f"<Field name={quoteattr(column)} />" for column in columns)
    cells = "<c>1</c>" * len(columns)
    template = (
        f"<TextInput><Configuration><Fields>{fields}</Fields><Data><r>{cells}</r></Data></Configuration></TextInput>"
    )
    return tool(number, "MacroInput", f'<Name>{name}</Name><ShowFieldMap value="{mapped}" />{template}')


def macro_output(number: int, name: str) -> str:
    return tool(number, "MacroOutput", f"<Name>{name}</Name>")


def surface(number: int, kind: str) -> str:
    return tool(number, "x").replace("AlteryxBasePluginsGui.x.x", f"AlteryxGuiToolkit.{kind}")


def question(kind: str, name: str, number: int, more: str = "") -> str:
    return f'<Question><Type>{kind}</Type><Name>{name}</Name><ToolId value="{number}" />{more}</Question>'


def action(kind: str, destination: str, number: int, more: str = "") -> str:
    return (
        f'<Action><Type>{kind}</Type><ToolId value="{number}" />{more}'
        f"<Destination>{escape(destination)}</Destination></Action>"
    )


def runtime(questions: str = "", actions: str = "", more: str = "", constants: str = "") -> str:
    always = f"<NoCondition><Type>NoCondition</Type><True>{actions}</True></NoCondition>"
    tab = f"<Question><Type>Tab</Type><Name>Tab</Name><Questions>{questions}</Questions></Question>"
    return (
        f"<Constants>{constants}</Constants><RuntimeProperties><Actions>{always}</Actions>"
        f"<Questions>{tab}</Questions><ModuleType>Macro</ModuleType>{more}</RuntimeProperties>"
    )


def constant(space: str, name: str, value: str, *, number: bool = False) -> str:
    return (
        f"<Constant><Namespace>{space}</Namespace><Name>{name}</Name><Value>{escape(value)}</Value>"
        f'<IsNumeric value="{number}" /></Constant>'
    )


def macro(tools: Iterable[str], wires: Iterable[str], properties: str = "") -> bytes:
    return workflow(tools, wires, properties or runtime())


def with_wires(document: bytes, *wires: tuple[str, str, str]) -> bytes:
    """Wires of interface tools: (name, question's ToolID, ToolID of what asks)."""
    made = "".join(
        f'<Connection name="{name}"><Origin ToolID="{source}" Connection="Question" />'
        f'<Destination ToolID="{target}" Connection="Question" /></Connection>'
        for name, source, target in wires
    )
    return document.replace(b"</Connections>", f"{made}</Connections>".encode())
