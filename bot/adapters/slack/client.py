"""One app at Slack's servers: calls through slack_sdk, every failure by its remedy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.manifest import RECEIVED_BYTES, Place, SlackSettings
from bot.adapters.slack.receive import Me
from bot.adapters.slack.render import Json, Sent, Upload, Words
from bot.errors import DeliveryFailed, PlatformClosed, TryLater, Undeliverable, Unsure

_log = structlog.get_logger(__name__)

T = TypeVar("T")
_TOO_MANY = 429
_TROUBLE = 500
_LEAST_WAIT_SECONDS = 1.0
_HISTORY = 100
_SKEW_SECONDS = 60
"""How far apart Slack's clock and ours may be."""
_EVENT = "outcry_row"
_CHUNK = 65_536
_CLOSED = frozenset(
    {"account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed"}
    | {"token_expired", "token_revoked"}
)
_BUSY = frozenset({"ratelimited", "rate_limited", "request_timeout", "team_added_to_org"})
_HALF_DONE = frozenset({"fatal_error", "internal_error", "service_unavailable"})
"""Slack says of these that it may have done some of it."""
_ABSENT = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel"})


class Absent(Undeliverable):
    """The app is no member there."""


class Client:
    """Every method raises DeliveryFailed and nothing else of the network's."""

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._web: AsyncWebClient | None = None
        self._chats: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._locales: dict[str, str] = {}

    async def open(self) -> None:
        """Be ready to call, again if need be."""
        wait = self._settings.answer_seconds
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=wait, sock_connect=wait),
        )
        # What it would send again by itself might be there already.
        self._web = AsyncWebClient(
            self._settings.token, self._settings.api, session=self._session, retry_handlers=[]
        )

    async def close(self) -> None:
        """Let the connections go."""
        session, self._session, self._web = self._session, None, None
        if session is not None:
            await session.close()

    @property
    def web(self) -> AsyncWebClient:
        """The library's client. Raises TryLater while it is closed."""
        if self._web is None:
            raise TryLater("not connected", everywhere=True)
        return self._web

    async def me(self) -> Me:
        """Who this app is."""
        told = await self._asked(self.web.auth_test)
        return Me(told["user_id"], told["bot_id"])

    async def name_of(self, user: str) -> str:
        """What somebody is called, or nothing where Slack does not say."""
        if user not in self._names:
            told = await self._asked(lambda: self.web.users_info(user=user, include_locale=True))
            profile = told["user"].get("profile") or {}
            name = profile.get("display_name") or profile.get("real_name")
            self._names[user] = str(name or told["user"].get("name") or "")
            self._locales[user] = str(told["user"].get("locale") or "")
        return self._names[user]

    async def language_of(self, user: str) -> str:
        """Two letters of the language in which somebody uses Slack."""
        await self.name_of(user)
        return self._locales[user][:2]

    # -- saying -----------------------------------------------------------------------------

    async def say(self, words: Words, place: Place, mark: str) -> str:
        """Post a message; gives what it may be edited by, "" where one person alone sees it."""
        if place.is_aside:
            await self._asked(
                lambda: self.web.chat_postEphemeral(
                    channel=place.channel,
                    user=place.user,
                    text=words.text,
                    blocks=words.blocks,
                    thread_ts=place.thread or None,
                )
            )
            return ""
        # Straight to the call: the library looks through each block for objects of its own.
        body: Json = {
            "channel": place.channel or place.user,
            "text": words.text,
            "blocks": words.blocks,
            "metadata": {"event_type": _EVENT, "event_payload": {"row": mark}},
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if place.thread:
            body["thread_ts"] = place.thread
        told = await self._asked(lambda: self.web.api_call("chat.postMessage", json=body))
        if not place.channel:
            self._chats[place.user] = told["channel"]
        return f"{told['channel']}:{told['ts']}"

    async def edit(self, words: Words, reference: str, mark: str = "") -> None:
        """Put words in the place of those of an earlier message, which a mark makes theirs."""
        channel, _, ts = reference.partition(":")
        metadata = {"event_type": _EVENT, "event_payload": {"row": mark}} if mark else None
        await self._asked(
            lambda: self.web.chat_update(
                channel=channel, ts=ts, text=words.text, blocks=words.blocks, metadata=metadata
            )
        )

    async def erase(self, reference: str) -> None:
        """Take one of our own messages away."""
        channel, _, ts = reference.partition(":")
        await self._asked(lambda: self.web.chat_delete(channel=channel, ts=ts))

    async def upload(self, upload: Upload, place: Place, mark: str) -> None:
        """Show files; only the last of the steps does."""
        channel = place.channel or await self._chat(place.user)
        try:
            files = [await self._stored(file) for file in upload.files]
        except Unsure as error:  # nothing is shown yet
            raise TryLater(str(error), everywhere=True) from error
        # The mark is found again as the name of the block.
        blocks = [{**block, "block_id": mark} for block in (upload.words or _UNSAID).blocks]
        shown = {"blocks": blocks} if upload.words else {}
        await self._asked(
            lambda: self.web.api_call(
                "files.completeUploadExternal",
                json={
                    "files": files,
                    "channel_id": channel,
                    **({"thread_ts": place.thread} if place.thread else {}),
                    **shown,
                },
            )
        )

    async def found(self, place: Place, mark: str, since_ms: int) -> str | None:
        """What a message of this mark may be edited by, where it is there since then."""
        channel = place.channel or await self._chat(place.user)
        oldest, cursor = f"{since_ms / 1000 - _SKEW_SECONDS:.6f}", ""
        while True:
            told = await self._past(channel, place.thread, oldest, cursor)
            for message in told["messages"]:
                if mark in _marks(message):
                    return f"{channel}:{message['ts']}"
            cursor = (told.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    async def answer_at(self, hook: str, words: Words, *, to_all: bool) -> None:
        """Answer by the address that came with a command: also where the app is no member."""
        body = {
            "response_type": "in_channel" if to_all else "ephemeral",
            "replace_original": False,
            "text": words.text,
            "blocks": list(words.blocks),
        }
        if not hook.startswith(self._settings.hooks):
            raise Undeliverable("an address that is not Slack's")

        async def post() -> None:
            async with self._open_session.post(hook, json=body) as told:
                if told.status == _TOO_MANY or told.status >= _TROUBLE:
                    raise TryLater(f"the address answered {told.status}", _LEAST_WAIT_SECONDS)
                if not told.ok:
                    raise Undeliverable(f"the address answered {told.status}")

        await _mapped(post)

    # -- modals, the home, files ------------------------------------------------------------

    async def show(self, trigger: str, view: Json) -> None:
        """Open a modal for whoever set the trigger off."""
        await self._asked(lambda: self.web.views_open(trigger_id=trigger, view=view))

    async def change(self, view_id: str, view: Json) -> None:
        """Put another view in a modal."""
        await self._asked(lambda: self.web.views_update(view_id=view_id, view=view))

    async def publish(self, user: str, view: Json) -> None:
        """Somebody's home of the app."""
        await self._asked(lambda: self.web.views_publish(user_id=user, view=view))

    async def fetch(self, url: str, path: Path) -> None:
        """Save a file that somebody sent; only Slack's own servers see the token."""
        if not url.startswith(self._settings.files):
            raise Undeliverable("a file that is not at Slack")
        key = {"Authorization": f"Bearer {self._settings.token}"}

        async def load() -> None:
            async with self._open_session.get(url, headers=key) as told:
                if not told.ok or told.content_type == "text/html":  # a page to log in at
                    raise Undeliverable(f"the file's address answered {told.status}")
                left = RECEIVED_BYTES
                with path.open("wb") as file:
                    async for chunk in told.content.iter_chunked(_CHUNK):
                        left -= len(chunk)
                        if left < 0:
                            raise Undeliverable("the file is larger than it said")
                        file.write(chunk)

        await _mapped(load)

    # -- how --------------------------------------------------------------------------------

    @property
    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise TryLater("not connected", everywhere=True)
        return self._session

    async def _chat(self, user: str) -> str:
        """The channel of the private chat with somebody."""
        if user not in self._chats:
            told = await self._asked(lambda: self.web.conversations_open(users=user))
            self._chats[user] = told["channel"]["id"]
        return self._chats[user]

    async def _past(self, channel: str, thread: str, oldest: str, cursor: str) -> Json:
        """A page of what was said since then, in a channel or in a thread of it."""
        method = "conversations.replies" if thread else "conversations.history"
        params: Json = {"channel": channel, "oldest": oldest, "limit": _HISTORY}
        params |= {"ts": thread} if thread else {}
        params |= {"cursor": cursor} if cursor else {}
        params |= {"include_all_metadata": True}
        return await self._asked(lambda: self.web.api_call(method, http_verb="GET", params=params))

    async def _stored(self, file: Sent) -> Json:
        data = file.content if isinstance(file.content, bytes) else file.content.read_bytes()
        told = await self._asked(
            lambda: self.web.files_getUploadURLExternal(filename=file.name, length=len(data))
        )

        async def put() -> None:
            async with self._open_session.post(told["upload_url"], data=data) as answer:
                if not answer.ok:
                    raise TryLater(f"the upload was answered {answer.status}", everywhere=True)

        await _mapped(put)
        return {"id": told["file_id"], "title": file.title}

    async def _asked(self, call: Callable[[], Awaitable[Any]]) -> Json:
        async def told() -> Json:
            answer = (await call()).data
            return answer if isinstance(answer, dict) else {}

        return await _mapped(told)


class Line(SocketModeClient):
    """The websocket that Slack sends by; connects for ever, unless the token is worth nothing."""

    def __init__(
        self, settings: SlackSettings, web: AsyncWebClient, over: asyncio.Future[str]
    ) -> None:
        """`over` is set to the reason where Slack will have no more of it."""
        super().__init__(settings.app_token, web_client=web, ping_interval=settings.ping_seconds)
        self._over = over

    async def issue_new_wss_url(self) -> str:
        """Where to connect next."""
        try:
            return await super().issue_new_wss_url()
        except SlackApiError as error:
            if _code(error) in _CLOSED:
                self.closed = True
                if not self._over.done():
                    self._over.set_result(_code(error))
            raise


class Door(AsyncMiddleware):
    """All that comes to the app goes through here, and no further.

    The library would look for the arguments of a function by their names, each time.
    """

    def __init__(self, take: Callable[[Json], Awaitable[BoltResponse]]) -> None:
        self._take = take

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 -- the library's name
    ) -> BoltResponse:
        """What is said back to it."""
        del resp, next
        return await self._take(req.body)


class Listener(AsyncSocketModeHandler):
    """Hands what comes by the websocket to the app, and acknowledges what it took."""

    def __init__(self, app: AsyncApp, line: Line) -> None:
        self.app = app
        self.client = line
        self._busy: set[asyncio.Task[Any]] = set()
        line.message_listeners.append(self._greeted)
        line.socket_mode_request_listeners.append(self.handle)

    async def _greeted(self, client: object, message: Json, raw: object) -> None:
        """Slack says hello, and how many connections the app has: each hears a part of it all."""
        del client, raw
        if message.get("type") == "hello" and message.get("num_connections", 1) > 1:
            _log.warning("slack_second_connection", connections=message["num_connections"])

    async def start(self) -> None:
        """Connect, and go on connecting."""
        await self.client.connect()  # type: ignore[no-untyped-call]

    async def stop(self) -> None:
        """Connect no more; what is not acknowledged yet will come again."""
        await self.client.close()  # type: ignore[no-untyped-call]
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """One request, in a task that the library made and would let go of."""
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        await super().handle(client, req)  # type: ignore[arg-type]


_UNSAID = Words("", ())


def _marks(message: Json) -> list[str]:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return [payload.get("row", ""), *(b.get("block_id", "") for b in message.get("blocks") or ())]


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def _status(error: SlackApiError) -> int:
    response = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))


def _failure(error: SlackApiError) -> DeliveryFailed:
    code, status = _code(error), _status(error)
    reason = f"Slack answered {status} {code}".rstrip()
    if status == _TOO_MANY or code in _BUSY:
        asked = getattr(error.response, "headers", {}).get("Retry-After", "")
        seconds = float(asked) if str(asked).isdecimal() else _LEAST_WAIT_SECONDS
        return TryLater(reason, seconds)
    if code in _CLOSED:
        return PlatformClosed(f"Slack does not know the token: {code}")
    if code in _ABSENT:
        return Absent(reason)
    if status >= _TROUBLE or code in _HALF_DONE or not code:
        return Unsure(reason)
    return Undeliverable(reason)


async def _mapped(call: Callable[[], Awaitable[T]]) -> T:
    """One call; what the libraries raise becomes what is to be done about it."""
    try:
        return await call()
    except SlackApiError as error:
        raise _failure(error) from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise TryLater(str(error), everywhere=True) from error
    except aiohttp.InvalidURL as error:
        raise Undeliverable(str(error)) from error
    except (aiohttp.ClientError, TimeoutError, SlackClientError, AttributeError) as error:
        # AttributeError: slack_sdk reads an answer of plain text as if it were an object.
        raise Unsure(str(error) or type(error).__name__) from error
    except RuntimeError as error:  # the session was closed just now
        raise TryLater(str(error), everywhere=True) from error
