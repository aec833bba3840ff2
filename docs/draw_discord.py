"""Draws real cards as Discord shows them: `python docs/draw_discord.py`.

A desk answers slash commands behind Discord's stand-in; what is drawn are the payloads it sent.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bot.adapters.discord.adapter import DiscordAdapter  # noqa: E402
from bot.adapters.discord.manifest import DiscordSettings  # noqa: E402
from bot.chat import serve  # noqa: E402
from bot.config import Config  # noqa: E402
from bot.wiring import System, build  # noqa: E402
from engine.runtime.system import SystemClock, SystemIdentities  # noqa: E402
from tests.standins.discord.markdown import read  # noqa: E402
from tests.standins.discord.server import TOKEN, DiscordServer  # noqa: E402
from tests.standins.discord.world import EPHEMERAL, Posted, Talk  # noqa: E402

PICTURE = ROOT / "docs" / "images" / "discord.svg"
GUILD, CHANNEL, ANN = 1, 2, 101
WIDTH, LEFT, CARD, LINE = 760, 72, 560, 20
LETTERS = 74
BOLD = "\x01"
"""Begins and ends what is bold, once it has been read."""
SANS = "font-family='Segoe UI, Helvetica, Arial, sans-serif'"
MONO = "font-family='Consolas, Menlo, monospace' xml:space='preserve'"
STYLES = {1: "#5865f2", 2: "#4e5058", 3: "#248046", 4: "#da373c"}

Said = tuple[str, Posted]


async def conversation(home: Path) -> list[Said]:
    """What Ann runs or presses, and the messages that come of it."""
    server = DiscordServer(SystemClock())
    await server.open()
    server.world.person(ANN, "Ann")
    server.world.channel(CHANNEL, GUILD, "desk")
    config = Config(people={f"discord:{ANN}": "trader"})
    app = await build(config, home, System(SystemClock(), SystemIdentities()))
    settings = DiscordSettings(TOKEN, server.api, server.gateway.url)
    serving = asyncio.ensure_future(serve(app, lambda _: [DiscordAdapter(settings, app.equipment)]))
    await server.until(lambda: bool(server.world.sessions), 60)

    async def run(name: str, **options: str) -> Posted:
        return await answered(await server.people.run(ANN, name, CHANNEL, **options))

    async def answered(talk: Talk) -> Posted:
        await server.until(lambda: talk.original is not None and not talk.original.is_loading)
        return talk.original or Posted(0, 0, {})

    price = await run("price", symbols="BTC/USDT ETH/USDT NVDA")
    chart = await run("chart", symbol="BTC/USDT", timeframe="1h", indicators="ema(close,20)")
    asked = await run("buy", symbol="BTC/USDT", quantity="0.1", stop_loss="5%")
    bought = await answered(await server.people.press(ANN, asked, "Yes"))
    await asyncio.sleep(2)  # the fill takes the card's place
    held = await run("positions")
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await app.close()
    await server.close()
    return [
        ("/price symbols:BTC/USDT ETH/USDT NVDA", price),
        ("/chart symbol:BTC/USDT timeframe:1h indicators:ema(close,20)", chart),
        ("/buy symbol:BTC/USDT quantity:0.1 stop_loss:5%", asked),
        ("Yes", bought),
        ("/positions", held),
    ]


def drawn(messages: Sequence[Said]) -> str:
    """One picture of all of them."""
    parts: list[str] = []
    top = 16
    for asked, posted in messages:
        shapes, top = _message(asked, posted, top)
        parts += shapes
    size = f"width='{WIDTH}' height='{top}' viewBox='0 0 {WIDTH} {top}'"
    ground = "<rect width='100%' height='100%' fill='#313338'/>"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{ground}{''.join(parts)}</svg>\n"


def _message(asked: str, posted: Posted, top: int) -> tuple[list[str], int]:
    parts = [
        _text(LEFT, top + 12, f"Ann used {asked}", "#949ba4", 12),
        f"<circle cx='36' cy='{top + 38}' r='18' fill='#4c6fff'/>",
        _text(30, top + 43, "O", "#ffffff", 15, weight=700),
        _text(LEFT, top + 36, "Outcry", "#f2f3f5", 15, weight=600),
        f"<rect x='{LEFT + 58}' y='{top + 24}' width='34' height='15' rx='3' fill='#5865f2'/>",
        _text(LEFT + 64, top + 35, "APP", "#ffffff", 10, weight=600),
    ]
    top += 46
    for embed in posted.embeds:
        shapes, top = _embed(embed, posted, top)
        parts += shapes
    for row in posted.components:
        left = LEFT
        for button in row["components"]:
            wide = 32 + 8 * len(button["label"])
            fill = STYLES[button["style"]]
            box = f"x='{left}' y='{top}' width='{wide}' height='32' rx='4' fill='{fill}'"
            parts += [f"<rect {box}/>", _text(left + 16, top + 21, button["label"], "#ffffff", 14)]
            left += wide + 8
        top += 40
    if posted.flags & EPHEMERAL:
        parts.append(_text(LEFT, top + 14, "👁 Only you can see this", "#949ba4", 12))
        top += 22
    return parts, top + 22


def _embed(embed: dict[str, Any], posted: Posted, top: int) -> tuple[list[str], int]:
    parts: list[str] = []
    at = top + 12
    for line in wrap(read(embed.get("title", ""))[0], LETTERS - 8):
        at += LINE
        parts.append(_text(LEFT + 16, at - 4, line, "#f2f3f5", 16, weight=600))
    for line, is_code in _description(embed.get("description", "")):
        at += LINE
        parts += _code(line, at) if is_code else [_said(LEFT + 16, at - 3, line)]
    column = 0
    for field in embed.get("fields", []):
        is_inline = field["inline"]
        column = 0 if column == 3 or not is_inline else column
        at += 44 if column == 0 else 0
        left = LEFT + 16 + column * 180
        parts.append(_text(left, at - 20, read(field["name"])[0], "#f2f3f5", 13, weight=600))
        parts.append(_text(left, at - 3, read(field["value"])[0], "#dbdee1", 14))
        column = column + 1 if is_inline else 3
    if embed.get("image"):
        shape, tall = _image(posted.files[0][1], at + 10)
        parts.append(shape)
        at += tall + 12
    for line in wrap(embed.get("footer", {}).get("text", ""), LETTERS + 8):
        at += 18
        parts.append(_text(LEFT + 16, at, line, "#b5bac1", 12))
    at += 14
    size = f"y='{top}' height='{at - top}'"
    ground = f"<rect x='{LEFT}' {size} width='{CARD}' rx='4' fill='#2b2d31'/>"
    bar = f"<rect x='{LEFT}' {size} width='4' fill='#{embed['color']:06x}'/>"
    return [ground, bar, *parts], at + 8


def _code(line: str, at: int) -> list[str]:
    box = f"x='{LEFT + 14}' y='{at - 17}' width='{CARD - 32}' height='{LINE}'"
    text = f"<text x='{LEFT + 22}' y='{at - 3}' fill='#dbdee1' font-size='13' {MONO}>"
    return [f"<rect {box} fill='#1e1f22'/>", f"{text}{escape(line)}</text>"]


def _image(content: bytes, at: int) -> tuple[str, int]:
    """A PNG by its own proportions, which stand in its header."""
    tall = (CARD - 32) * int.from_bytes(content[20:24]) // int.from_bytes(content[16:20])
    box = f"x='{LEFT + 16}' y='{at}' width='{CARD - 32}' height='{tall}'"
    return f"<image {box} href='data:image/png;base64,{b64encode(content).decode()}'/>", tall


def _description(text: str) -> Iterator[tuple[str, bool]]:
    """Its lines as they are seen, `BOLD` around what is bold, and whether they are code."""
    for place, piece in enumerate(text.split("```")):
        if place % 2:
            yield from ((line, True) for line in piece.strip("\n").split("\n"))
        elif piece.strip():
            for line in piece.strip("\n").split("\n"):
                read_ = BOLD.join(read(part)[0] for part in line.split("**"))
                yield from ((each, False) for each in wrap(read_, LETTERS) or [""])


def _said(left: int, top: int, line: str) -> str:
    spans = [
        f"<tspan font-weight='{600 if place % 2 else 400}'>{escape(part)}</tspan>"
        for place, part in enumerate(line.split(BOLD))
    ]
    look = f"fill='#dbdee1' font-size='14' {SANS} xml:space='preserve'"
    return f"<text x='{left}' y='{top}' {look}>{''.join(spans)}</text>"


def _text(left: int, top: int, words: str, fill: str, size: int, *, weight: int = 400) -> str:
    style = f"fill='{fill}' font-size='{size}' font-weight='{weight}' {SANS}"
    return f"<text x='{left}' y='{top}' {style}>{escape(words)}</text>"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(drawn(asyncio.run(conversation(Path(folder)))), "utf-8")
