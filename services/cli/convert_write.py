"""One export converted and written: what `convert` does with each file, on its own or among thousands."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path

from services.cli.output import write
from services.migration.fallback import ModelAnswer, ModelRequest
from services.migration.parsers import ExportError
from services.migration.parsers.errors import SeveralToolsError, ToolMismatchError
from services.migration.pipeline import Draft, Migration, complete
from services.migration.report import Sides, sides_of, to_html, to_json

LONGEST_NAME = 180  # bytes of a file's name before its ending; disks take 255
QUESTIONS = 2  # times that a model is asked: an answer can change what stands behind it
REMEDIES: dict[type[ExportError], str] = {
    SeveralToolsError: "Choose one with --tool, or unpack the archive and convert the folder.",
    ToolMismatchError: "Leave --tool out.",
}
"""What to do on a command line, where an error's own remedy is that of an upload."""
Ask = Callable[[Iterable[ModelRequest]], dict[str, ModelAnswer]]
Drawing = Callable[[dict[str, ModelAnswer]], Draft]


class Dialect(StrEnum):
    """Dialects pipelines are written in; the names are those of the contract."""

    POSTGRESQL = "postgresql"
    SNOWFLAKE = "snowflake"
    TERADATA = "teradata"
    SAP_HANA = "sap_hana"
    MSSQL = "mssql"


def converted(
    draw: Drawing, ask: Ask | None, tell: Callable[[int], None] = lambda _count: None
) -> tuple[Migration, Sides]:
    """The export, converted, and each object's original; where a model may be asked, again with its answers.

    `draw` converts with the answers there are; `tell` hears how many objects a model is about to be asked about.
    """
    answers: dict[str, ModelAnswer] = {}
    drawn = draw(answers)
    for _ in range(QUESTIONS):
        if ask is None or not drawn.result.requests:
            break
        tell(len(drawn.result.requests))
        answers |= ask(drawn.result.requests)
        drawn = draw(answers)
    return complete(drawn), sides_of(drawn.ast, drawn.result)


def refusal(error: ExportError) -> str:
    """Why an export cannot be read, and what to do about it here."""
    remedy = next((text for kind, text in REMEDIES.items() if isinstance(error, kind)), error.remedy)
    return f"{error.message} {remedy}".strip()


def write_result(migration: Migration, sides: Sides, folder: Path) -> list[str]:
    """Write documents and report; the names of the files."""
    texts = {
        f"{name}.yaml": document.yaml
        for name, document in zip(
            document_names((each.name, each.kind) for each in migration.documents), migration.documents, strict=True
        )
    }
    texts["report.json"] = to_json(migration.report)
    texts["report.html"] = to_html(migration.report, sides)
    for name, text in texts.items():
        write(folder / name, text.encode())
    return list(texts)


def document_names(documents: Iterable[tuple[str, str]]) -> list[str]:
    """Names as files: orchestrations are marked, and no two are the same, also where case does not count.

    `documents` are pairs of name and kind (`pipeline` or `orchestration`).
    """
    names: list[str] = []
    for title, kind in documents:
        name = file_name(f"{title}.orchestration" if kind == "orchestration" else title)
        same = sum(other.lower().split("~")[0] == name.lower() for other in names)
        names.append(f"{name}~{same + 1}" if same else name)
    return names


def file_name(text: str) -> str:
    """Letters, digits, `.`, `_` and `-`; never empty, never hidden or above its folder, never too long for a disk."""
    name = re.sub(r"[^\w.-]", "_", text).lstrip(".") or "export"
    if len(name.encode()) <= LONGEST_NAME:
        return name
    return f"{name.encode()[:LONGEST_NAME].decode(errors='ignore')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def numbered(files: list[Path], out: Path) -> list[tuple[Path, Path]]:
    """(export, folder of its own). Exports of one name get numbers."""
    taken: set[str] = set()
    pairs = []
    for path in files:
        stem = file_name(path.stem)
        names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(files) + 2))
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        pairs.append((path, out / name))
    return pairs
