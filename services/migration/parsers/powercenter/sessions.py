"""SESSION elements: the overrides and connections that make a mapping what runs."""

from __future__ import annotations

from collections.abc import Iterator

from services.migration.parsers import redact
from services.migration.parsers.elements import Element
from services.migration.parsers.log import Log, shown
from services.migration.parsers.powercenter.model import Extension, Session
from services.migration.parsers.powercenter.tables import file_format, table_attributes
from services.migration.parsers.powercenter.values import name_of, number
from services.migration.parsers.powercenter.variants import WITHOUT_MEANING

PARTITIONS_DIFFER = "Differing by partition"
"""An attribute of our own: names what the partitions of an instance have each in their own way."""


def read_session(element: Element, folder: str, log: Log) -> Session:
    """A session as it stands; its mapping is not yet looked up."""
    name = name_of(element, log)
    session = Session(
        name=name,
        mapping=element.get("MAPPINGNAME"),
        folder=folder,
        origin=log.origin(element, name),
        attributes={
            **{k: v for k, v in table_attributes(element, "ATTRIBUTE").items() if v},
            **_config_attributes(element),
            **({"Session Sort Order": element.get("SORTORDER")} if element.get("SORTORDER") else {}),
        },
        steps=tuple(_steps(element, log)),
        config=next((c.get("REFOBJECTNAME") for c in element.each("CONFIGREFERENCE")), ""),
    )
    for instance in element.each("SESSTRANSFORMATIONINST"):
        _read_instance(instance, session, log)
    read_extensions(element, session.extensions)
    return session


def read_extensions(element: Element, extensions: dict[str, Extension]) -> None:
    """Add the SESSIONEXTENSIONs of a session, or of one use of it in a workflow, to what is known."""
    for child in element.each("SESSIONEXTENSION"):
        name = child.get("SINSTANCENAME")
        extension = extensions.setdefault(name, Extension())
        extension.qualifier = child.get("DSQINSTNAME") or extension.qualifier
        given = table_attributes(child, "ATTRIBUTE") | _of_partitions(child)
        extension.attributes.update({k: v for k, v in given.items() if v})
        for reference in child.each("CONNECTIONREFERENCE"):
            connection = reference.get("CONNECTIONNAME") or reference.get("VARIABLE")
            if connection:
                extension.connection = redact.text(connection)
                extension.connection_type = reference.get("CONNECTIONSUBTYPE")
                break  # the first is the data's own; others are for loaders and queues beside it


def command_steps(task: Element, log: Log) -> Iterator[tuple[str, str]]:
    """The commands or assignments of a task in their order; credentials in commands masked."""
    for pair in sorted(task.each("VALUEPAIR"), key=lambda pair: number(pair, "EXECORDER", log)):
        step = redact.command(pair.get("VALUE"))
        if step != pair.get("VALUE"):
            log.info(
                "SECRET_LEFT_OUT",
                f"The command {shown(pair.get('NAME'))} holds a credential or an address, masked here as "
                f"{redact.MASK}. Change the credential, which anyone with the export can read.",
                log.origin(pair),
            )
        yield pair.get("NAME"), step


def _read_instance(element: Element, session: Session, log: Log) -> None:
    name = element.get("SINSTANCENAME")
    attributes = table_attributes(element, "ATTRIBUTE") | _of_partitions(element)
    if PARTITIONS_DIFFER in attributes:
        log.warning(
            "PARTITION_OVERRIDES",
            f"Session {shown(session.name)} gives the partitions of {shown(name)} different attributes; the "
            "first partition's are used. Merge them by hand.",
            log.origin(element, name),
        )
    if attributes:
        session.overrides.setdefault(name, {}).update(attributes)
    flat = file_format(element)
    if flat:
        session.file_formats[name] = flat


def _of_partitions(element: Element) -> dict[str, str]:
    """The first partition's attributes, and under PARTITIONS_DIFFER the names of those that another has otherwise."""
    partitions = [found for p in element.each("PARTITION") if (found := table_attributes(p, "ATTRIBUTE"))]
    if not partitions:
        return {}
    names = dict.fromkeys(n for partition in partitions for n in partition if not n.startswith(WITHOUT_MEANING))
    differing = [name for name in names if len({partition.get(name, "") for partition in partitions}) > 1]
    return {**partitions[0], **({PARTITIONS_DIFFER: ", ".join(differing)} if differing else {})}


def _config_attributes(element: Element) -> dict[str, str]:
    """What the session changes in its configuration object."""
    return {
        name: value
        for reference in element.each("CONFIGREFERENCE")
        for name, value in table_attributes(reference, "ATTRIBUTE").items()
        if value
    }


def _steps(element: Element, log: Log) -> Iterator[tuple[str, str]]:
    for component in element.each("SESSIONCOMPONENT"):
        kind = component.get("TYPE")
        for task in component.each("TASK"):
            for name, text in command_steps(task, log):
                yield f"{kind}: {name}", text
        for name, text in command_steps(component, log):
            yield f"{kind}: {name}", text
