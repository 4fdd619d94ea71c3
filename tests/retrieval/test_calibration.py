"""The relevance score: its shape, and that what is published of it holds on the labelled set."""

import contextlib
from importlib.resources import files

import pytest
import yaml

from benchmarks.retrieval_calibration import THRESHOLD, figures, fitted
from dataflow.retrieval.v1 import index_pb2
from services.retrieval import calibration, full_index
from services.retrieval.calibration import CALIBRATION, Calibration
from services.retrieval.settings import RetrievalSettings
from tests.catalog.scripted_catalog import serving_catalog, table
from tests.retrieval import relevance_set
from tests.retrieval.conftest import serving

PUBLISHED = yaml.safe_load((files("services.retrieval") / "calibration.yaml").read_text())
NEAR = 0.015
"""Vectors differ a little between processors and batch sizes (int8)."""


@pytest.fixture(scope="module")
async def cosines(embedder):
    return await relevance_set.measured(embedder, relevance_set.load())


def test_scores_are_monotone_and_between_0_and_1() -> None:
    descending = [at / 50 for at in range(50, -51, -1)]
    for count in (1, 2, 10, len(descending)):
        scores = calibration.scores(descending[:count])
        assert all(0 <= score <= 1 for score in scores)
        assert scores == sorted(scores, reverse=True)
    best = [calibration.scores([cosine])[0] for cosine in descending]
    assert best == sorted(best, reverse=True)
    assert len(set(best)) > 50
    assert calibration.scores([]) == []


def test_scores_keep_the_order_given() -> None:
    mixed = [0.3, 0.5, 0.4]
    scores = calibration.scores(mixed)
    assert scores[1] > scores[2] > scores[0]
    assert scores[1] == pytest.approx(calibration.score(0.5))


def test_a_good_best_result_lifts_the_others() -> None:
    alone, beside = calibration.scores([0.2])[0], calibration.scores([0.5, 0.2])[1]
    assert beside > alone


def test_the_cosine_of_a_score() -> None:
    for score in (0.05, 0.5, THRESHOLD, 0.99):
        assert calibration.score(CALIBRATION.cosine_at(score)) == pytest.approx(score)


@pytest.mark.parametrize(
    ("own", "column", "expected"), [(0.4, None, 0.4), (0.4, 0.4, 0.4), (0.0, 1.0, CALIBRATION.column_share)]
)
def test_a_table_is_found_by_its_columns_too(own, column, expected) -> None:
    assert calibration.table_cosine(own, column) == pytest.approx(expected)


@pytest.mark.parametrize("wrong", [{"slope": 0.0}, {"slope": -1.0}, {"best_share": 1.0}, {"column_share": 1.1}])
def test_numbers_that_would_not_be_monotone_are_refused(wrong) -> None:
    numbers = {"slope": 20.0, "intercept": 0.0, "best_share": 0.5, "column_share": 0.5} | wrong
    with pytest.raises(ValueError, match="calibration"):
        Calibration(**numbers)


def test_the_default_threshold_is_the_one_fitted_for() -> None:
    assert RetrievalSettings().rag_similarity_threshold == THRESHOLD


def test_the_set_is_large_and_sound() -> None:
    labelled = relevance_set.load()
    asked = [question for question in labelled.questions if question.workspace]
    assert len(asked) >= 200
    assert sum(question.language == "pl" for question in asked) >= 25
    assert len(labelled.workspaces) >= 12
    known = set(labelled.tables)
    assert [question.text for question in asked if not question.needs or question.needs - known] == []
    assert len({question.text for question in labelled.questions}) == len(labelled.questions)


async def test_published_figures_hold(cosines, embedder) -> None:
    assert await embedder.model() == PUBLISHED["model"]
    measured = figures(cosines, CALIBRATION, THRESHOLD)
    assert measured == pytest.approx(PUBLISHED["measured"], abs=NEAR)
    assert measured["recall_at_5_one"] >= 0.80
    assert measured["recall_at_10_one"] >= 0.88
    assert measured["other_domain_empty"] >= 0.60
    assert measured["small_talk_empty_all"] >= 0.60


async def test_the_calibration_is_the_one_that_fitting_gives(cosines) -> None:
    again = fitted(cosines)
    assert again.cosine_at(THRESHOLD) == pytest.approx(CALIBRATION.cosine_at(THRESHOLD), abs=0.01)
    assert again.slope == pytest.approx(CALIBRATION.slope, rel=0.05)


async def test_raw_cosines_at_the_threshold_would_find_nothing(cosines) -> None:
    """Why there is a calibration at all."""
    identity = cosines.tables(CALIBRATION.column_share)
    asked = [at for at, question in enumerate(cosines.set.questions) if question.workspace]
    assert (identity[asked].max(1) >= THRESHOLD).mean() < 0.05


@pytest.mark.parametrize(
    ("workspace", "question", "first"),
    [
        ("farm", "Which cow gives the most milk?", {"farm.db.core.milking", "farm.db.core.cow"}),
        (
            "football",
            "Which club paid the highest transfer fee?",
            {"football.db.core.transfers", "football.db.core.clubs"},
        ),
        ("farm", "Which club paid the highest transfer fee?", set()),
        ("football", "Which cow gives the most milk?", set()),
        ("farm", "tell me a joke", set()),
        ("football", "who painted the Mona Lisa?", set()),
    ],
)
async def test_from_the_catalog_to_the_default_search(farm_and_football, workspace, question, first) -> None:
    found = await farm_and_football.search(question, workspace_id=workspace, filter={"entity_types": ["table"]})
    assert {result.entity.entity_id for result in found.results[: len(first)]} == first
    assert bool(found.results) == bool(first)
    assert found.threshold == THRESHOLD
    assert (found.best_score >= THRESHOLD) == bool(first)


@pytest.fixture(scope="module")
async def farm_and_football(postgres_server):
    """Two schemas of the labelled set, read from a catalog, a workspace each; default settings."""
    listed = {}
    for name in ("farm", "football"):
        content = yaml.safe_load((relevance_set.FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
        listed[name] = [table(name, key, each["columns"]) for key, each in content["tables"].items()]
    url = postgres_server.create_database()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(full_index, "corpus", lambda: ())  # embedding it takes seconds
        async with _served(url, listed) as client:
            yield client
    postgres_server.drop_database(url)


@contextlib.asynccontextmanager
async def _served(url, listed):
    async with (
        serving_catalog(listed) as catalog,
        serving(
            url, catalog_base_url=catalog.url, catalog_services=tuple(listed), rag_similarity_threshold=THRESHOLD
        ) as client,
    ):
        for name in listed:
            request = index_pb2.RunFullIndexRequest(services=[name], workspace_id=name)
            *_, last = [event async for event in client.stub.RunFullIndex(request)]
            assert last.WhichOneof("event") == "done"
        yield client
