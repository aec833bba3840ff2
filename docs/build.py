"""Writes the reference pages from the code: `make docs`. A test keeps them true."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bot.command import Catalogue, Command, choices_of, form_of, usage  # noqa: E402
from bot.config import Config  # noqa: E402
from bot.voice import Voice  # noqa: E402
from connectors.ccxt.contract import VenueContract  # noqa: E402
from connectors.ccxt.manifest import MANIFESTS  # noqa: E402
from connectors.ccxt.rows import VERIFIED  # noqa: E402
from connectors.dtc.manifest import MANIFEST as DTC  # noqa: E402
from connectors.dtc.venue import IN_FLIGHT_SECONDS as DTC_SECONDS  # noqa: E402
from connectors.ibkr.manifest import MANIFEST as IBKR  # noqa: E402
from connectors.ibkr.venue import IN_FLIGHT_SECONDS as IBKR_SECONDS  # noqa: E402
from connectors.paper.manifest import MANIFEST as PAPER  # noqa: E402
from connectors.replay import read_candle_file  # noqa: E402
from engine.backtest import Settings, reference  # noqa: E402
from engine.documents import library_strategy  # noqa: E402
from engine.domain.timeframe import Timeframe  # noqa: E402
from engine.reporting.performance import METRICS, SOURCES  # noqa: E402

REFERENCE = ROOT / "docs" / "reference"


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {
        "commands.md": "\n".join(_commands()) + "\n",
        "configuration.md": "\n".join(_configuration()) + "\n",
        "metrics.md": "\n".join(_metrics()) + "\n",
        "rooms.md": "\n".join(_rooms()) + "\n",
        "venues.md": "\n".join(_venues()) + "\n",
    }


def _rooms() -> Iterator[str]:
    yield "# The rooms of the house"
    yield ""
    yield "Generated from the first line of each by `make docs`; do not edit."
    yield "[How the house is built](../explanation/architecture.md) says what the walls are for."
    for floor in ("bot", "engine", "connectors"):
        yield f"\n## {floor}/\n\n| room | what is there |\n| --- | --- |"
        for room in sorted((ROOT / floor).iterdir()):
            code = room / "__init__.py" if room.is_dir() else room
            if code.suffix == ".py" and code.exists() and room.name != "__init__.py":
                about = ast.get_docstring(ast.parse(code.read_text("utf-8"))) or ""
                slash = "/" if room.is_dir() else ""
                yield f"| `{room.name}{slash}` | {about.splitlines()[0]} |"


def _metrics() -> Iterator[str]:
    yield "# Metrics"
    yield ""
    yield "Generated from `engine/reporting` by `make docs`; do not edit. V is equity"
    yield "at each close, r its returns from one to the next, P how many of them a year has."
    yield "Fractions are of one: 0.05 is 5%. What cannot be told is left out, `null` in JSON."
    yield ""
    yield "The last column is what the code makes of one example, so that no change of it"
    yield "passes unseen: `sma-cross` with `fast=5 slow=15` over the 1,500 minutes of"
    yield "`tests/data/candles`, 0.01% a fill, in one trial."
    yield "\n| metric | in JSON | unit | formula | example |\n| --- | --- | --- | --- | --- |"
    voice, example = Voice(), _example()
    for name, metric in METRICS.items():
        value = example[name]
        told = "–" if value is None else f"{value:.6g}"
        title = voice.say(f"metric.{name}.name")
        formula = metric.formula.replace("|", "\\|")
        yield f"| {title} | `{name}` | {metric.unit} | {formula} | {told} |"
    yield "\nBacktests tell three figures more:\n"
    yield "- `buy_and_hold_return`: P_end / P_start − 1 of the closes, a fraction."
    yield "- `slippage`: Σ what fills by rule moved against us, an amount, in the prices already."
    yield "- `funding`: 0, for spot pays none."
    yield "\n## Sources\n"
    yield from (f"- {cited}: {title}." for cited, title in SOURCES.items())


def _example() -> Mapping[str, float | None]:
    candles = read_candle_file(ROOT / "tests/data/candles/btc-usd-1m-2022-01.csv.gz").candles
    values = {"fast": 5.0, "slow": 15.0}
    return reference.run(
        library_strategy("sma-cross"), candles, Timeframe.M1, Settings(fee=0.0001), values
    ).metrics()


def _venues() -> Iterator[str]:
    yield "# Venues"
    yield ""
    yield "Generated from the connectors' manifests and `quality.yaml` files by"
    yield "`make docs`; do not edit. What is not done says why below the table."
    manifests = (PAPER, *MANIFESTS, IBKR, DTC)
    names = sorted({name for each in manifests for name in each.capabilities})
    yield "\n| | " + " | ".join(each.name for each in manifests) + " |"
    yield "| --- |" + " --- |" * len(manifests)
    for name in names:
        marks = ("yes" if name in each.capabilities else "" for each in manifests)
        yield f"| {name.replace('_', ' ')} | " + " | ".join(marks) + " |"
    yield "\n## What an exchange promises about orders\n"
    yield "| exchange | client ids are unique | found by | never arrived after | stops |"
    yield "| --- | --- | --- | --- | --- |"
    for row in (*VERIFIED.values(), VenueContract("any other")):
        words = (row.uniqueness, row.lookup, f"{row.in_flight_seconds:g} s", row.stops)
        yield f"| {row.exchange} | " + " | ".join(each.replace("_", " ") for each in words) + " |"
    yield f"| ibkr | not promised | lists, executions | {IBKR_SECONDS:g} s | market |"
    yield f"| dtc | a session | open, then fills | {DTC_SECONDS:g} s | market |"
    for folder in ("paper", "ccxt", "ibkr", "dtc"):
        yield f"\n## {folder}: not done\n"
        quality = yaml.safe_load((ROOT / "connectors" / folder / "quality.yaml").read_text("utf-8"))
        for name, entry in quality["capabilities"].items():
            if entry["status"] != "done":
                yield f"- {name.replace('_', ' ')} ({entry['status']}): {entry['reason']}"


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Generated from the command classes by `make docs`; do not edit."
    group = ""
    for command in Catalogue.discover():
        if command.spec.group != group:
            group = command.spec.group
            yield f"\n## {group.capitalize()}"
        yield from _command(command)


def _command(command: type[Command]) -> Iterator[str]:
    spec = command.spec
    yield f"\n### /{spec.name}\n"
    yield f"{spec.summary}\n"
    yield f"`{usage(command)}`\n"
    aliases = f", also {', '.join(f'`/{alias}`' for alias in spec.aliases)}" if spec.aliases else ""
    yield f"Effect: {spec.effect.value.replace('_', ' ')}. Role: {spec.role.word}{aliases}."
    if command.arguments():
        yield "\n| argument | form | what it is |\n| --- | --- | --- |"
    for name, field in command.arguments().items():
        choices = choices_of(field)
        form = ", ".join(choices) if choices else form_of(field).name
        needed = " (needed)" if field.is_required() else ""
        yield f"| `{name}`{needed} | {form} | {field.description} |"
    yield from _examples(spec.name)


def _examples(name: str) -> Iterator[str]:
    file = ROOT / "prompts" / "interpreter" / "examples" / f"{name}.yaml"
    if not file.exists():
        return
    examples = yaml.safe_load(file.read_text("utf-8"))
    said = [e["say"] for lang in ("en", "fr") for e in (examples.get(lang) or [])[:2]]
    if said:
        yield "\nIn words: " + " · ".join(f"“{words}”" for words in said)


def _configuration() -> Iterator[str]:
    yield "# Configuration"
    yield ""
    yield "Generated from `bot/sections.py` by `make docs`; do not edit. The file is"
    yield "`config.yaml` in the home; `config.example.yaml` shows every default."
    for name, field in Config.model_fields.items():
        kinds = (field.annotation, *getattr(field.annotation, "__args__", ()))
        models = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
        yield f"\n## {name}\n"
        yield (models[0].__doc__ if models else field.description) or ""
        if models:
            yield "\n| key | default | what it is |\n| --- | --- | --- |"
            for key, value in models[0].model_fields.items():
                default = "" if value.is_required() else f"`{value.default}`"
                yield f"| `{key}` | {default} | {value.description} |"


if __name__ == "__main__":
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for page, text in pages().items():
        (REFERENCE / page).write_text(text, "utf-8")
