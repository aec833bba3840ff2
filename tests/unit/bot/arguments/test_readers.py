"""What people write for a value, and the one canonical text it comes to."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arguments import (
    read_cron,
    read_decimal,
    read_duration,
    read_percent,
    read_period,
    read_symbol,
    read_timeframe,
)
from bot.arguments.names import asset_names, rows
from bot.errors import ArgumentInvalid, Unreadable
from bot.failures import problem
from bot.voice import LANGUAGES, Voice

DECIMALS = {
    "60k": "60000",
    "1.2m": "1200000",
    ".5": "0.5",
    "0,5": "0.5",
    "1 234,5": "1234.5",
    "1,234.5": "1234.5",
    "1.500,5": "1500.5",
    "61,250": "61250",
    "half a": "0.5",
    "un demi": "0.5",
    "deux": "2",
    "sixty two thousand": "62000",
    "trois mille cent": "3100",
    "quatre-vingt-dix-sept": "97",
    "soixante et onze": "71",
}
PERCENTS = {
    "5%": "5%",
    "5 pour cent": "5%",
    "half": "50%",
    "a third": "33.33%",
    "les deux tiers": "66.67%",
    "tout": "100%",
    "trente pour cent": "30%",
}
SYMBOLS = {
    "btc": "BTC/USDT",
    "bitcoin": "BTC/USDT",
    "BTCUSDT": "BTC/USDT",
    "btc/usdt:usdt": "BTC/USDT:USDT",
    "btc perp": "BTC/USDT:USDT",
    "BTC-PERP": "BTC/USDT:USDT",
    "BTCUSDT.P": "BTC/USDT:USDT",
    "bitcoin perpétuel": "BTC/USDT:USDT",
    "perp eth usdc": "ETH/USDC:USDC",
    "perp": "PERP/USDT",
    "uniswap": "UNI/USDT",
    "btc-usdt": "BTC/USDT",
    "btc usdt": "BTC/USDT",
    "BTC/USDT": "BTC/USDT",
    "eth/eur": "ETH/EUR",
    "apple": "AAPL",
    "AAPL": "AAPL",
    "L'Oréal": "OR",
    "société générale": "GLE",
    "foo": "FOO",
    "FOOUSDT": "FOO/USDT",
}
TIMEFRAMES = {
    "4h": "4h",
    "H4": "4h",
    "4 heures": "4h",
    "1 hour": "1h",
    "hourly": "1h",
    "journalier": "1d",
    "en hebdo": "1w",
}
PERIODS = {
    "week": "this_week",
    "mois": "this_month",
    "last week": "last_week",
    "past week": "7d",
    "last 30 days": "30d",
    "les 3 derniers mois": "90d",
    "a year": "365d",
    "24h": "24h",
    "le mois dernier": "last_month",
    "depuis le début de l'année": "this_year",
    "hier": "yesterday",
    "6 derniers mois": "180d",
}
DURATIONS = {
    "30m": "30m",
    "two hours": "2h",
    "une demi-heure": "30m",
    "1 semaine": "1w",
    "forty five minutes": "45m",
    "trois quarts d'heure": "45m",
    "an hour and a half": "90m",
    "vingt-quatre heures": "24h",
}
CRONS = {
    "0 8 * * 1-5": "0 8 * * 1-5",
    "0 8 * * MON": "0 8 * * 1",
    "0 20 * * 7": "0 20 * * 0",
    "every weekday at 8am": "0 8 * * 1-5",
    "tous les lundis à 9h": "0 9 * * 1",
    "every monday and thursday at 9:30": "30 9 * * 1,4",
    "le 1er de chaque mois à 8h": "0 8 1 * *",
    "du lundi au vendredi à 18h30": "30 18 * * 1-5",
    "every day at noon": "0 12 * * *",
    "tous les jours à minuit": "0 0 * * *",
    "every 15 minutes": "*/15 * * * *",
    "toutes les 4 heures": "0 */4 * * *",
    "daily at 6pm": "0 18 * * *",
    "every morning at half past seven": "30 7 * * *",
    "every weekday at quarter to nine": "45 8 * * 1-5",
    "tous les jours à neuf heures moins le quart": "45 8 * * *",
    "chaque jour à dix-huit heures": "0 18 * * *",
    "every evening at 8": "0 20 * * *",
    "chaque soir à huit heures et demie": "30 20 * * *",
    "every night at midnight": "0 0 * * *",
    "tous les soirs à 20h30": "30 20 * * *",
}
TABLE = [
    (reader, said, meant)
    for reader, pairs in (
        (read_decimal, DECIMALS),
        (read_percent, PERCENTS),
        (read_symbol, SYMBOLS),
        (read_timeframe, TIMEFRAMES),
        (read_period, PERIODS),
        (read_duration, DURATIONS),
        (read_cron, CRONS),
    )
    for said, meant in pairs.items()
]
REFUSED = [
    *(
        (read_decimal, t)
        for t in ("", "NaN", "inf", "-inf", "1e9", "1e9999", "0x10", "-3", "9" * 31)
    ),
    *((read_percent, t) for t in ("", "5", "-5%", "nan%", "1e5%")),
    *((read_symbol, t) for t in ("", "hello world", "123", "usdt", "💥", "a" * 40)),
    *((read_timeframe, t) for t in ("", "3h", "7m", "soon")),
    *((read_period, t) for t in ("", "soon", "0d", "-3d")),
    *((read_duration, t) for t in ("", "0h", "-1h", "later")),
    *(
        (read_cron, t)
        for t in ("", "61 * * * *", "0 24 * * *", "0 8 * *", "0 8 * * 8", "0 9-3 * * *")
    ),
]
READERS = [
    *(read_decimal, read_percent, read_symbol, read_timeframe),
    *(read_period, read_duration, read_cron),
]


@pytest.mark.parametrize(("reader", "said", "meant"), TABLE)
def test_what_people_write_comes_to_one_canonical_text(reader, said, meant):
    assert reader(said) == meant


@pytest.mark.parametrize(("reader", "said", "meant"), TABLE)
def test_a_canonical_text_reads_as_itself(reader, said, meant):
    assert reader(meant) == meant


@pytest.mark.parametrize(("reader", "text"), REFUSED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_no_meaning_is_refused_in_one_sentence(reader, text, language):
    with pytest.raises(Unreadable) as refused:
        reader(text)

    error = ArgumentInvalid(argument="it", kind=refused.value.kind, **refused.value.facts)
    said = problem(error, Voice(language))
    assert "\n" not in said
    assert said.endswith((".", "?"))
    assert refused.value.facts["said"] in said


@pytest.mark.parametrize("reader", READERS)
@given(text=st.text(max_size=60))
def test_no_text_breaks_a_reader(reader, text):
    with suppress(Unreadable):
        assert reader(text)


@given(st.decimals(min_value=0, max_value=10**12, places=6))
def test_a_plain_decimal_keeps_its_value(number: Decimal):
    assert Decimal(read_decimal(str(format(number, "f")))) == number


def test_a_minus_stands_only_where_it_is_asked_for():
    assert read_decimal("-2.5", signed=True) == "-2.5"


def test_the_account_currency_is_the_quote_where_none_is_said():
    assert read_symbol("eth", quote="EUR") == "ETH/EUR"
    assert read_symbol("apple", quote="EUR") == "AAPL"


def test_an_option_is_named_by_its_share_day_kind_and_price():
    assert read_symbol("aapl261218c202.5") == "AAPL261218C202.5"


def test_the_name_files_are_as_large_as_promised():
    assert len(asset_names().crypto) >= 200
    assert sum(1 for _ in rows("sp500.csv")) >= 500
    assert sum(1 for _ in rows("cac40.csv")) >= 40
