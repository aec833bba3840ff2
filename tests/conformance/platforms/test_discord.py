"""What only Discord has: slash commands, private answers, forms, sessions, nonces."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from itertools import pairwise

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.mcp.http  # heavy: no story's time shall go into it
import bot.web.app
import bot.web.server  # noqa: F401
from bot.adapters.discord.endpoint import genuine, parsed
from bot.adapters.discord.manifest import made_at
from bot.adapters.discord.menu import commands, is_same
from bot.adapters.discord.render import Payload, rendered
from bot.adapters.discord.session import Session
from bot.card import Attachment, AttachmentKind, Button, Card, Table
from bot.command import Catalogue
from bot.config import WebSection
from bot.identity.second_factor import STEP_MS
from bot.layout import JOINER, clean
from bot.message import OutgoingMessage, Priority
from bot.voice import Voice
from engine.domain.identifiers import PersonId
from tests.conformance.platforms.desk import PlatformDesk
from tests.conformance.platforms.harnesses.discord import DiscordHarness, seen
from tests.standins.discord import checks
from tests.standins.discord.server import TOKEN, Fault
from tests.standins.discord.world import EPHEMERAL, Bot, Posted, Talk

ANN, BOB, GUILD, CHANNEL, THREAD = 101, 102, 7_000, 7_001, 7_002
PRIVATE = "discord:@101"


def story(tell: Callable[[PlatformDesk, DiscordHarness], Awaitable[None]]) -> Callable[..., None]:
    """Play it on a desk behind Discord, with a guild."""

    @wraps(tell)
    def play(tmp_path) -> None:
        asyncio.run(_whole(tell, tmp_path))

    del play.__wrapped__
    return play


async def _whole(tell, tmp_path) -> None:
    harness = DiscordHarness()
    desk = PlatformDesk(harness, tmp_path / "home")
    await desk.open()
    harness.server.world.channel(CHANNEL, GUILD, "desk")
    harness.server.world.channel(THREAD, GUILD, "ideas", parent=CHANNEL)
    await harness.there()
    try:
        await tell(desk, harness)
    finally:
        await desk.close()


async def said_in(harness: DiscordHarness, channel: int, count: int = 1) -> list[Posted]:
    """What the bot has said in a channel, once it is so much."""

    def own() -> list[Posted]:
        posted = harness.server.world.posted[channel]
        return [each for each in posted if each.author.get("bot") and not each.is_loading]

    await harness.until(lambda: len(own()) >= count)
    return own()


async def run(harness: DiscordHarness, name: str, channel: int | None = None, **options) -> Posted:
    """Run a slash command as Ann, and read its answer."""
    talk = await harness.server.people.run(ANN, name, channel, **options)
    return await answer(harness, talk)


async def answer(harness: DiscordHarness, talk: Talk) -> Posted:
    await harness.until(lambda: talk.original is not None and not talk.original.is_loading)
    assert talk.original is not None
    return talk.original


@story
async def test_a_slash_command_is_acknowledged_then_answered_in_the_same_place(
    desk, harness
) -> None:
    posted = await run(harness, "price", CHANNEL, symbols="BTC/USDT ETH/USDT")

    assert "60,000" in posted.text
    assert (posted.channel, posted.only_for) == (CHANNEL, None)
    assert harness.server.calls["send"] == 0


@story
async def test_what_is_for_one_person_is_shown_to_them_alone(desk, harness) -> None:
    balance = await run(harness, "balance", CHANNEL)
    asked = await run(harness, "buy", CHANNEL, symbol="BTC/USDT", quantity="0.1")
    pressed = await answer(harness, await harness.server.people.press(ANN, asked, "Yes"))
    await desk.reads("Bought 0.1 BTC/USDT")

    assert [each.only_for for each in (balance, asked, pressed)] == [ANN, ANN, ANN]
    assert await said_in(harness, CHANNEL, 0) == [balance, asked, pressed]


@story
async def test_words_among_others_are_answered_in_private_where_they_are_for_one_person(
    desk, harness
) -> None:
    me = f"<@{harness.server.bot.id}>"
    await harness.server.people.say(ANN, f"{me} /balance", CHANNEL)
    (told,) = await said_in(harness, CHANNEL)
    balance = await desk.reads("50,000")
    await harness.server.people.say(ANN, f"{me} /buy BTC/USDT 0.1", CHANNEL)
    await desk.reads("Really buy")
    await harness.press("ann", "Yes")
    await desk.reads("Bought 0.1 BTC/USDT")

    assert "50,000" not in told.text
    assert balance.text
    assert all("Bought" not in each.text for each in await said_in(harness, CHANNEL))


@story
async def test_an_answer_to_a_private_command_in_private_stays(desk, harness) -> None:
    posted = await run(harness, "balance")

    assert (posted.flags & EPHEMERAL, posted.only_for) == (0, None)
    assert "50,000" in posted.text


@story
async def test_a_guild_is_heard_where_it_speaks_to_the_bot_and_a_thread_is_its_own_place(
    desk, harness
) -> None:
    people, world = harness.server.people, harness.server.world
    await people.say(ANN, "price of btc", CHANNEL)
    await people.say(ANN, f"<@{harness.server.bot.id}> price of eth", CHANNEL)
    (first,) = await said_in(harness, CHANNEL)
    await people.say(ANN, f"<@{harness.server.bot.id}> /price SOL/USDT", THREAD)
    (second,) = await said_in(harness, THREAD)
    await desk.quiet(3)

    assert "3,000" in first.text
    assert world.find(CHANNEL, first.reply_to).content.endswith("price of eth")
    assert "150" in second.text
    assert len(await said_in(harness, CHANNEL)) == 1


@story
async def test_what_no_person_said_to_the_bot_has_no_effect(desk, harness) -> None:
    people = harness.server.people
    author = {**harness.server.world.users[ANN], "bot": True}
    await people.say(ANN, "/halt", author=author)
    await people.say(ANN, "/halt", webhook_id="5")
    await people.say(ANN, "/halt", type=6)
    await people.say(ANN, "")
    forwarded = {"type": 1, "message_id": "1", "channel_id": "1"}
    await people.say(ANN, "/halt", message_reference=forwarded)
    await desk.reads("forwarded messages")
    # What was said is neither said anew by an edit nor unsaid by taking it away.
    said = await people.say(ANN, "")
    gateway, edited = harness.server.gateway, {**said, "content": "/halt"}
    gone = {"id": said["id"], "channel_id": said["channel_id"]}
    await gateway.dispatch(TOKEN, "MESSAGE_UPDATE", edited)
    await gateway.dispatch(TOKEN, "MESSAGE_DELETE", gone)
    await desk.quiet(3)

    assert len(harness.seen("ann")) == 1
    assert not desk.app.runtime.kernel.kill_switch.halts


@story
async def test_an_argument_is_completed_while_it_is_typed(desk, harness) -> None:
    people = harness.server.people
    assert (await people.complete(ANN, "price", "symbols", "btc"))[0] == "BTC/USDT"
    assert "sma-cross" in await people.complete(ANN, "strategy", "strategy", "sma")
    assert await people.complete(ANN, "cancel", "order", "1") == []


@story
async def test_commands_are_registered_with_their_options_and_only_when_they_changed(
    desk, harness
) -> None:
    buy = next(each for each in harness.server.bot.commands if each["name"] == "buy")
    options = {each["name"]: each for each in buy["options"]}
    await desk.ask("/price BTC/USDT")
    await desk.leave()
    await desk.serve()
    await desk.ask("/price ETH/USDT")

    assert (harness.server.calls["put_commands"], harness.server.calls["get_commands"]) == (1, 2)
    assert (options["symbol"]["required"], options["symbol"]["autocomplete"]) == (True, True)
    assert [each["value"] for each in options["time_in_force"]["choices"]][:2] == ["gtc", "ioc"]
    assert options["post_only"]["type"] == 5
    assert "fr" in buy["description_localizations"]


@story
async def test_a_bot_whose_commands_are_refused_still_answers(desk, harness) -> None:
    await desk.ask("/price BTC/USDT")
    await desk.leave()
    harness.server.faults["get_commands"].append(Fault(status=403))
    await desk.serve()

    assert "3,000" in (await desk.ask("/price ETH/USDT")).text


@story
async def test_every_command_can_be_run_as_a_slash_command(desk, harness) -> None:
    given = {"symbol": "BTC/USDT", "symbols": "BTC/USDT", "quantity": "0.1", "price": "55000"}
    for entry in harness.server.bot.commands:
        needed = {
            option["name"]: option.get("choices", [{"value": "x"}])[0]["value"]
            for option in entry["options"]
            if option.get("required")
        }
        options = {name: given.get(name, value) for name, value in needed.items()}
        posted = await run(harness, entry["name"], **options)
        assert posted.text.strip() or posted.files, entry["name"]
        await desk.quiet(1.1)


@story
async def test_a_code_is_entered_in_a_form_and_never_as_a_message(desk, harness) -> None:
    people, world = harness.server.people, harness.server.world
    await run(harness, "mfa", CHANNEL, action="enroll")
    key = re.search(r"Key: ([A-Z2-7 ]+)", (await desk.reads("Key:")).text)[1].replace(" ", "")
    form = next(each for each in world.read_by(ANN) if each.buttons and each.channel != CHANNEL)
    (button,) = form.buttons
    stranger = await people.press(BOB, form, button["label"])
    refused = await answer(harness, stranger)
    opened = await people.press(ANN, form, button["label"])
    await people.answered(opened)
    code = pyotp.TOTP(key).generate_otp(desk.clock.now_ms() // STEP_MS)
    filled = await people.submit(opened, code)
    await people.answered(filled)
    await desk.reads("Your second factor is on")
    again = await people.press(ANN, form, button["label"])
    spent = await answer(harness, again)

    assert "not mine" in refused.text
    assert (opened.answer["type"], filled.answer["type"]) == (9, 6)
    assert "not mine" in spent.text
    assert code not in repr(world.posted)


@story
async def test_a_card_with_many_choices_is_a_menu_and_works_after_a_restart(desk, harness) -> None:
    symbols = ("BTC/USDT", "ETH/USDT", "SOL/USDT")
    lines = [f"/price {symbol}" for symbol in symbols] + [f"/help price {n}" for n in range(40)]
    await desk.show(Card("Which?", buttons=tuple(Button(line[1:], line) for line in lines)))
    await desk.reads("Which?")
    await desk.leave()
    await desk.serve()
    (posted,) = harness.server.world.read_by(ANN)
    talk = await harness.server.people.press(ANN, posted, "price ETH/USDT")

    assert "3,000" in (await answer(harness, talk)).text


@story
async def test_forged_foreign_and_old_buttons_do_nothing(desk, harness) -> None:
    people = harness.server.people
    asked = await run(harness, "buy", CHANNEL, symbol="BTC/USDT", quantity="0.1")
    genuine = asked.buttons[0]["custom_id"]
    forged = await answer(harness, await people.press_data(ANN, asked, "AAAAAAAAAA/halt"))
    foreign = await answer(harness, await people.press_data(BOB, asked, genuine))
    public = replace(asked, flags=0)
    moved = await answer(harness, await people.press_data(ANN, public, genuine))
    await desk.quiet(70)
    old = await answer(harness, await people.press(ANN, asked, "Yes"))

    assert all("not mine" in each.text for each in (forged, foreign, moved))
    assert "too old" in old.text
    assert not desk.app.runtime.kernel.kill_switch.halts


@story
async def test_an_answer_that_was_lost_is_sent_again_and_seen_once(desk, harness) -> None:
    harness.server.faults["send"].extend([Fault(drop=True), Fault(drop=True)])
    await desk.ask("/price BTC/USDT")
    harness.server.faults["edit_original"].append(Fault(drop=True))
    posted = await run(harness, "price", CHANNEL, symbols="ETH/USDT")
    await desk.show(Card("The end"))
    await desk.reads("The end")

    assert "may repeat" not in posted.text
    assert ["60,000" in each.text for each in harness.seen("ann")] == [True, False]
    assert len(await said_in(harness, CHANNEL)) == 1


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


@story
async def test_interactions_are_posted_where_there_is_a_public_address(desk, harness) -> None:
    server, people = harness.server, harness.server.people
    await desk.ask("/price BTC/USDT")
    await desk.leave()
    desk.web = WebSection(port=0)
    await desk.serve()
    await desk.ask("/price SOL/USDT")
    url = f"{desk.app.web_address}/discord"
    assert await server.post(url, b'{"type": 1}') == (200, b'{"type":1,"data":{}}')

    server.post_to(url)
    price = await run(harness, "price", CHANNEL, symbols="ETH/USDT")
    asked = await run(harness, "buy", CHANNEL, symbol="BTC/USDT", quantity="0.1")
    await answer(harness, await people.press(ANN, asked, "Yes"))

    assert ("3,000" in price.text, price.only_for, asked.only_for) == (True, None, ANN)
    assert (await people.complete(ANN, "price", "symbols", "sol"))[0] == "SOL/USDT"
    assert server.calls["callback"] == 0
    await desk.reads("Bought 0.1 BTC/USDT")


@story
async def test_what_discord_did_not_sign_is_refused_and_never_raises(desk, harness) -> None:
    server = harness.server
    await desk.ask("/price BTC/USDT")
    await desk.leave()
    desk.web = WebSection(port=0)
    await desk.serve()
    await desk.ask("/price SOL/USDT")
    url = f"{desk.app.web_address}/discord"
    ping, moment = b'{"type": 1}', str(server.clock.now_ms() // 1_000)
    old = str(server.clock.now_ms() // 1_000 - 400)
    signed = server.bot.key.sign(old.encode() + ping).hex()
    strange = Bot(1, "other").key.sign(moment.encode() + ping).hex()

    for headers in (
        {"X-Signature-Ed25519": ""},
        {"X-Signature-Ed25519": "zz" * 64},
        {"X-Signature-Ed25519": "ab"},
        {"X-Signature-Ed25519": "é" * 9},
        {"X-Signature-Ed25519": strange},
        {"X-Signature-Timestamp": ""},
        {"X-Signature-Timestamp": "soon"},
        {"X-Signature-Timestamp": "9" * 400},
        {"X-Signature-Timestamp": old, "X-Signature-Ed25519": signed},
    ):
        assert (await server.post(url, ping, **headers))[0] == 401, headers
    for body in (b"", b"{", b"[]", b"null", b'{"type": 2}', b'{"type": "x"}', b"\xff\xfe"):
        assert (await server.post(url, body))[0] == 400, body
    assert (await server.post(url, b" " * 300_000))[0] == 413


@given(st.binary(max_size=200), st.text(max_size=200), st.text(max_size=140))
def test_no_body_and_no_header_raises(body, moment, signature) -> None:
    assert parsed(body) is None or isinstance(parsed(body), dict)
    headers = {"x-signature-timestamp": moment, "x-signature-ed25519": signature}
    assert not genuine(headers, body, "00" * 32, 0)


TEXTS = st.text(max_size=300) | st.text(
    alphabet="@:/.a_*`[]()<>#-|~\\&1 \u202e\u200b🚀é\n", max_size=300
)


def shown(payload: Payload) -> Posted:
    data = payload.as_json()
    checks.message(data, [("f", b"1")])
    return Posted(1, 1, {}, "", data["embeds"], data["components"])


@settings(max_examples=400, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_what_is_shown_is_what_was_meant_and_leads_nowhere(title, text, cell) -> None:
    table = Table(("H",), ((cell,),))
    for card in (
        Card(title, ((text[:40], cell),), text, table, hint=title),
        Card(title, ((text[:40], cell), (cell, text)), text, hint=cell),
    ):
        posted = [shown(payload) for payload in rendered(card, lambda line: line)]
        whole = "\n".join(seen(each).text for each in posted)
        assert [each for one in posted for each in one.clickable] == []
        for part in (title, *text.splitlines(), *cell.splitlines()):
            assert clean(part).strip() in whole.replace(JOINER, "")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(TEXTS, TEXTS), max_size=40),
    st.integers(0, 9_000),
    st.lists(st.text(min_size=1, max_size=200), max_size=60, unique=True),
)
def test_any_card_stays_within_discords_limits(fields, length, labels) -> None:
    buttons = tuple(Button(label, f"/{place}") for place, label in enumerate(labels))
    card = Card("@" * 300, tuple(fields), "*`x " * length, buttons=buttons, hint="h" * length)

    payloads = rendered(card, lambda line: f"0123456789{line}")

    posted = [shown(payload) for payload in payloads]
    assert len([each for one in posted for each in one.buttons]) == len(labels)


def test_what_cannot_be_sent_is_named(tmp_path) -> None:
    gone = Attachment(tmp_path / "gone.png", AttachmentKind.PICTURE, "The_chart")
    (payload,) = rendered(Card("X", attachments=(gone,)), lambda line: line)

    assert "📎 The_chart ✗" in shown(payload).text


def test_a_table_that_is_too_wide_for_an_embed_is_told_in_lines() -> None:
    header = ("Instrument", "Quantity", "Protection", "Note")
    table = Table(header, (("BTC/USDT", "0.1", "stop at 80,000.00, would lose 421.90", ""),))
    (payload,) = rendered(Card("Held", table=table), lambda line: line)

    assert shown(payload).text.splitlines()[1:] == [
        "BTC/USDT  Quantity: 0.1 · Protection: stop at 80,000.00, would lose 421.90"
    ]


def test_a_button_that_cannot_come_back_is_said_instead() -> None:
    line = "/alert BTC/USDT " + "x" * 100
    (payload,) = rendered(Card("X", buttons=(Button("Watch", line),)), lambda line: line)

    assert (payload.rows, f"Watch: {line}" in shown(payload).text) == ((), True)


def test_commands_are_the_same_whatever_discord_adds() -> None:
    menu = Catalogue.discover().menu({name: Voice(name) for name in ("en", "fr")})
    ours = commands(menu)
    checks.commands(ours)
    there = [{**each, "id": "1", "nsfw": False, "guild_id": None} for each in reversed(ours)]

    assert is_same(there, ours)
    assert not is_same(there[1:], ours)
    assert not is_same([{**there[0], "description": "x"}, *there[1:]], ours)


def test_five_quick_sessions_are_followed_by_one_in_five_minutes(tmp_path) -> None:
    session = Session.load(tmp_path / "session")
    now, began = 1_000_000_000_000, []
    for _ in range(8):
        now = Session.load(session.file).may_begin_at(now)
        session.begin(now)
        began.append(now)

    assert [later - one for one, later in pairwise(began[4:])] == [300_000] * 3


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id": 1}', b"\xff"])
def test_a_session_file_that_is_none_is_a_new_session(tmp_path, content) -> None:
    (tmp_path / "session").write_bytes(content)

    assert Session.load(tmp_path / "session").id == ""


def test_a_session_that_cannot_be_kept_goes_on(tmp_path) -> None:
    (tmp_path / "full").write_bytes(b"no folder")
    session = Session.load(tmp_path / "full" / "session")
    session.began("s1", 1, "ws://127.0.0.1/")
    session.underway(2)()

    assert (session.id, session.sequence) == ("s1", 2)


def test_an_id_says_when_it_was_made() -> None:
    assert made_at(175_928_847_299_117_063) == 1_462_015_105_796
