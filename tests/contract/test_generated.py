"""gen/ is what proto/ makes, imports quietly, and staleness is found."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from services.contracts import freshness
from services.contracts.contract import Contract
from services.contracts.layout import DESCRIPTOR_SET, GEN, PROTO
from services.contracts.protoc import ProtocError, write_python

MODULES = sorted(
    ".".join(path.relative_to(GEN).with_suffix("").parts) for path in (GEN / "dataflow").rglob("*_pb2*.py")
)


def test_generated_is_fresh() -> None:
    assert freshness.differences() == []


def test_generating_twice_gives_the_same(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        freshness.write_all(tmp_path / name)
    assert freshness.differences(tmp_path / "one") == []
    for name in freshness.generated_files(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_stale_missing_and_left_over_files_are_named(tmp_path: Path) -> None:
    copy = tmp_path / "gen"
    shutil.copytree(GEN, copy, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    (copy / "dataflow/ops/v1/ops_pb2.py").write_text("changed")
    (copy / "dataflow/ops/v1/ops_pb2.pyi").unlink()
    (copy / "dataflow/ops/v1/old_pb2.py").touch()
    expected = [
        "dataflow/ops/v1/old_pb2.py: left over",
        "dataflow/ops/v1/ops_pb2.py: stale",
        "dataflow/ops/v1/ops_pb2.pyi: missing",
    ]
    assert freshness.differences(copy) == expected
    assert freshness.update(copy) == expected
    assert freshness.differences(copy) == []


def test_a_changed_source_makes_everything_made_of_it_stale(tmp_path: Path) -> None:
    proto = tmp_path / "proto"
    shutil.copytree(PROTO, proto)
    ops = proto / "dataflow/ops/v1/ops.proto"
    ops.write_text(
        ops.read_text().replace("string version = 3;", "string version = 3;\n  // More.\n  string more = 9;")
    )
    stale = {line.split(":")[0] for line in freshness.differences(root=proto)}
    assert {"dataflow/ops/v1/ops_pb2.py", "dataflow.binpb", "openapi.json", "docs.html"} <= stale


def test_a_broken_source_is_refused_with_its_place(tmp_path: Path) -> None:
    broken = tmp_path / "dataflow/broken/v1/broken.proto"
    broken.parent.mkdir(parents=True)
    broken.write_text('syntax = "proto3";\nmessage M { strin x = 1; }\n')
    with pytest.raises(ProtocError, match=r"broken\.proto:2:\d+: \"strin\" is not defined"):
        write_python(tmp_path, tmp_path)


def test_all_modules_import_together_without_a_warning() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import {', '.join(MODULES)}"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_service_has_stub_servicer_and_types(contract: Contract) -> None:
    for method in contract.methods():
        service = method.containing_service
        module = service.file.name.removesuffix(".proto").replace("/", ".") + "_pb2_grpc"
        generated = importlib.import_module(module)
        assert hasattr(generated, f"{service.name}Stub")
        assert hasattr(getattr(generated, f"{service.name}Servicer"), method.name)
        stub = (GEN / (module.replace(".", "/") + ".pyi")).read_text(encoding="utf-8")
        assert f"class {service.name}AsyncStub" in stub


def test_only_files_with_services_have_stubs(contract: Contract) -> None:
    serving = {file.name.removesuffix(".proto").replace("/", ".") for file in contract.files if file.service}
    assert {name.removesuffix("_pb2_grpc") for name in MODULES if name.endswith("_pb2_grpc")} == serving


def test_namespace_has_no_init_and_packages_are_typed() -> None:
    assert list((GEN / "dataflow").rglob("__init__.py")) == []
    assert all((package / "py.typed").exists() for package in (GEN / "dataflow").iterdir() if package.is_dir())
    assert not (GEN / "google").exists()


def test_descriptor_set_is_whole(contract: Contract) -> None:
    """Envoy needs every import, and the error types, or an error with details has an empty body."""
    descriptors = FileDescriptorSet.FromString((GEN / DESCRIPTOR_SET).read_bytes())
    names = {file.name for file in descriptors.file}
    assert {"google/rpc/status.proto", "google/rpc/error_details.proto", "google/api/httpbody.proto"} <= names
    assert {file.name for file in contract.files} <= names
    assert {dependency for file in descriptors.file for dependency in file.dependency} <= names
    assert not any(file.HasField("source_code_info") for file in descriptors.file)


@pytest.mark.parametrize("name", ["api/annotations", "api/http", "api/httpbody", "rpc/status", "rpc/error_details"])
def test_vendored_sources_are_untouched(name: str) -> None:
    """They are those of the installed googleapis-common-protos, whose Python modules are used."""
    installed = Path(importlib.import_module("google.api.http_pb2").__file__ or "").parents[1] / f"{name}.proto"
    assert (PROTO / "google" / f"{name}.proto").read_bytes() == installed.read_bytes()
