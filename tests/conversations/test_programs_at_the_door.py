"""REST and MCP: programs act as a person, within a token's scopes, and never confirm."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from prometheus_client.parser import text_string_to_metric_families

from bot.errors import NotPermitted
from bot.remote.door import RemoteDoor, Rooms
from bot.remote.keyring import MOST_A_MINUTE, Scope, digest_of
from bot.sections import TokenSection, WebSection
from tests.room import CONFIG, Room

ROOT = Path(__file__).parents[2]
ALL = ("read", "settings", "risk", "propose")


def token(name: str, *scopes: str, person: str = "terminal:ann") -> TokenSection:
    return TokenSection(name=name, person=person, scopes=scopes, sha256=digest_of(f"oc_{name}"))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    tokens = (token("all", *ALL), token("reader", "read"), token("ghost", "read", person="x:y"))
    tokens += (token("clerk", "read", "settings", person="terminal:olga"),)
    config = CONFIG.model_copy(update={"web": WebSection(port=0), "tokens": tokens})
    made = Room(tmp_path / "home", config)
    for symbol, price in (("BTC/USDT", 60000), ("ETH/USDT", 3000)):
        made.price(symbol, price)
    made.say("/price BTC/USDT")
    yield made
    made.close()


def post(room: Room, path: str, body: Any = None, name: str = "all") -> tuple[int, dict[str, Any]]:
    async def asked() -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer oc_{name}"} if name else {}
        url = f"{room.app.listening.address}{path}"
        async with aiohttp.ClientSession() as session:
            kind = {"data": body} if isinstance(body, bytes) else {"json": body or {}}
            async with session.post(url, headers=headers, **kind) as reply:
                return reply.status, await reply.json()

    return room.run(asked())


def test_a_program_reads_what_its_person_may_read(room: Room) -> None:
    status, reply = post(room, "/v1/commands/price", {"symbols": ["BTC/USDT"]}, "reader")

    assert status == 200
    assert reply["outcome"] == "done"
    assert reply["card"]["title"].startswith("BTC/USDT 60,000")
    assert reply["result"]["quotes"][0]["tick"]["last"] == "60000"


def test_money_moves_by_a_ticket_that_only_the_person_confirms_in_their_chat(room: Room) -> None:
    order = {"symbol": "BTC/USDT", "quantity": "0.1"}
    status, reply = post(room, "/v1/commands/buy", order)

    assert (status, reply["outcome"]) == (200, "ticket")
    for name in ("yes", "no"):
        assert post(room, f"/v1/commands/{name}", {"ticket": reply["ticket"]})[0] == 404
    room.wait(0.1)
    shown = room.cards()[-1]
    assert shown.title == "Really buy 0.1 BTC/USDT?"
    assert "“all”" in shown.hint
    assert room.say(f"/yes {reply['ticket']}", who="olga").title == "Nothing is waiting for a yes."
    assert "0.1 BTC/USDT" in room.say(f"/yes {reply['ticket']}").title


@pytest.mark.parametrize(
    ("name", "command", "body", "status"),
    [
        ("", "price", {"symbols": ["BTC/USDT"]}, 401),
        ("wrong", "price", {"symbols": ["BTC/USDT"]}, 401),
        ("ghost", "price", {"symbols": ["BTC/USDT"]}, 403),
        ("reader", "buy", {"symbol": "BTC/USDT", "quantity": "0.1"}, 403),
        ("reader", "halt", {}, 403),
        ("reader", "language", {"language": "fr"}, 403),
        ("reader", "schedule", {"command": "/positions", "when": "0 8 * * *"}, 403),
        ("all", "resume", {}, 404),
        ("all", "fly", {}, 404),
        ("all", "buy", {"symbol": "BTC/USDT"}, 422),
        ("all", "buy", {"symbol": "BTC/USDT", "quantity": "1", "owner": "x"}, 422),
        ("all", "price", {"symbols": ["NOPE/USDT"]}, 409),
        ("all", "price", b"{", 400),
        ("all", "price", b"[]", 400),
        ("all", "price", b" " * 300_000, 400),
    ],
)
def test_what_a_program_may_not_do_is_refused_with_a_code(
    room: Room, name: str, command: str, body: Any, status: int
) -> None:
    got, reply = post(room, f"/v1/commands/{command}", body, name)

    assert got == status
    assert reply["outcome"] == "error"
    assert reply["code"]


def test_a_schedule_of_what_takes_a_code_needs_the_scope_to_propose(room: Room) -> None:
    room.say("/status", who="olga")
    when = {"when": "0 8 * * *"}

    harmless = post(room, "/v1/commands/schedule", {"command": "/positions", **when}, "clerk")
    limit = post(
        room, "/v1/commands/schedule", {"command": "/risk max_order_value 5", **when}, "clerk"
    )
    assert (harmless[0], limit[0]) == (200, 403)


def test_scopes_let_settings_and_risk_through_at_once(room: Room) -> None:
    assert post(room, "/v1/commands/language", {"language": "fr"})[1]["outcome"] == "done"
    assert post(room, "/v1/commands/halt")[1]["outcome"] == "done"
    assert room.app.door.open("terminal:ann", "paper").risk.halted is not None
    record = room.say("/audit", who="olga").table
    assert record is not None
    assert {"/halt", "/language"} <= {word for row in record.rows for word in row}


def test_a_live_account_wants_the_scope_live(room: Room) -> None:
    app, chat = room.app, room.chat
    door = RemoteDoor(
        Rooms(
            keyring=app.keyring,
            catalogue=app.catalogue,
            people=app.stores.people,
            directory=app.directory,
            confirmation=app.confirmation,
            inbox=app.stores.inbox,
            open_context=chat.open_context,
            is_paper=lambda _: False,
            wake=chat.wake,
            clock=app.system.clock,
            identities=app.system.identities,
        )
    )
    held = door.token("Bearer oc_all")

    with pytest.raises(NotPermitted, match="live"):
        room.run(door.run(held, "positions", {}))
    bolder = replace(held, scopes=held.scopes | {Scope.LIVE})
    assert room.run(door.run(bolder, "positions", {})).ticket is None


def test_a_token_may_ask_only_so_often(room: Room) -> None:
    answers = {post(room, "/v1/commands/status", name="reader")[0] for _ in range(MOST_A_MINUTE)}

    assert answers == {200}
    assert post(room, "/v1/commands/status", name="reader")[0] == 429
    room.wait(61)
    assert post(room, "/v1/commands/status", name="reader")[0] == 200


def test_every_command_offered_stands_in_the_openapi_page(room: Room) -> None:
    async def page() -> dict[str, Any]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{room.app.listening.address}/openapi.json") as reply,
        ):
            content: dict[str, Any] = await reply.json()
            return content

    paths = room.run(page())["paths"]

    names = {path.removeprefix("/v1/commands/") for path in paths}
    built = {command.spec.name for command in room.app.catalogue}
    assert names == built - {"yes", "no", "link", "mfa"} - {
        c.spec.name for c in room.app.catalogue if c.spec.effect.value == "administers"
    }
    body = paths["/v1/commands/buy"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["required"] == ["symbol"]


def test_the_official_client_speaks_mcp_over_http(room: Room) -> None:
    async def talked() -> tuple[Any, ...]:
        headers = {"Authorization": "Bearer oc_all"}
        async with httpx2.AsyncClient(headers=headers) as http:
            transport = streamable_http_client(
                f"{room.app.listening.address}/mcp/", http_client=http
            )
            async with Client(transport) as client:
                tools = await client.list_tools()
                price = await client.call_tool("price", {"symbols": ["BTC/USDT"]})
                order = await client.call_tool("buy", {"symbol": "BTC/USDT", "quantity": "0.1"})
                yes = await client.call_tool("yes", {})
                return {tool.name for tool in tools.tools}, price, order, yes

    names, price, order, yes = room.run(talked())

    assert {"price", "buy", "chart"} <= names
    assert not {"yes", "no", "resume", "link", "role"} & names
    assert price.structured_content["result"]["quotes"][0]["tick"]["last"] == "60000"
    assert order.structured_content["outcome"] == "ticket"
    assert yes.is_error
    assert room.app.door.open("terminal:ann", "paper").orders.open() == []


def test_mcp_over_http_wants_a_token(room: Room) -> None:
    assert post(room, "/mcp/", {"jsonrpc": "2.0", "id": 1, "method": "ping"}, "wrong")[0] == 401


def test_the_official_client_speaks_mcp_over_stdio(room: Room, tmp_path: Path) -> None:
    async def talked() -> tuple[set[str], Any]:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "bot", "--home", str(tmp_path / "home"), "mcp"],
            env={**os.environ, "OUTCRY_TOKEN": "oc_all"},
            cwd=ROOT,
        )
        async with asyncio.timeout(60), Client(stdio_client(server)) as client:
            tools = await client.list_tools()
            price = await client.call_tool("price", {"symbols": ["BTC/USDT"]})
            return {tool.name for tool in tools.tools}, price

    names, price = room.run(talked())

    assert "price" in names
    assert price.structured_content["result"]["quotes"][0]["tick"]["last"] == "60000"


def test_without_a_running_desk_mcp_says_so(tmp_path: Path) -> None:
    async def told() -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "--home", str(tmp_path), "mcp",
            cwd=ROOT, env={**os.environ, "OUTCRY_TOKEN": "oc_x"}, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, said = await process.communicate()
        return process.returncode or 0, said.decode()

    code, said = asyncio.run(told())

    assert code == 1
    assert "web.port" in said


def measured(room: Room, name: str = "reader") -> tuple[int, str]:
    async def asked() -> tuple[int, str]:
        headers = {"Authorization": f"Bearer oc_{name}"} if name else {}
        async with aiohttp.ClientSession() as session:
            url = f"{room.app.listening.address}/metrics"
            async with session.get(url, headers=headers) as reply:
                return reply.status, await reply.text()

    return room.run(asked())


def test_metrics_are_for_who_has_a_token_to_read(room: Room) -> None:
    assert measured(room, "")[0] == 401
    assert measured(room, "nobody")[0] == 401
    assert measured(room)[0] == 200


def test_metrics_tell_orders_fills_refusals_and_how_old_the_data_is(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1 stop_loss=5%")
    room.say("/yes")
    room.price("BTC/USDT", 60_000)
    room.say("/buy BTC/USDT 0.3")
    room.say("/risk max_order_value 100", who="olga")
    room.say("/yes", who="olga")
    room.say("/yes")

    _, text = measured(room)
    figures = {
        family.name + "".join(f",{k}={v}" for k, v in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith(("_bucket", "_sum"))
    }

    assert figures["outcry_orders"] == 2
    assert figures["outcry_fills"] == 1
    assert figures["outcry_refusals_beforehand,rule=max_order_value"] >= 1
    assert figures["outcry_open_orders"] == 1
    assert figures["outcry_unknown_orders"] == 0
    assert figures["outcry_order_latency_seconds"] == 2
    assert 0 <= figures["outcry_data_age_seconds,symbol=BTC/USDT"] < 10
    assert figures["outcry_halted,account=paper"] == 0
    assert figures["outcry_outbox_depth,platform=terminal"] == 0
    assert 0 < figures["outcry_equity,account=paper,currency=USDT,mode=paper"] < 100_000
    assert figures["outcry_journal_entries"] > 5


def test_metrics_say_that_trading_is_halted(room: Room) -> None:
    assert 'outcry_halted{account="paper"} 0.0' in measured(room)[1]

    room.say("/halt")

    assert 'outcry_halted{account="paper"} 1.0' in measured(room)[1]
