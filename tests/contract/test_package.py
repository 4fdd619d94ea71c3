"""The contracts install on their own: what an internal service needs to call us, without the servers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from services.contracts.layout import GEN

USE = """
import dataflow.access.v1.access_pb2, dataflow.ops.v1.ops_pb2_grpc
from dataflow.common.v1.dialect_pb2 import SqlDialect
from dataflow.copilot.v1 import sql_pb2, sql_pb2_grpc
import importlib.util, importlib.metadata, grpc
request = sql_pb2.GenerateSqlRequest(question="how many", dialect=SqlDialect.sap_hana)
assert sql_pb2.GenerateSqlRequest.FromString(request.SerializeToString()) == request
sql_pb2_grpc.SqlServiceStub(grpc.insecure_channel("127.0.0.1:1"))
assert importlib.util.find_spec("services") is None
print(importlib.metadata.version("dataflow-ai-contracts"), dataflow.ops.v1.ops_pb2_grpc.__file__)
"""


def run(*command: str | Path) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=clean)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_wheel_of_its_own_in_a_clean_environment(tmp_path: Path) -> None:
    source = tmp_path / "gen"  # a copy, because setuptools builds in place
    shutil.copytree(GEN, source, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__", "build"))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", tmp_path, source)
    (wheel,) = tmp_path.glob("dataflow_ai_contracts-*.whl")
    names = ZipFile(wheel).namelist()
    assert {
        "dataflow/copilot/v1/sql_pb2.pyi",
        "dataflow/copilot/v1/sql_pb2_grpc.pyi",
        "dataflow/copilot/py.typed",
    } <= set(names)
    assert not any(name.startswith(("services", "google")) for name in names)

    clean = tmp_path / "clean"
    venv.create(clean, with_pip=False)
    python = clean / "bin/python"
    run(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel)
    # The dependencies of this environment, whose editable installs a .pth line does not activate.
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    version, where = run(python, "-I", "-W", "error", "-c", USE).split()
    assert Path(where).is_relative_to(clean)
    assert f"-{version}-" in wheel.name
