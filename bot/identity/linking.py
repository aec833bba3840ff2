"""One person, several platforms: a code shown in one, typed in another, confirmed in the first."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import replace

from bot.access import LinkCode, LinkCodes, Tries, account_of, stranger
from bot.errors import LinkRefused
from bot.identity.directory import Membership
from bot.message import Account, InboundMessage, Person, Principal, Role
from bot.ports.people import People
from engine.domain.identifiers import PersonId
from engine.ports.system import Clock, Identities

CODE_LETTERS = 8
CODE_LIVES_MS = 10 * 60_000
SETUP_LETTERS = 12
SETUP_LIVES_MS = 24 * 60 * 60_000
_NOBODY = PersonId("")


class Linker:
    """Accounts of one desk's people."""

    def __init__(
        self,
        codes: LinkCodes,
        tries: Tries,
        people: People,
        secret: bytes,
        *,
        clock: Clock,
        identities: Identities,
        membership: Membership,
    ) -> None:
        self._codes = codes
        self._tries = tries
        self._people = people
        self._secret = hmac.digest(secret, b"link codes", "sha256")
        self._clock = clock
        self._identities = identities
        self._membership = membership
        self._newcomer = membership.newcomer

    async def offer(self, principal: Principal) -> str:
        """A new code for this person, to be typed on another platform."""
        code = self._identities.new(CODE_LETTERS)
        await self._codes.offer(
            LinkCode(
                self._digest(code),
                principal.person,
                principal.platform,
                principal.conversation,
                self._clock.now_ms() + CODE_LIVES_MS,
            )
        )
        return code

    async def setup_code(self, platforms: Collection[str]) -> str | None:
        """A code that makes its first user the owner, where these platforms have none yet."""
        if any(
            role is Role.OWNER and name.partition(":")[0] in platforms
            for name, role in self._membership.roles.items()
        ):
            return None
        for person in await self._people.everyone():
            accounts = await self._people.accounts(person.id) if person.role is Role.OWNER else ()
            if any(account.platform in platforms for account in accounts):
                return None
        code = self._identities.new(SETUP_LETTERS)
        lives = self._clock.now_ms() + SETUP_LIVES_MS
        await self._codes.offer(LinkCode(self._digest(code), _NOBODY, "", "", lives))
        return code

    async def claim(self, code: str, message: InboundMessage) -> LinkCode:
        """Take a code that somebody typed: its person is asked next.

        One without a person makes the sender the owner at once. Raises LinkRefused.
        """
        account, digest = account_of(message), self._digest(code)
        await self._guess(account)
        found = await self._codes.find(digest, self._clock.now_ms())
        if found is None:
            raise LinkRefused("unknown")
        if not message.is_private:
            await self._codes.end(digest)  # everybody there has read it
            raise LinkRefused("seen")
        if found.person == _NOBODY:
            await self._enthrone(digest, account)
        else:
            await self._bind(found, account)
        await self._tries.clear(f"link:{account.name}")
        return found

    async def decide(self, principal: Principal, *, accepts: bool) -> Account:
        """What the code's person says to the account that typed it. Raises LinkRefused."""
        code = await self._codes.of(principal.person, self._clock.now_ms())
        if code is None or code.claimed is None or code.conversation != principal.conversation:
            raise LinkRefused("nothing")
        if accepts:
            person = await self._people.get(principal.person)
            if person is None or not await self._people.move(code.claimed, person):
                raise LinkRefused("last_owner")
        await self._codes.end(code.digest)
        return code.claimed

    async def accounts(self, person: PersonId) -> tuple[Account, ...]:
        """All accounts of a person."""
        return tuple(await self._people.accounts(person))

    async def part(self, principal: Principal, account: Account) -> None:
        """Take an account from its person: it is on its own again. Raises LinkRefused.

        It never may more than its person could, and the one that the person began with comes
        back only when an owner lets it in.
        """
        if len(await self._people.accounts(principal.person)) == 1:
            raise LinkRefused("only")
        before = await self._people.get(PersonId(account.name))
        alone: Person | None = None
        if account.name == principal.person:
            outside = stranger(account, self._newcomer, Role.NONE)
            alone = replace(outside, id=PersonId(f"parted:{account.name}"))
        elif before is not None:
            await self._people.set_role(before.id, min(before.role, principal.role))
            alone = before
        if not await self._people.move(account, alone):
            raise LinkRefused("last_owner")

    async def _guess(self, account: Account) -> None:
        wait = await self._tries.spend(f"link:{account.name}", self._clock.now_ms())
        if wait:
            raise LinkRefused("locked", wait=str(-(-wait // 60_000)))

    async def _enthrone(self, digest: str, account: Account) -> None:
        if not await self._codes.end(digest):
            raise LinkRefused("unknown")
        person = await self._people.find(account.platform, account.sender)
        owner = person or stranger(account, self._newcomer, Role.OWNER)
        await self._people.move(account, owner)
        await self._people.set_role(owner.id, Role.OWNER)

    async def _bind(self, code: LinkCode, account: Account) -> None:
        owner = await self._people.get(code.person)
        other = await self._people.find(account.platform, account.sender)
        if owner is None or owner.role is Role.NONE:
            raise LinkRefused("unknown")
        if other is not None and other.id == owner.id:
            raise LinkRefused("same")
        if other is not None and other.role > owner.role:
            raise LinkRefused("higher")
        is_again = code.claimed is not None and code.claimed.name == account.name
        if not is_again and not await self._codes.claim(code.digest, account, self._clock.now_ms()):
            raise LinkRefused("unknown")

    def _digest(self, code: str) -> str:
        normal = code.strip().lower().replace("-", "")
        return hmac.new(self._secret, normal.encode(), hashlib.sha256).hexdigest()
