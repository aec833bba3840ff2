"""From an idea in the chat to a strategy that trades on paper, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from bot.card import AttachmentKind, Card, Tone
from engine.documents import library_strategy, read_document
from engine.domain.identifiers import AccountId, PersonId
from tests.room import Room


@dataclass(frozen=True)
class Story:
    """What a person says at each step, and the titles that they read."""

    language: str
    idea: str
    rules: str
    backtest: str
    optimise: str
    numbers: str
    run: str
    asked: str
    begun: str
    saw: str
    stop: str


ENGLISH = Story(
    language="en",
    idea="design a strategy that goes long when the fast average crosses above the slow; stop 2%",
    rules="Long when the fast average (10) crosses above the slow average (30)",
    backtest="backtest my-sma-cross on btc 1h over the last 90 days",
    optimise="optimize my-sma-cross on btc 4h, 12 trials, best return",
    numbers="Backtest with these",
    run="run my-sma-cross on btc 1m with 1000 usdt",
    asked="Let my-sma-cross@1 trade BTC/USDT by itself?",
    begun="my-sma-cross@1 trades BTC/USDT by itself",
    saw="What it saw",
    stop="stop my-sma-cross",
)
FRENCH = Story(
    language="fr",
    idea="conçois une stratégie qui achète quand la moyenne rapide croise au-dessus de la lente ; "
    "stop 2 %",
    rules="Achat quand la moyenne rapide (10) croise la moyenne lente (30) à la hausse",
    backtest="backteste my-sma-cross sur btc en 1h sur les 90 derniers jours",
    optimise="optimise my-sma-cross sur btc en 4h, 12 essais, meilleur rendement",
    numbers="Backtester avec ceux-ci",
    run="lance my-sma-cross sur btc en 1m avec 1000 usdt",
    asked="Laisser my-sma-cross@1 négocier BTC/USDT seule ?",
    begun="my-sma-cross@1 négocie BTC/USDT seule",
    saw="Ce qu’elle a vu",
    stop="arrête my-sma-cross",
)


def plain(text: str) -> str:
    """With plain spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def pictures(card: Card) -> int:
    return sum(a.kind is AttachmentKind.PICTURE for a in card.attachments)


def button(card: Card, label: str) -> str:
    return next(b.line for b in card.buttons if b.label == label)


def minute(room: Room, price: float) -> None:
    """A minute goes by that closes at a price."""
    for _ in range(12):
        room.price("BTC/USDT", f"{price:.2f}")
        room.wait(5)
    room.price("BTC/USDT", f"{price:.2f}")
    room.wait(1)


def held(room: Room) -> Decimal:
    desk = room.app.door.open(PersonId("terminal:ann"), AccountId("paper"))
    return sum((each.position.quantity for each in desk.portfolio.holdings()), Decimal(0))


@pytest.mark.parametrize("story", [ENGLISH, FRENCH], ids=lambda story: story.language)
def test_an_idea_becomes_rules_evidence_and_a_run_on_paper(room: Room, story: Story) -> None:
    room.say(f"/language {story.language}")

    card = room.say(story.idea)
    assert plain(card.text).startswith(story.rules)
    assert pictures(card) == 2
    assert card.tone is Tone.GOOD

    tested = room.say(story.backtest)
    assert tested.title.startswith("my-sma-cross@1")
    assert pictures(tested) == 2

    before = len(room.cards())
    room.say(story.optimise)
    room.run(room.chat.jobs.settled())
    room.wait(1)
    found = room.cards()[before:][-1]
    assert pictures(found) == 1
    assert found.table is not None
    assert room.say(button(found, story.numbers)).title.startswith("my-sma-cross@1")

    asked = room.say(story.run)
    assert plain(asked.title) == story.asked
    assert asked.tone is Tone.ASK
    assert held(room) == 0
    assert room.say("/yes").title == story.begun

    # Prices fall for a while, then rise: the fast average crosses above the slow one.
    for price in [*(60_000 - 20 * n for n in range(32)), *(59_400 + 60 * n for n in range(14))]:
        minute(room, price)
        if held(room):
            break
    assert 0 < held(room) * 59_500 <= 1_000

    seen = room.say("/strategy my-sma-cross")
    assert seen.table is not None
    why = room.say(button(seen, story.saw))
    assert pictures(why) == 1
    assert len(why.fields) == 2

    stopped = room.say(story.stop)
    assert stopped.buttons
    assert held(room) > 0


def test_what_runs_on_paper_is_what_was_tested(room: Room) -> None:
    tested = room.say("/backtest rsi-reversion BTC/USDT 1h 90d stop=3% oversold=25")

    asked = room.say(button(tested, "Run on paper"))
    assert asked.tone is Tone.ASK
    numbers = "oversold = 25 · stop = 3%"
    assert f"It runs with {numbers}: exactly what a backtest" in asked.text
    assert "stop 3% (0.1%–50%)" in dict(asked.fields)["Numbers"]

    begun = room.say("/yes")
    assert dict(begun.fields)["Numbers"] == numbers
    desk = room.app.door.open(PersonId("terminal:ann"), AccountId("paper"))
    (run,) = desk.runs.running
    strategy = read_document(run.document)
    assert strategy.values({}) == library_strategy("rsi-reversion").values(
        {"stop": 0.03, "oversold": 25}
    )
    assert run.reference == "rsi-reversion@1"
    seen = room.say("/strategy rsi-reversion")
    assert seen.table is not None
    assert seen.table.rows[0][0] == f"BTC/USDT 1h · {numbers}"
    assert "stop 2%" in dict(seen.fields)["Numbers"]  # the version itself is as it was


def test_better_numbers_are_held_against_those_that_were_tested(room: Room) -> None:
    tested = room.say("/backtest rsi-reversion BTC/USDT 1h 90d stop=3%")
    line = button(tested, "Optimize")
    assert line.endswith(" stop=3%")

    before = len(room.cards())
    room.say(f"{line} oversold=20..40 trials=5")
    room.run(room.chat.jobs.settled())
    room.wait(1)
    found = room.cards()[before:][-1]

    assert found.table is not None
    assert found.table.header[-1] == "Numbers tested, the rest"
    again = button(found, "Backtest with these")
    assert " stop=3% oversold=" in again
    held = room.say(again)
    assert "stop = 3%" in dict(held.fields)["Numbers"]


def test_a_strategys_own_stop_may_be_varied(room: Room) -> None:
    begun, *_ = room.all_said("/optimize rsi-reversion BTC/USDT 1h 90d trials=5 stop=1%..5%")

    assert dict(begun.fields)["Varied"] == "stop 1%–5%"


def test_numbers_that_a_strategy_has_not_are_refused_before_it_runs(room: Room) -> None:
    refused = room.say("/run rsi-reversion BTC/USDT 1h fast=10")
    assert "fast" in refused.text
    assert "oversold" in refused.text
    outside = room.say("/run rsi-reversion BTC/USDT 1h stop=90%")
    assert outside.tone is Tone.BAD
    assert room.say("/yes").tone is not Tone.GOOD
