"""The engine as one principal may use it: the bot's only door.

A desk holds no reference to any account but the principal's own, so nothing that goes wrong in a
command can reach another one.
"""

from engine.desk.alerts import AlertDesk
from engine.desk.desk import Desk, DeskDoor
from engine.desk.markets import MarketDesk, Quote
from engine.desk.orders import Draft, OrderAccepted, OrderDesk, OrderWish, Refused
from engine.desk.portfolio import AccountView, Holding, PortfolioDesk
from engine.desk.profit import ProfitLine
from engine.desk.risk import RiskDesk, RiskUse

__all__ = [
    "AccountView",
    "AlertDesk",
    "Desk",
    "DeskDoor",
    "Draft",
    "Holding",
    "MarketDesk",
    "OrderAccepted",
    "OrderDesk",
    "OrderWish",
    "PortfolioDesk",
    "ProfitLine",
    "Quote",
    "Refused",
    "RiskDesk",
    "RiskUse",
]
