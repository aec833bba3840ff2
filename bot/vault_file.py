"""Where the keys of a home's vault are: a file that its owner alone reads, or the environment."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import VaultClosed
from bot.identity.vault import KEY_BYTES, VaultKeys

FILE = "vault.keys"


def read_vault_keys(home: Path, given: Sequence[str], entropy: Callable[[int], bytes]) -> VaultKeys:
    """The keys, the first one current: those `given`, in base64, or the file's, made if need be.

    Raises VaultClosed for what is no key.
    """
    if given:
        return VaultKeys.of(*map(_key, given))
    file = home / FILE
    if not file.exists():
        write_vault_keys(home, VaultKeys.of(entropy(KEY_BYTES)))
    return VaultKeys.of(*map(_key, file.read_text("ascii").split()))


def write_vault_keys(home: Path, keys: VaultKeys) -> None:
    """Keep them, the current one first, durably; a crash leaves the old file or the new one."""
    ordered = (keys.keys[keys.current], *keys.older())
    unfinished = home / f"{FILE}.unfinished"
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("\n".join(b64encode(key).decode() for key in ordered) + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(home / FILE)
    folder = os.open(home, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _key(text: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except ValueError as error:
        raise VaultClosed("no_key") from error
    if len(key) != KEY_BYTES:
        raise VaultClosed("no_key")
    return key
