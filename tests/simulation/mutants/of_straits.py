"""Mutants that only show where means are scarce."""

from __future__ import annotations

from tests.simulation.mutants.mutant import Mutant, scarce

OF_STRAITS: tuple[Mutant, ...] = (
    scarce(
        "set nothing aside for orders at market",
        "engine.risk.standing",
        "                if asked.unpriced and",
        "                if False and",
        "orders_passed_the_rules",
    ),
    scarce(
        "close on a loss though nobody said so",
        "engine.risk.watch",
        "    does = limit.on_breach is OnBreach.FLATTEN\n",
        "    does = limit.on_breach is not OnBreach.FLATTEN\n",
        "a_loss_halts_as_was_set",
    ),
    scarce(
        "follow a part as the whole",
        "engine.kernel.triggering",
        "    if filled >= whole:\n",
        "    if filled:\n",
        "what_follows_is_no_more",
        talk="conditions",
        seed=56,
    ),
    scarce(
        "let nothing follow what was taken back in part",
        "engine.kernel.triggering",
        "    if second is None or first.is_open or first.filled <= earlier:\n",
        "    if second is None or first.is_open or first.remaining:\n",
        "what_is_to_follow_follows",
        talk="conditions",
        seed=12,
    ),
    scarce(
        "look after nobody who holds nothing",
        "engine.kernel.state",
        "        self.exposed.update(self.accounts)\n",
        "        pass\n",
        "a_loss_at_its_limit_halts",
        seed=3,
    ),
    scarce(
        "take money that was taken out for lost",
        "engine.portfolio.book",
        "            self.day_equity += worth\n",
        "            pass\n",
        "a_loss_halts_as_was_set",
    ),
    scarce(
        "tell nobody what a loss has closed",
        "bot.notifications.follower",
        "    return order.placed_by == THE_DESK and order.purpose is not Purpose.ENTRY\n",
        "    return order.placed_by == THE_DESK and order.purpose.value == 'liquidation'\n",
        "everybody_hears_of_their_fills",
    ),
    scarce(
        "know a trade by its number alone",
        "engine.execution.orders",
        "        name, trade = event.client_order_id, event.trade_id\n",
        '        name, trade = ClientOrderId(""), event.trade_id\n',
        "desk_and_exchange_agree",
    ),
)
