"""`outcry data download`: into the home's store, again from where it was left."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.homes import held
from bot.programs.data import Asked, run_download
from engine.runtime.system import SystemClock

COMMAND = [sys.executable, "-m", "bot", "data", "download"]


def asked(home: Path, **changes: str) -> Asked:
    given = {"venue": "demo", "symbol": "btc", "timeframe": "1h", "since": "2020-01-01"}
    return Asked(**{**given, **changes}, home=home, config=None)


def test_what_was_fetched_once_is_not_fetched_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_download(asked(tmp_path)) == 0
    first = capsys.readouterr().out
    assert run_download(asked(tmp_path)) == 0
    again = capsys.readouterr().out

    assert re.search(r"BTC/USDT 1h from demo:\s+100%, ([\d,]+) of \1 bars", first)
    assert list((tmp_path / "candles" / "demo" / "BTC%2FUSDT" / "1h").glob("2020.*.parquet"))
    assert int(re.findall(r"([\d,]+) bars are new", again)[0].replace(",", "")) <= 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"venue": "mars"}, "demo"),
        ({"symbol": "BTC/GBP"}, "BTC/USDT"),
        ({"timeframe": "7m"}, "7m"),
        ({"since": "soon"}, "soon"),
        ({"since": "2999-01-01"}, "yet to come"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str], said: str
) -> None:
    assert run_download(asked(tmp_path, **change)) != 0
    assert said in capsys.readouterr().err


def test_a_home_that_is_held_is_left_to_its_holder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with held(tmp_path, "outcry run", SystemClock()):
        assert run_download(asked(tmp_path)) == 1

    told = capsys.readouterr().err
    assert "outcry run" in told
    assert "/download venue=demo symbol=BTC/USDT timeframe=1h since=2020-01-01" in told


def test_a_kill_in_the_middle_loses_no_piece_that_was_told(tmp_path: Path) -> None:
    arguments = ["demo", "BTC/USDT", "1m", "--since", "2018-01-01", "--home", str(tmp_path)]
    told = said_before_a_kill(arguments, 2)[-1]
    line = said_before_a_kill(arguments, 1)[0]

    assert stored(line) >= stored(told) > 0


def said_before_a_kill(arguments: list[str], lines: int) -> list[str]:
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = [running.stdout.readline() for _ in range(lines)]
        running.send_signal(signal.SIGKILL)
        return said


def stored(line: str) -> int:
    return int(re.findall(r"([\d,]+) of", line)[0].replace(",", ""))
