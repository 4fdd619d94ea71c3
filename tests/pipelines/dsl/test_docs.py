from __future__ import annotations

from pathlib import Path

import pytest

from services.pipelines.dsl.__main__ import main
from services.pipelines.dsl.docs import examples, page
from services.pipelines.dsl.document import load
from services.pipelines.dsl.language import connectors, kinds
from services.pipelines.structure import validate_structure

ROOT = Path(__file__).parents[3]


def test_the_page_is_fresh() -> None:
    written = (ROOT / "docs/dsl.md").read_text("utf-8")
    assert written == page(), "run `python -m services.pipelines.dsl docs`"


def test_every_kind_and_connector_is_on_the_page() -> None:
    text = page()
    assert [kind for kind in kinds() if f"\n### {kind}\n" not in text] == []
    assert [name for name in connectors() if f"| `{name}` |" not in text] == []


@pytest.mark.parametrize("name", examples())
def test_examples_are_valid(name: str) -> None:
    assert validate_structure(examples()[name]).issues == ()


def test_every_kind_has_an_example_of_its_own() -> None:
    shown = {
        name: [node.get("transform") for node in load(text).nodes() if node["id"] == "step"]
        for name, text in examples().items()
    }
    assert {kind: shown.get(kind) for kind in kinds()} == {kind: [kind] for kind in kinds()}


def test_the_docs_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "dsl.md"
    assert main(["docs", "--check", str(file)]) == 1
    assert "not fresh" in capsys.readouterr().err
    assert main(["docs", str(file)]) == 0
    assert main(["docs", "--check", str(file)]) == 0


def test_the_check_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(examples()["sql_where"], "utf-8")
    bad.write_text(examples()["sql_where"].replace("amount > 5", "amuont > 5"), "utf-8")
    assert main(["check", str(good)]) == 0
    assert main(["check", str(good), str(bad), str(tmp_path / "none.yaml")]) == 1
    said = capsys.readouterr()
    assert "bad.yaml: ERROR: node 'step', config.condition (line 20)" in said.out
    assert "Did you mean 'amount'?" in said.out
    assert "none.yaml: can't be read" in said.err
