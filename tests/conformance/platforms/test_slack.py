"""What only Slack has: threads, asides, lost answers, tokens that are taken away."""

from __future__ import annotations

import asyncio

import pytest

from bot.card import Attachment, AttachmentKind, Card
from tests.conformance.platforms.slack_desk import ANN, BOB, PICTURE, PIT, in_pit, story, words
from tests.standins.slack.server import TOKEN, Fault
from tests.standins.slack.world import ME, drawn

# -- where things are said ----------------------------------------------------------------


@story
async def test_a_command_in_a_channel_shows_what_is_for_all_to_all(desk, harness) -> None:
    await harness.server.command(ANN, "price BTC/USDT", PIT)
    await harness.server.until(lambda: bool(in_pit(harness)))

    assert "60,000" in words(in_pit(harness)[0])


@story
async def test_what_is_ones_own_is_seen_by_that_person_alone(desk, harness) -> None:
    await harness.server.command(ANN, "buy BTC/USDT 0.1", PIT)
    await harness.server.until(lambda: len(in_pit(harness, ANN)) == 1)
    (asked,) = in_pit(harness, ANN)
    assert "Really buy" in words(asked)

    await harness.server.press(BOB, asked, "Yes")
    await harness.server.until(lambda: len(in_pit(harness, BOB)) == 1)
    await harness.server.press(ANN, asked, "Yes")
    await desk.reads("Bought 0.1 BTC/USDT")

    assert "not mine" in words(in_pit(harness, BOB)[0])
    assert in_pit(harness) == []


@story
async def test_yes_can_be_typed_where_the_question_was_seen(desk, harness) -> None:
    await harness.server.command(ANN, "buy BTC/USDT 0.1", PIT)
    await harness.server.until(lambda: len(in_pit(harness, ANN)) == 1)
    await harness.server.command(ANN, "yes", PIT)

    await desk.reads("Bought 0.1 BTC/USDT")


@story
async def test_a_mention_is_answered_in_its_thread(desk, harness) -> None:
    ts = await harness.server.mention(ANN, "price of eth", PIT)
    await harness.server.until(lambda: len(in_pit(harness)) == 1)
    await harness.server.mention(ANN, "/balance", PIT, thread_ts=ts)
    await harness.server.until(lambda: len(in_pit(harness, ANN)) == 1)

    (shown,), (told,) = in_pit(harness), in_pit(harness, ANN)
    assert "3,000" in words(shown)
    assert (shown.thread, told.thread) == (ts, ts)


@story
async def test_a_channel_is_heard_only_where_it_speaks_to_the_app(desk, harness) -> None:
    said = {"type": "message", "channel_type": "channel", "channel": PIT, "user": ANN}
    await harness.server.event({**said, "text": "/halt", "ts": "1.000001"})
    await harness.server.mention(ME, "/halt", PIT)
    await harness.server.mention(ANN, "/halt", PIT, bot_id="B9")
    await harness.server.say(ANN, "/halt", subtype="message_changed")
    await harness.server.say(ANN, "/halt", subtype="message_deleted")
    await harness.server.say(ANN, "/halt", bot_id="B9")
    await harness.server.say(ANN, "")
    await harness.server.say(ANN, "/halt", attachments=[{"is_share": True, "text": "x"}])
    await desk.reads("forwarded messages")
    await desk.quiet(3)

    assert not desk.app.runtime.kernel.kill_switch.halts
    assert (len(harness.seen("ann")), in_pit(harness)) == (1, [])


@story
async def test_where_the_app_is_no_member_it_answers_by_the_commands_address(desk, harness) -> None:
    server = harness.server
    server.world.channels.add("C600")
    server.world.strange.add("C600")
    await server.command(ANN, "price BTC/USDT", "C600")
    await server.until(lambda: len(server.answered) == 1)
    await server.command(ANN, "balance", "C600")
    await server.until(lambda: len(server.answered) == 2)

    assert [body["response_type"] for _, body in server.answered] == ["in_channel", "ephemeral"]
    assert "60,000" in drawn(server.answered[0][1]["blocks"])


@story
async def test_files_for_one_person_come_in_their_private_chat(desk, harness) -> None:
    await harness.server.command(ANN, "report performance", PIT)
    await harness.until(lambda: any(seen.files for seen in harness.seen("ann")))

    assert [posted for posted in in_pit(harness) if posted.files] == []


@story
async def test_who_only_ever_spoke_in_a_channel_hears_of_fills(desk, harness) -> None:
    await harness.server.mention(ANN, "/buy BTC/USDT 0.1", PIT)
    await harness.server.until(lambda: len(in_pit(harness, ANN)) == 1)
    await harness.server.press(ANN, in_pit(harness, ANN)[0], "Yes")

    assert "Bought" in (await desk.reads("Bought 0.1 BTC/USDT")).text


@story
async def test_words_after_the_command_are_read_as_they_are(desk, harness) -> None:
    for text in ("price BTC/USDT", "/price BTC/USDT", "p BTC/USDT", "what is btc at?"):
        before = len(harness.seen("ann"))
        await harness.server.command(ANN, text)
        assert "60,000" in (await desk.heard("ann", before))[0].text, text
    await harness.server.command(ANN, "")
    await desk.reads("/price")


@story
async def test_slacks_markup_is_read_as_what_was_typed(desk, harness) -> None:
    await harness.server.command(ANN, "alert BTC/USDT price > 100000 & x")
    assert "&" in (await desk.heard())[0].text
    await harness.server.say(ANN, "alert BTC/USDT when price &gt; 100000")
    await desk.reads("Condition: price > 100000")


# -- lost answers, limits, tokens ---------------------------------------------------------


@story
async def test_an_answer_that_was_lost_is_found_and_not_said_again(desk, harness) -> None:
    harness.server.faults["chat.postMessage"].append(Fault(drop=True))
    await harness.say("ann", "/price BTC/USDT")
    await harness.until(lambda: harness.server.calls["conversations.history"] == 1)
    await desk.quiet(5)

    (seen,) = harness.seen("ann")
    (queue,) = await desk.app.stores.outbox.queues()
    assert ("may repeat" in seen.text, queue.waiting) == (False, 0)


@story
async def test_an_answer_that_never_arrived_is_said_after_a_look(desk, harness) -> None:
    faults = harness.server.faults
    faults["chat.postMessage"].extend([Fault(status=503), Fault(error="internal_error")])
    faults["conversations.history"].append(Fault(status=500))
    seen = await desk.ask("/price BTC/USDT")
    await desk.quiet(10)

    assert ("60,000" in seen.text, len(harness.seen("ann"))) == (True, 1)
    assert harness.server.calls["conversations.history"] == 3


@story
async def test_files_whose_answer_was_lost_are_found_too(desk, harness) -> None:
    picture = desk.home / "chart.png"
    picture.write_bytes(PICTURE)
    harness.server.faults["files.completeUploadExternal"].append(Fault(drop=True))
    await desk.show(Card("A chart", attachments=(Attachment(picture, AttachmentKind.PICTURE),)))
    await harness.until(lambda: harness.server.calls["conversations.history"] == 1)
    await desk.quiet(5)

    (seen,) = harness.seen("ann")
    assert ([name for name, _ in seen.files], "A chart" in seen.text) == (["chart.png"], True)


@story
async def test_who_asks_to_be_left_alone_is_and_still_after_a_restart(desk, harness) -> None:
    harness.server.faults["chat.postMessage"].append(Fault(retry_after=40))
    asked = desk.clock.now_ms()
    await harness.say("ann", "/price BTC/USDT")
    await harness.until(lambda: harness.server.calls["chat.postMessage"] == 1)
    await desk.quiet(2)
    await desk.leave()
    await desk.serve()
    await desk.reads("60,000")

    assert desk.clock.now_ms() - asked >= 40_000
    assert harness.server.calls["chat.postMessage"] == 2


@story
async def test_whoever_cannot_be_written_to_is_not_tried_again(desk, harness) -> None:
    await desk.ask("/price BTC/USDT")
    harness.server.world.deaf.add("D101")
    await desk.show(Card("Unheard"))
    await harness.until(lambda: harness.server.calls["chat.postMessage"] == 2)
    await desk.quiet(40)

    (queue,) = await desk.app.stores.outbox.queues()
    assert (queue.waiting, harness.server.calls["chat.postMessage"]) == (0, 2)


@pytest.mark.parametrize("token", ["xoxb-wrong", "xoxb-é", ""])
def test_a_wrong_token_ends_the_platform(tmp_path, token) -> None:
    @story
    async def tell(desk, harness) -> None:
        await harness.until(lambda: harness.server.opened == 1)
        await desk.leave()
        await desk.serve(token=token or "-")
        async with asyncio.timeout(20):
            await asyncio.gather(desk.serving, return_exceptions=True)
        assert harness.server.opened == 1

    tell(tmp_path)


@story
async def test_a_workspace_that_removes_the_app_ends_the_platform(desk, harness) -> None:
    await desk.ask("/price BTC/USDT")
    await harness.server.event({"type": "tokens_revoked", "tokens": {"oauth": [ANN]}})
    assert "3,000" in (await desk.ask("/price ETH/USDT")).text
    harness.server.tokens.clear()
    await harness.server.event({"type": "app_uninstalled"})

    async with asyncio.timeout(20):
        await asyncio.gather(desk.serving, return_exceptions=True)


@story
async def test_a_bots_token_that_is_taken_away_alone_ends_the_platform(desk, harness) -> None:
    await desk.ask("/price BTC/USDT")
    harness.server.tokens.discard(TOKEN)
    await harness.say("ann", "/price ETH/USDT")

    async with asyncio.timeout(20):
        await asyncio.gather(desk.serving, return_exceptions=True)


@story
async def test_connections_are_made_anew_and_nothing_said_meanwhile_is_lost(desk, harness) -> None:
    await desk.ask("/price BTC/USDT")
    await harness.server.refresh()
    await harness.until(lambda: harness.server.opened == 2)
    await harness.say("ann", "/price ETH/USDT")
    await desk.reads("3,000")
    await harness.server.cut()
    await harness.say("ann", "/price SOL/USDT")
    await desk.reads("150")

    assert len(harness.seen("ann")) == 3
