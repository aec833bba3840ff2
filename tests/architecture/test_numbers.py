"""What is numbered is numbered once: migrations are one chain, decisions a list."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("folder", "pattern", "digits"),
    [
        ("connectors/storage/migrations/versions", "v*.py", slice(1, 5)),
        ("docs/decisions", "0*.md", slice(0, 4)),
    ],
)
def test_numbers_follow_each_other(folder: str, pattern: str, digits: slice) -> None:
    numbers = [int(path.name[digits]) for path in (ROOT / folder).glob(pattern)]

    assert sorted(numbers) == list(range(1, len(numbers) + 1))
