"""Where the contract's sources and outputs lie, relative to the repository."""

from __future__ import annotations

import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PROTO = REPOSITORY / "proto"
GEN = REPOSITORY / "gen"

PACKAGE = "dataflow"  # generated code: gen/dataflow/<service>/v1
DESCRIPTOR_SET = "dataflow.binpb"
OPENAPI = "openapi.json"
DOCS_PAGE = "docs.html"

# Envoy renders errors with details only where their types are in its descriptor set.
ERROR_TYPES = ("google/rpc/status.proto", "google/rpc/error_details.proto")


def proto_files(root: Path = PROTO) -> list[str]:
    """Our own files relative to `root`, sorted; the vendored ones are not generated."""
    return sorted(str(path.relative_to(root)) for path in (root / PACKAGE).rglob("*.proto"))


def tool(name: str) -> str:
    """The program `name` of this environment (buf, protoc-gen-mypy_grpc).

    Raises FileNotFoundError saying what to install.
    """
    path = Path(sys.executable).parent / name
    if not path.exists():
        raise FileNotFoundError(f"{name} is not installed beside {sys.executable}: run `pip install -e '.[dev]'`")
    return str(path)
