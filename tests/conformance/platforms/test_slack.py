"""What only Slack has: threads, asides, modals, signatures, lost answers."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack.manifest import Place, place_of
from bot.adapters.slack.receive import Me, Reader, genuine
from bot.adapters.slack.render import Upload, harmless, rendered
from bot.card import Attachment, AttachmentKind, Button, Card, Table
from bot.errors import Undeliverable
from bot.layout import JOINER
from bot.seal import Seal
from tests.conformance.platforms.desk import PlatformDesk
from tests.conformance.platforms.harnesses.slack import SlackHarness
from tests.standins.slack.server import SECRET, TOKEN, Fault
from tests.standins.slack.world import ME, Posted, buttons, drawn, invalid

ANN, BOB, PIT = "U101", "U102", "C500"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 200


def story(tell: Callable[[PlatformDesk, SlackHarness], Awaitable[None]]) -> Callable[..., None]:
    """Play it on a desk behind Slack."""

    @wraps(tell)
    def play(tmp_path) -> None:
        asyncio.run(_whole(tell, tmp_path))

    del play.__wrapped__
    return play


async def _whole(tell, tmp_path) -> None:
    harness = SlackHarness()
    desk = PlatformDesk(harness, tmp_path / "home")
    await desk.open()
    harness.server.world.channels.add(PIT)
    try:
        await tell(desk, harness)
    finally:
        await desk.close()


def in_pit(harness: SlackHarness, user: str = "") -> list[Posted]:
    """What all see in the channel, or what one person alone sees there."""
    return [posted for posted in harness.server.world.posted[PIT] if posted.user == user]


def words(posted: Posted) -> str:
    return posted.shown.replace(JOINER, "")


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


# -- cards, buttons, forms ----------------------------------------------------------------


@story
async def test_later_news_of_a_subject_takes_the_cards_place(desk, harness) -> None:
    await desk.show(Card("First"), subject="order:1")
    await desk.reads("First")
    await desk.show(Card("Second"), subject="order:1")
    await desk.reads("Second")

    (posted,) = harness.server.shown(ANN)
    assert posted.before == ["First"]


@story
async def test_a_picture_and_short_words_are_one_message(desk, harness) -> None:
    picture = desk.home / "chart.png"
    picture.write_bytes(PICTURE)
    shown = (Attachment(picture, AttachmentKind.PICTURE, "Chart"),)
    await desk.show(Card("A chart", (("Price", "1"),), attachments=shown))
    await desk.reads("A chart")

    (seen,) = harness.seen("ann")
    assert (seen.files, "Price: 1" in seen.text) == ((("chart.png", PICTURE),), True)


@story
async def test_forged_foreign_and_old_buttons_do_nothing(desk, harness) -> None:
    server = harness.server
    await desk.ask("/buy BTC/USDT 0.1")
    (card,) = server.shown(ANN)
    (genuine_button, _) = card.buttons
    await server.press_button(ANN, "D101", {**genuine_button, "value": "AAAAAAAAAA/halt"})
    await desk.reads("That button is not mine")
    await server.press_button(BOB, "D102", genuine_button)
    await desk.reads("That button is not mine", who="bob")
    for broken in ({"block_id": "0 slack:"}, {"block_id": "x"}, {"value": ""}, {"value": "é" * 9}):
        await server.press_button(ANN, "D101", {**genuine_button, **broken})
    await harness.until(lambda: len(harness.seen("ann")) == 6)
    await desk.quiet(70)
    await server.press(ANN, card, "Yes")
    await desk.reads("too old")

    assert not desk.app.runtime.kernel.kill_switch.halts


@story
async def test_files_that_are_not_wanted_are_refused_in_words(desk, harness) -> None:
    await harness.upload("ann", "virus.exe", b"MZ", "/import virus.exe")
    await desk.reads("cannot read that file")
    big = {"id": "F", "name": "x.csv", "size": 30_000_000, "url_private_download": "http://x"}
    await harness.server.say(ANN, "/import x.csv", subtype="file_share", files=[big])
    await desk.reads("too big")
    elsewhere = {**big, "size": 3, "url_private_download": "https://evil.example/x.csv"}
    await harness.server.say(ANN, "/import x.csv", subtype="file_share", files=[elsewhere])
    await desk.reads("could not be fetched")


@story
async def test_a_strategy_comes_in_as_a_file_and_goes_out_as_one(desk, harness) -> None:
    await harness.say("ann", "/export sma-cross")
    await harness.until(lambda: any(seen.files for seen in harness.seen("ann")))
    ((name, content),) = [file for seen in harness.seen("ann") for file in seen.files]
    await harness.upload("ann", "mine.yaml", content, "/import mine.yaml")

    await desk.reads("says exactly this already")
    assert name.endswith(".yaml")
    assert not any("fetched" in seen.text for seen in harness.seen("ann"))


@story
async def test_a_second_factor_is_set_up_in_a_modal(desk, harness) -> None:
    server = harness.server
    await harness.say("ann", "/mfa enroll")
    await harness.until(lambda: len(server.world.views) == 1)
    (view,) = server.world.views
    await server.submit(ANN, value="000000")
    await desk.reads("code")

    assert view["callback_id"].startswith("form:")
    assert "000000" not in "".join(seen.text for seen in harness.seen("ann"))


@story
async def test_without_a_press_a_button_opens_the_modal_for_its_person_alone(desk, harness) -> None:
    server = harness.server
    await server.say(ANN, "/mfa enroll")
    await harness.until(lambda: any(posted.buttons for posted in server.shown(ANN)))
    opener = next(posted for posted in server.shown(ANN) if posted.buttons)
    (button,) = opener.buttons
    await server.press_button(BOB, "D102", button)
    await desk.reads("That button is not mine", who="bob")
    assert server.world.views == []

    await server.press(ANN, opener, button["text"]["text"])
    await harness.until(lambda: len(server.world.views) == 1)


@story
async def test_any_command_is_a_form(desk, harness) -> None:
    server = harness.server
    await server.shortcut(ANN, "outcry_command")
    await harness.until(lambda: len(server.world.views) == 1)
    (view,) = server.world.views
    (select,) = view["blocks"][0]["elements"]
    names = [each["value"] for group in select["option_groups"] for each in group["options"]]
    assert sorted(names) == sorted(each.spec.name for each in desk.app.catalogue)

    for name in names:
        picked = {**select, "selected_option": {"value": name}}
        changes = server.calls["views.update"]
        await server.press_button(ANN, "", picked, view=server.world.views[0])
        await harness.until(lambda changes=changes: server.calls["views.update"] > changes)
        await desk.quiet(0.5)
        assert server.world.views[0]["callback_id"] == f"command:{name}"
    await server.press_button(
        ANN, "", {**select, "selected_option": {"value": "price"}}, view=server.world.views[0]
    )
    await harness.until(lambda: server.world.views[0]["callback_id"] == "command:price")
    (symbols,) = [b for b in server.world.views[0]["blocks"] if b["type"] == "input"]
    value = {"symbols": {"type": "plain_text_input", "value": "BTC/USDT ETH/USDT"}}
    await server.submit(ANN, {symbols["block_id"]: value})

    assert "3,000" in (await desk.reads("60,000")).text


@story
async def test_shortcuts_say_their_lines(desk, harness) -> None:
    await harness.server.shortcut(ANN, "outcry_balance")
    await desk.reads("50,000")
    await harness.server.shortcut(ANN, "another_apps")
    await desk.quiet(3)
    assert len(harness.seen("ann")) == 1

    await harness.server.shortcut(ANN, "outcry_halt")
    await desk.reads("halted")
    assert desk.app.runtime.kernel.kill_switch.halts


@story
async def test_hints_name_commands_as_they_are_typed_here(desk, harness) -> None:
    await desk.show(Card("So", text="1/2 of BTC/USDT", hint="/buy BTC/USDT 0.1, or /no 12. 1/day"))

    shown = (await desk.reads("So")).text
    assert "1/2 of BTC/USDT" in shown
    assert "/outcry buy BTC/USDT 0.1, or /outcry no 12. 1/day" in shown


@story
async def test_the_home_shows_what_is_held_and_what_waits_and_is_pressed_there(
    desk, harness
) -> None:
    server = harness.server
    await desk.ask("/buy BTC/USDT 0.1")
    await server.event({"type": "app_home_opened", "user": ANN, "tab": "home"})
    await harness.until(lambda: ANN in server.world.homes)
    before = server.world.homes[ANN]["blocks"]
    (yes,) = [b for b in buttons(before) if b["text"]["text"] == "Yes"]
    await server.press_button(BOB, "", yes)
    await desk.reads("not mine", who="bob")
    await server.press_button(ANN, "", yes)
    await desk.reads("Bought 0.1 BTC/USDT")
    await harness.until(lambda: server.calls["views.publish"] == 2)
    await server.event({"type": "app_home_opened", "user": ANN, "tab": "home"})
    await harness.until(lambda: server.calls["views.publish"] == 3)

    assert "Really buy 0.1 BTC/USDT" in drawn(before)
    assert "Open positions: 1" in drawn(server.world.homes[ANN]["blocks"])
    assert "Really" not in drawn(server.world.homes[ANN]["blocks"])


@story
async def test_a_strangers_home_shows_nothing_but_that(desk, harness) -> None:
    await harness.server.event({"type": "app_home_opened", "user": "U103", "tab": "messages"})
    await harness.server.event({"type": "app_home_opened", "user": "U103", "tab": "home"})
    await harness.until(lambda: "U103" in harness.server.world.homes)

    shown = drawn(harness.server.world.homes["U103"]["blocks"])
    assert ("slack:U103" in shown, "positions" in shown) == (True, False)
    assert harness.server.calls["views.publish"] == 1


# -- over HTTP ----------------------------------------------------------------------------


def _http(tell: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    @story
    async def play(desk, harness) -> None:
        from bot.web.app import web_app  # noqa: PLC0415
        from bot.web.listening import listen  # noqa: PLC0415
        from bot.web.server import serve_web  # noqa: PLC0415

        await harness.until(lambda: harness.server.opened == 1)
        await desk.leave()
        harness.by_http = True
        await desk.serve()
        listening = listen("127.0.0.1", 0)
        app = web_app(desk.app.catalogue, None, harness.made.routes)
        serving = asyncio.ensure_future(serve_web(app, listening.bound))
        address = harness.server.webhook = f"{listening.address}/slack"
        try:
            await harness.until(lambda: harness.server.calls["auth.test"] == 2)
            await tell(desk, harness, address)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            listening.bound.close()

    return play


@_http
async def test_what_is_posted_is_answered_when_it_is_committed(desk, harness, address) -> None:
    await harness.say("ann", "/price BTC/USDT", again=2)
    await desk.reads("60,000")
    await harness.server.say(ANN, "price of eth", again=1)
    await desk.reads("3,000")
    await desk.ask("/buy BTC/USDT 0.1")
    await harness.press("ann", "Yes")
    await desk.reads("Bought 0.1 BTC/USDT")
    await desk.quiet(3)

    texts = [seen.text for seen in harness.seen("ann")]
    assert [sum(words in text for text in texts) for words in ("60,000 USDT", "3,000 USDT")] == [
        1,
        1,
    ]


@_http
async def test_strangers_are_refused_and_broken_bodies_harm_nobody(desk, harness, address) -> None:
    signed = harness.server.signed
    halt = urlencode({"command": "/outcry", "text": "halt", "user_id": ANN, "channel_id": "D101"})
    body = f"{halt}&trigger_id=1".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    time, mark = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    genuine_headers = signed(body)
    async with aiohttp.ClientSession() as session:

        async def posted(content: bytes, headers: dict[str, str]) -> int:
            async with session.post(address, data=content, headers={**form, **headers}) as got:
                return got.status

        for forged in (
            {},
            {time: genuine_headers[time]},
            {mark: genuine_headers[mark]},
            {**genuine_headers, time: "soon"},
            {**genuine_headers, time: "-1"},
            {**genuine_headers, time: "1e9"},
            {**genuine_headers, time: "9" * 40},
            {**genuine_headers, time: "١٧٦٤"},
            {**genuine_headers, mark: "v0=é"},
            {**genuine_headers, mark: genuine_headers[mark][3:]},
            {**genuine_headers, mark: genuine_headers[mark].replace("v0", "v1")},
            signed(body, "another secret"),
            signed(body, age=400),
            signed(body, age=-400),
            signed(body + b"x"),
        ):
            assert await posted(body, forged) == 401, forged
        assert not desk.app.runtime.kernel.kill_switch.halts
        for content in (b"", b"{", b"[]", b"payload=", b"payload={", b"payload=[]", b"payload=1"):
            assert await posted(content, signed(content)) in {200, 400}, content
        assert await posted(b"\xff\xfe", signed(b"\xff\xfe")) == 400
        assert await posted(b" " * 300_000, signed(b" " * 300_000)) == 413
        challenge = b'{"type": "url_verification", "challenge": "c1"}'
        as_json = {**signed(challenge), "Content-Type": "application/json"}
        async with session.post(address, data=challenge, headers=as_json) as got:
            assert (got.status, await got.json()) == (200, {"challenge": "c1"})
        assert await posted(body, signed(body)) == 200
    await desk.reads("halted")


# -- properties ---------------------------------------------------------------------------

TEXTS = st.text(max_size=300) | st.text(alphabet="@#:/.a_*`[]<&>!|\u202e\u200b🚀é\n", max_size=300)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_what_is_shown_is_what_was_meant_and_leads_nowhere(title, text, cell) -> None:
    table = Table(("H",), ((cell,),))
    hint = title.replace("/", "")
    card = Card(title, ((text[:40], cell),), text, table, (Button(cell[:80], "/help"),), hint=hint)
    shown, meant = "", ""
    for payload in rendered(card, "slack:@U1", lambda line: line):
        assert not isinstance(payload, Upload)
        assert invalid(list(payload.blocks)) == ""
        posted = Posted("D1", "1.1", payload.text, list(payload.blocks))
        assert posted.clickable() == []
        assert not set("<>") & set(payload.text)
        shown += posted.shown
    for part in (title, *text.splitlines(), cell):
        meant = harmless(part).replace(JOINER, "")
        assert meant.strip() in shown.replace(JOINER, "")


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40).map(lambda text: text * 400), st.integers(0, 30))
def test_no_length_is_too_long_for_slack(text, count) -> None:
    buttons = tuple(Button(f"b{number}", "/help") for number in range(count))
    card = Card(text[:400], ((text[:90], text[:5_000]),), text, buttons=buttons, hint=text[:2_000])
    for payload in rendered(card, "slack:C1:1.1:@U1", lambda line: line):
        words = payload.words if isinstance(payload, Upload) else payload
        assert words is None or invalid(list(words.blocks)) == ""


@given(st.text(max_size=200))
def test_text_is_heard_as_it_was_typed(text) -> None:
    reader = Reader(Me(ME, "B", "T"), Seal(b"s"), ())
    sent = html.escape(text, quote=False)
    typed = "".join(letter for letter in text if letter not in "\u200b\u200c\u200d\u200e\u200f")
    if not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2066\u2069\ufeff"):
        assert reader.spoken(sent) == typed.strip() or not typed.isprintable()


@given(st.binary(max_size=200), st.text(max_size=30), st.text(max_size=80))
def test_no_header_raises_and_none_but_slacks_opens(body, time, mark) -> None:
    headers = {"x-slack-request-timestamp": time, "x-slack-signature": mark}
    assert not genuine(headers, body, SECRET, 1_000_000)
    assert not genuine(headers, body, "", 1_000_000)


NAMES = (
    *("command", "type", "event", "event_id", "user", "user_id", "channel", "channel_id"),
    *("text", "actions", "view", "trigger_id", "callback_id"),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        VALUES
        | st.sampled_from(["event_callback", "block_actions", "view_submission", "shortcut"]),
    )
)
def test_a_body_like_no_other_is_passed_over(body) -> None:
    reader = Reader(Me(ME, "B", "T"), Seal(b"s"), {"halt"})
    try:
        found = reader.read(body, 0)
    except (AttributeError, LookupError, TypeError, ValueError):
        return
    assert found is None or found.message.platform == "slack"


@given(st.text(max_size=30))
def test_names_of_places_are_read_or_refused(name) -> None:
    try:
        place = place_of(f"slack:{name}")
    except Undeliverable:
        return
    assert isinstance(place, Place)
