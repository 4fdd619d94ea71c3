"""The tool-neutral syntax of an export: what was designed, and nothing about how its conversion went.

Every parser fills the same frozen tree: `WorkflowAST` → `MappingAST` → `SourceDefinition`, `Transformation`
(with `TransformationField`s) and `Connector`. Names, types and expressions stand here as the tool wrote them.
All nodes can be pickled, so a tree may cross a process boundary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Tool(StrEnum):
    """The legacy tool an export comes from; the values are those of `MigrationType` on the wire."""

    POWERCENTER = "powercenter"
    ALTERYX = "alteryx"
    SSIS = "ssis"
    DATASTAGE = "datastage"


class Role(StrEnum):
    """What a field does in its transformation."""

    INPUT = "input"
    OUTPUT = "output"
    INPUT_OUTPUT = "input_output"
    VARIABLE = "variable"
    LOOKUP = "lookup"  # a column of the lookup source that is not an output
    LOOKUP_OUTPUT = "lookup_output"
    LOOKUP_RETURN = "lookup_return"  # the return port of an unconnected lookup
    GENERATED_KEY = "generated_key"  # Normalizer
    GENERATED_COLUMN_ID = "generated_column_id"  # Normalizer

    @property
    def takes_input(self) -> bool:
        return self in (Role.INPUT, Role.INPUT_OUTPUT)

    @property
    def gives_output(self) -> bool:
        return self not in (Role.INPUT, Role.VARIABLE, Role.LOOKUP)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something stands in the export: file name, 1-based line, and the element (`TRANSFORMATION FIL_X`)."""

    file: str
    line: int
    element: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.element}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the parser saw that a person should know: `severity` is `error`, `warning` or `info`."""

    severity: str
    code: str  # constant, upper case: DANGLING_CONNECTOR, UNRESOLVED_SHORTCUT, …
    message: str  # names the place and the remedy
    origin: Origin


@dataclass(frozen=True, slots=True)
class TransformationField:
    """A port or column, in the order of the export."""

    name: str
    datatype: str = ""  # as the tool names it: `nstring`, `decimal`, `date/time`, `varchar2`
    precision: int = 0
    scale: int = 0
    role: Role = Role.INPUT_OUTPUT
    expression: str = ""  # verbatim, newlines kept; "" where the port has none
    expression_kind: str = ""  # `GENERAL`, `GROUPBY`, … as the tool says
    default: str = ""  # verbatim default value expression
    group: str = ""  # the FieldGroup it belongs to
    ref_field: str = ""  # Router output → the input port it repeats
    master: bool = False  # Joiner: belongs to the master side
    nullable: bool = True
    key: str = ""  # `PRIMARY KEY`, `FOREIGN KEY`, "" …
    description: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)  # what else the tool says: ISSORTKEY, SORTDIRECTION, …
    line: int = 0

    @property
    def computes(self) -> bool:
        """True where the field has an expression that is more than its own name."""
        return bool(self.expression) and self.expression.strip() != self.name


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """An input or output group: of a Router, a Union, a Joiner-like custom transformation."""

    name: str
    kind: str  # `input`, `output`, `default`
    order: int = 0
    expression: str = ""  # a Router group's condition, verbatim
    line: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """A piece of a step's configuration, nested as the tool nests it: an XML element, a property or a sub-record."""

    name: str
    value: str = ""  # its text, verbatim
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Setting, ...] = ()
    line: int = 0

    def get(self, attribute: str, default: str = "") -> str:
        return self.attributes.get(attribute, default)

    def all(self, *path: str) -> tuple[Setting, ...]:
        """Every setting below at a path of names: `all("Fields", "Field")`; itself where the path is empty."""
        found: tuple[Setting, ...] = (self,)
        for name in path:
            found = tuple([child for one in found for child in one.children if child.name == name])  # faster so
        return found

    def one(self, *path: str) -> Setting:
        """The first at a path; an empty setting of the last name where there is none."""
        found = self.all(*path)
        return found[0] if found else Setting(path[-1])

    def text(self, *path: str) -> str:
        """The text of the first at a path, without blanks around it; "" where there is none."""
        return self.one(*path).value.strip()


NO_SETTINGS = Setting("")


@dataclass(frozen=True, slots=True)
class Transformation:
    """One use (instance) of a transformation in a mapping."""

    name: str  # the instance's name, unique in its mapping
    type: str  # the tool's type; a Custom Transformation's is its template: `Union Transformation`
    origin: Origin
    fields: tuple[TransformationField, ...] = ()
    groups: tuple[FieldGroup, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)  # table attributes, session overrides applied
    overridden: tuple[str, ...] = ()  # names of the attributes that a session overrode
    field_dependencies: tuple[tuple[str, str], ...] = ()  # Union: (input field, output field)
    associated_sources: tuple[str, ...] = ()  # Source Qualifier: source instances
    definition_name: str = ""  # TRANSFORMATION_NAME when it differs from the instance's
    reusable: bool = False
    description: str = ""
    definition: str = ""  # the definition verbatim, secrets left out; what a `manual` node carries
    connection: str = ""  # the session's connection name, where one is given
    mapplet: str = ""  # the mapplet it was inlined from, "" where it stands in the mapping itself
    settings: Setting = NO_SETTINGS  # of tools that nest their configuration

    def field(self, name: str) -> TransformationField | None:
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class SourceDefinition:
    """One use of a source or target table or file in a mapping."""

    name: str  # the instance's name, unique in its mapping
    role: str  # `source` or `target`
    table: str  # the table's or file's own name
    database_type: str  # as the tool says: `Oracle`, `Flat File`, `Microsoft SQL Server`
    origin: Origin
    database: str = ""  # DBDNAME
    schema: str = ""  # OWNERNAME
    connection: str = ""  # the session's connection name, where one is given
    fields: tuple[TransformationField, ...] = ()
    file_format: Mapping[str, str] = field(default_factory=dict)  # FLATFILE attributes
    attributes: Mapping[str, str] = field(default_factory=dict)  # instance and session attributes
    description: str = ""
    overridden: tuple[str, ...] = ()  # names of the attributes that a session set
    connection_type: str = ""  # what the session says of it: `Oracle`, `Teradata`, "" where it says nothing


@dataclass(frozen=True, slots=True)
class Connector:
    """A link from one instance's field to another's."""

    from_instance: str
    from_field: str
    to_instance: str
    to_field: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A stream of whole rows from one step to another: how tools connect that do not connect port by port."""

    from_step: str
    to_step: str
    from_port: str = ""  # the output as the tool calls it: `True`, `Left`; "" where there is one
    to_port: str = ""  # the input likewise
    order: int = 0  # place among the links into one input, where the tool numbers them
    columns: tuple[TransformationField, ...] = ()  # where the tool declares them on the link
    name: str = ""  # of a link that has one
    line: int = 0


@dataclass(frozen=True, slots=True)
class Parameter:
    """A mapping parameter or variable (`$$NAME`)."""

    name: str  # with its `$$`
    datatype: str = ""
    precision: int = 0
    scale: int = 0
    default: str | None = None
    is_variable: bool = False
    aggregation: str = ""  # MAX, MIN, COUNT of a variable
    is_expression: bool = False  # its text is read as a part of the expressions that name it


@dataclass(frozen=True, slots=True)
class MappingAST:
    """One mapping or data flow: becomes one pipeline.

    Tools that connect port by port fill `sources`, `targets`, `transformations` and `connectors`. Those that connect
    step by step fill `transformations`, sources and targets among them, and `links`.
    """

    name: str
    folder: str
    origin: Origin
    sources: tuple[SourceDefinition, ...] = ()
    targets: tuple[SourceDefinition, ...] = ()
    transformations: tuple[Transformation, ...] = ()
    connectors: tuple[Connector, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    target_load_order: tuple[str, ...] = ()  # target instances, first loaded first
    session: str = ""  # the session whose overrides are applied, "" where none
    description: str = ""
    is_valid: bool = True  # what the tool itself said of it
    definition_name: str = ""  # the mapping's own name where differing sessions split it; else ""
    sessions: tuple[str, ...] = ()  # every session that runs it just so, `session` first
    session_attributes: Mapping[str, str] = field(default_factory=dict)  # `Treat source rows as`, …
    values: Mapping[str, str] = field(default_factory=dict)  # parameter in lower case, with its `$` → what it is given
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One step of a control flow."""

    name: str
    type: str  # `Session`, `Command`, `Worklet`, `Decision`, `Email`, …
    origin: Origin
    reference: str = ""  # mapping of a session (`MappingAST.name`), worklet of a worklet task
    attributes: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[tuple[str, str], ...] = ()  # (name, command) or (variable, expression); no passwords
    parent: str = ""  # the container it stands in, by name; "" where it stands in the flow itself
    values: tuple[tuple[str, str], ...] = ()  # what it gives to parameters of `reference`: (name, value)


@dataclass(frozen=True, slots=True)
class TaskLink:
    from_task: str
    to_task: str
    condition: str = ""
    outcome: str = ""  # `success`, `failure`, `completion`, where the tool states it apart from the condition


@dataclass(frozen=True, slots=True)
class Orchestration:
    """A workflow's, worklet's or package's control flow."""

    name: str
    kind: str  # `workflow`, `worklet`, `package`, `sequence`
    folder: str
    origin: Origin
    tasks: tuple[Task, ...] = ()
    links: tuple[TaskLink, ...] = ()
    variables: tuple[Parameter, ...] = ()  # user-defined ones
    attributes: Mapping[str, str] = field(default_factory=dict)  # schedule and the like


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """Something an export holds beside its mappings: a reusable transformation, a mapplet, a source nobody uses."""

    kind: str  # `mapplet`, `transformation`, `source`, `target`, `session`, `shortcut`, `user_function`, …
    name: str
    folder: str
    origin: Origin
    type: str = ""  # of a transformation: its type; of a source or target: its database type
    parent: str = ""  # the mapplet a transformation stands in


@dataclass(frozen=True, slots=True)
class UserFunction:
    """A user-defined function, called as `:UDF.NAME(…)`."""

    name: str
    folder: str
    origin: Origin
    expression: str = ""  # verbatim; refers to the arguments by name
    arguments: tuple[TransformationField, ...] = ()
    datatype: str = ""  # of the result


@dataclass(frozen=True, slots=True)
class WorkflowAST:
    """A whole export."""

    tool: Tool
    file: str
    encoding: str = ""  # as declared
    version: str = ""  # the tool's repository or format version
    mappings: tuple[MappingAST, ...] = ()
    orchestrations: tuple[Orchestration, ...] = ()
    inventory: tuple[InventoryItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    functions: tuple[UserFunction, ...] = ()
