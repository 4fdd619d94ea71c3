"""The Retrieval server's settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from services.catalog.settings import CatalogSettings
from services.runtime.server_settings import OptionalPort, Port, ServerSettings


class RetrievalSettings(CatalogSettings, ServerSettings):
    service: ClassVar[str] = "retrieval"

    grpc_port: Port = Field(9092, description="Port of the gRPC server; 0 takes any free one")
    metrics_port: OptionalPort = Field(
        9192, description="Port of the Prometheus endpoint /metrics; 0 takes any free one, 'off' has none"
    )
    rag_similarity_threshold: float = Field(
        0.72, ge=0, le=1, description="Lowest calibrated score of a search result; 0 switches it off"
    )
    rag_max_results: int = Field(5, ge=1, le=100, description="Most contexts found for a question without a limit")
    rag_timeout_seconds: float = Field(
        5.0, gt=0, description="Longest a search waits for the database before it answers 'unavailable'"
    )
    embedding_backend: Literal["onnx", "sentence_transformers"] = Field(
        "onnx",
        description="What runs the embedding model: onnx (int8) or sentence_transformers (fp32, the extra 'ml')",
    )
    embedding_model_file: Path | None = Field(
        None, description="Model file in place of the installed package's; its sha256 must be a known one"
    )
    embedding_threads: int = Field(
        0, ge=0, le=64, description="Threads of the embedding model; 0 is as many as processors, at most 4"
    )
    embedding_cached_queries: int = Field(1024, ge=0, description="Query vectors kept in memory, 1.5 KB each")
    vector_index: Literal["hnsw", "ivfflat", "exact"] = Field(
        "hnsw",
        description="Index for sets larger than VECTOR_EXACT_ROWS; 'exact' has none and compares every vector",
    )
    vector_exact_rows: int = Field(
        20_000, ge=0, description="Up to so many vectors left by the filters, every one is compared"
    )
    hnsw_m: int = Field(16, ge=2, le=100, description="Neighbours of a vector in the HNSW index")
    hnsw_ef_construction: int = Field(
        128, ge=4, le=1000, description="Candidates looked at to insert into the HNSW index; at least 2 × HNSW_M"
    )
    hnsw_ef_search: int = Field(200, ge=10, le=1000, description="Candidates a search of the HNSW index holds")
    ivfflat_lists: int = Field(
        100, ge=1, le=32_768, description="Lists of the ivfflat index; built only from 50 vectors a list on"
    )
    ivfflat_probes: int = Field(10, ge=1, le=32_768, description="Lists a search of the ivfflat index looks into first")
    vector_index_check_seconds: float = Field(
        60.0, gt=0, description="Between two looks whether the vector index is the right one"
    )
    vector_index_memory_mb: int = Field(
        512, ge=16, description="Memory PostgreSQL may use to build a vector index (maintenance_work_mem)"
    )

    def conflicts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        yield from super().conflicts()
        if self.hnsw_ef_construction < 2 * self.hnsw_m:
            yield (
                ("hnsw_m", "hnsw_ef_construction"),
                f"HNSW_EF_CONSTRUCTION={self.hnsw_ef_construction} must be at least 2 × HNSW_M ({2 * self.hnsw_m})",
            )
        if self.ivfflat_probes > self.ivfflat_lists:
            yield (
                ("ivfflat_lists", "ivfflat_probes"),
                f"IVFFLAT_PROBES={self.ivfflat_probes} must not be more than IVFFLAT_LISTS={self.ivfflat_lists}",
            )
