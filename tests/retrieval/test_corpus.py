"""The built-in documents and templates."""

import re

import pytest

from services.pipelines.dsl.language import schema as dsl_schema
from services.pipelines.structure import validate_structure, with_execution
from services.retrieval.corpus.reader import corpus
from services.retrieval.validation import refusal

TITLES = {
    "Pipeline YAML DSL Reference",
    "Connector Configuration Guide",
    "Polkomtel Data Landscape",
    "ETL Best Practices",
    "Common Error Patterns",
    "SQL Dialect Reference",
}
MODEL_TOKENS = 256
DOCUMENTS = [item for item in corpus() if item.entity_type == "document"]
TEMPLATES = [item for item in corpus() if item.entity_type == "template"]


@pytest.fixture(scope="module")
async def sections(embedder):
    """Embeddings of the whole corpus, which take seconds."""
    return await embedder.embed([item.content for item in corpus()])


def pipeline_of(template) -> str:
    return template.content.partition("\n\n")[2]


def test_titles_are_those_of_the_reference() -> None:
    assert {item.metadata["title"] for item in DOCUMENTS} == TITLES
    assert len(TEMPLATES) == 5
    assert {item.metadata["service"] for item in corpus()} == {"built-in"}


def test_every_entity_can_be_stored_and_has_an_id_of_its_own() -> None:
    assert [refusal(item) for item in corpus() if refusal(item)] == []
    assert len({item.entity_id for item in corpus()}) == len(corpus())
    assert all(re.fullmatch(r"[a-z_]+(#[a-z0-9-]+)?", item.entity_id) for item in corpus())


async def test_a_section_fits_the_model(embedder, sections) -> None:
    sizes = dict(zip((item.entity_id for item in corpus()), sections.tokens, strict=True))
    cut = dict(zip(sizes, sections.truncated, strict=True))
    assert [item.entity_id for item in DOCUMENTS if cut[item.entity_id]] == []
    assert max(sizes[item.entity_id] for item in DOCUMENTS) <= MODEL_TOKENS
    described = await embedder.embed([item.content.partition("\n\n")[0] for item in TEMPLATES])
    assert max(described.tokens) <= MODEL_TOKENS


@pytest.mark.parametrize("section", DOCUMENTS, ids=lambda section: section.entity_id)
def test_a_section_cites_its_document_and_heading(section) -> None:
    title, heading = section.metadata["title"], section.metadata["heading"]
    assert section.content.startswith(f"{title}: {heading}\n\n")
    assert len(section.content) > 250  # some sentences


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.entity_id)
def test_a_template_is_a_pipeline_that_runs(template) -> None:
    result = with_execution(validate_structure(pipeline_of(template)))
    assert result.issues == ()
    assert result.executed == 1


def test_connectors_and_kinds_that_are_named_exist() -> None:
    definitions = dsl_schema()["$defs"]
    kinds, connectors = set(definitions["kind"]["enum"]), set(definitions["connector"]["enum"])
    guide = " ".join(item.content for item in DOCUMENTS if item.metadata["title"] == "Connector Configuration Guide")
    named = re.findall(r"\b[a-z]\w*\b", guide)
    assert connectors <= set(named)
    written = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", " ".join(item.content for item in DOCUMENTS)))
    misspelt = {name for name in written if name.startswith("sql_")} - kinds
    assert misspelt == set()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how do I load only the rows that changed since yesterday", "incremental"),
        ("which load modes does a sink have", "sink-nodes-and-load-modes"),
        ("ORA-01555 snapshot too old", "oracle-errors"),
        ("what does MSISDN mean", "customer-subscriber-and-msisdn"),
        ("QUALIFY ROW_NUMBER in Teradata", "qualify"),
        ("read messages from a Kafka topic", "kafka-topics"),
        ("definition of churn rate", "churn-and-base-movements"),
        ("broken Polish letters in a csv file", "file-and-encoding-errors"),
        ("keep history of changed attributes in a dimension table", "slowly"),
        ("add days to a date in SAP HANA", "date-arithmetic"),
    ],
)
async def test_a_question_finds_its_section(embedder, sections, question, expected) -> None:
    asked, _ = await embedder.embed_query(question)
    best = [corpus()[at].entity_id for at in (-(sections.vectors @ asked)).argsort()[:3]]
    assert any(expected in identifier for identifier in best), best
