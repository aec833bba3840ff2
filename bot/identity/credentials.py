"""Takes keys in: asked of the venue first, refused if they could take money out, then sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.credentials import (
    AccountState,
    KeptKeys,
    KeyHealth,
    KeyStore,
    LiveAccount,
    LiveDecision,
)
from bot.errors import LiveRefused
from bot.identity.vault import Vault
from engine.domain.identifiers import AccountId, PersonId
from engine.errors import KeysRefused, VenueError, VenueUnavailable
from engine.ports.credentials import KeyProbe, KeyRights, VenueKeys
from engine.ports.system import Clock

_PURPOSE = "venue keys"


@dataclass(frozen=True, slots=True)
class LiveGrant:
    """That an account may be opened with its keys; only `Credentials.grant` makes one."""

    decision: LiveDecision


class Credentials:
    """The keys of one home."""

    def __init__(
        self,
        store: KeyStore,
        vault: Vault,
        probe: KeyProbe,
        clock: Clock,
        meant: Sequence[LiveAccount],
        own: Mapping[AccountId, VenueKeys],
    ) -> None:
        """`own` are keys of the environment; they win, and are stored nowhere."""
        self._store = store
        self._vault = vault
        self._probe = probe
        self._clock = clock
        self._meant = {each.account: each for each in meant}
        self._own = own
        self.running: set[AccountId] = set()
        """Those that this process trades on for real; kept by who opens them."""

    async def states(self) -> Sequence[AccountState]:
        """Every account that is meant for real money."""
        return [state for name in self._meant if (state := await self.state(name)) is not None]

    async def state(self, account: AccountId) -> AccountState | None:
        """One of them; keys of another venue than the account's count for nothing."""
        meant = self._meant.get(account)
        if meant is None:
            return None
        kept, decision = await self._store.get(account), await self._store.decision(account)
        if kept is not None and kept.venue != meant.venue:
            kept = None
        if decision is not None and decision.venue != meant.venue:
            decision = None
        return AccountState(meant, kept, decision, account in self.running)

    async def enter(self, keys: VenueKeys, by: PersonId) -> KeyRights:
        """Keep what the venue takes. Raises KeysRefused, VenueUnavailable, StoreUnavailable."""
        meant = self._meant.get(keys.account)
        if meant is None or meant.venue != keys.venue:
            raise LiveRefused("not_meant", account=str(keys.account))
        rights = await self._examined(keys)
        now = self._clock.now_ms()
        sealed = self._vault.seal(
            json.dumps([keys.key, keys.secret, keys.passphrase]), *_binding(keys.account, meant)
        )
        kept = KeptKeys(
            account=keys.account,
            venue=keys.venue,
            sealed=sealed,
            by=by,
            entered_at=now,
            is_sandbox=keys.is_sandbox,
            health=KeyHealth(now, rights=rights),
        )
        await self._store.keep(kept)
        return rights

    async def check(self, account: AccountId) -> KeyHealth:
        """Ask the venue anew, and remember what it said. Raises KeysRefused, VenueUnavailable."""
        state = await self.state(account)
        if state is None or not state.has_keys:
            raise LiveRefused("no_keys", account=str(account))
        keys, now = self._opened(state), self._clock.now_ms()
        try:
            health = KeyHealth(now, rights=await self._examined(keys))
        except VenueError as error:
            problem = error.reason if isinstance(error, KeysRefused) else "unavailable"
            await self._remember(state, KeyHealth(now, problem))
            raise
        await self._remember(state, health)
        return health

    async def remove(self, account: AccountId) -> bool:
        """Forget its keys and its decision; False where there were none."""
        return await self._store.remove(account)

    async def turn_live(self, account: AccountId, by: PersonId) -> None:
        """Put the decision on record, if the keys work now."""
        state = await self.state(account)
        if state is None:
            raise LiveRefused("not_meant", account=str(account))
        if not state.meant.can_trade:
            raise LiveRefused("other_prices", **state.meant.facts)
        await self.check(account)
        decision = LiveDecision(account, state.meant.venue, by, self._clock.now_ms())
        await self._store.decide(decision)

    async def turn_paper(self, account: AccountId) -> bool:
        """Take the decision back; False where there was none."""
        return await self._store.revoke(account)

    async def grant(self, account: AccountId) -> LiveGrant | None:
        """What opens an account that was turned live; None for every other."""
        state = await self.state(account)
        if state is None or state.decision is None or not state.has_keys:
            return None
        return LiveGrant(state.decision)

    async def open(self, grant: LiveGrant) -> VenueKeys:
        """The keys of an account that was turned live. Raises VaultClosed, LiveRefused."""
        state = await self.state(grant.decision.account)
        if state is None or state.decision != grant.decision:
            raise LiveRefused("not_live", account=str(grant.decision.account))
        return self._opened(state)

    async def renew(self) -> int:
        """Seal all under the current key; gives how many. Raises VaultClosed, StoreUnavailable."""
        return await self._store.reseal(self._renewed)

    def _renewed(self, kept: KeptKeys) -> KeptKeys:
        binding = (_PURPOSE, str(kept.account), str(kept.venue))
        return replace(kept, sealed=self._vault.renewed(kept.sealed, *binding))

    async def _examined(self, keys: VenueKeys) -> KeyRights:
        """What they may do, if that is enough and not too much."""
        rights = await self._probe.probe(keys)
        venue = str(keys.venue)
        if not rights.reads_balance:
            raise KeysRefused("balance", venue=venue)
        if rights.trades is False:
            raise KeysRefused("trading", venue=venue)
        if rights.withdraws is None and not keys.is_sandbox:
            raise KeysRefused("unsaid", venue=venue)
        if rights.withdraws:
            raise KeysRefused("withdrawal", venue=venue)
        return rights

    async def _remember(self, state: AccountState, health: KeyHealth) -> None:
        if state.keys is not None and not state.meant.has_own_keys:
            await self._store.keep(replace(state.keys, health=health))

    def _opened(self, state: AccountState) -> VenueKeys:
        meant = state.meant
        own = self._own.get(meant.account)
        if own is not None:
            return own
        if state.keys is None:
            raise VenueUnavailable("no keys")
        key, secret, passphrase = json.loads(
            self._vault.open(state.keys.sealed, *_binding(meant.account, meant))
        )
        return VenueKeys(meant.account, meant.venue, key, secret, passphrase, state.keys.is_sandbox)


def _binding(account: AccountId, meant: LiveAccount) -> tuple[str, str, str]:
    return (_PURPOSE, str(account), str(meant.venue))
