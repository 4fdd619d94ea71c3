"""What the platform's services answer with; docs/platform-apis.md explains each field.

Unknown fields are ignored and missing ones have the defaults below; a field of the wrong type makes the answer
unreadable. Times are aware.
"""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Connection(Record):
    connection_id: str
    name: str
    type: str = ""
    service: str = ""
    description: str = ""
    status: str = ""


class DiscoveredColumn(Record):
    name: str
    type: str = ""
    nullable: bool = True
    description: str = ""


class DiscoveredTable(Record):
    name: str
    table_schema: str = Field("", alias="schema")
    description: str = ""
    columns: tuple[DiscoveredColumn, ...] = ()
    primary_key: tuple[str, ...] = ()


class Pipeline(Record):
    pipeline_id: str
    name: str
    description: str = ""
    status: str = ""
    owner: str = ""
    schedule: str = ""
    version: int = 0
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    yaml: str = ""


class Issue(Record):
    code: str
    message: str
    severity: str = "error"
    path: str = ""
    line: int = 0


class Validation(Record):
    is_valid: bool
    issues: tuple[Issue, ...] = ()


class Run(Record):
    run_id: str
    pipeline_id: str
    pipeline_name: str = ""
    pipeline_version: int = 0
    status: str
    trigger: str = ""
    attempt: int = 1
    scheduled_at: AwareDatetime | None = None
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    duration_seconds: float | None = None
    rows_read: int | None = None
    rows_written: int | None = None
    error_code: str = ""
    error_message: str = ""


class LogLine(Record):
    line: int
    at: AwareDatetime | None = None
    level: str = ""
    node: str = ""
    message: str


class Logs(Record):
    run_id: str
    lines: tuple[LogLine, ...] = ()
    total: int = 0
    truncated: bool = False


class Alert(Record):
    alert_id: str
    at: AwareDatetime
    kind: str = ""
    severity: str = ""
    title: str
    description: str = ""
    status: str = ""
    resolved_at: AwareDatetime | None = None
    pipeline_id: str = ""
    run_id: str = ""
    asset: str = ""


class Freshness(Record):
    asset: str
    pipeline_id: str = ""
    last_loaded_at: AwareDatetime | None = None
    expected_interval_seconds: int = 0
    lag_seconds: int = 0
    status: str = ""


class MetricPoint(Record):
    day: str
    runs: int = 0
    failed: int = 0
    duration_seconds_p50: float | None = None
    duration_seconds_max: float | None = None
    rows_written: int = 0


class PipelineMetrics(Record):
    pipeline_id: str
    points: tuple[MetricPoint, ...] = ()


class SchemaChange(Record):
    change_id: str
    at: AwareDatetime
    asset: str
    kind: str = ""
    column: str = ""
    old: str = ""
    new: str = ""
    author: str = ""
    description: str = ""
    breaking: bool = False


class LineageNode(Record):
    id: str
    type: str = ""
    name: str = ""
    url: str = ""


class LineageEdge(Record):
    source: str = Field(alias="from")
    target: str = Field(alias="to")
    pipeline_id: str = ""


class AssetLineage(Record):
    asset: str
    nodes: tuple[LineageNode, ...] = ()
    edges: tuple[LineageEdge, ...] = ()


class QualityResult(Record):
    result_id: str
    at: AwareDatetime
    asset: str
    column: str = ""
    rule: str = ""
    rule_type: str = ""
    severity: str = ""
    status: str
    checked_rows: int | None = None
    failing_rows: int | None = None
    message: str = ""
    pipeline_id: str = ""
    run_id: str = ""
