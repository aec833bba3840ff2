"""Indicators over candles: every function of the formula language, and their registry."""

from engine.indicators.registry import TABLE, WORDS
from engine.indicators.signatures import Indicator, Kind, Needs, Parameter

__all__ = ["TABLE", "WORDS", "Indicator", "Kind", "Needs", "Parameter"]
