"""Structured logs: one JSON object a line, in the home's logs/outcry.log, never a secret."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO

import structlog

_SECRET_NAMES = re.compile(
    r"token|secret|password|passphrase|api_?key|authorization", re.IGNORECASE
)
# Bot tokens, API keys and the like: long runs of letters and digits with a mark between.
_SECRET_SHAPES = re.compile(r"\b(?:\d{6,12}:[\w-]{30,}|xox[abp]-[\w-]+|sk-[\w-]{16,}|[\w-]{64,})\b")
_HIDDEN = "[hidden]"


def start_logs(home: Path, level: str, screen: TextIO | None = None) -> None:
    """Send all logs, the libraries' too, to the home's file, and to a screen where one is given."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [
        RotatingFileHandler(
            folder / "outcry.log", maxBytes=10_000_000, backupCount=5, encoding="utf-8"
        )
    ]
    if screen is not None:
        handlers.append(logging.StreamHandler(screen))
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    form = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    for handler in handlers:
        handler.setFormatter(form)
    root = logging.getLogger()
    root.handlers = handlers
    root.setLevel(level.upper())


def without_secrets(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide what bears a secret's name or has a secret's shape."""
    del logger, method
    for name, value in event.items():
        if _SECRET_NAMES.search(name):
            event[name] = _HIDDEN
        elif isinstance(value, str):
            event[name] = _SECRET_SHAPES.sub(_HIDDEN, value)
    return event
