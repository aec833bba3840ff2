"""Seals secrets with AES-256-GCM; each seal names its key and holds for one thing only."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import VaultClosed

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORM = "v1"


@dataclass(frozen=True, slots=True)
class VaultKeys:
    """Keys by their ids; what is new is sealed with the current one."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def of(cls, current: bytes, *older: bytes) -> VaultKeys:
        """Keys under the ids that follow from them."""
        return cls(key_id(current), {key_id(each): each for each in (current, *older)})

    def older(self) -> tuple[bytes, ...]:
        """All but the current one."""
        return tuple(key for name, key in self.keys.items() if name != self.current)


def key_id(key: bytes) -> str:
    """What a key is called; it says nothing of the key."""
    return hashlib.sha256(b"vault key\0" + key).hexdigest()[:8]


class Vault:
    """One home's secrets; without its keys nothing of them can be read."""

    def __init__(self, keys: VaultKeys, entropy: Callable[[int], bytes]) -> None:
        """`entropy` gives so many unguessable bytes."""
        self._current = keys.current
        self._ciphers = {name: AESGCM(key) for name, key in keys.keys.items()}
        self._entropy = entropy

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self._current

    def seal(self, text: str, *binding: str) -> str:
        """Closed, so that it opens with the same binding only: whose it is, and what for."""
        nonce = self._entropy(_NONCE_BYTES)
        closed = self._ciphers[self._current].encrypt(
            nonce, text.encode(), _bound(self._current, binding)
        )
        return f"{_FORM}.{self._current}.{b64encode(nonce + closed).decode()}"

    def open(self, sealed: str, *binding: str) -> str:
        """What was sealed. Raises VaultClosed: another key's, another's, or changed."""
        form, name, content = _parts(sealed)
        cipher = self._ciphers.get(name)
        if form != _FORM or cipher is None:
            raise VaultClosed("key", key=name)
        try:
            whole = b64decode(content, validate=True)
            if b64encode(whole).decode() != content:
                raise VaultClosed("changed", key=name)
            nonce, closed = whole[:_NONCE_BYTES], whole[_NONCE_BYTES:]
            return cipher.decrypt(nonce, closed, _bound(name, binding)).decode()
        except (InvalidTag, ValueError) as error:
            raise VaultClosed("changed", key=name) from error

    def renewed(self, sealed: str, *binding: str) -> str:
        """The same under the current key. Raises VaultClosed."""
        if sealed_with(sealed) == self._current:
            return sealed
        return self.seal(self.open(sealed, *binding), *binding)


def sealed_with(sealed: str) -> str:
    """The id of the key that a seal is of."""
    return _parts(sealed)[1]


def _parts(sealed: str) -> tuple[str, str, str]:
    form, _, rest = sealed.partition(".")
    name, _, content = rest.partition(".")
    return form, name, content


def _bound(name: str, binding: tuple[str, ...]) -> bytes:
    # Lengths keep ("ab", "c") and ("a", "bc") apart.
    return b"".join(f"{len(part)}:{part}".encode() for part in (_FORM, name, *binding))
