"""The line to a server: refused with a reason, mended when it falls, shut while it is down."""

from __future__ import annotations

import asyncio

import pytest

from connectors.dtc.messages import Kind
from connectors.dtc.server import Server
from engine.errors import KeysRefused, VenueUnavailable
from tests.standins.dtc.server import CANARY
from tests.unit.connectors.dtc.conftest import line_to, server, until

ANOTHER = "another password"


async def opened(wire, **at):
    async with line_to(wire, **at) as line:
        await line.open()


def refusal(kind, **wire_is):
    """What is raised by a server that is like this."""

    async def story():
        async with server() as wire:
            for name, value in wire_is.items():
                setattr(wire, name, value)
            await opened(wire, patience_seconds=0.3, password=CANARY)

    with pytest.raises(kind) as refused:
        asyncio.run(story())
    return refused.value


def test_a_logon_says_who_we_are_in_the_headers_own_words():
    async def story():
        async with server() as wire:
            await opened(wire, account="Sim1", heartbeat_seconds=20)
            return wire.heard[0]

    assert asyncio.run(story()) == {
        "Type": 1,
        "ProtocolVersion": 8,
        "Username": "ann",
        "Password": CANARY,
        "HeartbeatIntervalInSeconds": 20,
        "TradeAccount": "Sim1",
        "ClientName": "Outcry",
    }


def test_a_server_that_does_not_run_is_said_to_be_away():
    async def story():
        async with server() as wire:
            pass
        await opened(wire)

    with pytest.raises(VenueUnavailable) as away:
        asyncio.run(story())
    assert away.value.facts["why"] == "server_away"
    assert "no DTC server answers at 127.0.0.1:" in str(away.value)


@pytest.mark.parametrize(
    ("wire_is", "why"),
    [
        ({"encoding": 0}, "server_encoding"),
        ({"logon_result": 2}, "server_logon"),
        ({"logon_result": 4}, "server_moved"),
        ({"logon_result": 9}, "server_logon"),
        ({"is_silent": True}, "server_away"),
    ],
)
def test_a_server_that_cannot_be_used_says_why(wire_is, why):
    assert refusal(VenueUnavailable, **wire_is).facts["why"] == why


def test_a_wrong_password_is_refused_and_not_tried_again():
    async def story():
        async with server() as wire:
            wire.password = ANOTHER
            async with line_to(wire, password=CANARY) as line:
                line.begin()
                await until(line._keeping.done)
                with pytest.raises(KeysRefused) as refused:
                    line.check_open()
                return len(wire.heard), refused.value

    tries, refused = asyncio.run(story())
    assert tries == 1
    assert refused.reason == "password"


def test_no_secret_is_in_any_text():
    said = repr(Server(username="ann-the-user", password=CANARY, account="A-77"))
    failures = [refusal(KeysRefused, password=ANOTHER), refusal(VenueUnavailable, logon_result=2)]

    # The server repeats the name in its refusal; it is not passed on.
    for text in (said, *(f"{each!r} {each.facts} {each.__cause__!r}" for each in failures)):
        assert not [secret for secret in (CANARY, "ann", "A-77") if secret in text]


def test_each_side_hears_the_others_heartbeat():
    async def story():
        async with server() as wire, line_to(wire) as line:
            heard = []
            line.on_message.append(heard.append)
            await line.open()
            await until(lambda: len(heard) >= 4)
            return wire.sessions[0].heartbeats, {each["Type"] for each in heard}, line.connections

    beats, kinds, connections = asyncio.run(story())
    assert beats >= 4
    assert kinds == {Kind.HEARTBEAT}
    assert connections == 1


def test_a_server_that_fell_silent_is_left_and_found_again():
    async def story():
        async with server() as wire, line_to(wire) as line:
            shut = []
            line.on_shut.append(lambda: shut.append(line.is_open))
            await line.open()
            wire.is_silent = True
            await until(lambda: shut)
            with pytest.raises(VenueUnavailable):
                line.check_open()
            wire.is_silent = False
            await until(lambda: line.is_open)
            return shut, line.connections

    shut, connections = asyncio.run(story())
    assert set(shut) == {False}
    assert connections == 2


@pytest.mark.parametrize(
    "break_it",
    [
        lambda session: session.cut(),
        lambda session: session.raw(b"garbled\0"),
        lambda session: session.raw(b"x" * (1 << 21)),
        lambda session: session.say(5, Reason="maintenance", DoNotReconnect=0),
    ],
    ids=["cut", "garbled", "endless", "logged off"],
)
def test_a_line_that_fell_is_made_anew(break_it):
    async def story():
        async with server() as wire, line_to(wire) as line:
            await line.open()
            break_it(wire.sessions[0])
            await until(lambda: line.connections == 2)
            return line.is_open

    assert asyncio.run(story())


def test_a_server_that_wants_us_gone_is_not_come_back_to():
    async def story():
        async with server() as wire, line_to(wire) as line:
            await line.open()
            wire.sessions[0].say(5, Reason="", DoNotReconnect=1)
            await until(line._keeping.done)
            with pytest.raises(VenueUnavailable):
                line.check_open()
            return sum(each["Type"] == 1 for each in wire.heard)

    assert asyncio.run(story()) == 1


def test_the_gate_opens_only_after_what_happened_was_read_back():
    async def story():
        async with server() as wire, line_to(wire) as line:
            seen = []

            async def read_back():
                line.send(Kind.HEARTBEAT, NumDroppedMessages=0, CurrentDateTime=1)
                await until(lambda: wire.sessions[0].heartbeats)
                seen.append(line.is_open)

            line.on_back.append(read_back)
            await line.open()
            return seen, line.is_open

    assert asyncio.run(story()) == ([False], True)


def test_a_line_that_falls_while_reading_back_stays_shut():
    async def story():
        async with server() as wire, line_to(wire) as line:

            async def read_back():
                wire.sessions[0].cut()
                await until(lambda: line._socket is None)

            line.on_back.append(read_back)
            with pytest.raises(VenueUnavailable):
                await line.open()
            return line.is_open, line.connections

    assert asyncio.run(story()) == (False, 0)


def test_who_is_told_to_stop_stops_though_the_answer_comes_at_that_moment():
    async def story():
        async with server() as wire, line_to(wire) as line:
            await line.open()
            wire.is_silent = True
            asking = asyncio.ensure_future(line.ask(Kind.TRADE_ACCOUNTS_REQUEST, bool))
            await until(lambda: line._questions)
            (question,) = line._questions.values()
            question.answer.set_result([])
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking

    asyncio.run(story())


def test_nothing_is_sent_where_there_is_no_line():
    async def story():
        async with server() as wire, line_to(wire) as line:
            with pytest.raises(VenueUnavailable):
                line.send(Kind.HEARTBEAT)
            return wire.heard

    assert asyncio.run(story()) == []
