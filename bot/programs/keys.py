"""`outcry keys rotate`: a new key for the vault, and everything sealed anew under it.

The new key is in the file before anything is sealed with it, and the old one until nothing needs it
any more; whenever it is interrupted, all opens, and the same command finishes it.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from pathlib import Path

from bot.config import VAULT_KEY_VARIABLE, home_folder, read_config, vault_keys
from bot.errors import BotError
from bot.homes import held
from bot.identity.vault import KEY_BYTES, VaultKeys
from bot.programs.trouble import explain
from bot.vault_file import read_vault_keys, write_vault_keys
from bot.wiring import System, sealed_anew
from engine.errors import EngineError
from engine.ports.boundary import boundary
from engine.runtime.system import SystemClock, SystemIdentities

_HOLDER = "outcry keys rotate"


def run_rotate(home: Path | None, config: Path | None) -> int:
    """Make one, seal everything with it, let go of the old ones; gives the exit code."""
    folder = home_folder(home)
    try:
        settings = read_config(config, folder)
        folder.mkdir(parents=True, exist_ok=True)
        system = System(SystemClock(), SystemIdentities())
        with held(folder, _HOLDER, system.clock):
            given = vault_keys()
            before = read_vault_keys(folder, given, secrets.token_bytes)
            keys = before if given else _with_a_new_one(folder, before)
            count = asyncio.run(sealed_anew(settings, folder, system, keys))
            if not given:
                boundary("vault.resealed")
                write_vault_keys(folder, VaultKeys.of(keys.keys[keys.current]))
    except (BotError, EngineError) as error:
        return explain(error)
    sys.stdout.write(f"{count} secrets are sealed with the key {keys.current}.\n")
    if given:
        sys.stdout.write(f"Only the first key of {VAULT_KEY_VARIABLE} is needed from now on.\n")
    return 0


def _with_a_new_one(folder: Path, before: VaultKeys) -> VaultKeys:
    """Both kinds of key, in the file."""
    keys = VaultKeys.of(secrets.token_bytes(KEY_BYTES), *before.keys.values())
    write_vault_keys(folder, keys)
    boundary("vault.key_added")
    return keys
