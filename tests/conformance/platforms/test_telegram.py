"""What only Telegram has: its groups, menus, faults and forgeries."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.receive import genuine, parsed
from bot.adapters.telegram.render import File, harmless, rendered
from bot.card import Attachment, AttachmentKind, Card, Table
from bot.layout import JOINER, utf16
from connectors.storage.boundaries import OUTBOX_LEAVE
from engine.ports.boundary import watch_boundaries
from tests.conformance.platforms.card import stories
from tests.conformance.platforms.harnesses.telegram import TelegramHarness
from tests.standins.telegram.server import Fault
from tests.standins.telegram.world import Posted

ANN, BOB, EVE, GROUP = 101, 102, 103, -5005


story = stories(TelegramHarness)


@story
async def test_an_answer_that_was_lost_is_said_again_and_says_so(desk, harness) -> None:
    harness.server.faults["sendMessage"].append(Fault(drop=True))
    await harness.say("ann", "/price BTC/USDT")
    await desk.reads("may repeat")

    assert sum("60,000" in seen.text for seen in harness.seen("ann")) == 2


@story
async def test_what_may_be_there_says_so_whatever_comes_between(desk, harness) -> None:
    harness.server.faults["sendMessage"].extend([Fault(drop=True), Fault(status=502)])
    await harness.say("ann", "/price BTC/USDT")
    await harness.until(lambda: len(harness.seen("ann")) == 2)

    assert ["may repeat" in seen.text for seen in harness.seen("ann")] == [False, True]


@story
async def test_what_leaves_at_once_is_committed_as_leaving_and_what_waits_is_not(
    desk, harness
) -> None:
    passed: list[str] = []
    watch_boundaries(passed.append)
    try:
        await harness.say("ann", "/price BTC/USDT")
        await harness.say("ann", "/price ETH/USDT")
        await harness.until(lambda: passed.count("outbox.sent") == 2)
    finally:
        watch_boundaries(None)

    assert passed.count(OUTBOX_LEAVE.after) == 1


@story
async def test_an_answer_committed_as_leaving_by_a_process_that_died_says_so(desk, harness) -> None:
    harness.server.faults["sendMessage"].append(Fault(seconds=30))
    await harness.say("ann", "/price BTC/USDT")
    await harness.until(lambda: harness.server.calls["sendMessage"] == 1)
    await desk.leave()
    await desk.serve()

    await desk.reads("may repeat")


@story
async def test_a_server_in_trouble_has_it_said_once(desk, harness) -> None:
    harness.server.faults["sendMessage"].extend([Fault(status=502), Fault(status=500)])
    seen = await desk.ask("/price BTC/USDT")
    await desk.quiet(5)

    assert "may repeat" not in seen.text
    assert len(harness.seen("ann")) == 1


@story
async def test_who_asks_to_be_left_alone_is_and_still_after_a_restart(desk, harness) -> None:
    harness.server.faults["sendMessage"].append(Fault(retry_after=40))
    asked = desk.clock.now_ms()
    await harness.say("ann", "/price BTC/USDT")
    await harness.until(lambda: harness.server.calls["sendMessage"] == 1)
    await desk.quiet(2)
    await desk.leave()
    await desk.serve()
    await desk.reads("60,000")

    assert desk.clock.now_ms() - asked >= 40_000
    assert harness.server.calls["sendMessage"] == 2


@story
async def test_whoever_blocked_the_bot_is_not_tried_again(desk, harness) -> None:
    await desk.ask("/price BTC/USDT")
    harness.server.world.blocked.add(ANN)
    await desk.show(Card("Unheard"))
    await harness.until(lambda: harness.server.calls["sendMessage"] == 2)
    await desk.quiet(40)

    (queue,) = await desk.app.stores.outbox.queues()
    assert (queue.waiting, harness.server.calls["sendMessage"]) == (0, 2)


@story
async def test_a_group_that_becomes_a_supergroup_is_followed(desk, harness) -> None:
    world, server = harness.server.world, harness.server
    world.group(GROUP, "Desk")
    world.group(-1009, "Desk")
    await server.say(ANN, "/price@outcry_bot BTC/USDT", GROUP)
    await server.until(lambda: len(server.shown(GROUP)) == 1)
    world.migrated[GROUP] = -1009
    await server.say(ANN, "/price ETH/USDT", GROUP)
    await server.until(lambda: len(server.shown(-1009)) == 1)

    assert "3,000" in server.shown(-1009)[0].text
    assert await desk.app.stores.platform_notes.moves("telegram") == {
        "telegram:-5005": "telegram:-1009"
    }


@story
async def test_a_group_is_heard_only_where_it_speaks_to_the_bot(desk, harness) -> None:
    server = harness.server
    server.world.group(GROUP, "Desk", topics=True)
    await server.say(ANN, "price of btc", GROUP)
    await server.say(ANN, "/price@other_bot BTC/USDT", GROUP)
    await server.say(
        ANN, "@outcry_bot price of eth", GROUP, message_thread_id=7, is_topic_message=True
    )
    await server.until(lambda: len(server.shown(GROUP)) == 1)
    await desk.quiet(5)

    (answer,) = server.shown(GROUP)
    assert ("3,000" in answer.text, answer.topic, bool(answer.reply_to)) == (True, 7, True)


@story
async def test_what_no_person_said_to_the_bot_has_no_effect(desk, harness) -> None:
    server = harness.server
    bot = {"id": 9, "is_bot": True, "first_name": "B"}
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "x"}
    edited = server.written(ANN, "/halt")
    await server.say(ANN, "/halt", **{"from": bot})
    await server.update(edited_message=edited)
    await server.say(ANN, "")
    await server.say(ANN, "/halt", forward_origin=origin)
    await desk.reads("forwarded messages")
    await desk.quiet(3)

    assert len(harness.seen("ann")) == 1
    assert not desk.app.runtime.kernel.kill_switch.halts


KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"


@story
async def test_a_key_that_somebody_writes_is_taken_away_and_not_kept(desk, harness) -> None:
    await harness.say("ann", f"my key is {KEY}")
    await desk.reads("deleted it")

    assert len(harness.server.world.erased) == 1
    assert KEY not in repr([seen.text for seen in harness.seen("ann")])


@story
async def test_files_that_are_not_wanted_are_refused_in_words(desk, harness) -> None:
    await harness.upload("ann", "virus.exe", b"MZ", "/import virus.exe")
    await desk.reads("cannot read that file")
    big = {"file_id": "f", "file_unique_id": "f", "file_name": "x.csv", "file_size": 30_000_000}
    await harness.server.say(ANN, "/import x.csv", document=big)
    await desk.reads("too big")


@story
async def test_a_strategy_comes_in_as_a_file_and_goes_out_as_one(desk, harness) -> None:
    await harness.say("ann", "/export sma-cross")
    await harness.until(lambda: any(seen.files for seen in harness.seen("ann")))
    ((name, content),) = [file for seen in harness.seen("ann") for file in seen.files]
    await harness.upload("ann", "mine.yaml", content, "/import mine.yaml")

    await harness.until(lambda: len(harness.seen("ann")) == 2)
    assert name.endswith(".yaml")
    assert "fetched" not in harness.seen("ann")[1].text


@story
async def test_forged_foreign_and_old_buttons_do_nothing(desk, harness) -> None:
    server = harness.server
    await desk.ask("/buy BTC/USDT 0.1")
    (card,) = server.shown(ANN)
    genuine_data = card.buttons[0]["callback_data"]
    await server.press_data(ANN, card, "AAAAAAAAAA/halt")
    await desk.reads("That button is not mine")
    await server.press_data(BOB, replace(card, chat=BOB), genuine_data)
    await desk.reads("That button is not mine", who="bob")
    await desk.quiet(70)
    await server.press(ANN, card, "Yes")
    await desk.reads("too old")

    assert not desk.app.runtime.kernel.kill_switch.halts
    assert len(server.bot.answered) == 3


@story
async def test_the_menu_is_offered_by_language_and_place_and_only_when_it_changed(
    desk, harness
) -> None:
    await desk.ask("/price BTC/USDT")
    menus = harness.server.bot.commands
    first = harness.server.calls["setMyCommands"]
    await desk.leave()
    await desk.serve()
    await desk.ask("/price ETH/USDT")

    assert set(menus) == {
        (place, language)
        for place in ("all_private_chats", "all_group_chats")
        for language in ("", "fr")
    }
    assert (first, harness.server.calls["setMyCommands"]) == (4, 4)


@story
async def test_a_start_with_a_code_is_a_link_and_without_one_is_help(desk, harness) -> None:
    assert "/price" in (await desk.ask("/start")).text
    assert "60,000" not in (await desk.ask("/start ABC123")).text


@story
async def test_prices_are_offered_wherever_a_member_types_the_bots_name(desk, harness) -> None:
    assert await harness.server.type(ANN, "btc") == []  # nobody yet
    await desk.ask("/language en")
    offers = await harness.server.type(ANN, "btc")
    prices = await harness.server.type(ANN, "price")

    assert [offer["title"] for offer in offers] == ["BTC/USDT 60,000 USDT"]
    assert "Bid" in offers[0]["description"]
    assert "60,000" in offers[0]["input_message_content"]["message_text"]
    assert "/chart" not in offers[0]["input_message_content"]["message_text"]
    assert "reply_markup" not in offers[0]
    assert len(prices) == 4
    assert len(harness.server.shown(ANN)) == 1


@story
async def test_a_chart_is_offered_as_a_picture_and_leaves_nothing_behind(desk, harness) -> None:
    await desk.ask("/language en")

    (offer,) = await harness.server.type(ANN, "chart btc 1h")

    assert offer["type"] == "photo"
    assert offer["title"].startswith("BTC/USDT")
    assert harness.server.world.files[offer["photo_file_id"]].startswith(b"\x89PNG")
    assert len(harness.server.shown(ANN)) == 1


@story
async def test_who_never_began_a_chat_with_the_bot_is_offered_the_charts_figures(
    desk, harness
) -> None:
    await desk.ask("/language en")
    harness.server.world.blocked.add(ANN)

    (offer,) = await harness.server.type(ANN, "chart btc 1h")

    assert offer["type"] == "article"


@story
async def test_strangers_are_offered_nothing_and_nothing_else_can_be_had_inline(
    desk, harness
) -> None:
    assert await harness.server.type(EVE, "btc") == []
    await desk.ask("/buy BTC/USDT 0.1")
    await harness.press("ann", "Yes")
    await desk.reads("Bought")
    shown = len(harness.server.shown(ANN))
    for typed in ("/positions", "/balance", "/buy BTC/USDT 1", "chart btc 1h (", "zzz"):
        assert await harness.server.type(ANN, typed) == []
    assert len(harness.server.shown(ANN)) == shown


@story
async def test_later_news_of_a_subject_takes_the_cards_place(desk, harness) -> None:
    await desk.show(Card("First"), subject="order:1")
    await desk.reads("First")
    await desk.show(Card("Second"), subject="order:1")
    await desk.reads("Second")

    (posted,) = harness.server.shown(ANN)
    assert [text.strip() for text in posted.before] == ["First"]


@story
async def test_a_webhook_is_answered_when_it_is_committed_and_refuses_strangers(
    desk, harness
) -> None:
    await desk.leave()
    harness.webhook = True
    await desk.serve()
    await harness.until(lambda: bool(harness.server.bot.webhook))
    await harness.server.say(ANN, "/price BTC/USDT", again=2)
    await desk.reads("60,000")
    await desk.quiet(3)
    assert len(harness.seen("ann")) == 1

    secret = harness.server.bot.secret
    async with aiohttp.ClientSession() as session:

        async def posted(body: bytes, **headers: str) -> int:
            async with session.post(harness.server.bot.webhook, data=body, headers=headers) as got:
                return got.status

        name = "X-Telegram-Bot-Api-Secret-Token"
        assert await posted(b"{}") == 401
        assert await posted(b"{}", **{name: "\u00e9" * 9}) == 401
        assert await posted(b"{}", **{name: secret[:-1]}) == 401
        for body in (b"", b"{", b"[]", b"null", b'{"update_id": "x"}', b"\xff\xfe", b"1" * 400):
            assert await posted(body, **{name: secret}) == 400
        assert await posted(b" " * 300_000, **{name: secret}) == 413


TEXTS = st.text(max_size=300) | st.text(alphabet="@:/.a_*`[]<&\u202e\u200b🚀é\n", max_size=300)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_what_is_shown_is_what_was_meant_and_leads_nowhere(title, text, cell) -> None:
    card = Card(title, ((text[:40], cell),), text, Table(("H",), ((cell,),)), hint=title)
    shown, meant = "", ""
    for payload in rendered(card, lambda line: line):
        assert not isinstance(payload, File)
        words = payload.words
        assert utf16(words.text) <= 4096
        units = utf16(words.text)
        assert all(0 <= e.offset < e.offset + e.length <= units for e in words.entities)
        entities = [
            {"type": e.type, "offset": e.offset, "length": e.length} for e in words.entities
        ]
        assert Posted(1, 1, words.text, entities).clickable() == []
        shown += words.text
    for part in (title, *text.splitlines(), cell):
        meant = harmless(part).replace(JOINER, "")
        assert meant in shown.replace(JOINER, "")


@given(st.binary(max_size=200))
def test_no_body_and_no_header_raises(body) -> None:
    assert parsed(body) is None or parsed(body).update_id is not None
    assert not genuine({"x-telegram-bot-api-secret-token": body.decode("latin-1")}, "s" * 43)


@story
async def test_a_draft_is_no_faster_than_the_chat_may_be_spoken_to(desk, harness) -> None:
    place = harness.conversation("ann")
    may = [desk.chat._may_say("telegram", place) for _ in range(3)]
    await desk.quiet(2)

    assert [*may, desk.chat._may_say("telegram", place)] == [True, False, False, True]
    assert not desk.chat._may_say("telegram", f"telegram:{GROUP}")


@story
async def test_news_that_were_wanted_without_a_sound_make_none(desk, harness) -> None:
    await desk.ask("/notify alerts silent")
    await desk.ask("/alert BTC/USDT price > 61000")
    before = len(harness.server.shown(ANN))
    desk.market.say("BTC/USDT", 62_000)
    await harness.until(lambda: len(harness.server.shown(ANN)) > before)

    assert [posted.is_silent for posted in harness.server.shown(ANN)][-1]
    assert not any(posted.is_silent for posted in harness.server.shown(ANN)[:before])


@story
async def test_pictures_stand_together_ten_at_a_time(desk, harness) -> None:
    paths = [desk.home / f"chart{number:02}.png" for number in range(12)]
    for path in paths:
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 200)
    shown = tuple(Attachment(path, AttachmentKind.PICTURE, path.stem) for path in paths)
    await desk.show(Card("Many", attachments=shown), Card("After"))
    await desk.reads("After")

    albums = Counter(posted.album for posted in harness.server.shown(ANN) if posted.album)
    assert sorted(albums.values()) == [2, 10]
