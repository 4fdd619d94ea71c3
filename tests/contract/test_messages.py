"""Documented fields and enum spellings, written out by hand: a rename here is a broken client.

Types: s text, b boolean, i int32, d double, ts timestamp, {} free object, [] repeated, ? optional; otherwise the name
of a message, or of the message that scopes an enum.
"""

from __future__ import annotations

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from services.contracts.contract import Contract

TAIL = "confidence:d source:Source degraded_reasons:[]s model:s usage:Usage latency_ms:i provenance:Provenance"
CHAT = (
    "message:s history:[]Message pipeline_context:PipelineContext conversation_id:s language:?s pipeline_id:s "
    "workspace_id:s"
)
CHAT_DONE = f"actions:[]Action intent:Intent rag_mode:RagMode sources:[]SourceRef conversation_id:s {TAIL}"
SQL = "sql:s explanation:s tables_referenced:[]s warnings:[]SqlIssue metrics_used:[]s verified:b"
AGENT = (
    f"session_id:s message:s status:AgentStatus steps:[]AgentStep pending_actions:[]PendingAction iterations:i {TAIL}"
)
MATCH = f"match_id:s matches:[]ColumnMatch unmatched_source:[]s unmatched_target:[]s {TAIL}"
JOB = (
    "job_id:s filename:s migration_type:MigrationType status:MigrationStatus status_reason:s confidence:d "
    "total_objects:i created_at:ts updated_at:ts issues_count:i"
)
OBJECT = (
    "name:s source_type:s target_type:s mapping:s confidence:d conversion_source:ConversionSource "
    "requires_manual_review:b warnings:[]s origin:Origin"
)
BATCH = "batch_id:s status:BatchStatus total:i done:i failed:i jobs:[]s eta_seconds:?i"

COPILOT = {
    "ChatRequest": CHAT,
    "StreamChatRequest": CHAT,
    "StreamChatEventsRequest": CHAT,
    "Message": "role:MessageRole content:s",
    "PipelineContext": "pipeline_id:s pipeline_name:s yaml:s selected_node_id:s last_error:s screen:s",
    "ChatResponse": f"message:s {CHAT_DONE}",
    "ChatDone": CHAT_DONE,
    "Token": "text:s",
    "Action": "type:ActionType label:s payload:{}",
    "SuggestRequest": "language:Language prefix:s suffix:s dialect:?SqlDialect schema:[]TableSchema "
    "pipeline_context:PipelineContext max_suggestions:i",
    "SuggestResponse": f"suggestions:[]Suggestion {TAIL}",
    "Suggestion": "text:s confidence:d source:Source kind:s",
    "ListInsightsRequest": "pipeline_id:s limit:?i",
    "ListInsightsResponse": f"insights:[]Insight generated_at:ts cached:b {TAIL}",
    "Insight": "id:s category:InsightCategory severity:InsightSeverity title:s description:s recommendation:s "
    "asset:s evidence:[]s confidence:d actions:[]Action",
    "GeneratePipelineRequest": "prompt:s source_systems:[]s target_system:s dialect:?SqlDialect",
    "GeneratePipelineResponse": "yaml:s nodes:[]PipelineNode edges:[]PipelineEdge explanation:s warnings:[]s "
    f"validation:ValidationResult templates_used:[]SourceRef {TAIL}",
    "PipelineNode": "id:s type:s label:s connector:s config:{}",
    "PipelineEdge": "source:s target:s source_port:s",
    "GenerateSqlRequest": "question:s dialect:SqlDialect tables:[]TableSchema use_semantic_layer:?b",
    "GenerateSqlResponse": f"{SQL} {TAIL}",
    "ExplainSqlRequest": "sql:s dialect:SqlDialect",
    "ExplainSqlResponse": "explanation:s clauses:[]Clause tables_referenced:[]s columns_referenced:[]s "
    f"output_columns:[]s {TAIL}",
    "Clause": "kind:s sql:s text:s start:i end:i",
    "OptimizeSqlRequest": "sql:s dialect:SqlDialect tables:[]TableSchema",
    "OptimizeSqlResponse": f"optimized_sql:s suggestions:[]Rewrite {TAIL}",
    "Rewrite": "rule:s title:s before:s after:s proof:Proof impact:s",
    "ValidateSqlRequest": "sql:s dialect:SqlDialect tables:[]TableSchema",
    "ValidateSqlResponse": "is_valid:b errors:[]SqlIssue warnings:[]SqlIssue tables_referenced:[]s "
    f"statement_kind:s is_read_only:b {TAIL}",
    "SqlIssue": "code:s message:s severity:Severity start:i end:i line:i column:i nearest:[]s fix:s",
    "QuerySemanticRequest": "question:s dialect:SqlDialect tables:[]TableSchema use_semantic_layer:?b",
    "QuerySemanticResponse": f"{SQL} terms:[]Term unresolved:[]s refused_reason:s {TAIL}",
    "Term": "text:s name:s kind:TermKind formula:s",
    "ListGlossaryRequest": "kind:TermKind",
    "ListGlossaryResponse": "metrics:[]GlossaryItem dimensions:[]GlossaryItem filters:[]GlossaryItem",
    "GlossaryItem": "name:s display_name:s description:s formula:s synonyms:[]s origin:s",
    "DiagnoseRequest": "error_message:s logs:s pipeline_context:PipelineContext system:s",
    "DiagnoseResponse": "category:ErrorCategory root_cause:s explanation:s fixes:[]Fix matched_rule:s "
    f"failing_line:i object:s {TAIL}",
    "Fix": "title:s steps:s sql:s confidence:d",
    "GenerateRulesRequest": "description:s table:TableSchema dialect:SqlDialect sample_rows:[]{}",
    "GenerateRulesResponse": f"rules:[]QualityRule warnings:[]s {TAIL}",
    "QualityRule": "name:s type:RuleType column:s parameters:{} sql:s severity:Severity description:s confidence:d "
    "dry_run:DryRun",
    "DryRun": "rows:i failing:i error:s",
    "ChatWithAgentRequest": "message:s session_id:s",
    "ChatWithAgentResponse": AGENT,
    "ApproveActionRequest": "session_id:s action_id:s approved:b comment:s arguments_hash:s",
    "ApproveActionResponse": AGENT,
    "GetAgentSessionResponse": f"{AGENT} history:[]Message created_at:ts updated_at:ts",
    "AgentStep": "tool:s input:{} output:{} error:s source:Source",
    "PendingAction": "action_id:s tool:s input:{} arguments_hash:s summary:s expires_at:ts",
    "MatchSchemasRequest": "source:TableSchema target:TableSchema use_rag:b one_to_one:b sample_rows:[]{}",
    "MatchSchemasResponse": MATCH,
    "OverrideMatchesRequest": "match_id:s overrides:[]Override",
    "OverrideMatchesResponse": MATCH,
    "GetSchemaMatchResponse": MATCH,
    "ColumnMatch": "source_column:s target_column:s match_type:MatchType confidence:d transform_expression:s "
    "reasoning:s alternatives:[]Candidate status:MatchStatus",
    "Override": "source_column:s action:OverrideAction target_column:s transform_expression:s comment:s",
    "DescribeAssetRequest": "asset_type:s fully_qualified_name:s table:TableSchema language:s",
    "DescribeAssetResponse": "description:s column_descriptions:[]ColumnDescription tags:[]s existing_description:s "
    f"{TAIL}",
    "ColumnDescription": "name:s description:s confidence:d",
    "AskCatalogRequest": "question:s",
    "AskCatalogResponse": f"answer:s citations:[]Citation counts:{{}} truncated:b shown:i total:i {TAIL}",
    "Citation": "entity_id:s entity_name:s url:s quote:s",
}
COMMON = {
    "Usage": "prompt_tokens:i completion_tokens:i cost_usd:?d",
    "SourceRef": "entity_type:s entity_id:s entity_name:s score:d cosine:d",
    "TableSchema": "name:s schema:s description:s columns:[]Column primary_key:[]s foreign_keys:[]ForeignKey",
    "Column": "name:s type:s nullable:b description:s",
    "StreamError": "code:i reason:s message:s retryable:b",
    "ValidationCheckResult": "name:s passed:b severity:Severity message:s issues:[]s",
}
PROVIDER = {
    "GetProviderStatusResponse": "provider:s model:s healthy:b reason:s last_success_at:ts breaker:BreakerState "
    "p50_ms:i p95_ms:i fallbacks:[]s",
}
MIGRATION = {
    "UploadExportResponse": "job_id:s filename:s migration_type:MigrationType status:MigrationStatus message:s "
    "confidence:d",
    "ListJobsRequest": "status:MigrationStatus migration_type:MigrationType search:s sort_by:JobSort order:SortOrder "
    "page:?i page_size:?i",
    "ListJobsResponse": "items:[]MigrationJob total:i page:i page_size:i pages:i",
    "MigrationJob": JOB,
    "GetJobStatusResponse": f"{JOB} stage:s progress:d stages:[]JobStage",
    "JobStage": "name:s status:StageStatus started_at:ts finished_at:ts",
    "RenderJobReportRequest": "job_id:s format:ReportFormat",
    "GetJobReportResponse": "report:MigrationReport",
    "MigrationReport": "job_id:s total_objects:i auto_converted:i needs_review:i manual_required:i "
    "overall_confidence:d mappings:[]MappingSummary objects:[]ObjectMapping issues:[]Issue effort:EffortEstimate "
    "complexity:s lineage:Lineage",
    "ObjectMapping": OBJECT,
    "Origin": "file:s line:i",
    "EffortEstimate": "base_hours:d review_hours:d llm_hours:d testing_hours:d integration_hours:d total_hours:d",
    "DownloadPipelineRequest": "job_id:s format:DownloadFormat mapping:s",
    "ValidateJobResponse": "is_valid:b checks:[]ValidationCheckResult",
    "ConvertJobRequest": "dialect:?SqlDialect",
    "ConvertJobResponse": "job_id:s status:MigrationStatus confidence:d message:s",
    "OverrideObjectRequest": "action:ReviewAction yaml:s comment:s",
    "OverrideObjectResponse": OBJECT,
    "CreateBatchResponse": BATCH,
    "GetBatchResponse": BATCH,
    "CancelBatchResponse": BATCH,
    "CompareDataRequest": "left:DataSet right:DataSet keys:[]s tolerance:d",
    "DataSet": "csv:?s rows:[]{} connection:s query:s",
    "CompareDataResponse": "equal:b row_count_left:i row_count_right:i schema_diff:SchemaDiff only_left:i "
    "only_right:i differing:i samples:[]{} column_stats:[]ColumnStats",
}
DOCUMENTED = [
    *((f"dataflow.copilot.v1.{name}", fields) for name, fields in COPILOT.items()),
    *((f"dataflow.common.v1.{name}", fields) for name, fields in COMMON.items()),
    *((f"dataflow.provider.v1.{name}", fields) for name, fields in PROVIDER.items()),
    *((f"dataflow.migration.v1.{name}", fields) for name, fields in MIGRATION.items()),
]
# Root causes are documented in camelCase.
CAMEL_CASE = [
    ("AnalyzeIncidentRequest", "pipelineId:s runId:s alertId:s description:s windowHours:i"),
    (
        "AnalyzeIncidentResponse",
        "summary:s timeline:[]TimelineEvent hypotheses:[]Hypothesis citedAssets:[]CitedAsset model:s tokenCount:i "
        "latencyMs:i toolCallCount:i confidence:d degradedReasons:[]s",
    ),
    ("TimelineEvent", "id:s at:ts kind:s asset:s description:s source:s"),
    ("Hypothesis", "title:s explanation:s confidence:d evidence:[]s suggestedAction:s"),
    ("CitedAsset", "name:s type:s url:s"),
]

ENUMS = [
    ("common.v1.SqlDialect", "snowflake teradata postgresql sap_hana mssql"),
    ("common.v1.Source", "model rules verified cache fallback llm_unavailable"),
    ("common.v1.RagMode", "dense hybrid unavailable off"),
    ("common.v1.Severity", "error warning info"),
    ("copilot.v1.MessageRole", "user assistant system"),
    ("copilot.v1.Intent", "chat sql diagnose"),
    (
        "copilot.v1.ActionType",
        "create_pipeline update_pipeline run_pipeline open_pipeline run_sql open_table apply_fix create_quality_rule "
        "navigate",
    ),
    ("copilot.v1.Language", "yaml sql python connection_config"),
    ("copilot.v1.InsightCategory", "performance reliability data_quality cost freshness governance"),
    ("copilot.v1.InsightSeverity", "info warning critical"),
    ("copilot.v1.Proof", "equal_results rule unverified"),
    ("copilot.v1.TermKind", "metric dimension filter"),
    (
        "copilot.v1.ErrorCategory",
        "connection authentication schema data_quality resource timeout configuration unknown",
    ),
    (
        "copilot.v1.RuleType",
        "NOT_NULL UNIQUE RANGE REGEX ROW_COUNT CUSTOM_SQL FRESHNESS COMPLETENESS SCHEMA_MATCH STATISTICAL",
    ),
    ("copilot.v1.AgentStatus", "running awaiting_approval completed failed"),
    ("copilot.v1.MatchType", "EXACT SEMANTIC TYPE_COERCE TRANSFORM_NEEDED"),
    ("copilot.v1.MatchStatus", "proposed accepted rejected modified"),
    ("copilot.v1.OverrideAction", "accept reject modify"),
    ("provider.v1.BreakerState", "closed open half_open"),
    ("migration.v1.MigrationType", "powercenter alteryx ssis datastage"),
    (
        "migration.v1.MigrationStatus",
        "uploaded parsing parsed converting validating validated completed completed_with_warnings failed",
    ),
    ("migration.v1.ConversionSource", "rule_engine llm llm_unavailable unsupported"),
    ("migration.v1.ReviewAction", "mark_wrong accept edit"),
    ("migration.v1.JobSort", "created_at filename confidence status"),
    ("migration.v1.SortOrder", "asc desc"),
    ("migration.v1.ReportFormat", "json csv html"),
    ("migration.v1.DownloadFormat", "yaml json"),
    ("access.v1.Role", "none viewer editor approver admin"),
]

SCALARS = {
    FieldDescriptor.TYPE_STRING: "s",
    FieldDescriptor.TYPE_BOOL: "b",
    FieldDescriptor.TYPE_INT32: "i",
    FieldDescriptor.TYPE_DOUBLE: "d",
}
WELL_KNOWN = {"google.protobuf.Timestamp": "ts", "google.protobuf.Struct": "{}"}


def type_of(field: FieldDescriptor) -> str:
    if field.message_type is not None:
        name = WELL_KNOWN.get(field.message_type.full_name, field.message_type.name)
    elif field.enum_type is not None:
        name = field.enum_type.containing_type.name
    else:
        name = SCALARS.get(field.type, str(field.type))
    optional = field.has_presence and field.message_type is None and field.containing_oneof is not None
    return ("[]" if field.is_repeated else "?" if optional else "") + name


def expected(fields: str) -> dict[str, str]:
    return dict(field.split(":", 1) for field in fields.split())


def actual(message: Descriptor, *, camel: bool = False) -> dict[str, str]:
    return {field.json_name if camel else field.name: type_of(field) for field in message.fields}


@pytest.mark.parametrize(("name", "fields"), DOCUMENTED, ids=[name for name, _ in DOCUMENTED])
def test_documented_fields(contract: Contract, name: str, fields: str) -> None:
    wanted, found = expected(fields), actual(contract.message(name))
    assert {field: found.get(field) for field in wanted} == wanted


@pytest.mark.parametrize(("name", "fields"), CAMEL_CASE, ids=[name for name, _ in CAMEL_CASE])
def test_documented_camel_case(contract: Contract, name: str, fields: str) -> None:
    wanted, found = expected(fields), actual(contract.message(f"dataflow.copilot.v1.{name}"), camel=True)
    assert {field: found.get(field) for field in wanted} == wanted


@pytest.mark.parametrize(("name", "values"), ENUMS, ids=[name for name, _ in ENUMS])
def test_documented_values(contract: Contract, name: str, values: str) -> None:
    enum = contract.enum(f"dataflow.{name}.Value")
    assert [value.name for value in enum.values] == ["unspecified", *values.split()]
    assert [value.number for value in enum.values] == list(range(len(enum.values)))


def test_the_tail_has_the_same_numbers_everywhere(contract: Contract) -> None:
    numbers = {field.split(":")[0]: 30 + i for i, field in enumerate(TAIL.split())}
    with_tail = [m.output_type for m in contract.methods() if "provenance" in m.output_type.fields_by_name]
    assert len(with_tail) >= 20
    for message in with_tail:
        assert {name: message.fields_by_name[name].number for name in numbers} == numbers


def test_no_number_becomes_text_in_json(contract: Contract) -> None:
    """64-bit integers print as strings; counts are int32."""
    wide = {FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64}
    messages = (
        contract.message(f"{file.package}.{message.name}") for file in contract.files for message in file.message_type
    )
    assert [f.full_name for message in messages for f in message.fields if f.cpp_type in wide] == []
