"""Whether anything knows the pipeline that is asked about."""

from __future__ import annotations

from services.copilot.platform.clients import Platform
from services.copilot.platform.monitor import MonitorService
from services.copilot.rca.collect import Reading
from services.copilot.rca.finding_symptom import Asked
from services.copilot.sql.nearest import nearest


async def unknown(platform: Platform, monitor: MonitorService, reading: Reading, asked: Asked) -> str:
    """What is wrong where the services answer, but none has a run, an alert or a pipeline of that id; else ""."""
    name = asked.pipeline_id
    if not name or asked.run_id or asked.alert_id or reading.degraded:
        return ""
    if await reading.listing("runs", lambda: monitor.list_runs(pipeline_id=name, most=1)):
        return ""
    if await reading.listing("alerts", lambda: monitor.list_alerts(pipeline_id=name, most=1)):
        return ""
    async with platform.pipelines() as pipelines:
        if await reading.ask(lambda: pipelines.get_pipeline(name), None) is not None:
            return ""
        listed = await reading.listing("pipelines", pipelines.list_pipelines)
    if reading.degraded:
        return ""
    near = nearest(name, [each.pipeline_id for each in listed])
    remedy = f"did you mean {' or '.join(near)}?" if near else "send the id that the pipeline service lists"
    return f"pipeline_id: no service knows a pipeline {name[:200]!r}; {remedy}"
