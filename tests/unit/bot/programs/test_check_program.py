"""`outcry check` says what speaks against a strategy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MINUTES = Path(__file__).parents[3] / "data" / "candles" / "btc-usd-1m-2022-01.csv.gz"


def check(*arguments):
    command = [sys.executable, "-m", "bot", "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_sound_strategy_passes_on_made_up_bars():
    told = check("sma-cross")

    assert told.returncode == 0, told.stderr
    assert "Look-ahead: none; 8 shorter histories gave the same trades." in told.stdout
    assert "Warm-up: 30 bars" in told.stdout


def test_real_candles_are_taken_where_given():
    told = check("donchian-breakout", "--candles", MINUTES)

    assert "Look-ahead: none" in told.stdout
    assert "Warm-up" in told.stdout


def test_a_mistake_is_refused_with_its_place(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text("strategy: wrong\ntimeframe: 1h\nlong:\n  enter: smaa(close, 3) > 1\n")
    told = check(path)

    assert told.returncode != 0
    assert "did you mean sma?" in told.stdout + told.stderr
