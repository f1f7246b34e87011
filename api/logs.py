"""Structured logs: one JSON line an event, no personal data; ids only."""

import logging
import sys
from dataclasses import dataclass
from typing import Any

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("tanfang")


SEEN = "tanfang.seen"  # where a request carries it


@dataclass(slots=True)
class Seen:
    """What becomes known of a request on its way. ``operation``: as the document has it; ``user``: an id."""

    operation: str = "none"
    user: str | None = None


class _Libraries(logging.Handler):
    """What libraries say goes the same way as what we say."""

    def emit(self, record: logging.LogRecord) -> None:
        said: dict[str, Any] = {"exc_info": record.exc_info} if record.exc_info else {}
        log.log(record.levelno, record.getMessage(), logger=record.name, **said)


def configure_logs(level: str) -> None:
    """Everything the process says goes to standard error, one JSON object a line and nothing but ASCII in it."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=True)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is now: servers and tests replace it
    )
    everything = logging.getLogger()
    if not any(isinstance(handler, _Libraries) for handler in everything.handlers):
        everything.addHandler(_Libraries())
