"""`outcry data download`: a venue's past candles into the home's store, from where it was left."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.commands.markets.download import Download, Series
from bot.config import Config, home_folder, read_config, token_secret
from bot.errors import BotError
from bot.families.lines import canonical_line
from bot.homes import held
from bot.interpreter.slash import build
from bot.programs.trouble import explain
from bot.web.listening import ADDRESS_FILE
from bot.wiring import Histories, System, candle_store, sources
from engine.errors import DeskHeld, EngineError
from engine.runtime.downloads import Downloader, Progress, check_listed
from engine.runtime.system import SystemClock, SystemIdentities

_HOLDER = "outcry data download"
_INTERRUPTED = 130
_HAND_OVER = (
    "{holder} runs on this home and does the downloads meanwhile. Say there:\n"
    "  {line}\n"
    "or say a token with the scope settings in OUTCRY_TOKEN and I shall hand it over.\n"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says."""

    venue: str
    symbol: str
    timeframe: str
    since: str
    home: Path | None
    config: Path | None


def run_download(asked: Asked) -> int:
    """Fetch what is missing, saying how far it is; gives the exit code."""
    folder = home_folder(asked.home)
    try:
        wanted = _read(asked)
        config = read_config(asked.config, folder)
        folder.mkdir(parents=True, exist_ok=True)
        system = System(SystemClock(), SystemIdentities())
        with held(folder, _HOLDER, system.clock):
            return asyncio.run(_downloaded(wanted, config, folder, system))
    except DeskHeld as error:
        return _handed_over(wanted, folder, error)
    except (BotError, EngineError) as error:
        return explain(error)
    except KeyboardInterrupt:
        sys.stderr.write("\nWhat came is kept; the same command goes on from there.\n")
        return _INTERRUPTED


def _read(asked: Asked) -> Download:
    """As the chat would read it. Raises ArgumentInvalid."""
    words = ("venue", "symbol", "timeframe", "since")
    command = build(Download, {name: getattr(asked, name) for name in words})
    if not isinstance(command, Download):
        raise TypeError(command)
    return command


async def _downloaded(wanted: Download, config: Config, home: Path, system: System) -> int:
    histories = Histories(sources(config, system), system.clock)
    series = wanted.series(histories.venues(), system.clock.now())
    progress, said = Progress(0, 0, 0), _Said(series)
    downloader = Downloader(candle_store(home, system), system.clock)
    end = system.clock.now_ms() // 1000
    async with histories.open(series.venue, series.symbol) as feed:
        check_listed(feed, series.symbol)
        async for progress in downloader.download(
            feed, series.symbol, series.timeframe, wanted.start, end
        ):
            said.progress(progress)
    said.end(progress)
    return 0


class _Said:
    """One line that changes on a screen, a line a tenth in a pipe."""

    def __init__(self, series: Series) -> None:
        self._name = f"{series.symbol} {series.timeframe.value} from {series.venue}"
        self._is_screen = sys.stdout.isatty()
        self._tenth = -1

    def progress(self, progress: Progress) -> None:
        done = (progress.total - progress.left) / max(progress.total, 1)
        line = f"{self._name}: {done:4.0%}, {progress.stored:,} of {progress.total:,} bars"
        if self._is_screen:
            sys.stdout.write(f"\r{line}")
        elif int(done * 10) > self._tenth:
            self._tenth = int(done * 10)
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def end(self, progress: Progress) -> None:
        lines = [f"{progress.fetched:,} bars are new; {progress.stored:,} are in the store."]
        if progress.absent:
            lines.append(f"{progress.absent:,} are not to be had at the venue; they stay empty.")
        sys.stdout.write(("\n" if self._is_screen else "") + "\n".join(lines) + "\n")


def _handed_over(wanted: Download, home: Path, error: DeskHeld) -> int:
    """To the process that holds the home, where a token and its address are known."""
    secret, file = token_secret(), home / ADDRESS_FILE
    if not secret or not file.exists():
        sys.stderr.write(
            _HAND_OVER.format(holder=error.facts["holder"], line=canonical_line(wanted))
        )
        return 1
    from bot.remote.client import ask_desk  # noqa: PLC0415 -- loads an HTTP client

    desk = file.read_text("utf-8").strip()
    answer: dict[str, Any] = asyncio.run(
        ask_desk(desk, f"Bearer {secret}", "download", wanted.canonical())
    )
    has_failed = answer.get("outcome") == "error"
    (sys.stderr if has_failed else sys.stdout).write(f"{answer['card']['title']}\n")
    return 1 if has_failed else 0
