"""What a glossary is made of. Read-only; `reading.py` makes it from YAML and checks it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Words = Mapping[Literal["en", "pl"], tuple[Text, ...]]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Kind(StrEnum):
    metric = "metric"
    dimension = "dimension"
    filter = "filter"


class Column(Entry):
    """`type`: as the database names it; empty: not known."""

    name: Text
    type: str = ""
    nullable: bool = False
    description: str = ""


class TimeColumn(Entry):
    """`column`: of the table itself, or `table.column` of one it leads to. `grain`: the smallest step it tells."""

    column: Text
    grain: Literal["day", "month", "quarter", "year"] = "day"


class Table(Entry):
    """`unique_keys`: other keys that a join may lead to. `physical`: its name in the database, where it is another."""

    name: Text
    physical: str = ""
    columns: tuple[Column, ...]
    service: str = ""
    database: str = ""
    schema_name: str = Field("", alias="schema")
    description: str = ""
    grain: str = ""
    primary_key: tuple[Text, ...] = ()
    unique_keys: tuple[tuple[Text, ...], ...] = ()
    time: TimeColumn | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def qualified(self) -> str:
        return ".".join(part for part in (self.database, self.schema_name, self.physical or self.name) if part)


class Join(Entry):
    """Many rows of `source` to at most one row of `target`."""

    name: Name
    source: Text = Field(alias="from")
    columns: tuple[Text, ...] = Field(min_length=1)
    target: Text = Field(alias="to")
    to_columns: tuple[Text, ...] = Field(min_length=1)


class Measure(Entry):
    """One aggregate over the rows of one table. `value` and `where` are SQL over its columns, or over `table.column` of
    a table that joins lead to from it; `count` without a value counts rows. `take`: only the last (or first) step of
    time in a period counts, as for a stock of something.
    """

    name: Name
    table: Text
    aggregate: Literal["sum", "count", "count_distinct", "avg", "min", "max"]
    value: str = ""
    where: str = ""
    take: Literal["", "first", "last"] = ""
    description: str = ""


class Described(Entry):
    name: Name
    display_name: Text
    origin: Text
    description: str = ""
    synonyms: Words = {}
    examples: tuple[Text, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Everything the entry is called, its names first."""
        listed = [self.name.replace("_", " "), self.display_name]
        for forms in self.synonyms.values():
            listed.extend(forms)
        return tuple(dict.fromkeys(listed))


class Metric(Described):
    """`formula`: arithmetic over names of measures. `unit`: `count`, `ratio` (a share, 1 is all), else as written."""

    formula: Text
    unit: str = ""


class Value(Entry):
    value: Text
    synonyms: tuple[Text, ...] = ()


class Dimension(Described):
    """Either `column` (`table.column`, or an SQL expression over columns of one table in `expression` with `table`), or
    `time_grain`. `via`: names of the joins to take where several ways lead to the table. `values`: all there are;
    without them any value is taken as it is written.
    """

    column: str = ""
    expression: str = ""
    table: str = ""
    time_grain: Literal["", "day", "week", "month", "quarter", "year"] = ""
    via: tuple[Name, ...] = ()
    values: tuple[Value, ...] = ()

    @property
    def home(self) -> str:
        """The table it stands in; empty for one of time."""
        return self.table or self.column.rpartition(".")[0]


class Parameter(Entry):
    name: Name
    type: Literal["text", "number"]


class Filter(Described):
    """`conditions`: SQL over `table.column`, with `{parameter}`; the first whose table the figure reaches is taken.
    `phrases`: wordings with `{parameter}`, where it has parameters.
    """

    conditions: tuple[Text, ...] = Field(min_length=1)
    parameters: tuple[Parameter, ...] = ()
    phrases: Words = {}
    via: tuple[Name, ...] = ()


class Glossary(Entry):
    name: Name
    language: tuple[Literal["en", "pl"], ...] = ("en", "pl")
    description: str = ""
    subjects: Words = {}
    tables: tuple[Table, ...] = Field(min_length=1)
    joins: tuple[Join, ...] = ()
    measures: tuple[Measure, ...] = Field(min_length=1)
    metrics: tuple[Metric, ...] = Field(min_length=1)
    dimensions: tuple[Dimension, ...] = ()
    filters: tuple[Filter, ...] = ()

    @cached_property
    def table(self) -> Mapping[str, Table]:
        return {each.name: each for each in self.tables}

    @cached_property
    def measure(self) -> Mapping[str, Measure]:
        return {each.name: each for each in self.measures}

    @cached_property
    def metric(self) -> Mapping[str, Metric]:
        return {each.name: each for each in self.metrics}

    @cached_property
    def dimension(self) -> Mapping[str, Dimension]:
        return {each.name: each for each in self.dimensions}

    @cached_property
    def filter(self) -> Mapping[str, Filter]:
        return {each.name: each for each in self.filters}
