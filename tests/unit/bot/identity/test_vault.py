"""Sealed secrets open for what they are of, with the home's own keys, and for nothing else."""

from __future__ import annotations

import secrets
import stat
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import VaultClosed
from bot.identity.vault import KEY_BYTES, Vault, VaultKeys, sealed_with
from bot.vault_file import FILE, read_vault_keys, write_vault_keys

OLD, NEW = b"o" * KEY_BYTES, b"n" * KEY_BYTES


def vault(*keys: bytes) -> Vault:
    return Vault(VaultKeys.of(*keys), secrets.token_bytes)


@given(st.text(), st.lists(st.text(max_size=8), max_size=4))
def test_what_is_sealed_opens_with_its_binding_alone(text: str, binding: list[str]) -> None:
    sealed = vault(NEW).seal(text, *binding)

    assert vault(NEW).open(sealed, *binding) == text
    for other in ([*binding, ""], ["x", *binding], ["".join(binding), "y"]):
        with pytest.raises(VaultClosed):
            vault(NEW).open(sealed, *other)


def test_parts_of_a_binding_do_not_run_together() -> None:
    sealed = vault(NEW).seal("secret", "ab", "c")

    with pytest.raises(VaultClosed):
        vault(NEW).open(sealed, "a", "bc")


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_changed_byte_opens_nothing(place: int, flip: int) -> None:
    sealed = bytearray(vault(NEW).seal("a secret of some length", "main", "kraken"), "ascii")
    sealed[place % len(sealed)] ^= flip

    with pytest.raises(VaultClosed):
        vault(NEW).open(sealed.decode("latin-1"), "main", "kraken")


def test_no_two_seals_are_alike_and_none_shows_what_it_holds() -> None:
    first, second = (vault(NEW).seal("CANARY", "main") for _ in range(2))

    assert first != second
    assert "CANARY" not in first + repr(VaultKeys.of(NEW)) + repr(vault(NEW))


def test_a_new_key_seals_and_the_old_one_still_opens_until_it_is_gone() -> None:
    sealed = vault(OLD).seal("secret", "main")
    both = vault(NEW, OLD)
    renewed = both.renewed(sealed, "main")

    assert both.open(sealed, "main") == "secret"
    assert sealed_with(renewed) == both.current != sealed_with(sealed)
    assert vault(NEW).open(renewed, "main") == "secret"
    with pytest.raises(VaultClosed):
        vault(NEW).open(sealed, "main")


def test_the_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = read_vault_keys(tmp_path, (), secrets.token_bytes)
    again = read_vault_keys(tmp_path, (), secrets.token_bytes)
    write_vault_keys(tmp_path, VaultKeys.of(NEW, *first.keys.values()))

    assert first.keys == again.keys
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert read_vault_keys(tmp_path, (), secrets.token_bytes).keys[first.current]
    assert read_vault_keys(tmp_path, (), secrets.token_bytes).current == VaultKeys.of(NEW).current


def test_keys_of_the_environment_stand_in_for_the_file(tmp_path: Path) -> None:
    given = [b64encode(key).decode() for key in (NEW, OLD)]

    assert read_vault_keys(tmp_path, given, secrets.token_bytes) == VaultKeys.of(NEW, OLD)
    assert not (tmp_path / FILE).exists()
    for wrong in ("short", b64encode(b"x" * 31).decode(), "ä"):
        with pytest.raises(VaultClosed):
            read_vault_keys(tmp_path, [wrong], secrets.token_bytes)
