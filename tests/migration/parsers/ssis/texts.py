"""Pieces of packages for the tests of the control flow, in the layout of 2012 and in that of 2005."""

from __future__ import annotations

ROOT = (
    '<?xml version="1.0"?><DTS:Executable xmlns:DTS="www.microsoft.com/SqlServer/Dts" DTS:refId="Package" '
    'DTS:ExecutableType="Microsoft.Package" DTS:ObjectName="pkg">'
    '<DTS:Property DTS:Name="PackageFormatVersion">8</DTS:Property>{}</DTS:Executable>'
)
SQL = 'xmlns:SQLTask="www.microsoft.com/sqlserver/dts/tasks/sqltask"'


def package(*parts: str) -> bytes:
    return ROOT.format("".join(parts)).encode()


def executables(*parts: str) -> str:
    return f"<DTS:Executables>{''.join(parts)}</DTS:Executables>"


def task(name: str, kind: str, data: str = "", path: str = "", more: str = "", inner: str = "") -> str:
    held = f"<DTS:ObjectData>{data}</DTS:ObjectData>" if data else ""
    return (
        f'<DTS:Executable DTS:refId="Package\\{path}{name}" DTS:ExecutableType="{kind}" '
        f'DTS:ObjectName="{name}" {more}>{held}{inner}</DTS:Executable>'
    )


def sql(name: str, text: str, path: str = "", more: str = "", bindings: str = "", inner: str = "") -> str:
    data = (
        f'<SQLTask:SqlTaskData {SQL} SQLTask:Connection="{{C1}}" SQLTask:SqlStatementSource="{text}" {more}>'
        f"{bindings}</SQLTask:SqlTaskData>"
    )
    return task(name, "Microsoft.ExecuteSQLTask", data, path, inner=inner)


def constraints(*parts: str) -> str:
    return f"<DTS:PrecedenceConstraints>{''.join(parts)}</DTS:PrecedenceConstraints>"


def constraint(source: str, target: str, more: str = "") -> str:
    return (
        f'<DTS:PrecedenceConstraint DTS:From="Package\\{source}" DTS:To="Package\\{target}" DTS:ObjectName="c" {more}/>'
    )


OLD = b"""<?xml version="1.0"?><DTS:Executable xmlns:DTS="www.microsoft.com/SqlServer/Dts"
 DTS:ExecutableType="SSIS.Package.2">
<DTS:Property DTS:Name="PackageFormatVersion">2</DTS:Property><DTS:Property DTS:Name="ObjectName">old</DTS:Property>
<DTS:Variable><DTS:Property DTS:Name="Namespace">User</DTS:Property><DTS:Property DTS:Name="ObjectName">N</DTS:Property>
<DTS:VariableValue DTS:DataType="3">7</DTS:VariableValue></DTS:Variable>
<DTS:Executable
 DTS:ExecutableType="Microsoft.SqlServer.Dts.Tasks.ExecuteSQLTask.ExecuteSQLTask, Microsoft.SqlServer.SQLTask">
<DTS:Property DTS:Name="ObjectName">first</DTS:Property><DTS:Property DTS:Name="DTSID">{A}</DTS:Property>
<DTS:Property DTS:Name="Disabled">-1</DTS:Property>
<DTS:ObjectData><SQLTask:SqlTaskData xmlns:SQLTask="www.microsoft.com/sqlserver/dts/tasks/sqltask"
 SQLTask:SqlStatementSource="SELECT 1"/></DTS:ObjectData></DTS:Executable>
<DTS:Executable DTS:ExecutableType="STOCK:SEQUENCE"><DTS:Property DTS:Name="ObjectName">box</DTS:Property>
<DTS:Property DTS:Name="DTSID">{B}</DTS:Property></DTS:Executable>
<DTS:PrecedenceConstraint><DTS:Property DTS:Name="Value">1</DTS:Property>
<DTS:Executable IDREF="{A}" DTS:IsFrom="-1"/><DTS:Executable IDREF="{B}" DTS:IsFrom="0"/></DTS:PrecedenceConstraint>
</DTS:Executable>"""
