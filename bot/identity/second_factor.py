"""A second factor: codes of an authenticator, or recovery codes; each opens one thing once."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode, b64decode, b64encode
from collections.abc import Callable

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.access import FactorState, SecondFactors, Tries
from bot.errors import CodeRefused
from engine.domain.identifiers import PersonId
from engine.ports.system import Clock

STEP_MS = 30_000
KEY_BYTES = 20
RECOVERY_CODES = 10
PROOF_LIVES_MS = 60_000
_NONCE_BYTES = 12
_RECOVERY_BYTES = 10
_ISSUER = "Outcry"


class SecondFactorGuard:
    """Everybody's second factors; keys are sealed with the home's own."""

    def __init__(
        self,
        factors: SecondFactors,
        tries: Tries,
        secret: bytes,
        clock: Clock,
        entropy: Callable[[int], bytes],
    ) -> None:
        """`entropy` gives so many unguessable bytes."""
        self._factors = factors
        self._tries = tries
        self._cipher = AESGCM(hmac.digest(secret, b"second factors", "sha256"))
        self._pepper = hmac.digest(secret, b"recovery codes", "sha256")
        self._clock = clock
        self._entropy = entropy
        self._proofs: dict[tuple[PersonId, str], int] = {}

    async def state(self, person: PersonId) -> FactorState:
        """Whether somebody has one, and how many recovery codes are left."""
        factor = await self._factors.get(person)
        left = await self._factors.recoveries(person)
        return FactorState(
            has_begun=factor is not None, is_on=bool(factor and factor.is_on), left=left
        )

    async def begin(self, person: PersonId) -> str:
        """A new key in base32, not in force before a code of it was seen. Raises CodeRefused."""
        factor = await self._factors.get(person)
        if factor is not None and factor.is_on:
            raise CodeRefused("on")
        key = b32encode(self._entropy(KEY_BYTES)).decode()
        await self._factors.begin(person, self._sealed(key, person))
        return key

    def link(self, key: str, name: str, desk: str) -> str:
        """What an authenticator reads to take a key over."""
        return pyotp.TOTP(key).provisioning_uri(name=name, issuer_name=f"{_ISSUER} {desk}")

    async def check(self, person: PersonId, code: str) -> None:
        """Use a code up. Raises CodeRefused: wrong or used before, too many guesses, none there."""
        subject = f"second factor:{person}"
        wait = await self._tries.spend(subject, self._clock.now_ms())
        if wait:
            raise CodeRefused("locked", wait=str(-(-wait // 60_000)))
        factor = await self._factors.get(person)
        if factor is None:
            raise CodeRefused("none")
        said = "".join(letter for letter in code.lower() if letter.isalnum())
        step = self._step_of(said, self._opened(factor.sealed, person))
        is_right = step > 0 and await self._factors.spend_step(person, step)
        if not is_right and factor.is_on:
            is_right = await self._factors.spend_recovery(person, self._digest(person, said))
        if not is_right:
            raise CodeRefused("wrong")
        await self._tries.clear(subject)

    async def turn_on(self, person: PersonId) -> tuple[str, ...]:
        """In force from now on; gives the recovery codes, which are kept as digests only."""
        codes = tuple(
            b32encode(self._entropy(_RECOVERY_BYTES)).decode().lower()[:12]
            for _ in range(RECOVERY_CODES)
        )
        await self._factors.turn_on(person, [self._digest(person, code) for code in codes])
        return codes

    async def turn_off(self, person: PersonId) -> None:
        """No second factor any more."""
        await self._factors.remove(person)

    def prove(self, person: PersonId, purpose: str) -> None:
        """A right code was entered for this purpose; it opens it once, within a minute."""
        now = self._clock.now_ms()
        self._proofs = {key: until for key, until in self._proofs.items() if until > now}
        self._proofs[person, purpose] = now + PROOF_LIVES_MS

    def proven(self, person: PersonId, purpose: str) -> bool:
        """Whether a right code was entered for it; it is used up by asking."""
        return self._proofs.pop((person, purpose), 0) > self._clock.now_ms()

    def _step_of(self, code: str, key: str) -> int:
        """Which step of time a code is of, this one or one beside it, or 0; all are compared."""
        now = self._clock.now_ms() // STEP_MS
        totp = pyotp.TOTP(key)
        found = 0
        for step in (now - 1, now, now + 1):
            if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
                found = step
        return found

    def _digest(self, person: PersonId, code: str) -> str:
        content = f"{person}\0{code}".encode()
        return hmac.new(self._pepper, content, hashlib.sha256).hexdigest()

    def _sealed(self, key: str, person: PersonId) -> str:
        nonce = self._entropy(_NONCE_BYTES)
        return b64encode(
            nonce + self._cipher.encrypt(nonce, key.encode(), person.encode())
        ).decode()

    def _opened(self, sealed: str, person: PersonId) -> str:
        whole = b64decode(sealed)
        nonce, closed = whole[:_NONCE_BYTES], whole[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, closed, person.encode()).decode()
        except InvalidTag as error:  # another person's, or changed: it opens nothing
            raise CodeRefused("wrong") from error
