"""Every PowerCenter file of the corpus: what its index counts, the tree has."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from services.migration.ast import WorkflowAST
from services.migration.parsers import ExportError, parse
from services.migration.parsers.powercenter.transformations import TYPE_ALIASES
from tests.migration.parsers.samples import CORPUS, codes

INDEX = CORPUS / "INDEX.tsv"


def _rows() -> list[dict[str, str]]:
    if not INDEX.is_file():
        return []
    with INDEX.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


ROWS = _rows()
NEEDS_CORPUS = pytest.mark.skipif(not ROWS, reason="the corpus is not beside the repository")
PARSED = [pytest.param(row, id=row["file"].partition("__")[2]) for row in ROWS if row["parses"] == "yes"]


def _types(text: str) -> Counter[str]:
    """The index's `Source Qualifier=1; Custom Transformation[Union Transformation]=2`, in the tree's spelling."""
    counts: Counter[str] = Counter()
    for item in filter(None, text.split("; ")):
        kind, _, count = item.partition("=")
        kind = kind.removeprefix("Custom Transformation[").rstrip("]")
        counts[TYPE_ALIASES.get(kind, kind)] += int(count)
    return counts


def _definitions(tree: WorkflowAST) -> Counter[str]:
    """Transformations as defined: those of each mapping once, reusable ones, and those in mapplets."""
    once = {m.definition_name or m.name: m for m in tree.mappings}.values()
    found = Counter(t.type for m in once for t in m.transformations if not t.mapplet and not t.reusable)
    return found + Counter(i.type for i in tree.inventory if i.kind == "transformation")


@NEEDS_CORPUS
@pytest.mark.parametrize("row", PARSED)
def test_tree_has_what_the_index_counts(row: dict[str, str]) -> None:
    path = CORPUS / row["file"]
    tree = parse(path.read_bytes(), path.name)
    assert tree.encoding.lower() == row["encoding"].lower()
    assert tree.version == row["repository_version"]
    assert len({(m.folder, m.definition_name or m.name) for m in tree.mappings}) == int(row["mappings"])
    assert len([i for i in tree.inventory if i.kind == "mapplet"]) == int(row["mapplets"])
    assert len([o for o in tree.orchestrations if o.kind == "workflow"]) == int(row["workflows"])
    assert _definitions(tree) == _types(row["transformation_types"])
    if row["class"] == "real":
        assert codes(tree, "error", "warning") == []


@NEEDS_CORPUS
@pytest.mark.parametrize("row", [pytest.param(r, id=r["file"]) for r in ROWS if r["parses"] != "yes"])
def test_file_that_does_not_parse_is_refused_with_its_place(row: dict[str, str]) -> None:
    path = CORPUS / row["file"]
    with pytest.raises(ExportError) as caught:
        parse(path.read_bytes(), path.name)
    assert caught.value.reason == "MALFORMED_XML"
    assert f"line {caught.value.line}, column {caught.value.column}" in row["parses"]


def _flowline() -> Path:
    found = [CORPUS / row["file"] for row in ROWS if "FLOWLINE" in row["file"]]
    return found[0] if found else CORPUS / "missing"


@pytest.mark.skipif(not _flowline().is_file(), reason="the corpus is not beside the repository")
def test_flowline_in_detail() -> None:
    path = _flowline()
    tree = parse(path.read_bytes(), path.name)
    by_name = {m.name: m for m in tree.mappings}
    assert {n: (len(m.sources), len(m.targets), len(m.transformations)) for n, m in by_name.items()} == {
        "m_FL_JS_STAGING_FULL": (7, 6, 24),
        "m_FL_JS_MARTS_ENRICHED": (9, 5, 45),
        "m_FL_JS_MARTS_CORE": (12, 5, 29),
    }
    assert sum(len(m.connectors) for m in tree.mappings) == 1066
    assert sum(len(t.fields) for m in tree.mappings for t in m.transformations) == 1183
    staging = by_name["m_FL_JS_STAGING_FULL"]
    assert {s.connection for s in staging.sources} == {"RAW_Jaffleshop"}  # its use in the workflow changes it
    assert {t.connection for t in staging.targets} == {"STG_Jaffleshop"}
    router = next(t for t in staging.transformations if t.type == "Router")
    assert [(g.name, g.kind) for g in router.groups] == [
        ("INPUT", "input"),
        ("G_APAC", "output"),
        ("G_AMER", "output"),
        ("G_EMEA", "output"),
        ("DEFAULT1", "default"),
    ]
    assert router.groups[1].expression == "REGION = 'APAC'\r\n"
    lines = path.read_bytes().decode("cp1252").split("\n")
    for mapping in tree.mappings:
        for t in mapping.transformations:
            assert f'NAME ="{t.name}"' in lines[t.origin.line - 1]
    (workflow,) = tree.orchestrations
    assert [t.reference for t in workflow.tasks if t.type == "Session"] == [
        "m_FL_JS_STAGING_FULL",
        "m_FL_JS_MARTS_CORE",
        "m_FL_JS_MARTS_ENRICHED",
    ]
    assert codes(tree) == ["SECRET_LEFT_OUT"]
