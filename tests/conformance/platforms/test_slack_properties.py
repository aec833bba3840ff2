"""Whatever is said, heard or posted: Slack shows it as it was meant, and nothing raises."""

from __future__ import annotations

import html

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack.manifest import Place, place_of
from bot.adapters.slack.receive import Me, Reader, genuine
from bot.adapters.slack.render import Upload, harmless, rendered
from bot.card import Button, Card, Table
from bot.errors import Undeliverable
from bot.layout import JOINER
from bot.seal import Seal
from tests.standins.slack.server import SECRET
from tests.standins.slack.world import ME, Posted, invalid

TEXTS = st.text(max_size=300) | st.text(alphabet="@#:/.a_*`[]<&>!|\u202e\u200b🚀é\n", max_size=300)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_what_is_shown_is_what_was_meant_and_leads_nowhere(title, text, cell) -> None:
    table = Table(("H",), ((cell,),))
    hint = title.replace("/", "")
    card = Card(title, ((text[:40], cell),), text, table, (Button(cell[:80], "/help"),), hint=hint)
    shown, meant = "", ""
    for payload in rendered(card, "slack:@U1", lambda line: line):
        assert not isinstance(payload, Upload)
        assert invalid(list(payload.blocks)) == ""
        posted = Posted("D1", "1.1", payload.text, list(payload.blocks))
        assert posted.clickable() == []
        assert not set("<>") & set(payload.text)
        shown += posted.shown
    for part in (title, *text.splitlines(), cell):
        meant = harmless(part).replace(JOINER, "")
        assert meant.strip() in shown.replace(JOINER, "")


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40).map(lambda text: text * 400), st.integers(0, 30))
def test_no_length_is_too_long_for_slack(text, count) -> None:
    buttons = tuple(Button(f"b{number}", "/help") for number in range(count))
    card = Card(text[:400], ((text[:90], text[:5_000]),), text, buttons=buttons, hint=text[:2_000])
    for payload in rendered(card, "slack:C1:1.1:@U1", lambda line: line):
        words = payload.words if isinstance(payload, Upload) else payload
        assert words is None or invalid(list(words.blocks)) == ""


@given(st.text(max_size=200))
def test_text_is_heard_as_it_was_typed(text) -> None:
    reader = Reader(Me(ME, "B"), Seal(b"s"), ())
    sent = html.escape(text, quote=False)
    typed = "".join(letter for letter in text if letter not in "\u200b\u200c\u200d\u200e\u200f")
    if not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2066\u2069\ufeff"):
        assert reader.spoken(sent) == typed.strip() or not typed.isprintable()


@given(st.binary(max_size=200), st.text(max_size=30), st.text(max_size=80))
def test_no_header_raises_and_none_but_slacks_opens(body, time, mark) -> None:
    headers = {"x-slack-request-timestamp": time, "x-slack-signature": mark}
    assert not genuine(headers, body, SECRET, 1_000_000)
    assert not genuine(headers, body, "", 1_000_000)


NAMES = (
    *("command", "type", "event", "event_id", "user", "user_id", "channel", "channel_id"),
    *("text", "actions", "view", "trigger_id", "callback_id"),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        VALUES
        | st.sampled_from(["event_callback", "block_actions", "view_submission", "shortcut"]),
    )
)
def test_a_body_like_no_other_is_passed_over(body) -> None:
    reader = Reader(Me(ME, "B"), Seal(b"s"), {"halt"})
    try:
        found = reader.read(body, 0)
    except (AttributeError, LookupError, TypeError, ValueError):
        return
    assert found is None or found.message.platform == "slack"


@given(st.text(max_size=30))
def test_names_of_places_are_read_or_refused(name) -> None:
    try:
        place = place_of(f"slack:{name}")
    except Undeliverable:
        return
    assert isinstance(place, Place)
