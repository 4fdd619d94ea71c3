"""DSExport XML: the same design in elements."""

from __future__ import annotations

import pytest

from services.migration import parsers
from services.migration.ast import Tool
from services.migration.parsers.errors import ExportError

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
