"""The acceptance cards: what every chat platform must do, each a story with one fact to prove."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import structlog

from bot.card import Attachment, AttachmentKind, Button, Card, Table, Tone
from bot.command import Catalogue
from bot.identity.second_factor import STEP_MS
from bot.logs import start_logs
from tests.conformance.platforms.card import card
from tests.conformance.platforms.desk import PlatformDesk
from tests.conformance.platforms.harness import Trait
from tests.standins.discord.server import TOKEN as DISCORD
from tests.standins.slack.server import APP_TOKEN as SLACK_APP
from tests.standins.slack.server import TOKEN as SLACK
from tests.standins.telegram.server import TOKEN as TELEGRAM

needs = pytest.mark.needs
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 200
HOSTILE = (
    "@everyone <b>x</b> *y* _z_ `w` [a](tg://user?id=1) &lt; https://evil.example /halt <!here>"
)

LINES = (
    "/price BTC/USDT",
    "/price BTC/USDT ETH/USDT",
    "/chart BTC/USDT 1h",
    "/book BTC/USDT",
    "/watch SOL/USDT NVDA",
    "/watchlist",
    "/unwatch NVDA",
    "/buy BTC/USDT 0.1",
    "/sell BTC/USDT 0.1",
    "/close BTC/USDT",
    "/orders",
    "/positions",
    "/balance",
    "/fills",
    "/pnl all",
    "/alert BTC/USDT price > 100000",
    "/alerts",
    "/report performance",
    '/schedule "/balance" "0 8 * * *"',
    "/schedules",
    "/risk",
    "/settings",
    "/language fr",
    "/language en",
    "/timezone Europe/Paris",
    "/status",
    "/help",
    "/yes",
    "/no",
    "/halt",
    "/nonsense",
)


@card
async def test_an_answer_comes_to_whoever_asked(desk: PlatformDesk) -> None:
    assert "60,000" in (await desk.ask("/price BTC/USDT")).text


@pytest.mark.timeout(240)
@card
async def test_every_command_is_answered(desk: PlatformDesk) -> None:
    for line in (*LINES, *(f"/help {command.spec.name}" for command in Catalogue.discover())):
        seen = await desk.ask(line)
        assert seen.text.strip() or seen.files, line
        if not line.startswith("/help"):
            await desk.quiet(1)


@needs(Trait.BUTTONS)
@card
async def test_a_button_says_its_line_for_whoever_presses(desk: PlatformDesk) -> None:
    asked = await desk.ask("/buy BTC/USDT 0.1")
    assert asked.buttons == ("Yes", "No")

    await desk.harness.press("ann", "Yes")

    await desk.reads("Bought 0.1 BTC/USDT")


@card
async def test_a_card_says_all_that_is_in_it(desk: PlatformDesk) -> None:
    whole = Card(
        "Everything",
        fields=(("Price", "60,000.00 USDT"), ("Fee", "0.60 USDT")),
        text="First line\nSecond line, 12 % ≥ 3 €, naïve ☂ 🚀",
        table=Table(("Symbol", "Quantity"), (("BTC/USDT", "0.1"), ("ETH/USDT", "25")), (1,)),
        badge="paper",
        hint="/help says more.",
        tone=Tone.WARNING,
    )

    await desk.show(whole)

    seen = (await desk.reads("Everything")).text
    for words in (
        "Price: 60,000.00",
        "Second line, 12 % ≥ 3 €, naïve ☂ 🚀",
        "[paper]",
        "help says more",
    ):
        assert words in seen
    assert "Symbol    Quantity\n" in seen
    assert "ETH/USDT        25" in seen


@pytest.mark.parametrize("tone", Tone)
def test_a_card_of_any_tone_is_shown(desk: PlatformDesk, tone: Tone) -> None:
    @card
    async def story(desk: PlatformDesk) -> None:
        await desk.show(Card(f"It is {tone}", tone=tone, buttons=(Button("Help", "/help"),)))
        assert (await desk.reads(f"It is {tone}")).buttons in {("Help",), ()}

    story(desk)


@card
async def test_what_is_too_long_is_shown_whole_in_parts(desk: PlatformDesk) -> None:
    lines = [f"line {number}: {'word ' * 20}end" for number in range(70)]

    await desk.show(Card("Long", text="\n".join(lines)), Card("After"))

    await desk.reads("After")
    shown = "\n".join(seen.text for seen in desk.harness.seen("ann"))
    assert [line for line in lines if line not in shown] == []


@card
async def test_what_is_far_too_long_is_whole_all_the_same(desk: PlatformDesk) -> None:
    rows = tuple((f"row {number}", "x" * 60) for number in range(900))

    await desk.show(Card("Very long", table=Table(("Row", "Value"), rows)), Card("After"))

    await desk.reads("After")
    seen = desk.harness.seen("ann")
    shown = "\n".join([each.text for each in seen] + [f[1].decode() for e in seen for f in e.files])
    assert [row for row, _ in rows if f"{row} " not in shown] == []


@card
async def test_words_are_shown_as_they_are_and_lead_nowhere(desk: PlatformDesk) -> None:
    hint = HOSTILE.replace("/halt", "!halt")  # hints name commands as they are typed there
    await desk.show(Card(HOSTILE, text=HOSTILE, fields=((HOSTILE, HOSTILE),), hint=hint))

    seen = await desk.reads("@everyone")
    assert (seen.text.count(HOSTILE), seen.text.count(hint)) == (4, 1)
    assert seen.clickable == ()


@needs(Trait.FILES)
@card
async def test_pictures_and_documents_arrive_as_they_are(desk: PlatformDesk) -> None:
    picture, report = desk.home / "chart.png", desk.home / "report.csv"
    picture.write_bytes(PICTURE)
    report.write_bytes(b"a,b\n1,2\n")
    shown = (
        Attachment(picture, AttachmentKind.PICTURE, "Chart"),
        Attachment(report, AttachmentKind.DOCUMENT, "Report"),
    )

    await desk.show(Card("With files", attachments=shown), Card("After"))

    await desk.reads("After")
    files = dict(file for seen in desk.harness.seen("ann") for file in seen.files)
    assert files == {"chart.png": PICTURE, "report.csv": b"a,b\n1,2\n"}


@needs(Trait.FILES)
@card
async def test_many_pictures_arrive_all_of_them_in_their_order(desk: PlatformDesk) -> None:
    paths = [desk.home / f"chart{number:02}.png" for number in range(12)]
    for number, path in enumerate(paths):
        path.write_bytes(PICTURE + bytes([number]))
    shown = tuple(Attachment(path, AttachmentKind.PICTURE, path.stem) for path in paths)

    await desk.show(Card("Many", text="of them", attachments=shown), Card("After"))

    await desk.reads("After")
    files = [file for seen in desk.harness.seen("ann") for file in seen.files]
    assert files == [(path.name, path.read_bytes()) for path in paths]
    assert any("of them" in seen.text for seen in desk.harness.seen("ann"))


@needs(Trait.REDELIVERY)
@card
async def test_an_update_delivered_again_has_one_effect(desk: PlatformDesk) -> None:
    await desk.harness.say("ann", "/price BTC/USDT", again=3)
    await desk.ask("/price ETH/USDT")
    await desk.reads("3,000")
    await desk.quiet()

    assert sum("60,000" in seen.text for seen in desk.harness.seen("ann")) == 1


@needs(Trait.LIMITS)
@card
async def test_a_flood_from_one_person_is_answered_once_and_stays_within_limits(
    desk: PlatformDesk,
) -> None:
    for _ in range(300):
        await desk.harness.say("ann", "/price BTC/USDT")
    await desk.harness.say("bob", "/price ETH/USDT")

    await desk.reads("3,000", who="bob")
    await desk.reads("faster than I may answer")
    await desk.quiet(30)
    texts = [seen.text for seen in desk.harness.seen("ann")]
    assert sum("faster than I may answer" in text for text in texts) in {1, 2}
    assert desk.harness.refusals() == 0


@needs(Trait.FAULTS)
@card
async def test_what_was_said_while_the_platform_was_away_arrives(desk: PlatformDesk) -> None:
    await desk.ask("/price BTC/USDT")
    await desk.harness.break_down()
    await desk.show(Card("Said in the dark"))
    await desk.quiet(20)
    await desk.harness.recover()

    await desk.reads("Said in the dark")
    assert "3,000" in (await desk.ask("/price ETH/USDT")).text


@needs(Trait.TOKENS)
@card
async def test_a_revoked_token_ends_the_platform_and_nothing_is_lost(desk: PlatformDesk) -> None:
    await desk.ask("/price BTC/USDT")
    await desk.harness.revoke()
    await desk.show(Card("Nobody to hear it"))
    await desk.quiet(5)

    (queue,) = await desk.app.stores.outbox.queues()
    assert (queue.platform, queue.waiting) == (desk.harness.platform, 1)


@needs(Trait.TOKENS)
@card
async def test_a_wrong_token_ends_the_platform_and_says_nothing(desk: PlatformDesk) -> None:
    await desk.leave()
    await desk.serve(token="1:wrong")  # noqa: S106 -- it is none

    await asyncio.wait_for(desk.serving, 20)
    assert desk.harness.seen("ann") == []


@needs(Trait.TOKENS)
@card
async def test_two_instances_with_one_token_answer_and_neither_ends_the_other(
    desk: PlatformDesk,
) -> None:
    await desk.ask("/price BTC/USDT")
    other = await desk.beside()
    await desk.harness.say("ann", "/price ETH/USDT")
    await desk.reads("3,000")
    await desk.quiet(20)
    assert [desk.serving.done(), other.serving.done()] == [False, False]
    # Each has a home of its own: a platform that hands an update to both hears both.
    assert sum("3,000" in seen.text for seen in desk.harness.seen("ann")) in {1, 2}

    await other.leave()
    await desk.harness.say("ann", "/price SOL/USDT")
    await desk.reads("150")


@needs(Trait.FORMS)
@card
async def test_a_secret_is_entered_in_a_form_and_never_shown(desk: PlatformDesk) -> None:
    await desk.harness.say("ann", "/mfa enroll")
    key = re.search(r"Key: ([A-Z2-7 ]+)", (await desk.reads("Key: ")).text)
    assert key is not None
    steps = desk.clock.now_ms() // STEP_MS
    code = pyotp.TOTP(key[1].replace(" ", "")).generate_otp(steps)
    await desk.harness.enter("ann", code)

    await desk.reads("Your second factor is on")
    assert not any(code in seen.text for seen in desk.harness.seen("ann"))


@card
async def test_a_stranger_is_told_so_and_nothing_else(desk: PlatformDesk) -> None:
    if desk.harness.platform == "terminal":
        pytest.skip("whoever sits at the machine walks in")

    seen = await desk.ask("/price BTC/USDT", who="eve")
    assert "60,000" not in seen.text
    assert f"{desk.harness.platform}:{desk.harness.sender('eve')}" in seen.text


@needs(Trait.TOKENS)
def test_no_token_and_no_message_is_in_any_log(desk: PlatformDesk, logs: Path) -> None:
    tokens = {"telegram": [TELEGRAM], "discord": [DISCORD], "slack": [SLACK, SLACK_APP]}

    @card
    async def story(desk: PlatformDesk) -> None:
        await desk.ask("/price BTC/USDT")
        await desk.harness.revoke()
        await desk.quiet(5)

    story(desk)
    text = logs.read_text("utf-8")
    assert "inbox" in text or desk.harness.platform in text
    assert [token for token in tokens[desk.harness.platform] if token in text] == []
    assert "asks for an order" not in text  # nor what anybody is told


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Path]:
    """All logs, the libraries' too, at their most talkative."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    start_logs(tmp_path, "debug")
    yield tmp_path / "logs" / "outcry.log"
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = before, level
    structlog.reset_defaults()


@needs(Trait.EDITS)
@card
async def test_an_answer_grows_in_its_place_and_is_one_message_in_the_end(
    desk: PlatformDesk,
) -> None:
    place = desk.harness.conversation("ann")
    await desk.ask("/price BTC/USDT")
    await desk.quiet(1.2)
    before = len(desk.harness.seen("ann"))
    await desk.adapter.draft(place, "shown:1", Card("…", text="Bitcoin"))
    await desk.harness.until(lambda: "Bitcoin" in desk.harness.seen("ann")[-1].text)
    await desk.quiet(1.2)
    await desk.adapter.draft(place, "shown:1", Card("…", text="Bitcoin is at"))
    await desk.harness.until(lambda: "Bitcoin is at" in desk.harness.seen("ann")[-1].text)
    assert len(desk.harness.seen("ann")) == before + 1

    await desk.show(Card("Bitcoin is at 60,000."))
    await desk.harness.until(lambda: "at 60,000" in desk.harness.seen("ann")[-1].text)
    assert len(desk.harness.seen("ann")) == before + 1


@needs(Trait.EDITS, Trait.FILES)
@card
async def test_a_draft_gives_way_to_an_answer_that_is_a_picture(desk: PlatformDesk) -> None:
    picture = desk.home / "p.png"
    picture.write_bytes(PICTURE)
    place = desk.harness.conversation("ann")
    await desk.ask("/price BTC/USDT")
    await desk.quiet(1.2)
    await desk.adapter.draft(place, "shown:1", Card("…", text="Drawing"))
    await desk.show(Card("Chart", attachments=(Attachment(picture, AttachmentKind.PICTURE),)))
    await desk.harness.until(lambda: any(seen.files for seen in desk.harness.seen("ann")))

    assert not any("Drawing" in seen.text for seen in desk.harness.seen("ann"))
