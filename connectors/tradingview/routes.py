"""Where signals come in: proved, read, committed, answered; what comes of them follows."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence

import orjson
import structlog

from bot.hooks import Hook, HookDoor, HookKind, Signal
from bot.ports.http import HttpReply, HttpRequest, HttpRoute
from connectors.tradingview.manifest import (
    ANSWER_SECONDS,
    FUTURE_MS,
    MOST_BYTES,
    PATH,
    SIGNED_PATH,
    SignalSettings,
)
from connectors.tradingview.payload import PayloadInvalid, moment_ms, parsed
from connectors.tradingview.signature import ID, TIME, is_genuine
from engine.errors import StoreUnavailable
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)


_Handle = Callable[[HttpRequest], Awaitable[HttpReply]]


class SignalRoutes:
    """TradingView's hooks and signed ones; only POST does anything."""

    def __init__(self, settings: SignalSettings, door: HookDoor, clock: Clock) -> None:
        self._settings = settings
        self._door = door
        self._clock = clock

    @property
    def routes(self) -> Sequence[HttpRoute]:
        """A secret in the path or in the body; or a name in the path and a signature."""
        return (
            HttpRoute("POST", PATH, self._guarded(self._tradingview)),
            HttpRoute("POST", f"{PATH}/{{secret}}", self._guarded(self._tradingview)),
            HttpRoute("POST", f"{SIGNED_PATH}/{{name}}", self._guarded(self._signed)),
        )

    def _guarded(self, handle: _Handle) -> _Handle:
        async def guarded(request: HttpRequest) -> HttpReply:
            if len(request.body) > MOST_BYTES:
                return _reply(413, "too_much")
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await handle(request)
            except PayloadInvalid as error:
                return _reply(422, "invalid", problem=error.problem)
            except (StoreUnavailable, TimeoutError):
                return _reply(503, "again", headers={"Retry-After": "5"})

        return guarded

    async def _tradingview(self, request: HttpRequest) -> HttpReply:
        if self._settings.addresses and request.peer not in self._settings.addresses:
            _log.warning("signal_refused", why="address", peer=request.peer)
            return _reply(403, "address")
        payload = parsed(request.body)
        in_path = request.path.removeprefix(PATH).strip("/")
        hook = await self._door.by_secret(in_path or payload.token)
        if hook is None or hook.kind is not HookKind.TRADINGVIEW:
            _log.warning("signal_refused", why="secret", peer=request.peer)
            return _reply(401, "unknown")
        sent = payload.sent_ms
        if sent is None:
            raise PayloadInvalid("time")
        return await self._received(hook, payload.signal(payload.key(hook), sent))

    async def _signed(self, request: HttpRequest) -> HttpReply:
        found = await self._door.signed(request.path.rpartition("/")[2])
        # A name that is not there costs the same comparison as a wrong signature.
        hook, keys = found if found is not None else (None, (b"nobody",))
        is_right = is_genuine(request.headers, request.body, keys)
        sent = moment_ms(request.headers.get(TIME, ""))
        if hook is None or not is_right or sent is None:
            _log.warning("signal_refused", why="signature", peer=request.peer)
            return _reply(401, "unknown")
        key = hashlib.sha256(request.headers[ID].encode()).hexdigest()[:32]
        return await self._received(hook, parsed(request.body).signal(key, sent))

    async def _received(self, hook: Hook, signal: Signal) -> HttpReply:
        now = self._clock.now_ms()
        if not now - self._settings.age_ms <= signal.at <= now + FUTURE_MS:
            return _reply(422, "stale", problem="time")
        if not await self._door.receive(hook, signal):
            return _reply(429, "too_much", headers={"Retry-After": "60"})
        return _reply(200, "taken")


def _reply(
    status: int, outcome: str, *, problem: str = "", headers: dict[str, str] | None = None
) -> HttpReply:
    body = {"outcome": outcome, **({"problem": problem} if problem else {})}
    return HttpReply(status, orjson.dumps(body), headers=headers or {})
