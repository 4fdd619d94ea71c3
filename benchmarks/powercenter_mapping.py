"""Building a PowerCenter mapping step by step: each step takes flows of rows and gives flows of rows."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.powercenter_xml import Column, Element, Table, port, table_attributes

CUSTOM = {
    "Union Transformation": 303001,
    "Java Transformation": 303049,
    "Http Transformation": 304201,
    "SQL Transform": 310800,
}
SQL_QUALIFIER = {
    "Sql Query": "",
    "User Defined Join": "",
    "Source Filter": "",
    "Number Of Sorted Ports": "0",
    "Tracing Level": "Normal",
    "Select Distinct": "NO",
    "Is Partitionable": "NO",
    "Pre SQL": "",
    "Post SQL": "",
    "Output is deterministic": "NO",
    "Output is repeatable": "Never",
}


@dataclass(frozen=True)
class Flow:
    """The output ports of one instance: column → port name."""

    instance: str
    kind: str
    ports: dict[str, str]
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass
class Mapping:
    """A MAPPING or MAPPLET under construction."""

    name: str
    tag: str = "MAPPING"
    description: str = ""
    transformations: list[Element] = field(default_factory=list)
    instances: list[Element] = field(default_factory=list)
    connectors: list[Element] = field(default_factory=list)
    rest: list[Element] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)

    def element(self) -> Element:
        order = [
            Element("TARGETLOADORDER", {"ORDER": number, "TARGETINSTANCE": name})
            for number, name in enumerate(self.targets, 1)
        ]
        attributes = {
            "DESCRIPTION": self.description,
            "ISVALID": "YES",
            "NAME": self.name,
            "OBJECTVERSION": 1,
            "VERSIONNUMBER": 1,
        }
        return Element(
            self.tag,
            attributes,
            [*self.transformations, *self.instances, *self.connectors, *order, *self.rest, Element("ERPINFO")],
        )

    # Adding parts

    def add(
        self,
        name: str,
        kind: str,
        ports: Sequence[Element],
        attributes: MappingOf[str, str] | None = None,
        *,
        groups: Sequence[Element] = (),
        extra: Sequence[Element] = (),
        associated: Sequence[str] = (),
    ) -> None:
        """A transformation and its one instance; a custom transformation by its template's name."""
        self.transformations.append(transformation(name, kind, ports, attributes, groups=groups, extra=extra))
        self.instance(name, kind, associated=associated)

    def instance(
        self, name: str, kind: str, *, of: str = "", database: str = "", associated: Sequence[str] = ()
    ) -> None:
        """One use of a definition, `of` where it is called otherwise."""
        types = {"Source Definition": "SOURCE", "Target Definition": "TARGET", "Mapplet": "MAPPLET"}
        attributes: dict[str, object] = {
            "DESCRIPTION": "",
            "NAME": name,
            "TRANSFORMATION_NAME": of or name,
            "TRANSFORMATION_TYPE": "Custom Transformation" if kind in CUSTOM else kind,
            "TYPE": types.get(kind, "TRANSFORMATION"),
        }
        if database:
            attributes["DBDNAME"] = database
        if kind not in ("Source Definition", "Target Definition"):
            attributes["REUSABLE"] = "NO"
        sources = [Element("ASSOCIATED_SOURCE_INSTANCE", {"NAME": source}) for source in associated]
        self.instances.append(Element("INSTANCE", attributes, sources))

    def connect(self, flow: Flow, to: str, kind: str, ports: MappingOf[str, str] | None = None) -> None:
        """Connect the flow's columns to the ports of `to`: column → port, all to ports of the same name by default."""
        for column, to_port in (ports or {name: name for name in flow.ports}).items():
            self.connectors.append(
                Element(
                    "CONNECTOR",
                    {
                        "FROMFIELD": flow.ports[column],
                        "FROMINSTANCE": flow.instance,
                        "FROMINSTANCETYPE": "Custom Transformation" if flow.kind in CUSTOM else flow.kind,
                        "TOFIELD": to_port,
                        "TOINSTANCE": to,
                        "TOINSTANCETYPE": "Custom Transformation" if kind in CUSTOM else kind,
                    },
                )
            )

    # Steps

    def read(
        self, table: Table, attributes: MappingOf[str, str] | None = None, *, name: str = "", of: str = ""
    ) -> Flow:
        """A source instance and its Source Qualifier."""
        name = name or table.name
        qualifier = f"SQ_{name}"
        self.instance(name, "Source Definition", of=of or table.name, database=table.database)
        self.add(
            qualifier,
            "Source Qualifier",
            [port(column, "INPUT/OUTPUT") for column in table.columns],
            {**SQL_QUALIFIER, **(attributes or {})},
            associated=[name],
        )
        self.connect(_flow(name, "Source Definition", table.columns), qualifier, "Source Qualifier")
        return _flow(qualifier, "Source Qualifier", table.columns)

    def write(self, table: Table, flow: Flow, columns: MappingOf[str, str] | None = None, *, name: str = "") -> None:
        """A target instance; columns of the same name by default."""
        name = name or table.name
        self.instance(name, "Target Definition", of=table.name)
        known = {column.name for column in table.columns}
        self.connect(flow, name, "Target Definition", columns or {c: c for c in flow.ports if c in known})
        self.targets.append(name)

    def expression(
        self,
        name: str,
        flow: Flow,
        outputs: MappingOf[str, tuple[Column, str]],
        variables: MappingOf[str, tuple[Column, str]] | None = None,
    ) -> Flow:
        """Pass every column through, and compute variables, then outputs, in order."""
        ports = [port(column, "INPUT/OUTPUT", expression=column.name) for column in flow.columns]
        ports += [
            port(column, "LOCAL VARIABLE", name=n, expression=text) for n, (column, text) in (variables or {}).items()
        ]
        ports += [
            port(column, "OUTPUT", name=n, expression=text, default="ERROR('transformation error')")
            for n, (column, text) in outputs.items()
        ]
        self.add(name, "Expression", ports, {"Tracing Level": "Normal"})
        self.connect(flow, name, "Expression")
        made = tuple(column._replace(name=n) for n, (column, _) in outputs.items())
        return _flow(name, "Expression", (*flow.columns, *made))

    def filter(self, name: str, flow: Flow, condition: str) -> Flow:
        return self._same(name, "Filter", flow, {"Filter Condition": condition, "Tracing Level": "Normal"})

    def update_strategy(self, name: str, flow: Flow, expression: str) -> Flow:
        attributes = {
            "Update Strategy Expression": expression,
            "Forward Rejected Rows": "YES",
            "Tracing Level": "Normal",
        }
        return self._same(name, "Update Strategy", flow, attributes)

    def transaction_control(self, name: str, flow: Flow, condition: str) -> Flow:
        return self._same(name, "Transaction Control", flow, {"Transaction Control Condition": condition})

    def sorter(self, name: str, flow: Flow, keys: MappingOf[str, str], *, distinct: bool = False) -> Flow:
        """`keys`: column → ASCENDING or DESCENDING."""
        ports = [
            port(
                column,
                "INPUT/OUTPUT",
                ISSORTKEY="YES" if column.name in keys else "NO",
                SORTDIRECTION=keys.get(column.name, "ASCENDING"),
            )
            for column in flow.columns
        ]
        attributes = {
            "Sorter Cache Size": "Auto",
            "Case Sensitive": "YES",
            "Work Directory": "$PMTempDir",
            "Distinct": "YES" if distinct else "NO",
            "Tracing Level": "Normal",
            "Null Treated Low": "NO",
            "Merge Only": "NO",
            "Transformation Scope": "All Input",
        }
        self.add(name, "Sorter", ports, attributes)
        self.connect(flow, name, "Sorter")
        return _flow(name, "Sorter", flow.columns)

    def aggregator(
        self,
        name: str,
        flow: Flow,
        group_by: Sequence[str],
        outputs: MappingOf[str, tuple[Column, str]],
    ) -> Flow:
        ports = [
            port(c, "INPUT/OUTPUT", expression=c.name, kind="GROUPBY") if c.name in group_by else port(c, "INPUT")
            for c in flow.columns
        ]
        ports += [port(column, "OUTPUT", name=n, expression=text) for n, (column, text) in outputs.items()]
        attributes = {
            "Cache Directory": "$PMCacheDir",
            "Tracing Level": "Normal",
            "Sorted Input": "NO",
            "Aggregator Data Cache Size": "Auto",
            "Aggregator Index Cache Size": "Auto",
            "Transformation Scope": "All Input",
        }
        self.add(name, "Aggregator", ports, attributes)
        self.connect(flow, name, "Aggregator")
        keys = tuple(flow[key] for key in group_by)
        return _flow(name, "Aggregator", (*keys, *(c._replace(name=n) for n, (c, _) in outputs.items())))

    def joiner(self, name: str, detail: Flow, master: Flow, condition: str, join_type: str = "Normal Join") -> Flow:
        """Master columns whose name the detail has already get a 1 behind it, as the Designer does it."""
        taken = {column.name for column in detail.columns}
        renamed = {c.name: f"{c.name}1" if c.name in taken else c.name for c in master.columns}
        ports = [port(column, "INPUT/OUTPUT") for column in detail.columns]
        ports += [port(column, "INPUT/OUTPUT/MASTER", name=renamed[column.name]) for column in master.columns]
        attributes = {
            "Case Sensitive String Comparison": "YES",
            "Cache Directory": "$PMCacheDir",
            "Join Condition": condition,
            "Join Type": join_type,
            "Null ordering in master": "Null Is Highest Value",
            "Null ordering in detail": "Null Is Highest Value",
            "Tracing Level": "Normal",
            "Joiner Data Cache Size": "Auto",
            "Joiner Index Cache Size": "Auto",
            "Sorted Input": "NO",
            "Transformation Scope": "All Input",
        }
        self.add(name, "Joiner", ports, attributes)
        self.connect(detail, name, "Joiner")
        self.connect(master, name, "Joiner", renamed)
        both = tuple(column._replace(name=renamed[column.name]) for column in master.columns)
        return _flow(name, "Joiner", (*detail.columns, *both))

    def router(self, name: str, flow: Flow, groups: MappingOf[str, str]) -> dict[str, Flow]:
        """Group → condition; gives a flow per group and one called DEFAULT1. Ports are renamed with digits."""
        order = {group: number for number, group in enumerate([*groups, "DEFAULT1"], 2)}
        elements = [Element("GROUP", {"DESCRIPTION": "", "NAME": "INPUT", "ORDER": 1, "TYPE": "INPUT"})]
        rows = [
            {"DESCRIPTION": "", "EXPRESSION": c, "NAME": g, "ORDER": order[g], "TYPE": "OUTPUT"}
            for g, c in groups.items()
        ]
        default = {"DESCRIPTION": "", "NAME": "DEFAULT1", "ORDER": order["DEFAULT1"], "TYPE": "OUTPUT/DEFAULT"}
        rows.insert(min(1, len(rows)), default)  # not in the order of ORDER, as in real exports
        elements += [Element("GROUP", row) for row in rows]
        ports = [port(column, "INPUT", GROUP="INPUT") for column in flow.columns]
        flows = {}
        for group, number in order.items():
            names = {column.name: f"{column.name}{number - 1}" for column in flow.columns}
            ports += [
                port(column, "OUTPUT", name=names[column.name], GROUP=group, REF_FIELD=column.name)
                for column in flow.columns
            ]
            flows[group] = Flow(name, "Router", names, flow.columns)
        self.add(name, "Router", ports, {"Tracing Level": "Normal"}, groups=elements)
        self.connect(flow, name, "Router")
        return flows

    def union(self, name: str, flows: MappingOf[str, Flow]) -> Flow:
        """Input group → flow; the flows' columns must be the same."""
        columns = next(iter(flows.values())).columns
        groups = [Element("GROUP", {"DESCRIPTION": "", "NAME": "OUTPUT", "ORDER": 1, "TYPE": "OUTPUT"})]
        ports = [port(c, "OUTPUT", GROUP="OUTPUT", OUTPUTGROUP="OUTPUT") for c in columns]
        extra = []
        for number, (group, flow) in enumerate(flows.items(), 2):
            groups.append(Element("GROUP", {"DESCRIPTION": "", "NAME": group, "ORDER": number, "TYPE": "INPUT"}))
            ports += [port(c, "INPUT", name=f"{c.name}{number}", GROUP=group, OUTPUTGROUP=group) for c in columns]
            extra += [
                Element("FIELDDEPENDENCY", {"INPUTFIELD": f"{c.name}{number}", "OUTPUTFIELD": c.name}) for c in columns
            ]
            self.connect(flow, name, "Union Transformation", {c.name: f"{c.name}{number}" for c in columns})
        self.add(name, "Union Transformation", ports, {"Language": "C"}, groups=groups, extra=extra)
        return _flow(name, "Union Transformation", columns)

    def sequence(self, name: str, start: int = 1, step: int = 1, *, cycle: bool = False, end: int = 9999) -> Flow:
        columns = (Column("NEXTVAL", "bigint", 19), Column("CURRVAL", "bigint", 19))
        attributes = {
            "Start Value": str(start),
            "Increment By": str(step),
            "End Value": str(end),
            "Current Value": str(start),
            "Cycle": "YES" if cycle else "NO",
            "Number of Cached Values": "0",
            "Reset": "NO",
        }
        self.add(name, "Sequence", [port(column, "OUTPUT") for column in columns], attributes)
        return _flow(name, "Sequence", columns)

    def rank(self, name: str, flow: Flow, by: str, count: int, group_by: Sequence[str] = ()) -> Flow:
        ports = [port(Column("RANKINDEX", "integer", 10), "OUTPUT", expression="RANKINDEX", kind="RANKINDEX")]
        for c in flow.columns:
            kind = "RANKPORT" if c.name == by else "GROUPBY" if c.name in group_by else "GENERAL"
            ports.append(port(c, "INPUT/OUTPUT", expression=c.name, kind=kind))
        self.add(name, "Rank", ports, {"Top/Bottom": "Top", "Number of Ranks": str(count)})
        self.connect(flow, name, "Rank")
        return _flow(name, "Rank", (Column("RANKINDEX", "integer", 10), *flow.columns))

    def lookup(
        self,
        name: str,
        flow: Flow | None,
        table: Table,
        keys: MappingOf[str, str],
        returns: Sequence[str],
        attributes: MappingOf[str, str] | None = None,
    ) -> Flow:
        """`keys`: lookup column → column of the flow. Without a flow it is unconnected: its last column returns."""
        inputs = {key: f"IN_{key}" for key in keys}
        by_name = {column.name: column for column in table.columns}
        ports = [port(by_name[key], "INPUT", name=inputs[key]) for key in keys]
        for column in table.columns:
            returned = "LOOKUP/OUTPUT" if flow else "LOOKUP/RETURN/OUTPUT"
            ports.append(port(column, returned if column.name in returns else "LOOKUP"))
        values = {
            "Lookup Sql Override": "",
            "Lookup table name": table.name,
            "Lookup Source Filter": "",
            "Lookup caching enabled": "YES",
            "Lookup policy on multiple match": "Use First Value",
            "Lookup condition": " AND ".join(f"{key} = {inputs[key]}" for key in keys),
            "Connection Information": "$Target",
            "Source Type": "Database",
            "Dynamic Lookup Cache": "NO",
            **(attributes or {}),
        }
        self.add(name, "Lookup Procedure", ports, values)
        if flow:
            self.connect(flow, name, "Lookup Procedure", {keys[key]: inputs[key] for key in keys})
        return _flow(name, "Lookup Procedure", tuple(by_name[column] for column in returns))

    def normalizer(self, name: str, flow: Flow, repeated: str, columns: Sequence[str]) -> Flow:
        """One row per column of `columns`, its value in `repeated`."""
        first = flow[columns[0]]
        kept = [column for column in flow.columns if column.name not in columns]
        ports = [port(column, "INPUT/OUTPUT") for column in kept]
        ports += [port(first, "INPUT", name=f"{repeated}_in{n}") for n in range(1, len(columns) + 1)]
        ports.append(port(first, "OUTPUT", name=repeated))
        key = Column(f"GK_{repeated}", "bigint", 19)
        number = Column(f"GCID_{repeated}", "integer", 10)
        ports += [port(key, "GENERATED KEY/OUTPUT"), port(number, "GENERATED COLUMN ID/OUTPUT")]
        self.add(name, "Normalizer", ports, {"Reset": "NO", "Restart": "NO", "Tracing Level": "Normal"})
        wiring = {column.name: column.name for column in kept}
        wiring |= {column: f"{repeated}_in{n}" for n, column in enumerate(columns, 1)}
        self.connect(flow, name, "Normalizer", wiring)
        return _flow(name, "Normalizer", (*kept, first._replace(name=repeated), key, number))

    def custom(
        self, name: str, kind: str, flow: Flow, outputs: Sequence[Column], attributes: MappingOf[str, str]
    ) -> Flow:
        """Any transformation that takes all columns and gives `outputs`: Java, HTTP, SQL, Stored Procedure."""
        ports = [port(column, "INPUT") for column in flow.columns]
        ports += [port(column, "OUTPUT") for column in outputs]
        self.add(name, kind, ports, attributes)
        self.connect(flow, name, kind)
        return _flow(name, kind, tuple(outputs))

    def variable(self, name: str, datatype: str = "string", default: str = "", **more: object) -> None:
        attributes: dict[str, object] = {
            "DATATYPE": datatype,
            "DEFAULTVALUE": default,
            "DESCRIPTION": "",
            "ISEXPRESSIONVARIABLE": "NO",
            "ISPARAM": "YES",
            "NAME": name,
            "PRECISION": 40,
            "SCALE": 0,
            "USERDEFINED": "YES",
        }
        self.rest.append(Element("MAPPINGVARIABLE", {**attributes, **more}))

    def _same(self, name: str, kind: str, flow: Flow, attributes: MappingOf[str, str]) -> Flow:
        self.add(name, kind, [port(column, "INPUT/OUTPUT") for column in flow.columns], attributes)
        self.connect(flow, name, kind)
        return _flow(name, kind, flow.columns)


def transformation(
    name: str,
    kind: str,
    ports: Sequence[Element],
    attributes: MappingOf[str, str] | None = None,
    *,
    groups: Sequence[Element] = (),
    extra: Sequence[Element] = (),
    reusable: bool = False,
) -> Element:
    """A TRANSFORMATION; a custom one where `kind` is a template's name."""
    values: dict[str, object] = {
        "DESCRIPTION": "",
        "NAME": name,
        "OBJECTVERSION": 1,
        "REUSABLE": "YES" if reusable else "NO",
        "TYPE": kind,
        "VERSIONNUMBER": 1,
    }
    if kind in CUSTOM:
        values |= {
            "COMPONENTVERSION": 1000000,
            "TEMPLATEID": CUSTOM[kind],
            "TEMPLATENAME": kind,
            "TYPE": "Custom Transformation",
        }
    return Element("TRANSFORMATION", values, [*groups, *ports, *table_attributes(attributes or {}), *extra])


def _flow(instance: str, kind: str, columns: Sequence[Column]) -> Flow:
    return Flow(instance, kind, {column.name: column.name for column in columns}, tuple(columns))
