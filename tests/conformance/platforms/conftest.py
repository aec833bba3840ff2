"""Every platform goes through the same cards."""

from __future__ import annotations

import pytest

from tests.conformance.platforms.desk import PlatformDesk
from tests.conformance.platforms.harness import Trait
from tests.conformance.platforms.harnesses.discord import DiscordHarness
from tests.conformance.platforms.harnesses.slack import SlackHarness
from tests.conformance.platforms.harnesses.telegram import TelegramHarness
from tests.conformance.platforms.harnesses.terminal import TerminalHarness

HARNESSES = {
    "discord": DiscordHarness,
    "slack": SlackHarness,
    "telegram": TelegramHarness,
    "terminal": TerminalHarness,
}


@pytest.fixture(params=sorted(HARNESSES))
def desk(request, tmp_path):
    """A desk behind one platform, opened by the card that it plays."""
    harness = HARNESSES[request.param]()
    needed = request.node.get_closest_marker("needs")
    missing = set(needed.args if needed else ()) - harness.traits
    if missing:
        pytest.skip(f"{request.param} has no {', '.join(t.name.lower() for t in missing)}")
    return PlatformDesk(harness, tmp_path / "home")


def pytest_configure(config):
    config.addinivalue_line("markers", "needs(*traits): played where a platform has them")


__all__ = ["Trait"]
