"""Stopping stays easy, and nothing but the person's own words for it stops the desk."""

from __future__ import annotations

import pytest

from tests.unit.bot.interpreter.phrases.reading import INTERPRETER, NOW, lines, told

HALTS = lines("""
    halt
    halt!
    halt now
    please halt
    i want to halt
    let's halt
    panic
    panic!!
    pause
    pause trading
    pause all trading please
    stop trading
    stop trading for today
    stop all my trading
    stop everything
    wtf stop everything
    what the hell stop everything
    this is not good stop everything
    guys something is wrong halt trading
    call a halt to trading
    can you halt trading?
    could you pause everything
    don't panic, but halt everything
    i don't know what's going on, freeze everything
    freeze everything
    freeze mate
    kill switch
    hit the kill switch
    activate the kill switch
    emergency stop
    everybody out, halt
    pause all trading until further notice
    arrête tout
    bloque tout
    gèle tout
    je gèle tout
    on gèle
    gel immédiat
    suspension immédiate
    suspends le trading
    stop, on gèle tout
""")
# A refusal, a question, chat, and what somebody else does or wants.
NO_HALTS = lines("""
    don't halt
    do not pause
    don't pause trading
    don't freeze
    don't panic
    i never want to halt
    no need to halt
    never ever halt
    don't you dare halt
    let's not panic
    no panic
    n'arrête pas tout
    ne bloque pas le trading
    panic?
    halt?
    why halt
    why did you halt
    what is halt
    what does the kill switch do
    what happens when i halt
    does halt close my positions
    test the kill switch
    explain halt
    bob wants to halt
    binance pauses trading
    trading paused
    market panic
    panic attack
    coffee pause
    pause café
    freeze bob
    my screen freezes
    le bot bloque
    petite pause
    je fais une pause
    c'est la pause
    je bloque
    ça bloque
    il gèle
    suspension
""")
# A halt of one thing, of some, or for a while, of which there is none.
NO_WHOLE_HALTS = lines("""
    pause @alice
    pause following @alice
    suspend @alice
    bloque @alice
    pause my dca
    suspends mon dca
    halt for an hour
    halt until tomorrow
    stop trading on kraken
    stop everything if btc crashes
    si ça baisse, arrête tout
    halt on eth
""")


@pytest.mark.parametrize("words", HALTS)
def test_stopping_stays_easy(words):
    assert told(words) == ("command", [("halt", {})])


@pytest.mark.parametrize("words", NO_HALTS)
def test_talk_of_a_halt_stops_nothing(words):
    assert told(words) == ("none", [])


@pytest.mark.parametrize("words", NO_WHOLE_HALTS)
def test_a_halt_of_less_than_all_is_asked_about(words):
    assert told(words) == ("clarify", [("halt", {})])


@pytest.mark.parametrize(
    "words", ["halt and flatten", "halt flatten", "halt close all", "halt and sell everything"]
)
def test_a_halt_may_close_everything_too(words):
    assert told(words) == ("command", [("halt", {"flatten": "true"})])


@pytest.mark.parametrize("words", ["resume", "resume trading", "reprends", "relance le trading"])
def test_the_desk_resumes_as_a_whole(words):
    assert told(words) == ("command", [("resume", {})])


@pytest.mark.parametrize(
    "words", ["resume sma-cross", "relance sma-cross", "resume my dca", "resume eth"]
)
def test_one_thing_to_be_resumed_is_asked_about(words):
    assert told(words) == ("clarify", [("resume", {})])


@pytest.mark.parametrize("words", ["my resume", "resume of the day", "don't resume", "why resume"])
def test_a_summary_or_a_refusal_resumes_nothing(words):
    assert told(words) == ("none", [])


@pytest.mark.parametrize(
    "words",
    ["stop sma-cross and sell everything", "stop sma-cross and close everything"],
)
def test_a_strategy_is_stopped_and_everything_closed(words):
    stopped, closed = ("stop", {"strategy": "sma-cross"}), ("close", {"symbol": "all"})

    assert told(words) == ("command", [stopped, closed])


@pytest.mark.parametrize("words", ["no stop", "break even stop on btc", "don't stop"])
def test_a_stop_of_a_price_stops_no_strategy(words):
    assert told(words) == ("none", [])


@pytest.mark.parametrize(
    "words",
    [
        "close all strategy positions",
        "close all sma-cross positions",
        "close the sma-cross position",
    ],
)
def test_the_positions_of_a_strategy_are_asked_about(words):
    assert told(words) == ("clarify", [("close", {})])


@pytest.mark.parametrize("words", ["stop sma-cross", "arrête sma-cross", "close sma-cross"])
def test_a_strategy_named_is_stopped(words):
    assert told(words) == ("command", [("stop", {"strategy": "sma-cross"})])


@pytest.mark.parametrize(
    ("words", "held"),
    [("don't panic", True), ("do not stop trading", True), ("halt", False), ("odd, halt", False)],
)
def test_a_model_may_not_halt_on_words_that_deny_it(words, held):
    assert ("halt" in INTERPRETER.own_words(words, NOW).held) is held
