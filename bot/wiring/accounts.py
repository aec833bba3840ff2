"""From the configured accounts to paper, to keys, and to the lines that trade for real."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from bot.config import Config, account_keys
from bot.credentials import LiveAccount
from bot.errors import ConfigInvalid
from bot.identity.credentials import Credentials
from bot.identity.directory import Membership
from bot.identity.live_accounts import Connect, LiveVenue
from bot.identity.vault import Vault
from bot.message import Role
from bot.sections import AccountSection
from bot.wiring.system import Lines, System
from connectors.ccxt.access import open_access
from connectors.ccxt.client import Keys
from connectors.ccxt.probe import WITH_PASSPHRASE, CcxtKeyProbe
from connectors.ccxt.venue import CcxtVenue
from connectors.dtc.access import open_access as open_server
from connectors.dtc.probe import ServerProbe
from connectors.dtc.server import DTC, Server
from connectors.dtc.venue import DtcVenue
from connectors.ibkr.door import LoginProbe, open_venue
from connectors.ibkr.gateway import IBKR, Gateway
from connectors.storage.stores import Stores
from engine.domain.account import Account
from engine.domain.identifiers import AccountId, DeskId, VenueName
from engine.domain.money import Currency
from engine.ports.credentials import KeyProbe, KeyRights, VenueKeys
from engine.ports.market_data import MarketData
from engine.ports.system import Clock
from engine.runtime.live import OpeningAccount

PAPER_TWIN = "-paper"
"""Ends the id of the paper account beside one that is meant for real money: two ledgers."""
WITH_LOGIN = frozenset({IBKR, DTC})
"""Venues whose own program is logged in, so that the desk is given no keys."""


def opening_account(section: AccountSection, config: Config, feed: MarketData) -> OpeningAccount:
    """As play money; one that is meant for real money has a paper account of its own beside it.

    Raises ConfigInvalid for a venue that is not there.
    """
    is_meant_live = section.mode == "live"
    is_known = (
        bool(section.venue)
        if is_meant_live
        else section.venue in {"", feed.venue, config.market.venue}
    )
    if not is_known:
        raise ConfigInvalid(
            line="0",
            file=f"accounts: {section.id}",
            detail=f"no connector for {section.mode} trading at {section.venue or 'no venue'}",
            fix=f"known here: mode: paper, venue: {feed.venue}; mode: live needs its venue",
        )
    several = section.id if len(config.accounts) > 1 or is_meant_live else ""
    account = Account(
        id=AccountId(f"{section.id}{PAPER_TWIN}" if is_meant_live else section.id),
        venue=feed.venue,
        currency=Currency(section.currency),
        is_paper=True,
        data_kind=feed.kind,
        name=section.name or several,
    )
    return OpeningAccount(account, section.opening_cash())


def _meant(section: AccountSection, prices_of: VenueName, *, has_perpetuals: bool) -> LiveAccount:
    return LiveAccount(
        account=AccountId(section.id),
        venue=VenueName(section.venue),
        wants_passphrase=section.venue in WITH_PASSPHRASE,
        currency=Currency(section.currency),
        prices_of=prices_of,
        name=section.name or section.id,
        is_sandbox=section.test_network,
        has_own_keys=section.venue in WITH_LOGIN or account_keys(section.id) is not None,
        has_login=section.venue in WITH_LOGIN,
        has_perpetuals=has_perpetuals,
    )


def _own_keys(config: Config) -> Mapping[AccountId, VenueKeys]:
    """Those of the environment, for accounts that are meant for real money; none with a login."""
    found: dict[AccountId, VenueKeys] = {}
    for each in config.accounts:
        keys = ("", "", "") if each.venue in WITH_LOGIN else account_keys(each.id)
        if each.mode == "live" and keys is not None:
            account = AccountId(each.id)
            found[account] = VenueKeys(account, VenueName(each.venue), *keys, each.test_network)
    return found


def credentials_of(
    config: Config,
    stores: Stores,
    vault: Vault,
    system: System,
    probe: KeyProbe,
    prices_of: VenueName,
) -> Credentials:
    """The keys of all accounts that are meant for real money, stored or of the environment."""
    some = any(":" in symbol for symbol in config.market.symbols)
    live = (each for each in config.accounts if each.mode == "live")
    meant = [_meant(each, prices_of, has_perpetuals=some) for each in live]
    own = _own_keys(config)
    return Credentials(stores.venue_keys, vault, probe, system.clock, meant, own)


def gateway(config: Config, *, is_paper: bool) -> Gateway:
    """Where the gateway of Interactive Brokers listens, of its paper or its live login."""
    at = config.ibkr
    return Gateway(at.host, at.port, at.client_id, at.account, is_paper)


def dtc_server(config: Config, *, is_simulated: bool) -> Server:
    """Where the DTC server listens, and the account of play or of real money that is meant."""
    at = config.dtc
    return Server(
        host=at.host,
        port=at.port,
        history_port=at.history_port,
        username=at.username,
        password=config.dtc_password(),
        account=at.account,
        is_simulated=is_simulated,
    )


def connecting(config: Config, clock: Clock, line: Lines) -> Connect:
    """How an account's keys become the line that it trades through."""

    def connect(keys: VenueKeys, quote: Currency) -> LiveVenue:
        symbols = config.market.symbols
        if keys.venue == IBKR:
            at_gateway = gateway(config, is_paper=keys.is_sandbox)
            return open_venue(keys.account, at_gateway, symbols, clock)
        if keys.venue == DTC:
            at_server = dtc_server(config, is_simulated=keys.is_sandbox)
            return DtcVenue(keys.account, open_server(at_server, symbols, clock))
        signing = Keys(keys.key, keys.secret, keys.passphrase)
        at = open_access(str(keys.venue), clock, signing, line(keys.venue), is_test=keys.is_sandbox)
        return CcxtVenue(keys.account, quote, at)

    return connect


@dataclass(frozen=True, slots=True)
class Probes(KeyProbe):
    """One for exchanges, and one for each venue where a person, or a program, is logged in."""

    exchanges: KeyProbe
    logins: Mapping[str, KeyProbe]

    async def probe(self, keys: VenueKeys) -> KeyRights:
        """Ask the venue of these. Raises KeysRefused, VenueUnavailable, RateLimited."""
        return await self.logins.get(keys.venue, self.exchanges).probe(keys)


def key_probe(config: Config, clock: Clock, line: Lines) -> KeyProbe:
    """Who is asked what keys are worth, wherever they are of."""
    logins: dict[str, KeyProbe] = {
        IBKR: LoginProbe(gateway(config, is_paper=True), clock),
        DTC: ServerProbe(dtc_server(config, is_simulated=True), clock),
    }
    return Probes(CcxtKeyProbe(clock, line), logins)


def membership_of(config: Config, running: Container[AccountId]) -> Membership:
    """Who belongs to the desk, and which of its accounts are `running`."""

    def accounts() -> tuple[AccountId, ...]:
        """All paper ones; one that trades for real stands before its paper twin."""
        ids = [AccountId(each.id) for each in config.accounts]
        twins = {
            AccountId(each.id): AccountId(f"{each.id}{PAPER_TWIN}")
            for each in config.accounts
            if each.mode == "live"
        }
        open_now = ((each, twins[each]) if each in twins else (each,) for each in ids)
        return tuple(
            name for group in open_now for name in group if name not in twins or name in running
        )

    return Membership(
        desk=DeskId(config.desk.name),
        accounts=accounts,
        roles={name: Role[role.upper()] for name, role in config.people.items()},
        walk_ins=Role.TRADER,
        language=config.desk.language,
        timezone=config.desk.timezone,
    )
