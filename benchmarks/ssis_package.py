"""Writes SSIS packages in any of the format's layouts, for tests and measurements: components by what they say.

Texts name columns as `{NAME}`; they are written twice, as the product does: with lineage ids, and readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from services.migration.parsers.ssis.identity import GUIDS, OF_OTHERS, SERVICES

HOST = {2: "{BF01D463-7089-41EE-8F05-0A6DC17CE633}", 3: "{2E42D45B-F83C-400F-8D77-61DDE6A7DF29}"}
HOST[6], HOST[8] = "{874F7595-FB5F-40FF-96AF-FBFF8250E3EF}", "Microsoft.ManagedComponentHost"
PROG_IDS = {"CopyColumn": "Microsoft.CopyMap", "RawSource": "Microsoft.RawSource", "CacheTransform": "Microsoft.Cache"}
MANAGED = {
    "ScriptComponent": "Microsoft.SqlServer.Dts.Pipeline.ScriptComponentHost",
    "ADONETSource": "Microsoft.SqlServer.Dts.Pipeline.DataReaderSourceAdapter",
    "ADONETDestination": "Microsoft.SqlServer.Dts.Pipeline.ADONETDestination",
    "XmlSource": "Microsoft.SqlServer.Dts.Pipeline.XmlSourceAdapter",
    "DataReaderDestination": "Microsoft.SqlServer.Dts.Pipeline.DataReaderDestinationAdapter",
    "Acme.Widget": "Acme.Widget",
    "CdcSplitter": "Microsoft.SqlServer.IntegrationServices.CDC.CdcSplitter",
    "DQSCleansing": "Microsoft.SqlServer.Dts.Pipeline.DQSCleansing",
    "CdcSource": "Microsoft.SqlServer.IntegrationServices.CDC.CdcSource",
    **{kind: f"Microsoft.SqlServer.IntegrationServices.{kind}" for kind in SERVICES},
    **{kind: f"Acme.{kind}" for kind in OF_OTHERS},
}
_TYPE = re.compile(r"(\w+?)(?:\((\d+)(?:,(\d+))?\))?\Z")
_PLACE = re.compile(r"\{(\w[\w ]*)\}")


@dataclass(frozen=True)
class Col:
    """A column of a buffer: `type` as `i4`, `wstr(20)`, `numeric(18,2)`."""

    name: str
    type: str
    lineage: str
    sorted: int = 0


@dataclass(frozen=True)
class Flow:
    """The rows at an output."""

    port: str
    columns: tuple[Col, ...]

    def __getitem__(self, name: str) -> Col:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Use:
    """An input column: its properties, and the external column that it feeds."""

    name: str
    properties: Mapping[str, str] = field(default_factory=dict)
    external: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """An output column; `{NAME}` in a property is a column of the input."""

    name: str
    type: str
    properties: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Out:
    """An output: synchronous ones pass the first input's columns."""

    name: str
    columns: Sequence[Made] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    sync: bool = False
    error: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Package:
    """A package with one data flow; `layout` is its format: 2, 3, 6 or 8."""

    layout: int = 8
    task: str = "Load"
    name: str = "pkg"
    components: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    managers: list[str] = field(default_factory=list)
    count: int = 100

    @property
    def is_old(self) -> bool:
        return self.layout < 6

    def identity(self, path: str) -> str:
        self.count += 1
        return str(self.count) if self.is_old else path

    def attr(self, identity: str) -> str:
        return f'{"id" if self.is_old else "refId"}="{escape(identity)}"'

    def class_id(self, kind: str) -> str:
        if kind in MANAGED:
            return HOST[self.layout]
        if self.layout == 8:
            return PROG_IDS.get(kind, f"Microsoft.{kind}")
        return next((f"{{{guid}}}" for guid, of in GUIDS.items() if of == kind), f"Microsoft.{kind}")

    def component(
        self,
        name: str,
        kind: str,
        properties: Mapping[str, str] | None = None,
        inputs: Sequence[tuple[Flow, Sequence[Use]]] = (),
        outputs: Sequence[Out] = (),
        connection: str = "",
        input_attributes: Mapping[str, str] | None = None,
    ) -> list[Flow]:
        """Adds a component, joins its inputs to the flows; gives the flow of each output."""
        base = f"Package\\{self.task}\\{name}"
        given = dict(properties or {})
        if kind in MANAGED:
            given["UserComponentTypeName"] = MANAGED[kind]
        uses: dict[str, str] = {}
        texts, ids = [], []
        for number, (flow, columns) in enumerate(inputs):
            identity = self.identity(f"{base}.Inputs[Input {number}]")
            ids.append(identity)
            texts.append(self._input(identity, f"Input {number}", flow, columns, uses, input_attributes or {}))
            self.count += 1
            self.paths.append(
                f'<path {self.attr(self.identity(f"{base}.Paths[{number}]"))} name="p" '
                f'startId="{escape(flow.port)}" endId="{escape(identity)}"/>'
            )
        reads = {c.name: c for flow, _ in inputs for c in flow.columns}
        made: list[Flow] = []
        written = []
        for output in outputs:
            text, flow = self._output(base, output, inputs, ids, reads, uses)
            written.append(text)
            made.append(flow)
        link = (
            f'<connections><connection name="c" connectionManagerID="{escape(connection)}"/></connections>'
            if connection
            else ""
        )
        self.components.append(
            f'<component {self.attr(self.identity(base))} name="{escape(name)}" '
            f'componentClassID="{escape(self.class_id(kind))}" contactInfo="">'
            f"{self._properties(given, reads, uses)}{link}<inputs>{''.join(texts)}</inputs>"
            f"<outputs>{''.join(written)}</outputs></component>\n"
        )
        return made

    def _input(
        self,
        identity: str,
        name: str,
        flow: Flow,
        columns: Sequence[Use],
        uses: dict[str, str],
        attributes: Mapping[str, str],
    ) -> str:
        listed, external = [], []
        reads = {c.name: c for c in flow.columns}
        for use in columns:
            column = flow[use.name]
            own = self.identity(f"{identity}.Columns[{use.name}]")
            uses.setdefault(use.name, own)
            more = "".join(f' {key}="{escape(value)}"' for key, value in use.attributes.items())
            if use.external:
                target, _, kind = use.external.partition(":")
                out = self.identity(f"{identity}.ExternalColumns[{target}]")
                more += f' externalMetadataColumnId="{escape(out)}"'
                external.append(
                    f'<externalMetadataColumn {self.attr(out)} name="{escape(target)}" {_typed(kind or column.type)}/>'
                )
            cached = (
                ""
                if self.is_old
                else f' cachedName="{escape(use.name)}" {_typed(column.type, "cached")}'
                + (f' cachedSortKeyPosition="{column.sorted}"' if column.sorted else "")
            )
            listed.append(
                f'<inputColumn {self.attr(own)} lineageId="{escape(column.lineage)}"{cached}{more}>'
                f"{self._properties(use.properties, reads, uses)}</inputColumn>"
            )
        stated = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
        return (
            f'<input {self.attr(identity)} name="{name}"{stated}><inputColumns>{"".join(listed)}</inputColumns>'
            f"<externalMetadataColumns>{''.join(external)}</externalMetadataColumns></input>"
        )

    def _output(
        self,
        base: str,
        output: Out,
        inputs: Sequence[tuple[Flow, Sequence[Use]]],
        ids: Sequence[str],
        reads: Mapping[str, Col],
        uses: Mapping[str, str],
    ) -> tuple[str, Flow]:
        identity = self.identity(f"{base}.Outputs[{output.name}]")
        columns, made = [], []
        for column in output.columns:
            lineage = self.identity(f"{identity}.Columns[{column.name}]")
            more = "".join(f' {key}="{escape(value)}"' for key, value in column.attributes.items())
            columns.append(
                f'<outputColumn {self.attr(lineage)} lineageId="{escape(lineage)}" name="{escape(column.name)}" '
                f"{_typed(column.type)}{more}>{self._properties(column.properties, reads, uses)}</outputColumn>"
            )
            made.append(Col(column.name, column.type, lineage, int(column.attributes.get("sortKeyPosition", 0))))
        passed = inputs[0][0].columns if output.sync and inputs else ()
        more = "".join(f' {key}="{escape(value)}"' for key, value in output.attributes.items())
        more += f' synchronousInputId="{escape(ids[0])}"' if output.sync and ids else ""
        more += ' isErrorOut="true"' if output.error else ""
        text = (
            f'<output {self.attr(identity)} name="{escape(output.name)}"{more}>'
            f"{self._properties(output.properties, reads, uses)}"
            f"<outputColumns>{''.join(columns)}</outputColumns></output>"
        )
        return text, Flow(identity, (*passed, *made))

    def _properties(self, given: Mapping[str, str], reads: Mapping[str, Col], uses: Mapping[str, str]) -> str:
        found = []
        for name, value in given.items():
            text = _PLACE.sub(lambda m: self._reference(m[1], reads, uses), value)
            found.append(f'<property name="{escape(name)}">{escape(text, quote=False)}</property>')
            if name == "Expression":
                readable = _PLACE.sub(lambda m: f"[{m[1]}]" if m[1] in reads else m[0], value)
                found.append(f'<property name="FriendlyExpression">{escape(readable, quote=False)}</property>')
        return f"<properties>{''.join(found)}</properties>" if found else ""

    def _reference(self, name: str, reads: Mapping[str, Col], uses: Mapping[str, str]) -> str:
        if name.startswith("input ") and name[6:] in uses:
            identity = uses[name[6:]]
        elif name in reads:
            identity = reads[name].lineage
        else:
            return "{" + name + "}"
        return f"#{identity}" if self.is_old else f"#{{{identity}}}"

    def read(self, name: str, columns: str, table: str = "", **properties: str) -> Flow:
        """An OLE DB source: `"ID:i4 NAME:wstr(20)"`; `ID+1:i4` is declared as sorted, first key."""
        made, is_sorted = [], {}
        for item in columns.split():
            column, _, kind = item.partition(":")
            column, _, place = column.partition("+")
            made.append(Made(column, kind, {}, {"sortKeyPosition": place} if place else {}))
            is_sorted |= {"isSorted": "true"} if place else {}
        given = {"AccessMode": "0", "OpenRowset": table or f"[dbo].[{name}]", **properties}
        return self.component(name, "OLEDBSource", given, outputs=[Out("Output", made, attributes=is_sorted)])[0]

    def write(
        self, flow: Flow, name: str, columns: str = "", kind: str = "OLEDBDestination", **properties: str
    ) -> None:
        """A destination: `"ID NAME>FULL_NAME"`; every column where none is named."""
        items = columns.split() or [column.name for column in flow.columns]
        uses = [Use(item.partition(">")[0], {}, item.partition(">")[2] or item) for item in items]
        given = {"AccessMode": "3", "OpenRowset": f"[dbo].[{name}]", **properties}
        self.component(name, kind, given, [(flow, uses)])

    def variable(self, name: str, value: str, code: int = 8) -> None:
        inner = f'<DTS:VariableValue DTS:DataType="{code}">{escape(value)}</DTS:VariableValue>'
        self.variables.append(self._object("Variable", {"ObjectName": name, "Namespace": "User"}, inner))

    def _object(self, tag: str, properties: Mapping[str, str], inner: str) -> str:
        if self.is_old:
            held = "".join(f'<DTS:Property DTS:Name="{k}">{escape(v)}</DTS:Property>' for k, v in properties.items())
            return f"<DTS:{tag}>{held}{inner}</DTS:{tag}>\n"
        held = "".join(f' DTS:{k}="{escape(v)}"' for k, v in properties.items())
        return f"<DTS:{tag}{held}>{inner}</DTS:{tag}>\n"

    def _several(self, wrapper: str, items: Iterable[str]) -> str:
        text = "".join(items)
        return text if self.is_old else f"<DTS:{wrapper}>{text}</DTS:{wrapper}>"

    def text(self, around: str = "") -> bytes:
        """The package; `around` stands beside its data flow: more executables, constraints, handlers."""
        pipeline = (
            f'<pipeline version="1"><components>{"".join(self.components)}</components>'
            f"<paths>{''.join(self.paths)}</paths></pipeline>"
        )
        flow = self._task(self.task, "Microsoft.Pipeline" if self.layout == 8 else "SSIS.Pipeline.2", pipeline)
        body = (
            f'<DTS:Property DTS:Name="PackageFormatVersion">{self.layout}</DTS:Property>'
            + self._several("ConnectionManagers", self.managers)
            + self._several("Variables", self.variables)
            + (flow + around if self.is_old else f"<DTS:Executables>{flow}</DTS:Executables>{around}")
        )
        root = self._object("Executable", {"ObjectName": self.name}, body)
        opening = '<DTS:Executable xmlns:DTS="www.microsoft.com/SqlServer/Dts" DTS:ExecutableType="Microsoft.Package"'
        return f'<?xml version="1.0"?>\n{root.replace("<DTS:Executable", opening, 1)}'.encode()

    def _task(self, name: str, kind: str, data: str) -> str:
        text = self._object("Executable", {"ObjectName": name}, f"<DTS:ObjectData>{data}</DTS:ObjectData>")
        return text.replace(
            "<DTS:Executable", f'<DTS:Executable DTS:refId="Package\\{escape(name)}" DTS:ExecutableType="{kind}"', 1
        )


def _typed(spelled: str, prefix: str = "") -> str:
    """`numeric(18,2)` → the attributes of a type."""
    match = _TYPE.match(spelled)
    assert match is not None, spelled
    name, first, second = match[1], match[2], match[3]

    def attribute(key: str) -> str:
        return f"{prefix}{key.capitalize()}" if prefix else key

    found = {f"{prefix}DataType" if prefix else "dataType": name}
    if name == "numeric":
        found |= {attribute("precision"): first or "18", attribute("scale"): second or "0"}
    elif name == "decimal":
        found[attribute("scale")] = first or "0"
    elif first:
        found[attribute("length")] = first
    return " ".join(f'{key}="{value}"' for key, value in found.items())
