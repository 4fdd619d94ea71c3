"""What can go wrong with a service of the platform.

Unavailable
└── PlatformUnavailable             no usable answer; `kind` says how, `degraded` is for `degraded_reasons`
    ├── PipelineServiceUnavailable
    ├── MonitorServiceUnavailable
    └── MetadataServiceUnavailable
NotFound
└── PlatformNotFound                the service knows nothing of that id
FailedPrecondition
└── PlatformRejected                the service refuses the request for good, and says why
"""

from __future__ import annotations

from typing import Literal

from services.runtime.errors import FailedPrecondition, NotFound, Unavailable

Kind = Literal["away", "silent", "cut", "busy", "refused", "unreadable"]

_MESSAGES: dict[Kind, str] = {
    "away": "the {name} does not answer; check {setting}, and that it runs",
    "silent": "the {name} does not answer in time; check {setting}, and that it runs",
    "cut": "the {name} breaks off its answer each time",
    "busy": "the {name} answers {status} each time; try again later",
    "refused": "the {name} answers {status}; check PLATFORM_TOKEN and what it may do",
    "unreadable": "the {name} gives an answer that is not of its contract",
}


class PlatformUnavailable(Unavailable):
    name = "platform"
    setting = ""
    degraded = ""

    def __init__(self, kind: Kind, status: int = 0) -> None:
        text = _MESSAGES[kind].format(name=self.name, setting=self.setting, status=status)
        super().__init__(text, metadata={"kind": kind})
        self.kind = kind


class PipelineServiceUnavailable(PlatformUnavailable):
    reason = "PIPELINE_SERVICE_UNAVAILABLE"
    name, setting, degraded = "pipeline service", "PIPELINE_BASE_URL", "pipeline_service_unavailable"


class MonitorServiceUnavailable(PlatformUnavailable):
    reason = "MONITOR_SERVICE_UNAVAILABLE"
    name, setting, degraded = "monitor service", "MONITOR_BASE_URL", "monitor_service_unavailable"


class MetadataServiceUnavailable(PlatformUnavailable):
    reason = "METADATA_SERVICE_UNAVAILABLE"
    name, setting, degraded = "metadata service", "METADATA_BASE_URL", "metadata_service_unavailable"


class PlatformNotFound(NotFound):
    reason = "PLATFORM_NOT_FOUND"


class PlatformRejected(FailedPrecondition):
    """`metadata["code"]` is the service's own code, such as PIPELINE_NAME_TAKEN."""

    reason = "PLATFORM_REJECTED"
