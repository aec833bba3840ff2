"""Slack's buttons, files, modals and home."""

from __future__ import annotations

from bot.card import Attachment, AttachmentKind, Card
from tests.conformance.platforms.slack_desk import ANN, BOB, PICTURE, story
from tests.standins.slack.world import buttons, drawn


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
