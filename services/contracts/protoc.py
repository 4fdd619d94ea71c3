"""What protoc makes of the sources: Python modules, type stubs, descriptor sets."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from services.contracts.layout import DESCRIPTOR_SET, ERROR_TYPES, PACKAGE, PROTO, proto_files, tool


class ProtocError(Exception):
    """protoc refused the sources; the message is its own, with file and line."""


def _run(arguments: list[str], root: Path) -> None:
    well_known = str(files("grpc_tools") / "_proto")
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{root}", f"-I{well_known}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 our own arguments
    if done.returncode:
        raise ProtocError(done.stderr.strip())


def _descriptors(sources: list[str], root: Path, *, comments: bool) -> bytes:
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "set.binpb"
        flags = ["--include_imports", f"--descriptor_set_out={out}"]
        if comments:
            flags.append("--include_source_info")
        _run([*flags, *sources], root)
        return out.read_bytes()


def commented_descriptors(root: Path = PROTO) -> FileDescriptorSet:
    """The descriptors of all sources and what they import, with comments. Raises ProtocError."""
    return FileDescriptorSet.FromString(_descriptors(proto_files(root), root, comments=True))


def write_descriptor_set(target: Path, root: Path = PROTO) -> None:
    """Writes Envoy's descriptor set: imports and error types in it, comments not."""
    (target / DESCRIPTOR_SET).write_bytes(_descriptors([*proto_files(root), *ERROR_TYPES], root, comments=False))


def write_python(target: Path, root: Path = PROTO) -> None:
    """Writes `<target>/dataflow/<service>/v1/*_pb2.py`, `.pyi`, and `_pb2_grpc` where a file holds a service."""
    sources = proto_files(root)
    _run([f"--python_out={target}", f"--pyi_out={target}", *sources], root)
    serving = [f.name for f in commented_descriptors(root).file if f.service and f.name.startswith(f"{PACKAGE}/")]
    plugin = f"--plugin=protoc-gen-mypy_grpc={tool('protoc-gen-mypy_grpc')}"
    _run([plugin, f"--grpc_python_out={target}", f"--mypy_grpc_out={target}", *sorted(serving)], root)
    for service in sorted((target / PACKAGE).iterdir()):
        (service / "py.typed").touch()
