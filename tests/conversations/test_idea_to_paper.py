"""From an idea in the chat to a strategy that trades on paper, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from bot.card import AttachmentKind, Card, Tone
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
    asked="Laisser my-sma-cross@1 traiter BTC/USDT seule ?",
    begun="my-sma-cross@1 traite BTC/USDT seule",
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
