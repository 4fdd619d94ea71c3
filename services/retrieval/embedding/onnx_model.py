"""all-MiniLM-L6-v2 as ONNX on onnxruntime: mean over the tokens, then length 1."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from services.retrieval.embedding.protocol import DIMENSIONS, EmbedderUnavailable, Vectors


class OnnxModel:
    """A session on `threads` threads. Raises EmbedderUnavailable where onnxruntime cannot load the file."""

    def __init__(self, file: Path, name: str, threads: int) -> None:
        try:
            onnxruntime: Any = import_module("onnxruntime")
        except ImportError as error:
            raise EmbedderUnavailable(
                "onnxruntime is not installed; it is needed for EMBEDDING_BACKEND=onnx"
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # without it idle threads burn a core for a while after each batch
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # batches differ in shape: an arena would keep the largest of everything ever needed
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        try:
            self._session: Any = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # why: onnxruntime has no public error class; raised again as ours
            raise EmbedderUnavailable(f"onnxruntime cannot load {file.name}") from error
        self.name = name

    def encode(self, token_ids: Sequence[Sequence[int]]) -> Vectors:
        """As in Model. Padding changes nothing: activations are fp32 and padded positions are masked."""
        ids, mask = padded(token_ids)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, feed)[0]
        weights = mask.astype(np.float32)[:, None, :]
        vectors = np.matmul(weights, hidden).reshape(len(token_ids), DIMENSIONS)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors, dtype=np.float32)


def padded(token_ids: Sequence[Sequence[int]]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Ids and attention mask, int64 (n, longest), filled up with 0."""
    ids = np.zeros((len(token_ids), max(map(len, token_ids))), np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(token_ids):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return ids, mask
