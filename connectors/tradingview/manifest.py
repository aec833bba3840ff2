"""What TradingView's webhooks are like, and what a signal may be.

Source: tradingview.com/support/solutions/43000529348, read 2026-11: addresses, ports 80 and 443
only, no IPv6, an answer within three seconds, JSON or else plain text, nothing signed.
"""

from __future__ import annotations

from dataclasses import dataclass

ADDRESSES = ("52.89.214.238", "34.212.75.30", "54.218.53.128", "52.32.178.7")
"""Whence TradingView posts."""
PATH = "/hooks/tradingview"
SIGNED_PATH = "/hooks/signed"
MOST_BYTES = 16_384
LONGEST_NOTE = 500
ANSWER_SECONDS = 0.8
"""What a commit may take before the caller is told to come again."""
FUTURE_MS = 10_000
"""How far ahead a caller's clock may be."""


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """`addresses`: whence TradingView's signals are taken, all where there are none.

    `age_ms`: how old a signal may be.
    """

    addresses: tuple[str, ...] = ADDRESSES
    age_ms: int = 60_000
