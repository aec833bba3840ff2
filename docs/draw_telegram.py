"""Draws real cards as Telegram shows them: `python docs/draw_telegram.py`.

A desk answers behind Telegram's stand-in; what is drawn are the payloads it sent: the words with
their entities, the pictures, the keyboards.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bot.adapters.telegram.adapter import TelegramAdapter  # noqa: E402
from bot.adapters.telegram.manifest import TelegramSettings  # noqa: E402
from bot.chat import serve  # noqa: E402
from bot.config import Config  # noqa: E402
from bot.layout import JOINER  # noqa: E402
from bot.wiring import System, build  # noqa: E402
from engine.runtime.system import SystemClock, SystemIdentities  # noqa: E402
from tests.standins.telegram.server import TOKEN, TelegramServer  # noqa: E402
from tests.standins.telegram.world import Json, Posted  # noqa: E402

PICTURE = ROOT / "docs" / "images" / "telegram.svg"
ANN = 101
WIDTH, LEFT, CARD, LINE, INSET = 560, 16, 440, 20, 12
LETTERS = 50
SANS = "font-family='Roboto, Segoe UI, Helvetica, Arial, sans-serif'"
MONO = "font-family='Roboto Mono, Menlo, Consolas, monospace'"

Said = str | Posted
Styled = tuple[str, str]
"""A letter and how it is written: bold, italic, pre, or as it is."""


async def conversation(home: Path) -> list[Said]:
    """What Ann writes or presses, and the messages that come of it."""
    server = TelegramServer(SystemClock())
    await server.open()
    server.world.person(ANN, "Ann")
    app = await build(
        Config(people={f"telegram:{ANN}": "trader"}),
        home,
        System(SystemClock(), SystemIdentities()),
    )
    settings = TelegramSettings(TOKEN, api=server.api, files=server.file_api, poll_seconds=2)
    adapter = TelegramAdapter(settings, app.equipment)
    serving = asyncio.ensure_future(serve(app, lambda _: [adapter]))
    said: list[Said] = []

    async def say(text: str) -> Posted:
        await server.say(ANN, text)
        return await answered(text)

    async def answered(text: str) -> Posted:
        known = sum(isinstance(each, Posted) for each in said)
        await server.until(lambda: len(server.shown(ANN)) > known, 60)
        said.extend([text, server.shown(ANN)[known]])
        await asyncio.sleep(2)  # a chat hears one message a second; a fill takes a card's place
        return server.shown(ANN)[known]

    await say("/price BTC/USDT ETH/USDT NVDA")
    await say("chart of btc with a 20 period ema")
    asked = await say("buy 0.1 btc with a 5% stop")
    await server.press(ANN, asked, "Yes")
    await answered("Yes")
    await say("/positions")
    await say("/alert BTC/USDT change(1d) < -5%")
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await app.close()
    await server.close()
    return said


def drawn(messages: Sequence[Said]) -> str:
    """One picture of all of them."""
    parts: list[str] = []
    top = 16
    for each in messages:
        shapes, top = _typed(each, top) if isinstance(each, str) else _message(each, top)
        parts += shapes
    size = f"width='{WIDTH}' height='{top}' viewBox='0 0 {WIDTH} {top}'"
    ground = "<rect width='100%' height='100%' fill='#c9d8c5'/>"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{ground}{''.join(parts)}</svg>\n"


def _typed(text: str, top: int) -> tuple[list[str], int]:
    """What somebody wrote stands on the right."""
    wide = 8 * len(text) + 2 * INSET
    left = WIDTH - LEFT - wide
    box = f"x='{left}' y='{top}' width='{wide}' height='34' rx='12' fill='#e3fcd3'"
    words = _text(left + INSET, top + 22, [(letter, "") for letter in text])
    return [f"<rect {box}/>", words], top + 44


def _message(posted: Posted, top: int) -> tuple[list[str], int]:
    parts: list[str] = []
    at = top
    for name, content in posted.files:
        if name.endswith(".png"):
            shape, tall = _picture(content, at)
            parts.append(shape)
            at += tall
    at += 8
    for line, is_block in _lines(posted):
        at += LINE
        if is_block:
            box = f"x='{LEFT + 6}' y='{at - 15}' width='{CARD - 12}' height='{LINE}'"
            parts.append(f"<rect {box} fill='#eef2f5'/>")
        parts.append(_text(LEFT + INSET, at, line))
    at += 14
    ground = f"x='{LEFT}' y='{top}' width='{CARD}' height='{at - top}' rx='12' fill='#ffffff'"
    at += 6
    for row in posted.keyboard:
        parts += _row(row, at)
        at += 40
    return [f"<rect {ground}/>", *parts], at + 12


def _row(row: Sequence[Json], top: int) -> Iterator[str]:
    """Buttons of one row share its width."""
    wide = (CARD - 4 * (len(row) - 1)) / len(row)
    for place, button in enumerate(row):
        left = LEFT + place * (wide + 4)
        box = f"x='{left}' y='{top}' width='{wide}' height='36' rx='8' fill='#7a9a78'"
        middle = f"x='{left + wide / 2}' y='{top + 23}' text-anchor='middle' font-size='14'"
        yield f"<rect {box}/><text {middle} fill='#ffffff' font-weight='600' {SANS}>"
        yield f"{escape(button['text'])}</text>"


def _picture(content: bytes, top: int) -> tuple[str, int]:
    """By its own proportions, with as many colours as it needs."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    picture.thumbnail((CARD * 2, CARD * 2))
    kept = io.BytesIO()
    picture.quantize(64).save(kept, "PNG", optimize=True)
    tall = CARD * picture.height // picture.width
    data = b64encode(kept.getvalue()).decode()
    box = f"x='{LEFT}' y='{top}' width='{CARD}' height='{tall}'"
    return f"<image {box} href='data:image/png;base64,{data}'/>", tall


def _lines(posted: Posted) -> Iterator[tuple[list[Styled], bool]]:
    """Its lines as they are broken on a telephone, and whether they stand in a block."""
    line: list[Styled] = []
    for letter, style in [*_styled(posted), ("\n", "")]:
        if letter != "\n":
            line.append((letter, style))
            continue
        is_block = bool(line) and line[0][1] == "pre"
        yield from ((each, is_block) for each in ([line] if is_block else _broken(line)))
        line = []


def _broken(line: list[Styled]) -> Iterator[list[Styled]]:
    while len(line) > LETTERS:
        space = next((at for at in range(LETTERS, 0, -1) if line[at][0] == " "), LETTERS)
        yield line[:space]
        line = line[space + 1 :]
    yield line


def _styled(posted: Posted) -> Iterator[Styled]:
    """Every letter with its entity; Telegram counts in UTF-16 units."""
    styles = [""] * len(posted.text.encode("utf-16-le"))
    for entity in posted.entities:
        start, length = entity["offset"], entity["length"]
        styles[start : start + length] = [entity["type"]] * length
    unit = 0
    for letter in posted.text:
        if letter != JOINER:
            yield letter, styles[unit]
        unit += len(letter.encode("utf-16-le")) // 2


def _text(left: int, top: int, line: Sequence[Styled]) -> str:
    spans = []
    for style, letters in groupby(line, key=lambda each: each[1]):
        words = escape("".join(letter for letter, _ in letters))
        looks = {
            "bold": "font-weight='600'",
            "italic": "font-style='italic'",
            "pre": f"{MONO} font-size='13'",
        }
        spans.append(f"<tspan {looks.get(style, '')}>{words}</tspan>")
    place = f"x='{left}' y='{top}' font-size='14.5' fill='#1c1c1c' xml:space='preserve'"
    return f"<text {place} {SANS}>{''.join(spans)}</text>"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(drawn(asyncio.run(conversation(Path(folder)))), "utf-8")
