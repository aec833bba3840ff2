"""Every mutant: what it does wrong, where, and the seed and invariant that catch it."""

from __future__ import annotations

from tests.simulation.mutants.grafting import Graft
from tests.simulation.mutants.mutant import Mutant, changing, on_margin, one
from tests.simulation.mutants.of_attribution import OF_ATTRIBUTION
from tests.simulation.mutants.of_straits import OF_STRAITS
from tests.simulation.scene import Scene

MUTANTS = (
    one(
        "skip the risk check",
        "engine.kernel.state",
        "        return judged(proposal)\n",
        "        return None, ()\n",
        "orders_passed_the_rules",
    ),
    one(
        "trade on through a halt",
        "engine.risk.halted",
        "    if proposal.halted and not proposal.reduces:\n",
        "    if False:\n",
        "orders_passed_the_rules",
    ),
    one(
        "sell what is not held",
        "engine.risk.holding",
        "    if proposal.terms.quantity <= free:\n",
        "    if True:\n",
        "orders_passed_the_rules",
    ),
    one(
        "send again what may have arrived",
        "engine.runtime.sender",
        "                await self.settle_unknown(order)\n            boundary",
        "                continue\n            boundary",
        "each_intent_arrives_once",
        seed=9,
    ),
    one(
        "send what was taken back while it waited",
        "engine.runtime.sender",
        "        while not await self._is_taken_back(name):\n",
        "        while True:\n",
        "nothing_leaves_that_was_taken_back",
        seed=8,
    ),
    Mutant(
        "leave what follows another order naked",
        (
            Graft(
                "engine.execution.protection",
                "        if order.is_protection:\n",
                "        if order.parent is not None:\n",
            ),
        ),
        "protection_covers_the_position",
        scene=Scene(talk="conditions"),
    ),
    Mutant(
        "forget the other one of a pair",
        (
            Graft(
                "engine.execution.pairs",
                "        if pair is None:\n            return events",
                "        if True:\n            return events",
            ),
        ),
        "a_pair_stands_for_one",
        scene=Scene(talk="conditions"),
    ),
    Mutant(
        "pause before the stop that takes another one's place",
        (
            Graft(
                "engine.execution.legs",
                "        has_ended = not order.is_open and (was_going or "
                "order.state is not OrderState.FILLED)\n",
                "        has_ended = False\n",
            ),
        ),
        "protection_that_is_short_is_on_its_way",
        seed=14,
        hours=5.0,
        scene=Scene(row="kraken", means="scarce"),
    ),
    one(
        "take silence for a refusal",
        "engine.runtime.sender",
        "facts.OrderBecameUnknown(name, error.code, now)",
        "facts.OrderRejected(name, error.code, now)",
        "what_ended_has_ended",
    ),
    one(
        "believe an absence at once",
        "engine.runtime.sender",
        "(is_missing and has_landed)",
        "is_missing",
        "what_ended_has_ended",
    ),
    one(
        "send before it is written",
        "engine.runtime.sender",
        "        step = await self._written(lambda: SendOrder(name, self._clock.now_ms()))\n",
        "        await self._deliver(order)\n"
        "        await self._written(lambda: SendOrder(name, self._clock.now_ms()))\n"
        "        return\n",
        "nothing_leaves_before_it_is_written",
    ),
    one(
        "forget a cancel",
        "engine.runtime.sender",
        "        await self._insist(command, lambda: self._venues[command.account].cancel(",
        "        self._insist and (lambda: self._venues[command.account].cancel(",
        "cancels_come_to_something",
    ),
    one(
        "ask once to cancel, and give up",
        "engine.runtime.sender",
        "                await self._clock.sleep(_wait(error))\n            else:",
        "                return\n            else:",
        "cancels_come_to_something",
        seed=7,
    ),
    Mutant(
        "send however old",
        (
            Graft(
                "engine.kernel.sending",
                "    if order.expires_to_send_at and wish.at > order.expires_to_send_at:\n",
                "    if False:\n",
            ),
            Graft(
                "engine.runtime.sender",
                "        if order.expires_to_send_at and after > order.expires_to_send_at:\n",
                "        if False:\n",
            ),
        ),
        "no_order_leaves_too_late",
        seed=21,
    ),
    changing(
        "forget a change that a process did not live to hear of",
        "engine.runtime.resuming",
        "        if now.asked is None:\n",
        "        if True:\n",
        "changes_come_to_something",
        seed=3,
    ),
    changing(
        "take a change without an answer for a refused one",
        "engine.runtime.sender",
        "            self._spawn(self.settle_change(command.account, name))\n",
        "            await self._not_changed(name, error.code)\n",
        "an_order_rests_only_where_it_was_confirmed",
        seed=1,
    ),
    one(
        "let a store that is locked end the desk",
        "engine.runtime.sender",
        '            except StoreUnavailable as error:\n                _log.error("not_written"',
        '            except ZeroDivisionError as error:\n                _log.error("not_written"',
        "the_desk_does_not_die_by_itself",
    ),
    changing(
        "show the venue's own error",
        "engine.runtime.sender",
        "await self._not_changed(name, error.code)",
        "await self._not_changed(name, str(error))",
        "no_secret_is_shown",
        seed=2,
    ),
    one(
        "forget a child on a partial fill",
        "engine.execution.protection",
        "    leg.wanted = wanted\n",
        "    leg.wanted = wanted = min(wanted, leg.wanted) if leg.latest else wanted\n",
        "protection_covers_the_position",
    ),
    one(
        "protect nothing",
        "engine.execution.protection",
        "    leg.wanted = wanted\n",
        "    leg.wanted = wanted\n    return\n",
        "protection_covers_the_position",
    ),
    Mutant(
        "book a repeated fill twice",
        (
            Graft(
                "engine.kernel.state",
                "        if not self.orders.note_trade(event):\n",
                "        self.orders.note_trade(event)\n        if False:\n",
            ),
        ),
        "fills_are_the_exchanges_own",
    ),
    one(
        "forget the fee",
        "engine.portfolio.book",
        "            self._pay(paid_in, fee)\n",
        "            pass\n",
        "cash_is_conserved",
    ),
    one(
        "count a sale as a purchase",
        "engine.portfolio.positions",
        "    after = held + signed - fee_in_base\n",
        "    after = held + quantity - fee_in_base\n",
        "positions_are_the_sum_of_fills",
    ),
    one(
        "go on from memory when the disk refused",
        "engine.runtime.turns",
        "            self._is_behind = True\n",
        "            self._is_behind = False\n",
        "cash_is_conserved",
    ),
    Mutant(
        "reckon what follows anew after the yes",
        (
            Graft(
                "bot.families.trade",
                '            exact = exact.model_copy(update={"oto": line})\n',
                "",
            ),
        ),
        "orders_are_confirmed_by_their_own_sender",
        scene=Scene(talk="conditions"),
    ),
    one(
        "pass over the entry after a snapshot",
        "engine.runtime.snapshots",
        "        async for recorded in self._journal.read(last):\n",
        "        async for recorded in self._journal.read(last + bool(last)):\n",
        "the_desk_does_not_die_by_itself",
    ),
    one(
        "write the journal and not the rows beside it",
        "connectors.storage.journal",
        "        self.projections.write(session)\n",
        "",
        "rows_tell_what_the_journal_tells",
    ),
    one(
        "forget what was asked before a crash",
        "bot.intake.intake",
        "        for message in await self._inbox.unanswered():\n",
        "        for message in ():\n",
        "every_message_is_answered_soon",
    ),
    one(
        "take note of a message without storing it",
        "bot.intake.intake",
        "        committed = await self._inbox.receive(message)\n",
        "        try:\n"
        "            committed = await self._inbox.receive(message)\n"
        "        except Exception:\n"
        "            return\n",
        "every_message_has_one_final_answer",
    ),
    one(
        "count repeated deliveries against their sender",
        "bot.intake.intake",
        "        committed = await self._inbox.receive(message)\n",
        "        self._allowance.count(message.platform, message.sender)\n"
        "        committed = await self._inbox.receive(message)\n",
        "every_message_has_one_final_answer",
        seed=7,
    ),
    one(
        "leave an answer that could not be stored",
        "bot.pipeline",
        "                await self._clock.sleep(_RETRY_SECONDS)\n",
        "                return\n",
        "every_message_is_answered_soon",
    ),
    one(
        "answer a repeated delivery again",
        "bot.intake.intake",
        "        if committed is not None:\n",
        "        committed = committed or message\n        if committed is not None:\n",
        "answers_go_where_they_were_asked_for",
    ),
    one(
        "answer into another conversation",
        "bot.pipeline",
        "                conversation=said.places.get(place, message.conversation),\n",
        '                conversation="slack:ann" if message.platform == "slack" '
        "else said.places.get(place, message.conversation),\n",
        "answers_go_where_they_were_asked_for",
    ),
    Mutant(
        "release a ticket to another person",
        (
            Graft(
                "bot.confirmation.desk",
                "            or ticket.person != principal.person\n"
                "            or ticket.conversation != principal.conversation\n",
                "",
            ),
            Graft(
                "bot.confirmation.desk",
                "        if not is_genuine(ticket, context.principal, self._secret):\n",
                "        if False:\n",
            ),
        ),
        "orders_are_confirmed_by_their_own_sender",
    ),
    Mutant(
        "take a yes however late",
        (
            Graft(
                "bot.confirmation.desk",
                "        if ticket.expires_at <= heard:\n",
                "        if False:\n",
            ),
            Graft(
                "connectors.storage.tickets",
                '            and_(_t.c.state == "pending", _t.c.expires_at > bindparam("now")),\n',
                '            and_(_t.c.state == "pending", bindparam("now") > 0),\n',
            ),
        ),
        "a_yes_comes_in_time_and_at_the_price",
    ),
    one(
        "let a viewer trade",
        "bot.identity.permissions",
        "    if principal.role < needed:\n",
        "    if False:\n",
        "orders_are_confirmed_by_their_own_sender",
    ),
    one(
        "close on the wrong side",
        "bot.commands.orders.close",
        "                side=Side.SELL if holding.position.quantity > 0 else Side.BUY,\n",
        "                side=Side.BUY if holding.position.quantity > 0 else Side.SELL,\n",
        "orders_are_confirmed_by_their_own_sender",
    ),
    one(
        "pass over fills that were missed",
        "engine.runtime.told",
        "    reports.extend(found.fills)\n",
        "",
        "desk_and_exchange_agree",
        seed=9,
    ),
    one(
        "move the cursor without the rows",
        "bot.notifications.follower",
        "                await self._outbox.follow(CURSOR, last, messages)\n",
        "                await self._outbox.follow(CURSOR, last, ())\n",
        "everybody_hears_of_their_fills",
    ),
    one(
        "note it sent and not send it",
        "connectors.storage.outbox",
        '        _t.c.state == "pending",\n',
        '        _t.c.state == "pending",\n        _t.c.attempts < 0,\n',
        "every_card_is_shown_once",
    ),
    one(
        "book what moved cash again",
        "engine.portfolio.book",
        "        return entry.id in self._entered or entry.at < self.opened_at\n",
        "        return entry.at < self.opened_at\n",
        "the_desk_does_not_die_by_itself",
    ),
    one(
        "look only at what moved cash since the last",
        "engine.runtime.cash",
        "        since = max(book.opened_at, known_until - _BACK_MS)\n",
        "        since = self._clock.now_ms()\n",
        "the_money_is_all_there",
    ),
    Mutant(
        "believe a moment that is still to come",
        (
            Graft(
                "bot.notifications.courier",
                "            at = min(spoken, now)",
                "            at = spoken",
            ),
        ),
        "every_card_is_shown_once",
        seed=20,
        hours=1.0,
        scene=Scene(faces="all"),
    ),
    Mutant(
        "ask for coins that rest to be sold",
        (
            Graft(
                "engine.kernel.following",
                "Watch(needed, resting, price)",
                "Watch(needed, 0, price)",
            ),
        ),
        "protection_covers_the_position",
        seed=17,
        hours=5.0,
        scene=Scene(row="okx"),
    ),
    Mutant(
        "let a sale in slices leave whole",
        (
            Graft(
                "engine.kernel.sending",
                " or order.twap is not None:\n",
                ":\n",
            ),
            Graft(
                "engine.kernel.sending",
                "        and order.twap is None\n        and (claims",
                "        and (claims",
            ),
        ),
        "what_goes_in_slices_stays",
        scene=Scene(row="okx", talk="conditions"),
    ),
    on_margin(
        "take a leverage for set before it is read back",
        "engine.runtime.leverage",
        "            await self._note(account, symbol, None, by)\n",
        "            await self._note(account, symbol, leverage, by)\n",
        "a_leverage_was_confirmed_and_read_back",
    ),
    on_margin(
        "open on a leverage that nobody knows",
        "engine.risk.margin",
        "    if symbol in proposal.book.leverage:\n",
        "    if True:\n",
        "nothing_opens_on_an_unknown_leverage",
    ),
    on_margin(
        "pay funding twice",
        "engine.portfolio.book",
        "        self._pay(entry.currency, -entry.amount)\n",
        "        self._pay(entry.currency, -entry.amount * (1 if entry.symbol is None else 2))\n",
        "cash_is_conserved",
    ),
    on_margin(
        "ask nobody what was liquidated",
        "engine.runtime.reconcile",
        "            if self._forced is not None:\n",
        "            if False:\n",
        "what_was_forced_is_found",
    ),
    on_margin(
        "protect a short as if it were long",
        "engine.execution.legs",
        "            side=parent.terms.side.opposite,\n",
        "            side=type(parent.terms.side).SELL,\n",
        "what_closes_is_held_to_that",
    ),
    on_margin(
        "close with what may open",
        "engine.desk.drafting",
        "            or (closes and instrument.kind.is_margined)\n",
        "",
        "what_closes_is_held_to_that",
    ),
    *OF_ATTRIBUTION,
    *OF_STRAITS,
)
