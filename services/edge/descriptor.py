"""What the descriptor set says about routing: which RPC has which REST rules, how it streams, whose server it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from google.api import annotations_pb2, http_pb2
from google.protobuf import descriptor_pb2
from google.protobuf.message import DecodeError

from services.edge.problem import EdgeError

# Without these in the set, Envoy answers an error that has details with an empty body.
REQUIRED_FILES = ("google/rpc/status.proto", "google/rpc/error_details.proto")
REMEDY = "run `make gen` to write it anew"

_VARIABLE = re.compile(r"\{([^}=]+)(?:=([^}]+))?\}")


@dataclass(frozen=True)
class Rule:
    """One REST rule of one RPC."""

    package: str
    service: str
    method: str
    verb: str
    path: str
    client_streaming: bool
    server_streaming: bool

    @property
    def rpc(self) -> str:
        return f"{self.service}.{self.method}"

    @property
    def kind(self) -> str:
        if self.server_streaming:
            return "stream"
        return "upload" if self.client_streaming else "unary"

    @property
    def regex(self) -> str:
        """The path template as a RE2 expression for the whole path: `{id}` is one segment, `{name=**}` any number."""
        parts, position = [], 0
        for match in _VARIABLE.finditer(self.path):
            parts.append(_literal(self.path[position : match.start()]))
            parts.append(_literal(match.group(2) or "*"))
            position = match.end()
        return "".join([*parts, _literal(self.path[position:])])

    @property
    def specificity(self) -> tuple[tuple[int, str], ...]:
        """Sort key: a literal goes before a variable in the same place, `**` last; names of variables do not count."""
        return tuple((rank, "" if rank else segment) for segment in self.path.split("/") for rank in [_rank(segment)])


@dataclass(frozen=True)
class Contract:
    """The descriptor set as the edge sees it. `services` are full names (`dataflow.copilot.v1.ChatService`), and so are
    those of `enums`, each with the values that a request may name."""

    path: Path
    packages: tuple[str, ...]
    services: tuple[str, ...]
    rules: tuple[Rule, ...]
    enums: dict[str, tuple[str, ...]]


def _literal(text: str) -> str:
    return "".join({"**": ".+", "*": "[^/]+"}.get(part, re.escape(part)) for part in re.split(r"(\*\*|\*)", text))


def _rank(segment: str) -> int:
    if "**" in segment:
        return 2
    return 1 if "{" in segment or "*" in segment else 0


def load_contract(path: Path) -> Contract:
    """Reads a descriptor set made with imports.

    Raises EdgeError when it is missing, unreadable, lacks the error messages, or holds no REST rule.
    """
    files = _read(path)
    names = {file.name for file in files.file}
    absent = [name for name in REQUIRED_FILES if name not in names]
    if absent:
        raise EdgeError(f"{path} lacks {', '.join(absent)}: errors would have empty bodies; {REMEDY}")
    own = [file for file in files.file if file.package.startswith("dataflow.")]
    rules = tuple(rule for file in own for rule in _rules_of(file))
    if not rules:
        raise EdgeError(f"{path} holds no RPC with a google.api.http rule; {REMEDY}")
    services = tuple(f"{file.package}.{service.name}" for file in own for service in file.service)
    packages = tuple(sorted({file.package for file in own if file.service}))
    enums = {name: values for file in own for name, values in _enums_of(file)}
    return Contract(path=path, packages=packages, services=services, rules=rules, enums=enums)


def _read(path: Path) -> descriptor_pb2.FileDescriptorSet:
    try:
        return descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes())
    except FileNotFoundError as error:
        raise EdgeError(f"the descriptor set {path} does not exist; {REMEDY}") from error
    except DecodeError as error:
        raise EdgeError(f"{path} is not a descriptor set; {REMEDY}") from error


def _enums_of(file: descriptor_pb2.FileDescriptorProto) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Those that stand in a message, as all of the contract's do; 0 is "not said" and no choice."""
    for message in file.message_type:
        for enum in message.enum_type:
            yield f"{file.package}.{message.name}.{enum.name}", tuple(row.name for row in enum.value if row.number)


def _rules_of(file: descriptor_pb2.FileDescriptorProto) -> Iterator[Rule]:
    for service in file.service:
        for method in service.method:
            if not method.options.HasExtension(annotations_pb2.http):
                continue
            rule = method.options.Extensions[annotations_pb2.http]
            for binding in (rule, *rule.additional_bindings):
                verb, path = _binding(binding)
                yield Rule(
                    package=file.package,
                    service=f"{file.package}.{service.name}",
                    method=method.name,
                    verb=verb,
                    path=path,
                    client_streaming=method.client_streaming,
                    server_streaming=method.server_streaming,
                )


def _binding(rule: http_pb2.HttpRule) -> tuple[str, str]:
    pattern = rule.WhichOneof("pattern")
    if pattern == "custom":
        return rule.custom.kind, rule.custom.path
    return str(pattern).upper(), getattr(rule, str(pattern))
