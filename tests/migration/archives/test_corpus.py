"""Real exports packed as their users have them: projects, packaged workflows, zips of many."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from services.migration.ast import Tool
from services.migration.parsers import ExportError, parse
from services.migration.pipeline import Migration
from services.pipelines.structure import validate_structure
from tests.migration.archives.packed import migrated, packed

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
ENDINGS = {Tool.SSIS: ".dtsx", Tool.ALTERYX: (".yxmd", ".yxmc"), Tool.DATASTAGE: ".dsx", Tool.POWERCENTER: ".xml"}
FOLDERS = {tool: CORPUS / tool.value for tool in ENDINGS}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not there")]


def by_repository(tool: Tool) -> dict[str, dict[str, bytes]]:
    """Repository → its files, at the paths they have there."""
    found: dict[str, dict[str, bytes]] = defaultdict(dict)
    index = FOLDERS[tool] / "INDEX.tsv"
    lines = index.read_text(encoding="utf-8").splitlines() if index.is_file() else []
    for row in csv.DictReader(lines, delimiter="\t"):
        path = FOLDERS[tool] / row["file"]
        if path.is_file():
            found[row["repo"]][row["path"]] = path.read_bytes()
    return found


CASES = [(tool, repo) for tool in ENDINGS for repo in by_repository(tool)]


def alone(tool: Tool, files: dict[str, bytes]) -> dict[str, int]:
    """File → how many mappings it gives by itself; files that cannot be read are left out."""
    counts = {}
    for path, data in files.items():
        try:
            counts[path] = len(parse(data, Path(path).name, tool).mappings)
        except ExportError:
            continue  # the archive has to report the same file
    return counts


def sound(made: Migration) -> bool:
    return not [each for document in made.documents for each in validate_structure(document.yaml).errors]


@pytest.mark.parametrize(("tool", "repo"), CASES, ids=lambda value: str(value))
def test_a_repository_as_a_zip(tool: Tool, repo: str) -> None:
    files = by_repository(tool)[repo]
    expected = alone(tool, files)
    if not expected:
        with pytest.raises(ExportError):
            migrated(files)
        return
    made = migrated(files)
    given: dict[str, int] = defaultdict(int)
    for mapping in made.result.mappings:
        assert mapping.origin is not None
        given[mapping.origin.file] += 1
    macros = {path for path in expected if path.endswith(".yxmc")}
    assert {path: given[path] for path in expected if path not in macros} == {
        path: count for path, count in expected.items() if path not in macros
    }
    told = {issue.origin.file for issue in made.result.issues if issue.origin and issue.severity == "error"}
    assert told >= set(files) - set(expected)
    assert len({document.name for document in made.documents if document.kind == "pipeline"}) == sum(given.values())
    assert sound(made)


def test_a_real_project_as_an_ispac() -> None:
    repo = "andurilhuang/Star_Schema_SSIS_Package"
    files = by_repository(Tool.SSIS).get(repo)
    if not files:
        pytest.skip("not in the corpus")
    inner = {Path(path).name.replace(" ", "%20"): data for path, data in files.items()}
    manifest = b'<SSIS:Project xmlns:SSIS="www.microsoft.com/SqlServer/SSIS"/>'
    connection = (
        b'<DTS:ConnectionManager xmlns:DTS="www.microsoft.com/SqlServer/Dts" DTS:ObjectName="Source" '
        b'DTS:DTSID="{71FA1D37-43FE-4C6E-93B6-17A931F73816}" DTS:CreationName="OLEDB"><DTS:ObjectData>'
        b'<DTS:ConnectionManager DTS:ConnectionString="Data Source=s;Initial Catalog=SourceSystem;'
        b'Provider=SQLNCLI11.1;"/></DTS:ObjectData></DTS:ConnectionManager>'
    )
    made = migrated({**inner, "@Project.manifest": manifest, "Source.conmgr": connection}, "Star.ispac")
    (master,) = [flow for flow in made.result.orchestrations if flow["name"] == "One Click Wrapper"]
    assert master["orchestration"]["tasks"][0]["orchestration"] == "StagingLoad"
    assert any(
        issue.code == "MISSING_PACKAGE" and "Datawarehouse Package" in issue.message for issue in made.result.issues
    )
    sources = [
        node for mapping in made.result.mappings for node in mapping.pipeline["nodes"] if node["type"] == "source"
    ]
    known = [node for node in sources if node["config"].get("database") == "SourceSystem"]
    assert len(known) >= 13
    assert {node["connector"] for node in known} == {"mssql"}


def test_a_real_macro_is_inlined_where_it_is_called() -> None:
    """The usage report's macro in its workflow; macros that it calls itself are not in the corpus and stay tools."""
    files = {
        path.name.rpartition("__")[2]: path.read_bytes() for path in FOLDERS[Tool.ALTERYX].glob("*Usage_Report.yx*")
    }
    if len(files) < 2:
        pytest.skip("not in the corpus")
    made = migrated(files)
    (flow,) = made.result.mappings
    assert {item.origin.file for item in flow.objects if item.origin} == set(files)
    assert len(flow.objects) > 100
    by_hand = [item.warnings[0] for item in flow.objects if item.target_type == "manual"]
    assert len(by_hand) < len(flow.objects) / 5
    assert sum("the macro's file is not in the upload" in reason for reason in by_hand) >= 3
    assert sound(made)


def test_everything_at_once_is_bounded_and_read() -> None:
    files = {path.name: path.read_bytes() for path in FOLDERS[Tool.SSIS].glob("*.dtsx")}
    made = parse(packed(files), "all.zip")
    assert len(made.orchestrations) >= len(files) - 1
    assert len({flow.name.lower() for flow in made.orchestrations}) == len(made.orchestrations)
