"""Logs: one line an event, JSON in production, with the request's id. Tokens and addresses never appear:
requests are logged by their route, not by their path."""

import logging
import sys
from typing import Any

import structlog


def init(as_json: bool, level: int = logging.INFO) -> None:
    """Send structlog's and the standard library's lines through one formatter, to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Any] = [structlog.processors.format_exc_info] if as_json else []
    last.append(structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer())
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("huey", "waitress.queue"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
