"""Pages on which one person enters one secret, for platforms that have no form of their own.

A page works once and for a few minutes, at an address that nobody guesses; what is entered there
is handed on and kept nowhere. It needs no script.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from urllib.parse import parse_qs, urlsplit

import structlog

from bot.card import Card, Table, Tone
from bot.errors import BotError
from bot.ports.http import HttpReply, HttpRequest, HttpRoute
from bot.ports.platforms import SecretRequest
from bot.voice import LANGUAGES, Voice
from engine.errors import EngineError
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

PATH = "/enter"
LIFE_MS = 5 * 60_000
MOST_PAGES = 100
_MINUTE_MS = 60_000
_FIELD = "secret"
_LETTERS = 4_096
_LOCAL = {"127.0.0.1", "::1", "localhost"}
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:10vh auto;padding:0 1rem}"
    "h1{font-size:1.4rem}"
    "input,button{font:inherit;padding:.6rem .8rem;box-sizing:border-box;width:100%;"
    "margin:.5rem 0;border-radius:.4rem}"
    "input{border:1px solid #888}"
    "button{border:0;background:#1f6f4a;color:#fff;font-weight:600}"
    "small{opacity:.75}"
)
_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}

Show = Callable[[SecretRequest, Card], Awaitable[None]]
"""Shows a card where a request comes from, straight to the platform. Raises CodeRefused."""


@dataclass(frozen=True, slots=True)
class _Page:
    request: SecretRequest
    until: int
    """UTC ms."""

    @property
    def voice(self) -> Voice:
        return Voice(self.request.language)


def reachable(address: str) -> str:
    """Where a page may be shown: by https, or on this very machine; elsewhere others read along."""
    parts = urlsplit(address)
    is_safe = parts.scheme == "https" or parts.hostname in _LOCAL
    return address.rstrip("/") if is_safe else ""


class SecretPages:
    """A SecretForm whose forms are pages."""

    def __init__(
        self, address: str, new_secret: Callable[[], str], show: Show, clock: Clock
    ) -> None:
        """`address` is where the desk's web server is reached; `new_secret` gives 256 bits."""
        self._address = address
        self._new_secret = new_secret
        self._show = show
        self._clock = clock
        self._pages: dict[str, _Page] = {}
        self._entering: dict[tuple[str, str], str] = {}
        """Who is entering something just now, and the page that comes next, once there is one."""

    @property
    def routes(self) -> Sequence[HttpRoute]:
        """The pages, and what they send."""
        path = f"{PATH}/{{page}}"
        return (HttpRoute("GET", path, self._opened), HttpRoute("POST", path, self._sent))

    async def ask(self, request: SecretRequest) -> None:
        """Show that person where to enter it; an earlier page of theirs is no more.

        Raises CodeRefused where it cannot be shown to them alone.
        """
        who = request.conversation, request.sender
        self._forget(who)
        name = self._new_secret()
        page = _Page(request, self._clock.now_ms() + LIFE_MS)
        self._pages[name] = page
        if who in self._entering:  # they have a page open: this one takes its place
            self._entering[who] = name
            return
        voice = page.voice
        address = f"{self._address}{PATH}/{name}"
        is_local = urlsplit(address).scheme != "https"
        card = Card(
            request.label,
            text=voice.say(
                f"page.{'here' if is_local else 'anywhere'}", minutes=str(LIFE_MS // _MINUTE_MS)
            ),
            table=Table((voice.say("page.address"),), ((address,),)),
            tone=Tone.ASK,
        )
        await self._show(request, card)

    async def _opened(self, asked: HttpRequest) -> HttpReply:
        page = self._found(asked)
        return _gone(asked) if page is None else _form(page, 200)

    async def _sent(self, asked: HttpRequest) -> HttpReply:
        page = self._found(asked)
        if page is None:
            return _gone(asked)
        secret = _entered(asked.body)
        if not secret:
            return _form(page, 400)
        request = page.request
        who = request.conversation, request.sender
        del self._pages[_name(asked)]
        self._entering[who] = ""
        try:
            await request.enter(secret)
        except (BotError, EngineError) as error:
            _log.warning("secret_not_taken", error=type(error).__name__)
            return _said("page.failed", page.voice, 503)
        finally:
            following = self._entering.pop(who)
        if following:
            # Beside this page, wherever the address of the desk begins.
            return HttpReply(303, headers={**_HEADERS, "Location": following})
        return _said("page.taken", page.voice, 200)

    def _found(self, asked: HttpRequest) -> _Page | None:
        page = self._pages.get(_name(asked))
        return page if page is not None and page.until > self._clock.now_ms() else None

    def _forget(self, who: tuple[str, str]) -> None:
        now = self._clock.now_ms()
        kept = {
            name: page
            for name, page in self._pages.items()
            if page.until > now and (page.request.conversation, page.request.sender) != who
        }
        self._pages = dict(list(kept.items())[-MOST_PAGES + 1 :])


def _name(asked: HttpRequest) -> str:
    return asked.path.rpartition("/")[2]


def _entered(body: bytes) -> str:
    """The one field of the form, empty where there is none."""
    try:
        fields = parse_qs(body.decode(), max_num_fields=1)
    except ValueError:
        return ""
    return fields.get(_FIELD, [""])[0].strip()[:_LETTERS]


def _form(page: _Page, status: int) -> HttpReply:
    label, voice = escape(page.request.label), page.voice
    send, promise = (escape(voice.say(f"page.{name}")) for name in ("send", "promise"))
    return _html(
        voice,
        f'<form method="post"><label>{label}<input name="{_FIELD}" type="password" '
        f'autocomplete="off" maxlength="{_LETTERS}" required autofocus></label>'
        f"<button>{send}</button></form><small>{promise}</small>",
        status,
    )


def _gone(asked: HttpRequest) -> HttpReply:
    """Whose page it was is not known any more; the browser says what its person reads."""
    wanted = asked.headers.get("accept-language", "")[:2].lower()
    return _said("page.gone", Voice(wanted) if wanted in LANGUAGES else Voice(), 410)


def _said(key: str, voice: Voice, status: int) -> HttpReply:
    return _html(voice, f"<p>{escape(voice.say(key))}</p>", status)


def _html(voice: Voice, content: str, status: int) -> HttpReply:
    page = (
        f'<!doctype html><html lang="{voice.language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Outcry</title>'
        f"<style>{_STYLE}</style><h1>Outcry</h1>{content}</html>"
    )
    return HttpReply(status, page.encode(), "text/html; charset=utf-8", _HEADERS)
