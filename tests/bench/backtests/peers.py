"""The peers, each in an environment of its own under `.bench`, asked for the same work.

What cannot be installed is said and left out. None of it is a dependency of ours.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.backtest import CONVENTIONS, Settings, compiled, kernel
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from tests.bench.backtests.histories import LONG, SHORT, gapped, walk, write_arrays
from tests.bench.backtests.workloads import CROSS, RICH, STRENGTH, TIGHT, closed, timed
from tests.bench.rows import Row

ROOT = Path(__file__).parents[3]
SCRIPTS = Path(__file__).parent / "scripts"
HOMES = ROOT / ".bench"
# Prices agree to this share of them; freqtrade keeps eight decimals of a ratio.
SAME = 1e-8
WORKLOADS = {"cross": (CROSS, {}), "rsi": (STRENGTH, {}), "tight": (STRENGTH, TIGHT)}


@dataclass(frozen=True, slots=True)
class Peer:
    """One of them: its script, what to install, and the convention that is its own."""

    name: str
    script: str
    packages: tuple[str, ...]


PEERS = (
    Peer("vectorbt", "peer_vectorbt", ("vectorbt==1.2.0",)),
    Peer("backtesting.py", "peer_backtesting", ("backtesting==0.6.6",)),
    Peer("backtrader", "peer_backtrader", ("backtrader==1.9.78.123", "numpy", "pandas")),
    Peer("freqtrade", "peer_freqtrade", ("freqtrade==2026.9",)),
    Peer("nautilus", "peer_nautilus", ("nautilus_trader==1.231.0",)),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A peer's trades, as `closed` has ours, and the best seconds of a run."""

    trades: list[list[float]]
    seconds: float
    version: str


class Missing(Exception):
    """It cannot be had here."""


@cache
def home(peer: Peer) -> Path:
    """Its environment's Python, made where there is none. Raises Missing."""
    python = HOMES / peer.name / "bin" / "python"
    mark = HOMES / peer.name / "installed"
    if mark.exists() and mark.read_text() == " ".join(peer.packages):
        return python
    uv = ROOT / ".tools" / "bin" / "uv"
    make = [str(uv), "venv", "-q", "--clear", "--python", _python()]
    make.append(str(HOMES / peer.name))
    install = [str(uv), "pip", "install", "-q", "--python", str(python), *peer.packages]
    for words in (make, install):
        try:
            subprocess.run(words, check=True, capture_output=True, text=True, timeout=240)
        except subprocess.CalledProcessError as error:
            lines = error.stderr.strip().splitlines()
            raise Missing(lines[-1] if lines else "no reason given") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Missing(str(error)) from error
    mark.write_text(" ".join(peer.packages))
    return python


@cache
def _python() -> str:
    """The first Python of 3.12 and on that runs, for one of them asks for it; else our own."""
    names = ("python3.12", "python3.13")
    shims = sorted((Path.home() / ".pyenv" / "versions").glob("3.1[23]*/bin/python"))
    for each in (*(shutil.which(name) for name in names), *map(str, shims)):
        if (
            each
            and not subprocess.run([each, "-c", ""], check=False, capture_output=True).returncode
        ):
            return each
    return sys.executable


def ask(peer: Peer, workload: str, candles: Candles, times: int) -> Outcome:
    """Run a workload there. Raises Missing."""
    python = home(peer)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candles.npz"
        write_arrays(path, candles)
        words = [str(python), "-W", "ignore", str(SCRIPTS / f"{peer.script}.py")]
        words += [workload, str(path), str(times)]
        done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise RuntimeError(f"{peer.name}: {done.stderr[-600:]}")
    found = json.loads(done.stdout[done.stdout.index('{"trades"') :])
    return Outcome(found["trades"], found["seconds"], found["version"])


def trades() -> Iterator[Row | str]:
    """Trade for trade, under each peer's convention, by both of our engines."""
    candles = gapped(SHORT)
    for peer in PEERS:
        settings = Settings(cash=1e8, convention=CONVENTIONS[peer.name])
        counts, apart = [], 0
        try:
            for workload, (strategy, values) in WORKLOADS.items():
                theirs = ask(peer, workload, candles, 1)
                asked = strategy, candles, Timeframe.M1, settings, values
                counts.append(f"{workload} {len(theirs.trades)}")
                for engine in (compiled.run, kernel.run):
                    apart += _apart(closed(engine(*asked)), theirs.trades)
        except Missing as error:
            yield f"{peer.name} cannot be installed here and is left out: {error}"
            continue
        name = f"trades unlike those of {peer.name} {theirs.version} ({', '.join(counts)})"
        yield name, float(apart), 0, "< trades"


def _apart(ours: list[list[float]], theirs: list[list[float]]) -> int:
    """How many of one are not found, in order, in the other."""
    pairs = zip(ours, sorted(theirs, key=lambda row: row[2]), strict=False)
    unlike = sum(not _same(mine, their) for mine, their in pairs)
    return unlike + abs(len(ours) - len(theirs))


def _same(ours: list[float], theirs: list[float]) -> bool:
    return all(abs(a - b) <= SAME * abs(a) for a, b in zip(ours, theirs, strict=True))


def speed() -> Iterator[Row | str]:
    """Ours over the quickest of them, by time a bar; those that walk are given fewer bars."""
    candles = walk(LONG)
    for workload, strategy in (("cross", CROSS), ("rsi", STRENGTH)):
        found: dict[str, float] = {}
        for peer in PEERS:
            bars, times = (LONG, 3) if peer.name == "vectorbt" else (SHORT, 2)
            try:
                found[peer.name] = ask(peer, workload, candles[:bars], times).seconds / bars
            except Missing:
                continue  # said where the trades are compared
        (ours,) = timed(lambda s=strategy: compiled.run(s, candles, Timeframe.M1, RICH), rounds=9)
        told = ", ".join(f"{name} {1 / each:,.0f}" for name, each in found.items())
        yield f"{workload}, bars a second: ours {LONG / ours:,.0f}, {told}"
        if found:
            quickest = min(found, key=lambda name: found[name])
            share = ours / LONG / found[quickest]
            yield (
                f"{workload}: our time a bar over the quickest peer's, {quickest}",
                share,
                1,
                "< x",
            )


def slow_engine() -> Iterator[Row | str]:
    """The kernel beside backtesting.py, both turn by turn, a trade every 25 bars."""
    peer = next(each for each in PEERS if each.name == "backtesting.py")
    candles, values = walk(LONG)[:SHORT], {"fast": 5, "slow": 15}
    theirs, ours, count = float("inf"), float("inf"), 0
    for _ in range(3):
        try:
            told = ask(peer, "cross-5-15", candles, 3)
        except Missing as error:
            yield f"the kernel has nobody beside it: {error}"
            return
        theirs, count = min(theirs, told.seconds), len(told.trades)
        (mine,) = timed(lambda: kernel.run(CROSS, candles, Timeframe.M1, RICH, values), rounds=3)
        ours = min(ours, mine)
    every = SHORT / count
    name = (
        f"kernel, a trade every {every:.0f} bars: {SHORT / ours:,.0f} bars a second, "
        f"backtesting.py {SHORT / theirs:,.0f}"
    )
    yield name, theirs / ours, 1.5, "x backtesting.py"
