"""PowerCenter sessions, workflows, mapplets and shortcuts, as export XML."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.powercenter_mapping import Flow, Mapping, transformation
from benchmarks.powercenter_xml import Column, Element, attributes, port


@dataclass
class SessionSpec:
    """What a session says of its mapping's instances."""

    name: str
    mapping: str
    overrides: MappingOf[str, MappingOf[str, str]] = field(default_factory=dict)  # instance → attributes
    readers: MappingOf[str, str] = field(default_factory=dict)  # Source Qualifier → connection
    writers: MappingOf[str, str] = field(default_factory=dict)  # target → connection
    writer_attributes: MappingOf[str, str] = field(default_factory=lambda: {"Target load type": "Normal"})
    attributes: MappingOf[str, str] = field(default_factory=lambda: {"Treat source rows as": "Insert"})
    reusable: bool = False


def session(spec: SessionSpec) -> Element:
    children = [
        Element(
            "SESSTRANSFORMATIONINST",
            {
                "ISREPARTITIONPOINT": "NO",
                "PIPELINE": 1,
                "SINSTANCENAME": instance,
                "STAGE": 1,
                "TRANSFORMATIONNAME": instance,
                "TRANSFORMATIONTYPE": "Source Qualifier",
            },
            attributes(values),
        )
        for instance, values in spec.overrides.items()
    ]
    children.append(Element("CONFIGREFERENCE", {"REFOBJECTNAME": "default_session_config", "TYPE": "Session config"}))
    children += extensions(spec.readers, spec.writers, spec.writer_attributes)
    children += attributes(spec.attributes)
    return Element(
        "SESSION",
        {
            "DESCRIPTION": "",
            "ISVALID": "YES",
            "MAPPINGNAME": spec.mapping,
            "NAME": spec.name,
            "REUSABLE": "YES" if spec.reusable else "NO",
            "SORTORDER": "Binary",
            "VERSIONNUMBER": 1,
        },
        children,
    )


def extensions(
    readers: MappingOf[str, str], writers: MappingOf[str, str], writer_attributes: MappingOf[str, str] | None = None
) -> list[Element]:
    """SESSIONEXTENSIONs: a reader per Source Qualifier (and the source behind it), a writer per target."""
    found = []
    for qualifier, connection in readers.items():
        source = qualifier.removeprefix("SQ_")
        behind = {"DSQINSTNAME": qualifier, "DSQINSTTYPE": "Source Qualifier"}
        found.append(_extension("Relational Reader", source, "Source Definition", "READER", [], behind))
        found.append(
            _extension("Relational Reader", qualifier, "Source Qualifier", "READER", [_connection(connection)])
        )
    for target, connection in writers.items():
        parts = [_connection(connection), *attributes(writer_attributes or {})]
        found.append(_extension("Relational Writer", target, "Target Definition", "WRITER", parts))
    return found


def _extension(
    name: str,
    instance: str,
    kind: str,
    direction: str,
    children: list[Element],
    more: MappingOf[str, str] | None = None,
) -> Element:
    return Element(
        "SESSIONEXTENSION",
        {
            "NAME": name,
            "SINSTANCENAME": instance,
            "SUBTYPE": name,
            "TRANSFORMATIONTYPE": kind,
            "TYPE": direction,
            **(more or {}),
        },
        children,
    )


def _connection(name: str) -> Element:
    return Element(
        "CONNECTIONREFERENCE",
        {
            "CNXREFNAME": "DB Connection",
            "CONNECTIONNAME": name,
            "CONNECTIONNUMBER": 1,
            "CONNECTIONSUBTYPE": "Oracle",
            "CONNECTIONTYPE": "Relational",
            "VARIABLE": "",
        },
    )


def task(name: str, kind: str, steps: MappingOf[str, str] | None = None, **more: str) -> Element:
    """A TASK: `steps` are its commands or assignments; `more` are attributes, `_` for a blank in their names."""
    pairs = [
        Element("VALUEPAIR", {"EXECORDER": number, "NAME": step, "REVERSEASSIGNMENT": "NO", "VALUE": text})
        for number, (step, text) in enumerate((steps or {}).items(), 1)
    ]
    values = attributes({key.replace("_", " "): value for key, value in more.items()})
    return Element(
        "TASK",
        {"DESCRIPTION": "", "NAME": name, "REUSABLE": "NO", "TYPE": kind, "VERSIONNUMBER": 1},
        [*values, *pairs],
    )


def use(name: str, kind: str, *, of: str = "", children: Sequence[Element] = ()) -> Element:
    """A TASKINSTANCE."""
    return Element(
        "TASKINSTANCE",
        {
            "DESCRIPTION": "",
            "FAIL_PARENT_IF_INSTANCE_DID_NOT_RUN": "NO",
            "FAIL_PARENT_IF_INSTANCE_FAILS": "YES",
            "ISENABLED": "YES",
            "NAME": name,
            "REUSABLE": "NO",
            "TASKNAME": of or name,
            "TASKTYPE": kind,
            "TREAT_INPUTLINK_AS_AND": "YES",
        },
        list(children),
    )


def workflow(
    name: str,
    definitions: Sequence[Element],
    uses: Sequence[Element],
    links: Sequence[tuple[str, str, str]],
    *,
    tag: str = "WORKFLOW",
    variables: MappingOf[str, str] | None = None,
) -> Element:
    """A WORKFLOW or WORKLET; `links` are (from, to, condition)."""
    scheduler = Element(
        "SCHEDULER",
        {"DESCRIPTION": "", "NAME": "Scheduler", "REUSABLE": "NO", "VERSIONNUMBER": 1},
        [Element("SCHEDULEINFO", {"SCHEDULETYPE": "ONDEMAND"})],
    )
    made = [
        Element(
            "WORKFLOWVARIABLE",
            {
                "DATATYPE": "string",
                "DEFAULTVALUE": default,
                "DESCRIPTION": "",
                "ISNULL": "NO",
                "ISPERSISTENT": "NO",
                "NAME": variable,
                "USERDEFINED": "YES",
            },
        )
        for variable, default in (variables or {}).items()
    ]
    return Element(
        tag,
        {"DESCRIPTION": "", "ISENABLED": "YES", "ISVALID": "YES", "NAME": name, "VERSIONNUMBER": 1},
        [
            *([scheduler] if tag == "WORKFLOW" else []),
            *definitions,
            *uses,
            *(Element("WORKFLOWLINK", {"CONDITION": c, "FROMTASK": f, "TOTASK": t}) for f, t, c in links),
            *made,
        ],
    )


def shortcut(name: str, kind: str, folder: str, of: str, database: str = "") -> Element:
    """A SHORTCUT; `kind` is `Source Definition`, `Target Definition`, `Mapplet`, or a transformation's type."""
    types = {"Source Definition": "SOURCE", "Target Definition": "TARGET", "Mapplet": "MAPPLET"}
    values: dict[str, object] = {
        "COMMENTS": "",
        "FOLDERNAME": folder,
        "NAME": name,
        "OBJECTSUBTYPE": kind,
        "OBJECTTYPE": types.get(kind, "TRANSFORMATION"),
        "REFERENCETYPE": "LOCAL",
        "REFOBJECTNAME": of,
        "REPOSITORYNAME": "REP_DEMO",
        "VERSIONNUMBER": 1,
    }
    if database:
        values |= {"DBDNAME": database, "REFERENCEDDBD": database}
    return Element("SHORTCUT", values)


def begin_mapplet(name: str, columns: Sequence[Column]) -> tuple[Mapping, Flow]:
    """A mapplet under construction and the flow of its input ports."""
    mapplet = Mapping(name, tag="MAPPLET")
    mapplet.add("INPUT", "Input Transformation", [port(column, "OUTPUT") for column in columns])
    return mapplet, Flow("INPUT", "Input Transformation", {c.name: c.name for c in columns}, tuple(columns))


def end_mapplet(mapplet: Mapping, given: Sequence[Column], flow: Flow) -> tuple[Column, ...]:
    """Close the mapplet with `flow` as its output. Gives its outer output ports, a 1 behind names the input has."""
    mapplet.add("OUTPUT", "Output Transformation", [port(column, "INPUT") for column in flow.columns])
    mapplet.connect(flow, "OUTPUT", "Output Transformation")
    taken = {column.name for column in given}
    outer = tuple(c._replace(name=f"{c.name}1") if c.name in taken else c for c in flow.columns)
    ports = [
        port(c, "INPUT", MAPPLETGROUP="INPUT", REF_FIELD=c.name, REF_INSTANCETYPE="Input Transformation") for c in given
    ]
    ports += [
        port(o, "OUTPUT", MAPPLETGROUP="OUTPUT", REF_FIELD=c.name, REF_INSTANCETYPE="Output Transformation")
        for o, c in zip(outer, flow.columns, strict=True)
    ]
    mapplet.transformations.append(transformation(mapplet.name, "Mapplet", ports, reusable=True))
    return outer


def use_mapplet(mapping: Mapping, name: str, of: str, flow: Flow, outer: Sequence[Column]) -> Flow:
    """An instance of a mapplet fed by `flow`."""
    mapping.instance(name, "Mapplet", of=of)
    mapping.connect(flow, name, "Mapplet")
    return Flow(name, "Mapplet", {column.name: column.name for column in outer}, tuple(outer))
