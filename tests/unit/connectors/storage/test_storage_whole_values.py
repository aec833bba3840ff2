"""Whatever a value holds, each of its fields outlives a restart."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.message import InboundMessage, OutgoingMessage, Person, Schedule, Ticket, TicketState
from bot.ports.messages import Answer
from connectors.storage.driver import inline
from engine.ports.venue import VenueOrder
from tests.unit.connectors.storage.desk import message, waiting, with_stores
from tests.unit.connectors.storage.values import values_of

few = settings(max_examples=12, deadline=None)


def kept(new_path, write, read):
    path = new_path()
    with_stores(path, write, creator=inline)
    return with_stores(path, read, creator=inline)


@few
@given(said=values_of(InboundMessage))
def test_a_message_is_kept_whole(said, new_path):
    waiting = kept(new_path, lambda s: s.inbox.receive(said), lambda s: s.inbox.unanswered())
    assert waiting == [replace(said, id=1)]


@few
@given(ticket=values_of(Ticket))
def test_a_ticket_is_kept_whole(ticket, new_path):
    answer = Answer(message(), (), (ticket,))
    read = lambda s: s.tickets.find(ticket.id)
    assert kept(new_path, lambda s: s.inbox.answer(answer), read) == ticket


@few
@given(ticket=values_of(Ticket), by=st.integers(1, 9))
def test_any_pending_ticket_can_be_used_in_time(ticket, by, new_path):
    pending = replace(ticket, state=TicketState.PENDING, used_by=0, expires_at=2_000)
    answer = Answer(message(), (), (pending,))
    read = lambda s: s.tickets.redeem(pending, by, 1_999)
    assert kept(new_path, lambda s: s.inbox.answer(answer), read)


@few
@given(said=values_of(OutgoingMessage))
def test_a_row_of_the_outbox_is_kept_whole(said, new_path):
    pending = replace(said, state="pending")
    write = lambda s: s.outbox.follow("c", 1, [replace(said, state=type(said.state)("pending"))])
    rows = kept(new_path, write, lambda s: waiting(s, said.platform))
    assert rows == [replace(pending, id=1)]


@few
@given(person=values_of(Person))
def test_a_person_is_kept_whole(person, new_path):
    write = lambda s: s.people.join("terminal", "x", person)
    assert kept(new_path, write, lambda s: s.people.find("terminal", "x")) == person


@few
@given(schedule=values_of(Schedule))
def test_a_schedule_is_kept_whole(schedule, new_path):
    write = lambda s: s.schedules.add(schedule)
    assert kept(new_path, write, lambda s: s.schedules.of(schedule.owner)) == [schedule]


@few
@given(stated=values_of(VenueOrder))
def test_a_paper_order_is_kept_whole(stated, new_path):
    write = lambda s: s.paper_book.save([stated], {})
    read = lambda s: s.paper_book.find(stated.order.client_order_id)
    assert kept(new_path, write, read) == stated
