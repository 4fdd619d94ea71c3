"""What `/jobs` takes, checked."""

from __future__ import annotations

from typing import Any

from dataflow.migration.v1 import job_pb2
from services.migration.server.enums import name_of
from services.migration.server.errors import BadValue
from services.migration.server.store import JobFilter

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_PAGE = 1_000_000
MAX_SEARCH = 200


def job_filter(request: job_pb2.ListJobsRequest) -> JobFilter:
    """Raises BadValue, naming the parameter, where a value is out of its range."""
    return JobFilter(
        status=name_of(job_pb2.MigrationStatus.Value, request.status, "status"),
        migration_type=name_of(job_pb2.MigrationType.Value, request.migration_type, "migration_type"),
        search=_within(request.search, "search"),
        sort_by=name_of(job_pb2.JobSort.Value, request.sort_by, "sort_by") or "created_at",
        order=name_of(job_pb2.SortOrder.Value, request.order, "order") or "desc",
        page=_number(request, "page", 1, MAX_PAGE),
        page_size=_number(request, "page_size", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE),
    )


def _within(text: str, name: str) -> str:
    if len(text) > MAX_SEARCH or "\0" in text:
        raise BadValue(f"{name}: at most {MAX_SEARCH} characters, none of them NUL")
    return text


def _number(request: Any, name: str, default: int, most: int) -> int:
    if not request.HasField(name):
        return default
    value: int = getattr(request, name)
    if not 1 <= value <= most:
        raise BadValue(f"{name}: {value} is not between 1 and {most}")
    return value
