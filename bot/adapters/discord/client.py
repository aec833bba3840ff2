"""One bot at Discord's servers, through discord.py: calls, and the gateway's events.

Every failure of the library becomes a class of DeliveryFailed, by what is to be done about it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, TypeVar, cast

import aiohttp
import discord
import orjson
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.http import Route

from bot.adapters.discord.manifest import EPHEMERAL, SILENT, DiscordSettings, Talk
from bot.adapters.discord.menu import Command, is_same
from bot.adapters.discord.render import Payload
from bot.adapters.discord.session import Session
from bot.errors import PlatformClosed, TryLater, Undeliverable, Unsure

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody speaks here
T = TypeVar("T")
_BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_LONGEST_SLEEP_SECONDS = 30.0
"""The library waits for Discord's limits itself, up to this; longer ones the courier remembers."""
_CLOSED = {4004, 4010, 4011, 4012, 4013, 4014}
"""Codes after which the gateway will have no more of this bot."""
_BANNED_SECONDS = 60.0
_GOOD_MS = 60_000
"""A connection that held so long was one; the next is made at once."""
_OVER = {4007, 4009}
"""Codes after which the session cannot go on, though the bot can."""
_STAYS = 4000
"""The code for closing a connection whose session is to go on."""
_SHOWN = 4
"""The kind of a first answer that is a message."""

Event = discord.Message | discord.Interaction[Any]
Heard = Callable[[Event, Callable[[], None]], Awaitable[None]]
"""Takes an event, and says by the call that it is committed."""


class Gone(Undeliverable):
    """What was to be answered or changed is not there, or not any more."""


class AlreadyAnswered(Undeliverable):
    """An interaction was answered before: by this process's last life, or by another one."""


class Client:
    """Calls raise DeliveryFailed and nothing else of the network's."""

    def __init__(
        self,
        settings: DiscordSettings,
        session: Session,
        sleep: Callable[[float], Awaitable[None]],
        now_ms: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._sleep = sleep
        self._now_ms = now_ms
        self._library: _Library | None = None
        self._private: dict[int, int] = {}
        self._is_open = asyncio.Event()
        self._closed = ""
        self.session = session

    async def open(self) -> None:
        """Be known to Discord. Raises PlatformClosed."""
        Route.BASE = self._settings.api
        library = _Library()
        try:
            await _mapped(lambda: library.login(self._settings.token))
        except BaseException:
            await library.close()
            raise
        self._library = library
        self._is_open.set()

    async def close(self, reason: str = "") -> None:
        """Let the connections go; for good where there is a reason."""
        library, self._library = self._library, None
        self._is_open.clear()
        self._closed = reason
        if library is not None:
            await library.close()

    @property
    def me(self) -> int:
        """The bot's own user id; 0 while it is not open."""
        user = self._library.user if self._library is not None else None
        return user.id if user is not None else 0

    @property
    def key(self) -> str:
        """The public key, in hex, by which Discord signs what it posts; "" while not open."""
        known = self._library.application if self._library is not None else None
        return known.verify_key if known is not None else ""

    def interaction(self, payload: Mapping[str, Any]) -> discord.Interaction[Any]:
        """An interaction that was posted. Raises KeyError, TypeError, ValueError."""
        return self._opened().interaction(payload)

    # -- calls ----------------------------------------------------------------------------

    async def offer(self, wanted: Sequence[Command]) -> None:
        """Register slash commands, if they are others than before."""
        app = self._opened().application_id
        route = "/applications/{app}/commands"
        there = await self._call(Route("GET", f"{route}?with_localizations=true", app=app))
        if not is_same(cast("Sequence[Command]", there), wanted):
            await self._call(Route("PUT", route, app=app), json=list(wanted))

    async def respond(self, talk: Talk, kind: int, data: Mapping[str, object]) -> None:
        """The first answer to an interaction, within 3 s. Raises Gone, AlreadyAnswered."""
        route = Route(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback",
            webhook_id=talk.id,
            webhook_token=talk.token,
        )
        await self._talked(route, json={"type": kind, "data": data})

    async def begin(self, payload: Payload, talk: Talk, *, is_aside: bool) -> int:
        """A message as the first answer to an interaction; gives its number.

        Raises Gone, AlreadyAnswered.
        """
        route = Route(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback?with_response=1",
            webhook_id=talk.id,
            webhook_token=talk.token,
        )
        data = {**payload.as_json(), "flags": EPHEMERAL if is_aside else 0}
        sent = _sent({"type": _SHOWN, "data": data}, payload)
        return _number(await self._talked(route, **sent), "interaction", "response_message_id")

    async def answer(self, payload: Payload, talk: Talk) -> int:
        """Put a message in the place of what an interaction shows; gives its number."""
        route = Route(
            "PATCH",
            "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
            webhook_id=self._opened().application_id,
            webhook_token=talk.token,
        )
        return _number(await self._talked(route, **_sent(payload.as_json(), payload)))

    async def say(
        self, payload: Payload, channel: int, nonce: str, reply_to: int, *, is_silent: bool = False
    ) -> int:
        """Send a message, once for a nonce; gives its number."""
        more: dict[str, object] = {"nonce": nonce, "enforce_nonce": True} if nonce else {}
        if is_silent:
            more["flags"] = SILENT
        if reply_to:
            more["message_reference"] = {
                "message_id": str(reply_to),
                "fail_if_not_exists": False,
            }
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
        return _number(await self._call(route, **_sent({**payload.as_json(), **more}, payload)))

    async def edit(self, payload: Payload, channel: int, number: int) -> None:
        """Put a message in the place of an earlier one."""
        route = Route(
            "PATCH", "/channels/{channel_id}/messages/{number}", channel_id=channel, number=number
        )
        await self._call(route, **_sent(payload.as_json(), payload))

    async def erase(self, channel: int, number: int) -> None:
        """Take one of our own messages away."""
        route = Route(
            "DELETE", "/channels/{channel_id}/messages/{number}", channel_id=channel, number=number
        )
        await self._call(route)

    async def private(self, user: int) -> int:
        """The channel in which a person hears the bot alone."""
        if user not in self._private:
            route = Route("POST", "/users/@me/channels")
            answer = await self._call(route, json={"recipient_id": str(user)})
            self._private[user] = _number(answer)
        return self._private[user]

    async def fetch(self, url: str) -> bytes:
        """A file that somebody sent."""
        return await self._timed(lambda: self._opened().http.get_from_cdn(url))

    async def _call(self, route: Route, **more: Any) -> object:
        await self._until_open()
        return await self._timed(lambda: self._opened().http.request(route, **more))

    async def _talked(self, route: Route, **more: Any) -> object:
        """A call of one interaction, whose limit nobody asks about again."""
        try:
            return await self._call(route, **more)
        finally:
            if self._library is not None:
                self._library.forget(route)

    async def _until_open(self) -> None:
        """At the start there may be something to say before the bot is known."""
        if self._closed:
            raise PlatformClosed(self._closed)
        try:
            async with asyncio.timeout(self._settings.answer_seconds):
                await self._is_open.wait()
        except TimeoutError as error:
            raise TryLater("not connected", everywhere=True) from error

    async def _timed(self, call: Callable[[], Awaitable[T]]) -> T:
        async def within() -> T:
            async with asyncio.timeout(self._settings.answer_seconds):
                return await call()

        return await _mapped(within)

    def _opened(self) -> _Library:
        if self._library is None:
            raise TryLater("not connected", everywhere=True)
        return self._library

    # -- the gateway ----------------------------------------------------------------------

    async def listen(self, heard: Heard) -> None:
        """Receive for ever, on the session that was, if it can go on. Raises PlatformClosed."""
        failures = 0
        while True:
            before, began = self.session.sequence, self._now_ms()
            try:
                await self._connected(heard)
            except ReconnectWebSocket as error:
                if not error.resume:
                    self.session.id = ""
            except discord.ConnectionClosed as error:
                if error.code in _CLOSED:
                    raise PlatformClosed(f"Discord closed the gateway: {error}") from error
            except (OSError, discord.HTTPException, aiohttp.ClientError):
                pass
            was_good = self.session.sequence > before or self._now_ms() - began > _GOOD_MS
            failures = 0 if was_good else failures + 1
            if failures:
                wait = _BACK_OFF_SECONDS[min(failures, len(_BACK_OFF_SECONDS)) - 1]
                await self._sleep(wait)

    async def _connected(self, heard: Heard) -> None:
        """One connection, until it breaks."""
        library, session = self._opened(), self.session
        is_resumed = bool(session.id)
        if not is_resumed:
            now = self._now_ms()
            await self._sleep((session.may_begin_at(now) - now) / 1_000)
            session.begin(self._now_ms())
        library.events = []
        socket: DiscordWebSocket | None = None
        try:
            async with asyncio.timeout(60):
                socket = await DiscordWebSocket.from_client(
                    library,
                    initial=not is_resumed,
                    gateway=yarl.URL(session.gateway or self._settings.gateway),
                    session=session.id or None,
                    sequence=session.sequence if is_resumed else None,
                    resume=is_resumed,
                )
            library.ws = socket
            while True:
                await socket.poll_event()
                if socket.session_id and socket.session_id != session.id:
                    session.began(socket.session_id, socket.sequence or 0, str(socket.gateway))
                events, library.events = library.events, []
                for event in events:
                    await heard(event, session.underway(socket.sequence or 0))
        except ReconnectWebSocket:
            if socket is not None and socket.socket.close_code in _OVER:
                session.id = ""
            raise
        finally:
            if socket is not None:
                with suppress(OSError, aiohttp.ClientError):
                    await socket.close(_STAYS)


class _Library(discord.Client):
    """The library without its own loop: events are kept until they are taken."""

    def __init__(self) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        super().__init__(
            intents=intents,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_ratelimit_timeout=_LONGEST_SLEEP_SECONDS,
        )
        self.events: list[Event] = []

    def dispatch(self, event: str, /, *args: Any, **_: Any) -> None:
        """Nothing but messages and interactions matters here."""
        if event in {"message", "interaction"}:
            self.events.append(args[0])

    def forget(self, route: Route) -> None:
        """Let a limit go that stands for one interaction alone.

        The library keeps each for five minutes, and looks through all of them at each new one.
        """
        http, name = self.http, route.key
        for key in {name, http._bucket_hashes.get(name, name)}:  # noqa: SLF001 -- no other way
            http._buckets.pop(f"{key}:{route.major_parameters}", None)  # noqa: SLF001

    def interaction(self, payload: Mapping[str, Any]) -> discord.Interaction[Any]:
        """What was posted, as if it had come over the gateway."""
        return discord.Interaction(data=cast("Any", payload), state=self._connection)


def _sent(content: Mapping[str, object], payload: Payload) -> dict[str, Any]:
    if not payload.files:
        return {"json": content}
    form: list[dict[str, Any]] = [{"name": "payload_json", "value": orjson.dumps(content).decode()}]
    form += [
        {
            "name": f"files[{place}]",
            "value": file.read(),
            "filename": file.name,
            "content_type": "application/octet-stream",
        }
        for place, file in enumerate(payload.files)
    ]
    return {"form": form}


def _number(answer: Any, *where: str) -> int:
    with suppress(KeyError, TypeError, ValueError):
        for name in where or ("id",):
            answer = answer[name]
        return int(answer)
    raise Unsure("an answer that is none")


async def _mapped(call: Callable[[], Awaitable[T]]) -> T:
    """One call; what the library raises becomes what is to be done about it."""
    try:
        return await call()
    except discord.LoginFailure as error:
        raise PlatformClosed(f"Discord does not know the token: {error}") from error
    except discord.RateLimited as error:
        raise TryLater(str(error), error.retry_after) from error
    except discord.HTTPException as error:
        raise _of_answer(error) from error
    except aiohttp.ClientConnectorError as error:
        raise TryLater(str(error), everywhere=True) from error
    except (OSError, aiohttp.ClientError) as error:
        raise Unsure(str(error) or type(error).__name__) from error


def _of_answer(error: discord.HTTPException) -> Exception:
    if error.code == 40060:
        return AlreadyAnswered(str(error))
    match error.status:
        case HTTPStatus.UNAUTHORIZED:
            return PlatformClosed(f"Discord does not know the token: {error}")
        case HTTPStatus.NOT_FOUND:
            return Gone(str(error))
        case HTTPStatus.TOO_MANY_REQUESTS:
            # In front of the API: going on would have the whole address shut out.
            return TryLater(str(error), _BANNED_SECONDS, everywhere=True)
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return TryLater(str(error), everywhere=True)
    return Undeliverable(str(error))
