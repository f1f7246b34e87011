"""Structured logs: one JSON line an event, no personal data; ids only."""

import logging
import sys

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("tanfang")


def configure_logs(level: str) -> None:
    """Everything the process says goes to standard error, one JSON object a line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is now: servers and tests replace it
    )
