"""Strategies written as rules, as the engine runs them."""

from engine.strategies.levels import Level
from engine.strategies.parameters import StrategyParameter
from engine.strategies.rules import Limits, SideRules, Strategy
from engine.strategies.sizes import Size, SizeKind

__all__ = ["Level", "Limits", "SideRules", "Size", "SizeKind", "Strategy", "StrategyParameter"]
