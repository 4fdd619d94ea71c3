"""Searches against what the vectors themselves say, and what a long run costs."""

from __future__ import annotations

import gc

import numpy as np
import psutil
import pytest
import yaml

from services.retrieval import fusion
from services.retrieval.calibration import scores, table_cosine
from services.retrieval.catalog_text import column_text, table_text
from services.retrieval.entities import Entity
from services.retrieval.lookup import Candidate
from services.retrieval.neighbours import MOST, references
from services.retrieval.packing import pack
from services.retrieval.search import Query, Result
from tests.retrieval.conftest import engine_on
from tests.retrieval.relevance_set import FOLDER

FILES = ("farm", "hotel", "city")


def labelled() -> tuple[list[Entity], list[str]]:
    """Tables and columns of three domains, and their questions."""
    entities, questions = [], []
    for name in FILES:
        content = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
        for table, about in content["tables"].items():
            columns = list(about["columns"].items())
            text = table_text(table, about.get("about", ""), columns)
            entities.append(Entity("table", f"{name}.{table}", table, text))
            entities += [
                Entity("column", f"{name}.{table}.{column[0]}", column[0], column_text(table, *column))
                for column in columns
            ]
        questions += [question["ask"] for question in content["questions"]]
    return entities, questions[::4]


@pytest.mark.parametrize("exact_rows", [20_000, 10], ids=["exact", "index"])
async def test_tables_rank_by_their_own_vector_and_their_best_column(postgres_database, exact_rows):
    entities, questions = labelled()
    async with engine_on(postgres_database, vector_exact_rows=exact_rows) as engine:
        await engine.indexer.index("w", entities)
        await engine.builder.settle()
        made = await engine.embedder.embed([entity.content for entity in entities])
        for question in questions:
            vector, _ = await engine.embedder.embed_query(question)
            cosines = dict(zip((entity.entity_id for entity in entities), made.vectors @ vector, strict=True))
            expected = {}
            for entity in entities:
                if entity.entity_type == "table":
                    own = [cosine for name, cosine in cosines.items() if name.startswith(f"{entity.entity_id}.")]
                    expected[entity.entity_id] = table_cosine(float(cosines[entity.entity_id]), float(max(own)))
            best = sorted(expected, key=lambda name: -expected[name])[:5]
            found = await engine.searcher.search(Query("w", question, 5, 0.0, entity_types=("table",)))
            assert [result.entity.entity_id for result in found.results] == best
            assert [result.cosine for result in found.results] == pytest.approx(
                [expected[name] for name in best], abs=1e-5
            )
            assert [result.score for result in found.results] == pytest.approx(
                scores([result.cosine for result in found.results])
            )


async def test_an_index_that_gives_up_early_is_not_believed(postgres_database):
    """A filter that leaves few rows, counted too high: the exact scan completes what the index left short."""
    async with engine_on(postgres_database, vector_exact_rows=10, rag_similarity_threshold=0.0) as engine:
        entities = [Entity("document", f"d{n}", "d", f"text number {n}", {"rare": n == 7}) for n in range(150)]
        await engine.indexer.index("w", entities)
        await engine.builder.settle()
        query = Query("w", "anything", 5, metadata={"rare": "true"})
        engine.index._size = lambda conditions: _many()
        found = await engine.searcher.search(query)
        assert [result.entity.entity_id for result in found.results] == ["d7"]


async def _many() -> int:
    return 1_000_000


def candidate(row: int, cosine: float, words: float = 0.0) -> Candidate:
    return Candidate(row, Entity("t", str(row), "", ""), cosine, None, words)


def test_fusion_orders_by_cosine_raised_by_words():
    near = [candidate(1, 0.6), candidate(2, 0.5), candidate(3, 0.4)]
    matching = [candidate(3, 0.4, 1.0), candidate(9, 0.1, 1.0)]
    merged = fusion.merged(near, {2: 0.5, 3: 1.0}, matching)
    expected = {1: 0.6, 2: 0.5 + 0.5 * fusion.WORDS_WEIGHT, 3: 0.4 + fusion.WORDS_WEIGHT, 9: 0.1 + fusion.WORDS_WEIGHT}
    assert [item.row for item in merged] == sorted(expected, key=lambda row: (-expected[row], row))
    assert fusion.strength(candidate(1, 0.99, 1.0)) == 1.0


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (None, []),
        ("x", []),
        ([1, None, {"references": 5}, {"references": ""}, {"columns": ["a"]}], []),
        ([{"references": "a"}, {"references": "b"}, {"references": "a"}], ["a", "b"]),
        ([{"references": str(number)} for number in range(99)], [str(number) for number in range(MOST)]),
    ],
)
def test_foreign_keys_of_any_shape(keys, expected):
    assert references([Entity("table", "t", "t", "c", {"foreign_keys": keys})]) == expected


def test_packing_leaves_out_what_does_not_fit_and_goes_on():
    results = [
        Result(Entity("t", name, name, text), 1.0, 1.0)
        for name, text in (("a", "x " * 9), ("b", "y " * 50), ("c", "z"))
    ]
    packed = pack(results, 20, lambda text: len(text.split()))
    assert [result.entity.entity_id for result in packed.packed] == ["a", "c"]
    assert (packed.tokens, packed.left_out) == (16, 1)
    assert packed.text == f"## t a\n{'x ' * 9}".strip() + "\n\n## t c\nz"
    assert pack([], 20, len).text == ""


async def test_packed_tokens_are_the_tokens_of_the_text(embedder):
    texts = ("Orders, 3.5% of them!", "naïve_résumé (id)", "数据 ## x", "a\n\n b")
    results = [Result(Entity("table", f"e{n}", f"n.{n}", text), 1.0, 1.0) for n, text in enumerate(texts)]
    packed = pack(results, 1_000, embedder.count_tokens)
    assert packed.tokens == embedder.count_tokens(packed.text)


@pytest.mark.slow
async def test_memory_is_flat_over_ten_thousand_searches(postgres_database):
    async with engine_on(postgres_database, embedding_cached_queries=100) as engine:
        await engine.indexer.index("w", [Entity("document", f"d{n}", "d", f"text number {n}") for n in range(300)])
        process, used = psutil.Process(), []
        for number in range(10_000):
            text = f"number {number % 97} of {number % 211}" if number % 10 == 0 else f"number {number % 7}"
            mode = "hybrid" if number % 20 == 0 else "dense"
            assert (await engine.searcher.search(Query("w", text, threshold=0.0, mode=mode))).results
            if number % 1_000 == 999:
                gc.collect()
                used.append(process.memory_info().rss / 2**20)
        growth = np.polyfit(range(3, len(used)), used[3:], 1)[0]
        assert growth < 1.0, f"MB a thousand searches: {growth:.2f}; {[round(value) for value in used]}"
