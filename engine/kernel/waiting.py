"""What waits for its time: slices that are due, protection that is not where it should be, and
what should be gone.
"""

from __future__ import annotations

from engine.domain.requests import PassTime
from engine.kernel.following import paired, protected, swept
from engine.kernel.sending import released
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step
from engine.kernel.triggering import worked_out


def on_time(state: State, wish: PassTime) -> Step:
    """Its cost grows with what is open alone."""
    step = NOTHING
    for run in state.slicing.running():
        step = step.then(worked_out(state, run.parent.client_order_id, wish.at))
    for account, symbol in state.brackets.places():
        step = step.then(protected(state, account, symbol, wish.at))
        step = step.then(released(state, account, symbol))
    for account, book in state.accounts.items():
        for symbol in book.reducing():
            step = step.then(swept(state, account, symbol, wish.at))
    for name in state.pairs.open():
        step = step.then(paired(state, name, wish.at))
    return step
