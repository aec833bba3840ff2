"""Mutants that only show where means are scarce."""

from __future__ import annotations

from tests.simulation.mutants.grafting import Graft
from tests.simulation.mutants.mutant import Mutant, scarce
from tests.simulation.scene import PERPETUALS, SCARCE, Scene

OF_STRAITS: tuple[Mutant, ...] = (
    scarce(
        "set nothing aside for orders at market",
        "engine.risk.standing",
        "                if asked.unpriced and",
        "                if False and",
        "orders_passed_the_rules",
    ),
    scarce(
        "count closing orders anew where one halt comes beside another",
        "engine.risk.kill_switch",
        "key == self._closing_key(owner)}",
        "key is None}",
        "what_a_halt_closes_is_gone",
    ),
    scarce(
        "close on a loss though nobody said so",
        "engine.risk.watch",
        "            does = limit.on_breach is OnBreach.FLATTEN\n",
        "            does = limit.on_breach is not OnBreach.FLATTEN\n",
        "a_loss_halts_as_was_set",
    ),
    scarce(
        "tell nobody what a loss has closed",
        "bot.notifications.follower",
        "(order is not None and order.placed_by == THE_DESK)",
        "(order is not None and order.purpose.value == 'liquidation')",
        "everybody_hears_of_their_fills",
    ),
    scarce(
        "know a trade by its number alone",
        "engine.execution.orders",
        "        name, trade = event.client_order_id, event.trade_id\n",
        '        name, trade = ClientOrderId(""), event.trade_id\n',
        "desk_and_exchange_agree",
    ),
    Mutant(
        "leave an order open that a change made whole",
        (
            Graft(
                "engine.execution.transitions",
                "    is_whole = order.is_open and ZERO < event.terms.quantity <= order.filled\n",
                "    is_whole = False\n",
            ),
        ),
        "desk_and_exchange_agree",
        hours=5.0,
        scene=Scene(row="okx", talk="changes", means=SCARCE),
    ),
    scarce(
        "end the desk where a venue is let go of",
        "engine.runtime.sender",
        "        venue = self._venues.get(account)\n        return _LONGEST",
        "        venue = self._venues[account]\n        return _LONGEST",
        "the_desk_does_not_die_by_itself",
        market=PERPETUALS,
    ),
)
