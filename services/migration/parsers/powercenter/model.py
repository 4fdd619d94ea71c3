"""What a file holds before its names are resolved: folders of definitions."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.migration.ast import (
    Connector,
    InventoryItem,
    Orchestration,
    Origin,
    Parameter,
    SourceDefinition,
    Task,
    Transformation,
    UserFunction,
)

SessionKey = tuple[str, str]  # (workflow or worklet it is defined in, name): names repeat between workflows


@dataclass(slots=True)
class Instance:
    """One use of a definition in a mapping or mapplet."""

    name: str
    kind: str  # SOURCE, TARGET, TRANSFORMATION, MAPPLET
    refers_to: str  # the definition's or shortcut's name
    origin: Origin
    database: str = ""  # DBDNAME of a source
    attributes: dict[str, str] = field(default_factory=dict)
    associated_sources: tuple[str, ...] = ()
    description: str = ""


@dataclass(slots=True)
class MappingDefinition:
    """A MAPPING or MAPPLET as it stands in the file."""

    name: str
    folder: str
    origin: Origin
    description: str = ""
    is_valid: bool = True
    tables: list[SourceDefinition] = field(default_factory=list)  # defined inside it (other programs' exports)
    transformations: list[Transformation] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    connectors: list[Connector] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    target_load_order: tuple[str, ...] = ()


@dataclass(slots=True)
class Extension:
    """A session's reader, writer or lookup settings of one instance."""

    connection: str = ""
    connection_type: str = ""
    qualifier: str = ""  # DSQINSTNAME: the Source Qualifier that reads this source
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Session:
    """What one session changes in its mapping."""

    name: str
    mapping: str
    folder: str
    origin: Origin
    overrides: dict[str, dict[str, str]] = field(default_factory=dict)  # instance → attribute → value
    file_formats: dict[str, dict[str, str]] = field(default_factory=dict)
    extensions: dict[str, Extension] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    steps: tuple[tuple[str, str], ...] = ()  # pre- and post-session commands and assignments
    config: str = ""  # its configuration object
    owner: str = ""  # the workflow or worklet it is defined in, "" for a reusable one
    base: SessionKey | None = None  # the session that a workflow changes further in this use of it
    values: dict[str, str] = field(default_factory=dict)  # of parameters, from a parameter file
    title: str = ""  # its name; with its owner's where another session has the same

    @property
    def key(self) -> SessionKey:
        return self.owner, self.name


@dataclass(slots=True)
class Flow:
    """A workflow or worklet and, by task, the session each of its session tasks runs."""

    orchestration: Orchestration
    sessions: dict[str, SessionKey]
    definitions: dict[str, str]  # task → the definition it uses
    parameter_file: str = ""


@dataclass(slots=True)
class Shortcut:
    """A name in one folder for an object of another."""

    name: str
    kind: str  # SOURCE, TARGET, TRANSFORMATION, MAPPLET, MAPPING
    folder: str
    refers_to: str
    origin: Origin
    database: str = ""


@dataclass(slots=True)
class Folder:
    """Everything one FOLDER defines, by name."""

    name: str
    sources: dict[tuple[str, str], SourceDefinition] = field(default_factory=dict)  # (DBDNAME, NAME)
    databases: dict[str, list[str]] = field(default_factory=dict)  # source NAME → every DBDNAME it has
    targets: dict[str, SourceDefinition] = field(default_factory=dict)
    transformations: dict[str, Transformation] = field(default_factory=dict)  # reusable ones
    mapplets: dict[str, MappingDefinition] = field(default_factory=dict)
    mappings: list[MappingDefinition] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    tasks: dict[str, Task] = field(default_factory=dict)  # reusable ones
    shortcuts: dict[tuple[str, str], Shortcut] = field(default_factory=dict)  # (kind, name)
    flows: list[Flow] = field(default_factory=list)
    functions: list[UserFunction] = field(default_factory=list)
    configs: dict[str, dict[str, str]] = field(default_factory=dict)  # session configuration objects
    others: list[InventoryItem] = field(default_factory=list)  # configurations, schedulers, anything else
