"""Which embedder the settings ask for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from services.retrieval.embedding.embedder import ModelEmbedder
from services.retrieval.embedding.known_models import MODELS, located
from services.retrieval.embedding.onnx_model import OnnxModel
from services.retrieval.embedding.protocol import Model
from services.retrieval.embedding.torch_model import SentenceTransformersModel
from services.retrieval.settings import RetrievalSettings

BACKENDS: Mapping[str, Callable[[Path, str, int], Model]] = {
    "onnx": OnnxModel,
    "sentence_transformers": SentenceTransformersModel,
}


def make_embedder(settings: RetrievalSettings) -> ModelEmbedder:
    """The embedder of `settings.embedding_backend`. Nothing is loaded before its first use."""
    known = MODELS[settings.embedding_backend]
    threads = settings.embedding_threads or max(1, min(4, os.cpu_count() or 1))

    def load() -> Model:
        file = located(known, settings.embedding_model_file)
        return BACKENDS[settings.embedding_backend](file, known.version, threads)

    return ModelEmbedder(load, cached_queries=settings.embedding_cached_queries)
