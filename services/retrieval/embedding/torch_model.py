"""all-MiniLM-L6-v2 with the fp32 weights on sentence-transformers: the extra `ml`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from services.retrieval.embedding.onnx_model import padded
from services.retrieval.embedding.protocol import EmbedderUnavailable, Vectors


class SentenceTransformersModel:
    """The model of a folder, without the network. Raises EmbedderUnavailable where the extra is missing."""

    def __init__(self, file: Path, name: str, threads: int) -> None:
        try:
            torch: Any = import_module("torch")
            library: Any = import_module("sentence_transformers")
        except ImportError as error:
            raise EmbedderUnavailable(
                "sentence-transformers is not installed; pip install 'dataflow-ai[ml]' or set EMBEDDING_BACKEND=onnx"
            ) from error
        self._torch = torch
        torch.set_num_threads(threads)
        try:
            self._model: Any = library.SentenceTransformer(str(file.parent), device="cpu", local_files_only=True).eval()
        except (OSError, ValueError, RuntimeError) as error:
            raise EmbedderUnavailable(f"sentence-transformers cannot load {file.name}") from error
        self.name = name

    def encode(self, token_ids: Sequence[Sequence[int]]) -> Vectors:
        """As in Model."""
        ids, mask = padded(token_ids)
        with self._torch.inference_mode():
            features = {
                "input_ids": self._torch.from_numpy(ids),
                "attention_mask": self._torch.from_numpy(mask),
                "token_type_ids": self._torch.zeros(ids.shape, dtype=self._torch.int64),
            }
            vectors = self._model(features)["sentence_embedding"].numpy()
        return np.asarray(vectors, dtype=np.float32)
