"""A vendor's library is imported in its own folder and nowhere else."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HOMES = {
    "sqlalchemy": "connectors/storage",
    "aiosqlite": "connectors/storage",
    "alembic": "connectors/storage",
    "apscheduler": "bot/schedules",
    "matplotlib": "bot/presenters/pictures",
    "fpdf": "bot/presenters/paper",
    "talib": "engine/indicators",
    "numba": "engine/backtest",
    "prompt_toolkit": "bot/adapters/terminal",
    "telegram": "bot/adapters/telegram",
    "discord": "bot/adapters/discord",
    "slack_bolt": "bot/adapters/slack",
    "ccxt": "connectors/ccxt",
    "ib_async": "connectors/ibkr",
    "pyotp": "bot/identity",
    "cryptography": ("bot/identity", "bot/adapters/discord"),  # signed interactions
    "stripe": "connectors/stripe",  # not built yet
    "langchain_openai": "connectors/models",
    "langchain_core": "connectors/models",
    "mcp": "bot/mcp",
    "fastapi": "bot/web",
    "uvicorn": "bot/web",
    "prometheus_client": "bot/web",
    "openai": "connectors/models",
}


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("library", HOMES)
def test_a_library_stays_at_home(library: str) -> None:
    strangers = [
        str(file.relative_to(ROOT))
        for top in ("bot", "engine", "connectors")
        for file in (ROOT / top).rglob("*.py")
        if library in imported(file) and not str(file.relative_to(ROOT)).startswith(HOMES[library])
    ]

    assert strangers == []


def test_the_program_starts_without_the_heavy_libraries() -> None:
    heavy = {
        "telegram", "discord", "slack_bolt", "openai", "langchain", "ccxt", "ib_async",
        "matplotlib", "fpdf", "stripe", "fastapi", "numba", "talib", "pyarrow", "sqlalchemy",
        "mcp", "uvicorn", "langchain_openai", "langchain_core",
    }  # fmt: skip
    code = "import sys, bot.__main__; print(*{m.partition('.')[0] for m in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert heavy & set(loaded.stdout.split()) == set()
