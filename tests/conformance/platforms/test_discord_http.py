"""Interactions that Discord posts where there is a public address."""

from __future__ import annotations

from bot.sections import WebSection
from tests.conformance.platforms.discord_desk import (
    ANN,
    CHANNEL,
    answer,
    run,
    story,
)
from tests.standins.discord.world import Bot


@story
async def test_interactions_are_posted_where_there_is_a_public_address(desk, harness) -> None:
    server, people = harness.server, harness.server.people
    await desk.ask("/price BTC/USDT")
    await desk.leave()
    desk.web = WebSection(port=0)
    await desk.serve()
    await desk.ask("/price SOL/USDT")
    url = f"{desk.app.listening.address}/discord"
    assert await server.post(url, b'{"type": 1}') == (200, b'{"type":1,"data":{}}')

    server.post_to(url)
    price = await run(harness, "price", CHANNEL, symbols="ETH/USDT")
    asked = await run(harness, "buy", CHANNEL, symbol="BTC/USDT", quantity="0.1")
    await answer(harness, await people.press(ANN, asked, "Yes"))

    assert ("3,000" in price.text, price.only_for, asked.only_for) == (True, None, ANN)
    assert (await people.complete(ANN, "price", "symbols", "sol"))[0] == "SOL/USDT"
    assert server.calls["callback"] == 0
    await desk.reads("Bought 0.1 BTC/USDT")


@story
async def test_what_discord_did_not_sign_is_refused_and_never_raises(desk, harness) -> None:
    server = harness.server
    await desk.ask("/price BTC/USDT")
    await desk.leave()
    desk.web = WebSection(port=0)
    await desk.serve()
    await desk.ask("/price SOL/USDT")
    url = f"{desk.app.listening.address}/discord"
    ping, moment = b'{"type": 1}', str(server.clock.now_ms() // 1_000)
    old = str(server.clock.now_ms() // 1_000 - 400)
    signed = server.bot.key.sign(old.encode() + ping).hex()
    strange = Bot(1, "other").key.sign(moment.encode() + ping).hex()

    for headers in (
        {"X-Signature-Ed25519": ""},
        {"X-Signature-Ed25519": "zz" * 64},
        {"X-Signature-Ed25519": "ab"},
        {"X-Signature-Ed25519": "é" * 9},
        {"X-Signature-Ed25519": strange},
        {"X-Signature-Timestamp": ""},
        {"X-Signature-Timestamp": "soon"},
        {"X-Signature-Timestamp": "9" * 400},
        {"X-Signature-Timestamp": old, "X-Signature-Ed25519": signed},
    ):
        assert (await server.post(url, ping, **headers))[0] == 401, headers
    for body in (b"", b"{", b"[]", b"null", b'{"type": 2}', b'{"type": "x"}', b"\xff\xfe"):
        assert (await server.post(url, body))[0] == 400, body
    assert (await server.post(url, b" " * 300_000))[0] == 413
