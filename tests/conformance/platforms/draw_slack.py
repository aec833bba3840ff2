"""Draws what Slack is really sent: `python -m tests.conformance.platforms.draw_slack FILE.svg`.

A desk behind the stand-in is spoken to; the blocks and files that arrived are drawn as they are,
roughly as Slack's client shows them.
"""

from __future__ import annotations

import asyncio
import base64
import io
import sys
import tempfile
from html import escape
from pathlib import Path

from PIL import Image

from bot.layout import JOINER
from tests.conformance.platforms.desk import PRICES, PlatformDesk
from tests.conformance.platforms.harnesses.slack import SlackHarness
from tests.standins.slack.world import Json, Posted

ANN, PIT = "U101", "C500"
_WIDTH, _LEFT, _LINE = 800, 64, 20
_SANS = "font-family='Lato, Helvetica, Arial, sans-serif'"
_MONO = "font-family='Menlo, Consolas, DejaVu Sans Mono, monospace'"


class Sheet:
    """A drawing that grows downwards."""

    def __init__(self) -> None:
        self.y = 30
        self.parts: list[str] = []

    def text(self, said: str, style: str = "", fill: str = "#1d1c1d", x: int = _LEFT) -> None:
        self.parts.append(
            f"<text x='{x}' y='{self.y}' fill='{fill}' xml:space='preserve' {style}>{said}</text>"
        )

    def box(self, height: int, fill: str, width: int = _WIDTH - _LEFT - 30) -> None:
        self.parts.append(
            f"<rect x='{_LEFT - 6}' y='{self.y - 16}' width='{width}' height='{height}' rx='4'"
            f" fill='{fill}' stroke='#dddddd'/>"
        )

    def typed(self, who: str, said: str, where: str) -> None:
        """What a person typed, in grey where nobody else sees it."""
        self.y += 14
        self.text(escape(f"{who} · {where}"), f"font-size='12' {_SANS}", "#616061", 24)
        self.y += _LINE
        self.text(escape(said), f"font-size='15' {_MONO}", "#1264a3", 24)
        self.y += _LINE + 8

    def message(self, posted: Posted) -> None:
        """A message of the app."""
        self.parts.append(
            f"<rect x='24' y='{self.y - 14}' width='30' height='30' rx='6' fill='#12233f'/>"
            f"<text x='32' y='{self.y + 7}' fill='#ffffff' font-size='18' {_SANS}>O</text>"
        )
        self.text("Outcry", f"font-size='15' font-weight='bold' {_SANS}")
        self.text("APP", f"font-size='10' {_SANS}", "#616061", _LEFT + 58)
        self.y += _LINE + 2
        if posted.user:
            self.text("Only visible to you", f"font-size='12' {_SANS}", "#616061")
            self.y += _LINE
        for block in posted.blocks:
            self.block(block)
        for name, content in posted.files:
            self.file(name, content)
        self.y += 10

    def block(self, block: Json) -> None:
        match block["type"]:
            case "header":
                self.text(_plain(block["text"]), f"font-size='18' font-weight='bold' {_SANS}")
                self.y += 26
            case "rich_text":
                for element in block["elements"]:
                    self.rich(element)
            case "context":
                for element in block["elements"]:
                    for line in _wrapped(element["text"], 105):
                        self.text(escape(line), f"font-size='12' {_SANS}", "#616061")
                        self.y += 17
                self.y += 4
            case "actions":
                self.buttons(block["elements"])
            case "divider":
                self.parts.append(
                    f"<line x1='{_LEFT}' x2='{_WIDTH - 30}' y1='{self.y - 8}' y2='{self.y - 8}'"
                    " stroke='#dddddd'/>"
                )
                self.y += 12

    def rich(self, element: Json) -> None:
        if element["type"] == "rich_text_preformatted":
            lines = "".join(piece["text"] for piece in element["elements"]).split("\n")
            self.box(18 * len(lines) + 12, "#f8f8f8")
            self.y += 2
            for line in lines:
                self.text(_clean(line), f"font-size='12.5' {_MONO}")
                self.y += 18
            self.y += 12
            return
        spans: list[str] = []
        for piece in [*element["elements"], {"text": "\n"}]:
            style = piece.get("style", {})
            shape = "font-weight='bold'" if style.get("bold") else ""
            shape += " font-style='italic'" if style.get("italic") else ""
            first, *rest = piece["text"].split("\n")
            spans.append(f"<tspan {shape}>{_clean(first)}</tspan>")
            for each in rest:
                self.text("".join(spans), f"font-size='15' {_SANS}")
                self.y += _LINE
                spans = [f"<tspan {shape}>{_clean(each)}</tspan>"]
        self.y += 4

    def buttons(self, elements: list[Json]) -> None:
        x = _LEFT
        for element in elements:
            label = _plain(element["text"])
            width = 24 + 8 * len(label)
            is_first = element.get("style") == "primary"
            fill, ink = ("#007a5a", "#ffffff") if is_first else ("#ffffff", "#1d1c1d")
            self.parts.append(
                f"<rect x='{x}' y='{self.y - 12}' width='{width}' height='28' rx='5' fill='{fill}'"
                f" stroke='#bbbbbb'/><text x='{x + width / 2}' y='{self.y + 7}' fill='{ink}'"
                f" text-anchor='middle' font-size='13' font-weight='bold' {_SANS}>{label}</text>"
            )
            x += width + 8
        self.y += 36

    def file(self, name: str, content: bytes) -> None:
        if not name.endswith(".png"):
            self.box(34, "#ffffff", 320)
            self.text(f"📄 {escape(name)}", f"font-size='14' {_SANS}")
            self.y += 34
            return
        picture = Image.open(io.BytesIO(content)).convert("RGB")
        picture.thumbnail((520, 400))
        kept = io.BytesIO()
        picture.quantize(48).save(kept, "PNG", optimize=True)
        data = base64.b64encode(kept.getvalue()).decode()
        self.parts.append(
            f"<image x='{_LEFT}' y='{self.y - 12}' width='{picture.width}'"
            f" height='{picture.height}' href='data:image/png;base64,{data}'/>"
        )
        self.y += picture.height + 6

    def svg(self) -> str:
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{_WIDTH}' height='{self.y}'"
            f" viewBox='0 0 {_WIDTH} {self.y}'><rect width='100%' height='100%' fill='#ffffff'/>"
            + "\n".join(self.parts)
            + "</svg>\n"
        )


def _clean(text: str) -> str:
    return escape(text.replace(JOINER, ""))


def _plain(text: Json) -> str:
    return _clean(text["text"])


def _wrapped(text: str, letters: int) -> list[str]:
    lines = [""]
    for word in text.replace(JOINER, "").split(" "):
        if len(lines[-1]) + len(word) > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".lstrip()
    return lines


async def _drawn(folder: Path) -> str:
    harness = SlackHarness()
    desk = PlatformDesk(harness, folder / "home")
    PRICES["SOL/USDT"] = 301  # near what the stand-in's candles tell
    await desk.open()
    server = harness.server
    server.world.channels.add(PIT)
    sheet, seen = Sheet(), 0

    async def show(channel: str, more: int = 1) -> None:
        nonlocal seen
        await server.until(lambda: len(server.world.posted[channel]) >= seen + more)
        for posted in server.world.posted[channel][seen:]:
            sheet.message(posted)
        seen = len(server.world.posted[channel])

    try:
        sheet.typed("Ann", "@Outcry price of sol", "in #trading, everybody reads the answer")
        await server.mention(ANN, "price of sol", PIT)
        await show(PIT)
        sheet.typed("Ann", "/outcry buy SOL/USDT 10", "in #trading, Ann alone reads the answer")
        await server.command(ANN, "buy SOL/USDT 10", PIT)
        await show(PIT)
        seen = 0
        await server.press(ANN, server.world.posted[PIT][-1], "Yes")
        sheet.typed("Ann", "[Yes]", "and then in her own messages with the app")
        await desk.reads("Bought 10 SOL/USDT")
        await show("D101")
        sheet.typed("Ann", "/outcry positions", "in her own messages")
        await server.command(ANN, "positions")
        await show("D101")
        sheet.typed("Ann", "/outcry chart SOL/USDT 1h", "in her own messages")
        await server.command(ANN, "chart SOL/USDT 1h")
        await show("D101")
        await desk.quiet(20)
        await show("D101", 0)
    finally:
        await desk.close()
    return sheet.svg()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        Path(sys.argv[1]).write_text(asyncio.run(_drawn(Path(made))), "utf-8")
