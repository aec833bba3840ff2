"""What each program loads before it does its work: its own, and nothing heavy besides."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
DRAWING = {"fpdf", "fontTools", "PIL", "matplotlib"}
RECKONING = {"numba", "llvmlite", "pandas", "scipy"}
STORING = {"alembic", "sqlalchemy.orm", "pyarrow"}

LOADED = """
import sys
sys.argv = ["outcry", "--home", sys.argv[1], {words}]
from bot.__main__ import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write(" ".join(sys.modules))
"""


def loaded(home: Path, *words: str) -> set[str]:
    """The modules that a whole run of the program has imported in its own process."""
    code = LOADED.format(words=", ".join(map(repr, words)))
    done = subprocess.run(
        [sys.executable, "-c", code, str(home)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert "Home" in done.stdout or "chat" in words
    return set(done.stderr.split())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a chat has been held."""
    folder = tmp_path_factory.mktemp("home")
    loaded(folder, "chat", "--plain")
    return folder


def test_a_look_at_the_status_loads_neither_desk_nor_database_library(home: Path) -> None:
    modules = loaded(home, "status")

    assert "bot.config" in modules
    heavy = DRAWING | RECKONING | STORING | {"sqlalchemy", "numpy", "rich", "prompt_toolkit"}
    assert not modules & (heavy | {"asyncio", "bot.command", "engine.kernel"})


def test_a_chat_whose_tables_are_current_loads_no_tool_of_drawing_or_migrating(home: Path) -> None:
    modules = loaded(home, "chat", "--plain")

    assert "bot.wiring" in modules
    # The closing writes candles, which is pyarrow's.
    assert not modules & (DRAWING | RECKONING | STORING - {"pyarrow"})
