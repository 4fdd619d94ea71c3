"""all-MiniLM-L6-v2 as ONNX on OpenVINO: mean over the tokens, then length 1."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from services.retrieval.embedding.protocol import DIMENSIONS, EmbedderUnavailable, Vectors

# Importing the converter, as the package itself does, tells its makers over the network that it is used.
_REPORTING = "openvino.tools.ovc"
# Every shape of a batch costs kernels of its own, 5 ms and 1 to 3 MB: lengths are filled up to multiples of 8
# and the least used kernels go. Without that 850 random batches took 1.8 GB; with it, 0.6.
LENGTH_STEP = 8
_KERNELS_KEPT = 256
_TRIAL = (101, 102)  # an empty text: a processor without the instructions a layer needs shows only when it runs
_SETTINGS: Mapping[str, object] = MappingProxyType(
    {
        # the default is bf16 where the processor has it: vectors would differ from one machine to the next
        "INFERENCE_PRECISION_HINT": "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0",
        "NUM_STREAMS": 1,
        # pinned threads of several servers on one machine would share the first processors
        "ENABLE_CPU_PINNING": False,
        "CPU_RUNTIME_CACHE_CAPACITY": _KERNELS_KEPT,
    }
)


class OnnxModel:
    """The model of a file on `threads` threads. Raises EmbedderUnavailable where OpenVINO cannot run it."""

    def __init__(self, file: Path, name: str, threads: int) -> None:
        openvino = _silent_openvino()
        try:
            compiled = openvino.Core().compile_model(str(file), "CPU", {**_SETTINGS, "INFERENCE_NUM_THREADS": threads})
            self._request: Any = compiled.create_infer_request()
            self.encode([_TRIAL])
        except (RuntimeError, ValueError) as error:
            raise EmbedderUnavailable(f"OpenVINO cannot run {file.name} on this machine") from error
        self.name = name

    def encode(self, token_ids: Sequence[Sequence[int]]) -> Vectors:
        """As in Model. Padding changes nothing: activations are fp32 and padded positions are masked."""
        ids, mask = padded(token_ids, LENGTH_STEP)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._request.infer(feed, share_inputs=True, share_outputs=True)[0]
        weights = mask.astype(np.float32)[:, None, :]
        vectors = np.matmul(weights, hidden).reshape(len(token_ids), DIMENSIONS)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors, dtype=np.float32)


def padded(token_ids: Sequence[Sequence[int]], step: int = 1) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Ids and attention mask, int64 (n, longest up to a multiple of `step`), filled up with 0."""
    longest = max(map(len, token_ids))
    ids = np.zeros((len(token_ids), longest + -longest % step), np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(token_ids):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return ids, mask


def _silent_openvino() -> Any:
    """The package without its converter. Raises EmbedderUnavailable where it is missing or cannot be loaded here."""
    modules: dict[str, Any] = sys.modules
    modules.setdefault(_REPORTING, None)  # its import then fails, which the package takes for "not installed"
    try:
        return import_module("openvino")
    except ImportError as error:
        raise EmbedderUnavailable("openvino cannot be imported; it is needed for EMBEDDING_BACKEND=onnx") from error
