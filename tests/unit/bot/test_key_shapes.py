"""What a venue's keys look like is told from what people write."""

from __future__ import annotations

import secrets
import string
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.key_shapes import shows_key

LETTERS = string.ascii_letters + string.digits


def drawn(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


DRAWN = {
    "binance": lambda: drawn(64),
    "kraken": lambda: b64encode(secrets.token_bytes(64)).decode(),
    "bybit": lambda: drawn(36),
    "okx": lambda: secrets.token_hex(16).upper(),
    "token": lambda: f"oc_{secrets.token_urlsafe(32)}",
    "signing": lambda: f"whsec_{b64encode(secrets.token_bytes(32)).decode()}",
    "pem": lambda: "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----",
}


@pytest.mark.parametrize("venue", DRAWN)
def test_secrets_of_every_kind_are_seen_nearly_always(venue: str) -> None:
    seen = [shows_key(f"here it is: {DRAWN[venue]()} ok?") for _ in range(500)]

    assert sum(seen) >= 480


@pytest.mark.parametrize(
    "text",
    [
        "/buy BTC/USDT 0.1 price=60000 stop_loss=58000 take_profit=62000:50%,64000:50%",
        "/import /home/ann/strategies/bollinger-reversion-2024-01-31-final-v12.yaml",
        "/backtest BollingerReversion2024 candles=btc-usd-1m-2022-01.csv.gz fast=10 slow=30",
        "crosses_above(close, sma(close, 200)) and rsi(close, 14) < 30",
        "https://www.tradingview.com/support/solutions/43000529348",
        "achète 0,25 bitcoin à 60 000 et préviens-moi anticonstitutionnellement",
        "0x00000000000000000000000000000000",
        "20240131202402282024033120240430",
        "/yes a1b2c3",
    ],
)
def test_what_people_write_is_no_key(text: str) -> None:
    assert not shows_key(text)


@given(st.text(alphabet=string.ascii_lowercase + " -_/.,", max_size=300))
def test_words_are_never_a_key(text: str) -> None:
    assert not shows_key(text)
