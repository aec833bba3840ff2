"""Accounts that trade for real: opened at the start and when it is decided, closed when it ends.

It alone asks for keys, with a grant, and hands them to nothing but the line that it opens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

import structlog

from bot.credentials import AccountState, KeyHealth, KeyKeeper, LiveAccount
from bot.errors import BotError, LiveRefused, VaultClosed
from bot.identity.credentials import Credentials
from engine.desk import DeskDoor
from engine.domain.account import Account
from engine.domain.identifiers import AccountId, PersonId, Symbol
from engine.domain.market import DataKind
from engine.domain.money import Currency
from engine.errors import AccountDiffers, EngineError, StoreUnavailable
from engine.ports.credentials import KeyRights, VenueKeys
from engine.ports.system import Clock
from engine.ports.venue import Venue

_log = structlog.get_logger(__name__)

TRY_AGAIN_SECONDS = 15.0


class LiveVenue(Venue, Protocol):
    """One account at a venue, with what is on it, until it is let go of."""

    async def balances(self) -> Mapping[Currency, Decimal]:
        """What is there of each currency. Raises VenueUnavailable, RateLimited."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


Connect = Callable[[VenueKeys, Currency], LiveVenue]
"""A line to a venue with these keys, everything there quoted in one currency; nothing is asked.

Raises VenueUnavailable where the venue is not known at all.
"""


class LiveAccounts(KeyKeeper):
    """Keys and decisions as commands use them, with what follows from them for the engine."""

    def __init__(
        self, credentials: Credentials, door: DeskDoor, connect: Connect, clock: Clock
    ) -> None:
        self._credentials = credentials
        self._door = door
        self._connect = connect
        self._clock = clock
        self._venues: dict[AccountId, LiveVenue] = {}
        self._problems: dict[AccountId, str] = {}
        self._one_at_a_time = asyncio.Lock()

    # -- as commands see them -----------------------------------------------------------------

    async def states(self) -> Sequence[AccountState]:
        """Every account that is meant for real money."""
        return [self._seen(each) for each in await self._credentials.states()]

    async def state(self, account: AccountId) -> AccountState | None:
        """One of them."""
        found = await self._credentials.state(account)
        return None if found is None else self._seen(found)

    async def check(self, account: AccountId) -> KeyHealth:
        """Ask the venue anew what its keys are worth. Raises KeysRefused, VenueUnavailable."""
        return await self._credentials.check(account)

    async def enter(self, keys: VenueKeys, by: PersonId) -> KeyRights:
        """Keep what the venue takes; an account that trades goes on with them.

        Raises KeysRefused, VenueUnavailable, StoreUnavailable, LiveRefused.
        """
        rights = await self._credentials.enter(keys, by)
        async with self._one_at_a_time:
            if keys.account in self._venues:
                await self._close(keys.account)
        await self._try_to_open(keys.account)
        return rights

    async def turn_live(self, account: AccountId, by: PersonId) -> None:
        """At once, and at every start. Raises KeysRefused, VenueUnavailable, LiveRefused."""
        await self._credentials.turn_live(account, by)
        await self._try_to_open(account)

    async def turn_paper(self, account: AccountId) -> bool:
        """At once. Raises LiveRefused while orders are open."""
        # Under one lock, lest it be opened again before the decision is gone.
        async with self._one_at_a_time:
            await self._let_go(account)
            return await self._credentials.turn_paper(account)

    async def remove(self, account: AccountId) -> bool:
        """Forget its keys and its decision. Raises LiveRefused while orders are open."""
        async with self._one_at_a_time:
            await self._let_go(account)
            return await self._credentials.remove(account)

    # -- as they run ----------------------------------------------------------------------------

    async def start(self) -> None:
        """Open those that have traded before; none of them waits for its venue."""
        for state in await self._credentials.states():
            if self._door.knows(state.meant.account):
                await self._try_to_open(state.meant.account)

    async def run(self) -> None:
        """Open whatever is decided and not open yet, again and again."""
        while True:
            try:
                for state in await self._credentials.states():
                    await self._try_to_open(state.meant.account)
            except StoreUnavailable as error:
                _log.warning("live_accounts_not_looked_at", error=str(error))
            await self._clock.sleep(TRY_AGAIN_SECONDS)

    async def close(self) -> None:
        """Let go of all venues."""
        for venue in self._venues.values():
            await venue.close()

    async def _try_to_open(self, account: AccountId) -> None:
        async with self._one_at_a_time:
            try:
                await self._open(account)
            except (BotError, EngineError) as error:
                # The desk goes on with its other accounts; this one says why it does not trade.
                reason = _reason(error)
                if self._problems.get(account) != reason:
                    _log.error("live_account_not_open", account=account, error=str(error))
                self._problems[account] = reason
            else:
                self._problems.pop(account, None)

    async def _open(self, account: AccountId) -> None:
        """Trade on it, if that was decided and is not so already."""
        grant = await self._credentials.grant(account)
        state = await self._credentials.state(account)
        if account in self._venues or grant is None or state is None:
            return
        meant = state.meant
        if not meant.can_trade:
            raise LiveRefused("other_prices", **meant.facts)
        venue = self._connect(await self._credentials.open(grant), meant.currency)
        try:
            cash: Mapping[Currency, Decimal] = {}
            held: Mapping[Symbol, Decimal] = {}
            if not self._door.knows(account):
                cash, held = await self._there(venue, meant)
            await self._door.open_account(_account(meant), venue, cash, held)
        except BaseException:
            await venue.close()
            raise
        self._venues[account] = venue
        self._credentials.running.add(account)
        _log.info("live_account_open", account=account, venue=venue.name)

    async def _there(
        self, venue: LiveVenue, meant: LiveAccount
    ) -> tuple[Mapping[Currency, Decimal], Mapping[Symbol, Decimal]]:
        """What is there: as cash what is no instrument's, the rest as held."""
        balances = await venue.balances()
        traded = {
            each.base: each.symbol
            for each in self._door.instruments()
            if each.quote == meant.currency
        }
        cash = {name: amount for name, amount in balances.items() if name not in traded}
        holdings = await venue.holdings(meant.account)
        return cash, {s: amount for s, amount in holdings.items() if s in set(traded.values())}

    async def _let_go(self, account: AccountId) -> None:
        if account not in self._venues:
            return
        waiting = self._door.open_orders(account)
        if waiting:
            raise LiveRefused("orders_open", account=str(account), count=str(len(waiting)))
        await self._close(account)

    async def _close(self, account: AccountId) -> None:
        venue = self._venues.pop(account)
        self._credentials.running.discard(account)
        await self._door.close_account(account)
        await venue.close()

    def _seen(self, state: AccountState) -> AccountState:
        account = state.meant.account
        problem = self._problems.get(account, "")
        if account in self._venues:
            problem = self._door.line(account)
        return state.with_problem(problem)


def _account(meant: LiveAccount) -> Account:
    return Account(
        id=meant.account,
        venue=meant.trades_at,
        currency=meant.currency,
        is_paper=False,
        data_kind=DataKind.LIVE,
        name=meant.name,
    )


def _reason(error: BotError | EngineError) -> str:
    """The key of a text that says why an account is not open."""
    match error:
        case AccountDiffers():
            return "opened_elsewhere"
        case VaultClosed():
            return "vault_closed"
        case _:
            return error.facts.get("why") or error.code
