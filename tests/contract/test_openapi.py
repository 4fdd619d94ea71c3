"""The OpenAPI document says what the descriptors say, and its page needs nothing but itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from google.protobuf import json_format
from google.protobuf.message_factory import GetMessageClass
from openapi_spec_validator import validate

from services.contracts.contract import Binding, Contract
from services.contracts.docs_page import docs_page
from services.contracts.layout import DOCS_PAGE, GEN
from services.contracts.operations import examples

Document = dict[str, Any]


def bindings(contract: Contract) -> Iterator[Binding]:
    for method in contract.methods():
        yield from contract.bindings(method)


def operations(openapi: Document) -> Iterator[tuple[str, str, Document]]:
    for path, item in openapi["paths"].items():
        for verb in item.keys() - {"servers"}:
            yield verb, path, item[verb]


def schema_of(openapi: Document, reference: Document) -> Document:
    found: Document = openapi["components"]["schemas"][reference["$ref"].rsplit("/", 1)[1]]
    return found


def test_document_is_valid(openapi: Document) -> None:
    validate(openapi)


def test_every_rule_is_an_operation_under_all_its_mounts(contract: Contract, openapi: Document) -> None:
    reachable = {
        (verb, server["url"] + path)
        for verb, path, _ in operations(openapi)
        for server in openapi["paths"][path].get("servers", [{"url": ""}])
    }
    mounted = {
        "/api/v1/ai/": ("/api/v1/ai/", "/api/v1/copilot/", "/api/copilot/"),
        "/api/v1/migration/": ("/api/v1/migration/", "/api/migration/"),
    }
    expected = set()
    for binding in bindings(contract):
        prefix = next((each for each in mounted if binding.path.startswith(each)), "")
        for mount in mounted.get(prefix, ("",)):
            expected.add((binding.verb, mount + binding.path.removeprefix(prefix)))
    assert reachable == expected
    assert len(expected) > 100


def test_operations_are_described_and_secured(contract: Contract, openapi: Document) -> None:
    roles = {f"{m.containing_service.full_name}/{m.name}": contract.required_role(m) for m in contract.methods()}
    ids = [operation["operationId"] for _, _, operation in operations(openapi)]
    assert len(ids) == len(set(ids))
    for _, path, operation in operations(openapi):
        assert operation["description"], path
        assert "buf:" not in operation["description"]
        assert operation["x-required-role"] == roles[operation["x-grpc-method"]]
        assert (operation.get("security") == []) == (operation["x-required-role"] == "none")
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Error"}
    assert openapi["security"] == [{"bearer": []}]


def test_rpcs_without_a_rule_are_listed(contract: Contract, openapi: Document) -> None:
    listed = {each["method"] for each in openapi["x-grpc-only"]}
    shown = {operation["x-grpc-method"] for _, _, operation in operations(openapi)}
    assert listed.isdisjoint(shown)
    assert listed | shown == {f"{m.containing_service.full_name}/{m.name}" for m in contract.methods()}


def test_names_are_snake_case_but_for_root_causes(openapi: Document) -> None:
    camel = re.compile(r"[a-z][A-Z]")
    analysis = openapi["components"]["schemas"]["AnalyzeIncidentResponse"]["properties"]
    assert {"citedAssets", "tokenCount", "latencyMs", "toolCallCount", "degradedReasons"} <= analysis.keys()
    assert openapi["components"]["schemas"]["UsageCamelCase"]["properties"].keys() >= {"promptTokens"}
    rca = {"AnalyzeIncidentRequest", "AnalyzeIncidentResponse", "TimelineEvent", "Hypothesis", "CitedAsset"}
    for name, schema in openapi["components"]["schemas"].items():
        if name not in rca and not name.endswith("CamelCase"):
            assert [field for field in schema.get("properties", {}) if camel.search(field)] == [], name


def test_values_and_presence(openapi: Document) -> None:
    schemas = openapi["components"]["schemas"]
    assert schemas["SqlDialect"]["enum"][1:] == ["snowflake", "teradata", "postgresql", "sap_hana", "mssql"]
    assert "* `sap_hana`: SAP HANA." in schemas["SqlDialect"]["description"]
    assert schemas["GenerateSqlRequest"]["required"] == ["question"]
    assert {"items", "total", "page", "page_size", "pages"} == set(schemas["ListJobsResponse"]["required"])
    assert "eta_seconds" not in schemas["GetBatchResponse"]["required"]
    assert schemas["MigrationJob"]["properties"]["created_at"]["format"] == "date-time"
    assert "job_id" not in schemas["OverrideObjectRequest"]["properties"]


def test_raw_bodies(openapi: Document) -> None:
    stream = openapi["paths"]["/chat/stream"]["get"]
    assert {p["name"] for p in stream["parameters"] if p.get("in") == "query"} == {
        *("message", "conversation_id", "pipeline_id", "workspace_id", "language"),
    }
    events = stream["responses"]["200"]["content"]["text/event-stream"]
    assert list(events["x-events"]) == ["token", "done", "error"]
    form = openapi["paths"]["/upload"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert (list(form["properties"]), form["required"]) == (["file", "migration_type", "dialect"], ["file"])
    report = openapi["paths"]["/jobs/{job_id}/report"]["get"]["responses"]["200"]["content"]
    assert list(report) == ["application/json", "text/csv", "text/html"]
    assert report["application/json"]["schema"] == {"$ref": "#/components/schemas/MigrationReport"}
    assert openapi["paths"]["/ready"]["get"]["responses"]["503"]["content"].keys() == {"application/json"}


def test_confidence_header_wherever_there_is_a_confidence(openapi: Document) -> None:
    for _, path, operation in operations(openapi):
        ok = operation["responses"]["200"]
        reference = ok["content"].get("application/json", {}).get("schema", {})
        if "$ref" in reference and "x-events" not in ok["content"]:
            has = "confidence" in schema_of(openapi, reference)["properties"]
            assert ("X-Copilot-Confidence" in ok["headers"]) == has, path


def test_every_operation_has_an_example(contract: Contract) -> None:
    without = {"GetProviderStatus", "GetHealth", "GetReadiness", "GetMetrics"}
    bound = {f"{b.method.containing_service.name}.{b.method.name}" for b in bindings(contract)}
    assert examples().keys() == {name for name in bound if name.split(".")[1] not in without}


def test_examples_are_requests(contract: Contract, openapi: Document) -> None:
    """Each is read as the transcoder would, and meets the schema that the document gives."""
    for method in contract.methods():
        example = examples().get(f"{method.containing_service.name}.{method.name}")
        if example is not None:
            json_format.ParseDict(example, GetMessageClass(method.input_type)())
            body = openapi["components"]["schemas"].get(method.input_type.name)
            if body is not None:
                known = {name: value for name, value in example.items() if name in body["properties"]}
                schema = {"$ref": f"#/components/schemas/{method.input_type.name}", "components": openapi["components"]}
                jsonschema.validate(known, schema)


def test_page_is_one_small_file(openapi: Document) -> None:
    page = (GEN / DOCS_PAGE).read_text(encoding="utf-8")
    assert page == docs_page(openapi)
    assert len(page.encode()) < 300_000
    outside = re.findall(r"""(?:src|href)\s*=\s*["'](?!#)([^"']+)|@import|url\(""", page)
    assert outside == []
    embedded = page.split('<script type="application/json" id="document">')[1].split("</script>")[0]
    assert json.loads(embedded) == openapi


def test_document_cannot_end_its_script_element() -> None:
    hostile = {"info": {"title": "t", "description": "</script><script>alert(1)</script>"}}
    page = docs_page(hostile)
    assert page.count("</script>") == docs_page({"info": {"title": "t"}}).count("</script>")


@pytest.mark.parametrize("reference", ["#/components/schemas/", "#/components/parameters/", "#/components/responses/"])
def test_no_reference_leads_nowhere(openapi: Document, reference: str) -> None:
    kind = reference.split("/")[2]
    used = set(re.findall(rf'"\$ref": "{reference}([^"]+)"', json.dumps(openapi)))
    assert used <= openapi["components"][kind].keys()
    assert used
