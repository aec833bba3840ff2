"""A terminal that can show pictures is shown them; every other one is told where they are."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.adapters.terminal.client import RichScreen
from bot.adapters.terminal.pictures import Protocol, shown
from bot.card import Attachment, AttachmentKind, Card
from bot.config import terminal_pictures
from bot.message import Menu

_KITTY = re.compile(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\")
_ITERM = re.compile(r"\x1b\]1337;File=([^:]*):([^\x07]*)\x07")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Larger than one message of any protocol."""
    path = tmp_path / "chart.png"
    noise = Image.effect_noise((200, 120), 90)
    kept = io.BytesIO()
    noise.save(kept, "PNG")
    path.write_bytes(kept.getvalue())
    return path


def test_kitty_is_given_the_whole_picture_in_pieces(picture: Path) -> None:
    pieces = _KITTY.findall(shown(picture, Protocol.KITTY))

    assert len(pieces) > 1
    assert all(len(text) <= 4_096 for _, text in pieces)
    assert [facts.endswith("m=1") for facts, _ in pieces] == [True] * (len(pieces) - 1) + [False]
    assert "a=T,f=100" in pieces[0][0]
    content = base64.b64decode("".join(text for _, text in pieces))
    assert content == picture.read_bytes()


def test_iterm_is_given_it_at_once(picture: Path) -> None:
    ((facts, text),) = _ITERM.findall(shown(picture, Protocol.ITERM))

    assert "inline=1" in facts
    assert base64.b64decode(text) == picture.read_bytes()


def test_what_is_no_picture_or_not_there_is_not_shown(tmp_path: Path, picture: Path) -> None:
    hostile = tmp_path / "name.png"
    hostile.write_bytes(b"\x1b]0;owned\x07")

    assert shown(hostile, Protocol.ITERM) == ""
    assert shown(tmp_path / "gone.png", Protocol.KITTY) == ""
    assert shown(picture, Protocol.NONE) == ""


@pytest.mark.parametrize("protocol", Protocol)
def test_a_card_is_a_box_with_the_path_and_the_picture_below(
    picture: Path, tmp_path: Path, protocol: Protocol, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF")
    attachments = (
        Attachment(picture, AttachmentKind.PICTURE, "Chart"),
        Attachment(report, AttachmentKind.DOCUMENT, "Report"),
    )
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        screen = RichScreen(tmp_path / "history", "ann", Menu(()), protocol)
        screen.show(Card("BTC/USDT", attachments=attachments))
    box, _, below = capsys.readouterr().out.rpartition("╯")

    assert "Chart" in box
    assert len(_KITTY.findall(below)) > 0 if protocol is Protocol.KITTY else "_G" not in below
    assert len(_ITERM.findall(below)) == (protocol is Protocol.ITERM)


@pytest.mark.parametrize(
    ("environment", "protocol"),
    [
        ({"TERM": "xterm-kitty"}, Protocol.KITTY),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, Protocol.ITERM),
        ({"TERM": "xterm-256color"}, Protocol.NONE),
        ({"TERM": "xterm-kitty", "TMUX": "1"}, Protocol.NONE),
        ({}, Protocol.NONE),
    ],
)
def test_a_terminal_says_what_it_can(environment: dict[str, str], protocol: Protocol) -> None:
    assert Protocol(terminal_pictures(environment)) is protocol
