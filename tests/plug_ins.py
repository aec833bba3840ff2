"""A package of strategies, installed for a test as a person would install one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.documents import installed

FOLDER = Path(__file__).parent / "data" / "plug_ins"


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder whose package is on the path meanwhile."""
    monkeypatch.syspath_prepend(str(FOLDER))
    installed.cache_clear()
    yield FOLDER
    installed.cache_clear()
