"""The program's command line."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="outcry",
    help="A trading desk that lives in a chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
data = typer.Typer(help="Past prices.", no_args_is_help=True)
app.add_typer(data, name="data")

Home = Annotated[
    Path | None, typer.Option("--home", help="Where state, pictures and reports live.")
]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="The configuration file.")]

_SLIPPAGE = "How much worse than the price it fills: a ratio, 0.001 is 0.1%."
_CONVENTION = (
    "Fill as one of these does: outcry, vectorbt, backtesting.py, backtrader, freqtrade, nautilus."
)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 -- no program but this needs it

        typer.echo(f"outcry {version('open-outcry')}")
        raise typer.Exit


class _Given:
    """Options before the subcommand; the same after it win."""

    home: Path | None = None
    config: Path | None = None


@app.callback()
def options(
    *,
    home: Home = None,
    config: ConfigFile = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """A trading desk that lives in a chat."""
    del version  # said by its callback
    _Given.home, _Given.config = home, config


@app.command()
def chat(
    home: Home = None,
    config: ConfigFile = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colors; for pipes.")] = False,
    name: Annotated[str, typer.Option("--as", help="Speak as this person.")] = "you",
) -> None:
    """Open the terminal chat."""
    with _loading():
        from bot.programs.chat import run_chat  # noqa: PLC0415 -- each program loads only its own

    _leave(run_chat(home or _Given.home, config or _Given.config, name, is_plain=plain))


@app.command()
def run(home: Home = None, config: ConfigFile = None) -> None:
    """Serve every configured chat platform without a terminal, until it is stopped."""
    with _loading():
        from bot.programs.run import run_desk  # noqa: PLC0415

    _leave(run_desk(home or _Given.home, config or _Given.config))


@app.command()
def status(home: Home = None, config: ConfigFile = None) -> None:
    """Say how the desk is, without touching it."""
    with _loading():
        from bot.programs.status import run_status  # noqa: PLC0415

    _leave(run_status(home or _Given.home, config or _Given.config))


@app.command()
def doctor(home: Home = None, config: ConfigFile = None) -> None:
    """Check everything and explain what is wrong."""
    with _loading():
        from bot.programs.doctor import run_doctor  # noqa: PLC0415

    _leave(run_doctor(home or _Given.home, config or _Given.config))


@app.command()
def demo(home: Home = None) -> None:
    """Play a whole trading day unattended and print what it made as JSON."""
    with _loading():
        from bot.programs.demo import run_demo  # noqa: PLC0415

    _leave(run_demo(home or _Given.home))


@app.command()
def interpret(
    text: Annotated[str | None, typer.Argument(help="What somebody says.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    jsonl: Annotated[Path | None, typer.Option("--jsonl", help="A file of turns.")] = None,
    now: Annotated[str | None, typer.Option("--now", help="The moment, ISO 8601.")] = None,
    interpreter: Annotated[
        str, typer.Option("--interpreter", help="offline or model.")
    ] = "offline",
    home: Home = None,
    config: ConfigFile = None,
) -> None:
    """Show what words would be read as, and do nothing."""
    with _loading():
        from bot.programs.interpret import Asked, run_interpret  # noqa: PLC0415

    home, config = home or _Given.home, config or _Given.config
    _leave(run_interpret(Asked(text, jsonl, now, as_json, interpreter, home, config)))


@app.command()
def backtest(
    strategy: Annotated[str, typer.Argument(help="A strategy file, or a name of the library.")],
    candles: Annotated[Path, typer.Option("--candles", help="A csv, parquet or feather file.")],
    *,
    param: Annotated[list[str] | None, typer.Option("--param", help="NAME=VALUE.")] = None,
    fee: Annotated[float, typer.Option("--fee", help="A ratio of the notional.")] = 0.001,
    slippage: Annotated[float, typer.Option("--slippage", help=_SLIPPAGE)] = 0.0,
    cash: Annotated[float, typer.Option("--cash", help="In quote currency.")] = 10_000.0,
    convention: Annotated[str, typer.Option("--convention", help=_CONVENTION)] = "outcry",
    engine: Annotated[str, typer.Option("--engine", help="auto, compiled or kernel.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run a strategy over recorded candles."""
    with _loading():
        from bot.programs.backtest import Asked, run_backtest  # noqa: PLC0415

    asked = Asked(strategy, candles, param or (), fee, slippage, cash, convention, engine, as_json)
    _leave(run_backtest(asked))


@app.command()
def check(
    strategy: Annotated[str, typer.Argument(help="A strategy file, or a name of the library.")],
    *,
    candles: Annotated[Path | None, typer.Option("--candles", help="Else made-up bars.")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", help="NAME=VALUE.")] = None,
) -> None:
    """Look for what speaks against a strategy: look-ahead, too little history."""
    from bot.programs.check import Examined, run_check  # noqa: PLC0415

    _leave(run_check(Examined(strategy, candles, param or ())))


@app.command("slack-manifest")
def slack_manifest(home: Home = None, config: ConfigFile = None) -> None:
    """Print the manifest that makes the app at Slack."""
    from bot.programs.slack_manifest import run_slack_manifest  # noqa: PLC0415

    _leave(run_slack_manifest(home or _Given.home, config or _Given.config))


@app.command()
def migrate(home: Home = None) -> None:
    """Bring the database to this version's tables."""
    with _loading():
        from bot.programs.migrate import run_migrate  # noqa: PLC0415

    _leave(run_migrate(home or _Given.home))


@contextmanager
def _loading() -> Iterator[None]:
    """What a program loads stays, so nothing of it is looked through for garbage, now or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@app.command()
def mcp(home: Home = None) -> None:
    """Serve the running desk as Model Context Protocol tools on standard input and output."""
    from bot.programs.mcp import run_mcp  # noqa: PLC0415

    _leave(run_mcp(home or _Given.home))


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    person: Annotated[str, typer.Option("--person", help="platform:user")] = "terminal:you",
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="read, settings, risk, propose or live.")
    ] = None,
) -> None:
    """Make a token for a program that speaks REST or MCP."""
    from bot.programs.token import run_token  # noqa: PLC0415

    _leave(run_token(name, person, scope or ["read"]))


keys = typer.Typer(help="The keys that seal what is secret.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.command()
def rotate(home: Home = None, config: ConfigFile = None) -> None:
    """Make a new key for the vault and seal everything with it."""
    from bot.programs.keys import run_rotate  # noqa: PLC0415

    _leave(run_rotate(home or _Given.home, config or _Given.config))


@data.command()
def download(
    venue: Annotated[str, typer.Argument(help="From where, such as binance.")],
    symbol: Annotated[str, typer.Argument(help="Of what, such as BTC/USDT.")],
    timeframe: Annotated[str, typer.Argument(help="How long a bar is: 1m, 1h, 1d.")],
    since: Annotated[str, typer.Option("--since", help="From this day on: 2024-01-31.")],
    home: Home = None,
    config: ConfigFile = None,
) -> None:
    """Bring past candles into the store that charts, alerts and backtests read."""
    with _loading():
        from bot.programs.data import Asked, run_download  # noqa: PLC0415

    home, config = home or _Given.home, config or _Given.config
    _leave(run_download(Asked(venue, symbol, timeframe, since, home, config)))


def _leave(code: int) -> None:
    if code:
        raise typer.Exit(code)


def main() -> None:
    """The `outcry` program."""
    app(prog_name="outcry", args=sys.argv[1:])


if __name__ == "__main__":
    main()
