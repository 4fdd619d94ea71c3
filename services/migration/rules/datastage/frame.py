"""A stage with its links: what arrives on each input, what each output declares, and where its columns come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.migration.ast import Setting, TransformationField
from services.migration.rules import sql
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.datastage.narrowing import narrowed
from services.migration.rules.datastage.row_order import sorted_link
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

UNSET = frozenset({"", "no", "false", "0", "none"})
REFERENCE_LINK = "2"  # LinkType of a link that is looked up
REJECT_LINK = "3"  # LinkType of a link that takes what is refused
_PLAIN = re.compile(r"\s*(?:([^\s.()\"']+)\.)?([^\s.()\"']+)\s*")
EMPTY = Setting("")
PROPAGATED = "Link {} propagates columns at run time: {} go on there though it does not declare them, and here too."
LINK_ORDERS = ("InputLinkOrder", "OutputLinkOrder")
REORDERED = (
    "The stage states an order of its links ({} {}); here they are taken in the order of its pins. Compare it with the "
    "Designer's link ordering."
)
SORTED = (
    "Rows of the link {} are sorted as they arrive (Perform sort). By which keys, and whether rows of equal keys are "
    "left out (Unique), is not read here: put a Sort stage before it."
)


@dataclass(frozen=True, slots=True)
class Arriving:
    """An input link: its rows, its pin's settings, and its columns as declared where they leave the stage before."""

    name: str
    relation: Relation
    setting: Setting
    fields: tuple[TransformationField, ...]

    @property
    def is_reference(self) -> bool:
        return self.setting.get("LinkType") == REFERENCE_LINK

    def column(self, name: str) -> Column | None:
        found = self.relation.column(column_name(name))
        lowered = column_name(name).lower()
        return found or next((one for one in self.relation.columns if one.name.lower() == lowered), None)

    @property
    def declared(self) -> tuple[Column, ...]:
        """The columns that the link declares, all where it declares none: those that files and tables take."""
        names = {column_name(one.name).lower() for one in self.fields}
        found = tuple(one for one in self.relation.columns if one.name.lower() in names)
        return found if len(found) == len(self.fields) > 0 else self.relation.columns

    def nullable(self, name: str) -> bool:
        return next((one.nullable for one in self.fields if one.name.lower() == name.lower()), True)


@dataclass(frozen=True, slots=True)
class Leaving:
    """An output link with the columns it declares."""

    name: str
    setting: Setting
    fields: tuple[TransformationField, ...]

    @property
    def propagates(self) -> bool:
        """True where runtime column propagation is on."""
        return any(one.name == "RTColumnProp" and one.value == "1" for one in self.setting.one("meta").children)


class Stage:
    """One stage for its rule. `nodes` grows as the rule makes them."""

    def __init__(self, context: StepContext) -> None:
        self.context = context
        self.settings = context.settings
        self.dialect = context.dialect
        self.nodes: list[Node] = []
        links = context.mapping.links
        arriving = sorted((link for link in links if link.to_step == context.name), key=lambda link: link.order)
        given = {port: list(relations) for port, relations in context.inputs.items()}
        self.sorts: list[Node] = []
        self.inputs = [
            self._arriving(link.to_port, given[link.to_port].pop(0), link.columns)
            for link in arriving
            if given.get(link.to_port)
        ]
        fields = {link.from_port: link.columns for link in links if link.from_step == context.name}
        self.outputs = [
            Leaving(pin.value, pin, fields.get(pin.value, ())) for pin in self.settings.children if pin.name == "output"
        ]

    def _arriving(self, name: str, relation: Relation, fields: tuple[TransformationField, ...]) -> Arriving:
        """An input link; its rows sorted where the link says by what."""
        pin = self._pin("input", name)
        stated = pin.one("sort_keys")
        if stated.children:
            relation, made = sorted_link(self.context, name, relation, stated)
            self.sorts += made
        return Arriving(name, relation, pin, fields)

    def _pin(self, side: str, name: str) -> Setting:
        return next((one for one in self.settings.children if one.name == side and one.value == name), EMPTY)

    def stream(self) -> Arriving:
        """The one input that is no reference."""
        found = [one for one in self.inputs if not one.is_reference]
        if len(found) != 1:
            raise NotConvertible(f"it has {len(found)} stream inputs where one is needed", "Connect one stream link.")
        return found[0]

    def output(self) -> Leaving:
        """The one output."""
        if len(self.outputs) != 1:
            raise NotConvertible(f"it has {len(self.outputs)} outputs where one is needed", "Connect one output link.")
        return self.outputs[0]

    def all(self, *names: str, of: Setting | None = None) -> list[Setting]:
        """Properties of these names that hold something, of the stage or of a pin."""
        wanted = {_plain_name(name) for name in names}
        place = (of or self.settings).one("properties")
        return [one for one in place.children if _plain_name(one.name) in wanted and one.value.strip()]

    def text(self, *names: str, of: Setting | None = None, default: str = "") -> str:
        """The value of the first property of these names; `default` where none holds something."""
        return next((one.value.strip() for one in self.all(*names, of=of)), default)

    def flag(self, *names: str, of: Setting | None = None) -> bool:
        """True where an option is set: it holds its own name, `yes` or `true`; a blank is not set."""
        return self.text(*names, of=of).lower() not in UNSET

    def named_keys(self) -> list[Setting]:
        found = self.all("key")
        if not found:
            raise NotConvertible("it names no key column", "Name the key columns.")
        return found

    def identifier(self, name: str) -> str:
        return sql.identifier(name, self.dialect)

    def add(self, transform: str, config: dict[str, object], refs: Iterable[str], name: str = "") -> str:
        """A node of this stage; gives its id."""
        node = self.context.node(transform, config, refs, name=name)
        self.nodes.append(node)
        return str(node["id"])

    def done(self, target_type: str, confidence: float, outputs: dict[str, Relation] | None = None) -> Outcome:
        self._tell_of_sorted_links()
        self._tell_of_link_order()
        return Outcome(target_type, confidence, (*self.sorts, *self.nodes), outputs or {})

    def _tell_of_link_order(self) -> None:
        """An order of links that is not the order of the pins. A reject link stands there as `!0`."""
        for name in LINK_ORDERS:
            stated = self.settings.text("meta", name)
            places = [part.strip() for part in stated.split("|") if part.strip().isdigit()]
            if places != sorted(places, key=int):
                self.context.warn(REORDERED.format(name, stated), confidence=0.75)

    def _tell_of_sorted_links(self) -> None:
        """Links whose rows the stage sorts as they arrive, by keys of the partitioning page."""
        for given in self.inputs:
            if given.setting.get("LinkSortMode") and not given.setting.one("sort_keys").children:
                self.context.warn(SORTED.format(given.name), confidence=0.79)

    def propagated(self, leaving: Leaving, columns: Iterable[Column], taken: Iterable[str]) -> list[Column]:
        """The columns that go on at run time though an output does not declare them. `taken`: names that are not free.

        An output without columns takes all there are. Source: Parallel Job Developer's Guide, "Runtime column
        propagation".
        """
        if leaving.fields and not leaving.propagates:
            return []
        known = {name.lower() for name in taken}
        found = {one.name.lower(): one for one in columns if one.name.lower() not in known}
        if found and leaving.fields:
            names = ", ".join(one.name for one in list(found.values())[:5])
            self.context.warn(PROPAGATED.format(leaving.name, names), confidence=0.84)
        return list(found.values())

    def type_of(self, field: TransformationField) -> str:
        """The canonical type of a declared column."""
        found = types.canonical(field.datatype, field.precision, field.scale)
        if found is None:
            self.context.warn(f"Column {field.name} has the unknown type '{field.datatype}'.", confidence=0.79)
        return found or "varchar"

    def columns(self, fields: Iterable[TransformationField]) -> tuple[Column, ...]:
        """Declared columns under names that differ by more than case."""
        taken: set[str] = set()
        return tuple(Column(unique(column_name(one.name), taken), self.type_of(one)) for one in fields)

    def source_of(self, field: TransformationField, inputs: Sequence[Arriving]) -> tuple[Arriving, Column] | None:
        """The input column behind an output column: by its derivation `Link.Column`, else by its name."""
        match = _PLAIN.fullmatch(field.expression)
        if match:
            link, name = match.groups()
            wanted = [one for one in inputs if link is None or one.name.lower() == link.lower()]
            for one in wanted or inputs:
                if column := one.column(name):
                    return one, column
        for one in inputs:
            if column := one.column(field.name):
                return one, column
        return None

    def shaped(self, relation: Relation, leaving: Leaving, given: Arriving) -> Relation:
        """The rows with the columns an output declares; a node only where they are others than the rows have."""
        if not leaving.fields:
            return relation
        source = replace(given, relation=relation)
        wanted = self.columns(leaving.fields)
        found = [self.source_of(field, [source]) for field in leaving.fields]
        for field, one in zip(leaving.fields, found, strict=True):
            if one is None:
                raise NotConvertible(
                    f"column {field.name} of link {leaving.name} comes from no input column",
                    "Map the column or remove it.",
                )
        behind = [one[1] for one in found if one is not None]
        arrived = [column for column in given.relation.columns if column in relation.columns]
        more = self.propagated(leaving, arrived, (column.name for column in (*behind, *wanted)))
        behind, wanted = [*behind, *more], (*wanted, *more)
        if tuple(behind) == wanted and len(wanted) == len(relation.columns):
            return replace(relation, columns=wanted)
        columns = [
            computed(mine, self.narrowed(self.identifier(theirs.name), theirs, mine, leaving))
            for mine, theirs in zip(wanted, behind, strict=True)
        ]
        suffix = f"{self.context.name} {leaving.name}" if self.nodes or len(self.outputs) > 1 else ""
        node = self.add("sql_expression", {"columns": columns}, [relation.ref], name=suffix)
        renamed = {theirs.name: mine.name for mine, theirs in zip(wanted, behind, strict=True)}
        return Relation(node, wanted, order=kept_order(relation.order, renamed))

    def narrowed(self, text: str, theirs: Column, mine: Column, leaving: Leaving) -> str:
        """SQL of an input column as an output column holds it."""
        return narrowed(self.context, text, theirs.type, mine.type, f"Column {mine.name} of {leaving.name}")

    def input_column(self, given: Arriving, name: str, place: str) -> Column:
        found = given.column(name.rsplit(".", 1)[-1])
        if found is None:
            raise NotConvertible(f"{place} names the column {name}, which its input does not have", f"Correct {place}.")
        return found


def kept_order(order: tuple[SortKey, ...], renamed: dict[str, str]) -> tuple[SortKey, ...]:
    """The leading keys of an order whose columns are still there, under their new names."""
    kept: list[SortKey] = []
    for key in order:
        if key.column not in renamed:
            break
        kept.append(replace(key, column=renamed[key.column]))
    return tuple(kept)


def option(setting: Setting, *names: str) -> str:
    """A sub-option of a packed property: `asc\\desc` of a key."""
    wanted = {_plain_name(name) for name in names}
    return next((one.value.strip().lower() for one in setting.children if _plain_name(one.name) in wanted), "")


def _plain_name(name: str) -> str:
    r"""A property's name to compare by: `asc\desc`, which some versions write `asc-desc`."""
    return name.strip().lower().replace("\\", "-")
