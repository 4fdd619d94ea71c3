"""DSExport XML: the same design in elements."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import pytest

from benchmarks.datastage_constructs import CONSTRUCTS
from services.migration import parsers
from services.migration.ast import Tool
from services.migration.parsers.datastage import dsx, export_xml
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.errors import ExportError
from services.migration.pipeline import Migration, migrate

XML = """<?xml version="1.0" encoding="UTF-8"?>
<DSExport>
   <Header CharacterSet="CP1252" ServerVersion="11.5"/>
   <Job Identifier="x_job">
      <Record Identifier="ROOT" Type="JobDefn">
         <Property Name="JobType">3</Property></Record>
      <Record Identifier="V0S0" Type="CustomStage">
         <Property Name="Name">src</Property><Property Name="OutputPins">V0S0P1</Property>
         <Property Name="StageType">PxSequentialFile</Property>
      </Record>
      <Record Identifier="V0S0P1" Type="CustomOutput">
         <Property Name="Name">in1</Property><Property Name="Partner">V0S1|V0S1P1</Property>
         <Collection Name="Properties" Type="CustomProperty">
            <SubRecord><Property Name="Name">file</Property><Property Name="Value">/data/a.csv</Property></SubRecord>
         </Collection>
         <Collection Name="Columns" Type="OutputColumn">
            <SubRecord><Property Name="Name">ID</Property><Property Name="SqlType">4</Property></SubRecord>
         </Collection>
      </Record>
      <Record Identifier="V0S1" Type="TransformerStage">
         <Property Name="Name">step</Property><Property Name="InputPins">V0S1P1</Property>
         <Property Name="OutputPins">V0S1P2</Property><Property Name="StageType">CTransformerStage</Property>
         <Property Name="Text" PreFormatted="1">line 1
line 2</Property>
      </Record>
      <Record Identifier="V0S1P1" Type="TrxInput">
         <Property Name="Name">in1</Property><Property Name="Partner">V0S0|V0S0P1</Property></Record>
      <Record Identifier="V0S1P2" Type="TrxOutput">
         <Property Name="Name">out1</Property><Property Name="Partner">V0S2|V0S2P1</Property>
         <Property Name="Constraint">in1.ID &lt;&gt; 3 And &quot;a&quot; = "a"</Property>
         <Collection Name="Columns" Type="OutputColumn">
            <SubRecord><Property Name="Name">ID</Property><Property Name="SqlType">4</Property>
               <Property Name="Derivation">in1.ID</Property></SubRecord>
         </Collection>
      </Record>
      <Record Identifier="V0S2" Type="CustomStage">
         <Property Name="Name">tgt</Property><Property Name="InputPins">V0S2P1</Property>
         <Property Name="StageType">PxPeek</Property>
      </Record>
      <Record Identifier="V0S2P1" Type="CustomInput">
         <Property Name="Name">out1</Property><Property Name="Partner">V0S1|V0S1P2</Property></Record>
   </Job>
   <StageTypes><Record Identifier="PxPeek" Type="StageType">
         <Property Name="Name">PxPeek</Property></Record></StageTypes>
</DSExport>
"""


def test_it_is_read_as_dsx_is() -> None:
    found = parsers.parse(XML.encode(), "job.xml")
    assert (found.tool, found.version) == (Tool.DATASTAGE, "11.5")
    (flow,) = found.mappings
    assert [(one.name, one.type) for one in flow.transformations] == [
        ("src", "PxSequentialFile"),
        ("step", "CTransformerStage"),
        ("tgt", "PxPeek"),
    ]
    step = flow.transformations[1]
    (output,) = step.settings.all("output")
    assert output.get("Constraint") == 'in1.ID <> 3 And "a" = "a"'
    assert step.settings.get("Text") == "line 1\nline 2"
    assert flow.links[1].columns[0].expression == "in1.ID"
    assert found.problems == ()


@pytest.mark.parametrize("cut", [200, 900, 2000])
def test_a_cut_file_is_refused(cut: int) -> None:
    with pytest.raises(ExportError):
        parsers.parse(XML.encode()[:cut], "job.xml")


def as_xml(text: str) -> str:
    """A DSX export as DSExport XML: control characters stay escaped, the C of classes goes."""
    export = dsx.read(XmlText(text.encode("cp1252"), "cp1252", ""), "job.dsx")
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', '<DSExport><Header ServerVersion="11.7"/>']
    tags = {kind: tag for tag, kind in reversed(export_xml.SECTIONS.items())}
    for section in export.sections:
        tag = tags[section.kind]
        parts.append(f'<{tag} Identifier="{section.identifier}">')
        for record in section.records:
            parts.append(f'<Record Identifier="{record.identifier}" Type="{record.kind}">')
            parts += [_property(name, value) for name, value in record.properties.items() if name not in record.lists]
            for name, items in record.lists.items():
                parts.append(f'<Collection Name="{name}" Type="x">')
                for item in items:
                    parts += ["<SubRecord>", *(_property(*one) for one in item.items()), "</SubRecord>"]
                parts.append("</Collection>")
            parts.append("</Record>")
        parts.append(f"</{tag}>")
    return "\n".join([*parts, "</DSExport>"])


def _property(name: str, value: str) -> str:
    shown = "".join(f"\\({ord(ch):X})" if ord(ch) < ord(" ") and ch != "\n" else ch for ch in value)
    return f"<Property Name={quoteattr(name)}>{escape(shown)}</Property>"


def _nodes(done: Migration) -> list[object]:
    found = []
    for one in done.result.mappings:
        for node in one.pipeline["nodes"]:
            kept = {key: value for key, value in node.items() if key != "origin"}
            kept["config"] = {key: value for key, value in node["config"].items() if key != "original"}
            found.append(kept)
    return found


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_the_same_design_gives_the_same_pipeline(name: str) -> None:
    text = CONSTRUCTS[name]()
    assert _nodes(migrate(as_xml(text).encode(), "job.xml")) == _nodes(migrate(text.encode("cp1252"), "job.dsx"))
