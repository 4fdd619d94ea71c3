"""The pipeline service's side. Creating and running change its state, which lasts as long as the process."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.pipelines.severity import Severity
from services.pipelines.structure import ValidationResult, validate_structure
from services.sandbox.estate import Estate, SamplePipeline
from services.sandbox.history import Run
from services.sandbox.http import Answer, Asked, Made, Problem, page
from services.sandbox.moments import Clock, written
from services.sandbox.monitor import run_shown

RUN_SECONDS = 5.0
"""How long a simulated run takes."""
KEY = re.compile(r"[\x21-\x7e]{1,128}")
MOST_KEYS = 10_000
"""So many are remembered; then the oldest is forgotten."""
REPLAY = "Idempotent-Replay"


@dataclass
class _Created:
    pipeline: SamplePipeline
    description: str
    at: datetime


@dataclass
class _Remembered:
    """What a key was first used for, and its answer."""

    digest: str
    made: Made


@dataclass
class PipelineSide:
    estate: Estate
    clock: Clock
    started: datetime
    created: dict[str, _Created] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    """Started by requests, newest first."""
    _remembered: dict[str, _Remembered] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def connections(self, asked: Asked) -> Answer:
        rows = [
            {
                "connection_id": each["id"],
                "name": each["id"],
                "type": each["type"],
                "service": each["service"],
                "description": each["description"],
                "status": "healthy",
            }
            for each in self.estate.operations["connections"]
        ]
        return page(rows, asked)

    def discover(self, asked: Asked) -> Answer:
        known = {each["id"]: each["service"] for each in self.estate.operations["connections"]}
        name = asked.parts["id"]
        if name not in known:
            raise Problem(404, "CONNECTION_NOT_FOUND", f"no connection {name}; known: {', '.join(known)}")
        schema, table = (asked.query.get(key, "").lower() for key in ("schema", "table"))
        rows = [
            {
                "name": each.name,
                "schema": each.schema,
                "description": each.description,
                "columns": [
                    {
                        "name": column.name,
                        "type": column.type,
                        "nullable": not column.required,
                        "description": column.description,
                    }
                    for column in each.columns
                ],
                "primary_key": list(each.key),
            }
            for each in self.estate.tables.values()
            if each.service == known[name] and schema in ("", each.schema.lower()) and table in ("", each.name.lower())
        ]
        return page(rows, asked)

    def list(self, asked: Asked) -> Answer:
        words = asked.query.get("search", "").lower().split()
        rows = [self._shown(each) for each in self._all().values()]
        status = asked.query.get("status", "")
        kept = (
            row
            for row in rows
            if all(word in f"{row['name']} {row['description']}".lower() for word in words)
            and status in ("", row["status"])
        )
        return page(kept, asked)

    def get(self, asked: Asked) -> Answer:
        return self._shown(self._found(asked), yaml=True)

    def validate(self, asked: Asked) -> Answer:
        return _validation(validate_structure(_yaml(asked)))

    def create(self, asked: Asked) -> Made:
        return self._once(asked, lambda: self._create(asked))

    def run(self, asked: Asked) -> Made:
        return self._once(asked, lambda: self._run(asked))

    def _create(self, asked: Asked) -> Made:
        text = _yaml(asked)
        result = validate_structure(text)
        if not result.is_valid:
            first = next(issue for issue in _validation(result)["issues"] if issue["severity"] == "error")
            raise Problem(422, "PIPELINE_INVALID", f"{first['code']}, line {first['line']}: {first['message']}")
        if len(result.documents) != 1 or result.documents[0].is_orchestration:
            raise Problem(422, "PIPELINE_INVALID", "send one pipeline with nodes")
        name = str(result.documents[0].data["name"])
        if name in self._all():
            raise Problem(409, "PIPELINE_NAME_TAKEN", f"there is a pipeline {name}; give it another name")
        given = {"name": name, "owner": "", "every": "", "at": "", "minutes": 0.0, "rows": 0, "version": 1}
        pipeline = self.estate.pipeline(given, text)
        description = asked.body.get("description") or pipeline.description
        self.created[name] = _Created(pipeline, str(description), self.clock())
        return Made(201, self._shown(pipeline, yaml=True))

    def _run(self, asked: Asked) -> Made:
        pipeline = self._found(asked)
        now = self.clock()
        run_id = f"{pipeline.name}-manual-{len(self.runs) + 1}"
        ends = now + timedelta(seconds=RUN_SECONDS)
        run = Run(run_id, pipeline, pipeline.version, now, now, ends, simulated=True)
        self.runs.insert(0, run)
        return Made(202, run_shown(run, now))

    def _once(self, asked: Asked, make: Callable[[], Made]) -> Made:
        """The first answer again where the key was used for the same request."""
        key = asked.headers.get("idempotency-key", "")
        if not KEY.fullmatch(key):
            raise Problem(400, "IDEMPOTENCY_KEY_MISSING", "send an Idempotency-Key of 1 to 128 printable characters")
        text = json.dumps([asked.path, asked.body], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        with self._lock:
            known = self._remembered.get(key)
            if known is not None and known.digest != digest:
                raise Problem(422, "IDEMPOTENCY_KEY_REUSED", "this key was used for another request")
            if known is not None:
                return Made(known.made.status, known.made.content, {REPLAY: "true"})
            made = make()
            self._remembered[key] = _Remembered(digest, made)
            if len(self._remembered) > MOST_KEYS:
                del self._remembered[next(iter(self._remembered))]
            return made

    def _all(self) -> dict[str, SamplePipeline]:
        return {**self.estate.pipelines, **{name: each.pipeline for name, each in self.created.items()}}

    def _found(self, asked: Asked) -> SamplePipeline:
        name = asked.parts["id"]
        if name not in self._all():
            raise Problem(404, "PIPELINE_NOT_FOUND", f"no pipeline {name}")
        return self._all()[name]

    def _shown(self, pipeline: SamplePipeline, *, yaml: bool = False) -> dict[str, Any]:
        created = self.created.get(pipeline.name)
        schedule = {"hour": f"every hour at :{pipeline.at[3:]}", "day": f"every day at {pipeline.at} UTC"}
        at = created.at if created else self.started - timedelta(days=400)
        shown = {
            "pipeline_id": pipeline.name,
            "name": pipeline.name,
            "description": created.description if created else pipeline.description,
            "status": "draft" if created else "active",
            "owner": pipeline.owner,
            "schedule": schedule.get(pipeline.every, ""),
            "version": pipeline.version,
            "sources": list(pipeline.sources),
            "targets": list(pipeline.targets),
            "created_at": written(at),
            "updated_at": written(at),
        }
        return shown | ({"yaml": pipeline.yaml} if yaml else {})


def _yaml(asked: Asked) -> str:
    text = asked.body.get("yaml") if isinstance(asked.body, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise Problem(400, "INVALID_ARGUMENT", "send the pipeline as a text, yaml")
    return text


def _validation(result: ValidationResult) -> dict[str, Any]:
    issues = [
        {
            "code": finding.code,
            "severity": "error" if finding.severity == Severity.ERROR else "warning",
            "message": finding.message,
            "path": ".".join(map(str, finding.path)),
            "line": finding.line,
        }
        for finding in result.findings
    ]
    return {"is_valid": result.is_valid, "issues": issues}
