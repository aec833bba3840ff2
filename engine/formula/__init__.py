"""The formula language of alerts, screens, rules and charts: parsed, checked, computed."""

from engine.formula.bounds import ChangeBound, PriceBound
from engine.formula.evaluation import PositionState, Workspace, evaluate, latest
from engine.formula.formula import Formula, parse
from engine.formula.vocabulary import RESERVED
from engine.indicators import Kind

__all__ = [
    "RESERVED",
    "ChangeBound",
    "Formula",
    "Kind",
    "PositionState",
    "PriceBound",
    "Workspace",
    "evaluate",
    "latest",
    "parse",
]
