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
# Telegram's tokens, also where an address has them in the middle of a word, Discord's, Slack's, a
# model's key; and any run as long as nothing is that people write.
_SECRET_SHAPES = re.compile(
    r"\d{6,12}:[\w-]{30,}|[\w-]{20,}\.[\w-]{5,8}\.[\w-]{20,}|x(?:ox[a-z]|app)-[\w-]+"
    r"|sk-[\w-]{16,}|[\w-]{64,}"
)
_OWN = ("bot", "engine", "connectors", "alembic.runtime.migration")
"""What is logged from the chosen level on; libraries at `debug`, or from warnings on."""
_TALKERS = ("telegram", "discord", "slack_sdk", "slack_bolt", "aiosqlite")
"""At `debug` they would write down every message, and with it what only its reader may know."""
_HIDDEN = "[hidden]"


def start_logs(home: Path, level: str, screen: TextIO | None = None) -> None:
    """Send logs, the libraries' warnings too, to the home's file, and to a screen if one is given.

    At `debug` the libraries say all they have to say, but for what people are told.
    """
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
    chosen = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(chosen if chosen <= logging.DEBUG else max(chosen, logging.WARNING))
    for name in _OWN:
        logging.getLogger(name).setLevel(chosen)
    for name in _TALKERS:
        logging.getLogger(name).setLevel(max(root.level, logging.INFO))


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
