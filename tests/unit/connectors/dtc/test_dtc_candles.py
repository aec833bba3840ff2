"""Bars of the past, page by page, from the port on which they are served."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from connectors.dtc.candles import DtcCandles
from connectors.dtc.listing import Listing
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.resampling import resample
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, RateLimited, VenueUnavailable
from tests.standins.exchange.bars import bar
from tests.unit.connectors.dtc.conftest import FastClock, line_to, server

ACME, FUTURE, VENUE = Symbol("ACME"), Symbol("ESZ6"), VenueName("dtc")
MONDAY = 1_699_833_600
"""2023-11-13, 00:00 UTC."""
HOUR, DAY = 3_600, 86_400


@asynccontextmanager
async def history(**wire_is):
    async with server() as wire, line_to(wire, history_port=wire.history_port) as line:
        listing = Listing(VENUE, line, ["ACME", "ESZ6@CME"])
        line.on_back.append(listing.load)
        await line.open()
        for name, value in wire_is.items():
            setattr(wire, name, value)
        yield wire, DtcCandles(VENUE, line.server, listing, FastClock(), patience_seconds=1)


def fetched(symbol, timeframe, start, end, **wire_is):
    """The pages, and the questions that they took."""

    async def story():
        async with history(**wire_is) as (wire, candles):
            pages = [each async for each in candles.pages(symbol, timeframe, start, end)]
            return pages, [each for each in wire.heard if each["Type"] == 800]

    return asyncio.run(story())


def rows(candles):
    return list(zip(*(each.tolist() for each in candles.columns()), strict=True))


def wave(step, start, end):
    """What the stand-in has, straight from its source."""
    made = [bar(time * 1000, step * 1000) for time in range(start, end, step)]
    return [(int(each[0]) // 1000, *each[1:]) for each in made]


@pytest.mark.parametrize("in_microseconds", [False, True])
def test_bars_are_those_asked_for_and_no_others(in_microseconds):
    pages, asked = fetched(
        ACME, Timeframe.H1, MONDAY - 1, MONDAY + 5 * HOUR, in_microseconds=in_microseconds
    )

    assert len(pages) == len(asked) == 1
    assert rows(pages[0].candles) == wave(HOUR, MONDAY, MONDAY + 5 * HOUR)
    assert (pages[0].until, pages[0].gaps) == (MONDAY + 5 * HOUR, ())


def test_bars_that_nobody_asked_for_are_left_out():
    pages, _ = fetched(ACME, Timeframe.H1, MONDAY, MONDAY + 2 * HOUR, overshoots_seconds=DAY)

    assert rows(pages[0].candles) == wave(HOUR, MONDAY, MONDAY + 2 * HOUR)


def test_a_long_time_comes_in_pages_that_join():
    end = MONDAY + 12_000 * 60
    pages, asked = fetched(ACME, Timeframe.M1, MONDAY, end)

    assert [len(each.candles) for each in pages] == [5_000, 5_000, 2_000]
    assert len(asked) == 3
    whole = Candles.empty()
    for page in pages:
        whole = Candles.joined(whole, page.candles)
    assert rows(whole) == wave(60, MONDAY, end)


@pytest.mark.parametrize(
    ("timeframe", "base"), [(Timeframe.H4, HOUR), (Timeframe.W1, DAY), (Timeframe.H2, 2 * HOUR)]
)
def test_bars_that_the_protocol_lacks_are_made_of_shorter_ones(timeframe, base):
    end = MONDAY + 2 * timeframe.seconds
    pages, asked = fetched(ACME, timeframe, MONDAY, end)

    source, _ = fetched(ACME, Timeframe.H1 if base == HOUR else Timeframe.D1, MONDAY, end)
    expected = wave(base, MONDAY, end)
    if base < timeframe.seconds:
        expected = rows(resample(source[0].candles, timeframe))
    assert [each["RecordInterval"] for each in asked] == [base]
    assert rows(pages[0].candles) == expected
    assert len(expected) == 2


def test_a_contract_counts_for_its_units():
    pages, asked = fetched(FUTURE, Timeframe.H1, MONDAY, MONDAY + HOUR)

    assert pages[0].candles.volume.tolist() == [10.0 * 50]
    assert (asked[0]["Symbol"], asked[0]["Exchange"]) == ("ESZ6", "CME")


def test_what_is_not_there_is_a_gap():
    async def story():
        async with history() as (wire, candles):
            wire.bars.quiet = {(MONDAY + each * HOUR) * 1000 for each in (0, 2, 3)}
            pages = candles.pages(ACME, Timeframe.H1, MONDAY, MONDAY + 5 * HOUR)
            return [each async for each in pages]

    (page,) = asyncio.run(story())
    assert page.gaps == ((MONDAY, MONDAY + HOUR), (MONDAY + 2 * HOUR, MONDAY + 4 * HOUR))
    assert len(page.candles) == 2


def test_what_is_before_all_history_is_one_gap():
    refusal = {"RejectReasonCode": 3}
    pages, _ = fetched(ACME, Timeframe.D1, MONDAY, MONDAY + DAY, bar_refusals=[refusal])

    assert pages[0].gaps == ((MONDAY, MONDAY + DAY),)


def test_a_bar_that_still_forms_is_not_given():
    now = FastClock().now_ms() // 1000
    pages, _ = fetched(ACME, Timeframe.D1, now - 3 * DAY, now + 3 * DAY)

    assert pages[-1].candles.time[-1] + DAY <= FastClock().now_ms() // 1000


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        ({"RejectReasonCode": 1, "RetryTimeInSeconds": 7}, RateLimited),
        ({"RejectReasonCode": 2}, VenueUnavailable),
        ({"RejectReasonCode": 4}, VenueUnavailable),
    ],
)
def test_a_refusal_says_what_can_be_done(refusal, kind):
    with pytest.raises(kind) as refused:
        fetched(ACME, Timeframe.H1, MONDAY, MONDAY + HOUR, bar_refusals=[refusal])
    if kind is RateLimited:
        assert refused.value.retry_after_seconds == 7


def test_an_answer_that_does_not_come_is_not_waited_for_for_ever():
    with pytest.raises(VenueUnavailable) as away:
        fetched(ACME, Timeframe.H1, MONDAY, MONDAY + HOUR, mute_on={800})
    assert away.value.facts["why"] == "server_away"


def test_what_is_not_listed_has_no_history():
    with pytest.raises(InstrumentNotFound):
        fetched(Symbol("NOSUCH"), Timeframe.H1, MONDAY, MONDAY + HOUR)
