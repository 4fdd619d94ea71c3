"""Converting on this machine with the model of a Provider server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator

import pytest
import yaml

from tests.migration.fallback.fake_provider import FakeProvider, fake_provider
from tests.migration.fallback.samples import GOOD, java, reply


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """A Provider in a thread of its own, since the command has an event loop of its own."""
    started, stop, found = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with fake_provider("let me think", reply()) as server:
            found.append(server)
            started.set()
            while not stop.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(20)
    yield found[0]
    stop.set()
    thread.join()


@pytest.fixture
def custom(tmp_path):
    path = tmp_path / "java.xml"
    path.write_bytes(java())
    return path


def the_object(folder):
    report = json.loads((folder / "java" / "report.json").read_text())
    return next(item for item in report["objects"] if item["name"] == "CT_JAVA")


def test_the_model_of_a_provider_is_asked(run, custom, provider, tmp_path):
    code, out, err = run("convert", custom, "--provider", provider.address, "--key", "k", "--out", tmp_path / "out")
    assert (code, err) == (3, "")
    assert "java.xml: asking a language model about 1 object" in out
    item = the_object(tmp_path / "out")
    assert (item["conversion_source"], item["confidence"], item["model"]["rounds"]) == ("llm", 0.75, 2)
    node = next(
        n for n in yaml.safe_load((tmp_path / "out/java/m_java.yaml").read_text())["nodes"] if n["id"] == "ct_java"
    )
    assert node["config"]["query"] == GOOD
    assert provider.metadata[0]["authorization"] == "Bearer k"


@pytest.mark.parametrize("options", [(), ("--provider", "127.0.0.1:1")], ids=["none named", "none there"])
def test_without_a_model_the_object_is_marked(run, custom, options, tmp_path):
    code, out, _ = run("convert", custom, *options, "--out", tmp_path / "out")
    assert code == 3
    assert "MODEL_UNAVAILABLE" in out
    item = the_object(tmp_path / "out")
    assert (item["conversion_source"], item["confidence"], item["model"]) == ("llm_unavailable", 0.0, None)
