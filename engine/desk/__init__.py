"""The engine as one principal may use it: the bot's only door.

A desk holds no reference to any account but the principal's own, so nothing that goes wrong in a
command can reach another one.
"""

from engine.desk.alerts import AlertDesk
from engine.desk.conditions import Refused
from engine.desk.decided import Decided, last_order
from engine.desk.desk import Desk, DeskDoor
from engine.desk.downloads import DownloadDesk
from engine.desk.drafting import Draft
from engine.desk.ledger import Booking
from engine.desk.margin import Backing, LeverageDraft, MarginDesk
from engine.desk.markets import MarketDesk, Quote
from engine.desk.orders import OrderAccepted, OrderDesk
from engine.desk.outlook import Outlook, Slippage
from engine.desk.performance import Figure, Held, InstrumentResult, Performance
from engine.desk.performance_desk import PerformanceDesk
from engine.desk.portfolio import AccountView, Holding, PortfolioDesk
from engine.desk.profit import Profit, ProfitLine
from engine.desk.risk import Exposed, RiskDesk
from engine.desk.runs import MOST_RUNS, RunDesk
from engine.desk.strategies import Change, Costs, Entry, StrategyDesk
from engine.desk.vitals import AccountVitals, Vitals
from engine.desk.wish import OrderWish, TargetWish
from engine.reporting.performance import Unit
from engine.reporting.trips import RoundTrip
from engine.risk.gate import RULES, Use
from engine.risk.rule import Unit as RiskUnit
from engine.runtime.downloads import Progress as DownloadProgress

RULE_UNITS = {name: rule.unit for name, rule in RULES.items()}
"""What each risk rule's figure is counted in."""

__all__ = [
    "MOST_RUNS",
    "RULE_UNITS",
    "AccountView",
    "AccountVitals",
    "AlertDesk",
    "Backing",
    "Booking",
    "Change",
    "Costs",
    "Decided",
    "Desk",
    "DeskDoor",
    "DownloadDesk",
    "DownloadProgress",
    "Draft",
    "Entry",
    "Exposed",
    "Figure",
    "Held",
    "Holding",
    "InstrumentResult",
    "LeverageDraft",
    "MarginDesk",
    "MarketDesk",
    "OrderAccepted",
    "OrderDesk",
    "OrderWish",
    "Outlook",
    "Performance",
    "PerformanceDesk",
    "PortfolioDesk",
    "Profit",
    "ProfitLine",
    "Quote",
    "Refused",
    "RiskDesk",
    "RiskUnit",
    "RoundTrip",
    "RunDesk",
    "Slippage",
    "StrategyDesk",
    "TargetWish",
    "Unit",
    "Use",
    "Vitals",
    "last_order",
]
