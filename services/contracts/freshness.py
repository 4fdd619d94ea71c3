"""Writes everything generated, and tells whether what is committed is what would be written."""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.contracts.docs_page import docs_page
from services.contracts.layout import DESCRIPTOR_SET, DOCS_PAGE, GEN, OPENAPI, PACKAGE, PROTO
from services.contracts.openapi import openapi_document, to_json
from services.contracts.protoc import commented_descriptors, write_descriptor_set, write_python


def write_all(target: Path, root: Path = PROTO) -> None:
    """Writes the Python package, Envoy's descriptor set, the OpenAPI document and its page into `target`."""
    write_python(target, root)
    write_descriptor_set(target, root)
    document = openapi_document(commented_descriptors(root))
    (target / OPENAPI).write_text(to_json(document), encoding="utf-8")
    (target / DOCS_PAGE).write_text(docs_page(document), encoding="utf-8")


def generated_files(folder: Path) -> set[str]:
    """Relative names of the generated files below `folder`; caches and package metadata are not among them."""
    package = (path for path in (folder / PACKAGE).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    single = (folder / name for name in (DESCRIPTOR_SET, OPENAPI, DOCS_PAGE))
    return {str(path.relative_to(folder)) for path in (*package, *single) if path.exists()}


def differences(target: Path = GEN, root: Path = PROTO) -> list[str]:
    """Names of generated files that are stale, missing or left over in `target`, each with which of these it is."""
    with _fresh(root) as fresh:
        return sorted(f"{name}: {what}" for name, what in _compare(fresh, target))


def update(target: Path = GEN, root: Path = PROTO) -> list[str]:
    """Brings `target` up to date, touching only what differs, and returns what was changed."""
    with _fresh(root) as fresh:
        changes = list(_compare(fresh, target))
        for name, what in changes:
            if what == "left over":
                (target / name).unlink()
            else:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(fresh / name, target / name)
    return sorted(f"{name}: {what}" for name, what in changes)


@contextmanager
def _fresh(root: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as scratch:
        write_all(Path(scratch), root)
        yield Path(scratch)


def _compare(fresh: Path, target: Path) -> Iterator[tuple[str, str]]:
    wanted, present = generated_files(fresh), generated_files(target)
    for name in wanted - present:
        yield name, "missing"
    for name in present - wanted:
        yield name, "left over"
    for name in wanted & present:
        if not filecmp.cmp(fresh / name, target / name, shallow=False):
            yield name, "stale"
