"""DSX text as the Designer exports it: header, jobs, stages, pins, packed values, connector XML, compiled noise.

A job is put together stage by stage; links are named, and join an output pin to an input pin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SQL_TYPES = {
    "s": ("12", 50, 0),
    "c": ("1", 10, 0),
    "i": ("4", 10, 0),
    "n": ("3", 12, 2),
    "d": ("9", 10, 0),
    "t": ("11", 26, 0),
    "b": ("-5", 19, 0),
    "f": ("8", 15, 0),
}
FENCE = "=+=+=+="


def escape(value: str) -> str:
    made = value.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(f"\\({ord(ch):X})" if ord(ch) < ord(" ") else ch for ch in made)


def packed(*entries: tuple[str, str, Mapping[str, str]] | tuple[str, str]) -> str:
    """Entries (name, value, options) as one value of control characters."""
    text = "\x02\x020"
    for name, value, *options in entries:
        text += f"\x01\x03{name}\x02{value}\x020"
        for option, stated in (options[0] if options else {}).items():
            text += f"\x01\x03\x03{option}\x02{stated}\x020"
    return text


def keys(*names: str, **options: str) -> str:
    return packed(*(("key", name, options) for name in names))


@dataclass
class Column:
    """`ID:i!*` is the integer ID, not null, a key."""

    name: str
    kind: str = "s"
    nullable: bool = True
    key: bool = False
    derivation: str = ""
    more: dict[str, str] = field(default_factory=dict)


def columns(text: str, **derivations: str) -> list[Column]:
    found = []
    for word in text.split():
        name, _, kind = word.partition(":")
        found.append(Column(name, kind.rstrip("!*") or "s", "!" not in kind, "*" in kind, derivations.get(name, "")))
    return found


@dataclass
class Record:
    identifier: str
    ole: str
    properties: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, list[dict[str, str]]]] = field(default_factory=dict)

    def text(self) -> str:
        lines = [
            "   BEGIN DSRECORD",
            *_properties({"Identifier": self.identifier, "OLEType": self.ole, "Readonly": "0", **self.properties}, 6),
        ]
        for name, (kind, items) in self.lists.items():
            lines.append(f'      {name} "{kind}"')
            for item in items:
                lines += ["      BEGIN DSSUBRECORD", *_properties(item, 9), "      END DSSUBRECORD"]
        return "\n".join([*lines, "   END DSRECORD"])


def _properties(values: Mapping[str, str], indent: int) -> list[str]:
    found = []
    for name, value in values.items():
        if "\n" in value:
            found += [f"{' ' * indent}{name} {FENCE}", value, FENCE]
        else:
            found.append(f'{" " * indent}{name} "{escape(value)}"')
    return found


def xml_properties(tree: Mapping[str, object]) -> str:
    """A connector's XMLProperties, which say that they are UTF-16."""

    def element(name: str, value: object) -> str:
        if isinstance(value, tuple):  # a value that has elements of its own below it
            text, below = value
            inner = "".join(element(key, one) for key, one in below.items())
            return f"<{name} collapsed='1' type='string'><![CDATA[{text}]]>{inner}</{name}>"
        if isinstance(value, Mapping):
            return f"<{name}>{''.join(element(key, one) for key, one in value.items())}</{name}>"
        return f"<{name} modified='1' type='string'><![CDATA[{value}]]></{name}>"

    body = "".join(element(name, value) for name, value in tree.items())
    return f"<?xml version='1.0' encoding='UTF-16'?><Properties version='1.1'>{body}</Properties >"


@dataclass
class Link:
    name: str
    columns: list[Column]


class Job:
    """One job of a type: 3 parallel, 0 server, 2 sequence."""

    def __init__(
        self, name: str, job_type: str = "3", parameters: Iterable[Mapping[str, str]] = (), view: str = "V0"
    ) -> None:
        self.name = name
        self.view = view
        root = {
            "Name": name,
            "NextID": "1",
            "Container": view,
            "JobVersion": "56.0.0",
            "JobType": job_type,
            "Category": "\\\\Jobs\\\\Demo",
            "NLSLocale": ",,,,",
        }
        self.root = Record("ROOT", "CJobDefn" if job_type else "CContainerDefn", root)
        self.root.lists["Parameters"] = ("CParameters", [dict(one) for one in parameters])
        self.records: list[Record] = []
        self.stages: list[Record] = []
        self.ends: dict[str, Record] = {}
        self.links: dict[str, Link] = {}

    def stage(
        self,
        name: str,
        kind: str,
        inputs: Iterable[str] = (),
        outputs: Mapping[str, list[Column]] | None = None,
        properties: Mapping[str, str] | None = None,
        *,
        ole: str = "CCustomStage",
        pins: Mapping[str, Mapping[str, str]] | None = None,
        pin_properties: Mapping[str, Mapping[str, str]] | None = None,
        more: Mapping[str, str] | None = None,
        lists: Mapping[str, tuple[str, list[dict[str, str]]]] | None = None,
        pin_kinds: tuple[str, str] = ("CCustomInput", "CCustomOutput"),
    ) -> Record:
        """A stage with its pins: `pins` adds scalar properties to a link's pin, `pin_properties` custom ones."""
        place = f"{self.view}S{len(self.stages)}"
        record = Record(place, ole, {"Name": name, "NextID": "9"})
        here: list[Record] = [record]
        into, out = [], []
        for number, link in enumerate([*inputs, *(outputs or {})], 1):
            is_input = link in list(inputs) and number <= len(list(inputs))
            pin = Record(f"{place}P{number}", pin_kinds[0 if is_input else 1], {"Name": link})
            (into if is_input else out).append(pin.identifier)
            self._connect(link, place, pin)
            pin.properties.update((pins or {}).get(link, {}))
            custom = (pin_properties or {}).get(link, {})
            if custom:
                pin.lists["Properties"] = (
                    "CCustomProperty",
                    [{"Name": key, "Value": text} for key, text in custom.items()],
                )
            if not is_input:
                self.links[link] = Link(link, (outputs or {})[link])
                pin.lists["Columns"] = ("COutputColumn", [_column(one) for one in (outputs or {})[link]])
            pin.lists["MetaBag"] = ("CMetaProperty", [{"Owner": "APT", "Name": "RTColumnProp", "Value": "0"}])
            if "SchemaFormat" in pin.properties:
                pin.lists["MetaBag"][1].append(
                    {"Owner": "APT", "Name": "SchemaFormat", "Value": pin.properties.pop("SchemaFormat")}
                )
            here.append(pin)
        if into:
            record.properties["InputPins"] = "|".join(into)
        if out:
            record.properties["OutputPins"] = "|".join(out)
        record.properties["StageType"] = kind
        record.properties.update(more or {})
        if properties:
            record.lists["Properties"] = (
                "CCustomProperty",
                [{"Name": key, "Value": text} for key, text in properties.items()],
            )
        record.lists.update(lists or {})
        self.stages.append(record)
        self.records += here
        return record

    def _connect(self, link: str, place: str, pin: Record) -> None:
        other = self.ends.pop(link, None)
        if other is None:
            self.ends[link] = pin
            return
        pin.properties["Partner"] = f"{other.identifier.rsplit('P', 1)[0]}|{other.identifier}"
        other.properties["Partner"] = f"{place}|{pin.identifier}"

    def read(self, name: str, link: str, text: str, **more: str) -> None:
        """A sequential file that is read."""
        self.stage(
            name,
            "PxSequentialFile",
            outputs={link: columns(text)},
            pins={link: {"SchemaFormat": "final_delim=end, delim=',', quote=double"}},
            pin_properties={
                link: {
                    "selection": "file",
                    "rejects": "continue",
                    "file ": packed(("file ", f"/data/{name}.csv")),
                    **more,
                }
            },
        )

    def write(self, name: str, link: str, **more: str) -> None:
        """A sequential file that is written."""
        self.stage(
            name,
            "PxSequentialFile",
            [link],
            pins={link: {"SchemaFormat": "final_delim=end, delim=',', quote=double", "LinkType": "1"}},
            pin_properties={
                link: {"file ": packed(("file ", f"/data/{name}.csv", {"append\\overwrite": "overwrite"})), **more}
            },
        )

    def note(self, text: str) -> None:
        self.records.append(Record(f"{self.view}A{len(self.records)}", "CAnnotation", {"Name": text}))

    def text(self, section: str = "DSJOB") -> str:
        view = Record(
            self.view,
            "CContainerView",
            {
                "Name": "Job",
                "StageList": "|".join(one.identifier for one in self.stages),
                "StageNames": "|".join(one.properties["Name"] for one in self.stages),
                "StageTypeIDs": "|".join(one.properties.get("StageType", " ") for one in self.stages),
                "LinkNames": "|".join(self.links) or " ",
            },
        )
        records = [self.root, view, *self.records]
        head = [
            f"BEGIN {section}",
            f'   Identifier "{escape(self.name)}"',
            '   DateModified "2024-01-01"',
            '   TimeModified "10.00.00"',
        ]
        return "\n".join([*head, *(one.text() for one in records), f"END {section}"])


def _column(one: Column) -> dict[str, str]:
    code, precision, scale = SQL_TYPES[one.kind]
    made = {
        "Name": one.name,
        "SqlType": code,
        "Precision": str(precision),
        "Scale": str(scale),
        "Nullable": "1" if one.nullable else "0",
        "KeyPosition": "1" if one.key else "0",
        "DisplaySize": "0",
    }
    if one.derivation:
        made["Derivation"] = one.derivation
        made["ParsedDerivation"] = one.derivation
    return {**made, **one.more}


def export(*sections: str, charset: str = "CP1252", noise: bool = False) -> str:
    """A whole export."""
    header = "\n".join(
        [
            "BEGIN HEADER",
            f'   CharacterSet "{charset}"',
            '   ExportingTool "IBM InfoSphere DataStage Export"',
            '   ToolVersion "8"',
            '   ServerName "demo"',
            '   ServerVersion "11.7"',
            "END HEADER",
        ]
    )
    extra = [compiled()] if noise else []
    return "\n".join([header, *sections, *extra, ""])


def compiled(kilobytes: int = 1) -> str:
    """What a compiled job leaves in an export: up to 97 % of it."""
    line = '      Body "\\V\\(1)\\\\\\V"'
    body = "\n".join([line] * (kilobytes * 1024 // len(line)))
    return f'BEGIN DSEXECJOB\n   Identifier "x"\n   BEGIN DSBPBINARY\n{body}\n   END DSBPBINARY\nEND DSEXECJOB'
