"""Whatever a card, a header or a session file holds: Discord takes it, and nothing raises."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.discord.endpoint import genuine, parsed
from bot.adapters.discord.manifest import made_at
from bot.adapters.discord.menu import commands, is_same
from bot.adapters.discord.render import Payload, rendered
from bot.adapters.discord.session import Session
from bot.card import Attachment, AttachmentKind, Button, Card, Table
from bot.command import Catalogue
from bot.layout import JOINER, clean
from bot.voice import Voice
from tests.conformance.platforms.harnesses.discord import seen
from tests.standins.discord import checks
from tests.standins.discord.world import Posted


@given(st.binary(max_size=200), st.text(max_size=200), st.text(max_size=140))
def test_no_body_and_no_header_raises(body, moment, signature) -> None:
    assert parsed(body) is None or isinstance(parsed(body), dict)
    headers = {"x-signature-timestamp": moment, "x-signature-ed25519": signature}
    assert not genuine(headers, body, "00" * 32, 0)


TEXTS = st.text(max_size=300) | st.text(
    alphabet="@:/.a_*`[]()<>#-|~\\&1 \u202e\u200b🚀é\n", max_size=300
)


def shown(payload: Payload) -> Posted:
    data = payload.as_json()
    checks.message(data, [("f", b"1")])
    return Posted(1, 1, {}, "", data["embeds"], data["components"])


@settings(max_examples=400, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_what_is_shown_is_what_was_meant_and_leads_nowhere(title, text, cell) -> None:
    table = Table(("H",), ((cell,),))
    for card in (
        Card(title, ((text[:40], cell),), text, table, hint=title),
        Card(title, ((text[:40], cell), (cell, text)), text, hint=cell),
    ):
        posted = [shown(payload) for payload in rendered(card, lambda line: line)]
        whole = "\n".join(seen(each).text for each in posted)
        assert [each for one in posted for each in one.clickable] == []
        for part in (title, *text.splitlines(), *cell.splitlines()):
            assert clean(part).strip() in whole.replace(JOINER, "")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(TEXTS, TEXTS), max_size=40),
    st.integers(0, 9_000),
    st.lists(st.text(min_size=1, max_size=200), max_size=60, unique=True),
)
def test_any_card_stays_within_discords_limits(fields, length, labels) -> None:
    buttons = tuple(Button(label, f"/{place}") for place, label in enumerate(labels))
    card = Card("@" * 300, tuple(fields), "*`x " * length, buttons=buttons, hint="h" * length)

    payloads = rendered(card, lambda line: f"0123456789{line}")

    posted = [shown(payload) for payload in payloads]
    assert len([each for one in posted for each in one.buttons]) == len(labels)


def test_what_cannot_be_sent_is_named(tmp_path) -> None:
    gone = Attachment(tmp_path / "gone.png", AttachmentKind.PICTURE, "The_chart")
    (payload,) = rendered(Card("X", attachments=(gone,)), lambda line: line)

    assert "📎 The_chart ✗" in shown(payload).text


def test_a_table_that_is_too_wide_for_an_embed_is_told_in_lines() -> None:
    header = ("Instrument", "Quantity", "Protection", "Note")
    table = Table(header, (("BTC/USDT", "0.1", "stop at 80,000.00, would lose 421.90", ""),))
    (payload,) = rendered(Card("Held", table=table), lambda line: line)

    assert shown(payload).text.splitlines()[1:] == [
        "BTC/USDT  Quantity: 0.1 · Protection: stop at 80,000.00, would lose 421.90"
    ]


def test_a_button_that_cannot_come_back_is_said_instead() -> None:
    line = "/alert BTC/USDT " + "x" * 100
    (payload,) = rendered(Card("X", buttons=(Button("Watch", line),)), lambda line: line)

    assert (payload.rows, f"Watch: {line}" in shown(payload).text) == ((), True)


def test_commands_are_the_same_whatever_discord_adds() -> None:
    menu = Catalogue.discover().menu({name: Voice(name) for name in ("en", "fr")})
    ours = commands(menu)
    checks.commands(ours)
    there = [{**each, "id": "1", "nsfw": False, "guild_id": None} for each in reversed(ours)]

    assert is_same(there, ours)
    assert not is_same(there[1:], ours)
    assert not is_same([{**there[0], "description": "x"}, *there[1:]], ours)


def test_five_quick_sessions_are_followed_by_one_in_five_minutes(tmp_path) -> None:
    session = Session.load(tmp_path / "session")
    now, began = 1_000_000_000_000, []
    for _ in range(8):
        now = Session.load(session.file).may_begin_at(now)
        session.begin(now)
        began.append(now)

    assert [later - one for one, later in pairwise(began[4:])] == [300_000] * 3


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id": 1}', b"\xff"])
def test_a_session_file_that_is_none_is_a_new_session(tmp_path, content) -> None:
    (tmp_path / "session").write_bytes(content)

    assert Session.load(tmp_path / "session").id == ""


@pytest.mark.parametrize("before", [b"", b'{"id": "older"}', b"x" * 9_000])
def test_a_session_is_kept_whatever_stood_in_its_file(tmp_path, before) -> None:
    (tmp_path / "session").write_bytes(before)
    Session.load(tmp_path / "session").began("a-long-name", 12_345, "wss://gateway.example/")
    Session.load(tmp_path / "session").began("short", 7, "wss://b/")

    kept = Session.load(tmp_path / "session")
    assert (kept.id, kept.sequence, kept.gateway) == ("short", 7, "wss://b/")


def test_a_session_that_cannot_be_kept_goes_on(tmp_path) -> None:
    (tmp_path / "full").write_bytes(b"no folder")
    session = Session.load(tmp_path / "full" / "session")
    session.began("s1", 1, "ws://127.0.0.1/")
    session.underway(2)()

    assert (session.id, session.sequence) == ("s1", 2)


def test_an_id_says_when_it_was_made() -> None:
    assert made_at(175_928_847_299_117_063) == 1_462_015_105_796
