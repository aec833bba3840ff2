"""`outcry doctor` and `outcry status`: what they say of a home that nobody has begun."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.programs.doctor import run_doctor
from bot.programs.status import run_status

BINANCE = """
market: {source: exchange, venue: binance, symbols: [BTC/USDT]}
accounts: [{id: main, mode: live, venue: binance}]
"""
MARKETS = {
    "": "simulated, seed 1",
    BINANCE: "binance: BTC/USDT",
    "market: {source: replay, file: '{candles}', symbol: BTC/USDT}": "replay of {candles}",
}


@pytest.fixture
def candles(tmp_path: Path) -> Path:
    path = tmp_path / "btc.csv"
    path.write_text("time,open,high,low,close,volume\n")
    return path


@pytest.mark.parametrize("market", MARKETS)
def test_all_is_well_at_every_source_of_prices(
    market: str, candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(market.replace("{candles}", str(candles)))

    assert run_doctor(tmp_path / "home", config) == 0
    said = capsys.readouterr().out
    assert f"Prices: {MARKETS[market].replace('{candles}', str(candles))}" in said


def test_a_replay_of_no_file_is_not_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("market: {source: replay, file: gone.csv, symbol: BTC/USDT}")

    assert run_doctor(tmp_path / "home", config) == 1
    assert "BAD  Prices: replay of gone.csv" in capsys.readouterr().out


def test_status_says_what_each_account_is_meant_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(BINANCE)

    assert run_status(tmp_path / "home", config) == 0
    said = capsys.readouterr().out
    assert "exchange market\n" in said
    assert "Accounts   main (live)\n" in said
