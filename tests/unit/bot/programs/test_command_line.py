"""The command line says what it takes, and takes its options on either side of a subcommand."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from engine.backtest import CONVENTIONS
from engine.backtest.engines import ENGINES


def said(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.output


def test_it_says_its_version() -> None:
    assert said("--version") == f"outcry {version('open-outcry')}\n"


@pytest.mark.parametrize("choice", [*CONVENTIONS, *ENGINES])
def test_the_help_of_a_backtest_names_each_choice(choice: str) -> None:
    assert choice in said("backtest", "--help")


def test_the_help_of_a_backtest_says_what_slippage_is() -> None:
    assert "0.001 is 0.1%" in said("backtest", "--help").partition("--slippage")[2]


def test_a_reading_takes_its_configuration_after_the_subcommand(tmp_path) -> None:
    config = tmp_path / "desk.yaml"
    config.write_text("model: {nmae: x}\n", "utf-8")
    words = ["interpret", "price of btc", "--interpreter", "model", "--config", str(config)]

    done = CliRunner().invoke(app, [*words, "--home", str(tmp_path)])

    assert (done.exit_code, "nmae" in done.output) == (2, True)
