"""Lines that stand for commands read back as the same command."""

from __future__ import annotations

import pytest

from bot.command import Catalogue
from bot.families.lines import canonical_line, line_of, parted
from bot.interpreter.slash import read_slash

CATALOGUE = Catalogue.discover()


@pytest.mark.parametrize(
    "line",
    [
        "/price btc eth",
        "/buy btc 500USDT 60k stop_loss=5% time_in_force=day",
        "/sell BTC/USDT 50% trail=2%",
        "/report daily btc 7d",
        "/alert BTC/USDT price > 70000 note=look at it",
        "/timezone New York",
        "/chart btc 4h 30d sma(close, 50) rsi(close, 14)",
        "/status",
    ],
)
def test_the_canonical_line_of_a_command_gives_it_again(line: str) -> None:
    command = read_slash(line, CATALOGUE)

    assert read_slash(canonical_line(command), CATALOGUE) == command


def test_a_name_with_arguments_becomes_a_line() -> None:
    assert line_of("price", {"symbols": ["BTC/USDT", "ETH/USDT"]}) == (
        '/price symbols="BTC/USDT ETH/USDT"'
    )


@pytest.mark.parametrize(
    ("text", "line", "when"),
    [
        ("/report daily 0 8 * * 1-5", "/report daily", "0 8 * * 1-5"),
        ("/report daily every weekday at 8am", "/report daily", "every weekday at 8am"),
        ("/report daily tous les lundis à 9h", "/report daily", "tous les lundis à 9h"),
        ("/buy btc 5 0 8 * * 1", "/buy btc 5", "0 8 * * 1"),
        ("/report daily 0 25 * * *", "/report daily", "0 25 * * *"),
        ("/report daily every day", "/report daily", "every day"),
        ("/report daily", "/report daily", ""),
        ("/report daily at 8am", "/report daily at 8am", ""),
        ("/status daily at 8am", "/status", "daily at 8am"),
    ],
)
def test_the_end_of_a_line_that_says_a_time_is_the_time(text: str, line: str, when: str) -> None:
    assert parted(text) == (line, when)
