"""`outcry backtest` on a real candle file."""

import json
from pathlib import Path

import pytest

from bot.programs.backtest import Asked, run_backtest

FILE = Path(__file__).parents[3] / "data" / "candles" / "btc-usd-1m-2022-01.csv.gz"


def asked(strategy: str = "sma-cross", **changes) -> Asked:
    given = {
        "strategy": strategy,
        "candles": FILE,
        "parameters": (),
        "fee": 0.001,
        "slippage": 0.0,
        "cash": 10_000.0,
        "convention": "outcry",
        "engine": "auto",
        "as_json": True,
    }
    return Asked(**{**given, **changes})


def test_the_json_object_is_that_of_the_contract(capsys):
    assert run_backtest(asked(parameters=("fast=5", "slow=20"))) == 0
    found = json.loads(capsys.readouterr().out)

    assert found["bars"] == 1_500
    assert found["parameters"] == {"fast": 5, "slow": 20}
    assert found["seconds"] > 0
    assert found["metrics"]["trades"] == len(found["trades"]) > 40
    assert found["equity_final"] == pytest.approx(
        10_000 + sum(trade["profit"] for trade in found["trades"])
    )
    assert list(found["trades"][0]) == [
        "entry_time",
        "entry_price",
        "exit_time",
        "exit_price",
        "quantity",
        "side",
        "fee",
        "profit",
        "reason",
    ]
    assert found["trades"][0]["entry_time"].startswith("2021-12-31T23:")


def test_the_engines_print_the_same(capsys):
    run_backtest(asked("rsi-reversion", parameters=("stop=0.2%",)))
    walked = json.loads(capsys.readouterr().out)
    run_backtest(asked("rsi-reversion", parameters=("stop=0.2%",), engine="compiled"))
    compiled = json.loads(capsys.readouterr().out)

    run_backtest(asked("rsi-reversion", parameters=("stop=0.2%",), engine="kernel"))
    driven = json.loads(capsys.readouterr().out)

    for outcome in (walked, compiled, driven):
        del outcome["seconds"]
    assert walked == compiled
    assert driven["equity_final"] == pytest.approx(compiled["equity_final"], rel=1e-9)
    ours, theirs = ([_told(trade) for trade in each["trades"]] for each in (driven, compiled))
    assert ours == theirs


def _told(trade: dict) -> dict:
    """Figures to nine digits."""
    return {n: v if isinstance(v, str) else pytest.approx(v, rel=1e-9) for n, v in trade.items()}


def test_the_summary_is_for_people(capsys, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("strategy: mine\ntimeframe: 1m\nlong: {enter: close > open}\n")
    assert run_backtest(asked(str(path), as_json=False)) == 0

    said = capsys.readouterr().out
    assert "mine 1\n1,500 bars, 2021-12-31T23:01:00+00:00" in said
    assert "Deepest fall" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"strategy": "sma-cros"}, "the library has bollinger-reversion"),
        ({"candles": Path("nowhere.csv")}, "There is no file nowhere.csv"),
        ({"parameters": ("fast",)}, "write NAME=VALUE"),
        ({"parameters": ("fast=x",)}, "write NAME=VALUE"),
        ({"parameters": ("fast=500",)}, "outside 2 to 200"),
        ({"parameters": ("quick=5",)}, "fast, slow"),
        ({"convention": "zipline"}, "vectorbt"),
        ({"engine": "magic"}, "compiled"),
        ({"cash": -1.0}, "cash is from"),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_reason(capsys, change, said):
    assert run_backtest(asked(**change)) == 1
    assert said in capsys.readouterr().err
