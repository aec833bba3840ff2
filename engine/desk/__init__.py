"""The engine as one principal may use it: the bot's only door.

A desk holds no reference to any account but the principal's own, so nothing that goes wrong in a
command can reach another one.
"""

from engine.desk.alerts import AlertDesk
from engine.desk.conditions import Refused
from engine.desk.desk import Desk, DeskDoor
from engine.desk.ledger import Booking
from engine.desk.markets import MarketDesk, Quote
from engine.desk.orders import Draft, OrderAccepted, OrderDesk
from engine.desk.performance import Figure, Held, InstrumentResult, Performance
from engine.desk.performance_desk import PerformanceDesk
from engine.desk.portfolio import AccountView, Holding, PortfolioDesk
from engine.desk.profit import ProfitLine
from engine.desk.risk import RiskDesk, RiskUse
from engine.desk.strategies import Change, Costs, Entry, StrategyDesk
from engine.desk.wish import OrderWish, TargetWish
from engine.reporting.performance import Unit
from engine.reporting.trips import RoundTrip

__all__ = [
    "AccountView",
    "AlertDesk",
    "Booking",
    "Change",
    "Costs",
    "Desk",
    "DeskDoor",
    "Draft",
    "Entry",
    "Figure",
    "Held",
    "Holding",
    "InstrumentResult",
    "MarketDesk",
    "OrderAccepted",
    "OrderDesk",
    "OrderWish",
    "Performance",
    "PerformanceDesk",
    "PortfolioDesk",
    "ProfitLine",
    "Quote",
    "Refused",
    "RiskDesk",
    "RiskUse",
    "RoundTrip",
    "StrategyDesk",
    "TargetWish",
    "Unit",
]
