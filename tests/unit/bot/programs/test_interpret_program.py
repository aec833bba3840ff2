"""`outcry interpret` through a model reads, and does nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.standins.openai import Call, Fails, OpenAiStandIn, Says, Step, calls

ROOT = Path(__file__).parents[4]


def interpreted(tmp_path: Path, step: list[Step], *arguments: str) -> tuple[int, str]:
    model = OpenAiStandIn(step)
    config = tmp_path / "config.yaml"
    config.write_text(f"model: {{base_url: '{model.base_url}', name: scripted}}\n", "utf-8")
    program = [sys.executable, "-m", "bot", "--config", str(config), "--home", str(tmp_path)]
    try:
        done = subprocess.run(
            [*program, "interpret", "--interpreter", "model", *arguments],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        model.close()
    return done.returncode, done.stdout + done.stderr


def test_what_a_model_would_look_up_and_propose_is_printed(tmp_path: Path) -> None:
    buy = calls(
        Call("price", {"symbols": ["BTC/USDT"]}),
        Call("buy", {"symbol": "BTC/USDT", "quantity": "0.1"}),
    )

    code, said = interpreted(tmp_path, [buy], "--json", "price of btc, then buy 0.1 btc")

    assert code == 0
    answer = json.loads(said)
    assert answer["outcome"] == "command"
    assert [c["name"] for c in answer["commands"]] == ["price", "buy"]


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (calls(Call("buy", {"symbol": "BTC/USDT", "quantity": "7"})), "clarify"),
        (Says("Hi."), "none"),
    ],
)
def test_what_nobody_said_is_no_command(tmp_path: Path, step: Step, outcome: str) -> None:
    code, said = interpreted(tmp_path, [step], "--json", "buy some btc")

    assert (code, json.loads(said)["outcome"]) == (0, outcome)


def test_a_model_that_fails_is_said_to(tmp_path: Path) -> None:
    code, said = interpreted(tmp_path, [Fails(500)], "buy 0.1 btc")

    assert code != 0
    assert "Traceback" not in said


def test_utterances_of_a_file_are_read_in_order_offline(tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    rows = [
        {"id": 7, "turns": ["buy 0.5 btc at 60000", "stop at 58000"]},
        {"id": 8, "turns": ["pnl depuis lundi"]},
        {"id": 9, "turns": ["/price ETH/USDT"]},
        {"id": 10, "turns": ["should i sell?"]},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    program = [sys.executable, "-m", "bot", "--home", str(tmp_path), "interpret"]
    done = subprocess.run(
        [*program, "--jsonl", str(file), "--now", "2025-06-04T12:00Z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    first, second, third, fourth = map(json.loads, done.stdout.splitlines())

    price = {"symbol": "BTC/USDT", "quantity": "0.5", "price": "60000", "stop_loss": "58000"}
    assert first == {"id": 7, "outcome": "command", "commands": [{"name": "buy", "args": price}]}
    assert second["commands"] == [{"name": "pnl", "args": {"since": "2025-06-02"}}]
    assert (third["id"], third["commands"][0]["name"]) == (9, "price")
    assert fourth == {"id": 10, "outcome": "none"}
