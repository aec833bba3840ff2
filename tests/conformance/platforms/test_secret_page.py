"""Secrets on a platform without forms: a browser on the page that the desk itself serves.

Telegram has no forms. Its person opens the address that stands in their private chat.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import wraps
from html.parser import HTMLParser

import httpx
import pyotp
import pytest

from bot.homes import DATABASE
from bot.identity.second_factor import STEP_MS
from bot.sections import AccountSection
from engine.ports.credentials import KeyRights, VenueKeys
from tests.conformance.platforms.desk import PlatformDesk
from tests.conformance.platforms.harnesses.telegram import TelegramHarness

ANN, GROUP = 101, -5005
KEY, SECRET = "CANARY-k3y-of-ann", "CANARY-s3cret & more=of <ann>"
LIFE_SECONDS = 5 * 60


@dataclass
class Form(HTMLParser):
    """The one form of a page, as a browser reads it."""

    language: str = ""
    inputs: list[dict[str, str | None]] = field(default_factory=list)
    methods: list[str | None] = field(default_factory=list)
    scripts: int = 0
    words: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "html":
            self.language = named["lang"] or ""
        if tag == "form":
            self.methods.append(named.get("method"))
            assert "action" not in named  # it is sent where it came from
        if tag == "input":
            self.inputs.append(named)
        self.scripts += tag == "script"

    def handle_data(self, data: str) -> None:
        self.words += data + "\n"


class Venue:
    """What is asked of it, and an answer that is always good."""

    def __init__(self) -> None:
        self.asked: list[VenueKeys] = []

    async def probe(self, keys: VenueKeys) -> KeyRights:
        self.asked.append(keys)
        return KeyRights(reads_balance=True, trades=True, withdraws=False, is_bound=True)


class Person:
    """Ann, who owns the desk, with a chat and a browser."""

    def __init__(self, desk: PlatformDesk, venue: Venue, browser: httpx.AsyncClient) -> None:
        self.desk = desk
        self.harness = desk.harness
        self.venue = venue
        self.browser = browser

    def pages(self, who: str = "ann") -> list[str]:
        words = "\n".join(seen.text for seen in self.harness.seen(who))
        return re.findall(r"http://127\.0\.0\.1:\d+/enter/[\w-]+", words)

    async def page(self, line: str, who: str = "ann") -> str:
        """Say what needs a secret, with a yes where one is wanted; gives the page's address."""
        before, said = len(self.pages(who)), len(self.harness.seen(who))
        await self.harness.say(who, line)
        if line.startswith("/connect"):
            # A yes that comes before its card is none.
            await self.harness.until(
                lambda: any("/yes" in seen.text for seen in self.harness.seen(who)[said:])
            )
            await self.harness.say(who, "/yes")
        await self.harness.until(lambda: len(self.pages(who)) > before)
        return self.pages(who)[-1]

    async def open(self, address: str, status: int = 200) -> Form:
        answer = await self.browser.get(address)
        assert answer.status_code == status
        return read(answer)

    async def send(self, address: str, secret: str) -> httpx.Response:
        return await self.browser.post(address, data={"secret": secret})


def read(answer: httpx.Response) -> Form:
    kept_by_nobody(answer)
    form = Form()
    form.feed(answer.text)
    assert form.scripts == 0
    return form


def kept_by_nobody(answer: httpx.Response) -> None:
    """No cache keeps it, no other site hears where it was, none frames it, nothing is loaded."""
    policy = answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers


def story(tell: Callable[[Person], Awaitable[None]]) -> Callable[..., None]:
    """Play it on a desk behind Telegram that has an account at an exchange to connect."""

    @wraps(tell)
    def play(tmp_path, **more: str) -> None:
        asyncio.run(_whole(tell, tmp_path, more))

    del play.__wrapped__
    return play


async def _whole(tell, tmp_path, more) -> None:
    async with _opened(tmp_path) as ann:
        await tell(ann, **more)


@asynccontextmanager
async def _opened(tmp_path) -> AsyncIterator[Person]:
    venue = Venue()
    desk = PlatformDesk(
        TelegramHarness(),
        tmp_path / "home",
        accounts=(
            AccountSection.model_validate({"id": "main", "venue": "kraken", "mode": "live"}),
        ),
        roles={"ann": "owner", "bob": "viewer"},
        probe=venue,
    )
    await desk.open()
    try:
        async with httpx.AsyncClient() as browser:
            yield Person(desk, venue, browser)
    finally:
        await desk.close()


def written(desk: PlatformDesk) -> str:
    """All rows of the home."""
    with closing(sqlite3.connect(desk.home / DATABASE)) as raw:
        return "\n".join(raw.iterdump())


WORDS = {
    "en": ("API key", "API secret", "Send", "The desk has it", "was used already"),
    "fr": ("Clé d’API", "Secret d’API", "Envoyer", "Le desk l’a reçu", "a déjà servi"),
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_two_secrets_are_entered_one_after_the_other_and_seen_nowhere(tmp_path, language) -> None:
    @story
    async def play(ann: Person, language: str) -> None:
        first, second, send, taken, used = WORDS[language]
        ann.browser.headers["Accept-Language"] = f"{language}-CH,{language};q=0.9,en;q=0.5"
        await ann.desk.ask(f"/language {language}")
        address = await ann.page("/connect kraken")

        form = await ann.open(address)
        assert form.language == language
        assert first in form.words
        assert "kraken" in form.words
        assert send in form.words
        assert form.methods == ["post"]
        (entry,) = form.inputs
        assert (entry["type"], entry["autocomplete"], entry["name"]) == (
            "password",
            "off",
            "secret",
        )

        answer = await ann.send(address, f" {KEY} ")
        kept_by_nobody(answer)
        assert answer.status_code == 303
        following = str(answer.next_request.url)  # type: ignore[union-attr]
        assert following != address
        assert second in (await ann.open(following)).words
        # Whoever goes back in the browser finds nothing, and can send nothing again.
        assert used in (await ann.open(address, 410)).words
        assert (await ann.send(address, "another")).status_code == 410

        answer = await ann.send(following, SECRET)
        assert answer.status_code == 200
        assert taken in read(answer).words
        assert SECRET not in answer.text
        await ann.open(following, 410)

        await ann.harness.until(lambda: bool(ann.venue.asked))
        await ann.desk.reads("main")
        assert [(keys.key, keys.secret) for keys in ann.venue.asked] == [(KEY, SECRET)]
        assert len(ann.pages()) == 1  # one address for both
        chat = "\n".join(seen.text for seen in ann.harness.seen("ann"))
        for hidden in (KEY, SECRET, following.rpartition("/")[2]):
            assert hidden not in chat
        for hidden in (KEY, SECRET, address.rpartition("/")[2], following.rpartition("/")[2]):
            assert hidden not in written(ann.desk)
        assert not any(seen.clickable for seen in ann.harness.seen("ann"))

    play(tmp_path, language=language)


@story
async def test_a_page_is_too_old_after_five_minutes_also_in_the_middle(ann) -> None:
    address = await ann.page("/connect kraken")
    ann.desk.clock.skip(LIFE_SECONDS - 60)
    following = str((await ann.send(address, KEY)).next_request.url)
    ann.desk.clock.skip(LIFE_SECONDS)

    assert "too old" in (await ann.open(following, 410)).words
    assert (await ann.send(following, SECRET)).status_code == 410
    assert ann.venue.asked == []

    again = await ann.page("/connect kraken")
    following = str((await ann.send(again, KEY)).next_request.url)
    assert (await ann.send(following, SECRET)).status_code == 200
    assert len(ann.venue.asked) == 1


@story
async def test_who_asks_again_has_one_page_and_the_older_is_gone(ann) -> None:
    older = await ann.page("/connect kraken")
    newer = await ann.page("/connect kraken")

    await ann.open(older, 410)
    assert (await ann.send(older, "x")).status_code == 410
    assert "key" in (await ann.open(newer)).words


@story
async def test_guesses_all_hear_the_same_and_change_nothing(ann) -> None:
    address = await ann.page("/connect kraken")
    home, _, name = address.rpartition("/")
    guesses = ["x", name[:-1], f"{name}A", name.swapcase(), f"{name}%00", "é" * 40, "s" * 4_000]
    heard = set()
    for guess in guesses:
        for answer in (await ann.browser.get(f"{home}/{guess}"), await ann.send(home + "/x", "1")):
            kept_by_nobody(answer)
            heard.add((answer.status_code, answer.text))
    assert len(heard) == 1
    assert next(iter(heard))[0] == 410
    for nowhere in ("", "..%2f..", f"{name}/more"):
        answer = await ann.browser.get(f"{home}/{nowhere}")
        assert (answer.status_code, answer.headers["referrer-policy"]) == (404, "no-referrer")
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert (await ann.browser.request(method, address)).status_code == 405
    assert (await ann.browser.post(address, content=b"s" * 300_000)).status_code == 413
    for body in (b"", b"\xff\xfe", b"secret=a&secret=b", b"secret=%20%20", b"{}"):
        answer = await ann.browser.post(address, content=body)
        assert answer.status_code == 400
        assert "<form" in answer.text

    assert len(name) >= 40  # 256 bits
    assert (await ann.send(address, KEY)).status_code == 303


@story
async def test_a_page_is_for_who_asked_and_for_nobody_else(ann) -> None:
    # Whoever may not connect an account is shown no page, and nobody is in a group.
    await ann.harness.say("bob", "/connect kraken")
    await ann.desk.reads("You may not do that here", who="bob")
    ann.harness.server.world.group(GROUP, "Desk")
    await ann.harness.server.say(ANN, "/mfa enroll@outcry_bot", chat=GROUP)
    await ann.desk.quiet()
    assert ann.pages("bob") == []
    assert "/enter/" not in "".join(posted.text for posted in ann.harness.server.shown(GROUP))

    # A code of Bob's opens nothing of Ann's, whoever enters it where.
    hers, his = await factor(ann, "ann"), await factor(ann, "bob")
    page_of_hers, page_of_his = ann.pages("ann")[-1], ann.pages("bob")[-1]
    await ann.send(page_of_hers, code(ann, his))
    await ann.desk.reads("That code is wrong")
    await ann.send(page_of_his, code(ann, his))
    await ann.desk.reads("Your second factor is on", who="bob")
    assert "is on" not in (await ann.desk.ask("/mfa")).text
    again = await ann.page("/mfa verify")
    await ann.send(again, code(ann, hers))
    await ann.desk.reads("Your second factor is on")


@story
async def test_after_too_many_wrong_codes_a_right_one_has_to_wait(ann) -> None:
    key = await factor(ann, "ann")
    address = ann.pages()[-1]
    for _ in range(5):
        await ann.send(address, "000000")
        address = await ann.page("/mfa verify")

    await ann.send(address, code(ann, key))
    await ann.desk.reads("minutes")
    assert "Your second factor is on" not in "".join(s.text for s in ann.harness.seen("ann"))


async def factor(ann: Person, who: str) -> str:
    """Begin with a second factor; gives its key."""
    await ann.harness.say(who, "/mfa enroll")
    found = re.search(r"Key: ([A-Z2-7 ]+)", (await ann.desk.reads("Key: ", who=who)).text)
    assert found is not None
    await ann.harness.until(lambda: bool(ann.pages(who)))
    return found[1].replace(" ", "")


def code(ann: Person, key: str) -> str:
    return pyotp.TOTP(key).generate_otp(ann.desk.clock.now_ms() // STEP_MS)
