"""A page takes one secret, once, for a few minutes, and shows it to nobody."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode, urljoin

import pytest

from bot.card import Card
from bot.errors import CodeRefused
from bot.ports.http import HttpReply, HttpRequest
from bot.ports.platforms import SecretRequest
from bot.web.pages import LIFE_MS, SecretPages, reachable
from tests.standins.clock import ManualClock

HOME = "http://127.0.0.1:8080"


class Desk:
    """Pages, who was shown what, and what was entered."""

    def __init__(self, address: str = HOME) -> None:
        self.clock = ManualClock()
        self.shown: list[Card] = []
        self.entered: list[str] = []
        self._names = iter(f"name{number}" for number in range(1_000))
        self.pages = SecretPages(address, lambda: next(self._names), self._show, self.clock)

    async def _show(self, request: SecretRequest, card: Card) -> None:
        self.shown.append(card)

    def ask(self, *labels: str, who: str = "101", language: str = "en") -> str:
        """Ask for secrets one after the other; gives the address that is shown."""
        asyncio.run(self._ask(labels, who, language))
        table = self.shown[-1].table
        assert table is not None
        return table.rows[0][0]

    async def _ask(self, labels: tuple[str, ...], who: str, language: str) -> None:
        async def enter(secret: str) -> None:
            self.entered.append(secret)
            if labels[1:]:
                await self._ask(labels[1:], who, language)

        request = SecretRequest(f"telegram:{who}", who, labels[0], enter, language)
        await self.pages.ask(request)

    def call(self, method: str, address: str, body: bytes = b"") -> HttpReply:
        opened, sent = self.pages.routes
        route = opened if method == "GET" else sent
        path = address.removeprefix(HOME)
        return asyncio.run(route.handle(HttpRequest(method, path, {}, {}, body)))

    def send(self, address: str, secret: str) -> HttpReply:
        return self.call("POST", address, urlencode({"secret": secret}).encode())


def test_a_secret_is_taken_once_and_never_shown() -> None:
    desk = Desk()
    address = desk.ask("Code")

    assert b"<form" in desk.call("GET", address).body
    assert b"<form" in desk.call("GET", address).body  # a preview takes nothing away
    answer = desk.send(address, "123 456")

    assert (answer.status, desk.entered) == (200, ["123 456"])
    assert b"123 456" not in answer.body
    assert desk.send(address, "654321").status == 410
    assert desk.call("GET", address).status == 410
    assert desk.entered == ["123 456"]


def test_a_page_is_too_old_after_some_minutes() -> None:
    desk = Desk()
    address = desk.ask("Code")
    asyncio.run(desk.clock.advance(LIFE_MS / 1_000))

    assert desk.call("GET", address).status == 410
    assert desk.send(address, "123456").status == 410
    assert not desk.entered


def test_one_secret_after_the_other_is_entered_in_one_go() -> None:
    desk = Desk()
    address = desk.ask("Key", "Secret")

    answer = desk.send(address, "the key")
    following = urljoin(address, answer.headers["Location"])

    assert answer.status == 303
    assert b"Secret" in desk.call("GET", following).body
    assert desk.send(following, "the secret").status == 200
    assert desk.entered == ["the key", "the secret"]
    assert len(desk.shown) == 1


def test_an_empty_form_is_shown_again_and_a_page_that_was_asked_for_again_is_gone() -> None:
    desk = Desk()
    first = desk.ask("Code")

    assert desk.send(first, "  ").status == 400
    assert desk.call("POST", first, b"\xff\xfe").status == 400
    assert desk.call("POST", first, b"secret=a&secret=b").status == 400

    second = desk.ask("Code")
    assert desk.send(first, "1").status == 410
    assert desk.send(second, "2").status == 200
    other = desk.ask("Code", who="102")
    desk.ask("Code", who="103")
    assert desk.send(other, "3").status == 200


def test_what_cannot_be_taken_is_said_and_not_tried_again() -> None:
    desk = Desk()

    async def refused(secret: str) -> None:
        raise CodeRefused("not_shown")

    asyncio.run(desk.pages.ask(SecretRequest("telegram:1", "1", "Code", refused)))
    address = desk.shown[-1].table.rows[0][0]  # type: ignore[union-attr]

    assert desk.send(address, "1").status == 503
    assert desk.send(address, "1").status == 410


def test_no_script_runs_and_no_label_becomes_markup() -> None:
    desk = Desk()
    page = desk.call("GET", desk.ask("<script>alert(1)</script>", language="fr"))

    assert b"<script" not in page.body
    assert b"Envoyer" in page.body
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://desk.example/", "https://desk.example"),
        ("http://192.168.1.5:8080", ""),
        ("http://0.0.0.0:8080", ""),
        ("", ""),
    ],
)
def test_a_page_is_shown_only_where_nobody_reads_along(address: str, shown: str) -> None:
    assert reachable(address) == shown
