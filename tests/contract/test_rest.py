"""The REST side, row by row as it is documented: this table is written by hand, never from the descriptors."""

from __future__ import annotations

import pytest

from services.contracts.contract import Contract
from services.contracts.openapi import MOUNTS

AI, MIGRATION = "/api/v1/ai", "/api/v1/migration"

ROUTES = [
    ("post", f"{AI}/chat", "ChatService.Chat", "*"),
    ("get", f"{AI}/chat/stream", "ChatService.StreamChatEvents", ""),
    ("post", f"{AI}/chat/stream", "ChatService.StreamChatEvents", "*"),
    ("post", f"{AI}/suggest", "SuggestService.Suggest", "*"),
    ("get", f"{AI}/insights", "InsightsService.ListInsights", ""),
    ("post", f"{AI}/generate-pipeline", "PipelineService.GeneratePipeline", "*"),
    ("post", f"{AI}/sql/generate", "SqlService.GenerateSql", "*"),
    ("post", f"{AI}/sql/explain", "SqlService.ExplainSql", "*"),
    ("post", f"{AI}/sql/optimize", "SqlService.OptimizeSql", "*"),
    ("post", f"{AI}/sql/validate", "SqlService.ValidateSql", "*"),
    ("post", f"{AI}/semantic/query", "SemanticService.QuerySemantic", "*"),
    ("get", f"{AI}/semantic/glossary", "SemanticService.ListGlossary", ""),
    ("post", f"{AI}/diagnose", "DiagnoseService.Diagnose", "*"),
    ("post", f"{AI}/quality/generate-rules", "QualityService.GenerateRules", "*"),
    ("post", f"{AI}/agent/chat", "AgentService.ChatWithAgent", "*"),
    ("post", f"{AI}/agent/approve", "AgentService.ApproveAction", "*"),
    ("get", f"{AI}/agent/status/{{session_id}}", "AgentService.GetAgentSession", ""),
    ("post", f"{AI}/schema/match", "SchemaMatchService.MatchSchemas", "*"),
    ("post", f"{AI}/schema/match/override", "SchemaMatchService.OverrideMatches", "*"),
    ("get", f"{AI}/schema/match/{{match_id}}", "SchemaMatchService.GetSchemaMatch", ""),
    ("post", f"{AI}/describe/asset", "CatalogService.DescribeAsset", "*"),
    ("post", f"{AI}/catalog/ask", "CatalogService.AskCatalog", "*"),
    ("post", f"{AI}/rca/analyze", "RcaService.AnalyzeIncident", "*"),
    ("get", f"{AI}/provider/status", "ProviderService.GetProviderStatus", ""),
    ("post", f"{MIGRATION}/upload", "MigrationService.UploadExport", "body"),
    ("get", f"{MIGRATION}/jobs", "MigrationService.ListJobs", ""),
    ("get", f"{MIGRATION}/jobs/{{job_id}}/status", "MigrationService.GetJobStatus", ""),
    ("get", f"{MIGRATION}/{{job_id}}/status", "MigrationService.GetJobStatus", ""),
    ("get", f"{MIGRATION}/jobs/{{job_id}}/report", "MigrationService.RenderJobReport", ""),
    ("get", f"{MIGRATION}/jobs/{{job_id}}/download", "MigrationService.DownloadPipeline", ""),
    ("post", f"{MIGRATION}/jobs/{{job_id}}/validate", "MigrationService.ValidateJob", "*"),
    ("post", f"{MIGRATION}/jobs/{{job_id}}/convert", "MigrationService.ConvertJob", "*"),
    ("post", f"{MIGRATION}/jobs/{{job_id}}/objects/{{name}}/override", "MigrationService.OverrideObject", "*"),
    ("post", f"{MIGRATION}/batches", "MigrationService.CreateBatch", "body"),
    ("get", f"{MIGRATION}/batches/{{batch_id}}", "MigrationService.GetBatch", ""),
    ("post", f"{MIGRATION}/batches/{{batch_id}}/cancel", "MigrationService.CancelBatch", "*"),
    ("post", f"{MIGRATION}/compare", "MigrationService.CompareData", "*"),
    ("get", "/health", "OpsService.GetHealth", ""),
    ("get", "/ready", "OpsService.GetReadiness", ""),
    ("get", "/metrics", "OpsService.GetMetrics", ""),
]
GRPC_ONLY = {
    *("ChatService.StreamChat", "AgentService.StreamAgent"),
    *("MigrationService.ConvertExport", "MigrationService.GetJobReport"),
    *("ProviderService.Complete", "ProviderService.StreamComplete"),
    *("ProviderService.ReloadProvider", "ProviderService.ListProviders"),
    *("RetrievalService.Search", "RetrievalService.GetContext", "RetrievalService.IndexEntities"),
    *("RetrievalService.DeleteEntity", "RetrievalService.DeleteStale", "RetrievalService.DeleteAll"),
    *("RetrievalService.GetStats", "RetrievalService.RunFullIndex", "RetrievalService.Embed"),
}


def rules(contract: Contract) -> dict[tuple[str, str], tuple[str, str]]:
    found = {}
    for method in contract.methods():
        for binding in contract.bindings(method):
            assert (binding.verb, binding.path) not in found, binding
            rpc = f"{method.containing_service.name}.{method.name}"
            found[binding.verb, binding.path] = (rpc, binding.body)
    return found


@pytest.mark.parametrize(("verb", "path", "rpc", "body"), ROUTES, ids=lambda value: value or "-")
def test_documented_route(contract: Contract, verb: str, path: str, rpc: str, body: str) -> None:
    assert rules(contract).get((verb, path)) == (rpc, body)


def test_no_other_routes(contract: Contract) -> None:
    assert rules(contract).keys() == {(verb, path) for verb, path, _, _ in ROUTES}


def test_the_rest_is_grpc_only(contract: Contract) -> None:
    unbound = {f"{m.containing_service.name}.{m.name}" for m in contract.methods() if not contract.bindings(m)}
    assert unbound == GRPC_ONLY


def test_mounts() -> None:
    assert MOUNTS == (
        ("/api/v1/ai", "/api/v1/copilot", "/api/copilot"),
        ("/api/v1/migration", "/api/migration"),
    )


def test_query_strings_hold_no_free_objects(contract: Contract) -> None:
    """A Struct in a query string breaks the transcoder."""
    for method in contract.methods():
        for binding in contract.bindings(method):
            if binding.body != "*":
                waiting, structs = [method.input_type], []
                while waiting:
                    for field in waiting.pop().fields:
                        if field.message_type is not None and field.name != binding.body:
                            waiting.append(field.message_type)
                            structs += [field.full_name] * field.message_type.full_name.endswith(".Struct")
                assert structs == [], binding.path


def test_path_fields_are_fields(contract: Contract) -> None:
    for method in contract.methods():
        for binding in contract.bindings(method):
            assert set(binding.path_fields) <= set(method.input_type.fields_by_name)
            assert all(method.input_type.fields_by_name[name].cpp_type == 9 for name in binding.path_fields)
