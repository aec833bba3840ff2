"""The tables of a report, and its fills as a file for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import zip_longest

from bot.presenters.figures import exact, formula_of, name_of, written
from bot.presenters.paper.csv import write_csv
from bot.presenters.paper.spec import Column, Definition, Table
from bot.voice import Voice
from engine.desk import Booking, Figure, Held, InstrumentResult, Performance, RoundTrip
from engine.domain.money import round_to

_CENT = Decimal("0.01")
MOST_ROWS = 30
"""Of a table on paper; the file has all."""
_FILE_COLUMNS = (
    *("time", "symbol", "side", "quantity", "price", "fee", "fee_currency", "realized"),
    *("currency", "order", "trade"),
)
_TRADING = frozenset(
    {
        *("trades", "win_rate", "average_win", "average_loss", "payoff", "profit_factor"),
        *("expectancy", "system_quality", "largest_win", "largest_loss", "longest_losing_run"),
        *("average_holding_hours", "fees", "exposure", "turnover"),
    }
)


_RARE = {"funding", "currency", "flows"}
"""Steps that are left out where there is nothing to say."""


def bridge_table(seen: Performance, voice: Voice) -> Table:
    """From the equity at the start to that at the end, every step of it."""
    currency = seen.account.currency
    steps: list[tuple[str, Decimal]] = [
        ("realized", seen.realized),
        ("fees", -seen.fees),
        ("funding", seen.funding),
        ("unrealized", seen.unrealized_change),
        ("currency", seen.currency_effect),
        ("flows", seen.flows),
    ]
    rows = [(voice.say("report.bridge.opening"), voice.money(seen.opening.equity, currency))]
    rows += [
        (voice.say(f"report.bridge.{name}"), voice.money(_cents(value), currency, signed=True))
        for name, value in steps
        if name not in _RARE or _cents(value)
    ]
    rows.append((voice.say("report.bridge.closing"), voice.money(seen.closing.equity, currency)))
    columns = _columns(voice, "step", "-amount")
    return Table(voice.say("report.bridge.title"), columns, tuple(rows))


def figures_table(seen: Performance, voice: Voice, *, trading: bool) -> Table:
    """The statistics of equity, or those of trades, side by side."""
    figures = [f for f in seen.figures if (f.name in _TRADING) is trading]
    title = voice.say("report.trading.title" if trading else "report.risk.title")
    currency = str(seen.account.currency)
    cells = [(name_of(f, voice), written(f, currency, voice)) for f in figures]
    half = (len(cells) + 1) // 2
    pairs = zip_longest(cells[:half], cells[half:], fillvalue=("", ""))
    rows = tuple((*left, *right) for left, right in pairs)
    return Table(title, _columns(voice, "figure", "-value", "figure", "-value"), rows)


def results_table(seen: Performance, voice: Voice) -> Table:
    """A row an instrument, in account currency; funding only where there was some."""
    currency = str(seen.account.currency)
    funded = ("±funding",) if any(result.funding for result in seen.results) else ()
    names = ("symbol", "±realized", "±unrealized", "-fees", *funded, "±net", "-fills")
    columns = _columns(voice, *names)
    return Table(
        voice.say("report.results.title"),
        columns,
        tuple(_result(result, voice, is_funded=bool(funded)) for result in seen.results),
        empty=voice.say("report.results.empty"),
        note=voice.say("report.in_currency", currency=currency),
    )


def _result(result: InstrumentResult, voice: Voice, *, is_funded: bool) -> tuple[str, ...]:
    amounts = (result.realized, result.unrealized)
    funding = (voice.number(_cents(result.funding), signed=True),) if is_funded else ()
    return (
        result.symbol,
        *(voice.number(_cents(amount), signed=True) for amount in amounts),
        voice.number(_cents(result.fees)),
        *funding,
        voice.number(_cents(result.net), signed=True),
        str(result.fills),
    )


def held_table(seen: Performance, voice: Voice) -> Table:
    """What is held at the end."""
    names = ("symbol", "-quantity", "-entry", "-price", "-value", "±unrealized")
    return Table(
        voice.say("report.held.title"),
        _columns(voice, *names),
        tuple(_holding(held, voice) for held in seen.held),
        empty=voice.say("report.held.empty"),
    )


def _holding(held: Held, voice: Voice) -> tuple[str, ...]:
    quote, step = held.instrument.quote, held.instrument.price_step
    entry = held.position.average_price
    return (
        held.position.symbol,
        voice.quantity(held.position.quantity),
        voice.price(None if entry is None else round_to(entry, step)),
        voice.price(held.price),
        voice.money(held.value, quote),
        voice.money(held.unrealized, quote, signed=True),
    )


def trips_table(seen: Performance, voice: Voice) -> Table:
    """Each closing, newest first."""
    names = ("time", "symbol", "-quantity", "-entry", "-exit", "held", "-fees", "±profit")
    trips = sorted(seen.trips, key=lambda trip: -trip.exit_time)
    return Table(
        voice.say("report.trips.title"),
        _columns(voice, *names),
        tuple(_trip(trip, seen, voice) for trip in trips[:MOST_ROWS]),
        empty=voice.say("report.trips.empty"),
        note=_limited(len(trips), voice),
    )


def _trip(trip: RoundTrip, seen: Performance, voice: Voice) -> tuple[str, ...]:
    instrument = seen.instruments[trip.symbol]
    entry, leave = (
        round_to(Decimal(repr(price)), instrument.price_step)
        for price in (trip.entry_price, trip.exit_price)
    )
    return (
        voice.when(int(trip.exit_time * 1000)),
        trip.symbol,
        voice.quantity(round_to(Decimal(repr(trip.quantity)), instrument.quantity_step)),
        voice.price(entry),
        voice.price(leave),
        voice.span(trip.seconds),
        voice.number(exact(trip.fees)),
        voice.money(exact(trip.profit), instrument.quote, signed=True),
    )


def fills_table(seen: Performance, voice: Voice) -> Table:
    """Each execution, newest first."""
    names = ("time", "symbol", "side", "-quantity", "-price", "-fee", "±realized")
    bookings = seen.bookings[::-1]
    return Table(
        voice.say("report.fills.title"),
        _columns(voice, *names),
        tuple(_fill(booking, seen, voice) for booking in bookings[:MOST_ROWS]),
        empty=voice.say("report.fills.empty"),
        note=_limited(len(bookings), voice),
    )


def _fill(booking: Booking, seen: Performance, voice: Voice) -> tuple[str, ...]:
    fill = booking.fill
    quote = seen.instruments[fill.symbol].quote
    realized = voice.money(booking.realized, quote, signed=True) if booking.realized else ""
    return (
        voice.when(fill.at),
        fill.symbol,
        voice.say(f"side.{fill.side.value}"),
        voice.quantity(fill.quantity),
        voice.price(fill.price),
        voice.money(fill.fee, fill.fee_currency),
        realized,
    )


def definitions(figures: Sequence[Figure], voice: Voice) -> tuple[Definition, ...]:
    """How each figure is reckoned."""
    return tuple(
        Definition(name_of(f, voice), formula_of(f, voice), voice.say(f"unit.{f.unit.value}"))
        for f in figures
    )


def fills_file(seen: Performance) -> bytes:
    """Every fill as comma-separated values: times in UTC, plain numbers, lasting names."""
    return write_csv(_FILE_COLUMNS, _file_rows(seen))


def _file_rows(seen: Performance) -> Iterator[tuple[str, ...]]:
    for booking in seen.bookings:
        fill = booking.fill
        amounts = (fill.quantity, fill.price, fill.fee)
        yield (
            datetime.fromtimestamp(fill.at / 1000, UTC).isoformat(timespec="milliseconds"),
            fill.symbol,
            fill.side.value,
            *(f"{amount:f}" for amount in amounts),
            fill.fee_currency,
            f"{booking.realized:f}",
            seen.instruments[fill.symbol].quote,
            fill.client_order_id,
            fill.trade_id,
        )


def _columns(voice: Voice, *names: str) -> tuple[Column, ...]:
    """`-` stands at the right, `±` at the right in the colour of its sign."""
    return tuple(
        Column(
            voice.say(f"report.column.{name.lstrip('-±')}"),
            "right" if name[0] in "-±" else "left",
            signed=name[0] == "±",
        )
        for name in names
    )


def _limited(count: int, voice: Voice) -> str:
    shown = count <= MOST_ROWS
    return "" if shown else voice.say("report.limited", shown=str(MOST_ROWS), count=str(count))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_EVEN)
