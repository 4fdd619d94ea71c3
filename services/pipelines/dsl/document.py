"""Documents of the pipeline language: text in, text out.

document = load(text)            one document
documents = load_all(text)       a stream
text = dump(document.data)       fixed key order; load → dump → load gives the same data
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.pipelines.dsl.errors import DocumentError, DocumentSyntaxError, DocumentTooLargeError
from services.pipelines.dsl.finding import Finding, Path
from services.pipelines.dsl.order import arranged
from services.pipelines.dsl.reader import Limits, Places, Raw, depth, read
from services.pipelines.dsl.writer import write
from services.pipelines.severity import Severity

DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Document:
    """A pipeline or an orchestration as plain data, with the place of every value if read from YAML."""

    data: dict[str, Any]
    places: Places = field(default_factory=Places)

    @property
    def name(self) -> str:
        """The document's name; "" where it has none."""
        name = self.data.get("name")
        return name if isinstance(name, str) else ""

    @property
    def is_orchestration(self) -> bool:
        return "orchestration" in self.data and "nodes" not in self.data

    def nodes(self) -> list[dict[str, Any]]:
        """The nodes that are mappings; whatever else stands in the list is the schema check's to name."""
        nodes = self.data.get("nodes")
        return [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []

    def place(self, path: Path) -> tuple[int, int]:
        """Line and column, from 1, of the value at `path` or of the nearest around it; (0, 0) if unknown."""
        return self.places.find(path)

    def finding(self, severity: Severity, code: str, message: str, path: Path) -> Finding:
        """A finding about the value at `path`, with its node and place filled in."""
        line, column = self.place(path)
        return Finding(severity, code, message, path, self._node_of(path), line, column)

    def _node_of(self, path: Path) -> str:
        nodes = self.data.get("nodes")
        if len(path) < 2 or path[0] != "nodes" or not isinstance(nodes, list) or not isinstance(path[1], int):
            return ""
        node = nodes[path[1]] if path[1] < len(nodes) else None
        return str(node.get("id", "")) if isinstance(node, dict) else ""


def load(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The only document of a YAML text. Raises DocumentError, with its place, also if there are several."""
    documents = load_all(text, limits)
    if len(documents) != 1:
        line, column = documents[1].place(())
        raise DocumentSyntaxError(f"{len(documents)} documents where one is expected", line, column)
    return documents[0]


def load_all(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Document, ...]:
    """Every document of a YAML stream, at least one. Raises DocumentError with line and column."""
    documents = tuple(_document(raw) for raw in read(_decoded(text, limits), limits))
    if not documents:
        raise DocumentSyntaxError("the text holds no document")
    return documents


def load_json(text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Document, ...]:
    """The documents of a JSON text: an object, or a list of objects. Raises DocumentError."""
    try:
        data = json.loads(_decoded(text, limits), object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise DocumentSyntaxError(f"not well-formed JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise DocumentTooLargeError("nested too deeply") from None
    if depth(data) > limits.depth:
        raise DocumentTooLargeError(f"nested deeper than {limits.depth} levels")
    documents = tuple(_document(Raw(item)) for item in (data if isinstance(data, list) else [data]))
    if not documents:
        raise DocumentSyntaxError("the text holds no document")
    return documents


def dump(data: Mapping[str, Any], *, schema_url: str = "") -> str:
    """One document as YAML. With `schema_url`, a first line tells editors where the schema is."""
    return dump_all([data], schema_url=schema_url)


def dump_all(documents: Iterable[Mapping[str, Any]], *, schema_url: str = "") -> str:
    """A YAML stream of documents, each with its keys in the schema's order. Raises DocumentError."""
    header = f"# yaml-language-server: $schema={schema_url}\n" if schema_url else ""
    return header + write(arranged(document) for document in documents)


def dump_json(documents: Iterable[Mapping[str, Any]]) -> str:
    """A JSON array of documents, each with its keys in the schema's order."""
    return json.dumps([arranged(document) for document in documents], ensure_ascii=False, indent=2) + "\n"


def _decoded(text: str | bytes, limits: Limits) -> str:
    size = len(text)
    if size > limits.size:
        raise DocumentTooLargeError(f"larger than {limits.size} bytes")
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        decoded.encode("utf-8")
    except UnicodeError:
        raise DocumentSyntaxError("the text is not UTF-8; save it as UTF-8") from None
    return decoded


def _document(raw: Raw) -> Document:
    if not isinstance(raw.data, dict):
        line, column = raw.places.start
        found = "nothing" if raw.data is None else "a list" if isinstance(raw.data, list) else "a single value"
        raise DocumentSyntaxError(f"a document is a mapping that begins with `name:`; here is {found}", line, column)
    return Document(raw.data, raw.places)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DocumentSyntaxError(f"the key '{twice}' stands twice in one object")
    return result


def _no_constant(name: str) -> Any:
    raise DocumentError(f"{name} is not a number that a document can hold")
