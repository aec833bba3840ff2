"""python-telegram-bot's requests over aiohttp, at a quarter of the work that httpx makes of one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
import yarl
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, RuntimeError)
"""What prevents a request; RuntimeError where the wire is closed just now."""
_JSON = {"Content-Type": "application/json"}
_LEAST_WAIT_SECONDS = 1
_OUR_OWN = ("entities", "caption_entities", "from", "link_preview_options", "reply_markup")
"""What an answer repeats of a message that was just sent, and nobody reads."""


class Flooded(TelegramError):
    """HTTP 429, before python-telegram-bot warns about the form of its seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many requests, wait {seconds:g} s")
        self.seconds = seconds


class ServerTrouble(TelegramError):
    """HTTP 5xx: the server says that it did not do it."""


class Wire(BaseRequest):
    """Connections to Telegram's servers; keeps apart what the library calls a NetworkError alike.

    What aiohttp raises is the cause of the NetworkError that the library makes of it.
    """

    def __init__(self, address: str, *, connections: int, seconds: float) -> None:
        """`seconds` are waited for a connection, and for more of an answer."""
        self._url = yarl.URL(address)
        self._connections = connections
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that more of an answer is waited for."""
        return self._seconds

    async def initialize(self) -> None:
        """Be ready to call, again if need be."""
        self._session = self._session or aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
            proxy=_proxy_to(self._url),
        )

    async def shutdown(self) -> None:
        """Let the connections go."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_others: Any,
        **_named: Any,
    ) -> tuple[int, bytes]:
        """Ask; gives the status and the body. Raises Flooded, ServerTrouble, RuntimeError."""
        if self._session is None:
            raise RuntimeError("not connected")
        is_usual = read_timeout is BaseRequest.DEFAULT_NONE
        wait = aiohttp.ClientTimeout(
            connect=self._seconds,
            sock_read=self._seconds if is_usual else read_timeout,
        )
        body = _body(request_data) if request_data is not None else {}
        async with self._session.request(method, url, timeout=wait, **body) as answer:
            code, payload = answer.status, await answer.read()
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            raise Flooded(_seconds(payload))
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ServerTrouble(f"the server answered {code}")
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """What a body says. Raises TelegramError."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return BaseRequest.parse_json_payload(payload)  # it is more patient, and says why
        sent = answer.get("result") if isinstance(answer, dict) else None
        if isinstance(sent, dict) and "message_id" in sent:
            for name in _OUR_OWN:
                sent.pop(name, None)
        return answer


def _body(data: RequestData) -> dict[str, Any]:
    """JSON, or a form where there are files."""
    if not data.contains_files:
        return {"data": orjson.dumps(data.parameters), "headers": _JSON}
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


def _proxy_to(url: yarl.URL) -> str | None:
    """The proxy that the environment names, asked once: aiohttp would ask it at each request."""
    is_near = url.host is None or proxy_bypass(url.host)
    return None if is_near else getproxies().get(url.scheme)


def _seconds(payload: bytes) -> float:
    try:
        return float(orjson.loads(payload)["parameters"]["retry_after"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return _LEAST_WAIT_SECONDS
