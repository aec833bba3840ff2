"""Logs hold what happened and no secret, whatever a library writes of its addresses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.logs import start_logs, without_secrets

TELEGRAM = "123456789:AAE-abcdefghijklmnopqrstuvwxyz_0123"
DISCORD = "MTE5NjI0NzY5ODU2MzQ1MjAxMA.GhT7Xy.abcdefghijklmnopqrstuvwxyz0123456789AB"


@pytest.mark.parametrize(
    "line",
    [
        f"HTTP Request: POST https://api.telegram.org/bot{TELEGRAM}/getMe",
        f"Bot {DISCORD}",
        "Bearer xoxb-1234567890-abcdefghij",
        "Bearer xapp-1-A0123-4567-abcdef",
        "key=sk-abcdefghijklmnop1234",
        f"https://discord.com/api/webhooks/1/{'a1b2' * 20}/messages",
    ],
)
def test_what_has_a_secrets_shape_is_hidden_wherever_it_stands(line: str) -> None:
    shown = without_secrets(None, "", {"event": line})["event"]

    assert "[hidden]" in shown
    for secret in (TELEGRAM, DISCORD, "abcdefghij", "a1b2a1b2"):
        assert secret not in shown


@pytest.mark.parametrize("line", ["BTC/USDT at 61,250.51", "2026-11-29T06:11:00.670252Z", "v0.1.2"])
def test_what_people_say_is_left_as_it_is(line: str) -> None:
    assert without_secrets(None, "", {"event": line}) == {"event": line}


@pytest.fixture
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = before, level
    for name in ("bot", "engine", "connectors", "alembic.runtime.migration"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.mark.parametrize(("level", "hears"), [("info", False), ("debug", True), ("error", False)])
def test_libraries_tell_their_requests_only_to_who_looks_for_faults(
    tmp_path: Path, restored: None, level: str, hears: bool
) -> None:
    start_logs(tmp_path, level)
    logging.getLogger("httpx").info("HTTP Request")
    logging.getLogger("bot.somewhere").error("ours")
    text = (tmp_path / "logs" / "outcry.log").read_text("utf-8")

    assert ("HTTP Request" in text) is hears
    assert "ours" in text
