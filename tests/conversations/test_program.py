"""The program itself, as a newcomer runs it: lines piped in, a restart in the middle."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OUTCRY = [sys.executable, "-m", "bot", "--home"]

pytestmark = pytest.mark.timeout(180)


def spoken(home: Path, *lines: str) -> str:
    """Everything that the program says to these lines."""
    done = subprocess.run(
        [*OUTCRY, str(home), "chat", "--plain"],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout


def test_a_newcomers_session_with_a_restart_in_the_middle(tmp_path: Path) -> None:
    first = spoken(
        tmp_path,
        "price of btc",
        "/chart BTC/USDT 4h sma(close,20)",
        "buy 0.001 btc",
        "/yes",
        "/positions",
        "/sell BTC/USDT 100% stop_price=20000",
        "/yes",
        "/alert BTC/USDT price > 1000",
    )

    for said in ("Really buy 0.001 BTC/USDT?", "Bought 0.001 BTC/USDT"):
        assert said in first
    assert "simulated prices" in first
    picture = re.search(r": (/\S+chart\S+\.png)", first)
    assert picture is not None
    assert Path(picture[1]).read_bytes().startswith(b"\x89PNG")

    second = spoken(tmp_path, "/positions", "/orders", "/report performance", "/alerts")

    assert re.search(r"BTC/USDT\s+0\.001", second)
    assert "stop 20,000.00" in second
    # It fires with the first price after it was set, in whichever of the two that comes.
    assert (first + second).count("Alert: BTC/USDT") == 1
    report = re.search(r": (/\S+report\S+\.pdf)", second)
    assert report is not None
    assert Path(report[1]).read_bytes().startswith(b"%PDF")


def test_a_second_process_on_the_same_home_is_told_who_trades_there(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*OUTCRY, str(tmp_path), "chat", "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        first.stdin.write("/status\n")
        first.stdin.flush()
        first.stdout.readline()
        second = subprocess.run(
            [*OUTCRY, str(tmp_path), "chat", "--plain"],
            input="/price btc\n",
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        first.stdin.close()
        first.wait(timeout=60)

    assert second.returncode == 1
    assert "Another process trades on this data" in second.stderr
    assert f"terminal:you (process {first.pid})" in second.stderr


def test_a_mistake_in_the_configuration_stops_the_start_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("desk:\n  langage: fr\n")

    done = subprocess.run(
        [*OUTCRY, str(tmp_path), "chat", "--plain"],
        input="",
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert done.returncode == 2
    assert "line 2" in done.stderr
    assert "did you mean language?" in done.stderr
