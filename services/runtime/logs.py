"""One log: structlog and the standard library through the same pipe, JSON or console, secrets removed."""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import Processor

from services.runtime.redaction import redaction_processor

LogFormat = Literal["auto", "json", "console"]

# httpx logs full URLs at INFO, asyncpg and grpc are chatty below WARNING.
_QUIET = {
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "httpx2": "WARNING",
    "httpcore2": "WARNING",
    "asyncio": "WARNING",
    "grpc": "WARNING",
    "anthropic": "WARNING",
}

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    # plain traceback text: the structured one prints local variables, and those hold secrets
    structlog.processors.format_exc_info,
    redaction_processor,
)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def configure_logging(
    form: LogFormat = "auto",
    level: str = "INFO",
    stream: TextIO | None = None,
    **bound: Any,
) -> None:
    """Send every log record of this process to `stream` (standard error). `bound` fields appear on each
    line."""
    stream = stream or sys.stderr
    console = form == "console" or (form == "auto" and stream.isatty())
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if console
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )

    def bind(_logger: Any, _method: str, event: Any) -> Any:
        return {**bound, **event}

    shared: list[Processor] = [*_SHARED[:1], bind, *_SHARED[1:]]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, lowest in _QUIET.items():
        logging.getLogger(name).setLevel(max(logging.getLevelName(lowest), root.level))
