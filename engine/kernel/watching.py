"""Looking after an account between its orders: heights, losses, silence, and unfinished halts."""

from __future__ import annotations

from engine.domain.events import EquityPeaked
from engine.domain.identifiers import THE_DESK, IntentKey
from engine.domain.requests import HaltTrading, WatchAccount
from engine.kernel.halting import cancelled_again, flattened, on_halt
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step
from engine.risk.drawdown import NOTED_RISE
from engine.risk.standing import Standing
from engine.risk.watch import reason_to_halt


def on_watch(state: State, wish: WatchAccount) -> Step:
    """One look at one account; the runtime takes it every second where there is a need."""
    account, at = wish.account, wish.at
    state.watched_since = state.watched_since or at
    step = NOTHING
    if state.kill_switch.in_force(account) is not None:
        step = cancelled_again(state, account, at).then(flattened(state, account, at))
    standing = state.standing(account, at)
    is_held = any(position.quantity for position in standing.book.positions.values())
    if not is_held and not standing.valuation.may_be_more:
        state.exposed.discard(account)
    return step.then(_peaked(state, standing)).then(_halted(state, standing))


def _peaked(state: State, standing: Standing) -> Step:
    book = standing.book
    if book.peak_equity is None or standing.valuation.equity <= book.peak_equity * NOTED_RISE:
        return NOTHING
    account = book.account.id
    if state.awaits_price(account):
        return NOTHING
    peaked = EquityPeaked(account, standing.valuation.equity, standing.at, state.uncounted(account))
    return state.happened(peaked)


def _halted(state: State, standing: Standing) -> Step:
    reason = reason_to_halt(standing, state.kill_switch, state.watched_since)
    if reason is None:
        return NOTHING
    account, at = standing.book.account.id, standing.at
    wish = HaltTrading(
        key=IntentKey(f"halt:{account}:{reason.name}:{at}"),
        by=THE_DESK,
        reason=reason.cause.value,
        flatten=reason.flatten,
        at=at,
        cause=reason.cause,
        facts=reason.facts,
        account=account,
    )
    return on_halt(state, wish)
