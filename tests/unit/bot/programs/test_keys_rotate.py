"""`outcry keys rotate`: whenever it is interrupted, everything opens, and it can be finished."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.credentials import KeptKeys, KeyHealth
from bot.errors import VaultClosed
from bot.homes import DATABASE, held
from bot.identity.vault import Vault, VaultKeys, sealed_with
from bot.programs.keys import run_rotate
from bot.vault_file import FILE, read_vault_keys
from connectors.storage.stores import open_stores
from engine.domain.identifiers import AccountId, PersonId, VenueName
from engine.ports.boundary import watch_boundaries
from engine.runtime.system import SystemClock

MAIN, KRAKEN = AccountId("main"), VenueName("kraken")
BINDING = ("venue keys", "main", "kraken")


class Died(BaseException):
    """Power cut."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    keys = read_vault_keys(tmp_path, (), secrets.token_bytes)
    sealed = Vault(keys, secrets.token_bytes).seal("SECRET", *BINDING)
    kept = KeptKeys(MAIN, KRAKEN, sealed, PersonId("olga"), 1, False, KeyHealth(1))

    async def prepared() -> None:
        stores = await open_stores(tmp_path / DATABASE)
        await stores.venue_keys.keep(kept)
        await stores.close()

    asyncio.run(prepared())
    yield tmp_path
    watch_boundaries(None)


def stored(home: Path) -> str:
    async def read() -> str:
        stores = await open_stores(home / DATABASE)
        kept = await stores.venue_keys.get(MAIN)
        await stores.close()
        assert kept is not None
        return kept.sealed

    return asyncio.run(read())


def keys_of(home: Path) -> VaultKeys:
    return read_vault_keys(home, (), secrets.token_bytes)


def opened(home: Path) -> str:
    return Vault(keys_of(home), secrets.token_bytes).open(stored(home), *BINDING)


def test_everything_is_sealed_anew_and_the_old_key_is_gone(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = keys_of(home)
    before = stored(home)
    assert run_rotate(home, None) == 0
    new = keys_of(home)

    assert opened(home) == "SECRET"
    assert set(new.keys).isdisjoint(old.keys)
    assert sealed_with(stored(home)) == new.current != sealed_with(before)
    assert "1 secrets" in capsys.readouterr().out
    with pytest.raises(VaultClosed):
        Vault(new, secrets.token_bytes).open(before, *BINDING)


@pytest.mark.parametrize(
    "place", ["vault.key_added", "venue_keys.changing", "venue_keys.changed", "vault.resealed"]
)
def test_a_kill_at_any_place_leaves_all_open_and_is_finished_by_the_next(
    home: Path, place: str
) -> None:
    def die(name: str) -> None:
        if name == place:
            raise Died

    watch_boundaries(die)
    with pytest.raises(Died):
        run_rotate(home, None)
    watch_boundaries(None)

    assert opened(home) == "SECRET"
    assert run_rotate(home, None) == 0
    assert opened(home) == "SECRET"
    assert len(keys_of(home).keys) == 1


def test_a_home_that_is_held_is_left_alone(home: Path) -> None:
    before = (home / FILE).read_text()
    with held(home, "outcry run", SystemClock()):
        assert run_rotate(home, None) == 1

    assert (home / FILE).read_text() == before
