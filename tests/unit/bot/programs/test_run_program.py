"""`outcry run`: who speaks to the desk without a terminal, and how it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]

# A platform without a network: it takes one message, and shows what came of it as a line.
DESK = """
import sys
from pathlib import Path
from bot.message import InboundMessage
from bot.ports.platforms import Pacing, Receipt, Room
from bot.programs.run import run_desk

class Pipe:
    platform = "pipe"
    pacing = Pacing()

    def room(self, conversation):
        return Room(conversation)

    async def send(self, message, card):
        print("CARD", card.title, flush=True)
        return Receipt()

    async def run(self, incoming, menu):
        said = InboundMessage("pipe", "1", "pipe:ann", "ann", "Ann", "/status", 0)
        await incoming.receive(said)
        if "--closes" in sys.argv:
            await incoming.idle("pipe:ann")
            from bot.errors import PlatformClosed
            raise PlatformClosed("the token is not known any more")
        import asyncio
        await asyncio.Event().wait()

if __name__ == "__main__":
    sys.exit(run_desk(Path(sys.argv[1]), None, lambda config, equipment: [Pipe()]))
"""

pytestmark = pytest.mark.timeout(120)


def environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("OUTCRY_")} | {
        "PYTHONPATH": str(ROOT)
    }


def desk(tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    script = tmp_path / "desk.py"
    script.write_text(DESK)
    return subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "home"), *words],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
    )


def outcry(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "--home", str(home), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment(),
    )


def events(lines: Iterator[str] | str) -> list[str]:
    """What the structured lines tell."""
    found = lines.splitlines() if isinstance(lines, str) else lines
    return [json.loads(line)["event"] for line in found if line.startswith("{")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_on_its_platforms_until_it_is_told_to_stop(
    tmp_path: Path, number: signal.Signals
) -> None:
    with desk(tmp_path) as running:
        assert running.stdout is not None
        before = []
        for line in running.stdout:
            before.append(line)
            if line.startswith("CARD"):
                break
        held = outcry(tmp_path / "home", "status").stdout
        refused = outcry(tmp_path / "home", "chat", "--plain")
        running.send_signal(number)
        after = running.stdout.read()
        code = running.wait()

    assert code == 0
    assert "serving" in events(iter(before))
    assert events(after) == ["stopping", "stopped"]
    assert f"Held by    outcry run (process {running.pid})" in held
    assert refused.returncode == 1
    assert "outcry run" in refused.stderr
    assert "Held by    nobody" in outcry(tmp_path / "home", "status").stdout


def test_it_ends_with_an_error_when_no_platform_will_have_it(tmp_path: Path) -> None:
    with desk(tmp_path, "--closes") as running:
        assert running.stdout is not None
        told = running.stdout.read()
        code = running.wait()

    assert code == 1
    assert "no_platform_left" in events(told)


def test_with_nothing_configured_it_says_what_to_do(tmp_path: Path) -> None:
    done = outcry(tmp_path, "run")

    assert done.returncode == 2
    assert "No chat platform is configured" in done.stderr
    assert "OUTCRY_TELEGRAM_TOKEN" in done.stderr
    assert "outcry chat" in done.stderr
    assert "Held by    nobody" in outcry(tmp_path, "status").stdout
