"""Who reads words: phrases, and the language model where one is configured."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from bot.command import Catalogue
from bot.config import Config
from bot.designs import Designer
from bot.interpreter.designs.designer import WordsDesigner
from bot.interpreter.designs.model import ModelDesigner
from bot.interpreter.language_model import LanguageModel
from bot.models import Budget, ChatModel, ModelTurns
from connectors.models.chat import Endpoint, OpenAiChat
from engine.ports.system import Clock
from engine.runtime.live import LiveRuntime

if TYPE_CHECKING:
    from bot.interpreter.phrases import PhraseInterpreter


def phrases(config: Config, runtime: LiveRuntime) -> PhraseInterpreter:
    """The offline reader, who knows the instruments that are listed now and the accounts."""
    symbols = tuple(str(each.symbol) for each in runtime.markets.instruments())
    ids = [
        (each.id, f"{each.id}-paper") if each.mode == "live" else (each.id,)
        for each in config.accounts
    ]
    return _reader(symbols, tuple(chain.from_iterable(ids)))


@cache
def _reader(symbols: tuple[str, ...], accounts: tuple[str, ...]) -> PhraseInterpreter:
    from bot.interpreter.phrases import PhraseInterpreter  # noqa: PLC0415 -- loads its data

    return PhraseInterpreter(known_symbols=symbols, accounts=accounts)


def language_model(
    config: Config,
    catalogue: Catalogue,
    turns: ModelTurns,
    chat: ChatModel,
) -> LanguageModel | None:
    """The reader through the configured model, or None where none reads."""
    budget = model_budget(config)
    return None if budget is None else LanguageModel(catalogue, chat, turns, budget)


def chat_model(config: Config, clock: Clock) -> ChatModel:
    """The configured model; nothing is loaded or asked before it is needed."""
    endpoint = Endpoint(
        base_url=config.model.base_url,
        name=config.model.name,
        key=config.model_key(),
        seconds=config.model.seconds_per_turn,
    )
    return OpenAiChat(endpoint, clock)


def designer_of(
    config: Config, runtime: LiveRuntime, turns: ModelTurns, chat: ChatModel, clock: Clock
) -> Designer:
    """Who makes strategies of words: the model where one is configured, or rules alone."""
    budget = model_budget(config)
    return WordsDesigner(
        lambda: phrases(config, runtime),
        clock,
        None if budget is None else ModelDesigner(chat, turns, budget, clock),
        offline_first=config.interpreter.kind == "offline_first",
    )


def model_budget(config: Config) -> Budget | None:
    """What the model may spend a turn and a day; None where none reads."""
    if config.interpreter.kind == "offline":
        return None
    limits = config.model.model_dump(exclude={"base_url", "name", "key"})
    return Budget(**limits)
