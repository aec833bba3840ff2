"""Candles built from ticks, and longer candles from shorter ones."""

from engine.bars.builder import BarBuilder
from engine.bars.resample import openings, resample

__all__ = ["BarBuilder", "openings", "resample"]
