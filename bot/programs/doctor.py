"""`outcry doctor`: checks everything that can go wrong before it does, and explains."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from bot.config import Config, home_folder, read_config
from bot.errors import BotError, ConfigInvalid
from bot.examination import examined
from bot.homes import glance
from bot.voice.catalogue import texts
from engine.errors import EngineError

_LEAST_FREE_BYTES = 200_000_000
_NAMED = 5
_RESTORE = "Restore a backup, as docs/how-to/back-up-and-restore.md says."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` says what to do where it is not well."""

    what: str
    is_well: bool
    found: str
    advice: str = ""


def run_doctor(home: Path | None, config: Path | None) -> int:
    """Print every finding; the exit code is 1 when something is not well."""
    findings = asyncio.run(_all(home_folder(home), config))
    for finding in findings:
        mark = "ok  " if finding.is_well else "BAD "
        sys.stdout.write(f"{mark} {finding.what}: {finding.found}\n")
        if not finding.is_well and finding.advice:
            sys.stdout.write(f"     {finding.advice}\n")
    well = all(finding.is_well for finding in findings)
    sys.stdout.write("All is well.\n" if well else "Something needs you.\n")
    return 0 if well else 1


async def _all(home: Path, config: Path | None) -> list[Finding]:
    return [finding async for finding in _findings(home, config)]


async def _findings(home: Path, config: Path | None) -> AsyncIterator[Finding]:
    version = sys.version.split()[0]
    is_known = (3, 11) <= sys.version_info < (3, 14)
    yield Finding("Python", is_known, version, "Install one of 3.11 to 3.13.")
    yield _texts()
    yield _home(home)
    yield _space(home)
    settings, finding = _config(config, home)
    yield finding
    if settings is not None:
        yield _market(settings)
    async for found in _stores(home, settings):
        yield found


def _texts() -> Finding:
    missing = set(texts("en")) ^ set(texts("fr"))
    return Finding("Texts", not missing, f"{len(texts('en'))} in each language", str(missing))


def _home(home: Path) -> Finding:
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".probe"
        probe.write_text("ok")
        probe.unlink()
    except OSError as error:
        return Finding("Home", False, str(error), "Choose another with --home.")
    return Finding("Home", True, f"{home} can be written")


def _space(home: Path) -> Finding:
    free = shutil.disk_usage(home if home.exists() else Path("/")).free
    return Finding(
        "Disk", free > _LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free", "Make room: at least 0.2 GB."
    )


def _config(config: Path | None, home: Path) -> tuple[Config | None, Finding]:
    try:
        settings = read_config(config, home)
    except ConfigInvalid as error:
        facts = error.facts
        where = f"{facts['file']}, line {facts['line']}: {facts['detail']}"
        return None, Finding("Configuration", False, where, facts["fix"] or "Correct that line.")
    return settings, Finding("Configuration", True, f"{settings.market.source} market")


def _market(settings: Config) -> Finding:
    market = settings.market
    match market.source:
        case "simulated":
            return Finding("Prices", True, f"simulated, seed {market.seed}")
        case "replay":
            exists = Path(market.file).expanduser().is_file()
            found = f"replay of {market.file or 'no file'}"
            return Finding("Prices", exists, found, "Set market.file.")
        case "exchange":
            network = ", its test network" if market.test_network else ""
            more = len(market.symbols) - _NAMED
            named = ", ".join(market.symbols[:_NAMED]) + (f" and {more} more" if more > 0 else "")
            return Finding("Prices", True, f"{market.venue}{network}: {named}")
        case _:
            assert_never(market.source)


async def _stores(home: Path, settings: Config | None) -> AsyncIterator[Finding]:
    try:
        seen = glance(home)
        yield Finding("Holder", True, seen.holder or "nobody is running")
        if seen.database is None:
            yield Finding("Database", True, "none yet; it is made at the first start")
            return
        if seen.holder is not None:
            yield Finding("Journal", True, "not told again while somebody trades on this home")
        if settings is None or seen.holder is not None:
            return
        health = await examined(home, settings)
    except (BotError, EngineError) as error:
        yield Finding("Database", False, str(error), _RESTORE)
        return
    yield Finding(
        "Database",
        not health.faults,
        "sound" if not health.faults else health.faults[0],
        _RESTORE,
    )
    broken = health.first_broken_audit
    found = "the chain holds" if broken is None else f"entry {broken} does not fit"
    yield Finding("Audit log", broken is None, found, "Someone changed it: keep a copy, ask who.")
    yield Finding(
        "Journal",
        not health.mismatch,
        health.mismatch or "tells every order, fill, position and balance as it is stored",
        "The journal is the truth: stop trading, keep a copy of the home, and compare that row "
        "with the venue's own statement. " + _RESTORE,
    )
