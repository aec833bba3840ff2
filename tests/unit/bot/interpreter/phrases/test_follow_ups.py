"""What is said after an order, a close, a copy or a look: a change of it, a question, or chat."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.interpreter.phrases import PhraseInterpreter
from bot.interpreter.phrases.reading import CommandText, Reading

NOW = datetime(2025, 6, 4, 12, tzinfo=UTC)
INTERPRETER = PhraseInterpreter()
YES = CommandText("yes", {})
LIMIT = CommandText("buy", {"symbol": "BTC/USDT", "quantity": "0.1", "price": "50000"})
MARKET = CommandText("buy", {"symbol": "ETH/USDT", "quantity": "2"})
SUM = CommandText("buy", {"symbol": "ETH/USDT", "amount": "500"})
GUARDED = CommandText(
    "buy",
    {
        "symbol": "BTC/USDT",
        "quantity": "0.5",
        "price": "60000",
        "stop_loss": "58000",
        "take_profit": "66000",
    },
)
STOP = CommandText("sell", {"symbol": "BTC/USDT", "percent": "100%", "stop_price": "58000"})
PERP = CommandText("buy", {"symbol": "BTC/USDT:USDT", "quantity": "0.1"})
ORDERS = [LIMIT, MARKET, SUM, GUARDED]
WEEKLY = CommandText(
    "schedule",
    {
        "command": {"name": "buy", "args": {"symbol": "BTC/USDT", "amount": "100"}},
        "when": "0 9 * * 1",
    },
)
LOOKS = ["chart btc 1h", "price of btc", "alert me when btc goes above 72k"]
LIVE = "run rsi-reversion on eth 1h live"


def _lines(table: str) -> list[str]:
    return [line.strip() for line in table.replace("\n", " ").split("|") if line.strip()]


def _read(*turns: str | CommandText) -> Reading:
    return INTERPRETER.read(list(turns), NOW)


def _orders(*turns: str | CommandText) -> list[tuple[str, dict]]:
    reading = _read(*turns)
    assert reading.outcome == "command"
    return [(c.name, dict(c.args)) for c in reading.commands]


def _asked(*turns: str | CommandText) -> tuple[tuple[str, ...], list[tuple[str, dict]]]:
    reading = _read(*turns)
    assert reading.outcome == "clarify"
    return reading.about, [(c.name, dict(c.args)) for c in reading.commands]


CHAT = """
100% sure | yes 100% | 100% d'accord | lol 2% | i have 500 left | i only have 500 | il me reste 500
| i am 25 | ok 2 | le 15 | see you at 5 | à plus à 5 | c'est à 51000 | it hit 51000
| it dropped to 49000 | it's down 2% | btc dropped 5% | 2 minutes | 1d | btc is at 51000
| now 51000 | 51000 now | wow 52000 | damn 49000 | btc 49000 lol | +1 | in 5 minutes | brb 5
| il est passé à 51000 | my number is 0612345678 | thanks, 2 beers for you | don't make it 0.2
"""
QUESTIONS = (
    "half? | double? | at 51000? | what about 51000 | how about half | 51000? | is 0.2 too much"
)


@pytest.mark.parametrize("text", _lines(CHAT) + _lines(QUESTIONS))
def test_chat_and_questions_change_no_order(text: str) -> None:
    for order in [*ORDERS, STOP, WEEKLY]:
        assert _read(order, text).outcome == "none", order
        assert _read(order, YES, text).outcome == "none", order


@pytest.mark.parametrize("text", ["10:30", "4h", "2 minutes", "le 15"])
def test_a_time_is_no_part_of_an_order(text: str) -> None:
    for order in [*ORDERS, STOP]:
        assert _read(order, text).outcome == "none", order


@pytest.mark.parametrize("text", ["sol?", "what about sol"])
@pytest.mark.parametrize("before", [MARKET, STOP, LIVE, "close btc"])
def test_a_question_of_another_instrument_looks_it_up(before: str | CommandText, text: str) -> None:
    assert _orders(before, text) == [("price", {"symbols": ["SOL/USDT"]})]


@pytest.mark.parametrize("text", ["sol", "btc 51000", "i am 25", "at 70k", "stop at 58k", "500"])
def test_a_live_run_is_changed_by_no_stray_word(text: str) -> None:
    assert "run" not in [c.name for c in _read(LIVE, text).commands]


@pytest.mark.parametrize(
    ("text", "amount"), [("add 100", "1100"), ("100 more", "1100"), ("double", "2000")]
)
def test_the_capital_of_a_copy_is_added_to(text: str, amount: str) -> None:
    ((name, args),) = _orders("follow @alice with 1000", text)
    assert (name, args["amount"]) == ("follow", amount)


def test_a_run_is_given_a_sum() -> None:
    (_, args), *_ = _orders(LIVE, "with 500")
    assert (args["amount"], args["mode"]) == ("500", "live")


@pytest.mark.parametrize(
    "text", ["it dropped to 49000", "at 70k", "stop at 58k", "btc 51000", "i have 500", "ok 500"]
)
def test_a_price_is_no_capital_of_a_copy(text: str) -> None:
    assert _read("follow @alice with 1000", text).outcome == "none"


@pytest.mark.parametrize("before", [*ORDERS, *LOOKS, "run rsi-reversion on btc 1h"])
def test_all_of_it_is_of_what_was_spoken_of_and_not_of_everything(
    before: str | CommandText,
) -> None:
    ((name, args),) = _orders(before, "sell all of it")
    assert name == "sell"
    assert args["symbol"] != "all"
    assert args["percent"] == "100%"
    assert _asked(before, "sell it all") == (("symbol",), [("close", {})])


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("text", ["dump half", "sell half", "take half off", "sell half of it"])
def test_half_of_what_was_bought_is_sold_at_no_old_price(order: CommandText, text: str) -> None:
    half = [("sell", {"symbol": order.args["symbol"], "percent": "50%"})]
    assert _orders(order, text) == half
    assert _orders(order, YES, text) == half


@pytest.mark.parametrize("text", ["reduce by half", "trim 20%", "tp 55k half"])
def test_what_may_be_the_order_or_the_holding_is_asked(text: str) -> None:
    for order in ORDERS:
        assert _asked(order, text)[0] == ("quantity",)


def test_an_order_is_trimmed_until_it_has_bought_something() -> None:
    half = {"quantity": "0.05"}
    assert _orders(LIMIT, "reduce it by half") == [("buy", {**LIMIT.args, **half})]
    assert _asked(LIMIT, YES, "reduce it by half") == (("order",), [("replace", half)])
    assert _orders(MARKET, YES, "reduce it by half")[0][0] == "sell"
    assert _asked(MARKET, YES, "reduce it to 0.05")[0] == ("quantity",)


def test_what_is_trimmed_after_the_yes_is_the_holding() -> None:
    fifth = ("sell", {"symbol": "ETH/USDT", "percent": "20%"})
    assert _orders(MARKET, YES, "trim 20%") == [fifth]


@pytest.mark.parametrize("text", ["sell some", "vends-le", "revends", "go short", "sell"])
def test_the_other_side_takes_over_neither_size_nor_levels(text: str) -> None:
    for order in ORDERS:
        bare = [("sell", {"symbol": order.args["symbol"]})]
        assert _asked(order, text) == (("quantity",), bare)
        assert _asked(order, YES, text) == (("quantity",), bare)


@pytest.mark.parametrize("text", ["buy", "long", "buy some"])
def test_a_purchase_after_a_stop_is_no_stop(text: str) -> None:
    assert _asked(STOP, text) == (("quantity",), [("buy", {"symbol": "BTC/USDT"})])


def test_a_sale_at_another_price_keeps_no_protection() -> None:
    sale = {"symbol": "BTC/USDT", "percent": "50%", "price": "70000"}
    assert _orders(GUARDED, "sell half of it at 70k") == [("sell", sale)]


@pytest.mark.parametrize(
    ("text", "price"), [("actually sell", "50000"), ("make it a sell", "50000")]
)
def test_a_corrected_side_keeps_the_limit(text: str, price: str) -> None:
    assert _orders(LIMIT, text) == [("sell", {**LIMIT.args, "price": price})]
    size = {"symbol": "BTC/USDT", "quantity": "0.5"}
    assert _asked(GUARDED, text) == (("price",), [("sell", size)])


@pytest.mark.parametrize("text", ["same for sol", "and sol", "sol plutôt", "idem sol"])
def test_another_instrument_has_prices_of_its_own(text: str) -> None:
    for order in (LIMIT, GUARDED):
        size = {"symbol": "SOL/USDT", "quantity": order.args["quantity"]}
        assert _asked(order, text) == (("price",), [("buy", size)])
        priced = {**size, "price": "0.3"}
        assert _orders(order, text, "0.3") == [("buy", priced)]
        assert _orders(order, text, "at market") == [("buy", size)]
    assert _orders(MARKET, text) == [("buy", {"symbol": "SOL/USDT", "quantity": "2"})]


def test_the_price_of_another_instrument_may_be_said_with_it() -> None:
    sol = {"symbol": "SOL/USDT", "quantity": "0.1", "price": "150"}
    assert _orders(LIMIT, "sol at 150") == [("buy", sol)]
    assert _asked(STOP, "same for eth")[0] == ("price",)


def test_the_same_of_a_perpetual_is_one() -> None:
    same = {"symbol": "ETH/USDT:USDT", "quantity": "0.1"}
    assert _orders(PERP, "same on eth") == [("buy", same)]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("20", "20"), ("make it 20", "20"), ("5", "5"), ("10k", "10000"), ("add 100", "600"),
        ("100 more", "600"), ("up it by 100", "600"), ("decrease by 100", "400"),
        ("increase to 600", "600"), ("increase it by 10%", "550"), ("diminue de 10%", "450"),
        ("eth 400", "400"),
    ],
)  # fmt: skip
def test_a_sum_stays_a_sum(text: str, amount: str) -> None:
    assert _orders(SUM, text) == [("buy", {"symbol": "ETH/USDT", "amount": amount})]


def test_a_sum_on_a_schedule_stays_a_sum() -> None:
    ((_, args),) = _orders(WEEKLY, "make it 52000")
    assert args["command"]["args"] == {"symbol": "BTC/USDT", "amount": "52000"}


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("buy eth", "500"), ("sell eth", "3000"), ("price of btc", "buy 500"), (MARKET, "51000"),
        (MARKET, "btc 51000"), (SUM, "300 max"), (LIMIT, "300 max"), (LIMIT, "increase to 600"),
        (SUM, "0.2"), (MARKET, "sell 500"), (LIMIT, "increase it by 10%"),
    ],
)  # fmt: skip
def test_a_figure_of_two_meanings_is_asked_with_both(before: str | CommandText, text: str) -> None:
    reading = _read(before, text)
    assert reading.about == ("quantity",)
    assert len(reading.readings) > 1


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("monte à 51k", {"price": "51000"}),
        ("up it by 100", {"price": "50100"}),
        ("decrease by 100", {"price": "49900"}),
        ("augmente de 0.1", {"quantity": "0.2"}),
        ("réduis à 0.05", {"quantity": "0.05"}),
        ("passe à 0.2", {"quantity": "0.2"}),
        ("stop out below 48k", {"stop_loss": "48000"}),
        ("sl @48000", {"stop_loss": "48000"}),
        ("not 0.1, 0.2", {"quantity": "0.2"}),
        ("0.2 @ 49k", {"quantity": "0.2", "price": "49000"}),
        ("can you make it 0.2?", {"quantity": "0.2"}),
        ("ok make it 0.2", {"quantity": "0.2"}),
    ],
)
def test_a_change_is_of_the_figure_that_it_fits(text: str, changed: dict) -> None:
    assert _orders(LIMIT, text) == [("buy", {**LIMIT.args, **changed})]


@pytest.mark.parametrize("text", ["3% below market", "2% sous le marché"])
def test_a_distance_from_the_market_is_no_price(text: str) -> None:
    for order in (LIMIT, MARKET, SUM):
        assert _asked(order, text) == (("price",), [("buy", dict(order.args))])


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("half of that", {"quantity": "0.05"}), ("cut it in half", {"quantity": "0.05"}),
        ("double", {"quantity": "0.2"}), ("reduce size to 0.05", {"quantity": "0.05"}),
        ("49500", {"price": "49500"}), ("limit 49k", {"price": "49000"}),
        ("0.2", {"quantity": "0.2"}), ("gtc", {}), ("on kraken", {}), ("at market", {}),
    ],
)  # fmt: skip
def test_an_order_on_the_book_is_changed_and_not_sent_again(text: str, changed: dict) -> None:
    about, commands = _asked(LIMIT, YES, text)
    assert about[0] == "order"
    assert commands == [("replace", changed)]


def test_the_level_of_a_stop_on_the_book_is_changed() -> None:
    assert _asked(STOP, YES, "raise it to 71k") == (("order",), [("replace", {"price": "71000"})])
    assert _asked(STOP, YES, "put a stop at 57k") == (("order",), [("replace", {"price": "57000"})])
    assert _read(STOP, YES, "put a stop at 58k").outcome == "none"


@pytest.mark.parametrize(
    "text",
    _lines(
        "make it half | cut it in half | double it | 0.2 | bump it to 600 | lower it to 400 | gtc"
    )
    + _lines("on kraken | add 100 | 100 more | sol plutôt | 2 sol"),
)
def test_an_order_that_is_done_is_not_sent_again(text: str) -> None:
    for order in (MARKET, SUM):
        about, ((name, args),) = _asked(order, YES, text)
        assert (about, name, set(args)) == (("quantity",), "buy", {"symbol"})


@pytest.mark.parametrize("text", ["again", "same again", "encore", "la même", "another 2"])
def test_once_more_sends_it_again(text: str) -> None:
    assert _orders(MARKET, YES, text) == [("buy", dict(MARKET.args))]
    assert _read(MARKET, text).outcome == "none"


@pytest.mark.parametrize(
    ("text", "args"),
    [("sell one at 3000", {"price": "3000"}), ("sell 1 at 3000 and 1 at 3500", {})],
)
def test_no_part_of_a_sale_is_dropped(text: str, args: dict) -> None:
    assert _asked(MARKET, text) == (("quantity",), [("sell", {"symbol": "ETH/USDT", **args})])


@pytest.mark.parametrize(
    "text", ["and a half", "3, 4", "3 and 4", "take 1 off", "buy 2 more", "achètes-en 2 de plus"]
)
def test_what_may_be_so_many_or_so_many_more_is_asked(text: str) -> None:
    for order in (MARKET, LIMIT, SUM):
        assert _asked(order, text)[0] == ("quantity",)


def test_two_instruments_are_no_change_of_one_order() -> None:
    assert "symbol" in _asked(SUM, "half eth half sol")[0]


@pytest.mark.parametrize("text", ["and eth", "with 500", "at 5"])
def test_only_another_order_is_cancelled_after_one(text: str) -> None:
    assert _asked("cancel 4410", text) == (("order",), [("cancel", {})])
    assert _orders("cancel 4410", "and 4411") == [("cancel", {"order": "4411"})]


@pytest.mark.parametrize("before", ["close btc", "chart btc 1h", "price of btc"])
def test_what_is_no_order_has_none_to_cancel(before: str) -> None:
    assert _asked(before, "cancel it") == (("order",), [("cancel", {})])


@pytest.mark.parametrize("text", ["cancel my stop", "cancel the tp"])
def test_the_protection_of_an_order_is_not_all_orders_of_the_instrument(text: str) -> None:
    for order in ORDERS:
        assert _asked(order, text) == (("order",), [("cancel", {})])


@pytest.mark.parametrize("before", [(), (LIMIT,), (LIMIT, YES)])
def test_the_order_that_is_moved_is_no_price(before: tuple[CommandText, ...]) -> None:
    moved = _asked(*before, "move 4410 1% lower")
    assert moved == (("price",), [("replace", {"order": "4410"})])


@pytest.mark.parametrize(
    ("before", "text", "answered"),
    [
        ("sell eth", "half", ("sell", {"symbol": "ETH/USDT", "percent": "50%"})),
        ("sell eth", "la moitié", ("sell", {"symbol": "ETH/USDT", "percent": "50%"})),
        ("sell eth", "all", ("sell", {"symbol": "ETH/USDT", "percent": "100%"})),
        ("buy eth", "max", ("buy", {"symbol": "ETH/USDT", "percent": "100%"})),
        ("sell half", "eth", ("sell", {"symbol": "ETH/USDT", "percent": "50%"})),
        ("close", "all", ("close", {"symbol": "all"})),
    ],
)
def test_a_short_answer_completes_what_was_asked(
    before: str, text: str, answered: tuple[str, dict]
) -> None:
    assert _orders(before, text) == [answered]


@pytest.mark.parametrize(
    ("text", "gone"), [("no stop loss", "stop_loss"), ("remove tp", "take_profit")]
)
def test_protection_is_taken_off_again(text: str, gone: str) -> None:
    left = {name: said for name, said in GUARDED.args.items() if name != gone}
    assert _orders(GUARDED, text) == [("buy", left)]


@pytest.mark.parametrize(
    ("text", "when"), [("at 10am instead", "0 10 * * 1"), ("make it fridays", "0 9 * * 5")]
)
def test_a_schedule_is_moved_by_its_words(text: str, when: str) -> None:
    ((_, args),) = _orders(WEEKLY, text)
    assert args["when"] == when
    assert _read(WEEKLY, "thanks, see you at 10am").outcome == "none"
