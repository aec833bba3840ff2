"""From a configuration to a running desk: the only place that knows every connector by name."""

from bot.wiring.house import Application, build, sealed_anew
from bot.wiring.markets import Histories, candle_store, instruments, sources
from bot.wiring.readers import chat_model, language_model
from bot.wiring.system import System

__all__ = [
    "Application",
    "Histories",
    "System",
    "build",
    "candle_store",
    "chat_model",
    "instruments",
    "language_model",
    "sealed_anew",
    "sources",
]
