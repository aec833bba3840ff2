"""A strategy built in the chat: words or buttons, a rule card, pictures, a preview, changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.card import AttachmentKind, Card, Tone
from bot.sections import InterpreterSection, ModelSection
from engine.documents import read_document
from engine.strategies import Strategy
from tests.room import CONFIG, Room
from tests.standins.openai import Fails, OpenAiStandIn, Says, Step

CROSS = "/design long when the fast average crosses above the slow; stop 2%"


def exported(room: Room, name: str) -> Strategy:
    return read_document(room.say(f"/export {name}").attachments[0].path.read_text("utf-8"))


def names(room: Room) -> set[str]:
    table = room.say("/strategies").table
    assert table is not None
    return {row[0] for row in table.rows}


def pressed(room: Room, card: Card, label: str) -> Card:
    return room.say(next(b.line for b in card.buttons if b.label == label))


def test_words_become_a_rule_card_with_pictures_and_a_preview(room: Room) -> None:
    card = room.say(CROSS)

    assert card.title == "my-sma-cross: this is what I understood"
    assert card.text.startswith(
        "Long when the fast average (10) crosses above the slow average (30); "
        "out when the fast average (10) crosses below the slow average (30); stop 2%."
    )
    assert "You named no way out" in card.text
    assert "bars of BTC/USDT: " in card.text
    assert card.badge == "backtest · simulated prices"
    assert [a.kind for a in card.attachments] == [AttachmentKind.PICTURE] * 2
    assert all(a.path.read_bytes().startswith(b"\x89PNG") for a in card.attachments)

    strategy = exported(room, "my-sma-cross")
    assert strategy.stop_loss is not None
    assert strategy.stop_loss.text == "2%"
    assert strategy.values({}) == {"fast": 10, "slow": 30}


def test_the_preview_tells_what_a_backtest_of_the_same_bars_tells(room: Room) -> None:
    card = room.say("/design long when sma 10 crosses above sma 30, sell when it crosses below")
    bars = card.text.partition("last ")[2].partition(" bars")[0]

    hours = int(bars)
    tested = room.say(f"/backtest my-sma-cross BTC/USDT 1h {hours + 1}h")
    count = dict(tested.fields)["Closed trades"]
    assert f", {count} trades" in card.text


def test_without_words_it_offers_ideas_that_all_stand(room: Room) -> None:
    asked = room.say("/design")

    assert asked.title == "What should it do?"
    assert asked.tone is Tone.ASK
    assert len(asked.buttons) == 5
    for button in asked.buttons:
        made = room.say(button.line)
        assert made.title.endswith("this is what I understood"), button.line
        assert "Not understood" not in made.text


def test_ideas_stand_in_french_too(room: Room) -> None:
    room.say("/language fr")
    asked = room.say("/design")

    assert len(asked.buttons) == 5
    for button in asked.buttons:
        made = room.say(button.line)
        assert made.title.endswith("voici ce que j’ai compris"), button.line
        assert "Non compris" not in made.text


def test_buttons_change_it_step_by_step(room: Room) -> None:
    card = room.say(CROSS)
    card = pressed(room, card, "Stop 1%")
    assert card.title == "my-sma-cross, version 1: changed"
    card = pressed(room, card, "4h bars")
    card = pressed(room, card, "Both ways")

    strategy = exported(room, "my-sma-cross")
    assert strategy.timeframe.value == "4h"
    assert strategy.short is not None
    assert strategy.stop_loss is not None
    assert strategy.stop_loss.text == "1%"
    assert "short when" in card.text


def test_what_was_used_is_changed_as_a_new_version(room: Room) -> None:
    room.say(CROSS)
    room.say("/backtest my-sma-cross BTC/USDT 1h 30d")
    card = room.say("/design change=my-sma-cross stop 3%")

    assert card.title == "my-sma-cross, version 2: changed"
    first = exported(room, "my-sma-cross@1")
    assert first.stop_loss is not None
    assert first.stop_loss.text == "2%"


def test_a_library_strategy_is_changed_as_a_version_of_the_desks_own(room: Room) -> None:
    card = room.say("/design change=sma-cross stop 3%")

    assert card.title == "sma-cross, version 2: changed"
    assert dict(room.say("/strategy sma-cross").fields)["Made from"] == "sma-cross@1"


def test_the_same_words_again_make_nothing_new(room: Room) -> None:
    room.say(CROSS)
    before = names(room)
    again = room.say(CROSS)

    assert again.title == "my-sma-cross, version 1: nothing new in that"
    assert names(room) == before


def test_another_idea_of_the_same_kind_has_a_name_of_its_own(room: Room) -> None:
    room.say(CROSS)
    room.say("/design long when sma 20 crosses above sma 50")
    room.say("/design buy when rsi < 30, called sma-cross")

    assert {"my-sma-cross", "my-sma-cross-2", "sma-cross-2"} <= names(room)
    assert room.say("/strategy sma-cross").title == "sma-cross, version 1"


def test_what_was_never_used_can_be_thrown_away_and_the_rest_stays(room: Room) -> None:
    card = room.say(CROSS)
    assert pressed(room, card, "Discard").title == "my-sma-cross@1 is gone"
    assert "my-sma-cross" not in names(room)

    room.say(CROSS)
    room.say("/backtest my-sma-cross BTC/USDT 1h 30d")
    assert room.say("/design discard=my-sma-cross").title == "my-sma-cross@1 stays"
    assert room.say("/design discard=sma-cross").title == "sma-cross@1 stays"
    assert {"my-sma-cross", "sma-cross"} <= names(room)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("buy when the moon is full", "“moon” means nothing to me"),
        ("sells after 5% gain", "does not say when it should buy"),
        ("hello there", "could not read a rule"),
        ("long when rsi < 30 " * 60, "at most 800 letters"),
    ],
)
def test_what_makes_no_rule_is_asked_back_and_nothing_is_kept(
    room: Room, words: str, said: str
) -> None:
    before = names(room)
    card = room.say(f"/design {words}")

    assert said in card.text
    assert card.tone is Tone.ASK
    assert names(room) == before


def test_words_left_over_are_told_beside_what_was_read(room: Room) -> None:
    card = room.say("/design buy when rsi < 30 and the moon is full, stop 2%")

    assert "Not understood, and left out: “moon”" in card.text
    assert card.tone is Tone.WARNING


def test_an_instrument_that_is_not_there_is_refused(room: Room) -> None:
    assert "No instrument" in room.say("/design buy XYZ/USDT when rsi < 30").title


def test_a_viewer_designs_nothing(room: Room) -> None:
    assert room.say(CROSS, who="vic").title == "You may not do that here"


# -- with a language model -----------------------------------------------------------------

Open = Callable[..., tuple[Room, OpenAiStandIn]]
WHOLE = """
strategy: quiet-range
about: Buys a quiet range that breaks upwards.
timeframe: 4h
symbols: [BTC/USDT]
parameters:
  length: {default: 20, range: [10, 60]}
long:
  enter: close > highest(high, length)[1] and stdev(close, 20) < stdev(close, 100)
  exit: close < lowest(low, 10)[1]
size: 100% of equity
stop_loss: 3%
"""
WORDS = "/design buy when a quiet squeeze resolves upwards and leave it when it caves in"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """A room whose designer may ask a scripted model."""
    rooms: list[Room] = []
    models: list[OpenAiStandIn] = []

    def open_(
        steps: list[Step], kind: str = "offline_first", **limits: float
    ) -> tuple[Room, OpenAiStandIn]:
        model = OpenAiStandIn(steps)
        models.append(model)
        section = ModelSection(base_url=model.base_url, name="scripted", key="sk-planted", **limits)
        config = CONFIG.model_copy(
            update={"interpreter": InterpreterSection(kind=kind), "model": section}
        )
        room = Room(tmp_path / "home", config)
        rooms.append(room)
        for symbol, price in (("BTC/USDT", 60000), ("ETH/USDT", 3000), ("SOL/USDT", 150)):
            room.price(symbol, price)
        return room, model

    yield open_
    for room in rooms:
        room.close()
    for model in models:
        model.close()


def test_a_models_document_is_checked_and_tried_before_it_is_shown(opened: Open) -> None:
    room, model = opened([Says(f"Here you are:\n```yaml\n{WHOLE}```")])

    card = room.say(WORDS)
    assert card.title == "quiet-range: this is what I understood"
    assert "A language model wrote it" in card.text
    assert "bars of BTC/USDT" in card.text
    assert "stoch_k(n, smooth)" in model.told()
    assert exported(room, "quiet-range").values({}) == {"length": 20}


def test_a_mistake_goes_back_to_the_model_and_what_it_mends_is_shown(opened: Open) -> None:
    wrong = WHOLE.replace("stdev(close, 20)", "stdv(close, 20)")
    room, model = opened([Says(wrong), Says(WHOLE)])

    assert room.say(WORDS).title == "quiet-range: this is what I understood"
    assert "stdv" in model.told()
    assert "stdev" in model.told()


def test_a_strategy_that_cannot_run_goes_back_too(opened: Open) -> None:
    wrong = WHOLE.replace("highest(high, length)", "highest(high, length * -1)")
    room, model = opened([Says(wrong), Says(WHOLE)])

    assert room.say(WORDS).title == "quiet-range: this is what I understood"
    assert len(model.requests) == 2


def test_what_never_stands_is_refused_and_nothing_is_kept(opened: Open) -> None:
    room, model = opened([Says("strategy: x"), Says("no yaml: ["), Says("I would rather not.")])
    before = names(room)

    card = room.say(WORDS)
    assert card.title == "What should it do?"
    assert "No document came of it that stands" in card.text
    assert names(room) == before
    assert len(model.requests) == 3


def test_what_the_phrases_read_whole_costs_no_model(opened: Open) -> None:
    room, model = opened([])

    assert room.say(CROSS).title == "my-sma-cross: this is what I understood"
    assert model.requests == []


def test_a_model_that_is_down_leaves_the_phrases_reading(opened: Open) -> None:
    room, _ = opened([Fails(500)] * 9, kind="model")

    card = room.say(CROSS)
    assert card.title == "my-sma-cross: this is what I understood"
    assert "this is the offline reading" in card.text


def test_a_model_never_takes_the_name_of_a_strategy_that_is_there(opened: Open) -> None:
    room, _ = opened([Says(WHOLE.replace("quiet-range", "sma-cross"))])

    assert room.say(WORDS).title == "sma-cross-2: this is what I understood"
    assert room.say("/strategy sma-cross").title == "sma-cross, version 1"


def test_what_a_model_costs_is_charged_to_who_asked(opened: Open) -> None:
    room, model = opened([Says(WHOLE, tokens=900)], tokens_per_day=800)
    room.say(WORDS)
    spent = room.run(room.app.stores.model_turns.spent("terminal:ann", 0))
    assert spent.tokens == 900

    card = room.say("/design buy when the squeeze is over and rsi < 30")
    assert "budget is used up" in card.text
    assert len(model.requests) == 1
