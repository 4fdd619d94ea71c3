"""Alteryx workflows as text: nodes, connections, and the configurations of common tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

PLUGINS = {
    "TextInput": "AlteryxBasePluginsGui.TextInput.TextInput",
    "Summarize": "AlteryxSpatialPluginsGui.Summarize.Summarize",
    "AlteryxSelect": "AlteryxBasePluginsGui.AlteryxSelect.AlteryxSelect",
    "ToolContainer": "AlteryxGuiToolkit.ToolContainer.ToolContainer",
}


def tool(number: int, kind: str, configuration: str = "", *, inner: str = "", meta: str = "") -> str:
    """One node; a kind that ends in `.yxmc` is a macro."""
    macro = kind.lower().endswith(".yxmc")
    plugin = "" if macro else f" Plugin={quoteattr(PLUGINS.get(kind, f'AlteryxBasePluginsGui.{kind}.{kind}'))}"
    engine = f"<EngineSettings Macro={quoteattr(kind)} />" if macro else ""
    children = f"<ChildNodes>{inner}</ChildNodes>" if inner else ""
    return (
        f'<Node ToolID="{number}"><GuiSettings{plugin}><Position x="1" y="1" /></GuiSettings>'
        f"<Properties>{_configuration(configuration)}{meta}</Properties>{engine}{children}</Node>"
    )


def _configuration(text: str) -> str:
    return text if text.startswith("<Configuration") else f"<Configuration>{text}</Configuration>"


def rows(number: int, header: str, *lines: Sequence[str | None]) -> str:
    """A Text Input; `header` are its fields, parted by blanks."""
    fields = "".join(f"<Field name={quoteattr(name)} />" for name in header.split())
    data = "".join(f"<r>{''.join(_cell(value) for value in line)}</r>" for line in lines)
    return tool(number, "TextInput", f"<Fields>{fields}</Fields><Data>{data}</Data>")


def _cell(value: str | None) -> str:
    return "<c />" if value is None else f"<c>{escape(value)}</c>"


def meta(fields: str, anchor: str = "Output") -> str:
    """What a run left: `name:type[:size]`, parted by blanks."""
    found = []
    for each in fields.split():
        name, kind, *size = each.split(":")
        sized = f' size="{size[0]}"' if size else ""
        found.append(f'<Field name="{name}" type="{kind}"{sized} />')
    return f'<MetaInfo connection="{anchor}"><RecordInfo>{"".join(found)}</RecordInfo></MetaInfo>'


def workflow(tools: Iterable[str], wires: Iterable[str], properties: str = "") -> bytes:
    """`wires`: `1>2`, `3.True>4.Left`, `5>6#2` where the input numbers its wires."""
    return (
        '<?xml version="1.0"?>\n<AlteryxDocument yxmdVer="2023.2">\n<Nodes>\n'
        + "\n".join(tools)
        + "\n</Nodes>\n<Connections>\n"
        + "\n".join(_wire(each) for each in wires)
        + f"\n</Connections>\n<Properties>{properties}</Properties>\n</AlteryxDocument>\n"
    ).encode()


def _wire(text: str) -> str:
    text, _, number = text.partition("#")
    (source, _, out), (target, _, into) = (end.partition(".") for end in text.split(">"))
    name = f' name="#{number}"' if number else ""
    return (
        f'<Connection{name}><Origin ToolID="{source}" Connection="{out or "Output"}" />'
        f'<Destination ToolID="{target}" Connection="{into or "Input"}" /></Connection>'
    )


def formulas(*lines: tuple[str, str, str]) -> str:
    """(field, type, expression) as a Formula's configuration."""
    found = "".join(
        f'<FormulaField field={quoteattr(name)} type={quoteattr(kind)} size="254" expression={quoteattr(text)} />'
        for name, kind, text in lines
    )
    return f"<FormulaFields>{found}</FormulaFields>"


def summary(*lines: str) -> str:
    """`action:field[:rename]` as a Summarize's configuration."""
    found = []
    for line in lines:
        action, field, *rename = line.split(":")
        found.append(f'<SummarizeField field="{field}" action="{action}" rename="{rename[0] if rename else field}" />')
    return f"<SummarizeFields>{''.join(found)}</SummarizeFields>"


def fields(tag: str, *names: str, attribute: str = "field") -> str:
    return f"<{tag}>{''.join(f'<Field {attribute}={quoteattr(name)} />' for name in names)}</{tag}>"


def selected(*lines: str, unknown: bool = True, ordered: bool = False) -> str:
    """`field`, `-field`, `field=rename`, `field=rename:Type:size` as the block of a Select."""
    found = []
    for line in lines:
        name, _, rest = line.removeprefix("-").partition("=")
        rename, *kind = rest.split(":")
        attributes = f' rename="{rename}"' if rename else ""
        attributes += f' type="{kind[0]}"' if kind else ""
        attributes += f' size="{kind[1]}"' if len(kind) > 1 else ""
        found.append(f'<SelectField field={quoteattr(name)} selected="{not line.startswith("-")}"{attributes} />')
    found.append(f'<SelectField field="*Unknown" selected="{unknown}" />')
    return f'<OrderChanged value="{ordered}" /><SelectFields>{"".join(found)}</SelectFields>'
