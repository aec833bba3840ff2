"""Draws a real conversation as the terminal shows it: `python docs/draw_terminal.py`.

A whole desk answers, on prices that are told to it; what is drawn are the boxes that it prints.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bot.adapters.terminal.render import boxed  # noqa: E402
from engine.runtime.system import SystemIdentities  # noqa: E402
from tests.room import Room  # noqa: E402

PICTURE = ROOT / "docs" / "images" / "conversation.svg"
WIDTH = 92
SAID = (
    "buy 0.1 btc with a 2% stop",
    "/yes",
    "/positions",
    "préviens-moi si l'eth passe sous 2950",
)


def conversation(home: Path) -> str:
    """What Ann says, and what is printed above her prompt."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    room = Room(home, identities=SystemIdentities())
    seen = 0

    def show() -> None:
        nonlocal seen
        for card in room.cards()[seen:]:
            console.print(boxed(card))
        seen = len(room.cards())

    room.price("BTC/USDT", "61250.50")
    room.price("ETH/USDT", "3012.40")
    for line in SAID:
        console.print(f"[bold]ann>[/] {line}")
        room.say(line)
        show()
    room.price("ETH/USDT", "2949.90")
    show()
    room.close()
    return console.export_svg(title="Outcry, on paper")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(conversation(Path(folder) / "home"), "utf-8")
