"""The offline interpreter of English and French: phrases to commands, without model or network."""

from bot.interpreter.phrases.interpreter import PhraseInterpreter
from bot.interpreter.phrases.reading import CommandText, Reading

__all__ = ["CommandText", "PhraseInterpreter", "Reading"]
