"""Hooks and their secrets: digests, or sealed where a signature needs the secret itself."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.hooks import Hook, HookKeeper, HookKind, HookSecret, HookStore, KeptHook
from bot.identity.vault import Vault
from bot.presenters.hooks import signing_key
from engine.ports.system import Clock

SECRET_BYTES = 32
OVERLAP_MS = 3_600_000
"""How long a secret still opens after it was replaced, so that no signal is lost meanwhile."""


class HookRegistry(HookKeeper):
    """The hooks of one desk."""

    def __init__(
        self,
        store: HookStore,
        vault: Vault,
        clock: Clock,
        entropy: Callable[[int], bytes],
        address: str,
    ) -> None:
        """`entropy` gives so many unguessable bytes; `address` is the web server's, or empty."""
        self._store = store
        self._vault = vault
        self._clock = clock
        self._entropy = entropy
        self._address = address

    @property
    def address(self) -> str:
        """Where the desk's web server answers; empty where there is none."""
        return self._address

    async def all(self) -> Sequence[KeptHook]:
        """All of the desk, by name."""
        return await self._store.all()

    async def get(self, name: str) -> KeptHook | None:
        """One by its name."""
        return await self._store.get(name)

    def secret(self) -> str:
        """256 bits as 43 letters of a URL."""
        return urlsafe_b64encode(self._entropy(SECRET_BYTES)).decode().rstrip("=")

    async def keep(self, hook: Hook, secret: str) -> None:
        """A hook that opens with this secret; one of its name is replaced. Raises VaultClosed."""
        await self._store.keep(KeptHook(hook, (HookSecret(self._kept(hook, secret)),)))

    async def renew(self, name: str, secret: str) -> int:
        """A new secret; the one before opens for an hour more, older ones at once no more."""
        kept = await self._store.get(name)
        if kept is None:
            return 0
        until = self._clock.now_ms() + OVERLAP_MS
        secrets = (
            HookSecret(self._kept(kept.hook, secret)),
            HookSecret(kept.secrets[0].kept, until),
        )
        await self._store.keep(KeptHook(kept.hook, secrets))
        return until

    async def remove(self, name: str) -> bool:
        """Forget it; False where there was none."""
        return await self._store.remove(name)

    async def by_secret(self, secret: str) -> Hook | None:
        """The hook that this secret opens now; all are compared."""
        digest, now, found = _digest(secret), self._clock.now_ms(), None
        for kept in await self._store.all():
            if kept.hook.kind is HookKind.TRADINGVIEW:
                for each in _valid(kept, now):
                    if hmac.compare_digest(each.kept, digest):
                        found = kept.hook
        return found

    async def signed(self, name: str) -> tuple[Hook, Sequence[bytes]] | None:
        """A hook that takes signatures, and the keys that hold now. Raises VaultClosed."""
        kept = await self._store.get(name)
        if kept is None or kept.hook.kind is not HookKind.SIGNED:
            return None
        opened = (
            self._vault.open(s.kept, "hook", name) for s in _valid(kept, self._clock.now_ms())
        )
        return kept.hook, [signing_key(secret) for secret in opened]

    async def reseal(self) -> int:
        """Seal under the vault's current key what is sealed; gives how many. Raises VaultClosed."""
        signed = [kept for kept in await self._store.all() if kept.hook.kind is HookKind.SIGNED]
        for kept in signed:
            renewed = tuple(
                replace(each, kept=self._vault.renewed(each.kept, "hook", kept.hook.name))
                for each in kept.secrets
            )
            await self._store.keep(KeptHook(kept.hook, renewed))
        return sum(len(kept.secrets) for kept in signed)

    def _kept(self, hook: Hook, secret: str) -> str:
        if hook.kind is HookKind.SIGNED:
            return self._vault.seal(secret, "hook", hook.name)
        return _digest(secret)


def _valid(kept: KeptHook, now: int) -> Sequence[HookSecret]:
    return [secret for secret in kept.secrets if not secret.until or secret.until > now]


def _digest(secret: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
