"""Readers of argument forms: each turns what a person wrote into one canonical text."""

from bot.arguments.numbers import read_decimal, read_percent
from bot.arguments.schedules import read_cron
from bot.arguments.symbols import read_symbol
from bot.arguments.times import read_duration, read_period, read_timeframe

__all__ = [
    "read_cron",
    "read_decimal",
    "read_duration",
    "read_percent",
    "read_period",
    "read_symbol",
    "read_timeframe",
]
