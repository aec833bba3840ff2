"""What must hold, by when it is looked at: a small function each, which gives what is wrong, if so.

They look at the exchange's own book, the platforms' own screens, the desk's file read from outside,
and the desk's memory.
"""

from __future__ import annotations

from tests.simulation.at_rest import (
    every_card_is_shown_once,
    every_message_has_one_final_answer,
    every_yes_came_to_something,
    everybody_hears_of_their_fills,
    replay_rebuilds_the_state,
    rows_tell_what_the_journal_tells,
    the_money_is_all_there,
    the_orders_are_the_exchanges,
    the_record_is_unbroken,
)
from tests.simulation.changing import (
    a_change_was_confirmed,
    an_order_rests_only_where_it_was_confirmed,
    changes_come_to_something,
    every_change_was_answered,
)
from tests.simulation.each_row import (
    a_yes_comes_in_time_and_at_the_price,
    fills_are_the_exchanges_own,
    nothing_goes_that_nobody_asked_to_go,
    nothing_leaves_that_a_halt_forbids,
    orders_are_confirmed_by_their_own_sender,
    orders_passed_the_rules,
    what_closes_everything_was_confirmed,
    what_ended_has_ended,
)
from tests.simulation.each_step import (
    answers_go_where_they_were_asked_for,
    cash_is_conserved,
    each_intent_arrives_once,
    no_order_leaves_too_late,
    no_secret_is_shown,
    nothing_leaves_before_it_is_written,
    nothing_leaves_that_was_taken_back,
    positions_are_the_sum_of_fills,
    what_goes_in_slices_stays,
)
from tests.simulation.evidence import Check
from tests.simulation.followed import what_follows_is_no_more, what_is_to_follow_follows
from tests.simulation.in_time import (
    a_halt_leaves_nothing_that_adds_risk,
    a_pair_stands_for_one,
    cancels_come_to_something,
    desk_and_exchange_agree,
    every_message_is_answered_soon,
    protection_covers_no_more,
    protection_covers_the_position,
    protection_that_is_short_is_on_its_way,
    slices_make_up_the_whole,
    unknown_does_not_stay,
    what_a_halt_closes_is_gone,
)
from tests.simulation.losses import (
    a_loss_at_its_limit_halts,
    a_loss_halts_as_was_set,
    losses_count_from_what_was_worth,
)
from tests.simulation.on_margin import (
    a_leverage_is_the_exchanges,
    a_leverage_was_confirmed_and_read_back,
    cash_moves_are_the_exchanges_own,
    nothing_leaves_on_an_unknown_leverage,
    nothing_opens_on_an_unknown_leverage,
    what_closes_is_held_to_that,
    what_was_forced_is_booked_as_that,
    what_was_forced_is_found,
)

EACH_ROW = (
    cash_moves_are_the_exchanges_own,
    nothing_opens_on_an_unknown_leverage,
    a_leverage_was_confirmed_and_read_back,
    what_was_forced_is_booked_as_that,
    fills_are_the_exchanges_own,
    orders_are_confirmed_by_their_own_sender,
    what_closes_everything_was_confirmed,
    a_yes_comes_in_time_and_at_the_price,
    orders_passed_the_rules,
    losses_count_from_what_was_worth,
    a_loss_halts_as_was_set,
    nothing_leaves_that_a_halt_forbids,
    what_ended_has_ended,
    nothing_goes_that_nobody_asked_to_go,
    a_change_was_confirmed,
    an_order_rests_only_where_it_was_confirmed,
)

EACH_COMMIT: tuple[Check, ...] = (cash_is_conserved, positions_are_the_sum_of_fills)

AT_SENDING = (
    what_closes_is_held_to_that,
    nothing_leaves_on_an_unknown_leverage,
    what_goes_in_slices_stays,
    nothing_leaves_before_it_is_written,
    no_order_leaves_too_late,
    nothing_leaves_that_was_taken_back,
)

AT_ARRIVAL = (each_intent_arrives_once,)

AT_SHOWING = (no_secret_is_shown, answers_go_where_they_were_asked_for)

FROM_TIME_TO_TIME: tuple[Check, ...] = (
    what_a_halt_closes_is_gone,
    a_leverage_is_the_exchanges,
    what_was_forced_is_found,
    protection_covers_the_position,
    protection_that_is_short_is_on_its_way,
    protection_covers_no_more,
    a_pair_stands_for_one,
    slices_make_up_the_whole,
    what_follows_is_no_more,
    a_loss_at_its_limit_halts,
    unknown_does_not_stay,
    cancels_come_to_something,
    changes_come_to_something,
    a_halt_leaves_nothing_that_adds_risk,
    every_message_is_answered_soon,
    desk_and_exchange_agree,
)

FROM_HOUR_TO_HOUR: tuple[Check, ...] = (
    replay_rebuilds_the_state,
    rows_tell_what_the_journal_tells,
)

AT_THE_END: tuple[Check, ...] = (
    every_message_has_one_final_answer,
    every_card_is_shown_once,
    everybody_hears_of_their_fills,
    every_yes_came_to_something,
    every_change_was_answered,
    what_is_to_follow_follows,
    the_money_is_all_there,
    the_orders_are_the_exchanges,
    the_record_is_unbroken,
)
