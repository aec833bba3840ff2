"""The peers, each in an environment of its own under `.bench`, asked for the same work.

They run on the Python that we run on, or else it is Pythons that are compared; one that asks for a
newer one is given it.
What cannot be had is said, and counts as short. None of it is a dependency of ours.
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
from engine.strategies import Strategy
from tests.bench.backtests.histories import LONG, SHORT, gapped, walk, write_arrays
from tests.bench.backtests.workloads import CROSS, RICH, STRENGTH, TIGHT, closed, timed
from tests.bench.rows import Row, Unmeasured

ROOT = Path(__file__).parents[3]
SCRIPTS = Path(__file__).parent / "scripts"
HOMES = ROOT / ".bench"
# Prices agree to this share of them; freqtrade keeps eight decimals of a ratio.
SAME = 1e-8
WORKLOADS = {"cross": (CROSS, {}), "rsi": (STRENGTH, {}), "tight": (STRENGTH, TIGHT)}
_TIMED = {"cross": CROSS, "rsi": STRENGTH}
# How often the two that lie close together are timed, turn by turn.
_TURNS = 4
# Seconds a peer may take for all that it is asked, on a busy machine.
_PATIENCE = 240


@dataclass(frozen=True, slots=True)
class Peer:
    """One of them: its script, what to install, and the convention that is its own."""

    name: str
    script: str
    packages: tuple[str, ...]
    python: tuple[int, int] = (3, 11)
    """The oldest that it runs on."""


PEERS = (
    Peer("vectorbt", "peer_vectorbt", ("vectorbt==1.2.0",)),
    Peer("backtesting.py", "peer_backtesting", ("backtesting==0.6.6",)),
    Peer("backtrader", "peer_backtrader", ("backtrader==1.9.78.123", "numpy", "pandas")),
    Peer("freqtrade", "peer_freqtrade", ("freqtrade==2026.9",)),
    Peer("nautilus", "peer_nautilus", ("nautilus_trader==1.231.0",), (3, 12)),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A workload on bars; `times` runs of it, of which the best counts."""

    workload: str
    candles: Candles
    times: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """A peer's trades, as `closed` has ours, and the processor seconds of its best run."""

    trades: list[list[float]]
    seconds: float
    version: str


class Missing(Exception):
    """It cannot be had here."""


@cache
def home(peer: Peer) -> Path:
    """Its environment's Python, made where there is none. Raises Missing."""
    python = HOMES / peer.name / "bin" / "python"
    mark, base = HOMES / peer.name / "installed", _python(peer.python)
    made_of = " ".join((base, *peer.packages))
    if mark.exists() and mark.read_text() == made_of:
        return python
    uv = ROOT / ".tools" / "bin" / "uv"
    make = [str(uv), "venv", "-q", "--clear", "--python", base]
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
    mark.write_text(made_of)
    return python


@cache
def _python(oldest: tuple[int, int]) -> str:
    """Our own where it is new enough, else the first Python of 3.12 and on that runs."""
    if sys.version_info[:2] >= oldest:
        return sys.executable
    names = ("python3.12", "python3.13")
    shims = sorted((Path.home() / ".pyenv" / "versions").glob("3.1[23]*/bin/python"))
    for each in (*(shutil.which(name) for name in names), *map(str, shims)):
        if (
            each
            and not subprocess.run([each, "-c", ""], check=False, capture_output=True).returncode
        ):
            return each
    return sys.executable


def ask(peer: Peer, *jobs: Job) -> list[Outcome]:
    """Run jobs there, all in one process, for some of them import for ten seconds. Raises Missing.

    Raises RuntimeError where it fails at them.
    """
    words = [str(home(peer)), "-W", "ignore", str(SCRIPTS / f"{peer.script}.py")]
    with tempfile.TemporaryDirectory() as folder:
        for number, job in enumerate(jobs):
            path = Path(folder) / f"{number}.npz"
            write_arrays(path, job.candles)
            words += [job.workload, str(path), str(job.times)]
        try:
            done = subprocess.run(
                words, check=False, capture_output=True, text=True, cwd=folder, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired as error:
            raise Missing(f"not done after {_PATIENCE} s") from error
    if done.returncode:
        raise RuntimeError(f"{peer.name}: {done.stderr[-600:]}")
    found = json.loads(done.stdout[done.stdout.index('{"version"') :])
    return [Outcome(run["trades"], run["seconds"], found["version"]) for run in found["runs"]]


def beside() -> Iterator[Row | Unmeasured | str]:
    """Trade for trade under each peer's convention by both of our engines, and who is quicker."""
    seconds: dict[str, dict[str, float]] = {workload: {} for workload in _TIMED}
    for peer in PEERS:
        yield f"asking {peer.name}"
        try:
            *met, cross, rsi = ask(peer, *_jobs(peer))
        except Missing as error:
            yield Unmeasured(f"trades unlike those of {peer.name}", str(error))
            continue
        for workload, timed_run, job in zip(_TIMED, (cross, rsi), _jobs(peer)[-2:], strict=True):
            seconds[workload][peer.name] = timed_run.seconds / len(job.candles)
        yield _compared(peer, met)
    for workload, strategy in _TIMED.items():
        yield from _quicker(workload, strategy, seconds[workload])


def _jobs(peer: Peer) -> list[Job]:
    """What is compared, then what is timed; those that walk bar by bar are given fewer bars."""
    timed_bars, times = (walk(LONG), 3) if peer.name == "vectorbt" else (walk(SHORT), 2)
    compared = [Job(workload, gapped(SHORT)) for workload in WORKLOADS]
    return [*compared, *(Job(workload, timed_bars, times) for workload in _TIMED)]


def _compared(peer: Peer, outcomes: list[Outcome]) -> Row:
    candles = gapped(SHORT)
    settings = Settings(cash=1e8, convention=CONVENTIONS[peer.name])
    counts, apart = [], 0
    for (workload, (strategy, values)), theirs in zip(WORKLOADS.items(), outcomes, strict=True):
        counts.append(f"{workload} {len(theirs.trades)}")
        for engine in (compiled.run, kernel.run):
            ours = engine(strategy, candles, Timeframe.M1, settings, values)
            apart += _apart(closed(ours), theirs.trades)
    version = outcomes[0].version
    name = f"trades unlike those of {peer.name} {version} ({', '.join(counts)})"
    return name, float(apart), 0, "< trades"


def _apart(ours: list[list[float]], theirs: list[list[float]]) -> int:
    """How many of one are not found, in order, in the other."""
    pairs = zip(ours, sorted(theirs, key=lambda row: row[2]), strict=False)
    unlike = sum(not _same(mine, their) for mine, their in pairs)
    return unlike + abs(len(ours) - len(theirs))


def _same(ours: list[float], theirs: list[float]) -> bool:
    return all(abs(a - b) <= SAME * abs(a) for a, b in zip(ours, theirs, strict=True))


def _quicker(
    workload: str, strategy: Strategy, theirs: dict[str, float]
) -> Iterator[Row | Unmeasured | str]:
    """Our time a bar over that of the quickest of them."""
    if not theirs:
        yield Unmeasured(f"{workload}: our time a bar over the quickest peer's", "no peer is here")
        return
    (ours,) = timed(lambda: compiled.run(strategy, walk(LONG), Timeframe.M1, RICH), rounds=9)
    told = ", ".join(f"{name} {1 / each:,.0f}" for name, each in theirs.items())
    yield f"{workload}, bars a second: ours {LONG / ours:,.0f}, {told}"
    quickest = min(theirs, key=lambda name: theirs[name])
    name = f"{workload}: our time a bar over the quickest peer's, {quickest}"
    yield name, ours / LONG / theirs[quickest], 1, "< x"


def slow_engine() -> Iterator[Row | Unmeasured]:
    """The kernel beside backtesting.py, both turn by turn, a trade every 25 bars."""
    peer = next(each for each in PEERS if each.name == "backtesting.py")
    candles, values = walk(LONG)[:SHORT], {"fast": 5, "slow": 15}
    theirs, ours, count = float("inf"), float("inf"), 0
    for _ in range(_TURNS):
        try:
            (told,) = ask(peer, Job("cross-5-15", candles, 5))
        except Missing as error:
            yield Unmeasured("kernel, times as quick as backtesting.py", str(error))
            return
        theirs, count = min(theirs, told.seconds), len(told.trades)
        (mine,) = timed(lambda: kernel.run(CROSS, candles, Timeframe.M1, RICH, values), rounds=5)
        ours = min(ours, mine)
    every = SHORT / count
    name = (
        f"kernel, a trade every {every:.0f} bars: {SHORT / ours:,.0f} bars a second, "
        f"backtesting.py {SHORT / theirs:,.0f}"
    )
    yield name, theirs / ours, 1.5, "x backtesting.py"
