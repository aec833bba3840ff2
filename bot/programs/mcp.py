"""`outcry mcp`: the running desk as an MCP server on standard input and output."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.command import Catalogue
from bot.config import home_folder, token_secret
from bot.web.listening import ADDRESS_FILE


def run_mcp(home: Path | None) -> int:
    """Serve until the other side closes; gives the exit code."""
    secret = token_secret()
    if not secret:
        sys.stderr.write("Say a token in OUTCRY_TOKEN; outcry token makes one.\n")
        return 2
    file = home_folder(home) / ADDRESS_FILE
    if not file.exists():
        sys.stderr.write(
            "No desk with a web server runs on this home: set web.port in config.yaml and start "
            "outcry run or outcry chat.\n"
        )
        return 1
    from bot.mcp.stdio import serve_stdio  # noqa: PLC0415 -- loads the protocol's library

    asyncio.run(serve_stdio(Catalogue.discover(), file.read_text("utf-8").strip(), secret))
    return 0
