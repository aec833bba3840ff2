"""Discord's lost answers, limits, sessions, and cards that take another's place."""

from __future__ import annotations

import asyncio

from bot.card import Card
from bot.message import OutgoingMessage, Priority
from engine.domain.identifiers import PersonId
from tests.conformance.platforms.discord_desk import (
    ANN,
    CHANNEL,
    PRIVATE,
    answer,
    run,
    said_in,
    story,
)
from tests.standins.discord.server import Fault


@story
async def test_an_answer_that_was_lost_is_sent_again_and_seen_once(desk, harness) -> None:
    harness.server.faults["send"].extend([Fault(drop=True), Fault(drop=True)])
    await desk.ask("/price BTC/USDT")
    harness.server.faults["callback"].append(Fault(drop=True))
    posted = await run(harness, "price", CHANNEL, symbols="ETH/USDT")
    await desk.show(Card("The end"))
    await desk.reads("The end")

    assert "may repeat" not in posted.text
    assert ["60,000" in each.text for each in harness.seen("ann")] == [True, False]
    assert len(await said_in(harness, CHANNEL)) == 1


@story
async def test_an_answer_that_waits_is_shown_to_be_coming_and_lost_once_is_seen_once(
    desk, harness
) -> None:
    people, faults = harness.server.people, harness.server.faults
    faults["callback"].append(Fault(seconds=1))  # meanwhile nothing else is said there
    faults["edit_original"].append(Fault(drop=True))
    talks = [await people.run(ANN, "price", symbols=f"{coin}/USDT") for coin in ("BTC", "ETH")]
    first, second = [await answer(harness, talk) for talk in talks]
    await harness.until(lambda: harness.server.calls["edit_original"] == 2)

    assert [talk.answer["type"] for talk in talks] == [4, 5]
    assert ("60,000" in first.text, "3,000" in second.text) == (True, True)
    assert "may repeat" not in second.text


@story
async def test_an_answer_that_never_arrived_is_shown_to_be_coming(desk, harness) -> None:
    harness.server.faults["callback"].append(Fault(status=403))
    harness.server.world.closed_to_bots.add(ANN)
    talk = await harness.server.people.run(ANN, "price", CHANNEL, symbols="BTC/USDT")
    await harness.server.people.answered(talk)

    assert talk.answer["type"] == 5
    assert harness.server.calls["callback"] == 2


@story
async def test_the_limit_of_an_interaction_is_not_kept_once_it_is_answered(desk, harness) -> None:
    await run(harness, "price", CHANNEL, symbols="ETH/USDT")
    await desk.show(Card("The end"))
    await desk.reads("The end")

    limits = list(desk.adapter._client._library.http._buckets)
    talks = harness.server.world.talks
    assert limits
    assert talks
    assert not [name for name in limits if any(talk in name for talk in talks)]


@story
async def test_two_processes_with_one_token_show_one_answer(desk, harness) -> None:
    await desk.ask("/price BTC/USDT")
    other = await desk.beside()
    await harness.until(lambda: len(harness.server.world.sessions) == 2)
    await harness.say("ann", "/price ETH/USDT")
    await desk.reads("3,000")
    posted = await run(harness, "price", CHANNEL, symbols="SOL/USDT")
    await desk.quiet(20)
    await other.leave()

    assert ["3,000" in each.text for each in harness.seen("ann")] == [False, True]
    assert await said_in(harness, CHANNEL) == [posted]


@story
async def test_a_long_silence_that_discord_asks_for_is_kept_after_a_restart(desk, harness) -> None:
    harness.server.faults["send"].append(Fault(retry_after=40))
    asked = desk.clock.now_ms()
    await harness.say("ann", "/price BTC/USDT")
    await harness.until(lambda: harness.server.calls["send"] == 1)
    await desk.quiet(2)
    await desk.leave()
    await desk.serve()
    await desk.reads("60,000")

    assert desk.clock.now_ms() - asked >= 40_000
    assert harness.server.calls["send"] == 2


@story
async def test_whoever_is_shut_out_in_front_of_the_api_leaves_it_alone(desk, harness) -> None:
    harness.server.faults["send"].append(Fault(retry_after=60, is_banned=True))
    asked = desk.clock.now_ms()
    await desk.ask("/price BTC/USDT")

    assert desk.clock.now_ms() - asked >= 60_000
    assert harness.server.calls["send"] == 2


@story
async def test_a_closed_private_channel_is_not_tried_again(desk, harness) -> None:
    harness.server.world.closed_to_bots.add(ANN)
    await desk.show(Card("Unheard"))
    await harness.until(lambda: harness.server.calls["send"] == 1)
    await desk.quiet(40)

    queues = [(each.waiting, each.dead) for each in await desk.app.stores.outbox.queues()]
    assert (queues, harness.server.calls["send"]) == ([(0, 1)], 1)
    assert "60,000" in (await run(harness, "price", CHANNEL, symbols="BTC/USDT")).text


@story
async def test_what_was_said_while_nobody_listened_is_answered_when_the_session_goes_on(
    desk, harness
) -> None:
    await desk.ask("/price BTC/USDT")
    await desk.leave()
    await harness.say("ann", "/price ETH/USDT")
    await desk.serve()
    await desk.reads("3,000")
    await harness.server.gateway.hang_up()
    await harness.say("ann", "/price SOL/USDT")
    await desk.reads("150")
    await harness.server.gateway.move_away()
    await desk.quiet(2)
    await desk.ask("/price NVDA")

    assert (harness.server.gateway.identified, len(harness.seen("ann"))) == (1, 4)
    assert harness.server.gateway.resumed >= 3


@story
async def test_what_waits_at_the_start_leaves_as_soon_as_the_bot_is_known(desk, harness) -> None:
    await desk.ask("/price BTC/USDT")
    await desk.leave()
    adapter = harness.adapter(desk.app.equipment)
    row = OutgoingMessage("discord", PRIVATE, PersonId(""), Priority.URGENT, "k", 1, id=7)
    sending = asyncio.ensure_future(adapter.send(row, Card("News")))
    await desk.quiet(1)
    assert not sending.done()

    await desk.serve()
    running = asyncio.ensure_future(adapter.run(desk.chat.intake, desk.chat.menu()))
    receipt = await asyncio.wait_for(sending, 20)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert harness.server.world.read_by(ANN)[-1].id == int(receipt.reference)


@story
async def test_a_session_that_is_gone_is_begun_anew(desk, harness) -> None:
    await desk.ask("/price BTC/USDT")
    harness.server.gateway.forget()
    await harness.server.gateway.hang_up()
    sockets = [each.socket for each in harness.server.world.sessions.values()]
    assert sockets == []
    await desk.leave()
    await desk.serve()
    await harness.there()

    assert "3,000" in (await desk.ask("/price ETH/USDT")).text
    assert harness.server.gateway.identified == 2


@story
async def test_later_news_of_a_subject_takes_the_cards_place(desk, harness) -> None:
    await desk.show(Card("First"), subject="order:1")
    await desk.reads("First")
    await desk.show(Card("Second"), subject="order:1")
    await desk.reads("Second")

    (posted,) = harness.server.world.read_by(ANN)
    assert [text.strip() for text in posted.before] == ["First"]


@story
async def test_news_that_were_wanted_without_a_sound_make_none(desk, harness) -> None:
    await desk.ask("/notify alerts silent")
    await desk.ask("/alert BTC/USDT price > 61000")
    channel = harness.server.world.private(ANN)
    before = len(await said_in(harness, channel))
    desk.market.say("BTC/USDT", 62_000)
    *earlier, alert = await said_in(harness, channel, before + 1)

    assert alert.is_silent
    assert not any(each.is_silent for each in earlier)


@story
async def test_files_come_with_messages_and_with_commands(desk, harness) -> None:
    people = harness.server.people
    exported = await run(harness, "export", strategy="sma-cross")
    ((name, content),) = exported.files
    taken = await run(harness, "import", upload=people.file("mine.yaml", content))
    refused = await run(harness, "import", upload=people.file("virus.exe", b"MZ"))
    big = await run(harness, "import", upload=people.file("x.csv", b"1", 30_000_000))
    await harness.upload("ann", "mine.yaml", content, "/import mine.yaml")
    await desk.reads("mine" if "mine" in taken.text else taken.text.splitlines()[0])

    assert name.endswith(".yaml")
    assert "fetched" not in taken.text
    assert "cannot read that file" in refused.text
    assert "too big" in big.text


@story
async def test_a_chart_stands_inside_its_card(desk, harness) -> None:
    posted = await run(harness, "chart", CHANNEL, symbol="BTC/USDT")

    ((name, content),) = posted.files
    assert content.startswith(b"\x89PNG")
    assert posted.embeds[0]["image"]["url"] == f"attachment://{name}"


@story
async def test_a_session_whose_count_discord_does_not_know_is_begun_anew(desk, harness) -> None:
    await desk.ask("/price BTC/USDT")
    await desk.leave()
    (known,) = harness.server.world.sessions.values()
    del known.events[1:]
    await desk.serve()
    await harness.until(lambda: len(harness.server.world.sessions) == 2)

    assert "3,000" in (await desk.ask("/price ETH/USDT")).text
