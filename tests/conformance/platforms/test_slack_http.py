"""What Slack posts where there is a public address, and what others do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import aiohttp

from tests.conformance.platforms.slack_desk import ANN, story


def _http(tell: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    @story
    async def play(desk, harness) -> None:
        from bot.web.app import web_app  # noqa: PLC0415
        from bot.web.listening import listen  # noqa: PLC0415
        from bot.web.server import serve_web  # noqa: PLC0415

        await harness.until(lambda: harness.server.opened == 1)
        await desk.leave()
        harness.by_http = True
        await desk.serve()
        listening = listen("127.0.0.1", 0)
        app = web_app(desk.app.catalogue, None, harness.made.routes)
        serving = asyncio.ensure_future(serve_web(app, listening.bound))
        address = harness.server.webhook = f"{listening.address}/slack"
        try:
            await harness.until(lambda: harness.server.calls["auth.test"] == 2)
            await tell(desk, harness, address)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            listening.bound.close()

    return play


@_http
async def test_what_is_posted_is_answered_when_it_is_committed(desk, harness, address) -> None:
    await harness.say("ann", "/price BTC/USDT", again=2)
    await desk.reads("60,000")
    await harness.server.say(ANN, "price of eth", again=1)
    await desk.reads("3,000")
    await desk.ask("/buy BTC/USDT 0.1")
    await harness.press("ann", "Yes")
    await desk.reads("Bought 0.1 BTC/USDT")
    await desk.quiet(3)

    texts = [seen.text for seen in harness.seen("ann")]
    assert [sum(words in text for text in texts) for words in ("60,000 USDT", "3,000 USDT")] == [
        1,
        1,
    ]


@_http
async def test_strangers_are_refused_and_broken_bodies_harm_nobody(desk, harness, address) -> None:
    signed = harness.server.signed
    halt = urlencode({"command": "/outcry", "text": "halt", "user_id": ANN, "channel_id": "D101"})
    body = f"{halt}&trigger_id=1".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    time, mark = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    genuine_headers = signed(body)
    async with aiohttp.ClientSession() as session:

        async def posted(content: bytes, headers: dict[str, str]) -> int:
            async with session.post(address, data=content, headers={**form, **headers}) as got:
                return got.status

        for forged in (
            {},
            {time: genuine_headers[time]},
            {mark: genuine_headers[mark]},
            {**genuine_headers, time: "soon"},
            {**genuine_headers, time: "-1"},
            {**genuine_headers, time: "1e9"},
            {**genuine_headers, time: "9" * 40},
            {**genuine_headers, time: "١٧٦٤"},
            {**genuine_headers, mark: "v0=é"},
            {**genuine_headers, mark: genuine_headers[mark][3:]},
            {**genuine_headers, mark: genuine_headers[mark].replace("v0", "v1")},
            signed(body, "another secret"),
            signed(body, age=400),
            signed(body, age=-400),
            signed(body + b"x"),
        ):
            assert await posted(body, forged) == 401, forged
        assert not desk.app.runtime.kernel.kill_switch.halts
        for content in (b"", b"{", b"[]", b"payload=", b"payload={", b"payload=[]", b"payload=1"):
            assert await posted(content, signed(content)) in {200, 400}, content
        assert await posted(b"\xff\xfe", signed(b"\xff\xfe")) == 400
        assert await posted(b" " * 300_000, signed(b" " * 300_000)) == 413
        challenge = b'{"type": "url_verification", "challenge": "c1"}'
        as_json = {**signed(challenge), "Content-Type": "application/json"}
        async with session.post(address, data=challenge, headers=as_json) as got:
            assert (got.status, await got.json()) == (200, {"challenge": "c1"})
        assert await posted(body, signed(body)) == 200
    await desk.reads("halted")
