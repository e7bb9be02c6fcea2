"""Logs: one line an event, JSON in production, with the request's id. Tokens and addresses never appear:
requests are logged by their route, not by their path."""

import io
import logging
import sys
from contextlib import suppress
from typing import Any

import structlog

WITH_TIME: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def init(as_json: bool, level: int = logging.INFO) -> None:
    """Send structlog's and the standard library's lines through one formatter, to standard error."""
    shared = [structlog.stdlib.add_logger_name, *WITH_TIME]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Any] = [structlog.processors.format_exc_info] if as_json else []
    last.append(_renderer(as_json))
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("huey", "waitress.queue", "alembic.runtime.migration", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class _StandardError(io.TextIOBase):
    """Standard error as it is now. A line that cannot be written is lost, and not the page it is about."""

    def write(self, line: str) -> int:
        with suppress(OSError, ValueError):
            sys.stderr.write(line)
        return len(line)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def direct(name: str, as_json: bool, level: int = logging.INFO) -> Any:
    """A logger that writes the same lines itself: one of the standard library's costs three times as much, and
    every page pays for one."""
    logger = structlog.wrap_logger(
        structlog.WriteLogger(_StandardError()),  # type: ignore[arg-type]  # it is only written to and flushed
        processors=[*WITH_TIME, _renderer(as_json)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    return logger.bind(logger=name)


def _renderer(as_json: bool) -> Any:
    return structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
