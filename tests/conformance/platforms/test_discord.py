"""What only Discord has: slash commands, private answers, forms, menus."""

from __future__ import annotations

import re
from dataclasses import replace

import pyotp

from bot.card import Button, Card
from bot.identity.second_factor import STEP_MS
from tests.conformance.platforms.discord_desk import (
    ANN,
    BOB,
    CHANNEL,
    THREAD,
    answer,
    run,
    said_in,
    story,
)
from tests.standins.discord.server import TOKEN, Fault
from tests.standins.discord.world import EPHEMERAL


@story
async def test_a_slash_command_is_answered_in_the_same_place_by_one_call(desk, harness) -> None:
    posted = await run(harness, "price", CHANNEL, symbols="BTC/USDT ETH/USDT")
    await desk.quiet(1)

    assert "60,000" in posted.text
    assert (posted.channel, posted.only_for) == (CHANNEL, None)
    calls = harness.server.calls
    assert [calls[name] for name in ("callback", "edit_original", "send")] == [1, 0, 0]


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
